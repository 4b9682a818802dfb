/** The fakes by platform, with what the command line says of them. */

import { InputError } from "../../core/errors.ts";
import { createAmazonFake } from "../../fakes/amazon/index.ts";
import { createDangdangFake } from "../../fakes/dangdang/index.ts";
import { type Fake, loadFaults, parseFaultScript } from "../../fakes/fake.ts";
import { createJdFake } from "../../fakes/jd/index.ts";
import { createMedusaFake } from "../../fakes/medusa/index.ts";
import { type ServedFake, serveFake } from "../../fakes/serve.ts";
import { createShopifyFake } from "../../fakes/shopify/index.ts";
import { createTaobaoFake } from "../../fakes/taobao/index.ts";
import { createVipshopFake } from "../../fakes/vipshop/index.ts";
import { createWooCommerceFake } from "../../fakes/woocommerce/index.ts";
import { UsageError } from "../cli.ts";

export interface FakeOptions {
  port: number;
  host?: string;
  seed?: number | undefined;
  orders?: number | undefined;
  listings?: number | undefined;
  currency?: string | undefined;
  name?: string | undefined;
  /** JSON text of a failure script. */
  faults?: string | undefined;
  tickEvery?: number | undefined;
}

export interface RunningFake extends ServedFake {
  fake: Fake;
  /** What `stores add` needs: address, credentials, settings. */
  description: {
    platform: string;
    name: string;
    base_url: string;
    credentials: Record<string, unknown>;
    settings: Record<string, unknown>;
  };
}

const FAKES: Readonly<Record<string, (options: FakeOptions) => Fake>> = {
  // Currencies are the marketplaces' own.
  amazon: ({ seed, orders, listings, name }) => createAmazonFake(definedOnly({ seed, orders, listings, name })),
  // Everything there is in yuan.
  dangdang: ({ seed, orders, listings, name }) => createDangdangFake(definedOnly({ seed, orders, listings, name })),
  jd: ({ seed, orders, listings, name }) => createJdFake(definedOnly({ seed, orders, listings, name })),
  medusa: ({ seed, orders, listings, currency, name }) =>
    createMedusaFake(definedOnly({ seed, orders, listings, currency, name })),
  shopify: ({ seed, orders, listings, currency, name }) =>
    createShopifyFake(definedOnly({ seed, orders, listings, currency, name })),
  taobao: ({ seed, orders, listings, name }) => createTaobaoFake(definedOnly({ seed, orders, listings, name })),
  vipshop: ({ seed, orders, listings, name }) => createVipshopFake(definedOnly({ seed, orders, listings, name })),
  woocommerce: ({ seed, orders, listings, currency, name }) =>
    createWooCommerceFake({
      // Replaced by the address it is served at; a name is no host.
      baseUrl: "http://localhost",
      ...definedOnly({ seed, orders, listings, currency: currency?.toUpperCase(), name }),
    }),
};

/** Starts a fake. Throws `UsageError` for a platform without one, and for a script that is none. */
export async function startFake(platform: string, options: FakeOptions): Promise<RunningFake> {
  const create = Object.hasOwn(FAKES, platform) ? FAKES[platform] : undefined;
  if (!create)
    throw new UsageError(`There is no fake of "${platform}". Known: ${Object.keys(FAKES).sort().join(", ")}.`);
  const fake = create(options);
  if (options.faults !== undefined) loadScript(fake, options.faults);
  return serve(fake, options);
}

/** Serves a fake that was made already. */
export async function serve(
  fake: Fake,
  options: Pick<FakeOptions, "port" | "host" | "tickEvery">,
): Promise<RunningFake> {
  const served = await serveFake(fake, options.port, {
    ...(options.host === undefined ? {} : { hostname: options.host }),
    ...(options.tickEvery === undefined ? {} : { tickEveryMs: options.tickEvery }),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new InputError("port_taken", `Port ${options.port} is taken by another program. Choose another with --port.`);
  });
  return {
    ...served,
    fake,
    description: {
      platform: fake.platform,
      name: fake.name,
      base_url: served.baseUrl,
      credentials: snakeKeys(connectionOf(fake)),
      settings: settingsOf(fake),
    },
  };
}

/** What is typed in; where a platform has several sign-ins, all of them. */
function connectionOf(fake: Fake): unknown {
  return "connection" in fake ? fake.connection : fake.credentials;
}

function loadScript(fake: Fake, text: string): void {
  try {
    loadFaults(fake, parseFaultScript(JSON.parse(text)));
  } catch (error) {
    throw new UsageError(
      `--faults is no failure script: ${error instanceof Error ? error.message : String(error)}. ` +
        'An example: {"orders.list": {"steps": [{"status": 503}, "timeout", "ok"]}}',
    );
  }
}

/** The address stands beside the settings: it is the same for every platform. */
function settingsOf(fake: Fake): Record<string, unknown> {
  const { store_url: _, ...settings } = snakeKeys(fake.settings);
  return settings;
}

function snakeKeys(value: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, entry]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      entry,
    ]),
  );
}

/** Without the entries that are undefined: an absent option keeps the fake's default. */
function definedOnly<T extends Record<string, unknown>>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}

/** `stores`: connecting stores and what becomes of them. */
import type { Command } from "commander";
import { instant, jsonObject, readInput } from "../arguments.ts";
import { withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { UsageError } from "../cli.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";
import type { StoreView } from "../views.ts";

interface AddOptions {
  name: string;
  credentials?: string;
  settings?: string;
  baseUrl?: string;
  currency?: string;
  timeZone?: string;
  since?: Date;
  adoptSkus?: boolean;
}

export const define: Define = (program, cli) => {
  const stores = program
    .command("stores")
    .description("connect stores: list, add, test, authorize, remove, live, observe");
  stores
    .command("list")
    .description("all stores and how they are")
    .action(() => list(cli));
  defineAdd(stores, cli);
  stores
    .command("test")
    .description("ask the platform what it says of the store")
    .argument("<store>", "id or name")
    .action((reference: string) =>
      withBackend(cli, async (backend) => {
        const store = await findStore(backend, reference);
        const facts = await backend.testStore(store.id);
        cli.output.result({ store: store.id, ...facts }, () => `"${store.name}" answers: its credentials work.`);
      }),
    );
  stores
    .command("authorize")
    .alias("authorise")
    .description("give a store new credentials; what waited goes on")
    .argument("<store>", "id or name")
    .requiredOption("--credentials <file>", "JSON file with the credentials; - reads standard input")
    .action(async (reference: string, options: { credentials: string }) => {
      const { credentials } = await readCredentials(cli, options.credentials);
      await withBackend(cli, async (backend) => {
        const store = await findStore(backend, reference);
        await backend.setCredentials(store.id, credentials);
        cli.output.result({ id: store.id, state: "ok" }, () => `"${store.name}" is authorised; what waited goes on.`);
      });
    });
  stores
    .command("remove")
    .description("disconnect a store: credentials and buyer data are purged, orders and money stay")
    .argument("<store>", "id or name")
    .option("--purge", "remove everything that was read of it too")
    .action((reference: string, options: { purge?: boolean }) =>
      withBackend(cli, async (backend) => {
        const store = await findStore(backend, reference);
        await backend.removeStore(store.id, { purge: options.purge === true });
        const what = options.purge ? "removed with all that was read of it" : "disconnected; its orders stay";
        cli.output.result({ id: store.id, removed: true }, () => `"${store.name}" is ${what}.`);
      }),
    );
  defineMode(stores, cli, "live", "let quantities, prices and acts go out to the store");
  defineMode(stores, cli, "observe", "read the store and write nothing to it");
};

function defineAdd(stores: Command, cli: Cli): void {
  stores
    .command("add")
    .description("connect a store, in observe mode; prints its id")
    .argument("<platform>", "the platform, such as woocommerce")
    .requiredOption("--name <name>", "what the store is called here")
    .requiredOption(
      "--credentials <file>",
      "JSON file with the credentials (what `fake` prints will do); - reads standard input",
    )
    .option("--settings <json>", "the store's settings, as a JSON object")
    .option("--base-url <url>", "the root of the platform's addresses for this store")
    .option("--currency <code>", "the store's currency, where the platform does not say it")
    .option("--time-zone <zone>", "the store's time zone, where the platform does not say it")
    .option("--since <time>", "how far back orders are read at first (default: 90 days)", instant)
    .option("--adopt-skus", "make a SKU of each seller code that is new, counted as what the store shows")
    .action(async (platform: string, options: AddOptions) => {
      const { offlineAdapter } = await import("../platforms.ts");
      offlineAdapter(platform);
      const given = await readCredentials(cli, options.credentials ?? "-");
      const { base_url: fromSettings, ...settings } =
        options.settings === undefined ? given.settings : jsonObject(options.settings, "--settings");
      await withBackend(cli, async (backend) => {
        const store = await backend.addStore({
          platform,
          name: options.name,
          credentials: given.credentials,
          settings,
          base_url: options.baseUrl ?? text(fromSettings) ?? given.baseUrl,
          currency: options.currency?.toUpperCase(),
          time_zone: options.timeZone,
          since: options.since,
          adopt_skus: options.adoptSkus === true,
        });
        cli.output.result(store, () => store.id);
        if (!cli.output.json && cli.output.isTerminal)
          cli.output.note(`"${store.name}" is connected in observe mode. Next: tallyport sync "${store.name}"`);
      });
    });
}

function defineMode(stores: Command, cli: Cli, mode: "live" | "observe", description: string): void {
  stores
    .command(mode)
    .description(description)
    .argument("<store>", "id or name")
    .action((reference: string) =>
      withBackend(cli, async (backend) => {
        const store = await findStore(backend, reference);
        await backend.setMode(store.id, mode);
        cli.output.result({ id: store.id, mode }, () => `"${store.name}" is in ${mode} mode.`);
      }),
    );
}

async function list(cli: Cli): Promise<void> {
  await withBackend(cli, async (backend) => {
    const stores = await backend.listStores();
    cli.output.result(stores, () =>
      stores.length === 0
        ? "No store is connected yet: tallyport stores add --help"
        : table(["id", "platform", "name", "mode", "state"], stores.map(rowOf)),
    );
  });
}

const rowOf = (store: StoreView) => [
  store.id,
  store.platform,
  store.name,
  store.push_stopped ? `${store.mode}, pushes stopped` : store.mode,
  store.state_reason ? `${store.state}: ${store.state_reason}` : store.state,
];

/** Credentials alone, or what `fake` prints: credentials beside their address and settings. */
async function readCredentials(
  cli: Cli,
  file: string,
): Promise<{ credentials: Record<string, unknown>; settings: Record<string, unknown>; baseUrl: string | null }> {
  const what = file === "-" ? "standard input" : file;
  const value = jsonObject(new TextDecoder().decode(await readInput(cli, file)), what);
  if (!("credentials" in value)) return { credentials: value, settings: {}, baseUrl: null };
  const { credentials, settings, base_url: baseUrl } = value;
  if (!isObject(credentials)) throw new UsageError(`"credentials" in ${what} must be a JSON object.`);
  return { credentials, settings: isObject(settings) ? settings : {}, baseUrl: text(baseUrl) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === "string" ? value : null);

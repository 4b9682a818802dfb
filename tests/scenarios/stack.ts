/**
 * The whole of it for one test: shops (fakes over loopback HTTP), adapter, engine and database, and the address at which
 * shops call us. One clock for all, moved by the test; nothing waits.
 */
import { createAdaptorServer } from "@hono/node-server";
import { onTestFinished } from "vitest";
import { registry } from "../../src/adapters/index.ts";
import type { Clock } from "../../src/core/clock.ts";
import { sequenceChanges } from "../../src/core/db/changes.ts";
import { systemTimer, type Timer } from "../../src/core/timer.ts";
import { wire } from "../../src/entry/wire.ts";
import { type ServedFake, serveFake } from "../../src/fakes/serve.ts";
import {
  createWooCommerceFake,
  type WooCommerceFake,
  type WooCommerceFakeOptions,
} from "../../src/fakes/woocommerce/index.ts";
import { connectStore } from "../../src/sync/connect-store.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { createInboxPump, type InboxPump, receiveForStore } from "../../src/sync/receive-webhook.ts";
import { runUntilIdle, type WorkItem } from "../../src/sync/schedule.ts";
import { setStoreMode } from "../../src/sync/store-mode.ts";
import { ensureWebhooks } from "../../src/sync/store-webhooks.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { EXAMPLE_SECRET } from "../support/example.ts";
import { createLogCapture, type LogCapture } from "../support/log-capture.ts";

/** Waits of limiter and retry are cut short: their times are the subject of other tests. */
const QUICK: Timer = { now: systemTimer.now, sleep: (ms, signal) => systemTimer.sleep(Math.min(ms, 3), signal) };

const FAST = { quotas: { rest: { capacity: 500, concurrency: 8 } } };

/** Goods that several shops share. */
export const GOODS = [
  { sku: "MUG", name: "Mug", price: "12.00", stock: 10 },
  { sku: "TEE", name: "Tee", price: "25.00", stock: 5 },
  { sku: "CAP", name: "Cap", price: "19.00", stock: 1 },
];

export interface Shop {
  id: string;
  name: string;
  fake: WooCommerceFake;
  served: ServedFake;
  /** What the shop shows of a SKU, by its own books. */
  shown(sku: string): number | null | undefined;
  /** Makes the shop call us. */
  listen(): Promise<void>;
}

export interface ShopOptions extends WooCommerceFakeOptions {
  live?: boolean;
  adoptSkus?: boolean;
  settings?: Record<string, unknown>;
  since?: Date;
}

export interface Stack {
  database: TestDatabase;
  engine: Engine;
  pump: InboxPump;
  clock: TestClock;
  log: LogCapture;
  addShop(options?: ShopOptions): Promise<Shop>;
  /** Lets time pass, then works until nothing is due. */
  pass(ms: number, only?: (item: WorkItem) => boolean): Promise<void>;
  rows<Row>(text: string, params?: Parameters<Engine["db"]["query"]>[1]): Promise<Row[]>;
  count(text: string, params?: Parameters<Engine["db"]["query"]>[1]): Promise<number>;
  /** Every shop delivers what it has to say; what arrived is worked off. */
  deliver(): Promise<void>;
}

/** An empty stack. The clock starts at the present second: the fakes' servers stamp their answers with the real time. */
export async function givenStack(
  start: Date | string = new Date(Math.floor(Date.now() / 1000) * 1000),
): Promise<Stack> {
  const database = await createTestDatabase();
  const clock = createTestClock(start);
  const log = createLogCapture({ clock });
  const { engine } = await wire({
    db: database.db,
    registry,
    secret: EXAMPLE_SECRET,
    log: log.log,
    clock,
    timer: QUICK,
    allowPrivateUrls: true,
    checkAddress: null,
  });
  const pump = createInboxPump(engine);
  const shops: Shop[] = [];
  const signal = new AbortController().signal;
  let publicUrl: string | null = null;

  const work = async (only?: (item: WorkItem) => boolean): Promise<void> => {
    await runUntilIdle(engine, signal, { maxItems: 2_000, ...(only ? { only } : {}) });
  };

  const rows = <Row>(text: string, params?: Parameters<Engine["db"]["query"]>[1]) =>
    database.db.query<Row>(text, params);

  return {
    database,
    engine,
    pump,
    clock,
    log,
    rows,
    count: async (text, params) => Number((await rows<{ n: string }>(text, params))[0]?.n),
    pass: async (ms, only) => {
      clock.advance(ms);
      await work(only);
      await sequenceChanges(database.db);
    },
    deliver: async () => {
      for (const shop of shops) await shop.fake.settle();
      await work((item) => item.kind !== "pull");
    },
    addShop: async (options = {}) => {
      const { live = true, adoptSkus = shops.length === 0, settings = {}, since, ...made } = options;
      const name = made.name ?? `shop-${shops.length + 1}`;
      const fake = createWooCommerceFake({ orders: 0, skus: GOODS, clock, deliverByItself: false, ...made, name });
      const served = await serveFake(stamped(fake, made.clock ?? clock));
      onTestFinished(() => served.close());
      const input = {
        platform: fake.platform,
        name,
        credentials: fake.credentials,
        settings: { ...FAST, ...settings },
        baseUrl: served.baseUrl,
        adoptSkus,
        actor: "test",
        ...(since ? { since } : {}),
      };
      const { id } = await connectStore(engine, input, signal);
      if (live) await setStoreMode(engine, id, "live", "test");
      const shop: Shop = {
        id,
        name,
        fake,
        served,
        shown: (sku) => [...fake.books().variants.values()].find((variant) => variant.sku === sku)?.quantity,
        listen: async () => {
          publicUrl ??= await serveReceiver(engine, pump);
          await ensureWebhooks(engine, id, publicUrl, signal);
          await fake.settle();
        },
      };
      shops.push(shop);
      await work();
      return shop;
    },
  };
}

/** The fake's server says the fake's own time. */
function stamped(fake: WooCommerceFake, clock: Clock): WooCommerceFake {
  return Object.create(fake, {
    fetch: {
      value: async (request: Request) => {
        const response = await fake.fetch(request);
        response.headers.set("date", clock.now().toUTCString());
        return response;
      },
    },
  });
}

/** The address at which platforms call us. */
async function serveReceiver(engine: Engine, pump: InboxPump): Promise<string> {
  const server = createAdaptorServer({
    fetch: async (request: Request) => {
      const { pathname, searchParams } = new URL(request.url);
      const received = await receiveForStore(engine, pump, pathname.split("/")[3] ?? "", {
        method: request.method,
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: Object.fromEntries(request.headers),
        body: new Uint8Array(await request.arrayBuffer()),
      });
      return new Response(received.answer.body ?? null, { status: received.answer.status });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  );
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

/** The order of a sale. */
export function sell(shop: Shop, sku: string, quantity = 1, force = false): string {
  const result = shop.fake.sell({ sku, quantity, force });
  if (!result.sold) throw new Error(`${shop.name} does not sell ${quantity} ${sku}: ${result.reason}`);
  return result.orderId;
}

/** One signed delivery of a shop, as its bytes went over the wire. */
export interface Delivery {
  url: string;
  init: RequestInit;
}

/** Records what a shop sends, and sends it on: for repeats and other orders of arrival. */
export function recordDeliveries(): {
  deliveries: Delivery[];
  fetch: NonNullable<WooCommerceFakeOptions["webhookFetch"]>;
} {
  const deliveries: Delivery[] = [];
  return {
    deliveries,
    fetch: (url, init) => {
      deliveries.push({ url, init });
      return fetch(url, init);
    },
  };
}

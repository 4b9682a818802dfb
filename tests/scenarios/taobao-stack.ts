/**
 * Taobao and Tmall shops for scenarios: fakes over loopback HTTP, adapter, engine and database. One clock for all, moved
 * by the test; nothing waits.
 */
import { onTestFinished } from "vitest";
import { registry } from "../../src/adapters/index.ts";
import type { Clock } from "../../src/core/clock.ts";
import { sequenceChanges } from "../../src/core/db/changes.ts";
import { systemTimer, type Timer } from "../../src/core/timer.ts";
import { wire } from "../../src/entry/wire.ts";
import { serveFake } from "../../src/fakes/serve.ts";
import { createTaobaoFake, type TaobaoFake, type TaobaoFakeOptions } from "../../src/fakes/taobao/index.ts";
import { connectStore } from "../../src/sync/connect-store.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { runUntilIdle, type WorkItem } from "../../src/sync/schedule.ts";
import { setStoreMode } from "../../src/sync/store-mode.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { EXAMPLE_SECRET } from "../support/example.ts";
import { createLogCapture, type LogCapture } from "../support/log-capture.ts";

/** Waits of limiter and retry are cut short: their times are the subject of other tests. */
const QUICK: Timer = { now: systemTimer.now, sleep: (ms, signal) => systemTimer.sleep(Math.min(ms, 3), signal) };
const FAST = { quotas: { app: { capacity: 5000 }, method: { capacity: 5000 }, alipay: { capacity: 5000 } } };

/** Goods that shops share. */
export const GOODS = [
  { sku: "MUG", name: "Mug", price: "112.00", stock: 40 },
  { sku: "TEE", name: "Tee", price: "368.00", stock: 25 },
];

export interface TaobaoShop {
  id: string;
  fake: TaobaoFake;
  /** Replaces the text of answers before they are read. */
  tamper(change: (text: string) => string): void;
}

export interface TaobaoStack {
  engine: Engine;
  /** All that was logged, at its most talkative. */
  logs: LogCapture;
  clock: TestClock;
  signal: AbortSignal;
  addShop(
    options?: TaobaoFakeOptions & { settings?: Record<string, unknown>; adoptSkus?: boolean },
  ): Promise<TaobaoShop>;
  /** Works until nothing is due. */
  work(only?: (item: WorkItem) => boolean): Promise<void>;
  /** Takes what waits in the shops' queues and follows it up; no list is read. */
  readMessages(): Promise<void>;
  rows<Row>(text: string, params?: Parameters<Engine["db"]["query"]>[1]): Promise<Row[]>;
  count(text: string, params?: Parameters<Engine["db"]["query"]>[1]): Promise<number>;
}

/** An empty stack. The clock starts at the present second, or at the time that is given. */
export async function givenTaobaoStack(start = new Date(Math.floor(Date.now() / 1000) * 1000)): Promise<TaobaoStack> {
  const { db } = await createTestDatabase();
  const clock = createTestClock(start);
  const { signal } = new AbortController();
  const logs = createLogCapture({ clock });
  const { engine } = await wire({
    db,
    registry,
    secret: EXAMPLE_SECRET,
    log: logs.log,
    clock,
    timer: QUICK,
    allowPrivateUrls: true,
    checkAddress: null,
  });
  const rows = <Row>(text: string, params?: Parameters<Engine["db"]["query"]>[1]) => db.query<Row>(text, params);
  let shops = 0;
  const stack: TaobaoStack = {
    engine,
    logs,
    clock,
    signal,
    rows,
    count: async (text, params) => Number((await rows<{ n: string }>(text, params))[0]?.n),
    work: async (only) => {
      await runUntilIdle(engine, signal, { maxItems: 5_000, ...(only ? { only } : {}) });
      await sequenceChanges(db);
    },
    readMessages: async () => {
      clock.advance(6_000);
      await stack.work((item) => (item.kind === "pull" ? (item.resource as string) === "messages" : true));
    },
    addShop: async ({ settings = {}, adoptSkus, ...options } = {}) => {
      shops += 1;
      const fake = createTaobaoFake({ clock, orders: 0, skus: GOODS, name: `shop-${shops}`, ...options });
      const { served, tamper } = await serve(fake, clock);
      onTestFinished(() => served.close());
      const { id } = await connectStore(
        engine,
        {
          platform: fake.platform,
          name: fake.name,
          credentials: fake.connection,
          settings: { ...FAST, ...settings },
          baseUrl: served.baseUrl,
          adoptSkus: adoptSkus ?? shops === 1,
          // A shop of today has no past worth reading.
          since: new Date(clock.now().getTime() - 86_400_000),
          actor: "test",
        },
        signal,
      );
      await setStoreMode(engine, id, "live", "test");
      await stack.work();
      return { id, fake, tamper };
    },
  };
  return stack;
}

/** Serves a fake that says its own time; what it answers can be changed on the way. */
async function serve(fake: TaobaoFake, clock: Clock) {
  let change: ((text: string) => string) | null = null;
  const wrapped: TaobaoFake = Object.create(fake, {
    fetch: {
      value: async (request: Request) => {
        const answer = await fake.fetch(request);
        const isText = change !== null && (answer.headers.get("content-type") ?? "").includes("javascript");
        const headers = new Headers(answer.headers);
        headers.set("date", clock.now().toUTCString());
        return new Response(isText ? change?.(await answer.text()) : answer.body, { status: answer.status, headers });
      },
    },
  });
  const served = await serveFake(wrapped);
  return {
    served,
    tamper: (next: (text: string) => string) => {
      change = next;
    },
  };
}

/**
 * Shops of one platform for scenarios: fakes over loopback HTTP, adapter, engine and database. One clock for all, moved by
 * the test; nothing waits.
 */
import { onTestFinished } from "vitest";
import { registry } from "../../src/adapters/index.ts";
import type { Clock } from "../../src/core/clock.ts";
import { sequenceChanges } from "../../src/core/db/changes.ts";
import { encodeGbk, textOfGbk } from "../../src/core/gbk.ts";
import { systemTimer, type Timer } from "../../src/core/timer.ts";
import { wire } from "../../src/entry/wire.ts";
import type { Fake } from "../../src/fakes/fake.ts";
import { serveFake } from "../../src/fakes/serve.ts";
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

/** A fake that names everything which connects its shop. */
type Connectable = Fake & { readonly connection: Readonly<Record<string, string>> };

export interface FakeShop<Own extends Fake> {
  id: string;
  fake: Own;
  /** Replaces the text of answers before they are read; `asked` is the address and the body of the request. */
  tamper(change: (text: string, asked: string) => string): void;
}

export interface FakeStack<Own extends Fake, Options> {
  engine: Engine;
  /** All that was logged, at its most talkative. */
  logs: LogCapture;
  clock: TestClock;
  signal: AbortSignal;
  addShop(options?: Options & { settings?: Record<string, unknown>; adoptSkus?: boolean }): Promise<FakeShop<Own>>;
  /** Works until nothing is due. */
  work(only?: (item: WorkItem) => boolean): Promise<void>;
  rows<Row>(text: string, params?: Parameters<Engine["db"]["query"]>[1]): Promise<Row[]>;
  count(text: string, params?: Parameters<Engine["db"]["query"]>[1]): Promise<number>;
}

export interface FakePlatform<Own extends Connectable, Options> {
  make(options: { clock: Clock; name: string }, own: Options): Own;
  /** Settings of each shop, among them quotas that keep nobody waiting. */
  settings: Record<string, unknown>;
  /** How much of a shop's past is read; default a day. */
  pastMs?: number;
}

/** An empty stack. The clock starts at the present second, or at the time that is given. */
export async function givenFakeStack<Own extends Connectable, Options extends object>(
  platform: FakePlatform<Own, Partial<Options>>,
  start = new Date(Math.floor(Date.now() / 1000) * 1000),
): Promise<FakeStack<Own, Partial<Options>>> {
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
  const work = async (only?: (item: WorkItem) => boolean): Promise<void> => {
    await runUntilIdle(engine, signal, { maxItems: 5_000, ...(only ? { only } : {}) });
    await sequenceChanges(db);
  };
  return {
    engine,
    logs,
    clock,
    signal,
    rows,
    count: async (text, params) => Number((await rows<{ n: string }>(text, params))[0]?.n),
    work,
    async addShop(options) {
      shops += 1;
      const { settings = {}, adoptSkus, ...own } = options ?? ({} as NonNullable<typeof options>);
      const fake = platform.make({ clock, name: `shop-${shops}` }, own as unknown as Partial<Options>);
      const { served, tamper } = await serve(fake, clock);
      onTestFinished(() => served.close());
      const { id } = await connectStore(
        engine,
        {
          platform: fake.platform,
          name: fake.name,
          credentials: fake.connection,
          settings: { ...platform.settings, ...settings },
          baseUrl: served.baseUrl,
          adoptSkus: adoptSkus ?? shops === 1,
          // A shop of today has no past worth reading.
          since: new Date(clock.now().getTime() - (platform.pastMs ?? 86_400_000)),
          actor: "test",
        },
        signal,
      );
      await setStoreMode(engine, id, "live", "test");
      await work();
      return { id, fake, tamper };
    },
  };
}

/** Serves a fake that says its own time; what it answers can be changed on the way. */
async function serve(fake: Fake, clock: Clock) {
  let change: ((text: string, asked: string) => string) | null = null;
  const wrapped: Fake = Object.create(fake, {
    fetch: {
      value: async (request: Request) => {
        const asked = change === null ? "" : `${request.url} ${await request.clone().text()}`;
        const answer = await fake.fetch(request);
        const type = answer.headers.get("content-type") ?? "";
        const headers = new Headers(answer.headers);
        headers.set("date", clock.now().toUTCString());
        const bytes = new Uint8Array(await answer.arrayBuffer());
        if (change === null || !/json|javascript|xml/.test(type))
          return new Response(bytes, { status: answer.status, headers });
        const text = change(textOfGbk(bytes), asked);
        return new Response(/gb/i.test(type) ? encodeGbk(text) : text, { status: answer.status, headers });
      },
    },
  });
  const served = await serveFake(wrapped);
  return {
    served,
    tamper: (next: (text: string, asked: string) => string) => {
      change = next;
    },
  };
}

import { beforeEach, describe, expect, it } from "vitest";
import { ensureCheckpoint, findCheckpoint } from "../../src/core/db/checkpoints.ts";
import {
  AuthExpiredError,
  InvalidRequestError,
  PermanentError,
  ThrottledError,
  TransientError,
} from "../../src/core/errors.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import { reconnectStore } from "../../src/sync/connect-store.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { pullSlice } from "../../src/sync/pull.ts";
import type { SliceResult } from "../../src/sync/pull-slice.ts";
import { runUntilIdle } from "../../src/sync/schedule.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createTestDatabase, itTwoConnections } from "../support/database.ts";
import { exampleOrder, givenStore } from "../support/example.ts";
import { createPlatform, givenEngine, type ScriptedPlatform } from "../support/scripted-platform.ts";

let engine: Engine;
let platform: ScriptedPlatform;
let store: IngestStore;
let clock: TestClock;
const signal = new AbortController().signal;

beforeEach(async () => {
  const { db } = await createTestDatabase();
  clock = createTestClock(new Date("2026-03-01T12:00:00Z"));
  platform = createPlatform();
  engine = await givenEngine(db, platform, clock);
  store = await givenStore(engine);
  await streamFrom("changed", new Date("2026-03-01T11:30:00Z"));
});

const keyOf = (stream: string) => ({ storeId: store.id, resource: "orders" as const, stream });
const streamFrom = (stream: string, watermark: Date | null) =>
  ensureCheckpoint(engine.db, keyOf(stream), { watermark, everySeconds: 60, dueAt: clock.now() });

async function pullAll(stream = "changed", slices = 20): Promise<SliceResult> {
  let result = await pullSlice(engine, keyOf(stream), signal);
  for (let i = 0; result.state === "more" && i < slices; i++) result = await pullSlice(engine, keyOf(stream), signal);
  return result;
}

function place(id: string, updatedAt: Date, overrides: Parameters<typeof exampleOrder>[0] = {}): void {
  platform.records.set(id, { updatedAt, order: exampleOrder({ externalId: id, placedAt: updatedAt, ...overrides }) });
}

const minutesAgo = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000);
const stored = async () =>
  (await engine.db.query<{ external_id: string }>("select external_id from orders order by external_id")).map(
    (row) => row.external_id,
  );
const alerts = async () =>
  (await engine.db.query<{ code: string }>("select code from alerts where resolved_at is null")).map((row) => row.code);

describe("pull", () => {
  it("S01 stores every order once when the list moves under the reader", async () => {
    for (let i = 0; i < 250; i++) place(`o${i}`, new Date(minutesAgo(25).getTime() + i * 1000));
    platform.beforeList = (_input, call) => {
      // While it is paged, some orders change and jump to the end of the list.
      if (call > 1 && call <= 9)
        for (let i = 0; i < 5; i++)
          place(`o${call * 7 + i}`, new Date(clock.now().getTime() - 1_000), { externalStatus: "edited" });
      return undefined;
    };
    await pullAll();
    clock.advance(120_000);
    await pullAll();
    expect(await stored()).toHaveLength(250);
    const [edited] = await engine.db.query<{ n: string }>(
      "select count(*) as n from orders where external_status = 'edited'",
    );
    expect(Number(edited?.n)).toBe(
      [...platform.records.values()].filter((record) => record.order.externalStatus === "edited").length,
    );
    expect(Number(edited?.n)).toBe(40);
    for (const input of platform.calls.list)
      expect(input.until.getTime()).toBeLessThanOrEqual(clock.now().getTime() - 5_000);
    const windows = [...new Map(platform.calls.list.map((input) => [input.until.getTime(), input])).values()];
    expect(windows).toHaveLength(2);
    expect(windows[0]?.until.getTime()).toBe(Date.parse("2026-03-01T11:59:55Z"));
    expect(windows[1]?.since.getTime()).toBe(Date.parse("2026-03-01T11:58:55Z"));
  });

  it("S02 finds what the change list leaves out for two hours, by the second source", async () => {
    for (let i = 0; i < 300; i++) place(`o${i}`, new Date(minutesAgo(29).getTime() + i * 1_000));
    const hidden = ["o7", "o111", "o290"];
    const hide = (isHidden: boolean) => {
      for (const id of hidden) Object.assign(platform.records.get(id) ?? {}, { hidden: isHidden });
    };
    hide(true);
    const start = clock.now();
    await streamFrom("created", minutesAgo(30));
    const audit = () => pullAll("created");
    for (let minute = 0; minute < 120; minute += 20) {
      await pullAll();
      const missing = minute < 60 ? hidden : [];
      expect(await stored()).toHaveLength(300 - missing.length);
      if (minute === 40) await audit();
      clock.advance(20 * 60_000);
    }
    const [row] = await engine.db.query<{ found_count: string }>(
      "select found_count from checkpoints where stream = 'created'",
    );
    expect(row?.found_count).toBe("3");
    // By then the change list has gone on without them; when they show up in it again, they are no news.
    const watermark = (await findCheckpoint(engine.db, keyOf("changed")))?.watermark;
    expect(watermark?.getTime()).toBeGreaterThan(start.getTime());
    hide(false);
    await engine.db.query("update checkpoints set watermark = $1::timestamptz where stream = 'changed'", [
      minutesAgo(150).toISOString(),
    ]);
    await pullAll();
    expect(await stored()).toHaveLength(300);
    const [versions] = await engine.db.query<{ n: string }>("select count(*) as n from orders where version <> 1");
    expect(versions?.n).toBe("0");
  });

  it("tells what an answer as a whole lacked, and goes on", async () => {
    place("o1", minutesAgo(10));
    platform.beforeList = () => ({ warnings: [{ code: "report_partial", detail: "a day is missing" }] });
    expect((await pullSlice(engine, keyOf("changed"), signal)).state).toBe("done");
    expect(await alerts()).toEqual(["report_partial"]);
  });

  it("S02 ends a listing that repeats its page token, with an alert, and does not pass the window", async () => {
    for (let i = 0; i < 60; i++) place(`o${i}`, minutesAgo(10));
    let loops = 0;
    platform.beforeList = (input) => {
      if (input.cursor === "2" && loops++ < 1) return { next: "2" };
      return undefined;
    };
    const result = await pullSlice(engine, keyOf("changed"), signal);
    expect(result.state).toBe("done");
    expect(await alerts()).toEqual(["cursor_repeated"]);
    expect((await findCheckpoint(engine.db, keyOf("changed")))?.watermark).toEqual(new Date("2026-03-01T11:30:00Z"));
    clock.advance(3_600_000);
    await pullAll();
    expect(await stored()).toHaveLength(60);
    expect(await alerts()).toEqual([]);
  });

  it("S03 misses no change at the edge of two windows", async () => {
    const t = clock.now();
    place("a", new Date(t.getTime() - 5_000));
    await pullAll();
    place("b", new Date(t.getTime() - 5_000));
    place("c", new Date(t.getTime() - 4_600));
    clock.advance(60_000);
    await pullAll();
    expect(await stored()).toEqual(["a", "b", "c"]);
  });

  it("S15 reads open orders again where an edit moves no change time", async () => {
    platform.rereadOpenMinutes = 30;
    place("open", minutesAgo(10));
    const dueAt = new Date(clock.now().getTime() + 30 * 60_000);
    await ensureCheckpoint(engine.db, keyOf("open"), { watermark: null, everySeconds: 1_800, dueAt });
    const statusIn = async (minutes: number) => {
      clock.advance(minutes * 60_000);
      await runUntilIdle(engine, signal);
      const [row] = await engine.db.query<{ external_status: string }>("select external_status from orders");
      return row?.external_status;
    };
    expect(await statusIn(0)).toBe("paid");
    const record = platform.records.get("open");
    if (!record) throw new Error("there is one");
    for (const edit of ["edited without a trace", "edited again"]) {
      const before = record.order.externalStatus;
      record.order = { ...record.order, externalStatus: edit };
      expect(await statusIn(29)).toBe(before);
      expect(await statusIn(1)).toBe(edit);
    }
  });

  it("S16 keeps what a two-step read brought before it failed, and reads only the rest again", async () => {
    platform.asReferences = true;
    platform.pageSize = 100;
    for (let i = 0; i < 100; i++) place(`o${String(i).padStart(3, "0")}`, minutesAgo(10));
    let broken = true;
    platform.beforeGet = (id) => {
      if (broken && id === "o036") throw new TransientError({ platform: "example", operation: "orders.get" });
    };
    const first = await pullSlice(engine, keyOf("changed"), signal);
    expect(first.state).toBe("failed");
    expect(await stored()).toHaveLength(35);
    broken = false;
    platform.calls.get.length = 0;
    await pullAll();
    expect(await stored()).toHaveLength(100);
    expect(platform.calls.get).toHaveLength(65);
    platform.calls.get.length = 0;
    clock.advance(30_000);
    await engine.db.query("update checkpoints set watermark = watermark - interval '20 minutes'");
    await pullAll();
    expect(platform.calls.get).toHaveLength(0);
  });

  it("halves a window that holds more than the platform pages", async () => {
    platform.most = 30;
    for (let i = 0; i < 100; i++) place(`o${i}`, new Date(minutesAgo(29).getTime() + i * 15_000));
    await pullAll();
    expect(await stored()).toHaveLength(100);
  });

  it("comes back to a report that is being made, without losing its place", async () => {
    let made = false;
    place("late", minutesAgo(10));
    platform.beforeList = (input) => {
      if (!made) return { next: "report-1", waitMs: 30_000 };
      expect(input.cursor).toBe("report-1");
      return { next: null };
    };
    expect((await pullSlice(engine, keyOf("changed"), signal)).state).toBe("waiting");
    const waiting = await findCheckpoint(engine.db, keyOf("changed"));
    expect(waiting?.cursor).toBe("report-1");
    expect(waiting?.dueAt).toEqual(new Date(clock.now().getTime() + 30_000));
    made = true;
    clock.advance(30_000);
    expect((await pullAll()).state).toBe("done");
  });

  it("drops a stored cursor that the platform refuses, and starts the window again", async () => {
    for (let i = 0; i < 60; i++) place(`o${i}`, minutesAgo(10));
    await pullSlice(engine, keyOf("changed"), signal, { pages: 1 });
    let refused = 0;
    platform.beforeList = (input) => {
      if (input.cursor !== null && refused++ === 0)
        throw new InvalidRequestError({ platform: "example", operation: "orders.list", platformCode: "token expired" });
      return undefined;
    };
    expect((await pullSlice(engine, keyOf("changed"), signal)).state).toBe("failed");
    expect((await findCheckpoint(engine.db, keyOf("changed")))?.cursor).toBeNull();
    await pullAll();
    expect(await stored()).toHaveLength(60);
  });

  it("S41 flags a store at the first refusal, and reads the gap after it was authorised again", async () => {
    await pullAll();
    platform.beforeList = () => {
      throw new AuthExpiredError({ platform: "example", operation: "orders.list" });
    };
    clock.advance(60_000);
    await pullSlice(engine, keyOf("changed"), signal);
    const [row] = await engine.db.query<{ state: string }>("select state from stores");
    expect(row?.state).toBe("auth_expired");
    expect(await alerts()).toEqual(["auth_expired"]);
    const reached = (await findCheckpoint(engine.db, keyOf("changed")))?.watermark?.getTime() ?? 0;
    place("meanwhile", clock.now());
    platform.calls.list.length = 0;
    // Nothing is asked in vain but one look at a time, and nothing gives up.
    for (let day = 0; day < 14; day++) {
      clock.advance(86_400_000);
      await runUntilIdle(engine, signal);
    }
    expect(platform.calls.list.length).toBeLessThanOrEqual(14);
    platform.calls.list.length = 0;
    expect((await findCheckpoint(engine.db, keyOf("changed")))?.attempts).toBe(0);
    platform.beforeList = () => undefined;
    await reconnectStore(engine, store.id, { credentials: {}, actor: "test" }, signal);
    expect(await alerts()).toEqual([]);
    await runUntilIdle(engine, signal, { maxItems: 2_000 });
    expect(platform.calls.list[0]?.since.getTime()).toBe(reached - 60_000);
    expect(await stored()).toEqual(["meanwhile"]);
    const last = Math.max(...platform.calls.list.map((input) => input.until.getTime()));
    expect(last).toBe(clock.now().getTime() - 5_000);
  });

  it("holds a whole store at the first refusal of its app, tells it once, and looks again at growing distance", async () => {
    await pullAll();
    await ensureCheckpoint(engine.db, keyOf("created"), { watermark: null, everySeconds: 3600, dueAt: clock.now() });
    platform.beforeList = () => {
      throw new PermanentError({
        platform: "example",
        operation: "orders.list",
        message: "the app is blocked",
        remedy: "Ask the platform to open the app.",
        scope: "app",
      });
    };
    clock.advance(60_000);
    platform.calls.list.length = 0;
    await runUntilIdle(engine, signal);
    expect(platform.calls.list).toHaveLength(1);
    const state = async () => (await engine.db.query("select state, state_reason, retry_attempts from stores"))[0];
    expect(await state()).toMatchObject({ state: "refused", retry_attempts: 1 });
    const told = "select code, count, message, remedy from alerts where resolved_at is null";
    const [alert, ...others] = await engine.db.query(told);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ code: "store_refused", remedy: "Ask the platform to open the app." });
    // The looks are ever further apart, six hours at the most, and each is one call.
    for (const minutes of [5, 10, 20, 40, 80, 160, 320, 360, 360]) {
      const before = platform.calls.list.length;
      clock.advance((minutes - 1) * 60_000);
      await runUntilIdle(engine, signal);
      expect(platform.calls.list.length, `${minutes} minutes`).toBe(before);
      clock.advance(60_000);
      await runUntilIdle(engine, signal);
      expect(platform.calls.list.length, `${minutes} minutes`).toBe(before + 1);
    }
    expect(await engine.db.query(told)).toHaveLength(1);
    // Mended without a word to us: the next look finds out, all goes on at once, nothing is left open.
    platform.beforeList = () => undefined;
    place("meanwhile", clock.now());
    clock.advance(6 * 3_600_000);
    await runUntilIdle(engine, signal, { maxItems: 2_000 });
    expect(await state()).toMatchObject({ state: "ok", state_reason: null });
    expect(await alerts()).toEqual([]);
    expect(await stored()).toEqual(["meanwhile"]);
  });

  it("leaves to a stream what is the stream's own", async () => {
    await pullAll();
    platform.beforeList = (input) => {
      if (input.stream !== "changed") return undefined;
      throw new PermanentError({ platform: "example", operation: "orders.list", message: "no such method" });
    };
    clock.advance(60_000);
    await runUntilIdle(engine, signal);
    expect(await engine.db.query("select state from stores")).toEqual([{ state: "ok" }]);
    expect(await alerts()).toEqual(["stream_failing"]);
  });

  it("waits as long as the platform says, without counting it as a failure", async () => {
    platform.beforeList = () => {
      throw new ThrottledError({ platform: "example", operation: "orders.list", retryAfterMs: 90_000 });
    };
    await pullSlice(engine, keyOf("changed"), signal);
    const checkpoint = await findCheckpoint(engine.db, keyOf("changed"));
    expect(checkpoint?.attempts).toBe(0);
    expect(checkpoint?.dueAt.getTime()).toBeGreaterThanOrEqual(clock.now().getTime() + 90_000);
  });

  it("reads the past beside the present, and ends where the present began", async () => {
    for (let i = 0; i < 30; i++) place(`o${i}`, new Date(clock.now().getTime() - i * 8_640_000 - 3_600_000));
    const from = minutesAgo(3 * 24 * 60 + 120);
    await ensureCheckpoint(engine.db, keyOf("changed@backfill"), {
      watermark: from,
      everySeconds: 60,
      dueAt: clock.now(),
      backfill: { from, until: clock.now(), limit: null },
    });
    const result = await pullAll("changed@backfill", 500);
    expect(result.state).toBe("done");
    expect(await stored()).toHaveLength(30);
    expect((await findCheckpoint(engine.db, keyOf("changed@backfill")))?.state).toBe("done");
  });

  itTwoConnections("S80 refuses the checkpoint of a paused worker that wakes, and doubles nothing", async () => {
    for (let i = 0; i < 20; i++) place(`o${i}`, minutesAgo(10));
    const other: Engine = { ...engine, processId: "other" };
    let overtaken = false;
    platform.beforeList = (_input, call) => {
      if (call === 1) overtaken = true;
      return undefined;
    };
    const paused = platform.records;
    // The first worker has read its page; before it commits, its lease lapses and another one reads it all.
    const slow: Engine = {
      ...engine,
      clock: engine.clock,
      db: {
        ...engine.db,
        query: engine.db.query,
        exec: engine.db.exec,
        stream: engine.db.stream,
        listen: engine.db.listen,
        get orm() {
          return engine.db.orm;
        },
        dialect: engine.db.dialect,
        transaction: async (run) => {
          await engine.db.query("update checkpoints set lease_until = now() - interval '1 second'");
          await pullSlice(other, keyOf("changed"), signal);
          return engine.db.transaction(run);
        },
      },
    };
    const result = await pullSlice(slow, keyOf("changed"), signal);
    expect(overtaken).toBe(true);
    expect(result.state).toBe("busy");
    expect(paused.size).toBe(20);
    expect(await stored()).toHaveLength(20);
    const [row] = await engine.db.query<{ n: string }>(
      "select count(*) as n from changes_pending where entity = 'order'",
    );
    expect(row?.n).toBe("20");
  });
});

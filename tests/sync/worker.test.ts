import { describe, expect, it, onTestFinished, vi } from "vitest";
import { insertInbox } from "../../src/core/db/inbox.ts";
import { takeLease } from "../../src/core/db/leases.ts";
import { createSeats, seatOf } from "../../src/sync/seats.ts";
import { startWorker } from "../../src/sync/worker.ts";
import { givenWebhooks, numbers } from "./given-webhooks.ts";

const message = (storeId: string, n: number) => ({
  platform: "example",
  storeId,
  storeKey: null,
  dedupKey: `m${n}`,
  topic: "order.changed",
  resource: "orders" as const,
  externalId: String(n),
  key: null,
  occurredAt: null,
  document: null,
});

describe("a worker", () => {
  it("works off at once what another process was told, and what came while it was at it", async () => {
    const { engine, store } = await givenWebhooks();
    // No look of its own comes within a minute: it is the notification that wakes.
    const worker = await startWorker(engine, { jobs: null, tickMs: 60_000 });
    onTestFinished(() => worker.stop());
    const told = async (n: number) => {
      await insertInbox(engine.db, engine.keyring, [message(store.id, n)], engine.clock.now());
    };
    for (const n of numbers(3)) await told(n);
    await vi.waitFor(
      async () => {
        const rows = await engine.db.query("select 1 from inbox where status = 'pending' and attempts = 0");
        expect(rows).toEqual([]);
      },
      { timeout: 10_000, interval: 20 },
    );
  });
});

describe("seats", () => {
  it("belong to one of those that are there, the same in everybody's eyes, and move only with who comes or goes", async () => {
    const { engine } = await givenWebhooks();
    const names = ["a", "b", "c"].map((end) => `process-${end}`);
    const seats = names.map((processId) => createSeats({ db: engine.db, processId }));
    const keys = numbers(60).map((n) => `push:store-${n}:stock`);
    // Nobody knows of those who come after.
    for (const each of seats) await each.refresh();
    expect(keys.filter((key) => seats[0]?.isMine(key))).toHaveLength(60);
    const mine = keys.filter((key) => seats[2]?.isMine(key));
    expect(mine).toEqual(keys.filter((key) => seatOf(key, names) === names[2]));
    for (const name of names) expect(keys.filter((key) => seatOf(key, names) === name).length).toBeGreaterThan(8);
    for (const key of keys.filter((other) => !mine.includes(other)))
      expect(seatOf(key, names.slice(0, 2))).toBe(seatOf(key, names));
  });

  it("are left by a process that ends, and a lease of the same name is none", async () => {
    const { engine } = await givenWebhooks();
    await takeLease(engine.db, "push:stock:x", "process-z", 60_000);
    const gone = createSeats({ db: engine.db, processId: "process-a" });
    await gone.refresh();
    await gone.leave();
    const stays = createSeats({ db: engine.db, processId: "process-b" });
    await stays.refresh();
    expect(numbers(20).every((n) => stays.isMine(`inbox:${n}`))).toBe(true);
  });
});

/** The embedded database in a thread does what the one without does, and ends as a process needs it to. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Database, type OpenDatabase, sqlState } from "../../src/core/db/database.ts";
import { migrate } from "../../src/core/db/migrate.ts";
import { stores } from "../../src/core/db/schema/index.ts";
import { openPglite } from "../../src/entry/open-database.ts";
import { givenFiles } from "../support/temp-dir.ts";

const SLOW_MS = 60_000;
const ROOT = join(import.meta.dirname, "../..");

async function givenThread(): Promise<OpenDatabase & { thread: Worker }> {
  const started = new Promise<Worker>((resolve) => process.once("worker", resolve));
  const open = await openPglite(null, { thread: true });
  onTestFinished(() => open.close().catch(() => {}));
  return { ...open, thread: await started };
}

describe.each(["in a thread", "without one"])("a database %s", (form) => {
  let open: OpenDatabase;
  let db: Database;
  beforeAll(async () => {
    open = await openPglite(null, { thread: form === "in a thread" });
    db = open.db;
    await migrate(db);
  }, SLOW_MS);
  beforeEach(() => db.exec("drop table if exists numbers; create table numbers (n integer primary key)"));
  afterAll(() => open.close());

  const numbers = async () => (await db.query<{ n: number }>("select n from numbers order by n")).map(({ n }) => n);
  const add = (to: Database, n: number) => to.query("insert into numbers values ($1)", [n]);

  it("gives each type in its form", async () => {
    const params = [Uint8Array.of(0, 127, 255), ["a", 'b "c"'], "Grüße 你好 🎉", true, null, 7, '{"deep": [1, null]}'];
    const [row] = await db.query(
      `select 9223372036854775807::int8 as big, 0.10::numeric as amount, '2026-02-03 04:05:06.789+02'::timestamptz as at,
         '2026-02-03'::date as day, '2026-02-03 04:05'::timestamp as local, 1.5::float8 as float, 2 as int,
         array[1, 2] as ints, $1::bytea as bytes, $2::text[] as texts, $3::text as text, $4::boolean as bool,
         $5::text as nothing, $6::int as seven, $7::text::jsonb as json, array[0.10]::numeric[] as amounts`,
      params,
    );
    expect(row).toEqual({
      big: "9223372036854775807",
      amount: "0.10",
      at: "2026-02-03 02:05:06.789+00",
      day: "2026-02-03",
      local: "2026-02-03 04:05:00",
      float: 1.5,
      int: 2,
      ints: [1, 2],
      bytes: Uint8Array.of(0, 127, 255),
      texts: ["a", 'b "c"'],
      text: "Grüße 你好 🎉",
      bool: true,
      nothing: null,
      seven: 7,
      json: { deep: [1, null] },
      amounts: ["0.10"],
    });
  });

  it("gives the builder what it expects", async () => {
    const row = {
      id: "0190a000-0000-7000-8000-000000000001",
      platform: "example",
      name: "One",
      externalId: "1",
      currency: "EUR",
      timeZone: "UTC",
      stockFrom: new Date("2026-02-03T00:00:00Z"),
      createdAt: new Date("2026-02-03T04:05:06.789Z"),
      updatedAt: new Date("2026-02-03T04:05:06.789Z"),
    } satisfies typeof stores.$inferInsert;
    await db.orm.insert(stores).values(row);
    const [read] = await db.orm.select().from(stores).where(eq(stores.name, "One"));
    expect(read).toMatchObject(row);
    expect(await db.orm.update(stores).set({ name: "Two" }).returning({ name: stores.name })).toEqual([
      { name: "Two" },
    ]);
    await expect(db.orm.insert(stores).values(row)).rejects.toSatisfy((error) => sqlState(error) === "23505");
    await db.transaction(async (tx) =>
      expect(await tx.orm.delete(stores).returning({ id: stores.id })).toHaveLength(1),
    );
  });

  it("tells what PostgreSQL tells of an error, and goes on", async () => {
    await add(db, 1);
    const error = await add(db, 1).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(Error);
    expect(sqlState(error)).toBe("23505");
    expect(error).toMatchObject({
      message: 'duplicate key value violates unique constraint "numbers_pkey"',
      detail: "Key (n)=(1) already exists.",
      constraint: "numbers_pkey",
      table: "numbers",
      schema: "public",
      severity: "ERROR",
    });
    await expect(db.exec("select 1; nonsense")).rejects.toMatchObject({ code: "42601" });
    await expect(db.query("select $1::int", ["x"])).rejects.toMatchObject({ code: "22P02" });
    expect(await numbers()).toEqual([1]);
  });

  it("knows a statement again after its table has changed", async () => {
    await add(db, 1);
    const all = () => db.query("select * from numbers");
    expect(await all()).toEqual([{ n: 1 }]);
    await db.exec("alter table numbers add column word text default 'one'");
    expect(await all()).toEqual([{ n: 1, word: "one" }]);
    await db.exec("drop table numbers; create table numbers (word text)");
    expect(await all()).toEqual([]);
  });

  it("writes a column whose type has changed, and reads it within the transaction that changed it", async () => {
    await add(db, 1);
    await db.exec("alter table numbers alter column n type text");
    await db.query("insert into numbers values ($1)", ["two"]);
    const after = db.transaction(async (tx) => {
      await tx.query("select * from numbers");
      await tx.exec("alter table numbers add column word text default 'one'");
      return tx.query("select * from numbers order by n");
    });
    expect(await after).toEqual([
      { n: "1", word: "one" },
      { n: "two", word: "one" },
    ]);
  });

  it("loses no end of a text with half a character, and keeps any other character", async () => {
    const given = "é\udc00é\udc00 end";
    const [row] = await db.query("select $1::text as text, $2::text[] as texts", [given, [given, "last"]]);
    expect(row).toEqual({ text: given.toWellFormed(), texts: [given.toWellFormed(), "last"] });
  });

  it("keeps some hundreds of statements, and answers any number", async () => {
    const asked = async (n: number) => expect(await db.query(`select ${n} as n`)).toEqual([{ n }]);
    for (let n = 0; n < 700; n += 1) await asked(n);
    await asked(0);
    const [row] = await db.query<{ kept: string }>("select count(*) as kept from pg_prepared_statements");
    expect(Number(row?.kept)).toBeLessThanOrEqual(300);
  });

  it("answers in the order of asking", async () => {
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => add(db, n).then(() => order.push(n))));
    expect(order).toEqual([1, 2, 3]);
  });

  it("keeps a transaction whole, and nothing of one that throws", async () => {
    expect(await db.transaction((tx) => add(tx, 1).then(() => "kept"))).toBe("kept");
    const failure = new Error("no more");
    const failing = db.transaction(async (tx) => {
      await add(tx, 2);
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    await expect(db.transaction((tx) => Promise.all([add(tx, 3), add(tx, 3)]))).rejects.toMatchObject({
      code: "23505",
    });
    expect(await numbers()).toEqual([1]);
  });

  it("refuses to commit what a caught error has failed, and says what it was", async () => {
    await add(db, 1);
    const caught = async (...last: [string, number[]?][]) =>
      db.transaction(async (tx) => {
        await add(tx, 2);
        for (const [text, params] of last) await tx.query(text, params).catch(() => {});
      });
    await expect(caught(["insert into numbers values ($1)", [1]], ["select 1"])).rejects.toMatchObject({
      code: "23505",
    });
    await expect(
      db.transaction(async (tx) => {
        await add(tx, 2);
        await tx.exec("select 1; nonsense").catch(() => {});
      }),
    ).rejects.toMatchObject({ code: "42601" });
    expect(await numbers()).toEqual([1]);
    await caught();
    await db.transaction(async (tx) => {
      await tx.transaction((inner) => add(inner, 1)).catch(() => {});
      await add(tx, 3);
    });
    expect(await numbers()).toEqual([1, 2, 3]);
  });

  it("tells a failure of the commit itself", async () => {
    await db.exec("create table later (n integer references numbers deferrable initially deferred)");
    onTestFinished(() => db.exec("drop table later"));
    await expect(db.transaction((tx) => tx.query("insert into later values (9)"))).rejects.toMatchObject({
      code: "23503",
    });
    expect(await db.query("select * from later")).toEqual([]);
  });

  it("undoes a nested transaction alone", async () => {
    await db.transaction(async (tx) => {
      await add(tx, 1);
      const nested = tx.transaction(async (inner) => {
        await add(inner, 2);
        await inner.transaction((deepest) => add(deepest, 3));
        await add(inner, 1);
      });
      await expect(nested).rejects.toMatchObject({ code: "23505" });
      await tx.transaction((inner) => add(inner, 4));
    });
    expect(await numbers()).toEqual([1, 4]);
  });

  it("lets everything else wait while a transaction is open", async () => {
    const order: string[] = [];
    let others: Promise<unknown> = Promise.resolve();
    await db.transaction(async (tx) => {
      others = Promise.all([
        add(db, 2).then(() => order.push("statement")),
        db.transaction((second) => add(second, 3).then(() => order.push("transaction"))),
        numbers().then((all) => order.push(`sees ${all}`)),
      ]);
      await tx.query("select pg_sleep(0.02)");
      await add(tx, 1);
      await tx.query("select pg_sleep(0.02)");
      order.push("first");
    });
    await others;
    expect(order).toEqual(["first", "statement", "transaction", "sees 1,2,3"]);
  });

  it("refuses the handle of a transaction that has ended", async () => {
    let left: Database = db;
    await db.transaction(async (tx) => {
      left = tx;
    });
    await expect(add(left, 1)).rejects.toThrow("Transaction is closed");
  });

  it("reads a large result whole, and a part at a time", async () => {
    const text = "select g, repeat('x', 1000) as text from generate_series(1, 20000) g";
    expect(await db.query(text)).toHaveLength(20_000);
    const sizes: number[] = [];
    for await (const rows of db.stream(text, [], 8_000)) sizes.push(rows.length);
    expect(sizes).toEqual([8_000, 8_000, 4_000]);
  });

  it("tells each listener of a channel until it stops", async () => {
    const heard: string[] = [];
    const stopOne = await db.listen("news", (payload) => heard.push(`one ${payload}`));
    const stopTwo = await db.listen("news", (payload) => heard.push(`two ${payload}`));
    await db.transaction((tx) => tx.query("select pg_notify('news', 'a')"));
    await stopOne();
    await db.query("select pg_notify('news', 'b')");
    await stopTwo();
    await db.query("select pg_notify('news', 'c')");
    expect(heard).toEqual(["one a", "two a", "two b"]);
  });
});

it("leaves the event loop free while a statement runs, and tells in an error who waited for it", {
  timeout: SLOW_MS,
}, async () => {
  const { db } = await givenThread();
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  await db.query("select count(*) from generate_series(1, 3000000)");
  clearInterval(timer);
  expect(turns).toBeGreaterThan(5);
  const error = await db.query("nonsense").catch((error: unknown) => error);
  expect((error as Error).stack).toContain(import.meta.filename);
});

it("fails what waits and what comes after when the thread dies", { timeout: SLOW_MS }, async () => {
  const { db, close, thread } = await givenThread();
  let inside: Promise<unknown> = Promise.resolve();
  const transaction = db.transaction(async (tx) => {
    inside = tx.query("select count(*) from generate_series(1, 1e9::int)");
    inside.catch(() => {});
    await thread.terminate();
    await inside;
  });
  const waiting = db.query("select 1");
  const gone = { code: "08006", message: expect.stringContaining("thread of the embedded database has ended") };
  await Promise.all([transaction, waiting].map((promise) => expect(promise).rejects.toMatchObject(gone)));
  await expect(inside).rejects.toMatchObject(gone);
  await expect(db.query("select 1")).rejects.toMatchObject(gone);
  await expect(db.transaction(async () => {})).rejects.toMatchObject(gone);
  await close();
});

it("finishes what was asked before it closes, ends the thread, and refuses what comes after", {
  timeout: SLOW_MS,
}, async () => {
  const folder = join(givenFiles({}), "database");
  const ended = new Promise<void>((resolve) =>
    process.once("worker", (worker) => worker.once("exit", () => resolve())),
  );
  const { db, close } = await openPglite(folder, { thread: true });
  await db.exec("create table kept (n integer)");
  const written = Promise.all([
    db.query("insert into kept values (1)"),
    db.transaction((tx) => tx.query("select pg_sleep(0.01)")),
    db.query<{ n: number }>("select n from kept"),
  ]);
  await close();
  expect((await written)[2]).toEqual([{ n: 1 }]);
  await ended;
  await expect(db.query("select 1")).rejects.toThrow("is closed");
  const again = await openPglite(folder);
  expect(await again.db.query("select n from kept")).toEqual([{ n: 1 }]);
  await again.close();
});

it("finishes without a thread, too, what was asked before it closes", { timeout: SLOW_MS }, async () => {
  const { db, close } = await openPglite(null);
  const asked = Promise.all([1, 2, 3].map((n) => db.query("select $1::int as n", [n])));
  await close();
  expect(await asked).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  await expect(db.query("select 1")).rejects.toThrow("is closed");
});

it("says why a folder cannot be opened, as without a thread", { timeout: SLOW_MS }, async () => {
  const folder = join(givenFiles({ file: "no folder" }), "file", "database");
  const messageOf = (error: unknown) => (error as Error).message;
  const without = await openPglite(folder).catch(messageOf);
  expect(without).toContain(folder);
  expect(await openPglite(folder, { thread: true }).catch(messageOf)).toBe(without);
});

describe("a process with the thread", () => {
  const database = pathToFileURL(join(ROOT, "src/entry/open-database.ts")).href;

  /** Runs a script as `bin/tallyport.js` runs the program: tsx registered, from another folder. */
  function run(folder: string, script: string) {
    const file = "run.mjs";
    const root = givenFiles({
      [file]: `import { register } from ${JSON.stringify(import.meta.resolve("tsx/esm/api"))};
        register();
        const { openPglite } = await import(${JSON.stringify(database)});
        const { db, close } = await openPglite(${JSON.stringify(folder)}, { thread: true });
        ${script}`,
    });
    return spawnSync(process.execPath, [join(root, file)], { cwd: root, encoding: "utf8", timeout: SLOW_MS });
  }

  it("ends by itself, at once when told to, and loses nothing when killed", { timeout: 2 * SLOW_MS }, async () => {
    const folder = join(givenFiles({}), "database");
    const forgotten = run(folder, `await db.exec("create table kept (n integer)"); console.log("end")`);
    expect(forgotten).toMatchObject({ status: 0, stdout: "end\n", stderr: "" });
    const told = run(
      folder,
      `setTimeout(() => process.exit(7), 50); await db.query("select count(*) from generate_series(1, 1e9::int)")`,
    );
    expect(told).toMatchObject({ status: 7, stderr: "" });
    const killed = run(folder, `await db.query("insert into kept values (1)"); process.kill(process.pid, "SIGKILL")`);
    expect(killed.signal).toBe("SIGKILL");
    const crashed = run(folder, `await db.query("insert into kept values (2)"); throw new Error("a mistake")`);
    expect(crashed.status).toBe(1);
    const read = run(folder, `console.log(JSON.stringify(await db.query("select n from kept"))); await close()`);
    expect(read).toMatchObject({ status: 0, stdout: '[{"n":1},{"n":2}]\n', stderr: "" });
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, engine, itTwoConnections, type TestDatabase } from "./database.ts";

const addLease = ({ db }: TestDatabase, name: string) =>
  db.query("insert into leases (name, until) values ($1, now())", [name]);
const leases = async ({ db }: TestDatabase) =>
  (await db.query<{ name: string }>("select name from leases order by name")).map((row) => row.name);

describe("a database made in a test", () => {
  it.each([1, 2, 3])("is migrated and empty, time %i", async () => {
    const database = await createTestDatabase();
    expect(await database.db.query("select tag from tallyport_migrations")).not.toEqual([]);
    expect(await leases(database)).toEqual([]);
    await addLease(database, "a");
    await database.db.exec("create schema left_over; create table left_over.rows (id int)");
  });

  it("is not the database of another", async () => {
    const [one, other] = [await createTestDatabase(), await createTestDatabase()];
    await addLease(one, "a");
    expect(await leases(one)).toEqual(["a"]);
    expect(await leases(other)).toEqual([]);
    expect(await other.db.query("select 1 from pg_namespace where nspname = 'left_over'")).toEqual([]);
  });

  it("runs on the engine of this run", async () => {
    const { db, url } = await createTestDatabase();
    expect(db.dialect).toBe(engine);
    expect(url === null).toBe(engine === "pglite");
  });
});

describe("a database that tests share", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });

  it("keeps its rows", async () => {
    await addLease(database, "a");
    expect(await leases(database)).toEqual(["a"]);
  });

  it("is emptied when it is told to be", async () => {
    expect(await leases(database)).toEqual(["a"]);
    await database.reset();
    expect(await leases(database)).toEqual([]);
  });
});

itTwoConnections("lets one transaction wait for another", async () => {
  const database = await createTestDatabase();
  await addLease(database, "a");
  const order: string[] = [];
  let second: Promise<void> = Promise.resolve();
  await database.db.transaction(async (first) => {
    await first.query("select 1 from leases for update");
    second = database.db.transaction(async (tx) => {
      await tx.query("select 1 from leases for update");
      order.push("second");
    });
    await expect(database.db.query("select 1 from leases for update nowait")).rejects.toThrow("lock");
    order.push("first");
  });
  await second;
  expect(order).toEqual(["first", "second"]);
});

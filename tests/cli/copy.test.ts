import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBackup, writeBackup } from "../../src/cli/copy/file.ts";
import { copyInto, moveTo } from "../../src/cli/copy/move.ts";
import { type Snapshot, withSnapshot } from "../../src/cli/copy/rows.ts";
import { readConfig } from "../../src/core/config.ts";
import { appendChanges, readChanges, sequenceChanges } from "../../src/core/db/changes.ts";
import { nextReadSeq } from "../../src/core/db/checkpoints.ts";
import type { Database } from "../../src/core/db/database.ts";
import { newId } from "../../src/core/ids.ts";
import { createTestDatabase } from "../support/database.ts";
import { givenFiles } from "../support/temp-dir.ts";
import { runCli, SLOW_MS } from "./run-cli.ts";

const AT = new Date("2026-03-01T08:00:00.123Z");
const quiet = () => {};

/** A store that is live, an order with what a careless copy would spoil, and a feed whose first change was pruned. */
async function givenData(db: Database): Promise<{ orderId: string }> {
  const [storeId, orderId, skuId] = [newId(AT), newId(AT), newId(AT)];
  await db.query(
    `insert into stores (id, platform, name, currency, time_zone, mode, stock_from) values ($1::uuid, 'woocommerce', '青空', 'JPY', 'Asia/Tokyo', 'live', now())`,
    [storeId],
  );
  await db.query(
    `insert into orders (id, store_id, external_id, status, external_status, payment_status, fulfilled_by, placed_at, currency, total,
       tax_included, open, document, personal, read_seq, synced_at)
     values ($1::uuid, $2::uuid, '9007199254740993', 'shipped', 'x', 'paid', 'seller', '2026-01-01T00:00:00.123456Z', 'KWD',
       1234567890123.123456, true, false, $3, $4, 9007199254740993, now())`,
    [orderId, storeId, '{"note":"line\\nbreak ☃ \\\\"}', new Uint8Array([0, 255, 10, 92])],
  );
  await db.query("insert into skus (id, code) values ($1::uuid, 'TEE')", [skuId]);
  await db.query(
    "insert into api_keys (id, name, hash, prefix, scopes) values ($1::uuid, 'k', 'h', 'tp_', array['orders:read', 'a,\"b'])",
    [newId(AT)],
  );
  for (const kind of ["created", "updated", "updated"] as const)
    await appendChanges(db, storeId, [{ entity: "order", entityId: orderId, version: 1, kind }]);
  await sequenceChanges(db);
  await db.query("delete from changes where position = 1");
  await nextReadSeq(db);
  await nextReadSeq(db);
  return { orderId };
}

const allRows = async (db: Database): Promise<Record<string, string[]>> =>
  withSnapshot(db, async (snapshot) => {
    const tables: Record<string, string[]> = {};
    for (const table of snapshot.tables) {
      tables[table] = [];
      for await (const rows of snapshot.rows(table)) tables[table].push(...rows);
    }
    return tables;
  });

describe("a copy", () => {
  it("is the same to the last digit, goes on counting where the source stood, and only reads stores", async () => {
    const [source, target] = [await createTestDatabase(), await createTestDatabase()];
    const { orderId } = await givenData(source.db);
    const view = await withSnapshot(source.db, (snapshot) => copyInto(target.db, snapshot, quiet));
    expect(view).toMatchObject({ observed: ["青空"] });
    const [before, after] = [await allRows(source.db), await allRows(target.db)];
    expect({ ...after, stores: [] }).toEqual({ ...before, stores: [] });
    expect(JSON.parse(after.stores?.[0] ?? "")).toMatchObject({ mode: "observe", name: "青空" });
    expect(await nextReadSeq(target.db)).toBe(await nextReadSeq(source.db));
    await appendChanges(target.db, null, [{ entity: "order", entityId: orderId, version: 2, kind: "updated" }]);
    await sequenceChanges(target.db);
    const { changes } = await readChanges(target.db, { after: 0, limit: 10 });
    expect(changes.map((change) => change.position)).toEqual([2, 3, 4]);
  });

  it("through a backup file is the same too, and the file is its owner's alone", async () => {
    const [source, target] = [await createTestDatabase(), await createTestDatabase()];
    await givenData(source.db);
    const file = join(givenFiles({}), "backup.gz");
    const made = await withSnapshot(source.db, (snapshot) => writeBackup(snapshot, file, AT, quiet));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const moved = await readBackup(file, (snapshot) => copyInto(target.db, snapshot, quiet));
    expect(moved.rows).toBe(made.rows);
    const [before, after] = [await allRows(source.db), await allRows(target.db)];
    expect({ ...after, stores: [] }).toEqual({ ...before, stores: [] });
  });

  it("of a broken file leaves nothing behind", async () => {
    const [source, target] = [await createTestDatabase(), await createTestDatabase()];
    await givenData(source.db);
    const folder = givenFiles({ "other.gz": "no gzip" });
    const file = join(folder, "backup.gz");
    await withSnapshot(source.db, (snapshot) => writeBackup(snapshot, file, AT, quiet));
    const use = (snapshot: Snapshot) => copyInto(target.db, snapshot, quiet);
    const lines = gunzipSync(readFileSync(file)).toString().trim().split("\n");
    for (const part of [lines.slice(0, -1), lines.filter((line) => !line.includes('"JPY"'))]) {
      writeFileSync(file, gzipSync(`${part.join("\n")}\n`));
      await expect(readBackup(file, use)).rejects.toMatchObject({ code: "backup_broken" });
    }
    await expect(readBackup(join(folder, "other.gz"), use)).rejects.toMatchObject({ code: "no_backup" });
    await expect(readBackup(join(folder, "absent.gz"), use)).rejects.toMatchObject({ code: "file_unreadable" });
    expect(Object.values(await allRows(target.db)).flat()).toEqual([]);
  });

  it("is refused where the schema is another one", async () => {
    const [source, target] = [await createTestDatabase(), await createTestDatabase()];
    const copy = withSnapshot(source.db, (snapshot) =>
      copyInto(target.db, { ...snapshot, schema: [...snapshot.schema, "9999_later"] }, quiet),
    );
    await expect(copy).rejects.toMatchObject({ code: "schema_differs", message: expect.stringContaining("newer") });
  });
});

describe("move", () => {
  it("goes to PostgreSQL alone, and to an empty one", { timeout: SLOW_MS }, async () => {
    const config = readConfig({ TALLYPORT_DATA: givenFiles({}) });
    await expect(moveTo(config, { to: "./folder", from: undefined }, quiet)).rejects.toMatchObject({
      code: "invalid_target",
    });
    const target = await createTestDatabase();
    if (target.url === null) return;
    await givenData(target.db);
    const moved = moveTo(config, { to: target.url, from: undefined }, quiet);
    await expect(moved).rejects.toMatchObject({ code: "target_not_empty" });
    // The same database, used by a newer program.
    await target.db.query("insert into tallyport_migrations (tag, position) values ('9999_later', 99)");
    const env = { DATABASE_URL: target.url, TALLYPORT_SECRET: "a passphrase that is long enough" };
    for (const command of [["serve"], ["migrate"], ["stores", "list"]]) {
      const result = await runCli(command, { env });
      expect(result).toMatchObject({ code: 1, stdout: "" });
      expect(result.stderr).toContain('the migration "9999_later", which this version of Tallyport does not know');
    }
  });
});

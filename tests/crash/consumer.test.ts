/**
 * Promise 10 for a reader that is killed: it follows the feed over HTTP beside eight writers, is stopped by `kill -9` at
 * seeded moments and goes on from its cursor; at the end its copy is the producer's state.
 * CONSUMER_CHANGES sets how many changes are written (1 000 000 takes some ten minutes), CRASH_SEED the moments.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCluster } from "../../scripts/test-cluster.ts";
import { createKey } from "../../src/api/keys.ts";
import { readConfig } from "../../src/core/config.ts";
import type { Database } from "../../src/core/db/database.ts";
import { newId } from "../../src/core/ids.ts";
import { type Environment, openEnvironment } from "../../src/entry/environment.ts";
import { openPostgres } from "../../src/entry/open-database.ts";
import { createRandom, type Random } from "../../src/fakes/random.ts";

const CHANGES = Number(process.env.CONSUMER_CHANGES ?? 50_000);
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const WRITERS = 8;
const PER_TRANSACTION = 20;
const FIRST_SKUS = 600;
const LEAST_KILLS = 12;

const folder = mkdtempSync(join(tmpdir(), "tallyport-consumer-"));
const children = new Set<ChildProcess>();
let stopCluster: () => Promise<void> = async () => {};
let environment: Environment;
let databaseUrl = "";
let env: Record<string, string> = {};

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  process.stdout.write(`crash seed ${seed}, ${CHANGES} changes\n`);
  const adminUrl = process.env.TEST_DATABASE_URL || (await startOwnCluster());
  const name = `tallyport_consumer_${process.pid}`;
  await administer(adminUrl, `drop database if exists ${name} with (force)`);
  await administer(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  databaseUrl = url.href;
  const settings = {
    DATABASE_URL: databaseUrl,
    TALLYPORT_SECRET: "a secret for the crash tests only",
    LOG_LEVEL: "error",
  };
  environment = await openEnvironment(readConfig(settings));
  const rights = { role: null, scopes: ["skus:read", "changes:read"], stores: null, expiresAt: null };
  const { key } = await createKey(environment.engine, { name: "consumer", ...rights, actor: "test" });
  const api = await start("api-process.ts", settings);
  env = { ...settings, FEED_URL: api.said, FEED_KEY: key, FEED_FOLDER: folder };
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await environment?.close();
  if (databaseUrl && process.env.TEST_DATABASE_URL)
    await administer(
      process.env.TEST_DATABASE_URL,
      `drop database if exists ${new URL(databaseUrl).pathname.slice(1)} with (force)`,
    );
  await stopCluster();
  rmSync(folder, { recursive: true, force: true });
});

async function startOwnCluster(): Promise<string> {
  const cluster = await startCluster();
  stopCluster = async () => cluster.stop();
  return cluster.url;
}

async function administer(url: string, statement: string): Promise<void> {
  const admin = openPostgres(url, { max: 1 });
  await admin.db.exec(statement).finally(() => admin.close());
}

/** Starts a process of this folder and waits for its first line. */
async function start(file: string, settings: Record<string, string>): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", `tests/crash/${file}`], {
    env: { ...process.env, ...settings },
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (data) => resolve(String(data).trim()));
    child.once("exit", (code) => reject(new Error(`${file} ended by itself with ${code}`)));
  });
  return { child, said };
}

/** One of the writers: in each transaction some SKUs change and, now and then, one is new. */
async function writeSome(db: Database, random: Random, transactions: number): Promise<void> {
  for (let n = 0; n < transactions; n++) {
    const fresh = random.chance(0.2) ? newId(new Date()) : null;
    await db.transaction(async (tx) => {
      if (fresh) await tx.query("insert into skus (id, code, title, version) values ($1::uuid, $1, 'new', 0)", [fresh]);
      // Locked in one order, so that no two writers wait for each other; the feed's entry follows the lock.
      await tx.query(
        `with chosen as materialized (select id from skus where id >= $1::uuid order by id limit $2::int),
         locked as materialized (select s.id from skus s join chosen using (id) order by s.id for no key update of s),
         changed as (update skus s set version = s.version + 1, title = $3, updated_at = now()
           where s.id in (select id from locked) or s.id = $4::uuid returning s.id, s.version)
         insert into changes_pending (entity, entity_id, store_id, version, kind)
         select 'sku', id, null, version, case when version = 1 then 'created' else 'updated' end from changed`,
        [randomUuid(random), PER_TRANSACTION - (fresh ? 1 : 0), `title ${n}`, fresh],
      );
    });
  }
}

const randomUuid = (random: Random) =>
  `${random.int(0, 0xffffffff).toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;

/** The copy as it stands: the newest line of each id. */
function readCopy(): Map<string, number> {
  const { bytes } = JSON.parse(readFileSync(join(folder, "cursor.json"), "utf8")) as { bytes: number };
  const text = readFileSync(join(folder, "copy.jsonl")).subarray(0, bytes).toString("utf8");
  const copy = new Map<string, number>();
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const { id, version } = JSON.parse(line) as { id: string; version: number };
    // A page that is read again tells nothing older than what the copy has.
    if (version < (copy.get(id) ?? 0)) throw new Error(`${id} went back from version ${copy.get(id)} to ${version}`);
    copy.set(id, version);
  }
  return copy;
}

it(`S71 a killed reader of ${CHANGES} changes by ${WRITERS} writers ends with exactly the producer's state`, async () => {
  const random = createRandom(seed);
  const { db } = environment.engine;
  await db.query(
    "insert into skus (id, code, title) select gen_random_uuid(), 'SKU-' || n, 'first' from generate_series(1, $1::int) as n",
    [FIRST_SKUS],
  );
  const pool = openPostgres(databaseUrl, { max: WRITERS, name: "tallyport-test" });
  let writing = true;
  const writers = Array.from({ length: WRITERS }, (_, i) =>
    writeSome(pool.db, createRandom(seed + i + 1), Math.ceil(CHANGES / PER_TRANSACTION / WRITERS)),
  );
  const written = Promise.all(writers).finally(() => {
    writing = false;
  });

  let kills = 0;
  let next = start("consumer-process.ts", env);
  for (;;) {
    const { child } = await next;
    child.removeAllListeners("exit");
    child.once("exit", () => children.delete(child));
    child.stdin?.write("go\n");
    const last = !writing && kills >= LEAST_KILLS;
    if (last) break;
    next = start("consumer-process.ts", env);
    await wait(20 + random.int(0, 600));
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    kills++;
  }
  await written;
  await pool.close();

  const rows = await db.query<{ id: string; version: string }>("select id, version from skus order by id");
  const truth = new Map(rows.map((row) => [row.id, Number(row.version)]));
  const [end] = await db.query<{ n: string }>(
    "select (select count(*) from changes) + (select count(*) from changes_pending) as n",
  );
  const isThere = () => {
    if (!existsSync(join(folder, "cursor.json"))) return false;
    const { after } = JSON.parse(readFileSync(join(folder, "cursor.json"), "utf8")) as { after: number };
    return after >= Number(end?.n);
  };
  for (let look = 0; !isThere() && look < 6_000; look++) await wait(100);
  process.stdout.write(`${kills} kills, ${end?.n} changes of ${truth.size} SKUs\n`);
  expect(Number(end?.n)).toBeGreaterThanOrEqual(CHANGES * 0.9);
  const copy = readCopy();
  expect(copy.size).toBe(truth.size);
  expect([...truth].filter(([id, version]) => copy.get(id) !== version)).toEqual([]);
}, 1_800_000);

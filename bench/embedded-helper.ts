/** A process as an embedded Tallyport is one: the work and an HTTP server on one thread, the database on another. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Database } from "../src/core/db/database.ts";
import { migrate } from "../src/core/db/migrate.ts";
import { openPglite } from "../src/entry/open-database.ts";
import { seedCatalogue } from "./catalogue.ts";
import { type PageRows, writePage } from "./floors.ts";
import { serveHelper } from "./harness.ts";
import { benchKeyring, ingestTexts, nextTurn } from "./ingest-run.ts";
import { wireOrders } from "./wire-orders.ts";

interface Slice {
  from: number;
  count: number;
  pageSize: number;
}

export type EmbeddedQuestion =
  | { ask: "open"; folder: string; orders: number }
  | ({ ask: "ingest" } & Slice)
  | ({ ask: "floor"; file: string } & Slice);

export interface EmbeddedAnswer {
  port: number;
  perSecond: number;
}

const keyring = benchKeyring();
let db: Database | null = null;
let port = 0;
let texts: string[] = [];
let pages: PageRows[] = [];

if (process.send) serveHelper<EmbeddedQuestion, EmbeddedAnswer>(answer);

async function answer(question: EmbeddedQuestion): Promise<EmbeddedAnswer> {
  if (question.ask === "open") return open(question);
  if (!db) throw new Error("the database is not open yet");
  const perSecond = await (question.ask === "ingest" ? runOurs(db, question) : runFloor(db, question));
  return { port, perSecond };
}

async function open({ folder, orders }: EmbeddedQuestion & { ask: "open" }): Promise<EmbeddedAnswer> {
  texts = wireOrders(orders);
  const opened = await openPglite(folder, { thread: true });
  await migrate(opened.db);
  await seedCatalogue(opened.db);
  await opened.db.exec("analyze");
  db = opened.db;
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end('{"status":"ok"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  return { port, perSecond: 0 };
}

async function runOurs(database: Database, { from, count, pageSize }: Slice): Promise<number> {
  const run = await ingestTexts(database, keyring, texts.slice(from, from + count), pageSize);
  if (run.changed !== count) throw new Error("the run did not save every order");
  return run.perSecond;
}

async function runFloor(
  database: Database,
  { file, from, count, pageSize }: Slice & { file: string },
): Promise<number> {
  if (pages.length === 0) pages = JSON.parse(readFileSync(file, "utf8"));
  const start = performance.now();
  for (const page of pages.slice(from / pageSize, (from + count) / pageSize)) {
    await writePage(database, page);
    await nextTurn();
  }
  return (count / (performance.now() - start)) * 1_000;
}

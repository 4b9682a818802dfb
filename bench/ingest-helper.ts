/** One side of the comparison in a process of its own: no side's heap holds what another one needs. */
import { readFileSync } from "node:fs";
import type { Database } from "../src/core/db/database.ts";
import { openPostgres } from "../src/entry/open-database.ts";
import { openPage, type PageRows, sealAndWritePage, writePage } from "./floors.ts";
import { serveHelper } from "./harness.ts";
import { benchKeyring, ingestTexts } from "./ingest-run.ts";
import { wireOrders } from "./wire-orders.ts";

export type IngestQuestion =
  | { ask: "load"; side: "ours"; orders: number; pageSize: number }
  | { ask: "load"; side: "floor" | "sealing"; orders: number; file: string }
  | { ask: "run"; url: string };

export interface IngestAnswer {
  perSecond: number;
  /** Of the same documents read again, unchanged. */
  replayPerSecond?: number;
}

type Side = (db: Database) => Promise<IngestAnswer>;

// Pages sealed by the process that made them are opened here again.
const keyring = benchKeyring();
let side: Side | null = null;

if (process.send) serveHelper<IngestQuestion, IngestAnswer>(answer);

async function answer(question: IngestQuestion): Promise<IngestAnswer> {
  if (question.ask === "load") {
    side = question.side === "ours" ? loadOurs(question) : loadFloor(question);
    return { perSecond: 0 };
  }
  if (!side) throw new Error("nothing is loaded yet");
  const { db, close } = openPostgres(question.url, { max: 4, name: "tallyport-bench" });
  try {
    await db.query("select 1");
    return await side(db);
  } finally {
    await close();
  }
}

function loadOurs({ orders, pageSize }: { orders: number; pageSize: number }): Side {
  const texts = wireOrders(orders);
  return async (db) => {
    const first = await ingestTexts(db, keyring, texts, pageSize);
    const again = await ingestTexts(db, keyring, texts, pageSize);
    if (first.changed !== orders || again.unchanged !== orders)
      throw new Error("the run did not save every order once");
    return { perSecond: first.perSecond, replayPerSecond: again.perSecond };
  };
}

function loadFloor({ side: name, orders, file }: { side: "floor" | "sealing"; orders: number; file: string }): Side {
  const pages = JSON.parse(readFileSync(file, "utf8")) as PageRows[];
  const plain = name === "sealing" ? pages.map((page) => openPage(page, keyring)) : [];
  const write =
    name === "sealing"
      ? (db: Database) => inTurn(plain, (page) => sealAndWritePage(db, page, keyring))
      : (db: Database) => inTurn(pages, (page) => writePage(db, page));
  return async (db) => {
    const start = performance.now();
    await write(db);
    return { perSecond: (orders / (performance.now() - start)) * 1_000 };
  };
}

async function inTurn<T>(pages: readonly T[], write: (page: T) => Promise<void>): Promise<void> {
  for (const page of pages) await write(page);
}

/** Ingests wire texts page by page, as the pull loop does once the platform's answer is there. */
import { toOrderDocument } from "../src/adapters/woocommerce/orders/documents.ts";
import { toUnified } from "../src/adapters/woocommerce/orders/to-order.ts";
import type { MapContext } from "../src/core/adapter.ts";
import { nextReadSeq, saveProgress, takeStream } from "../src/core/db/checkpoints.ts";
import type { Database } from "../src/core/db/database.ts";
import { prepareIngest, type ReadyPage, saveIngest } from "../src/core/ingest/ingest.ts";
import type { IngestCounts, ReadDocument } from "../src/core/ingest/types.ts";
import { letOthersRun } from "../src/core/let-others-run.ts";
import { createLog } from "../src/core/log.ts";
import { createKeyring, type DataKeyPurpose, type Keyring, parseMasterKeys, wrapDataKey } from "../src/core/secrets.ts";
import { parseWire } from "../src/core/wire.ts";
import { STORE, STREAM } from "./catalogue.ts";

const FIRST_PAGE = Date.UTC(2026, 1, 1);

const CONTEXT: MapContext = {
  storeId: STORE.id,
  currency: "EUR",
  timeZone: "Europe/Berlin",
  marketplaces: [],
  settings: {},
};

/** The same in every process of a run: what one sealed, another opens. */
export function benchKeyring(): Keyring {
  const masterKeys = parseMasterKeys("0".repeat(64));
  const [master] = masterKeys;
  if (!master) throw new Error("no master key");
  const row = (number: number, purpose: DataKeyPurpose) =>
    wrapDataKey(new Uint8Array(32).fill(number), { number, purpose, retiredAt: null }, master);
  return createKeyring([row(1, "seal"), row(2, "hash")], masterKeys);
}

export interface IngestRun {
  changed: number;
  unchanged: number;
  perSecond: number;
}

/** `onPage` hears of each page's own time. Between pages other work of the process gets its turn. */
export async function ingestTexts(
  db: Database,
  keyring: Keyring,
  texts: readonly string[],
  pageSize: number,
  onPage: (at: Date) => Promise<void> = nextTurn,
): Promise<IngestRun> {
  const checkpoint = await takeStream(db, STREAM, "bench", 0);
  if (!checkpoint) throw new Error("the stream of the benchmark is held by another");
  let now = new Date();
  const context = { db, keyring, clock: { now: () => now }, log: createLog({ level: "silent" }) };
  const run = { changed: 0, unchanged: 0 };
  const prepare = async (from: number) => {
    const readSeq = await nextReadSeq(db);
    const documents: ReadDocument[] = [];
    for (const [index, text] of texts.slice(from, from + pageSize).entries()) {
      await letOthersRun(index);
      documents.push({ raw: toOrderDocument(parseWire(text).value as Record<string, unknown>), readSeq });
    }
    const conclude = async (tx: Database, { read, changed, rejected }: IngestCounts) => {
      const next = { ...checkpoint, cursor: String(from), windowPages: checkpoint.windowPages + 1 };
      await saveProgress(tx, next, { read, changed, rejected, found: 0 }, 0);
    };
    const page = { store: STORE, resource: "orders" as const, documents, conclude };
    return prepareIngest(context, { ...page, toUnified: (raw) => toUnified(raw, CONTEXT) });
  };
  const start = performance.now();
  let ahead: Promise<ReadyPage> | null = null;
  for (let from = 0; from < texts.length; from += pageSize) {
    const ready = await (ahead ?? prepare(from));
    // As the pull loop does: the next page is read and mapped while this one is saved.
    ahead = from + pageSize < texts.length ? prepare(from + pageSize) : null;
    now = new Date(FIRST_PAGE + (from / pageSize) * 1_000);
    const result = await saveIngest(context, ready);
    if (result.rejected > 0) throw new Error(`orders were set aside: ${result.rejections[0]?.reason}`);
    run.changed += result.changed;
    run.unchanged += result.unchanged;
    await onPage(now);
  }
  return { ...run, perSecond: (texts.length / (performance.now() - start)) * 1_000 };
}

export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

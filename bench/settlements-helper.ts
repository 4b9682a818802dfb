/** Our side of the benchmark of statements in a process of its own: its memory is that of the import alone. */
import { statementInFile, statementToUnified } from "../src/adapters/amazon/settlements/flat-file.ts";
import type { MapContext } from "../src/core/adapter.ts";
import { nextReadSeq } from "../src/core/db/checkpoints.ts";
import type { Database } from "../src/core/db/database.ts";
import { checkSettlements } from "../src/core/finance/check-settlements.ts";
import { matchEntries } from "../src/core/finance/match-entries.ts";
import { prepareIngest, type ReadyPage, saveIngest } from "../src/core/ingest/ingest.ts";
import { createLog } from "../src/core/log.ts";
import { type OpenDatabase, openPostgres } from "../src/entry/open-database.ts";
import { serveHelper } from "./harness.ts";
import { benchKeyring } from "./ingest-run.ts";
import { STORE, statementFile } from "./settlement-files.ts";

export type SettlementsQuestion =
  | { ask: "open"; url: string }
  | { ask: "import"; statement: number }
  | { ask: "match" };

export interface SettlementsAnswer {
  ms: number;
  /** Entries matched, and statements that add up. */
  matched: number;
  balanced: number;
  /** Growth of resident memory since the first statement was imported, in bytes. */
  growth: number;
}

const CONTEXT: MapContext = {
  storeId: STORE.id,
  currency: "EUR",
  timeZone: "Europe/Berlin",
  marketplaces: [],
  settings: {},
};

const keyring = benchKeyring();
const log = createLog({ level: "silent" });
let open: OpenDatabase | null = null;
let warm = 0;
let most = 0;

if (process.send) {
  serveHelper<SettlementsQuestion, SettlementsAnswer>(answer);
  setInterval(look, 20).unref();
}

function look(): void {
  most = Math.max(most, process.memoryUsage.rss());
}

async function answer(question: SettlementsQuestion): Promise<SettlementsAnswer> {
  if (question.ask === "open") {
    open = openPostgres(question.url, { max: 4, name: "tallyport-bench" });
    await open.db.query("select 1");
    return { ms: 0, matched: 0, balanced: 0, growth: 0 };
  }
  if (!open) throw new Error("nothing is open yet");
  const { db } = open;
  const counts = { matched: 0, balanced: 0 };
  let ms = 0;
  if (question.ask === "import") {
    const bytes = statementFile(question.statement);
    const start = performance.now();
    await importStatement(db, bytes);
    ms = performance.now() - start;
    if (warm === 0) {
      warm = process.memoryUsage.rss();
      most = warm;
    }
  } else {
    const start = performance.now();
    const { matched } = await matchEntries(db, new Date());
    counts.matched = Object.values(matched).reduce((sum, count) => sum + count, 0);
    await checkSettlements(db, new Date());
    ms = performance.now() - start;
    const [row] = await db.query<{ n: string }>("select count(*) as n from settlements where state = 'balanced'");
    counts.balanced = Number(row?.n);
  }
  look();
  return { ms, ...counts, growth: most - warm };
}

/** A document after the other, as the pull loop does: the next one is read and mapped while this one is saved. */
async function importStatement(db: Database, bytes: Uint8Array): Promise<void> {
  const context = { db, keyring, clock: { now: () => new Date() }, log };
  const documents = statementInFile(bytes);
  const prepare = async (index: number): Promise<ReadyPage | null> => {
    const raw = documents[index];
    if (!raw) return null;
    const page = {
      store: STORE,
      resource: "settlements" as const,
      documents: [{ raw, readSeq: await nextReadSeq(db) }],
    };
    return prepareIngest(context, { ...page, toUnified: (one) => statementToUnified(one, CONTEXT) });
  };
  let ahead = prepare(0);
  for (let index = 0; index < documents.length; index++) {
    const ready = await ahead;
    ahead = prepare(index + 1);
    if (!ready) break;
    const { rejected, rejections } = await saveIngest(context, ready);
    if (rejected > 0) throw new Error(`a statement was set aside: ${rejections[0]?.reason}`);
  }
}

/** Raw documents of a file, through the same mapping and ingest as those that are pulled. */

import type { RawDocument } from "../core/adapter.ts";
import { nextReadSeq } from "../core/db/checkpoints.ts";
import { repeatable } from "../core/db/database.ts";
import { InputError, type Issue } from "../core/errors.ts";
import { ingest } from "../core/ingest/ingest.ts";
import { explainRejection } from "../core/ingest/mapping.ts";
import { letOthersRun } from "../core/let-others-run.ts";
import type { Unified } from "../core/model/records.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { type Engine, PAGE_LIMIT } from "./engine.ts";
import { documentsOfFile, type FileDocuments, type UnreadLine } from "./file-documents.ts";
import { mapContext, type OpenedStore, openStore } from "./store-handle.ts";
import { readCapability } from "./streams.ts";

export interface ImportedRecord {
  /** Of a row without one, and of a line that is not JSON, a name for its place. */
  externalId: string;
  /** `known`: it was there already, in this or another version. */
  outcome: "created" | "known" | "rejected";
  reason: string | null;
}

export interface ImportResult {
  read: number;
  created: number;
  changed: number;
  unchanged: number;
  rejected: number;
  records: ImportedRecord[];
}

/**
 * Imports a file; answers for each record, and for each line that is none. Throws `InputError` where the file as a whole cannot
 * be read; of statements, where one row cannot: those are saved in one transaction, all of them or none.
 */
export async function importFile(
  engine: Engine,
  storeId: string,
  resource: Resource,
  bytes: Uint8Array,
): Promise<ImportResult> {
  const store = await openStore(engine, storeId, "interactive");
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter ? readCapability(adapter, resource) : null;
  if (!capability)
    throw new InputError("not_available", `${adapter?.label ?? store.row.platform} has no ${resource} to read.`, {
      status: 422,
    });
  const context = mapContext(store);
  const { documents, unread } = parse(() => documentsOfFile(capability, bytes, context));
  const toUnified = (raw: RawDocument) => capability.toUnified(raw, context);
  const entries = resource === "settlements" ? await entriesOfEach(documents, unread, toUnified) : [];
  const pages = pagesOf(documents, entries);
  const file = { store, resource, pages, unread, toUnified };
  const result =
    resource === "settlements"
      ? await repeatable(engine.db, (tx) => save({ ...engine, db: tx }, file))
      : await save(engine, file);
  engine.wake();
  return result;
}

interface ReadFile extends Pick<FileDocuments, "unread"> {
  store: OpenedStore;
  resource: Resource;
  pages: readonly (readonly RawDocument[])[];
  toUnified(raw: RawDocument): Unified;
}

/** Entries that are saved at a time: all of a large file at once would take its memory many times over, and the process's turn. */
const PAGE_ENTRIES = 4_000;

/** The documents in their order, so many at a time as may be saved at once; `entries` of each, where it has any. */
function pagesOf(documents: readonly RawDocument[], entries: readonly number[]): RawDocument[][] {
  const pages: RawDocument[][] = [];
  let held = 0;
  for (const [i, raw] of documents.entries()) {
    const more = entries[i] ?? 0;
    const page = pages.at(-1);
    const hasRoom = page !== undefined && page.length < PAGE_LIMIT && held + more <= PAGE_ENTRIES;
    if (hasRoom) page.push(raw);
    else pages.push([raw]);
    held = hasRoom ? held + more : more;
  }
  return pages;
}

async function save(engine: Engine, { store, resource, pages, unread, toUnified }: ReadFile): Promise<ImportResult> {
  const result: ImportResult = {
    read: unread.length,
    created: 0,
    changed: 0,
    unchanged: 0,
    rejected: unread.length,
    records: unread.map(({ line, reason }) => ({ externalId: `line:${line}`, outcome: "rejected", reason })),
  };
  const readSeq = await nextReadSeq(engine.db);
  for (const part of pages) {
    const saved = await ingest(engine, {
      store: store.ingest,
      resource,
      documents: part.map((raw) => ({ raw, readSeq })),
      toUnified,
    });
    const [refused] = saved.rejections;
    if (resource === "settlements" && refused)
      throw unreadable([{ path: refused.externalId, message: refused.reason }], pages.flat().length);
    result.read += saved.read;
    result.created += saved.created;
    result.changed += saved.changed;
    result.unchanged += saved.unchanged;
    result.rejected += saved.rejected;
    const reasons = new Map(saved.rejections.map((rejection) => [rejection.externalId, rejection.reason]));
    const created = new Set(saved.createdIds);
    for (const { externalId } of part) {
      const reason = reasons.get(externalId) ?? null;
      const outcome = reason !== null ? "rejected" : created.has(externalId) ? "created" : "known";
      result.records.push({ externalId, outcome, reason });
    }
  }
  return result;
}

/** How many entries each document holds. Of a statement a part is worse than nothing: where one row cannot be read, it throws. */
async function entriesOfEach(
  documents: readonly RawDocument[],
  unread: readonly UnreadLine[],
  toUnified: (raw: RawDocument) => Unified,
): Promise<number[]> {
  const issues = unread.map(({ line, reason }) => ({ path: `line ${line}`, message: reason }));
  const counts: number[] = [];
  for (const [turn, raw] of documents.entries()) {
    await letOthersRun(turn);
    try {
      counts.push(toUnified(raw).entries.length);
    } catch (cause) {
      issues.push({ path: raw.externalId, message: explainRejection(cause).reason });
    }
  }
  if (issues.length > 0) throw unreadable(issues, documents.length + unread.length);
  return counts;
}

function unreadable(issues: Issue[], rows: number): InputError {
  const [first] = issues;
  return new InputError(
    "unreadable_rows",
    `Nothing was imported: ${issues.length} of ${rows} rows cannot be read, the first is ${first?.path}: ${first?.message}. Mend the file and import it again.`,
    { status: 422, issues: issues.slice(0, MOST_ISSUES) },
  );
}

/** Rows that an answer names. */
const MOST_ISSUES = 100;

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { reason, issues } = explainRejection(cause);
    throw new InputError("unreadable_file", `The file cannot be read: ${reason}`, { status: 422, issues, cause });
  }
}

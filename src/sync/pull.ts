/**
 * The pull loop: windows, pages, references, checkpoint. It knows no platform and no entity. A checkpoint moves only in
 * the transaction that saved everything before it (promise 1).
 */
import type {
  Adapter,
  MapContext,
  Page,
  RawDocument,
  ReadCapability,
  RecordKey,
  Reference,
  Stream,
} from "../core/adapter.ts";
import { isAbsent } from "../core/adapter.ts";
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import {
  type Checkpoint,
  nextReadSeq,
  releaseStream,
  type StreamKey,
  saveProgress,
  takeStream,
} from "../core/db/checkpoints.ts";
import type { Database } from "../core/db/database.ts";
import { LeaseLostError } from "../core/db/leases.ts";
import { type AdapterError, isAdapterError } from "../core/errors.ts";
import { documentId, findStoredVersions } from "../core/ingest/documents.ts";
import { markRecordsGone } from "../core/ingest/gone.ts";
import { prepareIngest, type ReadyPage, saveIngest } from "../core/ingest/ingest.ts";
import type { IngestCounts, IngestPage, ReadDocument } from "../core/ingest/types.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { dueAgain } from "./due.ts";
import { type Engine, LEASE_MS, PAGE_LIMIT, SLICE_MS, SLICE_PAGES } from "./engine.ts";
import { flagAuthExpired } from "./refresh.ts";
import { type OpenedStore, openStore } from "./store-handle.ts";
import { BACKFILL_SUFFIX, isBackfill, readOpen, readParents, wakeParentStreams } from "./streams.ts";

export interface SliceResult {
  /** done: nothing is left for now. more: due again at once. waiting: the platform prepares. busy: another has it. */
  state: "done" | "more" | "waiting" | "failed" | "busy";
  pages: number;
  read: number;
  unchanged: number;
  changed: number;
  rejected: number;
  created: number;
  dirtyStores: string[];
  error: { category: string; text: string } | null;
}

interface Slice {
  engine: Engine;
  store: OpenedStore;
  adapter: Adapter;
  capability: ReadCapability;
  resource: Resource;
  stream: Stream;
  checkpoint: Checkpoint;
  result: SliceResult;
  signal: AbortSignal;
  /** When the first request of the page left. */
  readAt: Date;
  /** Whether the page after this one may be asked for while this one is saved. */
  mayReadAhead: () => boolean;
  /** The next page, under way. */
  ahead: { cursor: string; page: Promise<FetchedPage> } | null;
  /** The checkpoint as the running transaction wrote it: taken over when the transaction has committed. */
  afterCommit?: Checkpoint;
}

/** A page as the platform answered it; `ready` where nothing else must be read before it is saved. */
interface FetchedPage {
  page: Page;
  readSeq: number;
  readAt: Date;
  ready: ReadyPage | null;
}

const emptyResult = (): SliceResult => ({
  state: "done",
  pages: 0,
  read: 0,
  unchanged: 0,
  changed: 0,
  rejected: 0,
  created: 0,
  dirtyStores: [],
  error: null,
});

/** The reading capability of a resource, or null where the platform lacks it. */
export function readCapability(adapter: Adapter, resource: Resource): ReadCapability | null {
  const capability = adapter[resource];
  return isAbsent(capability) ? null : (capability as ReadCapability);
}

/** What `toUnified` may know of a store. */
export function mapContext({ row, handle }: OpenedStore): MapContext {
  return {
    storeId: row.id,
    currency: row.currency,
    timeZone: row.timeZone,
    marketplaces: handle.marketplaces,
    settings: handle.settings,
  };
}

/**
 * Works on one stream for at most a slice: until it is up to date, the time or pages are used up, or it fails. Failures
 * are written to the checkpoint, never thrown, except bugs.
 */
export async function pullSlice(
  engine: Engine,
  key: StreamKey & { resource: Resource },
  signal: AbortSignal,
  limits: { pages?: number; ms?: number } = {},
): Promise<SliceResult> {
  const result = emptyResult();
  const checkpoint = await takeStream(engine.db, key, engine.processId, LEASE_MS);
  if (!checkpoint) return { ...result, state: "busy" };
  const startedAt = engine.clock.now();
  const deadline = performance.now() + (limits.ms ?? SLICE_MS);
  try {
    const store = await openStore(engine, key.storeId, isBackfill(key.stream) ? "background" : "normal");
    const slice = prepareSlice(engine, store, key, checkpoint, result, signal);
    for (let page = 0; ; page++) {
      const isEnd = (at: number) => at >= (limits.pages ?? SLICE_PAGES) || performance.now() > deadline;
      slice.mayReadAhead = () => !isEnd(page + 1) && !signal.aborted;
      if ((isEnd(page) && !slice.ahead) || signal.aborted) {
        result.state = "more";
        break;
      }
      result.state = await pullPage(slice);
      if (result.state !== "more") break;
      // The embedded database answers without leaving the event loop: let timers and requests in between pages.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await releaseStream(engine.db, checkpoint, {
      dueAt: checkpoint.dueAt,
      state: checkpoint.state,
      attempts: checkpoint.attempts,
      error: null,
    });
  } catch (error) {
    if (error instanceof LeaseLostError) {
      engine.log.warn("stream was taken over", { storeId: key.storeId, resource: key.resource, stream: key.stream });
      return { ...result, state: "busy" };
    }
    if (signal.aborted) {
      // We are stopping: the page is read again after the next start.
      const { dueAt, state, attempts } = checkpoint;
      await releaseStream(engine.db, checkpoint, { dueAt, state, attempts, error: null });
      return { ...result, state: "more" };
    }
    await fail(engine, key, checkpoint, error, result);
  }
  await recordRun(engine.db, key, startedAt, engine.clock.now(), result);
  return result;
}

function prepareSlice(
  engine: Engine,
  store: OpenedStore,
  key: StreamKey & { resource: Resource },
  checkpoint: Checkpoint,
  result: SliceResult,
  signal: AbortSignal,
): Slice {
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter ? readCapability(adapter, key.resource) : null;
  if (!adapter || !capability) throw new Error(`platform "${store.row.platform}" has no ${key.resource} to read`);
  const name = key.stream.replace(BACKFILL_SUFFIX, "");
  const stream =
    name === "open" ? openStream(capability) : capability.streams.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`platform "${store.row.platform}" has no stream ${key.resource}/${name}`);
  const readAt = engine.clock.now();
  const parts = { engine, store, adapter, capability, resource: key.resource, stream, checkpoint, result, signal };
  return { ...parts, readAt, mayReadAhead: () => false, ahead: null };
}

/** The re-reading of open records is a stream of its own, without windows. */
function openStream(capability: ReadCapability): Stream {
  return {
    name: "open",
    by: "parent",
    window: { maxMinutes: 0, safetyLagSeconds: 0, overlapSeconds: 0, maxAgeDays: null, minSeconds: 0 },
    everySeconds: (capability.rereadOpenMinutes ?? 60) * 60,
    audit: true,
  };
}

async function pullPage(slice: Slice): Promise<SliceResult["state"]> {
  const { checkpoint, stream } = slice;
  slice.readAt = slice.engine.clock.now();
  if (stream.name === "open")
    return pullKeys(slice, await readOpen(slice.engine.db, checkpoint, slice.resource, slice.capability.getBatch));
  if (stream.by === "parent")
    return pullKeys(slice, await readParents(slice.engine.db, checkpoint, slice.capability.getBatch));
  if (!openWindow(slice)) return "done";
  return pullListPage(slice);
}

/** Records named by ourselves: open ones, or those whose parent changed. */
async function pullKeys(
  slice: Slice,
  next: { keys: RecordKey[]; cursor: string | null },
): Promise<SliceResult["state"]> {
  const { checkpoint, engine, result, stream } = slice;
  const before = { ...result };
  if (next.keys.length > 0) {
    result.pages += 1;
    await saveKeys(slice, next.keys);
  }
  const hadTrouble = checkpoint.attempts > 0;
  checkpoint.attempts = 0;
  checkpoint.state = "idle";
  checkpoint.cursor = next.cursor;
  checkpoint.windowPages += 1;
  const more = next.keys.length > 0 && next.cursor !== null;
  checkpoint.dueAt = more ? engine.clock.now() : after(engine, stream.everySeconds);
  if (!more && stream.name === "open") checkpoint.cursor = null;
  const progress = {
    read: result.read - before.read,
    changed: result.changed - before.changed,
    rejected: result.rejected - before.rejected,
    found: stream.audit ? result.created - before.created : 0,
  };
  await saveProgress(engine.db, checkpoint, progress, LEASE_MS);
  if (hadTrouble) await settleTrouble(engine, checkpoint);
  return more ? "more" : "done";
}

/** Opens the next window where none is open; false where the stream is up to date. */
function openWindow({ checkpoint, stream, engine, store }: Slice): boolean {
  if (checkpoint.windowUntil) return true;
  const platformNow = new Date(engine.clock.now().getTime() + (store.row.clockSkewMs ?? 0));
  if (stream.by === "sweep") {
    // A sweep is due as a whole; between two there is nothing to read.
    if (checkpoint.watermark && platformNow.getTime() - checkpoint.watermark.getTime() < stream.everySeconds * 1000) {
      checkpoint.dueAt = new Date(checkpoint.watermark.getTime() + stream.everySeconds * 1000);
      return false;
    }
    checkpoint.windowSince = new Date(0);
    checkpoint.windowUntil = platformNow;
    return true;
  }
  const rules = stream.window;
  const newest = new Date(platformNow.getTime() - rules.safetyLagSeconds * 1000);
  const end = checkpoint.backfillUntil && checkpoint.backfillUntil < newest ? checkpoint.backfillUntil : newest;
  const watermark = checkpoint.watermark ?? end;
  const isDone = isBackfill(checkpoint.stream) && (watermark >= end || limitReached(checkpoint));
  if (isDone) {
    checkpoint.state = "done";
    checkpoint.dueAt = end;
    return false;
  }
  let since = new Date(watermark.getTime() - rules.overlapSeconds * 1000);
  if (rules.maxAgeDays !== null) since = later(since, new Date(platformNow.getTime() - rules.maxAgeDays * 86_400_000));
  const until = earlier(end, new Date(since.getTime() + rules.maxMinutes * 60_000));
  if (until <= watermark) {
    checkpoint.dueAt = after(engine, stream.everySeconds);
    return false;
  }
  checkpoint.windowSince = since;
  checkpoint.windowUntil = until;
  checkpoint.windowPages = 0;
  checkpoint.windowRecords = 0;
  checkpoint.cursor = null;
  checkpoint.landmark = null;
  return true;
}

const limitReached = (checkpoint: Checkpoint) =>
  checkpoint.backfillLimit !== null && checkpoint.backfillRecords >= checkpoint.backfillLimit;

async function pullListPage(slice: Slice): Promise<SliceResult["state"]> {
  const { checkpoint, capability, engine, stream } = slice;
  const { windowSince: since, windowUntil: until } = checkpoint;
  if (!since || !until) throw new Error("a page is read inside a window");
  const hadTrouble = checkpoint.attempts > 0;
  const { page, readSeq, readAt, ready } = await takePage(slice, { since, until, cursor: checkpoint.cursor });
  slice.readAt = readAt;
  slice.result.pages += 1;
  if (page.tooMany) return bisect(slice, since, until);
  if (page.waitMs !== undefined) {
    checkpoint.cursor = page.next;
    checkpoint.state = "waiting";
    checkpoint.dueAt = new Date(engine.clock.now().getTime() + page.waitMs);
    await saveProgress(engine.db, checkpoint, { read: 0, changed: 0, rejected: 0, found: 0 }, LEASE_MS);
    return "waiting";
  }
  checkpoint.state = "reading";
  const documents: ReadDocument[] = page.documents.map((raw) => ({ raw, readSeq }));
  const wanted = await changedReferences(slice, page.references);
  for (let i = 0; i < wanted.length; i += capability.getBatch) {
    const batch = wanted.slice(i, i + capability.getBatch);
    try {
      documents.push(...(await getDocuments(slice, batch)));
    } catch (error) {
      // What came is kept; the page is read again, and what is unchanged then costs no call.
      await saveDocuments(slice, documents);
      throw error;
    }
  }
  if (isLoop(checkpoint, page)) {
    await saveDocuments(slice, documents);
    return endLoop(slice);
  }
  // While this page is saved, the platform prepares the next one, and we map it.
  if (page.next !== null && slice.mayReadAhead()) readAhead(slice, { since, until, cursor: page.next });
  const conclude = (tx: Database, counts: IngestCounts) => moveOn(slice, tx, page, counts);
  if (ready) await saveReady(slice, { ...ready, page: { ...ready.page, conclude } });
  else await saveDocuments(slice, documents, conclude);
  if (slice.afterCommit) Object.assign(checkpoint, slice.afterCommit);
  if (hadTrouble) await settleTrouble(engine, checkpoint);
  if (checkpoint.windowUntil) return "more";
  return stream.by === "sweep" || isCaughtUp(slice) ? finishWindow(slice) : "more";
}

type PagePlace = { since: Date; until: Date; cursor: string | null };

/** The page that was asked for ahead, or the page that stands next. */
async function takePage(slice: Slice, place: PagePlace): Promise<FetchedPage> {
  const { ahead } = slice;
  slice.ahead = null;
  return ahead && ahead.cursor === place.cursor ? ahead.page : fetchPage(slice, place);
}

function readAhead(slice: Slice, place: PagePlace & { cursor: string }): void {
  const page = fetchPage(slice, place);
  // Told when the page's turn comes; where the page before it fails, nobody asks.
  page.catch(() => {});
  slice.ahead = { cursor: place.cursor, page };
}

async function fetchPage(slice: Slice, place: PagePlace): Promise<FetchedPage> {
  const { engine, capability, store, stream, signal } = slice;
  const readAt = engine.clock.now();
  const readSeq = await nextReadSeq(engine.db);
  const page = await capability.list(store.handle, { ...place, stream: stream.name, limit: PAGE_LIMIT }, signal);
  const isWhole = page.references.length === 0 && page.documents.length <= PAGE_LIMIT;
  const documents = page.documents.map((raw) => ({ raw, readSeq }));
  const ready = isWhole ? await prepareIngest(engine, ingestPage(slice, documents, readAt)) : null;
  return { page, readSeq, readAt, ready };
}

/** The page is saved: the cursor moves on, or the window is done and the watermark moves to its end. */
async function moveOn(slice: Slice, tx: Database, page: Page, counts: IngestCounts): Promise<void> {
  const { checkpoint, engine, stream } = slice;
  const next: Checkpoint = { ...checkpoint };
  next.windowPages += 1;
  next.windowRecords += counts.read;
  next.attempts = 0;
  if (isBackfill(checkpoint.stream)) next.backfillRecords += counts.read;
  if (page.next !== null) {
    next.cursor = page.next;
    if (Number.isInteger(Math.log2(next.windowPages))) next.landmark = page.next;
    next.dueAt = engine.clock.now();
  } else {
    next.watermark = checkpoint.windowUntil;
    next.windowSince = null;
    next.windowUntil = null;
    next.cursor = null;
    next.landmark = null;
    next.state = "idle";
    next.dueAt =
      stream.by === "sweep" || isCaughtUp({ ...slice, checkpoint: next })
        ? after(engine, stream.everySeconds)
        : engine.clock.now();
  }
  await saveProgress(
    tx,
    next,
    { read: counts.read, changed: counts.changed, rejected: counts.rejected, found: stream.audit ? counts.created : 0 },
    LEASE_MS,
  );
  slice.afterCommit = next;
}

function isCaughtUp({ checkpoint, stream, engine, store }: Slice): boolean {
  if (isBackfill(checkpoint.stream)) return false;
  const newest = engine.clock.now().getTime() + (store.row.clockSkewMs ?? 0) - stream.window.safetyLagSeconds * 1000;
  return checkpoint.watermark !== null && newest - checkpoint.watermark.getTime() < stream.everySeconds * 1000;
}

function finishWindow(slice: Slice): SliceResult["state"] {
  slice.checkpoint.state = "idle";
  return "done";
}

/** The window holds more than the platform pages: read its first half. */
async function bisect(slice: Slice, since: Date, until: Date): Promise<SliceResult["state"]> {
  const { checkpoint, engine, stream } = slice;
  const seconds = (until.getTime() - since.getTime()) / 1000;
  if (seconds <= stream.window.minSeconds) {
    await raiseAlert(
      engine.db,
      {
        code: "window_too_full",
        severity: "critical",
        storeId: checkpoint.storeId,
        ...subjectOf(checkpoint),
        message: `The platform holds more ${checkpoint.resource} in ${seconds} s from ${since.toISOString()} than it pages.`,
        remedy: "Nothing is skipped: the stream stays here. Use the platform's report route or ask its support.",
      },
      engine.clock.now(),
    );
    throw new Error(`the window of ${seconds} s from ${since.toISOString()} holds more than the platform pages`);
  }
  checkpoint.windowUntil = new Date(since.getTime() + Math.floor(seconds / 2) * 1000);
  checkpoint.cursor = null;
  checkpoint.landmark = null;
  checkpoint.windowPages = 0;
  await saveProgress(engine.db, checkpoint, { read: 0, changed: 0, rejected: 0, found: 0 }, LEASE_MS);
  return "more";
}

/** A cursor that names this page again, or one met before (Brent's landmark), would read in circles for ever. */
function isLoop(checkpoint: Checkpoint, page: Page): boolean {
  return page.next !== null && (page.next === checkpoint.cursor || page.next === checkpoint.landmark);
}

const subjectOf = (key: StreamKey) => ({
  subject: "stream",
  subjectId: `${key.storeId}/${key.resource}/${key.stream}`,
});

/** A stream that works again needs no hand any more. */
async function settleTrouble(engine: Engine, checkpoint: StreamKey): Promise<void> {
  for (const code of ["cursor_repeated", "window_too_full", "stream_failing"])
    await settleAlert(engine.db, { code, ...subjectOf(checkpoint) }, engine.clock.now());
}

async function endLoop(slice: Slice): Promise<SliceResult["state"]> {
  const { checkpoint, engine } = slice;
  await raiseAlert(
    engine.db,
    {
      code: "cursor_repeated",
      ...subjectOf(checkpoint),
      severity: "warning",
      storeId: checkpoint.storeId,
      message: `The platform repeated a page token of ${checkpoint.resource}/${checkpoint.stream}; the window is read again from its start.`,
      remedy: "Usually passes by itself. If it stays, tell the platform's support; no order is skipped meanwhile.",
    },
    engine.clock.now(),
  );
  dropWindow(checkpoint);
  checkpoint.attempts += 1;
  checkpoint.dueAt = dueAgain("transient", checkpoint.attempts, null, engine.clock.now());
  await saveProgress(engine.db, checkpoint, { read: 0, changed: 0, rejected: 0, found: 0 }, LEASE_MS);
  return "done";
}

function dropWindow(checkpoint: Checkpoint): void {
  checkpoint.windowSince = null;
  checkpoint.windowUntil = null;
  checkpoint.cursor = null;
  checkpoint.landmark = null;
  checkpoint.windowPages = 0;
}

/** References whose stored version is not the same: these are read. */
async function changedReferences(slice: Slice, references: readonly Reference[]): Promise<Reference[]> {
  if (references.length === 0) return [];
  const { engine, store, resource } = slice;
  const idOf = (reference: Reference) => documentId(store.row.id, resource, reference.externalId);
  const stored = await findStoredVersions(engine.db, references.map(idOf));
  const unique = [...new Map(references.map((reference) => [reference.externalId, reference])).values()];
  const wanted = unique.filter((reference) => {
    const known = stored.get(idOf(reference));
    if (!known) return true;
    if (reference.sourceVersion !== null) return known.sourceVersion !== reference.sourceVersion;
    if (reference.sourceUpdatedAt === null) return true;
    return known.sourceUpdatedAt?.getTime() !== reference.sourceUpdatedAt.getTime();
  });
  slice.result.unchanged += unique.length - wanted.length;
  slice.result.read += unique.length - wanted.length;
  return wanted;
}

async function getDocuments(slice: Slice, keys: readonly RecordKey[]): Promise<ReadDocument[]> {
  const { engine, capability, store, signal } = slice;
  const readSeq = await nextReadSeq(engine.db);
  const { documents, missing } = await capability.getMany(store.handle, keys, signal);
  const gone = missing.filter((item) => item.means === "gone").map((item) => item.externalId);
  if (gone.length > 0) await markRecordsGone(engine, store.ingest, slice.resource, gone);
  return documents.map((raw) => ({ raw, readSeq }));
}

async function saveKeys(slice: Slice, keys: readonly RecordKey[]): Promise<void> {
  for (let i = 0; i < keys.length; i += slice.capability.getBatch) {
    const documents = await getDocuments(slice, keys.slice(i, i + slice.capability.getBatch));
    await saveDocuments(slice, documents);
  }
}

/** Saves documents in transactions of a bounded size; `conclude` runs in the last one. */
async function saveDocuments(
  slice: Slice,
  documents: readonly ReadDocument[],
  conclude?: (tx: Database, counts: IngestCounts) => Promise<void>,
): Promise<void> {
  for (let i = 0; i === 0 || i < documents.length; i += PAGE_LIMIT) {
    const last = i + PAGE_LIMIT >= documents.length;
    if (documents.length === 0 && !conclude) return;
    const page = ingestPage(slice, documents.slice(i, i + PAGE_LIMIT), slice.readAt);
    const ready = await prepareIngest(slice.engine, page);
    await saveReady(slice, last && conclude ? { ...ready, page: { ...page, conclude } } : ready);
  }
}

function ingestPage(slice: Slice, documents: readonly ReadDocument[], readAt: Date): IngestPage {
  const { store, capability, resource } = slice;
  const context = mapContext(store);
  const toUnified = (raw: RawDocument) => capability.toUnified(raw, context);
  return { store: store.ingest, resource, documents, readAt, toUnified };
}

async function saveReady(slice: Slice, ready: ReadyPage): Promise<void> {
  const { engine, store, resource, result } = slice;
  delete slice.afterCommit;
  const saved = await saveIngest(engine, ready);
  result.read += saved.read;
  result.unchanged += saved.unchanged;
  result.changed += saved.changed;
  result.rejected += saved.rejected;
  result.created += saved.created;
  for (const id of saved.dirtyStores) if (!result.dirtyStores.includes(id)) result.dirtyStores.push(id);
  if (resource === "orders" && saved.changed > 0) await wakeParentStreams(engine, slice.adapter, store.row.id);
  if (saved.dirtyStores.length > 0) engine.wake();
}

/** Writes a failure to the checkpoint: when to try again, and what a person should know. */
async function fail(
  engine: Engine,
  key: StreamKey,
  checkpoint: Checkpoint,
  error: unknown,
  result: SliceResult,
): Promise<void> {
  const now = engine.clock.now();
  const known = isAdapterError(error) ? error : null;
  const category = known?.category ?? "permanent";
  const text = error instanceof Error ? error.message : String(error);
  result.state = "failed";
  result.error = { category, text };
  let attempts = checkpoint.attempts + (category === "throttled" ? 0 : 1);
  let dueAt = dueAgain(category, attempts, known?.retryAfterMs ?? null, now);
  if (refusesCursor(known, checkpoint)) {
    // A stored cursor that the platform refuses is dropped: the window starts again from the watermark.
    dropWindow(checkpoint);
    await saveProgress(engine.db, checkpoint, { read: 0, changed: 0, rejected: 0, found: 0 }, LEASE_MS).catch(() => {});
    if (attempts === 1) dueAt = now;
  }
  if (category === "auth_expired") {
    const store = await openStore(engine, key.storeId, "normal").catch(() => null);
    if (store) await flagAuthExpired(engine, store.row, text);
    attempts = checkpoint.attempts;
  } else if (category === "permanent" || attempts >= 5) {
    await raiseAlert(
      engine.db,
      {
        code: "stream_failing",
        severity: category === "permanent" ? "critical" : "warning",
        storeId: key.storeId,
        ...subjectOf(key),
        message: `Reading ${key.resource}/${key.stream} fails: ${text}`,
        remedy: "The place is kept and tried again. See the message; `tallyport doctor` checks the store.",
      },
      now,
    );
  }
  if (!known)
    engine.log.error("pull failed by a bug", {
      storeId: key.storeId,
      resource: key.resource,
      stream: key.stream,
      err: error,
    });
  await releaseStream(engine.db, checkpoint, { dueAt, state: "failed", attempts, error: { category, text, at: now } });
}

const refusesCursor = (error: AdapterError | null, checkpoint: Checkpoint) =>
  error !== null &&
  checkpoint.cursor !== null &&
  (error.category === "invalid_request" || error.category === "not_found");

async function recordRun(
  db: Database,
  key: StreamKey,
  startedAt: Date,
  finishedAt: Date,
  result: SliceResult,
): Promise<void> {
  if (result.pages === 0 && result.state !== "failed") return;
  await db.query(
    `insert into sync_runs (store_id, resource, stream, started_at, finished_at, pages, read_count, changed_count, unchanged_count,
       rejected_count, outcome, error)
     values ($1::uuid, $2, $3, $4::timestamptz, $5::timestamptz, $6, $7, $8, $9, $10, $11, $12)`,
    [
      key.storeId,
      key.resource,
      key.stream,
      startedAt.toISOString(),
      finishedAt.toISOString(),
      result.pages,
      result.read,
      result.changed,
      result.unchanged,
      result.rejected,
      result.state,
      result.error?.text ?? null,
    ],
  );
}

const after = (engine: Engine, seconds: number) => new Date(engine.clock.now().getTime() + seconds * 1000);
const later = (a: Date, b: Date) => (a > b ? a : b);
const earlier = (a: Date, b: Date) => (a < b ? a : b);

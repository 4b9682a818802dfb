/**
 * The pull loop: windows, pages, references, checkpoint. It knows no platform and no entity. A checkpoint moves only in
 * the transaction that saved everything before it (promise 1).
 */
import type { Page, ReadCapability, RecordKey, Stream } from "../core/adapter.ts";
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
import { prepareIngest } from "../core/ingest/ingest.ts";
import type { IngestCounts, ReadDocument } from "../core/ingest/types.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { type Engine, LEASE_MS, PAGE_LIMIT, SLICE_MS, SLICE_PAGES } from "./engine.ts";
import { fail, recordRun, settleTrouble, tellWarnings } from "./pull-failure.ts";
import { changedReferences, getDocuments, ingestPage, saveDocuments, saveKeys, saveReady } from "./pull-save.ts";
import { after, emptyResult, type FetchedPage, type Slice, type SliceResult } from "./pull-slice.ts";
import { bisect, endLoop, isCaughtUp, isLoop, openWindow } from "./pull-window.ts";
import { type OpenedStore, openStore } from "./store-handle.ts";
import { BACKFILL_SUFFIX, isBackfill, readCapability, readOpen, readParents } from "./streams.ts";

/**
 * Works on one stream for at most a slice: until it is up to date, the time or pages are used up, or it fails. Failures
 * are written to the checkpoint, never thrown, except bugs. A store that the platform refuses is left alone (`busy`)
 * unless `tryHeld` says that this is the look that finds out.
 */
export async function pullSlice(
  engine: Engine,
  key: StreamKey & { resource: Resource },
  signal: AbortSignal,
  limits: { pages?: number; ms?: number; tryHeld?: boolean } = {},
): Promise<SliceResult> {
  const result = emptyResult();
  const checkpoint = await takeStream(engine.db, key, engine.processId, LEASE_MS, limits.tryHeld);
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

async function pullListPage(slice: Slice): Promise<SliceResult["state"]> {
  const { checkpoint, capability, engine, stream } = slice;
  const { windowSince: since, windowUntil: until } = checkpoint;
  if (!since || !until) throw new Error("a page is read inside a window");
  const hadTrouble = checkpoint.attempts > 0;
  const { page, readSeq, readAt, ready } = await takePage(slice, { since, until, cursor: checkpoint.cursor });
  slice.readAt = readAt;
  slice.result.pages += 1;
  if (page.warnings) await tellWarnings(engine, checkpoint, page.warnings);
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

function finishWindow(slice: Slice): SliceResult["state"] {
  slice.checkpoint.state = "idle";
  return "done";
}

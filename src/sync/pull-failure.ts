/** What went wrong with a stream: when to try again, what a person should know, and that it is over. */
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import { type Checkpoint, releaseStream, type StreamKey, saveProgress } from "../core/db/checkpoints.ts";
import type { Database } from "../core/db/database.ts";
import { type AdapterError, isAdapterError } from "../core/errors.ts";
import { maskSecrets } from "../core/mask.ts";
import type { Warning } from "../core/model/records.ts";
import { dueAgain } from "./due.ts";
import type { Engine } from "./engine.ts";
import { LEASE_MS } from "./engine.ts";
import { type SliceResult, subjectOf } from "./pull-slice.ts";
import { dropWindow } from "./pull-window.ts";
import { openStore } from "./store-handle.ts";
import { concernsStore, holdRefused } from "./store-refused.ts";

/** Writes a failure to the checkpoint: when to try again, and what a person should know. */
export async function fail(
  engine: Engine,
  key: StreamKey,
  checkpoint: Checkpoint,
  error: unknown,
  result: SliceResult,
): Promise<void> {
  const now = engine.clock.now();
  const known = isAdapterError(error) ? error : null;
  const category = known?.category ?? "permanent";
  const text = maskSecrets(error instanceof Error ? error.message : String(error));
  result.state = "failed";
  const ofStore = known !== null && concernsStore(known);
  result.error = { category, text, ofStore };
  let attempts = checkpoint.attempts + (category === "throttled" ? 0 : 1);
  let dueAt = dueAgain(category, attempts, known?.retryAfterMs ?? null, now);
  if (refusesCursor(known, checkpoint)) {
    // A stored cursor that the platform refuses is dropped: the window starts again from the watermark.
    dropWindow(checkpoint);
    await saveProgress(engine.db, checkpoint, { read: 0, changed: 0, rejected: 0, found: 0 }, LEASE_MS).catch(() => {});
    if (attempts === 1) dueAt = now;
  }
  if (known && ofStore) {
    // The stream waits with its store, and goes on at once with it.
    const store = await openStore(engine, key.storeId, "normal").catch(() => null);
    if (store) await holdRefused(engine, store.row, known);
    attempts = checkpoint.attempts;
    dueAt = now;
  } else if (category === "permanent" || attempts >= 5) {
    await raiseAlert(
      engine.db,
      {
        code: "stream_failing",
        severity: category === "permanent" ? "critical" : "warning",
        storeId: key.storeId,
        ...subjectOf(key),
        message: `Reading ${key.resource}/${key.stream} fails: ${text}`,
        remedy: `${known?.remedy ?? "See the message; `tallyport doctor` checks the store."} The place is kept and tried again.`,
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

export const refusesCursor = (error: AdapterError | null, checkpoint: Checkpoint) =>
  error !== null &&
  checkpoint.cursor !== null &&
  (error.category === "invalid_request" || error.category === "not_found");

/** What a platform's answer as a whole lacked: people are told, since no record shows it. */
export async function tellWarnings(engine: Engine, key: StreamKey, warnings: readonly Warning[]): Promise<void> {
  for (const { code, detail } of warnings)
    await raiseAlert(
      engine.db,
      {
        code,
        severity: "info",
        storeId: key.storeId,
        ...subjectOf(key),
        message: `Reading ${key.resource}/${key.stream}: ${detail}`,
        remedy: "Reading goes on as well as it can; the platform's README says what this means.",
      },
      engine.clock.now(),
    );
}

/** A stream that works again needs no hand any more. */
export async function settleTrouble(engine: Engine, checkpoint: StreamKey): Promise<void> {
  for (const code of ["cursor_repeated", "window_too_full", "stream_failing"])
    await settleAlert(engine.db, { code, ...subjectOf(checkpoint) }, engine.clock.now());
}

export async function recordRun(
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

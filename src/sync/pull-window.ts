/** Windows: which part of a stream stands next, halving one that holds too much, leaving one whose pages repeat. */
import type { Page } from "../core/adapter.ts";
import { raiseAlert } from "../core/db/alerts.ts";
import { type Checkpoint, saveProgress } from "../core/db/checkpoints.ts";
import { dueAgain } from "./due.ts";
import { LEASE_MS } from "./engine.ts";
import { after, type Slice, type SliceResult, subjectOf } from "./pull-slice.ts";
import { isBackfill } from "./streams.ts";

/** Opens the next window where none is open; false where the stream is up to date. */
export function openWindow({ checkpoint, stream, engine, store }: Slice): boolean {
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

export const limitReached = (checkpoint: Checkpoint) =>
  checkpoint.backfillLimit !== null && checkpoint.backfillRecords >= checkpoint.backfillLimit;

export function isCaughtUp({ checkpoint, stream, engine, store }: Slice): boolean {
  if (isBackfill(checkpoint.stream)) return false;
  const newest = engine.clock.now().getTime() + (store.row.clockSkewMs ?? 0) - stream.window.safetyLagSeconds * 1000;
  return checkpoint.watermark !== null && newest - checkpoint.watermark.getTime() < stream.everySeconds * 1000;
}

/** The window holds more than the platform pages: read its first half. */
export async function bisect(slice: Slice, since: Date, until: Date): Promise<SliceResult["state"]> {
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
export function isLoop(checkpoint: Checkpoint, page: Page): boolean {
  return page.next !== null && (page.next === checkpoint.cursor || page.next === checkpoint.landmark);
}

export async function endLoop(slice: Slice): Promise<SliceResult["state"]> {
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

export function dropWindow(checkpoint: Checkpoint): void {
  checkpoint.windowSince = null;
  checkpoint.windowUntil = null;
  checkpoint.cursor = null;
  checkpoint.landmark = null;
  checkpoint.windowPages = 0;
}

export const later = (a: Date, b: Date) => (a > b ? a : b);

export const earlier = (a: Date, b: Date) => (a < b ? a : b);

/** Reading the feed for one key: pages as they are shown, waiting for the next change, gaps told. */
import { type FeedChange, sequenceChanges } from "../core/db/changes.ts";
import { feedHorizon, readFeed } from "../core/db/feed.ts";
import { InputError } from "../core/errors.ts";
import { readCurrent } from "./current.ts";
import type { FeedSignal } from "./feed-signal.ts";
import type { Entity } from "./schemas/operations.ts";
import type { Api, Principal } from "./types.ts";

export interface FeedReader {
  api: Api;
  who: Principal;
  /** Whether buyers are shown in the clear. */
  clear: boolean;
  entities: readonly Entity[];
  limit: number;
  includeCurrent: boolean;
  signal: FeedSignal;
}

/** A page of the feed as it is shown; waits for one with content as long as it may. */
export async function waitForChanges(
  reader: FeedReader,
  after: number,
  waitMs: number,
  abort: AbortSignal,
): Promise<{ data: unknown[]; next: number }> {
  const deadline = Date.now() + waitMs;
  let position = after;
  for (;;) {
    const woken = reader.signal.next();
    const page = await readOnce(reader, position);
    position = page.next;
    const left = deadline - Date.now();
    if (page.data.length > 0 || left <= 0 || abort.aborted) {
      woken.cancel();
      return page;
    }
    await woken.wait(left, abort);
  }
}

async function readOnce(reader: FeedReader, after: number): Promise<{ data: unknown[]; next: number }> {
  const { api, who, entities, limit } = reader;
  const { db } = api.engine;
  await sequenceChanges(db);
  const { changes, next } = await readFeed(db, { after, limit, entities, stores: who.stores });
  // Looked up after the page was read: what is dropped meanwhile was not missed.
  await refuseGap(reader, after);
  const { clear, includeCurrent } = reader;
  const current = includeCurrent ? await readCurrent({ engine: api.engine, stores: who.stores, clear }, changes) : null;
  return { data: changes.map((change) => renderChange(change, current)), next };
}

async function refuseGap(reader: FeedReader, after: number): Promise<void> {
  const { pruned, last } = await feedHorizon(reader.api.engine.db);
  if (after < pruned)
    throw new InputError(
      "changes_gone",
      `Changes up to position ${pruned} are no longer kept, and you have read up to ${after}. Read the lists you keep once, ` +
        `then go on with after=${last} (the feed_position of their first page).`,
      { status: 410 },
    );
  if (after > last)
    throw new InputError(
      "changes_gone",
      `The feed ends at position ${last}, before yours: the database was restored from an earlier state. Read the lists you ` +
        `keep once, then go on with after=${last}.`,
      { status: 410 },
    );
}

/** A change as it is shown, with the record as it is now where that was asked for. */
export function renderChange(change: FeedChange, current: ReadonlyMap<string, unknown> | null) {
  return {
    position: change.position,
    entity: change.entity,
    id: change.id,
    store_id: change.storeId,
    version: change.version,
    kind: change.kind,
    at: change.at,
    ...(current ? { current: current.get(`${change.entity}/${change.id}`) ?? null } : {}),
  };
}

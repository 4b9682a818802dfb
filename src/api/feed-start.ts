/** Where the feed goes on from what a list shows: with it a reader copies a list once and misses nothing after. */
import { feedHorizon } from "../core/db/feed.ts";
import type { Api } from "./types.ts";

/** An older position is as good: what the list shows already comes again. */
const FRESH_MS = 250;

const read = new WeakMap<Api, { at: number; position: Promise<number> }>();

/** The feed's position from before the first page of a list is read; nothing on its later pages. */
export async function feedStart(api: Api, query: { cursor?: string | undefined }): Promise<{ feed_position?: number }> {
  if (query.cursor !== undefined) return {};
  let last = read.get(api);
  if (!last || performance.now() - last.at > FRESH_MS) {
    last = { at: performance.now(), position: feedHorizon(api.engine.db).then((horizon) => horizon.last) };
    read.set(api, last);
    last.position.catch(() => read.delete(api));
  }
  return { feed_position: await last.position };
}

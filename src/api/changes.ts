/** The change feed: what changed, in the order in which it was committed, to its end and no change skipped. */
import { CHANGES_CHANNEL } from "../core/db/changes.ts";
import { feedHorizon } from "../core/db/feed.ts";
import { seesBuyers } from "./auth.ts";
import { streamChanges } from "./change-stream.ts";
import { define, json } from "./define.ts";
import { type FeedReader, waitForChanges } from "./feed-reader.ts";
import { createFeedSignal } from "./feed-signal.ts";
import { changesQuery, ENTITIES, type Entity, feedSchema } from "./schemas/operations.ts";
import { allows, type Scope } from "./scopes.ts";
import type { Api } from "./types.ts";

/** Entities are seen by those who may read the lists that they stand for. */
const SCOPE_OF: Readonly<Record<Entity, Scope>> = {
  order: "orders:read",
  listing: "listings:read",
  shipment: "shipments:read",
  dispute: "disputes:read",
  refund: "disputes:read",
  settlement: "settlements:read",
  stock: "stock:read",
  sku: "skus:read",
  store: "stores:read",
};

export function defineChanges(api: Api): void {
  const signal = createFeedSignal(api.engine, CHANGES_CHANNEL);
  define(
    api,
    "GET /v1/changes",
    {
      summary: "Changes after a position",
      description:
        "Begin with the `feed_position` of the lists that you copied, go on with the `next` of each answer, and keep it once " +
        "you have worked off the page. Without `after` the oldest change kept comes first. " +
        "Each change comes at least once, in order per entity. 410 `changes_gone`: the positions after yours are no longer " +
        "kept; copy the lists once more and go on from their `feed_position`. `wait` holds the answer until something changes (30 s at " +
        "most); `stream=sse` sends changes as server-sent events, resumed by `Last-Event-ID`. Entities that the key may not " +
        "read are left out.",
      query: changesQuery,
      answer: feedSchema,
    },
    async ({ c, who, query }) => {
      const reader: FeedReader = {
        api,
        who,
        clear: seesBuyers(c),
        entities: (query.entity ?? ENTITIES).filter((entity) => allows(who.scopes, SCOPE_OF[entity])),
        limit: query.limit,
        includeCurrent: query.include === "current",
        signal,
      };
      const after = query.after ?? (await feedHorizon(api.engine.db)).pruned;
      if (query.stream === "sse") return streamChanges(c, reader, resumeAt(c.req.header("last-event-id"), after));
      const page = await waitForChanges(reader, after, query.wait * 1000, c.req.raw.signal);
      return json(c, page);
    },
  );
}

function resumeAt(lastEventId: string | undefined, after: number): number {
  return lastEventId !== undefined && /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : after;
}

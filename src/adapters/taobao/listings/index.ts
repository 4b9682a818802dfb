/**
 * Listings. The platform keeps those that are on sale and those that are not in two lists, and of the second each state is
 * asked for by name: sold out and banned ones are in none of the others.
 */
import type { ListInput, ListingCapability, Page, Store, Stream } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { type KeysetList, type Position, readCursor, readKeyset, writeCursor } from "../client/pages.ts";
import { GET_BATCH, PAGE } from "../limits.ts";
import { refusingRows } from "../schemas/file.ts";
import { createListingActs } from "./acts.ts";
import { itemId, itemReference, listingsInFile, readListings } from "./read.ts";
import { toUnified } from "./to-listing.ts";

/** No bound is written; the first reading reaches back to the beginning: one window, not one a month. */
const WINDOW = {
  maxMinutes: 60 * 24 * 366 * 40,
  safetyLagSeconds: 30,
  overlapSeconds: 300,
  maxAgeDays: null,
  minSeconds: 2,
};

/** Names of the streams, with the state that the list of what is not on sale is asked for. */
const LISTS: readonly { stream: string; banner: string | null }[] = [
  { stream: "on_sale", banner: null },
  { stream: "off_sale", banner: "off_shelf" },
  { stream: "waiting", banner: "regular_shelved" },
  { stream: "never_on_sale", banner: "never_on_shelf" },
  { stream: "sold_out", banner: "sold_out" },
  { stream: "banned", banner: "violation_off_shelf" },
];

const STREAMS: readonly Stream[] = [
  ...LISTS.map(
    ({ stream }): Stream => ({ name: stream, by: "change", window: WINDOW, everySeconds: 600, backfill: true }),
  ),
  // Sales lower quantities without a new change time: everything there is, once a day.
  { name: "all", by: "sweep", window: WINDOW, everySeconds: 86_400, audit: true },
];

/** Before this there was no Taobao. */
const BEGINNING = new Date("2003-01-01T00:00:00Z");

export function createListings(client: Client): ListingCapability {
  return {
    streams: STREAMS,
    // A listing that is deleted leaves no trace in any list.
    rereadOpenMinutes: 1440,
    getBatch: GET_BATCH.listings,
    list: (store, input, signal) =>
      input.stream === "all" ? listAll(client, store, input, signal) : listOne(client, store, input, signal),
    getMany: (store, keys, signal) => readListings(client, store, keys, signal),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) => listingsInFile(bytes),
    acts: createListingActs(client),
  };
}

async function listOne(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const wanted = LISTS.find(({ stream }) => stream === input.stream);
  if (!wanted) throw new Error(`listings have no stream "${input.stream}"`);
  const list = listOf(wanted.banner, input.limit);
  const position = readCursor(input.cursor, list.method);
  const { page, next } = await readList(
    client,
    store,
    wanted.banner,
    { ...input, since: later(input.since) },
    position,
    signal,
  );
  return { ...page, next: writeCursor(next) };
}

/** The six lists one after the other. */
async function listAll(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const position = readCursor(input.cursor, "listings.all");
  const index = position?.list ?? 0;
  const { banner } = LISTS[index] ?? { banner: null };
  const begun = position !== null && position.at !== "";
  const window = { ...input, since: BEGINNING };
  const { page, next } = await readList(client, store, banner, window, begun ? position : null, signal);
  if (next !== null) return { ...page, next: writeCursor({ ...next, list: index }) };
  const isLast = index + 1 >= LISTS.length;
  return { ...page, next: isLast ? null : writeCursor({ at: "", page: 1, seen: [], list: index + 1 }) };
}

async function readList(
  client: Client,
  store: Store,
  banner: string | null,
  input: ListInput,
  position: Position | null,
  signal: AbortSignal,
): Promise<{ page: Page; next: Position | null }> {
  const found = await readKeyset(client, store, listOf(banner, input.limit), input, position, signal);
  const references = found.rows.map((row) => ({
    ...itemReference(row),
    ...(banner === null ? {} : { key: { banner } }),
  }));
  const page: Page = { documents: [], references, next: null };
  if (found.total !== null && position === null) page.total = found.total;
  return { page, next: found.next };
}

const later = (since: Date): Date => (since < BEGINNING ? BEGINNING : since);

/** Oldest first: what changes while it is read comes again at the end. */
function listOf(banner: string | null, limit: number): KeysetList {
  return {
    method: banner === null ? "taobao.items.onsale.get" : "taobao.items.inventory.get",
    parameters: {
      fields: "num_iid,num,approve_status,modified",
      order_by: "modified:asc",
      ...(banner === null ? {} : { banner }),
    },
    from: "start_modified",
    to: "end_modified",
    field: "modified",
    order: "oldest_first",
    id: itemId,
    perPage: Math.max(1, Math.min(limit, PAGE.items)),
    hasNext: false,
    rows: (fields) => fields.items,
  };
}

/**
 * Absolute values of offers: by file where the seller's code names the offer, with a verdict for each row, else by the
 * item's number, one call each. A code that a batch names twice says which offer it means to nobody.
 */
import type { PushItem, PushOutcome, Store } from "../../../core/adapter.ts";
import type { Variant } from "../../../core/model/records.ts";
import { type Fields, textIn } from "../../../core/tree.ts";
import { FILE_ROWS } from "../limits.ts";

import { verdictsIn } from "./envelope.ts";
import { type Call, type Client, pushEach, unconfirmed } from "./index.ts";

export interface Writes {
  method: string;
  field: string;
  /** The file's row for an item; and the call by number. */
  row(item: PushItem): Fields;
  single(item: PushItem): Call;
  /** What is wrong with an item before anything is sent, or null. */
  refusal(item: PushItem): PushOutcome | null;
}

export const pushBatch = { max: FILE_ROWS, groupBy: "none", complete: "item" } as const;

export async function pushAll(
  client: Client,
  store: Store,
  items: readonly PushItem[],
  writes: Writes,
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const refused = new Map(items.flatMap((item) => [[item.key, writes.refusal(item)] as const]));
  const good = items.filter(({ key }) => !refused.get(key));
  const isNamed = ({ sellerCode }: PushItem) =>
    sellerCode !== null && good.filter((other) => other.sellerCode === sellerCode).length === 1;
  const byFile = await writeFile(client, store, good.filter(isNamed), writes, signal);
  const byNumber = await pushEach(
    good.filter((item) => !isNamed(item)),
    writes.method,
    async (item) => {
      const answer = await client.call(store, { ...writes.single(item), effect: "keyed-write" }, signal);
      return verdictsIn(answer.fields, writes.method).some(({ error }) => error === null);
    },
  );
  const outcomes = new Map([...byFile, ...byNumber].map((outcome) => [outcome.key, outcome]));
  return items.map(
    ({ key }) =>
      refused.get(key) ?? outcomes.get(key) ?? { key, outcome: "unknown", error: unconfirmed(writes.method) },
  );
}

async function writeFile(
  client: Client,
  store: Store,
  items: readonly PushItem[],
  { method, field, row }: Writes,
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  if (items.length === 0) return [];
  const file = { field, content: { ItemsList: { ItemUpadteInfo: items.map(row) } } };
  const answer = await client.call(store, { method, version: "2.0", file, effect: "keyed-write" }, signal);
  const verdicts = new Map(
    verdictsIn(answer.fields, method).map((verdict) => [textIn(verdict.row.outerItemID), verdict.error]),
  );
  return items.map(({ key, value, sellerCode }): PushOutcome => {
    const error = verdicts.get(sellerCode);
    if (error === undefined) return { key, outcome: "unknown", error: unconfirmed(method) };
    if (error === null) return { key, outcome: "accepted", shown: value };
    return {
      key,
      outcome: error.category === "transient" || error.category === "throttled" ? "unknown" : "rejected",
      error,
    };
  });
}

/** What the platform shows of offers, each listing read once; null where it has none. */
export async function readVariants<Asked extends Pick<PushItem, "key" | "listingExternalId" | "variantExternalId">>(
  items: readonly Asked[],
  read: (listingExternalId: string) => Promise<readonly Variant[]>,
  shown: (variant: Variant) => string | null,
): Promise<{ key: string; value: string | null }[]> {
  const listings = new Map<string, readonly Variant[]>();
  for (const { listingExternalId: id } of items) if (!listings.has(id)) listings.set(id, await read(id));
  return items.map(({ key, listingExternalId, variantExternalId }) => {
    const variant = listings.get(listingExternalId)?.find(({ externalId }) => externalId === variantExternalId);
    return { key, value: variant ? shown(variant) : null };
  });
}

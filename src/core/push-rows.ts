/** Absolute values of offers, as adapters write and read them: many as rows of one call, or one a call. */
import type { PushItem, PushOutcome } from "./adapter.ts";
import type { AdapterError } from "./errors.ts";
import type { Variant } from "./model/records.ts";
import type { outcomesOf } from "./outcomes.ts";

export interface RowWrites {
  operation: string;
  /** Why an item is not sent, or null. */
  refusal(item: PushItem): string | null;
  /** Rows of one call: what became of each by the seller's code; null: done. A code that is not there is unknown. */
  writeRows(items: readonly PushItem[]): Promise<ReadonlyMap<string | null, AdapterError | null>>;
  /** One item by its number; false where the answer does not confirm it. */
  writeOne(item: PushItem): Promise<boolean>;
}

/**
 * By rows where the seller's code names the offer, else one by one: a code that a batch names twice says to nobody which
 * offer it means. One outcome per item, in order.
 */
export async function pushRows(
  { pushEach, refuse, unconfirmed }: Pick<ReturnType<typeof outcomesOf>, "pushEach" | "refuse" | "unconfirmed">,
  items: readonly PushItem[],
  { operation, refusal, writeRows, writeOne }: RowWrites,
): Promise<PushOutcome[]> {
  const outcomes = new Map<string, PushOutcome>();
  const good: PushItem[] = [];
  for (const item of items) {
    const reason = refusal(item);
    if (reason === null) good.push(item);
    else outcomes.set(item.key, { key: item.key, ...refuse("invalid_request", operation, reason) });
  }
  const isNamed = ({ sellerCode }: PushItem) =>
    sellerCode !== null && good.filter((other) => other.sellerCode === sellerCode).length === 1;
  const named = good.filter(isNamed);
  const verdicts = named.length === 0 ? new Map() : await writeRows(named);
  const alone = await pushEach(
    good.filter((item) => !isNamed(item)),
    operation,
    writeOne,
  );
  for (const item of named) outcomes.set(item.key, outcomeOf(item, verdicts.get(item.sellerCode)));
  for (const outcome of alone) outcomes.set(outcome.key, outcome);
  return items.map(({ key }) => outcomes.get(key) ?? { key, outcome: "unknown", error: unconfirmed(operation) });

  function outcomeOf({ key, value }: PushItem, error: AdapterError | null | undefined): PushOutcome {
    if (error === null) return { key, outcome: "accepted", shown: value };
    if (error === undefined) return { key, outcome: "unknown", error: unconfirmed(operation) };
    return { key, outcome: error.maybeApplied || error.category === "throttled" ? "unknown" : "rejected", error };
  }
}

type Asked = Pick<PushItem, "key" | "listingExternalId" | "variantExternalId">;

/** What a platform shows of offers, each listing read once; null where it has none. */
export async function readShown(
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

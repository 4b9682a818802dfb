/**
 * List prices, in yuan. Tmall takes all variants of a listing in one call; Taobao takes one a call, named by its
 * properties. A listing's own price has to stay within those of its variants, so one of those that are sent goes along.
 */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { isAdapterError } from "../../core/errors.ts";
import { canonicalDecimal, compare, money } from "../../core/money.ts";
import { idOrNull } from "../../core/wire.ts";
import type { Client } from "./client/index.ts";
import { pushByListing, rejected, unanswered } from "./client/push.ts";
import { isRefusal } from "./client/refusals.ts";
import { CURRENCY, sellerType } from "./config.ts";
import { PUSH_BATCH, PUSH_QUOTA } from "./limits.ts";
import { currentItems } from "./listings/read.ts";
import { yuanText } from "./schemas/helpers.ts";
import type { ItemDocument } from "./schemas/listing.ts";

const OPERATION = "prices.set";
const RESULT = idOrNull();

export function createPrices(client: Client): PushCapability {
  return {
    batch: { max: PUSH_BATCH, groupBy: "listing", complete: "item" },
    compareAndSet: false,
    quota: PUSH_QUOTA,
    set: (store, items, signal) => pushByListing(items, OPERATION, (group) => setListing(client, store, group, signal)),
    async read(store, items, signal) {
      const found = await currentItems(
        client,
        store,
        items.map((item) => item.listingExternalId),
        signal,
      );
      return items.map((item) => ({ key: item.key, value: priceOf(found.get(item.listingExternalId), item) }));
    },
  };
}

const isWhole = (item: Pick<PushItem, "listingExternalId" | "variantExternalId">) =>
  item.variantExternalId === item.listingExternalId;

function priceOf(
  listing: ItemDocument | undefined,
  item: Pick<PushItem, "listingExternalId" | "variantExternalId">,
): string | null {
  if (!listing) return null;
  return isWhole(item)
    ? listing.price
    : (listing.skus.find((sku) => sku.sku_id === item.variantExternalId)?.price ?? null);
}

async function setListing(
  client: Client,
  store: Store,
  group: readonly PushItem[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const refused = new Map(group.flatMap((item) => refusalOf(item) ?? []).map((outcome) => [outcome.key, outcome]));
  const sent = group.filter((item) => !refused.has(item.key));
  const written = sent.length === 0 ? [] : await write(client, store, sent, signal);
  const outcomes = new Map([...refused, ...written.map((outcome) => [outcome.key, outcome] as const)]);
  return group.map((item) => outcomes.get(item.key) ?? unanswered(item.key, OPERATION));
}

function refusalOf(item: PushItem): PushOutcome[] | null {
  if (item.currency !== null && item.currency !== CURRENCY)
    return [rejected(item.key, "invalid_request", OPERATION, `prices are in ${CURRENCY}, not in ${item.currency}`)];
  if (!/^\d+(?:\.\d{1,2})?$/.test(canonicalDecimal(item.value) ?? ""))
    return [rejected(item.key, "invalid_request", OPERATION, "a price has at most two digits after the point")];
  return null;
}

function write(client: Client, store: Store, items: readonly PushItem[], signal: AbortSignal): Promise<PushOutcome[]> {
  return sellerType(store) === "B" ? setTmall(client, store, items, signal) : setTaobao(client, store, items, signal);
}

/** The lowest of the prices that are sent: it is one of the variants' own, so that it lies between them. */
function lowest(items: readonly PushItem[]): string {
  const prices = items.map((item) => money(item.value, CURRENCY));
  return prices.reduce((least, price) => (compare(price, least) < 0 ? price : least)).amount;
}

async function setTmall(
  client: Client,
  store: Store,
  items: readonly PushItem[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const listingId = items[0]?.listingExternalId ?? "";
  const skus = items.filter((item) => !isWhole(item));
  const parameters = {
    item_id: listingId,
    item_price: yuanText(items.find(isWhole)?.value ?? lowest(skus)),
    ...(skus.length === 0
      ? {}
      : {
          sku_prices: JSON.stringify(
            skus.map((item) => ({ sku_id: item.variantExternalId, price: yuanText(item.value) })),
          ),
        }),
  };
  const fields = await client.call(
    store,
    { method: "tmall.item.price.update", parameters, effect: "keyed-write" },
    signal,
  );
  const isNamed = RESULT.parse(fields.price_update_result) === listingId;
  return items.map(({ key, value }) =>
    isNamed ? { key, outcome: "accepted", shown: value } : unanswered(key, OPERATION),
  );
}

/** One call per variant; what a refusal leaves behind is told apart from what went before it. */
async function setTaobao(
  client: Client,
  store: Store,
  items: readonly PushItem[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const outcomes: PushOutcome[] = [];
  for (const item of items) {
    try {
      outcomes.push(await setVariant(client, store, item, signal));
    } catch (error) {
      if (!isAdapterError(error) || items.length === 1) throw error;
      outcomes.push({ key: item.key, outcome: isRefusal(error) ? "rejected" : "unknown", error });
    }
  }
  return outcomes;
}

async function setVariant(client: Client, store: Store, item: PushItem, signal: AbortSignal): Promise<PushOutcome> {
  const { key, value, listingExternalId: num_iid } = item;
  const price = yuanText(value);
  const { properties } = item.codes;
  if (!isWhole(item) && !properties)
    return rejected(
      key,
      "invalid_request",
      OPERATION,
      "the variant's properties are not known: read the listing first",
    );
  const call = isWhole(item)
    ? { method: "taobao.item.price.update", parameters: { num_iid, price } }
    : { method: "taobao.item.sku.price.update", parameters: { num_iid, properties, price, item_price: price } };
  await client.call(store, { ...call, effect: "keyed-write" }, signal);
  return { key, outcome: "accepted", shown: value };
}

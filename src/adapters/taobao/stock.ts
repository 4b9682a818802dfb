/**
 * Quantities: absolute, up to twenty variants of one listing a call. Tmall has a method of its own; a listing without
 * variants is written whole, and one with variants refuses that. What is sent is what buyers see: sellable units.
 */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { idOrNull } from "../../core/wire.ts";
import type { Client } from "./client/index.ts";
import { pushByListing, rejected, unanswered } from "./client/push.ts";
import { sellerType } from "./config.ts";
import { PUSH_BATCH, PUSH_QUOTA } from "./limits.ts";
import { currentItems } from "./listings/read.ts";
import { WRITTEN_ITEM } from "./schemas/listing.ts";

const OPERATION = "stock.set";
/** `1`: the number replaces what is there. */
const FULL = 1;
const TMALL_RESULT = idOrNull();

export function createStock(client: Client): PushCapability {
  return {
    batch: { max: PUSH_BATCH, groupBy: "listing", complete: "item" },
    compareAndSet: false,
    quota: PUSH_QUOTA,
    set: (store, items, signal) =>
      pushByListing(items, OPERATION, (group) =>
        sellerType(store) === "B" ? setTmall(client, store, group, signal) : setTaobao(client, store, group, signal),
      ),
    async read(store, items, signal) {
      const found = await currentItems(
        client,
        store,
        items.map((item) => item.listingExternalId),
        signal,
      );
      return items.map((item) => {
        const listing = found.get(item.listingExternalId);
        const quantity = isWhole(item)
          ? listing?.num
          : listing?.skus.find((sku) => sku.sku_id === item.variantExternalId)?.quantity;
        return { key: item.key, value: quantity === null || quantity === undefined ? null : String(quantity) };
      });
    },
  };
}

const isWhole = (item: Pick<PushItem, "listingExternalId" | "variantExternalId">) =>
  item.variantExternalId === item.listingExternalId;

/** tmall.item.quantity.update answers the listing's id and nothing of its variants. */
async function setTmall(
  client: Client,
  store: Store,
  group: readonly PushItem[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const whole = group.find(isWhole);
  const skus = group.filter((item) => !isWhole(item));
  const listingId = group[0]?.listingExternalId ?? "";
  const fields = await client.call(
    store,
    {
      method: "tmall.item.quantity.update",
      parameters: {
        item_id: listingId,
        ...(whole ? { item_quantity: whole.value } : {}),
        ...(skus.length > 0 ? { sku_quantities: JSON.stringify(skus.map(skuQuantity)) } : {}),
        options: JSON.stringify({ type: FULL }),
      },
      // Absolute: a repeat ends in the same state.
      effect: "keyed-write",
    },
    signal,
  );
  const isNamed = TMALL_RESULT.parse(fields.quantity_update_result) === listingId;
  return group.map(({ key, value }) =>
    isNamed ? { key, outcome: "accepted", shown: value } : unanswered(key, OPERATION),
  );
}

/** Ids are written as numbers of any size, which a JS number would spoil: as text, which the gateway takes too. */
const skuQuantity = (item: PushItem) => ({ sku_id: item.variantExternalId, quantity: Number(item.value) });

async function setTaobao(
  client: Client,
  store: Store,
  group: readonly PushItem[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  const whole = group.find(isWhole);
  const skus = group.filter((item) => !isWhole(item));
  const num_iid = group[0]?.listingExternalId ?? "";
  const outcomes: PushOutcome[] = [];
  if (whole) {
    const parameters = { num_iid, quantity: whole.value, type: FULL };
    const fields = await client.call(
      store,
      { method: "taobao.item.quantity.update", parameters, effect: "keyed-write" },
      signal,
    );
    const { num } = WRITTEN_ITEM.parse(fields.item);
    outcomes.push(judge(whole, num));
  }
  if (skus.length > 0) {
    const skuid_quantities = skus.map((item) => `${item.variantExternalId}:${item.value}`).join(";");
    const fields = await client.call(
      store,
      {
        method: "taobao.skus.quantity.update",
        parameters: { num_iid, skuid_quantities, type: FULL },
        effect: "keyed-write",
      },
      signal,
    );
    const { skus: written } = WRITTEN_ITEM.parse(fields.item);
    for (const item of skus)
      outcomes.push(judge(item, written.find((sku) => sku.sku_id === item.variantExternalId)?.quantity ?? null));
  }
  return outcomes;
}

function judge({ key, value }: PushItem, shown: number | null): PushOutcome {
  if (shown === null) return unanswered(key, OPERATION);
  if (shown === Number(value)) return { key, outcome: "accepted", shown: String(shown) };
  return rejected(key, "conflict", OPERATION, `the platform shows ${shown} instead of ${value}`);
}

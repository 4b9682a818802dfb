/**
 * Prices in yuan, written together with the list price that the listing shows. Refused while an item is in a promotion, and
 * where a price from 20 yuan on would double at once.
 */
import type { PushCapability, PushItem, PushOutcome } from "../../core/adapter.ts";
import { canonicalDecimal, padMoney } from "../../core/money.ts";
import { type Client, refuse } from "./client/index.ts";
import { pushAll, pushBatch, readVariants, type Writes } from "./client/push.ts";
import { CURRENCY } from "./config.ts";
import { QUOTA } from "./limits.ts";
import { readShown } from "./listings.ts";

const METHOD = "dangdang.items.price.update";

const yuan = (amount: string): string => padMoney({ amount, currency: CURRENCY }).amount;
const marketPrice = ({ codes }: PushItem): string | null =>
  codes.market_price === undefined ? null : yuan(codes.market_price);

/** 0.01 to 9,999,999.99 */
function refusal({ key, value, currency }: PushItem): PushOutcome | null {
  const amount = canonicalDecimal(value) ?? "";
  const isPrice = /^\d{1,7}(?:\.\d{1,2})?$/.test(amount) && amount !== "0";
  if (isPrice && (currency === null || currency === CURRENCY)) return null;
  return {
    key,
    ...refuse("invalid_request", METHOD, `prices are 0.01 to 9999999.99 ${CURRENCY}, with two digits after the point`),
  };
}

const WRITES: Writes = {
  method: METHOD,
  field: "multiItemsInfo",
  row(item) {
    const market = marketPrice(item);
    return {
      outerItemID: item.sellerCode,
      unitPrice: yuan(item.value),
      ...(market === null ? {} : { marketPrice: market }),
    };
  },
  single(item) {
    const market_price = marketPrice(item);
    const prices = { sale_price: yuan(item.value), ...(market_price === null ? {} : { market_price }) };
    const parameters = { item_id: item.variantExternalId, ...prices };
    return { method: "dangdang.item.price.update", version: "3.0", form: true, parameters };
  },
  refusal,
};

export function createPrices(client: Client): PushCapability {
  return {
    batch: pushBatch,
    compareAndSet: false,
    quota: QUOTA,
    set: (store, items, signal) => pushAll(client, store, items, WRITES, signal),
    read: (store, items, signal) =>
      readVariants(
        items,
        (id) => readShown(client, store, id, signal),
        ({ price }) => price?.amount ?? null,
      ),
  };
}

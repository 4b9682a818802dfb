/**
 * Prices in yuan, written together with the list price that the listing shows. Refused while an item is in a promotion, and
 * where a price from 20 yuan on would double at once.
 */
import type { PushCapability, PushItem } from "../../core/adapter.ts";
import { canonicalDecimal, padMoney } from "../../core/money.ts";
import type { Client } from "./client/index.ts";
import { createPush } from "./client/push.ts";
import { CURRENCY } from "./config.ts";

const yuan = (amount: string): string => padMoney({ amount, currency: CURRENCY }).amount;

/** The list price under the name that a call has for it; nothing where the listing shows none. */
const marketPrice = ({ codes: { market_price: market } }: PushItem, name: string): Record<string, string> =>
  market === undefined ? {} : { [name]: yuan(market) };

/** 0.01 to 9,999,999.99 */
function refusal({ value, currency }: PushItem): string | null {
  const amount = canonicalDecimal(value) ?? "";
  const isPrice = /^\d{1,7}(?:\.\d{1,2})?$/.test(amount) && amount !== "0";
  const isYuan = currency === null || currency === CURRENCY;
  return isPrice && isYuan ? null : `prices are 0.01 to 9999999.99 ${CURRENCY}, with two digits after the point`;
}

export const createPrices = (client: Client): PushCapability =>
  createPush(client, {
    method: "dangdang.items.price.update",
    field: "multiItemsInfo",
    row: (item) => ({
      outerItemID: item.sellerCode,
      unitPrice: yuan(item.value),
      ...marketPrice(item, "marketPrice"),
    }),
    one: {
      method: "dangdang.item.price.update",
      parameters: (item) => ({
        item_id: item.variantExternalId,
        sale_price: yuan(item.value),
        ...marketPrice(item, "market_price"),
      }),
    },
    refusal,
    shown: ({ price }) => price?.amount ?? null,
  });

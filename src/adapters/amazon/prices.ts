/**
 * Prices for everybody, with tax where the marketplace shows prices with tax. They are merged into the offer: sale prices and
 * prices for businesses stay. The amount is a bare number, written digit by digit.
 */
import type { PushCapability } from "../../core/adapter.ts";
import { bareNumber } from "../../core/wire.ts";
import type { Client } from "./client/index.ts";
import { pushCapability } from "./client/submissions.ts";
import { currencyOf } from "./config.ts";
import { priceIn } from "./listings/to-listing.ts";

export const createPrices = (client: Client): PushCapability =>
  pushCapability(client, {
    operation: "prices.set",
    patchOf({ value, currency }, marketplace) {
      const own = currencyOf(marketplace);
      if (currency !== null && own !== null && currency !== own)
        return `prices on ${marketplace} are in ${own}, not in ${currency}`;
      const known = currency ?? own;
      if (known === null) return `the currency of ${marketplace} is not known: name it with the price`;
      const schedule = [{ value_with_tax: bareNumber(value) }];
      const offer = { marketplace_id: marketplace, currency: known, audience: "ALL", our_price: [{ schedule }] };
      return { op: "merge", path: "/attributes/purchasable_offer", value: [offer] };
    },
    shown: (listing, marketplace) => priceIn(listing, marketplace)?.amount ?? null,
  });

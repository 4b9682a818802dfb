/** Dangdang, open platform: shops of the marketplace. */
import type { Adapter, AdapterContext, AdapterEntry, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth/index.ts";
import { createClient } from "./client/index.ts";
import { DOCS } from "./codes.ts";
import { ID } from "./config.ts";
import { createDisputes } from "./disputes/index.ts";
import { READ_ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { settlements } from "./settlements.ts";
import { createShipments } from "./shipments.ts";
import { createStock } from "./stock.ts";
import { webhooks } from "./webhooks.ts";

const LABEL = "Dangdang";

function createAdapter(context: AdapterContext): Adapter {
  const client = createClient(context);
  return {
    id: ID,
    label: LABEL,
    docs: DOCS,
    buyerData: "masked",
    auth: createAuth(client),
    orders: createOrders(client),
    listings: createListings(client),
    stock: createStock(client),
    prices: createPrices(client),
    shipments: createShipments(client),
    disputes: createDisputes(client),
    settlements,
    webhooks,
    quotas: QUOTAS,
    errors: READ_ERRORS,
    proof: {
      auth: "b",
      orders: "b",
      listings: "a",
      stock: "a",
      prices: "a",
      shipments: "a",
      disputes: "a",
      settlements: "a",
    },
    unverified: UNVERIFIED,
  };
}

/** Capability, what is not proven, and what happens if it is wrong. */
const UNVERIFIED: readonly Unverified[] = `
auth | paths of consent and of tokens are those of the app's settings | consent fails: type the token in
auth | one call a second per shop and five per app are borne | calls are refused, or reading is slower than needed
auth | words tell expired sessions, wrong signatures and throttled calls | they are told as refusals that nobody has listed
auth | the gateway answers without TLS alone | set base_url to the address with https, where it answers
orders | the list takes pages of 20 and does not end before them all | reading fails with the platform's words
orders | words of a missing order contain 不存在 | an order that is gone is told as a failure and stays as it was
orders | coupons (giftCertMoney) are the seller's; who bears other deductions is not said | a discount names the wrong payer; totals are right
orders | the total is cash, gift cards, balance and points, and equals lines, postage and deductions | a warning total_mismatch
orders | itemType 1 and a price of dashes are gifts | a gift counts as sold
orders | the ciphertext stands at the root or in sendGoodsInfo | clear receivers cannot be asked for
orders | decryption has no quota of its own | it is refused with the platform's words
listings | other words than 上架, 可销售, 0, 下架 and 6 are not for sale | a listing stands as inactive, with a warning
listings.activate | the new state goes in the parameter status | the act is refused with the platform's words
stock | units of unshipped orders are not taken off the number that is written | units are sold too early or too late: compare one real listing
stock | the file takes 40 rows | the whole file is refused (101) and tried in halves
prices | the list price may be left out where the listing shows none | the row is refused with the platform's words
shipments.confirm | the ship call without a carrier's letters (version 1.0) is still taken | set carrier_element: the element of version 3.0
shipments.confirm | phones of eight carriers (codes.ts) | the call is refused (40): set carrier_phones
shipments.correct | newExpressCompanyId is the carrier's number, the XML a file | the act is refused with the platform's words
disputes | resd and reed are the day on which a request was made | a dispute stands as opened on another day
disputes | refunds can be asked for by their order alone | an open one is read again by its day only
disputes | sourceId tells refunds of one order apart | two refunds of an order stand as one
settlements | the console's file is a table with commas or tabs, an id and a signed amount in each row | it is refused, or its entries have the wrong sign
disputes.refuse | returnExchangeOrdersApprStatus 2 refuses | the refusal is refused, or not shown by the next reading: set refusal_status
`
  .trim()
  .split("\n")
  .map((line) => {
    const [capability = "", fact = "", ifWrong = ""] = line.split(" | ");
    return { capability, fact, ifWrong };
  });

export const dangdang: AdapterEntry = { id: ID, label: LABEL, createAdapter };

/** Shopify, GraphQL Admin API. */
import type { Adapter, AdapterContext, AdapterEntry, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth/index.ts";
import { unavailable } from "./auth/scopes.ts";
import { createClient } from "./client.ts";
import { DOCS, ID } from "./config.ts";
import { createDisputes } from "./disputes/index.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { createSettlements } from "./settlements.ts";
import { createShipments } from "./shipments/index.ts";
import { createStock } from "./stock.ts";
import { createWebhooks } from "./webhooks.ts";

const LABEL = "Shopify";

function createAdapter(context: AdapterContext): Adapter {
  const client = createClient(context);
  return {
    id: ID,
    label: LABEL,
    docs: DOCS,
    buyerData: "clear",
    auth: createAuth(client),
    orders: createOrders(client),
    listings: createListings(client),
    stock: createStock(client),
    prices: createPrices(client),
    shipments: createShipments(client),
    disputes: createDisputes(client),
    settlements: createSettlements(client),
    webhooks: createWebhooks(client),
    quotas: QUOTAS,
    errors: ERRORS,
    proof: {
      auth: "b",
      orders: "c",
      listings: "c",
      stock: "c",
      prices: "c",
      shipments: "c",
      disputes: "c",
      settlements: "c",
      webhooks: "b",
    },
    unverified: UNVERIFIED,
    unavailable,
  };
}

/** Capability, what is not proven, and what happens if it is wrong. */
const UNVERIFIED: readonly Unverified[] = `
auth | buckets hold twenty seconds of a plan's rate, and every answer tells the rate | more calls are refused and repeated, or fewer are sent than could be
auth | an answer's X-Shopify-API-Version names the version that ran | a retired version is noticed by its documents alone
auth | the words of a refused token, and of the refusals that name no code | such a refusal is told as one of our input
orders | a change shows in the list within a minute | it is read with the next window, which overlaps by five minutes
orders | a paid or unpaid order takes its pieces off what is available when it is placed | stock is explained by the wrong moment
orders | a tip is a line of its order, and fees are told apart from duties | they count twice or not at all, which the total shows: as information, or as a warning
orders | the total before returns holds what an edit took off, until money goes back | the total of an edited order that was not paid is off by it, and flagged
orders | rows of a run are as many as the run says | its time is read again and again, with an alert: a setting leads to pages
orders | connections inside lists are not given by bulk runs | nothing: they are not asked for
orders | files of bulk runs can be read by byte ranges | a file above the limit of an answer cannot be read, and its time has to be read by pages
orders | how long a key of a refund is remembered | a repeat after that is found by the mark in the refund's note
listings | a product has up to 2048 variants | none: variants are read to their end
listings | a product's change time moves with some changes of stock | it is read once more than needed
stock | an item's change time moves with its levels | quantities are found by messages, and every six hours by reading all
stock | a call with one bad row changes nothing | the rows are sent again one by one, which ends in the same quantities
stock | the reason "correction" is allowed | every quantity is refused, with the platform's words
stock | a message of levels names the item by inventory_item_id | its listing is read by the next window
disputes | a return that changes moves the change time of its order | returns come by messages, and open ones every two hours
disputes | a return that is processed without dispositions puts nothing on the shelf | the platform's quantity rises, and the next push sets it again
settlements | a transfer that failed is part of the next payout | that payout is unbalanced by it
settlements | payouts and movements can be asked for by their ids, as the schema has them | those that are set aside are read with the next window
webhooks | where the order stands in bodies of edits, returns and fulfilment orders | the resource is read by its next window instead
`
  .trim()
  .split("\n")
  .map((line) => {
    const [capability = "", fact = "", ifWrong = ""] = line.split(" | ");
    return { capability, fact, ifWrong };
  });

export const shopify: AdapterEntry = { id: ID, label: LABEL, createAdapter };

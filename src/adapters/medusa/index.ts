/** Medusa 2, admin API of a self-hosted store. */
import type { Adapter, AdapterContext, AdapterEntry, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth.ts";
import { createClient } from "./client.ts";
import { DOCS, ID } from "./config.ts";
import { createDisputes } from "./disputes/index.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { settlements } from "./settlements.ts";
import { createShipments } from "./shipments/index.ts";
import { createStock } from "./stock.ts";
import { webhooks } from "./webhooks.ts";

const LABEL = "Medusa";

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
    settlements,
    webhooks,
    quotas: QUOTAS,
    errors: ERRORS,
    // `npm run test:medusa`
    proof: { auth: "d", orders: "d", listings: "d", stock: "d", prices: "d", shipments: "d", disputes: "d" },
    unverified: UNVERIFIED,
  };
}

/** Capability, what is not proven, and what happens if it is wrong. */
const UNVERIFIED: readonly Unverified[] = `
auth | a conflict of transactions is 409 with the type conflict, and nothing was done | a write that took effect goes a second time, or a refusal is repeated in vain
auth | duplicate_error and payment_authorization_error come with 422 | they are told as refusals of the input, by their status
auth | four calls a second are borne beside the shop's visitors | set fewer by a proxy of the shop's own; calls that it throttles are repeated
orders | credit lines up to the sum of refunds come from refunds, what is above them is granted by hand | a credit granted beside refunds counts as refund: the total before refunds is too high by it
orders | an order without a refund for thirty days gets none | a later one shows with the order's next change, or its daily reading while it is open
orders | plugins' statuses of orders beside the six of the core | the order is unknown, with a warning, until the setting statuses names its meaning
listings | sale prices of price lists are no part of a variant's own prices | a variant shows its usual price while a sale runs
disputes | a return shows as tracked by labels of its fulfilments | it awaits the buyer until the goods are received
`
  .trim()
  .split("\n")
  .map((line) => {
    const [capability = "", fact = "", ifWrong = ""] = line.split(" | ");
    return { capability, fact, ifWrong };
  });

export const medusa: AdapterEntry = { id: ID, label: LABEL, createAdapter };

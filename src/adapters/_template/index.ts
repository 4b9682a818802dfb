/** Template: an invented platform that shows every branch of the contract. `npm run new-adapter` copies this folder. */
import type { Adapter, AdapterContext, AdapterEntry, Store, Unverified } from "../../core/adapter.ts";
import { createAuth, sign } from "./auth.ts";
import { createClient } from "./client.ts";
import { createDisputes } from "./disputes.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { createSettlements } from "./settlements.ts";
import { createShipments } from "./shipments.ts";
import { createStock } from "./stock.ts";
import { createWebhooks } from "./webhooks.ts";

const ID = "template";
const LABEL = "Template";

const UNVERIFIED: readonly Unverified[] = [
  {
    fact: "a parcel that was lost keeps its lines",
    capability: "shipments",
    ifWrong: "the order's lines count as open again once a parcel is lost",
  },
];

/** What this store's plan takes away. */
function unavailable(store: Store): Record<string, string> {
  return store.facts.plan === "small" ? { "shipments.arrange": "labels are not sold to small sellers" } : {};
}

function createAdapter(context: AdapterContext): Adapter {
  const client = createClient(context, sign);
  return {
    id: ID,
    label: LABEL,
    docs: "https://docs.platform.example",
    buyerData: "mixed",
    auth: createAuth(client, context.clock),
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
      auth: "a",
      orders: "a",
      listings: "a",
      stock: "a",
      prices: "a",
      shipments: "a",
      disputes: "a",
      settlements: "a",
      webhooks: "a",
    },
    unverified: UNVERIFIED,
    unavailable,
  };
}

export const template: AdapterEntry = { id: ID, label: LABEL, createAdapter };

/** WooCommerce, REST API wc/v3. */
import type { Adapter, AdapterContext, AdapterEntry, Store, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth/index.ts";
import { createClient } from "./client/index.ts";
import { createDisputes } from "./disputes.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings/index.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { settlements } from "./settlements.ts";
import { createShipments } from "./shipments/index.ts";
import { createStock } from "./stock.ts";
import { createWebhooks } from "./webhooks/index.ts";

const ID = "woocommerce";
const LABEL = "WooCommerce";

const UNVERIFIED: readonly Unverified[] = [
  {
    fact: "orderby=modified is refused by stores older than about 5.8",
    capability: "orders",
    ifWrong: "an old store is told to update although another order of pages would have served it",
  },
  {
    fact: "meta data of Shipment Tracking and Advanced Shipment Tracking: an array under _wc_shipment_tracking_items",
    capability: "shipments",
    ifWrong: "parcels of these plugins are not shown; the order's own status still is",
  },
  {
    fact: "the carrier list of the tracking plugins is answered below order 0",
    capability: "shipments",
    ifWrong: "the carrier list stays empty; names can still be typed as platform:<name>",
  },
  {
    fact: "PUT on a fulfilment replaces meta data by key",
    capability: "shipments",
    ifWrong: "a corrected tracking number stands beside the old one",
  },
  {
    fact: "refunds are in the store's currency",
    capability: "disputes",
    ifWrong:
      "with a multi-currency plugin a refund carries the wrong currency code; the order's own sum of refunds is right",
  },
  {
    fact: "an erased order has the meta key _anonymized or the address deleted@site.invalid",
    capability: "orders",
    ifWrong: "placeholder texts stand as the buyer's name until our own retention removes them",
  },
  {
    fact: "the change time of a product does not move when a scheduled sale starts",
    capability: "listings",
    ifWrong: "nothing: the daily list of ids and the next change bring the price",
  },
];

/** Sites without WooCommerce's API can do nothing; the reason is said once per capability. */
function unavailable(store: Store): Record<string, string> {
  if (store.facts.api !== false) return {};
  const reason = "the site offers no wc/v3: WooCommerce is switched off, or older than 3.5";
  return Object.fromEntries(
    ["orders", "listings", "stock", "prices", "shipments", "disputes", "webhooks"].map((name) => [name, reason]),
  );
}

function createAdapter(context: AdapterContext): Adapter {
  const client = createClient(context);
  return {
    id: ID,
    label: LABEL,
    docs: "https://woocommerce.github.io/woocommerce-rest-api-docs/",
    buyerData: "clear",
    auth: createAuth(client),
    orders: createOrders(client),
    listings: createListings(client),
    stock: createStock(client),
    prices: createPrices(client),
    shipments: createShipments(client, context.clock),
    disputes: createDisputes(client),
    settlements,
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
      webhooks: "c",
    },
    unverified: UNVERIFIED,
    unavailable,
  };
}

export const woocommerce: AdapterEntry = { id: ID, label: LABEL, createAdapter };

/** Taobao and Tmall, Taobao Open Platform. */
import type { Adapter, AdapterContext, AdapterEntry, Store, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth/index.ts";
import { createClient } from "./client/index.ts";
import { appSettingsOf } from "./config.ts";
import { createDisputes } from "./disputes/index.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings/index.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { createSettlements } from "./settlements/index.ts";
import { createShipments } from "./shipments/index.ts";
import { createStock } from "./stock.ts";
import { createWebhooks } from "./webhooks.ts";

const ID = "taobao";
const LABEL = "Taobao and Tmall";

const UNVERIFIED: readonly Unverified[] = [
  {
    fact: "order data is answered only to servers in the vendor's cloud zone",
    capability: "orders",
    ifWrong:
      "nothing; if right, calls from elsewhere are refused with isv.permission-ip-whitelist-limit, which says so",
  },
  {
    fact: "ten calls a second per app and two per shop and method are borne; the platform publishes no number",
    capability: "auth",
    ifWrong: "calls are refused with the seconds to wait, which are kept; or reading is slower than it could be",
  },
  {
    fact: "a released app has 1,000,000 calls a day, a test app 5,000",
    capability: "auth",
    ifWrong: "the platform refuses until midnight and all stores of the app wait; or the day's end is reached early",
  },
  {
    fact: "which of the levels r1, r2, w1 and w2 a method needs",
    capability: "auth",
    ifWrong: "the session is renewed at the end of its shortest level, perhaps earlier than it had to be",
  },
  {
    fact: "red packets (coupon_fee, tmall_coupon_fee) are in fen, and a hundred points are a yuan",
    capability: "orders",
    ifWrong: "discounts that are shown for information are a hundred times too large or small; totals are right",
  },
  {
    fact: "services and cross-border tax are inside the lines' shares where the trade adds up without them",
    capability: "orders",
    ifWrong: "a warning total_mismatch on trades with services or tax",
  },
  {
    fact: "payment of a pre-sale is deposit and balance together",
    capability: "orders",
    ifWrong: "the balance that is shown as owed is too small by the deposit",
  },
  {
    fact: "a line's last refund is its only one that has gone through",
    capability: "orders",
    ifWrong: "the order's sum of refunds lacks earlier ones; each refund is still among the disputes",
  },
  {
    fact: "stock is taken on payment in Tmall shops and on order in Taobao shops, unless a listing says otherwise",
    capability: "orders",
    ifWrong: "an unpaid order of such a listing reserves twice or not at all until it is paid; setting deducts_on",
  },
  {
    fact: "a listing whose variants are all at nought comes back on sale by itself when it is stocked again",
    capability: "stock",
    ifWrong: "it stays off sale until the act activate puts it back",
  },
  {
    fact: "the lists of listings keep the order modified:asc",
    capability: "listings",
    ifWrong: "a listing is missed by the change lists, and found by the daily list of everything",
  },
  {
    fact: "taobao.item.price.update is still offered (listings of Taobao without variants)",
    capability: "prices",
    ifWrong: "such a price push is refused with the platform's words",
  },
  {
    fact: "very large changes of a price may be refused or held for review",
    capability: "prices",
    ifWrong: "nothing: the price is read back with the listing",
  },
  {
    fact: "parcels of the platform's pick-up carry SIGNED in their tracking when they are delivered",
    capability: "shipments",
    ifWrong: "a delivered parcel stays in_transit until the order is completed",
  },
  {
    fact: "consign_status of a partial shipment names one line",
    capability: "shipments",
    ifWrong: "a parcel with parts of several lines is refused, and one parcel per line is accepted",
  },
  {
    fact: "an exchange that was turned into a refund and went through is told by its closed trade or line",
    capability: "disputes",
    ifWrong: "such a refund of part of a trade stands as replaced, and the order's sum of refunds lacks it",
  },
  {
    fact: "a refused agreement that wants a code says so in words about a phone or a code",
    capability: "disputes.accept",
    ifWrong: "the act is rejected with the platform's words instead of asking for the code",
  },
  {
    fact: "amounts of taobao.bill.* are in fen, and a charge stands above nought",
    capability: "settlements",
    ifWrong: "entries of the book `bills` have the wrong size or sign; the book `alipay` is not concerned",
  },
  {
    fact: "business types and remarks of the bank's statement (codes.ts)",
    capability: "settlements",
    ifWrong: "an entry is `other` with a warning, or of a neighbouring kind; its amount is right",
  },
  {
    fact: "a day's statement can be had from nine in the morning of the next day",
    capability: "settlements",
    ifWrong: "the day counts as empty until it is read again within three days",
  },
  {
    fact: "messages wait some three days",
    capability: "webhooks",
    ifWrong: "nothing: polling finds what messages did not tell",
  },
];

/** What this shop's kind and its app take away. */
function unavailable(store: Store): Record<string, string> {
  const missing: Record<string, string> = {};
  const { facts } = store;
  if (facts.alipay === false && appSettingsOf(store.app).kind === "service")
    missing.settlements =
      "bills are answered to in-house apps only, and statements need the shop's Alipay key (alipay_app_id, alipay_private_key)";
  if (facts.employee_session === false)
    missing["disputes.receive_return"] =
      "only an employee's account may agree to refunds: give its session as sub_session";
  return missing;
}

function createAdapter(context: AdapterContext): Adapter {
  const client = createClient(context);
  return {
    id: ID,
    label: LABEL,
    docs: "https://open.taobao.com/doc.htm",
    buyerData: "masked",
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
      settlements: "a",
      webhooks: "c",
    },
    unverified: UNVERIFIED,
    unavailable,
  };
}

export const taobao: AdapterEntry = { id: ID, label: LABEL, createAdapter };

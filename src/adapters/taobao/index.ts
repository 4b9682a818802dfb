/** Taobao and Tmall, Taobao Open Platform. */
import type { Adapter, AdapterContext, AdapterEntry, Store, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth/index.ts";
import { createClient } from "./client/index.ts";
import { appSettingsOf, settingsOf } from "./config.ts";
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
    fact: "sessions of in-house apps have a fixed length, and only apps of the service market renew theirs",
    capability: "auth",
    ifWrong:
      "nothing where the token answer says otherwise: its own ends are kept; a person authorises once more often",
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
    fact: "a promotion whose id begins with `shop` is the seller's; whose the others are is not said",
    capability: "orders",
    ifWrong: "a discount that is shown for information names the wrong payer; totals are right",
  },
  {
    fact: "a shop may ask for 500 receivers in the clear a day; the platform meters them and publishes no number",
    capability: "orders.receivers",
    ifWrong:
      "we stop before the platform does, or it refuses with its words; settings.quotas.decrypt.daily changes ours",
  },
  {
    fact: "a trade older than three months is still answered by its id",
    capability: "orders",
    ifWrong: "an open trade of that age counts as gone when it is read again; its record stays",
  },
  {
    fact: "masked values hold an asterisk, or the trade has an oaid",
    capability: "orders",
    ifWrong: "a masked address is shown as clear; what it says is the same",
  },
  {
    fact: "names of what does not exist end in `not-exist` (isv.trade-not-exist, isv.refund-not-exist)",
    capability: "orders",
    ifWrong: "a record that is gone is told as a failure with the platform's words, and stays as it was",
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
    fact: "price protection and cash back do not stand on the trade's lines",
    capability: "orders",
    ifWrong: "nothing: such refunds are among the disputes, and the order's sum of refunds leaves them out",
  },
  {
    fact: "stock is taken on payment in Tmall shops and on order in Taobao shops, unless a listing says otherwise",
    capability: "orders.deducts_on",
    ifWrong: "an unpaid order of such a listing reserves twice or not at all until it is paid; set deducts_on",
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
    capability: "prices.without_variants",
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
    fact: "codes of twelve common carriers (codes.ts)",
    capability: "shipments.confirm",
    ifWrong: "shipping with such a carrier is refused; name it as platform:<code>, as the list of carriers has it",
  },
  {
    fact: "an action of tracking that no table knows (TMS_…) means that the parcel is on its way",
    capability: "shipments",
    ifWrong: "a parcel is shown in_transit until the next event that is known",
  },
  {
    fact: "consign_status of a partial shipment names one line",
    capability: "shipments.confirm",
    ifWrong: "a parcel with parts of several lines is refused, and one parcel per line is accepted",
  },
  {
    fact: "the lists of refunds take windows of a day; no bound is written",
    capability: "disputes",
    ifWrong: "the platform refuses the window, and the stream fails with its words",
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
    fact: "amounts of taobao.bill.* are in fen; a charge stands above nought, what is given back below",
    capability: "settlements.bills",
    ifWrong: "entries of the book `bills` have the wrong size or sign; the book `alipay` is not concerned",
  },
  {
    fact: "movements of the virtual account have no sign, and their type says which way they went",
    capability: "settlements.bills",
    ifWrong: "entries of the book `journal` have the wrong sign; no other book is concerned",
  },
  {
    fact: "business types and remarks of the bank's statement (codes.ts)",
    capability: "settlements.statements",
    ifWrong: "an entry is `other` with a warning, or of a neighbouring kind; its amount is right",
  },
  {
    fact: "a day's statement is a ZIP of CSV in GBK, and names of goods with a comma are quoted or stand as they are",
    capability: "settlements.statements",
    ifWrong: "the day is set aside as a document that does not map, and can be replayed after an update",
  },
  {
    fact: "a day's statement can be had from nine in the morning of the next day",
    capability: "settlements.statements",
    ifWrong: "the day counts as empty until it is read again within three days",
  },
  {
    fact: "messages wait some three days",
    capability: "webhooks",
    ifWrong: "nothing: polling finds what messages did not tell",
  },
];

const EMPLOYEE = "only an employee's account may agree to refunds: give its session as sub_session";

/** What this shop's kind, its app and what was typed in take away: capabilities, acts, and what `unverified` names. */
function unavailable(store: Store): Record<string, string> {
  const missing: Record<string, string> = {};
  const { facts } = store;
  const seesBills = appSettingsOf(store).kind !== "service";
  if (!seesBills) missing["settlements.bills"] = "bills are answered to in-house and hosted apps only";
  if (facts.alipay === false) {
    missing["settlements.statements"] = "give the shop's Alipay key: alipay_app_id, alipay_private_key";
    if (!seesBills)
      missing.settlements =
        "bills are answered to in-house apps only, and statements need the shop's Alipay key (alipay_app_id, alipay_private_key)";
  }
  if (facts.employee_session === false) missing["disputes.receive_return"] = EMPLOYEE;
  if (facts.seller_type === "B") missing["prices.without_variants"] = "Tmall has one method for all prices";
  if (facts.seller_type === "C") missing["disputes.fill_return"] = "only Tmall takes the number from the seller";
  if (settingsOf(store.settings).deducts_on !== "auto") missing["orders.deducts_on"] = "the setting says it";
  if (!settingsOf(store.settings).messages) missing.webhooks = "the setting `messages` is off";
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

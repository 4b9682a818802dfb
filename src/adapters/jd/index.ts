/** JD.com, Jingdong Open Service: shops of the marketplace (POP). */
import type { Adapter, AdapterContext, AdapterEntry, Store, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth/index.ts";
import { createClient } from "./client/index.ts";
import { DOCS } from "./codes.ts";
import { settingsOf } from "./config.ts";
import { createDisputes } from "./disputes/index.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { createSettlements } from "./settlements.ts";
import { createShipments } from "./shipments.ts";
import { createStock } from "./stock.ts";
import { webhooks } from "./webhooks.ts";

const ID = "jd";
const LABEL = "JD.com";

/** Capability, what is not proven, and what happens if it is wrong. */
const FACTS: readonly (readonly [string, string, string])[] = [
  [
    "auth",
    "ten calls a second per app, five per shop and method",
    "calls are refused, or reading is slower than needed",
  ],
  [
    "auth",
    "a method whose calls of the day are used up is good again at midnight of Beijing",
    "it is asked once an hour",
  ],
  [
    "auth",
    "codes 1, 43, 50, 65 and 67 pass by themselves; 3, 10, 22 and 60 to 64 do not",
    "work waits, or tries in vain",
  ],
  ["auth", "a refusal of the token address has a code at its root", "it is told as an answer of an unknown shape"],
  ["auth", "HTTP is 200 for every answer of the gateway", "a refusal is told with another reason"],
  [
    "auth",
    "refusals below the gateway are final unless their words ask to try again",
    "what would pass is not repeated",
  ],
  [
    "orders",
    "words of a missing record contain 不存在",
    "a record that is gone is told as a failure and stays as it was",
  ],
  ["orders", "the list takes ALL for all states", "reading fails with the platform's words: set order_states"],
  [
    "orders",
    "newer fields (partialLogisticsInfoModel, fees) may be asked for",
    "reading fails with the platform's words",
  ],
  ["orders", "the list has at most 50 pages of 50", "windows are halved more often than they had to be"],
  [
    "orders",
    "an order that was split does not change any more; orders that name a parent are its parts",
    "a parent that changes stands beside its parts, and both hold stock until it is closed",
  ],
  [
    "orders",
    "parcels of a part stand in partialLogisticsInfoModel",
    "an order that has left in part stands as awaiting_shipment",
  ],
  ["orders", "couponType 35 and 41: who bears them", "a discount names the wrong payer; totals are right"],
  [
    "orders",
    "gift cards and the return insurance are inside what is owed where the order adds up so",
    "a warning total_mismatch",
  ],
  ["orders", "SEND_TO_DISTRIBUTION_CENER is spelt so", "the state is unknown, with a warning"],
  [
    "orders",
    "values of 20 letters and more without a space are ciphertext",
    "a clear value stands among the encrypted ones",
  ],
  ["orders", "col_type 1 is a shop of the platform's warehouses", "their orders are not read: set fbp_orders"],
  ["orders", "lists of FBP orders and unpaid orders look like the others", "their stream fails; other orders are read"],
  ["orders.set_memo", "flags are 0 to 5", "a flag is refused with the platform's words"],
  [
    "orders.cancel",
    "a locked order is the effect of a request to cancel",
    "a lost answer may be taken for one that came",
  ],
  [
    "listings",
    "change times of SKUs or wares move with price and quantity",
    "it is found by the daily reading of everything",
  ],
  ["listings", "lists of wares end at 10,000", "the daily reading warns, or windows are halved in vain"],
  ["listings", "SKU states: 1 is on sale", "a variant is shown as active or not, wrongly"],
  ["listings", "images stand below img10.360buyimg.com/n1", "an image is not shown"],
  ["listings.activate", "opType 1 is up and 2 is down", "the act does the opposite, which the next reading shows"],
  [
    "stock",
    "the quantity that is written leaves bookings out",
    "units are sold too early or too late: set stock_counts",
  ],
  ["stock", "warehouse 0 is all of the country", "the write is refused, or is of another warehouse"],
  ["prices", "large jumps of a price are refused or held", "nothing: the price is read back"],
  ["shipments", "numbers of eight carriers (codes.ts)", "name the carrier as platform:<number>, as the list has it"],
  ["shipments", "words of tracking, and steps told by their form", "a parcel keeps the state that its order gives it"],
  ["shipments.confirm", "several numbers of one carrier are written with commas", "the call is refused"],
  ["disputes", "windows of a day or a week are taken", "the stream fails with the platform's words"],
  [
    "disputes",
    "actualPayPrice is what the whole service order may give back",
    "the amount shown is too small or too large",
  ],
  ["disputes", "rejectType 1 means that goods have left", "a refusal names another reason: set reject_type"],
  ["disputes", "the view of a service order holds sysVersion", "an answer is refused as out of date"],
  ["disputes.accept", "reasons and states of goods may be left out", "the answer is refused with the platform's words"],
  [
    "settlements",
    "direction 1 is income and 2 is expense",
    "entries have the wrong sign: do not trust profit before one bill is compared",
  ],
  [
    "orders",
    "a split order goes on naming its goods, and its parts have its open_id_buyer",
    "it is counted beside its parts",
  ],
  [
    "settlements",
    "fee types (fee_types), and that goods with income are sales",
    "an entry is of the wrong kind; its amount is right",
  ],
  ["settlements", "bill_date_type 1 selects a date that a new fee has", "fees come late, or never: set it"],
];

const UNVERIFIED: readonly Unverified[] = FACTS.map(([capability, fact, ifWrong]) => ({ capability, fact, ifWrong }));

/** What a setting that is missing takes away. */
const unavailable = (store: Store): Record<string, string> =>
  settingsOf(store.settings).cancel_type === undefined
    ? { "orders.cancel": "set cancel_type: the platform's number of the kind of request" }
    : {};

function createAdapter(context: AdapterContext): Adapter {
  const client = createClient(context);
  return {
    id: ID,
    label: LABEL,
    docs: DOCS,
    buyerData: "encrypted",
    auth: createAuth(client),
    orders: createOrders(client),
    listings: createListings(client),
    stock: createStock(client),
    prices: createPrices(client),
    shipments: createShipments(client),
    disputes: createDisputes(client),
    settlements: createSettlements(client),
    webhooks,
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
    },
    unverified: UNVERIFIED,
    unavailable,
  };
}

export const jd: AdapterEntry = { id: ID, label: LABEL, createAdapter };

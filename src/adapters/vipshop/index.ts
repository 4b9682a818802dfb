/** Vipshop, VIP Open Platform: suppliers (JIT, JITX, direct delivery) and shops of its marketplace. */
import type { Adapter, AdapterContext, AdapterEntry, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth.ts";
import { createClient } from "./client/index.ts";
import { DOCS } from "./config.ts";
import { createDisputes } from "./disputes/index.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings/index.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { createSettlements } from "./settlements.ts";
import { createShipments } from "./shipments/index.ts";
import { createStock } from "./stock.ts";
import { webhooks } from "./webhooks.ts";

const ID = "vipshop";
const LABEL = "Vipshop";

/** Capability | what is not proven | what happens if it is wrong. */
const FACTS = `
auth | five calls a second per app, one at a time per service | calls are refused, or reading is slower than needed
auth | a code of the call back is exchanged at /oauth2/token | consent fails: type in the tokens that the console shows
auth | texts without an offset are Beijing time | times are wrong by hours: compare one order
auth | the gateway takes UTF-8 in bodies | calls with Chinese words are refused
auth | words of a refusal tell its kind: codes are not published | a refusal is told with another reason, and repeated or not
orders | lists of JITX go by the last change | a change is found by re-reading open orders, every hour
orders | a request that was changed last more than six days ago has been shipped by another warehouse | its units are sold again: answer requests in time
orders | requests for a warehouse are open unless their status is FAIL | units are held that another warehouse ships
orders | the list of direct orders takes an empty po_no for all | the stream fails with the platform's words: set dvd_po_nos
orders | discounts of direct orders add up to their total | a warning total_mismatch; the total is the platform's
orders | orders of JITX and pick lists cost what their lines cost | the total is too high or too low by what is beside the goods
orders | a cancelled reservation is listed by when it was cancelled | its units are held until it is read again
orders | a reservation's order_sn is the number of the order of JITX that it becomes | units are held twice until somebody cancels one
orders | a reservation is made a quarter of an hour before its order of JITX is placed, or later | units are held twice for up to an hour
orders.create_pick | not_pick is 0 as soon as a pick list is cut | a lost answer is looked for again before a repeat
listings | words of shelf_status and audit_status are on, off, pending, failed | the state is unknown, with a warning
listings | what is left and what is sold under a purchase order is what was committed | a campaign holds too few or too many units: set its figures by hand
stock | a quantity that is written leaves holds out | units are sold too early or too late: set stock_counts
stock | a batch number that came before is refused or ignored | nothing: what is shown decides
stock | quantities are not to be raised while a campaign runs | nothing: the campaign's hold keeps the number still
prices | words of an application's state: price_approved, price_rejected | an application stays open: set the words
shipments.confirm | hours at which warehouses take goods in, delivery methods, package types | the call is refused: set delivery and package_type
shipments.arrange | a number that was asked for and not used costs nothing | numbers are used up
disputes | applications to cancel and returns to the vendor tell no time of their own | a dispute seems to begin on the day it was found
disputes.accept | vendor_audit_stat 1 agrees and 2 refuses | the answer is the opposite: try it with one return first
settlements | epoch times of bill queries are seconds (bill_time) | lists of bills are empty: set milliseconds
settlements | values above 100,000,000,000 are milliseconds | a line stands in another month
settlements | bill_amount of a sale's detail is that of one unit | estimated sums are too high for lines of several units
settlements | payouts are exposed nowhere | nothing: enter them by hand
orders | actual_payment_amount is what a direct order costs | the total is too high or too low by what was paid otherwise
stock | offers without a place are of no co-operation | their quantities are refused: set standing_place
`;

const UNVERIFIED: readonly Unverified[] = FACTS.trim()
  .split("\n")
  .map((row) => {
    const [capability = "", fact = "", ifWrong = ""] = row.split(" | ");
    return { capability, fact, ifWrong };
  });

function createAdapter(context: AdapterContext): Adapter {
  const client = createClient(context);
  return {
    id: ID,
    label: LABEL,
    docs: DOCS,
    buyerData: "mixed",
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
  };
}

export const vipshop: AdapterEntry = { id: ID, label: LABEL, createAdapter };

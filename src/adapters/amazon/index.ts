/** Amazon, Selling Partner API, for sellers. */
import type { Adapter, AdapterContext, AdapterEntry, Unverified } from "../../core/adapter.ts";
import { createAuth } from "./auth.ts";
import { createClient } from "./client/index.ts";
import { DOCS, ID } from "./config.ts";
import { createDisputes } from "./disputes/index.ts";
import { ERRORS } from "./errors.ts";
import { QUOTAS } from "./limits.ts";
import { createListings } from "./listings/index.ts";
import { createOrders } from "./orders/index.ts";
import { createPrices } from "./prices.ts";
import { createSettlements } from "./settlements/index.ts";
import { createShipments } from "./shipments/index.ts";
import { createStock } from "./stock.ts";
import { webhooks } from "./webhooks.ts";

const LABEL = "Amazon";

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
      disputes: "a",
      settlements: "a",
    },
    unverified: UNVERIFIED,
  };
}

/** Capability, what is not proven, and what happens if it is wrong. */
const UNVERIFIED: readonly Unverified[] = `
auth | the code of a consent is exchanged with the address that the seller came back to | the exchange is refused: authorise a private app and type in its refresh token
auth | errors of Login with Amazon are {error, error_description} with 400 or 401 | a withdrawn grant is told as a refused request, and the store is not asked to be authorised again
auth | a grant of one region is refused on the host of another with 403 | the first look fails with other words
auth | the id of the marketplace Ireland, and time zones of marketplaces | orders name a marketplace that the store does not, or days begin at another hour
auth | the bucket of an operation grows with the rate that an answer tells | some calls are refused, and sent again when a token is back
orders | what the seller receives (grandTotal) is what the buyer owes | a warning total_mismatch where parts and total differ
orders | the sign of discounts: their magnitude lowers the total | a warning total_mismatch
orders | without the role for personal data BUYER and RECIPIENT are left out, and not refused | orders are refused with 403: set personal_data to false
orders | a unit price holds tax where pieces times price is goods and tax together | line totals are told with tax where they have none, or the other way; the total is the platform's
orders | an order that is not found is gone, and not too old | it is marked as gone after two years
orders | a buyer's wish to cancel is as old as its order | it looks older than it is
orders | whether the total holds tax that the platform withholds (marketplace facilitator): it is told as the total shows | a warning total_mismatch where prices hold tax and the total does not
orders | of a partly cancelled line the pieces that are unfulfilled are still to be sent | pieces are taken for open that were cancelled, or the other way
listings | the report of all listings in English names SKUs in the column seller-sku | the daily look fails and says so: changes are still found by their time
listings | the change time of a listing moves with its quantity | a sale elsewhere is found by the read-back or the daily look
listings | a listing that is exempt from a suppression is not suppressed | its status is inactive instead of rejected
stock | the product type PRODUCT works for patches of any offer, where the listing's own is not known | the patch is refused: read the listing first
stock | a patch that was accepted is shown within a quarter of an hour | the value is told as accepted, with what is shown then, and compared again by the next reading
stock | quantities of a SKU are told for each marketplace | a quantity that marketplaces share is sent once for each, with the same effect
prices | the smallest form of purchasable_offer: marketplace, currency, audience ALL, our_price | prices are refused, with the platform's words
prices | the price of the offer B2C for ALL is the regular one while no sale runs | during a sale the read-back shows the sale's price
shipments | codes of carriers beside UPS and FedEx | they go as Other with their name, which counts less at the platform
shipments | references of parcels may be large integers | the call is refused, with the platform's words
shipments | a date of shipping lies between the order and now | nothing: dates outside are moved to the nearest
disputes | the words Approved, Pending and Denied/Closed, and the forms of dates in the report of returns | a return has the status unknown with a warning, or is set aside
disputes | the quota of external returns | calls are refused and repeated, or are slower than they could be
settlements | forms of dates, charsets, and amounts with a comma outside Germany and France | a statement that can be read in two ways is set aside whole
settlements | rows of one refund stand together in a statement | the amount of a refund in a statement of more than 2 000 rows may lack some; its entries are right
settlements | the kinds of lines: names are an open set | a line is of kind other, with a warning; line_kinds tells its meaning
settlements | hosts of files answer byte ranges | the whole file is read for each part, up to 128 MB
settlements | names of the leaves of a transaction's breakdowns | an entry near in time is of kind other until the statement comes
`
  .trim()
  .split("\n")
  .map((line) => {
    const [capability = "", fact = "", ifWrong = ""] = line.split(" | ");
    return { capability, fact, ifWrong };
  });

export const amazon: AdapterEntry = { id: ID, label: LABEL, createAdapter };

/** Every recorded answer of the real software: which records it gives, or which failure it is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isAdapterError } from "../../../src/core/errors.ts";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import type { Unified } from "../../../src/core/model/records.ts";
import { CONTEXT, givenAdapter } from "./stub.ts";

const FOLDER = join(process.env.TALLYPORT_SPECS ?? "", "medusa/examples");
const isThere = process.env.TALLYPORT_SPECS !== undefined && existsSync(FOLDER);

/** Records as `kind id …`; a failure as its category; nothing for files with other things. */
const EXPECTED: Record<string, string[] | string> = {
  "badfield.json": [],
  "basic-raw.json": [],
  "basic.json": [],
  "bigl.json": [
    "order order_5GPV partially_shipped partially_refunded undefined/97.5/3.5 USD 2x46.25=92.5/1/1 currency_missing total_missing",
  ],
  "cancel.json": "conflict",
  "capture.json": [],
  "cart-ship.json": [],
  "cart.json": [],
  "complete.json": ["order order_5GPV awaiting_shipment authorized 97.5/0/0 USD 2x46.25=92.5/0/0"],
  "delivered.json": ["order order_5GPV partially_shipped paid 97.5/97.5/0 USD 2x46.25=92.5/1/0"],
  "err400.json": "invalid_request",
  "err404.json": "not_found",
  "fulfil.json": ["order order_5GPV awaiting_shipment paid 97.5/97.5/0 USD 2x46.25=92.5/0/0"],
  "inv.json": [],
  "level-create.json": [],
  "level-create2.json": [],
  "level-update.json": [],
  "levels-batch.json": [],
  "loc-fp.json": [],
  "loc-fs.json": [],
  "loc-get.json": [],
  "loc-sc.json": [],
  "loc.json": [],
  "login-bad.json": "auth_expired",
  "noauth.json": "auth_expired",
  "order.json": ["order order_5GPV awaiting_shipment authorized 97.5/0/0 USD 2x46.25=92.5/0/0"],
  "orders.json": [
    "order order_5GPV awaiting_shipment authorized 97.5/0/0 USD 2x46.25=92.5/0/0 currency_missing total_mismatch",
  ],
  "pc.json": [],
  "product-dup.json": "invalid_request",
  "product.json": ["listing prod_DJFZ active TEE-S=49.5/null TEE-M=49.5/null"],
  "profiles.json": [],
  "ps.json": [],
  "receive-items.json": ["dispute return_F4W0 return_refund open_awaiting_buyer 1"],
  "receive.json": [
    "order order_5GPV partially_shipped unknown undefined/undefined/undefined USD 2x46.25=92.5/1/0 total_missing",
    "dispute return_F4W0 return_refund open_awaiting_buyer 1",
  ],
  "refund-too-big.json": "invalid_request",
  "region.json": [],
  "return-begin.json": [
    "order order_5GPV partially_shipped unknown undefined/undefined/undefined USD 2x46.25=92.5/1/0 total_missing",
    "dispute return_F4W0 return_refund open_awaiting_seller 0",
  ],
  "return-confirm.json": ["dispute return_F4W0 return_refund open_awaiting_buyer 1"],
  "return-items.json": ["dispute return_F4W0 return_refund open_awaiting_seller 0"],
  "rreason.json": [],
  "sc.json": [],
  "shipment.json": ["order order_5GPV partially_shipped paid 97.5/97.5/0 USD 2x46.25=92.5/1/0"],
  "so.json": [],
  "store-upd.json": [],
  "sz.json": [],
  "variant-price.json": ["listing prod_DJFZ active TEE-S=47.25/null TEE-M=49.5/null"],
  "variants.json": [],
};

if (!isThere) console.log("recorded Medusa answers: not checked, TALLYPORT_SPECS names no folder with them");

describe.skipIf(!isThere)("recorded answers", () => {
  it("has an expectation for every file, and a file for every expectation", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(readdirSync(FOLDER).sort());
  });

  it.each(Object.entries(EXPECTED))("maps %s", (file, expected) => {
    expect(recordsOf(readFileSync(join(FOLDER, file)))).toEqual(expected);
  });
});

function recordsOf(bytes: Uint8Array): string[] | string {
  const { adapter } = givenAdapter();
  const found: string[] = [];
  for (const resource of ["orders", "listings", "shipments", "disputes"] as const) {
    try {
      for (const raw of adapter[resource].parseFile(bytes, CONTEXT))
        found.push(...describeRecords(adapter[resource].toUnified(raw, CONTEXT)));
    } catch (error) {
      if (isAdapterError(error)) return error.category;
      if (!/^the file holds no/.test((error as Error).message)) throw error;
    }
  }
  return [...new Set(found)];
}

/** The end of an id tells its record; all begin with the hour. */
const short = (id: string | null) => id?.replace(/^([a-z]+_).*(.{4})$/, "$1$2");

function describeRecords({ orders, listings, shipments, disputes, refunds }: Unified): string[] {
  return [
    ...orders.map((order) => {
      const lines = order.lines.map(
        (line) =>
          `${line.quantity}x${line.unitPrice.amount}=${line.total.amount}/${line.shippedQuantity}/${line.returnedQuantity}`,
      );
      const { total, paid, refunded, currency } = order;
      const warnings = [...order.warnings.map(({ code }) => code), checkTotals(order)?.code ?? ""];
      const head = `order ${short(order.externalId)} ${order.status} ${order.paymentStatus}`;
      return `${head} ${total?.amount}/${paid?.amount}/${refunded?.amount} ${currency} ${[...lines, ...warnings].join(" ")}`.trim();
    }),
    ...listings.map((listing) => {
      const variants = listing.variants.map(
        ({ sellerCode, price, quantity }) => `${sellerCode}=${price?.amount}/${quantity}`,
      );
      return `listing ${short(listing.externalId)} ${listing.status} ${variants.join(" ")}`;
    }),
    ...shipments.map((parcel) => `shipment ${short(parcel.externalId)} ${parcel.status} ${parcel.trackingNumber}`),
    ...disputes.map(
      (dispute) => `dispute ${short(dispute.externalId)} ${dispute.kind} ${dispute.status} ${dispute.lines.length}`,
    ),
    ...refunds.map((refund) => `refund ${short(refund.externalId)} ${refund.amount.amount}`),
  ];
}

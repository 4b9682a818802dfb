/** Every recorded answer and delivery of the real store: which records it gives, or which failure it is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { receive } from "../../../src/adapters/woocommerce/webhooks/index.ts";
import { isAdapterError } from "../../../src/core/errors.ts";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import type { Unified } from "../../../src/core/model/records.ts";
import { createTestClock } from "../../support/clock.ts";
import { CONTEXT, givenAdapter } from "./stub.ts";

const FOLDER = join(process.env.TALLYPORT_SPECS ?? "", "woocommerce");
const isThere = process.env.TALLYPORT_SPECS !== undefined && existsSync(FOLDER);

/** Records as `kind id status`; a failure as its category; nothing for files with other things. */
const EXPECTED: Record<string, string[] | string> = {
  "examples/coupon.json": [],
  "examples/currency.json": [],
  "examples/err-badkey.json": "auth_expired",
  "examples/err-badsecret.json": "auth_expired",
  "examples/err-basic-http.json": "auth_expired",
  "examples/err-noauth.json": "auth_expired",
  "examples/err-readonly-write.json": "auth_expired",
  "examples/err-route.json": "permanent",
  "examples/err-writeonly-read.json": "auth_expired",
  "examples/fulfillment-create.json": ["shipment 1 in_transit ups"],
  "examples/fulfillment-lookup.json": [],
  "examples/fulfillments-list.json": ["shipment 1 in_transit ups"],
  "examples/note-cust.json": [],
  "examples/note.json": [],
  "examples/notes.json": [],
  "examples/order-after-refund.json": ["order 15 completed partially_refunded 96.62"],
  "examples/order-bad-product.json": ["order 18 awaiting_payment unpaid 5.44 product_gone"],
  "examples/order-bad-status.json": "invalid_request",
  "examples/order-cancel.json": ["order 17 cancelled unpaid 103.43"],
  "examples/order-complete.json": ["order 15 completed partially_refunded 96.62"],
  "examples/order-create-onhold.json": ["order 17 on_hold unpaid 103.43"],
  "examples/order-create-paid.json": ["order 15 completed paid 96.62"],
  "examples/order-create-pending.json": ["order 16 awaiting_payment unpaid 103.43"],
  "examples/order-delete.json": ["order 17 cancelled unpaid 103.43"],
  "examples/order-get.json": ["order 15 completed paid 96.62"],
  "examples/orders-badorderby.json": "invalid_request",
  "examples/orders-badparam.json": "invalid_request",
  "examples/orders-batch.json": ["order 16 awaiting_shipment unpaid 103.43"],
  "examples/orders-list.json": [
    "order 18 awaiting_payment unpaid 5.44 product_gone",
    "order 15 completed partially_refunded 96.62",
  ],
  "examples/orders-multistatus.json": ["order 16 awaiting_shipment unpaid 103.43"],
  "examples/orders-page99.json": [],
  "examples/orders-statuses.json": [],
  "examples/orders-totals.json": [],
  "examples/product-404.json": "not_found",
  "examples/product-dup-sku.json": "invalid_request",
  "examples/product-price.json": ["listing 10 active 10=38"],
  "examples/product-simple.json": ["listing 10 active 10=40"],
  "examples/product-variable-get.json": ["listing 11 active"],
  "examples/product-variable.json": ["listing 11 out_of_stock"],
  "examples/products-batch-101.json": "invalid_request",
  "examples/products-batch-stock.json": ["listing 10 active 10=38"],
  "examples/products-by-sku.json": ["listing 11 active 12=7", "listing 10 active 10=38"],
  "examples/products-perpage-101.json": "invalid_request",
  "examples/refund-amount-only.json": ["dispute 20 of 15", "refund 20 5"],
  "examples/refund-amount-too-big.json": "invalid_request",
  "examples/refund-api-cod.json": "permanent",
  "examples/refund-line.json": ["dispute 19 of 15", "refund 19 20.09"],
  "examples/refunds-global.json": ["dispute 20 of 15", "refund 20 5", "dispute 19 of 15", "refund 19 20.09"],
  "examples/refunds-list.json": ["dispute 20 of 15", "refund 20 5", "dispute 19 of 15", "refund 19 20.09"],
  "examples/stock-after-cancel.json": [],
  "examples/stock-after.json": [],
  "examples/tax.json": [],
  "examples/variation-get.json": ["listing 11 active 12=7"],
  "examples/variations-all.json": ["listing 11 active 13=0", "listing 11 active 12=7"],
  "examples/variations-batch.json": ["listing 11 active 12=7", "listing 11 active 13=0"],
  "examples/variations-list.json": ["listing 11 active 13=0", "listing 11 active 12=7"],
  "examples/webhook-bad.json": "invalid_request",
  "examples/webhook-create.json": [],
  "examples/webhook-create2.json": [],
  "examples/webhooks-list.json": [],
  "webhooks/delivery-1.json": [],
  "webhooks/delivery-16.json": "not_found",
  "webhooks/delivery-2.json": [],
  "webhooks/delivery-23.json": ["order 31 cancelled unpaid 28.2"],
  "webhooks/delivery-24.json": [],
  "webhooks/delivery-3.json": ["listing 10 active 10=35"],
  "webhooks/delivery-4.json": ["order 15 completed partially_refunded 96.62"],
  "webhooks/delivery-5.json": ["listing 11 active 12=5"],
  "webhooks/delivery-6.json": ["order 16 awaiting_shipment unpaid 103.43"],
  "webhooks/delivery-7.json": ["order 17 cancelled unpaid 103.43"],
  "webhooks/delivery-8.json": ["order 18 awaiting_payment unpaid 5.44 product_gone"],
};

if (!isThere) console.log("recorded WooCommerce answers: not checked, TALLYPORT_SPECS names no folder with them");

describe.skipIf(!isThere)("recorded answers", () => {
  const files = isThere
    ? ["examples", "webhooks"].flatMap((folder) => readdirSync(join(FOLDER, folder)).map((name) => `${folder}/${name}`))
    : [];

  it("has an expectation for every file, and a file for every expectation", () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(files.filter((name) => name.endsWith(".json")).sort());
  });

  it.each(Object.entries(EXPECTED))("maps %s", (file, expected) => {
    expect(recordsOf(readFileSync(join(FOLDER, file)))).toEqual(expected);
  });

  it.each(files.filter((name) => name.startsWith("webhooks/")))("verifies %s as it was sent", (file) => {
    const delivery = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
    const request = {
      method: delivery.method,
      path: "/",
      query: {},
      headers: delivery.headers,
      body: new TextEncoder().encode(delivery.body),
    };
    const isPing = delivery.body.startsWith("webhook_id=");
    const received = receive(request, [delivery.secret], createTestClock());
    expect(received.answer.status).toBe(200);
    expect(received.verified).toBe(!isPing);
    expect(received.notifications.length).toBe(isPing ? 0 : 1);
  });

  it("gives each of four deliveries of one second a key of its own", () => {
    const keys = [4, 6, 7, 8].map((number) => {
      const delivery = JSON.parse(readFileSync(join(FOLDER, `webhooks/delivery-${number}.json`), "utf8"));
      const body = new TextEncoder().encode(delivery.body);
      const request = { method: "POST", path: "/", query: {}, headers: delivery.headers, body };
      return receive(request, [delivery.secret], createTestClock()).notifications[0]?.dedupKey;
    });
    expect(new Set(keys).size).toBe(4);
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
  return found;
}

function describeRecords(unified: Unified): string[] {
  return [
    ...unified.orders.map((order) => {
      const warnings = [...order.warnings.map((warning) => warning.code), checkTotals(order)?.code ?? ""].join(" ");
      return `order ${order.externalId} ${order.status} ${order.paymentStatus} ${order.total?.amount} ${warnings}`.trim();
    }),
    ...unified.listings.map((listing) => {
      const variants = listing.variants.map((variant) => `${variant.externalId}=${variant.quantity}`).join(" ");
      return `listing ${listing.externalId} ${listing.status} ${variants}`.trim();
    }),
    ...unified.shipments.map((shipment) => `shipment ${shipment.externalId} ${shipment.status} ${shipment.carrier}`),
    ...unified.disputes.map((dispute) => `dispute ${dispute.externalId} of ${dispute.orderExternalId}`),
    ...unified.refunds.map((refund) => `refund ${refund.externalId} ${refund.amount.amount}`),
    ...unified.deleted.map((item) => `deleted ${item.externalId}`),
  ];
}

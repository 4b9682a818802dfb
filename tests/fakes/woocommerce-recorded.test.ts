/** The fake against the recorded answers and deliveries of a real store: the same requests in the same order. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createWooCommerceFake } from "../../src/fakes/woocommerce/index.ts";
import { signatureOf } from "../../src/fakes/woocommerce/webhooks.ts";
import { clientOf } from "./store-client.ts";

const FOLDER = process.env.TALLYPORT_SPECS === undefined ? null : join(process.env.TALLYPORT_SPECS, "woocommerce");
const isThere = FOLDER !== null && existsSync(FOLDER);
if (!isThere) console.log("TALLYPORT_SPECS is not set: recorded answers of WooCommerce are not compared");

/** In the order of the recording; a file's request is sent and its answer compared. */
const RECORDED = [
  "webhook-create",
  "webhook-create2",
  "webhook-bad",
  "webhooks-list",
  "currency",
  "product-simple",
  "product-variable",
  "variations-batch",
  "product-variable-get",
  "variation-get",
  "variations-list",
  "variations-all",
  "products-batch-stock",
  "products-batch-101",
  "product-price",
  "products-by-sku",
  "product-dup-sku",
  "products-perpage-101",
  "product-404",
  "+",
  "order-create-paid",
  "order-get",
  "order-create-pending",
  "order-create-onhold",
  "order-bad-product",
  "stock-after",
  "refund-line",
  "refund-amount-only",
  "refund-amount-too-big",
  "refund-api-cod",
  "refunds-list",
  "refunds-global",
  "order-after-refund",
  "note",
  "note-cust",
  "fulfillment-create",
  "fulfillments-list",
  "fulfillment-lookup",
  "order-bad-status",
  "order-complete",
  "order-cancel",
  "stock-after-cancel",
  "orders-batch",
  "orders-list",
  "orders-totals",
  "orders-statuses",
  "orders-multistatus",
  "orders-badparam",
  "orders-badorderby",
  "orders-page99",
  "order-delete",
  "err-route",
];

interface Recording {
  request: { method: string; path: string; body?: unknown };
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

function recording(name: string): Recording {
  return JSON.parse(readFileSync(join(FOLDER ?? "", "examples", `${name}.json`), "utf8"));
}

/** Keeps what must be equal: times, random keys, ids of meta and notes become their kind; the coupon has another id. */
function comparable(value: unknown, key = "", inMeta = false): unknown {
  if (Array.isArray(value)) {
    if (key === "related_ids") return "ids";
    return value.map((item) => comparable(item, key, key === "meta_data"));
  }
  if (typeof value === "object" && value !== null) {
    const isNote = "note" in value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        isNote && name === "id" ? 1 : comparable(item, name, inMeta && name === "id"),
      ]),
    );
  }
  if (inMeta && key === "id") return typeof value;
  if (typeof value === "string" && value.includes("/notes/")) return value.replace(/notes\/\d+$/, "notes/1");
  if (/^date_/.test(key) || key === "value") {
    if (typeof value === "string" && !value.startsWith("[14,"))
      return value.replace(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z?)$/, "time$1");
  }
  if (typeof value === "string" && value.startsWith("[14,")) return value.replace("[14,", "[8,");
  if (key === "order_key" || key === "payment_url") return typeof value;
  return value;
}

/** Order of meta entries is the database's. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    const isMeta = items.every((item) => typeof item === "object" && item !== null && "key" in item);
    return isMeta ? items.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, sorted(item)]));
}

describe.runIf(isThere)("recorded answers of a real store", () => {
  it("are answered alike, request by request", async () => {
    const clock = createManualClock("2026-11-21T23:34:47Z");
    const fake = createWooCommerceFake({
      orders: 0,
      listings: 0,
      clock,
      baseUrl: "https://shop.example.test",
      webhookFetch: () => Promise.resolve(new Response(null)),
    });
    const client = clientOf(fake);
    for (const name of RECORDED) {
      if (name === "+") {
        await client.send("POST", "/products", { name: "takes the id of the recorded coupon", status: "draft" });
        clock.advance(1000);
        continue;
      }
      const { request, status, headers, body } = recording(name);
      const answer = await client.send(request.method, request.path, request.body ?? undefined);
      const ours = sorted(comparable(answer.body));
      expect.soft({ status: answer.status, body: ours }, name).toEqual({ status, body: sorted(comparable(body)) });
      for (const header of Object.keys(headers)) {
        const [own, theirs] = [answer.headers.get(header), headers[header]];
        expect.soft(comparable(own), `${name}: ${header}`).toBe(comparable(theirs));
      }
      if (request.method !== "GET") clock.advance(1000);
    }
  });

  it("covers the recorded deliveries: every signature is the one we make", () => {
    const folder = join(FOLDER ?? "", "webhooks");
    for (const file of readdirSync(folder)) {
      const delivery = JSON.parse(readFileSync(join(folder, file), "utf8"));
      const signature = delivery.headers["x-wc-webhook-signature"];
      if (signature === undefined) continue;
      expect(signatureOf(delivery.body, delivery.secret), file).toBe(signature);
    }
  });
});

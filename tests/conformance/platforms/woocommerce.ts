/** How the suite drives the fake of WooCommerce. */
import { createHmac } from "node:crypto";
import { signOauth } from "../../../src/adapters/woocommerce/auth/signing.ts";
import { woocommerce } from "../../../src/adapters/woocommerce/index.ts";
import { createWooCommerceFake } from "../../../src/fakes/woocommerce/index.ts";
import { toInbound } from "../bench.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const ADDRESS = "https://tallyport.example/webhooks/woocommerce/store";
const SECRET = "fa4ewebhooksecret";
const PAGE = "<html><body>Checking your browser</body></html>";

function makeFake({ name, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.shop.example`;
  const fake = createWooCommerceFake({ ...setup, name, baseUrl, seed: 7, deliverByItself: false });
  const openOrder = (): string => {
    for (let tries = 0; tries < 200; tries += 1) {
      const { sku } = [...fake.books().variants.values()][tries % 5] ?? { sku: "" };
      const sold = fake.sell({ sku, force: true });
      if (sold.sold && fake.books().orders.get(sold.orderId)?.status === "processing") return sold.orderId;
    }
    throw new Error("no buyer has paid");
  };
  const listing = () => ({
    listingExternalId: [...fake.books().variants.values()][0]?.listingId ?? "",
    variantExternalId: null,
    reason: null,
  });
  const parcel = (orderExternalId: string) => ({
    orderExternalId,
    carrier: "ups",
    trackingNumber: "1Z999",
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  });
  return {
    fake,
    baseUrl,
    credentials: fake.credentials,
    secrets: ["Zzbuyer"],
    operations: { probe: "system.status", listOrders: "orders.list", setStock: "products.batch" },
    editOrder: (id) => fake.owner.editShipping(id, { address_1: `Zzbuyer road ${fake.events.length}` }),
    revoke: () => fake.revokeKey(fake.keys.readWrite.key),
    missingId: "987654321",
    spoil: (answer) => (answer.includes('"line_items"') ? answer.replace(/"currency":"\w+"/, '"currency":{}') : answer),
    drift: {
      shipments: (payload) =>
        Object.assign((payload.fulfillments as object[])[0] ?? {}, { status: "zz-lost", is_fulfilled: false }),
      orders: (payload) => Object.assign(payload, { status: "zz-packed" }),
      listings: (payload) => Object.assign(payload.product as object, { status: "zz-hidden" }),
    },
    refusal: (row) => {
      if (row.code !== "not_json" && !(row.code instanceof RegExp && row.code.test("not_json"))) return undefined;
      const status = typeof row.status === "number" ? row.status : row.status?.[0];
      return { html: PAGE, ...(status === undefined ? {} : { status }) };
    },
    failureIn200: { code: "woocommerce_rest_invalid_id", message: "Invalid ID." },
    acts: {
      "orders.set_memo": () => ({
        input: { orderExternalId: openOrder(), text: "pack well", flag: null },
        operation: "orders.update",
      }),
      "orders.add_note": () => ({
        input: { orderExternalId: openOrder(), text: "on its way soon" },
        operation: "notes.create",
      }),
      "orders.cancel": () => ({
        input: { orderExternalId: openOrder(), reason: null, lines: [], restock: true },
        operation: "orders.update",
      }),
      "orders.refund": () => ({
        input: {
          orderExternalId: openOrder(),
          amount: "1.00",
          currency: "USD",
          reason: null,
          lines: [],
          restock: false,
          payBack: false,
        },
        operation: "refunds.create",
      }),
      "listings.activate": () => ({ input: listing(), operation: "products.update" }),
      "listings.deactivate": () => ({ input: listing(), operation: "products.update" }),
      "shipments.correct": () => {
        const made = fake.events.find((event) => event.kind === "shipment_made");
        if (made?.kind !== "shipment_made") throw new Error("the fake has no parcel");
        return {
          input: { ...parcel(made.orderId), shipmentExternalId: made.shipmentId },
          operation: "fulfillments.update",
        };
      },
      "shipments.confirm": () => ({ input: parcel(openOrder()), operation: "fulfillments.create" }),
    },
    webhooks: {
      secret: SECRET,
      address: ADDRESS,
      secrets: (secret) => ({ secrets: [secret], appKey: null, credentials: {} }),
      unknownTopic: () => {
        const body = JSON.stringify({ id: 5, code: "SPRING" });
        const signature = createHmac("sha256", SECRET).update(body).digest("base64");
        return toInbound(ADDRESS, {
          method: "POST",
          body,
          headers: { "x-wc-webhook-topic": "coupon.created", "x-wc-webhook-signature": signature },
        });
      },
    },
  };
}

/** RFC 5849's example parameters under the platform's own rules. */
const signed = signOauth(
  { method: "GET", url: "http://shop.example/wp-json/wc/v3/orders", params: [["per_page", "10"]] },
  { purpose: "api", values: { consumer_key: "ck_demo", consumer_secret: "cs_demo" }, version: 1, expiresAt: null },
  { nonce: "abc", timestamp: 1700000000 },
);

export const platform: Platform = {
  entry: woocommerce,
  folder: "woocommerce",
  signatures: [
    {
      example: "OAuth 1.0a without a token over plain HTTP",
      ours: signed.find(([name]) => name === "oauth_signature")?.[1] ?? "",
      theirs: "ltWT54nC1sJf5AxjDwfWD5e4N/XlDj0cO/F4xV+W9lo=",
    },
  ],
  makeFake,
};

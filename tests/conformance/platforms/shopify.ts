/** How the suite drives the fake of Shopify. Every document that is sent is held against the platform's own schema. */
import { createHmac } from "node:crypto";
import { signedText } from "../../../src/adapters/shopify/auth/signing.ts";
import { shopify } from "../../../src/adapters/shopify/index.ts";
import { hmac, toBase64, toHex } from "../../../src/core/crypto.ts";
import { createShopifyFake, type ShopifyFake } from "../../../src/fakes/shopify/index.ts";
import { checkDocument } from "../../adapters/shopify/schema.ts";
import { toInbound } from "../bench.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const APP_ID = "00000000-0000-4000-8000-000000000009";
const ADDRESS = "https://tallyport.example/webhooks/shopify";

function makeFake({ name, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.shopify.example`;
  const made = createShopifyFake({ ...setup, name, baseUrl, seed: 29, deliverByItself: false });
  const fake: ShopifyFake = Object.create(made, {
    fetch: { value: (request: Request) => fetchChecked(made, request) },
    books: { value: () => withAllParcels(made) },
  });
  const { clock } = setup;
  let parcels = 0;
  const tracking = () => {
    parcels += 1;
    const trackingNumber = `1Z999AA1${String(parcels).padStart(10, "0")}`;
    return {
      carrier: "ups",
      trackingNumber,
      trackingUrl: `https://www.ups.com/track?tracknum=${trackingNumber}`,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: false,
      method: null,
    };
  };
  const paid = (): string => fake.buyer.order({ isPlain: true });
  const sent = (): string => {
    const id = paid();
    fake.owner.ship(id);
    return id;
  };
  const received = (): string => {
    const id = sent();
    fake.owner.deliver(id);
    return id;
  };
  const parcelOf = (orderExternalId: string) => {
    const number = Number(/\d+$/.exec(orderExternalId)?.[0]);
    return {
      orderExternalId,
      shipmentExternalId: `gid://shopify/Fulfillment/${fake.orders.get(number)?.parcels[0]?.id}`,
    };
  };
  const answer = (disputeExternalId: string, more: object = {}) => ({
    disputeExternalId,
    orderExternalId: null,
    system: null,
    reason: null,
    message: null,
    lockToken: null,
    amount: null,
    currency: null,
    files: [],
    returnAddressId: null,
    ...more,
  });
  const listing = () => ({
    listingExternalId: [...fake.books().variants.values()][0]?.listingId ?? "",
    variantExternalId: null,
    reason: null,
  });
  const { access_token, refresh_token } = fake.connection;
  return {
    fake,
    baseUrl,
    credentials: { shop: fake.domain, access_token: access_token ?? "", refresh_token: refresh_token ?? "" },
    app: { id: APP_ID, platform: "shopify", ...fake.app, settings: { root: baseUrl } },
    secrets: ["Zzbuyer", "zzbuyer"],
    operations: {
      probe: "query.shop",
      listOrders: "query.orders",
      setStock: "mutation.inventorySetQuantities",
      refresh: "oauth.token",
    },
    editOrder: (id) => fake.owner.memo(id, `memo ${fake.events.length}`),
    expireToken: () => fake.expireToken(),
    revoke: () => fake.revoke(),
    consent: { query: fake.consentQuery("state") },
    missingId: "gid://shopify/Order/899999999999",
    // As long as before: files of bulk runs are read in parts by their bytes.
    spoil: (text) =>
      text.replace(
        '"displayFinancialStatus":"PAID","displayFulfillmentStatus":"UNFULFILLED"',
        '"displayFinancialStatus":"PAID","displayFulfillmentStatus":{"zzzzzz":12}',
      ),
    drift: {
      orders: (payload) => Object.assign(payload, { displayFulfillmentStatus: "ZZ_PACKED" }),
      listings: (payload) => Object.assign(payload, { status: "ZZ_HIDDEN" }),
      shipments: (payload) => Object.assign((payload.fulfillments as object[])[0] ?? {}, { displayStatus: "ZZ_LOST" }),
      disputes: (payload) => Object.assign(payload, { status: "ZZ_LOST" }),
      settlements: (payload) => Object.assign(payload, { type: "ZZ_TOLL" }),
    },
    // Where a pattern stands in the place of a code or of words, one of those that it means.
    refusal: (row) =>
      row.code === "USER_ERROR"
        ? { code: row.code, message: row.category === "not_found" ? "Order does not exist" : "It cannot be cancelled" }
        : row.code instanceof RegExp && row.code.test("TOO_LONG")
          ? { code: "TOO_LONG", message: "is too long" }
          : undefined,
    failureIn200: { code: "INTERNAL_SERVER_ERROR", message: "Internal error" },
    acts: {
      "orders.set_memo": () => ({
        input: { orderExternalId: paid(), text: "pack well", flag: "red" },
        operation: "mutation.orderUpdate",
      }),
      "orders.cancel": () => ({
        input: { orderExternalId: paid(), reason: "CUSTOMER", lines: [], restock: true },
        operation: "mutation.orderCancel",
      }),
      "orders.refund": () => ({
        input: {
          orderExternalId: paid(),
          amount: "1.00",
          currency: "USD",
          reason: "scratched",
          lines: [],
          restock: false,
          payBack: true,
        },
        operation: "mutation.refundCreate",
      }),
      "listings.activate": () => ({ input: listing(), operation: "mutation.productUpdate" }),
      "listings.deactivate": () => ({ input: listing(), operation: "mutation.productUpdate" }),
      "shipments.confirm": () => ({
        input: { ...tracking(), orderExternalId: paid() },
        operation: "mutation.fulfillmentCreate",
      }),
      "shipments.correct": () => ({
        input: { ...tracking(), ...parcelOf(sent()) },
        operation: "mutation.fulfillmentTrackingInfoUpdate",
      }),
      "shipments.cancel": () => ({ input: parcelOf(sent()), operation: "mutation.fulfillmentCancel" }),
      "shipments.add_event": () => ({
        input: { ...parcelOf(sent()), status: "IN_TRANSIT", happenedAt: clock.now().toISOString(), message: null },
        operation: "mutation.fulfillmentEventCreate",
      }),
      "shipments.hold": () => ({
        input: { orderExternalId: paid(), reason: "INCORRECT_ADDRESS", notes: "no such street" },
        operation: "mutation.fulfillmentOrderHold",
      }),
      "shipments.release": () => {
        const orderExternalId = paid();
        fake.owner.hold(orderExternalId);
        return { input: { orderExternalId }, operation: "mutation.fulfillmentOrderReleaseHold" };
      },
      "disputes.accept": () => ({
        input: answer(fake.buyer.askReturn(received()), { amount: "1.00", currency: "USD" }),
        operation: "mutation.refundCreate",
      }),
      "disputes.refuse": () => ({
        input: answer(fake.buyer.askReturn(received()), { reason: "FINAL_SALE" }),
        operation: "mutation.returnDeclineRequest",
      }),
      "disputes.receive_return": () => {
        const id = fake.buyer.askReturn(received());
        fake.owner.approve(id);
        return { input: answer(id), operation: "mutation.returnProcess" };
      },
    },
    webhooks: {
      secret: fake.app.secret,
      address: ADDRESS,
      secrets: (secret) => ({ secrets: [secret], appKey: fake.app.key, credentials: {} }),
      unknownTopic: () => {
        const body = JSON.stringify({ id: 5, admin_graphql_api_id: "gid://shopify/Theme/5" });
        return toInbound(ADDRESS, {
          method: "POST",
          body,
          headers: {
            "x-shopify-topic": "themes/publish",
            "x-shopify-shop-domain": fake.domain,
            "x-shopify-hmac-sha256": createHmac("sha256", fake.app.secret).update(body).digest("base64"),
          },
        });
      },
    },
  };
}

/** The fake, which refuses what the platform's schema refuses though its own part of it might not. */
async function fetchChecked(fake: ShopifyFake, request: Request): Promise<Response> {
  if (request.url.endsWith("/graphql.json")) {
    const { query, variables } = JSON.parse(await request.clone().text());
    checkDocument(query, variables ?? {});
  }
  return fake.fetch(request);
}

/** A parcel that was taken back is told as cancelled; the fake's books hold it no more. */
function withAllParcels(fake: ShopifyFake): ReturnType<ShopifyFake["books"]> {
  const books = fake.books();
  const shipments = [...fake.orders.values()].reduce((count, { parcels }) => count + parcels.length, 0);
  return { ...books, counts: { ...books.counts, shipments } };
}

const SECRET = "shpss_test_secret_0001";

export const platform: Platform = {
  entry: shopify,
  folder: "shopify",
  signatures: [
    {
      example: "a message, by the platform's own library",
      ours: toBase64(hmac("sha256", SECRET, '{"id":820982911946154508,"email":"jon@example.test","name":"#9999"}')),
      theirs: "1ifM+6dnz53AybN5ofwQFbMbvYSu7qj+I+5OIzXQp2Q=",
    },
    {
      example: "a message with letters beyond ASCII",
      ours: toBase64(hmac("sha256", SECRET, '{"id":1,"title":"Café ☕ Größe"}')),
      theirs: "LwfZ+D1Ll7pUrLAE9ZDgto5NqqsgmZ06TH+Y1vUP+R0=",
    },
    {
      example: "a call back, by the platform's own library",
      ours: toHex(
        hmac(
          "sha256",
          SECRET,
          signedText({
            code: "0907a61c0c8d55e99db179b68161bc00",
            shop: "some-shop.myshopify.com",
            state: "0.6784241404160823",
            timestamp: "1764000000",
          }),
        ),
      ),
      theirs: "29a78f4c959c239e42f1e16d6e996cdbd2b9b9d72852581e064c45faa43e2448",
    },
  ],
  makeFake,
};

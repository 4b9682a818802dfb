/** How the suite drives the fake of Amazon. What is sent and answered is held against the platform's own models. */
import { queryOf, segment } from "../../../src/adapters/amazon/client/index.ts";
import { amazon } from "../../../src/adapters/amazon/index.ts";
import { printWire } from "../../../src/core/wire.ts";
import { type AmazonFake, createAmazonFake } from "../../../src/fakes/amazon/index.ts";
import { priceOf } from "../../../src/fakes/amazon/listing-facts.ts";
import { marketplaceOf } from "../../../src/fakes/amazon/marketplaces.ts";
import { isPending } from "../../../src/fakes/amazon/order-status.ts";
import { decimal } from "../../../src/fakes/amazon/wire.ts";
import type { FakeBooks } from "../../../src/fakes/fake.ts";
import { checkAnswer, checkRequest } from "../../adapters/amazon/models.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const APP_ID = "00000000-0000-4000-8000-000000000011";
const HOME = "A1PA6795UKMFR9";

function makeFake({ name, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.amazon.example`;
  const made = createAmazonFake({
    ...setup,
    name,
    baseUrl,
    seed: 31,
    // The limiter's waits are asked about by checks of their own; the other checks ask what is said.
    usage: false,
    // A SKU's quantity is one for all marketplaces: many values at once are of one of them.
    ...(setup.listings === undefined ? {} : { marketplaces: [HOME] }),
  });
  const fake: AmazonFake = Object.create(made, {
    fetch: { value: (request: Request) => fetchChecked(made, request) },
    books: { value: () => booksAsRead(made) },
  });
  const paid = (): string => fake.buyer.order({ from: "MERCHANT", isPlain: true });
  const sent = (): string => {
    const id = paid();
    fake.owner.ship(id);
    return id;
  };
  const parcel = () => ({
    carrier: "ups",
    trackingNumber: `1Z999AA1${String(fake.orders.size).padStart(10, "0")}`,
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  });
  const { access_token, refresh_token } = fake.credentials;
  return {
    fake,
    baseUrl,
    credentials: { refresh_token, access_token, selling_partner_id: fake.settings.seller_id },
    app: {
      id: APP_ID,
      platform: "amazon",
      ...fake.app,
      settings: { application_id: "amzn1.sp.solution.00000000-0000-4000-8000-000000000000", root: baseUrl },
    },
    secrets: ["Zzbuyer", "zzbuyer"],
    operations: {
      probe: "getMarketplaceParticipations",
      listOrders: "searchOrders",
      setStock: "patchListingsItem",
      refresh: "lwa.token",
    },
    editOrder: (id) => fake.owner.touch(id),
    expireToken: () => fake.expireToken(),
    revoke: () => fake.revoke(),
    consent: { query: fake.consentQuery("state") },
    missingId: "302-9999999-9999999",
    spoil: (text) =>
      text.replace(/"createdTime":"[^"]*","lastUpdatedTime"/, '"createdTime":{"zz":1},"lastUpdatedTime"'),
    drift: {
      orders: (payload) => Object.assign(payload.fulfillment as object, { fulfillmentStatus: "ZZ_PACKED" }),
      listings: (payload) => {
        Object.assign((payload.summaries as object[])[0] ?? {}, { status: ["ZZ_HIDDEN"] });
        // Issues are warnings of their own.
        Object.assign(payload, { issues: [] });
      },
      shipments: (payload) =>
        Object.assign((payload.packages as object[])[0] ?? {}, { packageStatus: { status: "ZZ_LOST" } }),
      disputes: (payload) =>
        Object.assign(payload, { "Return request status": "Zz", "Refunded Amount": "", "A-to-Z Claim": "N" }),
      settlements: (payload) => {
        const [line = "", ...more] = payload.lines as string[];
        Object.assign(payload, { lines: [line.replace(/\tOrder\t/, "\tZz\t"), ...more] });
      },
    },
    // The adapter's own word for a first look that is denied.
    refusal: (row) =>
      row.code === "NO_GRANT"
        ? { status: 403, code: "Unauthorized", message: "Access to requested resource is denied." }
        : undefined,
    failureIn200: { code: "InternalFailure", message: "We encountered an internal error." },
    acts: {
      "orders.verify": () => ({
        input: {
          orderExternalId: fake.buyer.order({ from: "MERCHANT", isPlain: true, needsReview: true }),
          status: "Approved",
          reviewerId: "reviewer-1",
          rejectionReasonId: null,
        },
        operation: "updateVerificationStatus",
      }),
      "shipments.confirm": () => ({
        input: { ...parcel(), orderExternalId: paid() },
        operation: "confirmShipment",
      }),
      "shipments.correct": () => {
        const orderExternalId = sent();
        const reference = fake.orders.get(orderExternalId)?.parcels[0]?.reference;
        return {
          input: { ...parcel(), orderExternalId, shipmentExternalId: `${orderExternalId}/${reference}` },
          operation: "confirmShipment",
        };
      },
      "shipments.pickup": () => ({
        input: {
          orderExternalId: fake.buyer.order({ from: "MERCHANT", isPlain: true, programs: ["IN_STORE_PICK_UP"] }),
          status: "ReadyForPickup",
          lines: [],
        },
        operation: "updateShipmentStatus",
      }),
    },
  };
}

/** Consent, tokens and files have no model. */
const UNMODELLED = /^\/(?:auth|apps|documents)\//;

/** The fake, held against the platform's models: what it takes, and what it answers by itself. */
async function fetchChecked(fake: AmazonFake, request: Request): Promise<Response> {
  if (UNMODELLED.test(new URL(request.url).pathname)) return fake.fetch(request);
  const text = await request.clone().text();
  checkRequest(request.method, request.url, text === "" ? undefined : JSON.parse(text));
  const response = await fake.fetch(request);
  if (fake.requests.at(-1)?.fault !== undefined) return response;
  const answer = await response.clone().text();
  checkAnswer(request.method, request.url, response.status, answer === "" ? undefined : JSON.parse(answer));
  return response;
}

/**
 * The fake's books as the API tells them: a SKU is a listing of its own on every marketplace, orders that are not paid have no
 * total and none tells its refunds, parcels are told of what the seller sends, and a row of returns may be a claim too.
 */
function booksAsRead(fake: AmazonFake): FakeBooks {
  const books = fake.books();
  const marketplaces = fake.settings.marketplaces.map(marketplaceOf);
  const variants = marketplaces.flatMap((marketplace) =>
    [...books.variants.values()].map((fact) => {
      const variantId = `${marketplace.id}/${fact.variantId}`;
      const listing = fake.listings.get(fact.variantId);
      const price = listing ? priceOf(listing, marketplace) : null;
      const shown = price === null ? "" : decimal(price, marketplace.currency);
      return { ...fact, variantId, listingId: variantId, price: shown };
    }),
  );
  const orders = [...fake.orders.values()];
  const own = [...fake.returns.values()].filter(({ order }) => order.fulfilledBy === "MERCHANT");
  const parcels = orders.flatMap((order) => (order.fulfilledBy === "MERCHANT" ? order.parcels : []));
  return {
    ...books,
    counts: {
      ...books.counts,
      listings: marketplaces.length * fake.listings.size,
      shipments: parcels.length,
      disputes: own.reduce((count, { isClaim, safeT }) => count + 1 + Number(isClaim) + Number(safeT !== null), 0),
    },
    orders: new Map(
      [...books.orders].map(([id, fact]) => {
        const order = fake.orders.get(id);
        return [id, { ...fact, refunded: "0", total: order && isPending(order) ? "0" : fact.total }];
      }),
    ),
    variants: new Map(variants.map((fact) => [fact.variantId, fact])),
  };
}

export const platform: Platform = {
  entry: amazon,
  folder: "amazon",
  signatures: [
    {
      example: "nothing is signed: a SKU in a path, by a public library",
      ours: segment("AB/C 1+2'(x)*"),
      theirs: "AB%2FC%201%2B2%27%28x%29%2A",
    },
    {
      example: "a list in a query, by a public library",
      ours: queryOf({ MarketplaceIds: ["A1PA6795UKMFR9", "A13V1IB3VIYZZH"], MaxResultsPerPage: 100 }),
      theirs: "?MarketplaceIds=A1PA6795UKMFR9%2CA13V1IB3VIYZZH&MaxResultsPerPage=100",
    },
    {
      example: "the body that asks for a token, by a public library",
      ours: printWire({
        client_id: "amzn1.application-oa2-client.0123456789abcdef",
        client_secret: "amzn1.oa2-cs.v1.0123456789",
        grant_type: "refresh_token",
        refresh_token: "Atzr|IwEBREFRESH",
      }),
      theirs:
        '{"client_id":"amzn1.application-oa2-client.0123456789abcdef","client_secret":"amzn1.oa2-cs.v1.0123456789","grant_type":"refresh_token","refresh_token":"Atzr|IwEBREFRESH"}',
    },
  ],
  makeFake,
};

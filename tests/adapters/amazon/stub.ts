/** The adapter with calls that are answered by a script; each request and each answer is held against the platform's models. */
import { amazon } from "../../../src/adapters/amazon/index.ts";
import type { ActOutcome, AnyAct, App, ListInput, PushItem, RawDocument } from "../../../src/core/adapter.ts";
import { keysOf, mapContext, present, pushStub, SIGNAL, storeStub } from "../../support/adapter-stub.ts";
import { answeredContext } from "../../support/answered-context.ts";
import { createTestClock } from "../../support/clock.ts";
import { checkAnswer, checkRequest } from "./models.ts";

export { keysOf, SIGNAL };

export const NOW = "2026-11-22T12:00:00Z";
export const SELLER = "A2SELLERTEST01";
export const DE = "A1PA6795UKMFR9";
export const FR = "A13V1IB3VIYZZH";
const PLACE = { currency: "EUR", timeZone: "Europe/Berlin" };
export const APP: App = {
  id: "app",
  platform: "amazon",
  key: "amzn1.application-oa2-client.0123456789abcdef",
  secret: "amzn1.oa2-cs.v1.0123456789",
  settings: { application_id: "amzn1.sp.solution.1", seller_central: "https://sellercentral.amazon.de" },
};

const marketplace = (code: string, country: string) => ({
  code,
  country,
  currency: "EUR",
  language: null,
  timeZone: "UTC",
});
export const MARKETPLACES = [marketplace(DE, "DE"), marketplace(FR, "FR")];
export const CONTEXT = { ...mapContext(PLACE), marketplaces: MARKETPLACES };

export const KEYS = keysOf({
  access_token: "Atza|TESTACCESS",
  refresh_token: "Atzr|IwEBREFRESH",
  selling_partner_id: SELLER,
});
export const givenStore = storeStub(PLACE, KEYS, {
  platform: "amazon",
  externalId: SELLER,
  settings: { region: "eu" },
  marketplaces: MARKETPLACES,
  app: APP,
});

export interface Sent {
  method: string;
  /** Path with query, of the API; the whole address elsewhere. */
  path: string;
  headers: Record<string, string>;
  text: string;
  body: unknown;
}

export interface Whole {
  status: number;
  bytes: Uint8Array;
  headers?: Record<string, string>;
}
type Answer = Whole | Record<string, unknown>;

export const HOST = "https://sellingpartnerapi-eu.amazon.com";
const isWhole = (got: Answer): got is Whole => "bytes" in got;
export const textOf = (text: string, headers: Record<string, string> = {}, status = 200): Whole => ({
  status,
  bytes: new TextEncoder().encode(text),
  headers,
});
export const jsonOf = (body: unknown, status = 200, headers: Record<string, string> = {}): Whole =>
  textOf(JSON.stringify(body), { "content-type": "application/json", ...headers }, status);
export const errorOf = (status: number, code: string, message: string): Whole =>
  jsonOf({ errors: [{ code, message }] }, status);

/** Status that an operation answers with where all is well. */
const STATUS: Record<string, number> = {
  "POST /feeds/2021-06-30/documents": 201,
  "POST /feeds/2021-06-30/feeds": 202,
  "POST /reports/2021-06-30/reports": 202,
};

/** Makes the adapter. Requests are listed in `sent`; a script that answers a record means a success. `isOfModel` false: answers are none of the platform's. */
export function givenAdapter(script: (call: Sent) => Answer = () => ({}), now = NOW, isOfModel = true) {
  const sent: Sent[] = [];
  const clock = createTestClock(now);
  const context = answeredContext(now, ({ url, method, headers = {}, body }) => {
    const isApi = url.startsWith(HOST);
    const text = body === undefined ? "" : String(body);
    const parsed = text === "" ? undefined : JSON.parse(text);
    const call: Sent = { method, path: isApi ? url.slice(HOST.length) : url, headers, text, body: parsed };
    if (isApi) checkRequest(method, url, parsed);
    sent.push(call);
    const got = script(call);
    const whole = isWhole(got) ? got : jsonOf(got, STATUS[`${method} ${call.path.replace(/\?.*/, "")}`] ?? 200);
    const answerText = new TextDecoder().decode(whole.bytes);
    if (isApi && isOfModel)
      checkAnswer(method, url, whole.status, answerText === "" ? undefined : JSON.parse(answerText));
    return { status: whole.status, headers: whole.headers ?? {}, bytes: whole.bytes, text: () => answerText };
  });
  return { adapter: present(amazon.createAdapter({ ...context, clock })), sent, clock };
}

/** Answers by the beginning of `METHOD /path`; a call that nobody expects fails the test. */
export const byPath =
  (answers: Record<string, Answer | ((call: Sent) => Answer)>) =>
  (call: Sent): Answer => {
    const name = `${call.method} ${call.path}`;
    const found = Object.entries(answers)
      .filter(([start]) => name.startsWith(start))
      .sort(([a], [b]) => b.length - a.length)[0]?.[1];
    if (found === undefined) throw new Error(`nobody expects ${name}`);
    return typeof found === "function" ? found(call) : found;
  };

/** The query of a call; throws where there was none. */
export function queryOf(call: Sent | undefined): Record<string, string> {
  if (!call) throw new Error("nothing was sent");
  return Object.fromEntries(new URL(call.path, HOST).searchParams);
}

export const perform = (
  act: object | undefined,
  input: object,
  { store = givenStore(), key = "key" } = {},
): Promise<ActOutcome> =>
  (act as AnyAct).perform(store, { idempotencyKey: key, input: { ...input }, progress: null }, SIGNAL);

export const inputOf = (stream: string, minutes = 60, overrides: Partial<ListInput> = {}): ListInput => ({
  stream,
  since: new Date(Date.parse(NOW) - minutes * 60_000),
  until: new Date(Date.parse(NOW) - 150_000),
  cursor: null,
  limit: 500,
  ...overrides,
});

export const rawOf = (payload: unknown, form = "x", via: Record<string, string> = {}): RawDocument => ({
  externalId: "x",
  sourceUpdatedAt: null,
  sourceVersion: null,
  form,
  payload,
  via,
});

export const givenItem = (sku: string, value: string, overrides: Partial<PushItem> = {}): PushItem =>
  pushStub({
    listingExternalId: `${DE}/${sku}`,
    variantExternalId: `${DE}/${sku}`,
    sellerCode: sku,
    key: `k-${sku}`,
    codes: { channel: "DEFAULT", product_type: "SHIRT" },
  })(value, overrides);

export const eur = (amount: string) => ({ amount, currencyCode: "EUR" });

/** The example of the platform's document: two shirts with tax inside their price. */
export const givenOrder = (more: Record<string, unknown> = {}, line: Record<string, unknown> = {}) => ({
  orderId: "302-1234567-7654321",
  createdTime: "2026-02-01T08:15:30Z",
  lastUpdatedTime: "2026-02-01T09:02:11Z",
  programs: ["PRIME"],
  salesChannel: { channelName: "AMAZON", marketplaceId: DE, marketplaceName: "Amazon.de" },
  buyer: { buyerName: "Erika Muster", buyerEmail: "x1y2z3@marketplace.amazon.de" },
  recipient: {
    deliveryAddress: {
      name: "Erika Muster",
      addressLine1: "Hauptstr. 1",
      city: "Berlin",
      postalCode: "10115",
      countryCode: "DE",
      addressType: "RESIDENTIAL",
    },
  },
  proceeds: { grandTotal: eur("45.98") },
  fulfillment: {
    fulfillmentStatus: "UNSHIPPED",
    fulfilledBy: "MERCHANT",
    fulfillmentServiceLevel: "STANDARD",
    shipByWindow: { earliestDateTime: "2026-02-01T23:00:00Z", latestDateTime: "2026-02-03T22:59:59Z" },
  },
  orderItems: [
    {
      orderItemId: "61234567890123",
      quantityOrdered: 2,
      product: {
        asin: "B0TESTASIN",
        sellerSku: "SKU-RED-M",
        title: "T-Shirt rot M",
        condition: { conditionType: "NEW", conditionSubtype: "NEW" },
        price: { unitPrice: eur("19.99") },
      },
      proceeds: {
        proceedsTotal: eur("45.98"),
        breakdowns: [
          { type: "ITEM", subtotal: eur("33.60") },
          { type: "SHIPPING", subtotal: eur("5.04") },
          {
            type: "TAX",
            subtotal: eur("7.34"),
            detailedBreakdowns: [
              { subtype: "ITEM", value: eur("6.38") },
              { subtype: "SHIPPING", value: eur("0.96") },
            ],
          },
        ],
      },
      fulfillment: { quantityFulfilled: 0, quantityUnfulfilled: 2 },
      ...line,
    },
  ],
  ...more,
});

/** Of a summary that a listing has on the German marketplace. */
export const givenSummary = (status: string[], more: Record<string, unknown> = {}) => ({
  marketplaceId: DE,
  asin: "B0TESTASIN",
  productType: "SHIRT",
  conditionType: "new_new",
  status,
  itemName: "T-Shirt rot M",
  createdDate: "2026-01-01T00:00:00Z",
  lastUpdatedDate: "2026-11-22T11:30:00Z",
  ...more,
});
export const givenListing = (sku: string, more: Record<string, unknown> = {}) => ({
  sku,
  summaries: [givenSummary(["BUYABLE", "DISCOVERABLE"])],
  offers: [{ marketplaceId: DE, offerType: "B2C", price: eur("19.99"), audience: { value: "ALL" } }],
  fulfillmentAvailability: [{ fulfillmentChannelCode: "DEFAULT", quantity: 7 }],
  issues: [],
  ...more,
});

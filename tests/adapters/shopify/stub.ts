/** The adapter with calls that are answered by a script, each document held against the platform's schema. */
import { shopify } from "../../../src/adapters/shopify/index.ts";
import type {
  ActOutcome,
  AnyAct,
  App,
  HttpWebhooks,
  ListInput,
  PushItem,
  RawDocument,
} from "../../../src/core/adapter.ts";
import { AMERICA, keysOf, mapContext, present, SIGNAL, storeStub } from "../../support/adapter-stub.ts";
import { answered, answeredContext } from "../../support/answered-context.ts";
import { checkDocument } from "./schema.ts";

export { keysOf, SIGNAL };

export const NOW = "2026-11-22T12:00:00Z";
export const SECRET = "shpss_test_secret_0001";
export const APP: App = { id: "app", platform: "shopify", key: "client-1", secret: SECRET, settings: {} };
export const CONTEXT = mapContext(AMERICA);

export const givenStore = storeStub(AMERICA, keysOf({ shop: "some-shop.myshopify.com", access_token: "shpat_test" }), {
  platform: "shopify",
  externalId: "some-shop.myshopify.com",
});

export interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** The name of the document's operation; empty for tokens and files. */
  name: string;
  variables: Record<string, unknown>;
  query: string;
  body: Record<string, unknown>;
}

/** An answer as it stands; a script that gives data alone is wrapped as the platform does. */
export interface Whole {
  status?: number;
  text: string;
  headers?: Record<string, string>;
  /** In the place of the text, where it may be cut inside of a letter. */
  bytes?: Uint8Array;
}
type Script = (call: Sent) => Whole | Record<string, unknown>;

export const whole = (body: unknown, status = 200): Whole => ({ status, text: JSON.stringify(body) });
export const errorOf = (code: string, message: string, more: object = {}): Whole =>
  whole({ errors: [{ message, extensions: { code } }], ...more });

/** Makes the adapter. Requests are listed in `sent`. */
export function givenAdapter(script: Script = () => ({})) {
  const sent: Sent[] = [];
  const adapter = shopify.createAdapter(
    answeredContext(NOW, ({ url, method, headers = {}, body }) => {
      const parsed = body === undefined ? {} : JSON.parse(String(body));
      const { query = "", variables = {} } = parsed;
      if (query !== "") checkDocument(query, variables);
      const call = { url, method, headers, query, variables, body: parsed, name: /\w+ (\w+)/.exec(query)?.[1] ?? "" };
      sent.push(call);
      const got = script(call);
      const { text, status, headers: told, bytes }: Whole = isWhole(got) ? got : whole({ data: got });
      const answer = answered({ text, status: status ?? 200, headers: { date: new Date(NOW).toUTCString(), ...told } });
      return bytes === undefined ? answer : { ...answer, bytes };
    }),
  );
  return { adapter: { ...present(adapter), webhooks: adapter.webhooks as HttpWebhooks }, sent };
}

const isWhole = (got: object): got is Whole => "text" in got;

/** Answers by the name of the operation; one that nobody expects fails the test. */
export const byName =
  (
    answers: Record<string, Whole | Record<string, unknown> | ((call: Sent) => Whole | Record<string, unknown>)>,
  ): Script =>
  (call) => {
    const answer = answers[call.name];
    if (answer === undefined) throw new Error(`nobody expects ${call.name || call.url}`);
    return typeof answer === "function" ? answer(call) : answer;
  };

export const perform = (
  act: object | undefined,
  input: object,
  { store = givenStore(), key = "key", progress = null as string | null } = {},
): Promise<ActOutcome> =>
  (act as AnyAct).perform(store, { idempotencyKey: key, input: { ...input }, progress }, SIGNAL);

export const inputOf = (stream: string, minutes = 60, overrides: Partial<ListInput> = {}): ListInput => ({
  stream,
  since: new Date(Date.parse(NOW) - minutes * 60_000),
  until: new Date(NOW),
  cursor: null,
  limit: 50,
  ...overrides,
});

export const rawOf = (payload: unknown): RawDocument => ({
  externalId: "x",
  sourceUpdatedAt: null,
  sourceVersion: null,
  form: "x",
  payload,
});

export const itemOf = (key: string, value: string, overrides: Partial<PushItem> = {}): PushItem => ({
  key,
  listingExternalId: "gid://shopify/Product/1",
  variantExternalId: `gid://shopify/ProductVariant/${key}`,
  sellerCode: null,
  codes: { inventory_item: `gid://shopify/InventoryItem/${key}` },
  place: "gid://shopify/Location/71",
  value,
  currency: null,
  observed: null,
  idempotencyKey: `key-${key}`,
  ...overrides,
});

export const page = (nodes: readonly object[], endCursor: string | null = null) => ({
  pageInfo: { hasNextPage: endCursor !== null, endCursor },
  nodes,
});
export const bag = (amount: string, presentment = amount, currency = "USD", buyers = "EUR") => ({
  shopMoney: { amount, currencyCode: currency },
  presentmentMoney: { amount: presentment, currencyCode: buyers },
});
export const gid = (kind: string, id: string | number) => `gid://shopify/${kind}/${id}`;

export const givenLine = (id: number, more: Record<string, unknown> = {}) => ({
  id: gid("LineItem", id),
  title: "Canvas Tote",
  variantTitle: "Natural",
  sku: "TOTE-NAT-01",
  quantity: 2,
  currentQuantity: 2,
  unfulfilledQuantity: 2,
  requiresShipping: true,
  isGiftCard: false,
  product: { id: gid("Product", 1) },
  variant: { id: gid("ProductVariant", 4400) },
  originalUnitPriceSet: bag("20.50", "18.90"),
  discountAllocations: [{ allocatedAmountSet: bag("1.00", "0.90") }],
  taxLines: [{ title: "VAT", rate: 0.1, priceSet: bag("4.00", "3.70") }],
  ...more,
});

/** A paid order of two pieces at 20.50, a discount of 1.00, 4.00 of tax beside, 5.00 for shipping and a tip of 2.00: 51.00. */
export const givenOrder = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: gid("Order", 5551),
  name: "#1042",
  createdAt: "2026-11-20T09:12:44Z",
  updatedAt: "2026-11-20T10:01:03Z",
  processedAt: "2026-11-20T09:12:42Z",
  cancelledAt: null,
  cancelReason: null,
  closedAt: null,
  displayFinancialStatus: "PAID",
  displayFulfillmentStatus: "UNFULFILLED",
  returnStatus: "NO_RETURN",
  test: false,
  note: "leave at the door",
  tags: ["vip", "flag:red"],
  poNumber: null,
  email: "zz@example.test",
  phone: null,
  customer: { id: gid("Customer", 3) },
  sourceName: "web",
  currencyCode: "USD",
  presentmentCurrencyCode: "EUR",
  taxesIncluded: false,
  customAttributes: [],
  shippingAddress: {
    name: "Ada Probe",
    address1: "12 Example St",
    city: "New York",
    provinceCode: "NY",
    zip: "10001",
    countryCodeV2: "US",
  },
  totalPriceSet: bag("51.00", "47.00"),
  originalTotalPriceSet: bag("51.00"),
  currentTotalPriceSet: bag("51.00"),
  totalTaxSet: bag("4.00"),
  totalRefundedSet: bag("0.0"),
  totalReceivedSet: bag("51.00"),
  totalTipReceivedSet: bag("2.00"),
  originalTotalDutiesSet: null,
  currentTotalDutiesSet: null,
  transactions: [
    {
      id: gid("OrderTransaction", 66),
      kind: "SALE",
      status: "SUCCESS",
      gateway: "shopify_payments",
      processedAt: "2026-11-20T09:12:43Z",
      amountSet: bag("51.00", "47.00"),
      parentTransaction: null,
    },
  ],
  disputes: [],
  lineItems: page([givenLine(14001)]),
  shippingLines: { nodes: [{ id: gid("ShippingLine", 7), title: "Post", code: "P", discountedPriceSet: bag("5.00") }] },
  fulfillments: [],
  refunds: [],
  ...more,
});

export const givenParcel = (id: number, lines: Record<string, number> | null, more: Record<string, unknown> = {}) => ({
  id: gid("Fulfillment", id),
  name: `#1042.${id}`,
  status: "SUCCESS",
  displayStatus: "FULFILLED",
  createdAt: "2026-11-20T12:00:00Z",
  updatedAt: "2026-11-20T12:00:00Z",
  inTransitAt: null,
  deliveredAt: null,
  trackingInfo: [{ company: "UPS", number: "1Z999", url: "https://www.ups.com/track?tracknum=1Z999" }],
  location: { id: gid("Location", 71) },
  ...(lines === null
    ? {}
    : {
        fulfillmentLineItems: page(
          Object.entries(lines).map(([line, quantity]) => ({
            id: gid("FulfillmentLineItem", `${id}${line}`),
            quantity,
            lineItem: { id: gid("LineItem", line) },
          })),
        ),
      }),
  ...more,
});

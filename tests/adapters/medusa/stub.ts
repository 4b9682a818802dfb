/** The adapter with calls that are answered by a script, and documents in the form of the platform's answers. */
import { medusa } from "../../../src/adapters/medusa/index.ts";
import type { ActOutcome, AnyAct, RawDocument } from "../../../src/core/adapter.ts";
import { AMERICA, keysOf, mapContext, present, pushStub, SIGNAL, storeStub } from "../../support/adapter-stub.ts";
import { answered, answeredContext } from "../../support/answered-context.ts";

export { keysOf, SIGNAL };

export const NOW = "2026-11-22T12:00:00Z";
export const CONTEXT = mapContext(AMERICA);

export const givenStore = storeStub(AMERICA, keysOf({ api_key: "sk_test" }), {
  platform: "medusa",
  externalId: "store_1",
  baseUrl: "https://shop.example.test/",
});

export interface Sent {
  method: string;
  path: string;
  query: Record<string, string[]>;
  headers: Record<string, string>;
  body: unknown;
  text: string;
}

/** What a script answers: a document, or one with its status. */
type Answer = { status: number; body: unknown } | object;

/** Makes the adapter. Requests are listed in `sent`. */
export function givenAdapter(answer: (call: Sent) => Answer = () => ({})) {
  const sent: Sent[] = [];
  const adapter = medusa.createAdapter(
    answeredContext(NOW, ({ url, method, headers = {}, body }) => {
      const { pathname: path, searchParams } = new URL(url);
      const text = body === undefined ? "" : String(body);
      const query: Sent["query"] = {};
      for (const [name, value] of searchParams) query[name] = [...(query[name] ?? []), value];
      const call = { method, path, query, headers, text, body: text === "" ? undefined : JSON.parse(text) };
      sent.push(call);
      const got = answer(call);
      const { status, body: document } = "status" in got && "body" in got ? got : { status: 200, body: got };
      return answered({
        status: Number(status),
        text: JSON.stringify(document),
        headers: { date: new Date(NOW).toUTCString() },
      });
    }),
  );
  return { adapter: present(adapter), sent };
}

export const perform = (
  act: object | undefined,
  input: object,
  store = givenStore(),
  idempotencyKey = "key",
): Promise<ActOutcome> =>
  (act as AnyAct).perform(store, { idempotencyKey, input: { ...input }, progress: null }, SIGNAL);

export const listOf = (plural: string, rows: readonly object[], count = rows.length) => ({
  [plural]: rows,
  count,
  offset: 0,
  limit: 50,
});

export const refusal = (status: number, type: string, message: string) => ({ status, body: { type, message } });

/** A document of a stored payload. */
export const rawOf = (payload: unknown, form = "order@2"): RawDocument => ({
  externalId: "x",
  sourceUpdatedAt: null,
  sourceVersion: null,
  form,
  payload,
});

const rawValue = (value: string) => ({ value, precision: 20 });

/** A line of a price and a number of pieces, in the state that `detail` names. */
export const givenLine = (id: string, price: string, quantity: number, more: Record<string, unknown> = {}) => ({
  id,
  title: "Tee",
  variant_title: "S",
  variant_id: "variant_1",
  product_id: "prod_1",
  variant_sku: "TEE-S",
  requires_shipping: true,
  is_tax_inclusive: false,
  tax_lines: [],
  adjustments: [],
  raw_unit_price: rawValue(price),
  unit_price: Number(price),
  quantity,
  detail: {
    fulfilled_quantity: 0,
    shipped_quantity: 0,
    delivered_quantity: 0,
    return_received_quantity: 0,
    return_dismissed_quantity: 0,
  },
  ...more,
});

/** A paid order of two pieces at 46.25 with 5 for shipping; overrides replace fields. */
export const givenOrder = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: "order_1",
  display_id: 1,
  status: "pending",
  version: 1,
  currency_code: "usd",
  email: "ada@example.test",
  customer_id: "cus_1",
  created_at: "2026-11-21T23:41:32.216Z",
  updated_at: "2026-11-21T23:41:36.938Z",
  canceled_at: null,
  total: 97.5,
  credit_line_total: 0,
  summary: { paid_total: 97.5, raw_paid_total: rawValue("97.5"), refunded_total: 0, pending_difference: 0 },
  payment_status: "captured",
  metadata: null,
  items: [{ ...givenLine("ordli_1", "46.25", 2), raw_total: rawValue("92.5"), total: 92.5 }],
  shipping_methods: [{ name: "Std", amount: 5, raw_total: rawValue("5"), tax_total: 0, adjustments: [] }],
  shipping_address: {
    first_name: "Ada",
    last_name: "Probe",
    address_1: "12 Example St",
    city: "New York",
    province: "NY",
    postal_code: "10001",
    country_code: "us",
    phone: "+15550100",
  },
  billing_address: null,
  fulfillments: [],
  payment_collections: [
    {
      status: "completed",
      captured_amount: 97.5,
      refunded_amount: 0,
      payments: [
        {
          id: "pay_1",
          provider_id: "pp_system_default",
          captured_at: "2026-11-21T23:41:33.036Z",
          canceled_at: null,
          raw_amount: rawValue("97.5"),
          captures: [{ id: "capt_1", amount: 97.5 }],
          refunds: [],
        },
      ],
    },
  ],
  ...overrides,
});

export const givenParcel = (id: string, times: Record<string, string | null>, more: Record<string, unknown> = {}) => ({
  id,
  location_id: "sloc_1",
  packed_at: "2026-11-21T23:41:33.296Z",
  shipped_at: null,
  delivered_at: null,
  canceled_at: null,
  provider_id: "manual_manual",
  metadata: null,
  items: [{ line_item_id: "ordli_1", quantity: 2 }],
  labels: [],
  ...times,
  ...more,
});

export const givenPush = pushStub({
  listingExternalId: "prod_1",
  variantExternalId: "variant_1",
  sellerCode: "TEE-S",
});

/** A variant with one inventory item, and what lies at its locations: stocked and reserved. */
export const givenVariant = (
  id: string,
  levels: Record<string, [number, number]>,
  more: Record<string, unknown> = {},
) => ({
  id,
  product_id: "prod_1",
  sku: "TEE-S",
  title: "S",
  manage_inventory: true,
  allow_backorder: false,
  inventory_items: [
    {
      inventory_item_id: `iitem_${id}`,
      required_quantity: 1,
      inventory: {
        location_levels: Object.entries(levels).map(([location_id, [stocked_quantity, reserved_quantity]]) => ({
          location_id,
          stocked_quantity,
          reserved_quantity,
        })),
      },
    },
  ],
  prices: [{ id: "price_1", amount: 49.5, currency_code: "usd", min_quantity: null, max_quantity: null, rules: {} }],
  options: [{ value: "S", option_id: "opt_1" }],
  ...more,
});

export const isGet = ({ method }: Sent): boolean => method === "GET";
/** Path and body of what was written. */
export const writes = (sent: readonly Sent[]): [string, unknown][] =>
  sent.filter((call) => !isGet(call)).map(({ path, body }) => [path, body]);

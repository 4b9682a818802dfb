/** An adapter whose calls are answered by a script, and the requests that it built. Nothing is sent. */
import { woocommerce } from "../../../src/adapters/woocommerce/index.ts";
import type { HttpAnswer, HttpCall, HttpRequest, HttpWebhooks, RawDocument } from "../../../src/core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../src/core/error-table.ts";
import { createLog } from "../../../src/core/log.ts";
import { WireSyntaxError } from "../../../src/core/wire.ts";
import { AMERICA, keysOf, mapContext, present, storeStub } from "../../support/adapter-stub.ts";
import { createTestClock } from "../../support/clock.ts";

export { SIGNAL } from "../../support/adapter-stub.ts";

export const KEYS = keysOf({ consumer_key: `ck_${"a1".repeat(20)}`, consumer_secret: `cs_${"b2".repeat(20)}` });

export const CONTEXT = mapContext(AMERICA);

export const givenStore = storeStub(AMERICA, KEYS, {
  platform: "woocommerce",
  baseUrl: "https://shop.example.test",
});

interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  text?: string;
}

export interface Sent {
  operation: string;
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
}

/** Makes the adapter; `answer` says what each request gets. Requests are listed in `sent`. */
export function givenAdapter(answer: (request: Sent) => Scripted = () => ({ body: [] })) {
  const sent: Sent[] = [];
  const adapter = woocommerce.createAdapter({
    clock: createTestClock("2026-11-22T12:00:00Z"),
    log: createLog({ level: "silent" }),
    http: (definition) => ({
      send: async <T>(call: HttpCall<T>): Promise<T> => {
        const request = toSent(call.operation, call.request(await call.store.credentials()));
        sent.push(request);
        const got = toAnswer(answer(request));
        const failure = definition.failure(got);
        const contentType = got.headers["content-type"];
        if (failure !== null || got.status >= 400)
          throw toAdapterError(definition.errors, DEFAULT_ROWS, {
            platform: definition.platform,
            operation: call.operation,
            effect: call.effect,
            status: got.status,
            failure,
            ...(contentType === undefined ? {} : { contentType }),
          });
        try {
          return call.parse(got);
        } catch (cause) {
          // As core/answer.ts does with text that is not what the platform speaks.
          if (!(cause instanceof WireSyntaxError)) throw cause;
          const { platform } = definition;
          const facts = { platform, operation: call.operation, effect: call.effect, status: got.status, cause };
          throw toAdapterError(definition.errors, DEFAULT_ROWS, { ...facts, garbled: true });
        }
      },
    }),
  });
  return { adapter: { ...present(adapter), webhooks: adapter.webhooks as HttpWebhooks }, sent };
}

function toSent(operation: string, request: HttpRequest): Sent {
  const url = new URL(request.url);
  return {
    operation,
    method: request.method,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers ?? {},
    body: request.body === undefined ? undefined : JSON.parse(String(request.body)),
  };
}

export function toAnswer(scripted: Scripted): HttpAnswer {
  const text = scripted.text ?? JSON.stringify(scripted.body ?? null);
  return {
    status: scripted.status ?? 200,
    headers: { "content-type": "application/json", ...scripted.headers },
    bytes: new TextEncoder().encode(text),
    text: () => text,
  };
}

/** A document of a stored payload. */
export function rawOf(payload: unknown, form = "order@wc/v3"): RawDocument {
  return { externalId: "x", sourceUpdatedAt: null, sourceVersion: null, form, payload };
}

/** A small order; overrides replace fields. */
export function givenOrder(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 500,
    number: "500",
    parent_id: 0,
    status: "processing",
    currency: "USD",
    date_created_gmt: "2026-11-20T10:00:00",
    date_modified_gmt: "2026-11-20T10:00:00",
    date_paid_gmt: "2026-11-20T10:00:00",
    date_completed_gmt: null,
    total: "30.00",
    total_tax: "0.00",
    shipping_total: "0.00",
    billing: { first_name: "Ada", last_name: "Fixture", address_1: "1 Road", city: "Town", country: "US" },
    shipping: {},
    payment_method: "card",
    created_via: "checkout",
    line_items: [
      {
        id: 1,
        name: "One",
        product_id: 10,
        variation_id: 0,
        quantity: 2,
        subtotal: "20.00",
        total: "20.00",
        total_tax: "0.00",
        sku: "ONE",
        meta_data: [],
        taxes: [],
      },
      {
        id: 2,
        name: "Two",
        product_id: 11,
        variation_id: 12,
        quantity: 1,
        subtotal: "10.00",
        total: "10.00",
        total_tax: "0.00",
        sku: "TWO",
        meta_data: [],
        taxes: [],
      },
    ],
    shipping_lines: [],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
    meta_data: [],
    ...overrides,
  };
}

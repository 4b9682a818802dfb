/**
 * Refunds. The core knows neither returns nor complaints (plugins do) nor chargebacks (the gateway does): each refund is
 * a dispute that has been resolved, and the money that went back.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#order-refunds
 */
import {
  absent,
  type DisputeCapability,
  type MapContext,
  type Missing,
  type RawDocument,
  type RecordKey,
  type Store,
  type Stream,
} from "../../core/adapter.ts";
import { withoutKeyMark } from "../../core/key-mark.ts";
import { type Dispute, type DisputeLine, type Refund, type Unified, unified } from "../../core/model/records.ts";
import { add, isZero, money, sum } from "../../core/money.ts";
import type { Client } from "./client/index.ts";
import { readPage } from "./client/pages.ts";
import { META_KEYS } from "./codes.ts";
import { GET_BATCH, PAGE } from "./limits.ts";
import {
  documentsOfFile,
  type Fields,
  isNoRecord,
  metaText,
  noRecord,
  REFUND,
  type RefundDocument,
  refuseNoRecord,
  rowProblem,
} from "./schemas/index.ts";

const FORM = "refund@wc/v3";
const DOCS = "https://woocommerce.github.io/woocommerce-rest-api-docs/#order-refunds";
const WINDOW = { maxMinutes: 60 * 24 * 31, safetyLagSeconds: 5, overlapSeconds: 60, maxAgeDays: null, minSeconds: 2 };

const STREAMS: readonly Stream[] = [
  // Empty on stores without the route; those are read by the second stream.
  { name: "refunds", by: "change", window: WINDOW, everySeconds: 300, backfill: true },
  { name: "order_refunds", by: "parent", window: WINDOW, everySeconds: 600 },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH.parents,
    async list(store, input, signal) {
      if (store.facts.refunds_route !== true) return { documents: [], references: [], next: null };
      const list = {
        operation: "disputes.list",
        route: "/wc/v3/refunds",
        params: {},
        perPage: Math.max(1, Math.min(input.limit, PAGE.light)),
        orderby: "date",
        window: { after: "modified_after", before: "modified_before" },
      } as const;
      const page = await readPage(client, store, list, input, signal);
      const documents = page.rows.map((row) => (isRefund(row) ? toDocument(row, orderOf(row)) : noRecord(row)));
      return { documents, references: [], next: page.next, ...(page.total === undefined ? {} : { total: page.total }) };
    },
    getMany: (store, keys, signal) => readRefunds(client, store, keys, signal),
    toUnified,
    parseFile: refundsInFile,
    acts: {
      accept: absent("a refund is the shop's own decision: use the order's refund act", DOCS),
      refuse: absent("buyers ask outside of the API; there is nothing to refuse", DOCS),
      message: absent("the core has no conversation; a note to the buyer is an act of the order", DOCS),
      receive_return: absent("the core has no returns; a refund restocks when it is made", DOCS),
    },
  };
}

/** A key names a refund of an order (`key.order`), or an order alone: then all its refunds. */
async function readRefunds(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents: RawDocument[] = [];
  const missing: Missing[] = [];
  for (const { externalId, key } of keys) {
    const orderId = key?.order ?? externalId;
    const isWhole = orderId === externalId;
    // The list of all refunds tells them; asking every changed order too would cost a call each.
    if (isWhole && store.facts.refunds_route === true) continue;
    const route = `/wc/v3/orders/${encodeURIComponent(orderId)}/refunds${isWhole ? "" : `/${encodeURIComponent(externalId)}`}`;
    const params = isWhole ? { per_page: PAGE.light } : {};
    const found = await client.oneOrNull(store, { operation: "disputes.getMany", route, params }, signal);
    if (found === null) {
      if (!isWhole) missing.push({ externalId, means: "gone" });
      continue;
    }
    const rows: unknown[] = Array.isArray(found) ? found : [found];
    documents.push(...rows.map((row) => (isRefund(row) ? toDocument(row, orderId) : noRecord(row))));
  }
  return { documents, missing };
}

function refundProblem(value: unknown): string | null {
  const problem = rowProblem(value);
  if (problem !== null) return problem;
  const missing = ["refunded_by", "amount"].find((name) => !(name in (value as Fields)));
  return missing === undefined ? null : `it has no ${missing}`;
}

function isRefund(value: unknown): value is Fields {
  return refundProblem(value) === null;
}

/** The order stands beside the document: only the list of all refunds names it inside. */
function toDocument(refund: Fields, orderId: string | null): RawDocument {
  return {
    externalId: String(refund.id).trim(),
    ...(orderId === null ? {} : { key: { order: orderId }, via: { order: orderId } }),
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: FORM,
    payload: refund,
  };
}

function orderOf(refund: Fields): string | null {
  const parent = String(refund.parent_id ?? "").trim();
  return parent === "" || parent === "0" ? null : parent;
}

function refundsInFile(bytes: Uint8Array): RawDocument[] {
  return documentsOfFile(bytes, "refund", refundProblem, (value, path) =>
    toDocument(value, orderOf(value) ?? /^\/orders\/(\d+)\/refunds\b/.exec(path ?? "")?.[1] ?? null),
  );
}

/** A refund names no currency: it is the store's (the order's, where the shop sells in one). */
export function toUnified(raw: RawDocument, context: MapContext): Unified {
  if (isNoRecord(raw)) refuseNoRecord(raw, "refund", refundProblem);
  const document = REFUND.parse(raw.payload);
  if (document.amount === null) throw new Error("names no amount: what went back nobody knows");
  const orderExternalId = document.parent_id ?? raw.via?.order ?? raw.key?.order ?? null;
  const { currency } = context;
  const lines = toLines(document, currency);
  const shared = {
    externalId: document.id,
    orderExternalId,
    amount: positive(document.amount, "0", currency),
    reason: withoutKeyMark(document.reason),
    lines,
  };
  return unified({
    disputes: [toDispute(document, shared)],
    refunds: [
      {
        ...shared,
        disputeExternalId: document.id,
        status: "done",
        refundedAt: document.date_created_gmt,
        shippingAmount: shippingOf(document, currency),
      },
    ],
  });
}

function toDispute(
  document: RefundDocument,
  shared: Pick<Refund, "externalId" | "orderExternalId" | "amount" | "reason" | "lines">,
): Dispute {
  return {
    ...shared,
    reason: null,
    externalReason: shared.reason,
    system: null,
    kind: "refund_only",
    externalKind: metaText(document.meta_data, "_refund_type"),
    status: "resolved_refunded",
    // Whether the gateway paid it back, or the shop only booked it.
    externalStatus: document.refunded_payment ? "refunded_payment" : "booked",
    turn: null,
    dueAt: null,
    openedAt: document.date_created_gmt,
    closedAt: document.date_created_gmt,
    events: [],
    returnTracking: null,
    lockToken: null,
    restockedByPlatform: null,
    warnings:
      shared.orderExternalId === null
        ? [{ code: "order_unknown", detail: "The document does not name the order of this refund." }]
        : [],
  };
}

function toLines(document: RefundDocument, currency: string): DisputeLine[] {
  return document.line_items.map((line) => ({
    orderLineExternalId: metaText(line.meta_data, META_KEYS.refundedItem),
    variantExternalId: line.variation_id ?? line.product_id,
    quantity: Math.abs(Number(line.quantity)),
    amount: positive(line.total, line.total_tax, currency),
  }));
}

/** Amounts of a refund's parts stand below zero, its own above; a plugin's the other way round. */
function positive(net: string, tax: string, currency: string) {
  const gross = add(money(net, currency), money(tax, currency));
  return { ...gross, amount: gross.amount.replace(/^-/, "") };
}

function shippingOf(document: RefundDocument, currency: string) {
  const parts = document.shipping_lines.map((line) => positive(line.total, line.total_tax, currency));
  const total = sum(parts, currency);
  return isZero(total) ? null : total;
}

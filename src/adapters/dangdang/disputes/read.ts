/**
 * Requests of buyers (returns, exchanges, refunds) and the platform's records of refunds. No row tells its state or its time:
 * both follow from the query that returned it, and are kept in the document.
 */

import type { ListInput, Page, RawDocument, RecordKey } from "../../../core/adapter.ts";
import { noRecord } from "../../../core/no-record.ts";
import { readStep } from "../../../core/stepped-lists.ts";
import { type Fields, textIn } from "../../../core/tree.ts";
import { isId, PAGING } from "../client/helpers.ts";
import type { Shop } from "../client/index.ts";
import { REFUND_STATES, REQUEST } from "../codes.ts";
import { ZONE } from "../config.ts";
import { PAGE } from "../limits.ts";
import { countIn } from "../schemas.ts";

interface List {
  method: string;
  /** Where its rows stand, and how many a page has. */
  rows: string;
  most: number;
  /** In the order of their life. */
  states: readonly [string, ...string[]];
  ofOrder(orderId: string): Record<string, string>;
  ofDay(day: string): Record<string, string>;
  page(state: string, page: number, size: number): Record<string, string>;
}

const ALL = "9999";
type ListName = "return" | "refund";
const LISTS: Readonly<Record<ListName, List>> = {
  return: {
    method: "dangdang.orders.exchange.return.list.get",
    rows: "OrdersList/OrderInfo",
    most: PAGE.rows,
    states: [REQUEST.waits, REQUEST.accepted, REQUEST.success, REQUEST.failed, REQUEST.withdrawn],
    ofOrder: (o) => ({ o }),
    ofDay: (day) => ({ resd: day, reed: day }),
    page: (applyStatus, p, pageSize) => ({
      ...{ applyStatus, type: ALL, status: ALL, result: ALL, isNeedReverseReason: "1" },
      ...{ p: String(p), pageSize: String(pageSize) },
    }),
  },
  refund: {
    method: "dangdang.orders.refund.list",
    rows: "refundInfos/refundInfoList/refundInfo",
    most: PAGE.refundRows,
    states: REFUND_STATES,
    ofOrder: (order_id) => ({ order_id }),
    ofDay: (day) => ({ lastModifyTime_start: `${day} 00:00:00`, lastModifyTime_end: `${day} 23:59:59` }),
    page: (state, page, size) => ({ refundApp_Status: state, pageIndex: String(page), pageSize: String(size) }),
  },
};

/** What the query said of a row. */
interface Asked {
  list: ListName;
  status: string | null;
  day: string | null;
}

const orderOf = (row: Fields): string => textIn(row.orderID ?? row.orderId) ?? "";

export function toDocument(asked: Asked, row: Fields): RawDocument {
  const own = asked.list === "return" ? textIn(row.returnExchangeCode) : (textIn(row.sourceId) ?? textIn(orderOf(row)));
  if (own === null) return noRecord({ asked, row }, asked.list, "number");
  return {
    externalId: `${asked.list}:${own}`,
    key: { order: orderOf(row), ...(asked.day === null ? {} : { day: asked.day }) },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: `${asked.list}@1.0`,
    payload: { asked, row },
  };
}

/** A page of one state on one day; the next is the next of them. */
export async function listDisputes(shop: Shop, input: ListInput): Promise<Page> {
  const name = input.stream === "returns" ? "return" : "refund";
  const list = LISTS[name];
  const { rows, next, status, day } = await readStep(PAGING, input, {
    operation: list.method,
    zone: ZONE,
    states: list.states,
    rowsPerPage: list.most,
    ask: (on, state, page, size) => ask(shop, list, { ...list.ofDay(on), ...list.page(state, page, size) }),
  });
  const documents = rows.map((row) => toDocument({ list: name, status, day }, row.fields));
  return { documents, references: [], next };
}

async function ask(shop: Shop, { method, rows }: List, parameters: Record<string, string>) {
  const answer = await shop.call(method, "1.0", { parameters });
  return { total: countIn(answer), rows: answer.list(rows) };
}

/** A dispute by its order, asked for in each state until it is there; null where it is in none. */
export async function readDispute(shop: Shop, { externalId, key }: RecordKey): Promise<RawDocument | null> {
  const name = externalId.startsWith("refund:") ? "refund" : "return";
  const list = LISTS[name];
  const order = key?.order ?? "";
  for (const status of isId(order) ? list.states : []) {
    const { rows } = await ask(shop, list, { ...list.ofOrder(order), ...list.page(status, 1, list.most) });
    const documents = rows.map((row) => toDocument({ list: name, status, day: key?.day ?? null }, row.fields));
    const found = documents.find((document) => document.externalId === externalId);
    if (found) return found;
  }
  return null;
}

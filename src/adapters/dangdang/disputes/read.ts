/**
 * Requests of buyers (returns, exchanges, refunds) and the platform's records of refunds. No row tells its state or its time:
 * both follow from the query that returned it, and are kept in the document.
 */

import { z } from "zod";
import type { ListInput, Page, RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { localDay } from "../../../core/local-time.ts";
import { type Fields, textIn } from "../../../core/tree.ts";
import { type Client, isId, parseCursor, readCursor, readPages } from "../client/index.ts";
import { REFUND_STATE, REQUEST } from "../codes.ts";
import { ZONE } from "../config.ts";
import { PAGE } from "../limits.ts";
import { countIn } from "../schemas.ts";

interface List {
  method: string;
  version: string;
  rows: string;
  most: number;
  /** In the order of their life, so that what moves while it is read is met twice, and not missed. */
  states: readonly string[];
  ofOrder(orderId: string): Record<string, string>;
  ofDay(day: string): Record<string, string>;
  page(state: string, page: number, size: number): Record<string, string>;
}

const ALL = "9999";
export type ListName = "return" | "refund";
export const LISTS: Readonly<Record<ListName, List>> = {
  return: {
    method: "dangdang.orders.exchange.return.list.get",
    version: "1.0",
    rows: "OrdersList/OrderInfo",
    most: PAGE.rows,
    states: Object.values(REQUEST),
    ofOrder: (o) => ({ o }),
    ofDay: (day) => ({ resd: day, reed: day }),
    page: (applyStatus, p, pageSize) => ({
      ...{ applyStatus, type: ALL, status: ALL, result: ALL, isNeedReverseReason: "1" },
      ...{ p: String(p), pageSize: String(pageSize) },
    }),
  },
  refund: {
    method: "dangdang.orders.refund.list",
    version: "1.0",
    rows: "refundInfos/refundInfoList/refundInfo",
    most: PAGE.refundRows,
    states: Object.keys(REFUND_STATE),
    ofOrder: (order_id) => ({ order_id }),
    ofDay: (day) => ({ lastModifyTime_start: `${day} 00:00:00`, lastModifyTime_end: `${day} 23:59:59` }),
    page: (state, page, size) => ({ refundApp_Status: state, pageIndex: String(page), pageSize: String(size) }),
  },
};

/** What the query said of a row. */
export interface Asked {
  list: ListName;
  status: string | null;
  day: string | null;
}

const orderOf = (row: Fields): string => textIn(row.orderID ?? row.orderId) ?? "";

export function toDocument(asked: Asked, row: Fields): RawDocument {
  const own = asked.list === "return" ? textIn(row.returnExchangeCode) : (textIn(row.sourceId) ?? orderOf(row));
  if (own === null) throw new Error("a request has no returnExchangeCode");
  return {
    externalId: `${asked.list}:${own}`,
    key: { order: orderOf(row), ...(asked.day === null ? {} : { day: asked.day }) },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: `${asked.list}@1.0`,
    payload: { asked, row },
  };
}

const POSITION = z.object({ step: z.int().min(0), at: z.string().nullable() });
const DAY_MS = 86_400_000;

/** A page of one state on one day; the next is the next of them. */
export async function listDisputes(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const name = input.stream === "returns" ? "return" : "refund";
  const list = LISTS[name];
  const { step, at } = input.cursor === null ? { step: 0, at: null } : parseCursor(POSITION, input.cursor, list.method);
  const days = daysOf(input);
  const day = days[Math.floor(step / list.states.length)];
  const status = list.states[step % list.states.length] ?? "";
  if (day === undefined) return { documents: [], references: [], next: null };
  const found = await readPages(
    { limit: input.limit, cursor: readCursor(at, list.method) },
    { rows: list.most, pages: PAGE.pages },
    (page, size) => ask(client, store, list, { ...list.ofDay(day), ...list.page(status, page, size) }, signal),
  );
  const isLast = step + 1 >= days.length * list.states.length;
  const next = found.next !== null ? { step, at: found.next } : isLast ? null : { step: step + 1, at: null };
  const documents = found.rows.map((row) => toDocument({ list: name, status, day }, row.fields));
  return { documents, references: [], next: next && JSON.stringify(next) };
}

async function ask(client: Client, store: Store, list: List, parameters: Record<string, string>, signal: AbortSignal) {
  const answer = await client.call(store, { method: list.method, version: list.version, parameters }, signal);
  return { total: countIn(answer), rows: answer.list(list.rows) };
}

/** Calendar days that a window touches. */
function daysOf({ since, until }: Pick<ListInput, "since" | "until">): string[] {
  const days = new Set<string>();
  for (let at = since.getTime(); at < until.getTime(); at += DAY_MS) days.add(localDay(new Date(at), ZONE));
  return [...days.add(localDay(until, ZONE))];
}

/** A dispute by its order, asked for in each state until it is there; null where it is in none. */
export async function readDispute(
  client: Client,
  store: Store,
  { externalId, key }: RecordKey,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const list = externalId.startsWith("refund:") ? "refund" : "return";
  const order = key?.order ?? "";
  if (!isId(order)) return null;
  for (const status of LISTS[list].states) {
    const parameters = { ...LISTS[list].ofOrder(order), ...LISTS[list].page(status, 1, LISTS[list].most) };
    const { rows } = await ask(client, store, LISTS[list], parameters, signal);
    const documents = rows.map((row) => toDocument({ list, status, day: key?.day ?? null }, row.fields));
    const found = documents.find((document) => document.externalId === externalId);
    if (found) return found;
  }
  return null;
}

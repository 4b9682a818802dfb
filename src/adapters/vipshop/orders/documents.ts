/** Documents of orders: what each kind is made of, and how its pieces are found among rows of answers. */
import type { RawDocument } from "../../../core/adapter.ts";
import { noRecord } from "../../../core/no-record.ts";
import { findIn } from "../../../core/tree.ts";
import { stateCode } from "../codes.ts";
import type { Mode } from "../config.ts";
import { type Fields, isFields, recordsOf, textIn, toInstant } from "../schemas.ts";

/** A kind of document; requests and reservations stand for orders that have not come yet. */
export const FORM = {
  jitx: "jitx-order@1.0.0",
  request: "jitx-request@1.0.0",
  marketplace: "shop-order@1.0.0",
  dvd: "direct-order@1.0.0",
  jit: "pick@1.0.0",
  reservation: "occupied-order@1.0.0",
  release: "cancelled-order@1.0.0",
} as const;
export type Form = keyof typeof FORM;

const MODE_OF: Readonly<Record<Form, Mode>> = {
  jitx: "jitx",
  request: "jitx",
  marketplace: "marketplace",
  dvd: "dvd",
  jit: "jit",
  reservation: "jit",
  release: "jit",
};

/** No kind has a change time in all of its answers: what was read last wins. */
export function toDocument(form: Form, id: unknown, payload: Fields, key: Record<string, string> = {}): RawDocument {
  const externalId = textIn(id);
  if (externalId === null) return noRecord(payload, `order (${form})`, "number");
  return {
    externalId,
    key: { mode: MODE_OF[form], ...key },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: FORM[form],
    payload,
  };
}

/** A direct order as it was read: its state, in whichever way it is written. */
export const directVersion = ({ order_status }: Fields): string => stateCode(textIn(order_status) ?? "");

export const directDocument = (order: Fields, details: readonly Fields[] | null): RawDocument => ({
  ...toDocument("dvd", order.order_id, { order, details }),
  sourceVersion: directVersion(order),
});

/** Pick lists and cancellations name a reservation by its own number, not by the order that it becomes. */
export function reservationId(row: Fields): string | null {
  const number = textIn(row.occupied_order_sn);
  return number === null ? null : `occupied:${number}`;
}

export const isReservation = (externalId: string): boolean => externalId.startsWith("occupied:");

/** When a reservation was made: its goods say so. */
const occupiedAt = (row: Fields): string | null =>
  recordsOf(row.barcodes)
    .map((item) => textIn(item.create_time))
    .find((time) => time !== null) ?? null;

export function reservationDocument(row: Fields): RawDocument {
  const occupied = occupiedAt(row);
  const document = toDocument("reservation", reservationId(row), row, { occupied: occupied ?? "" });
  return { ...document, sourceUpdatedAt: toInstant(occupied) };
}

/**
 * The end of a reservation, as a newer document of it: lists may show the reservation still, and it may be read after its
 * end was. `since`: when it ended at the earliest, where that is known.
 */
export function releaseDocument(row: Fields, since: Date | null = null): RawDocument {
  const told = toInstant(occupiedAt(row));
  const at = told === null || (since !== null && since > told) ? since : told;
  const document = toDocument("release", reservationId(row), { released: row });
  return { ...document, sourceUpdatedAt: at && new Date(at.getTime() + 1000) };
}

const belongTo = (rows: readonly Fields[], name: string, id: unknown): Fields[] =>
  rows.filter((row) => textIn(row[name]) === textIn(id));

/** The purchase orders that a pick list is cut from: one, or several joined by commas. */
export const purchasesOf = (pick: Fields): string[] =>
  (textIn(pick.po_no) ?? "").split(",").flatMap((number) => number.trim() || []);

/** Rows of a file by what they have; the first that fits. `a|b` is one of both. */
const ROWS = {
  keptPick: "pick lines prices",
  keptShop: "order products",
  keptDirect: "order details",
  reservation: "occupied_order_sn",
  request: "order_sn delivery_order_details|available_warehouses",
  jitx: "order_sn order_status",
  goods: "storage_no barcode",
  receipt: "storage_no actual_storage_list",
  trace: "storage_no traces",
  delivery: "storage_no delivery_no",
  pick: "pick_no delivery_status|order_cate",
  line: "pick_no barcode pick_num",
  prices: "po_no pick_product_list",
  purchase: "po_no sell_st_time",
  products: "order_id order_products",
  detail: "order_id barcode sell_price",
  direct: "order_id order_status add_time|vis_add_time",
  shop: "order_id status created|is_export",
} as const;
type Pieces = Record<keyof typeof ROWS, Fields[]>;

const fits = (row: Fields, wanted: string): boolean =>
  wanted.split(" ").every((names) => names.split("|").some((name) => name in row));

function piecesIn(root: unknown): Pieces {
  const kinds = Object.keys(ROWS) as (keyof Pieces)[];
  const found = findIn(root, (row) => {
    const kind = kinds.find((candidate) => fits(row, ROWS[candidate]));
    return kind ? [{ kind, row }] : null;
  });
  const rowsOf = (wanted: string) => found.filter(({ kind }) => kind === wanted).map(({ row }) => row);
  return Object.fromEntries(kinds.map((kind) => [kind, rowsOf(kind)])) as Pieces;
}

const orNull = <T>(rows: T[]): T[] | null => (rows.length > 0 ? rows : null);
const inside = (value: unknown): Fields => (isFields(value) ? value : {});

/** Documents in a file: rows of answers, whatever stands around them, and documents as they are kept. */
export function ordersInFile(root: unknown): RawDocument[] {
  const pieces = piecesIn(root);
  const numbered = (form: Form, rows: Fields[]) => rows.map((row) => toDocument(form, row.order_sn, row));
  return [
    ...pieces.keptPick.map((row) => toDocument("jit", inside(row.pick).pick_no, row)),
    ...pieces.keptShop.map((row) => toDocument("marketplace", inside(row.order).order_id, row)),
    ...pieces.keptDirect.map((row) => toDocument("dvd", inside(row.order).order_id, row)),
    ...pieces.reservation.map(reservationDocument),
    ...numbered("request", pieces.request),
    ...numbered("jitx", pieces.jitx),
    ...picksIn(pieces),
    ...pieces.shop.map((order) => {
      const own = belongTo(pieces.products, "order_id", order.order_id);
      const products = orNull(own.flatMap((found) => recordsOf(found.order_products)));
      return toDocument("marketplace", order.order_id, { order, products });
    }),
    ...pieces.direct.map((order) => {
      const details = orNull(belongTo(pieces.detail, "order_id", order.order_id));
      return directDocument(order, details);
    }),
  ];
}

/** As `ordersInFile`; deliveries whose pick list the file does not hold hang on its number, or on their purchase order's. */
export function parcelsInFile(root: unknown): RawDocument[] {
  const pieces = piecesIn(root);
  const orders = ordersInFile(root);
  const known = new Set(orders.map(({ externalId }) => externalId));
  const alone = deliveriesIn(pieces).flatMap((delivery) => {
    const picks = new Set(delivery.goods.map((row) => textIn(row.pick_no)));
    if ([...picks].some((pick) => pick !== null && known.has(pick))) return [];
    const [number = null] = picks;
    const pick = { pick_no: number ?? delivery.delivery.po_no };
    const unread = { lines: null, prices: null, purchases: [], deducted: [] };
    return [toDocument("jit", pick.pick_no, { pick, ...unread, deliveries: [delivery] })];
  });
  return [...orders, ...alone];
}

function deliveriesIn(pieces: Pieces) {
  return pieces.delivery.map((delivery) => {
    const own = (rows: Fields[]) => belongTo(rows, "storage_no", delivery.storage_no);
    const traces = own(pieces.trace).flatMap((row) => recordsOf(row.traces));
    return { delivery, goods: own(pieces.goods), receipt: own(pieces.receipt)[0] ?? {}, traces };
  });
}

/** A pick list is joined by its number, its prices and purchase orders by theirs. What no row tells is null: not read. */
function picksIn(pieces: Pieces): RawDocument[] {
  const numbers = new Set([...pieces.pick, ...pieces.line].map((row) => textIn(row.pick_no)));
  const prices = pieces.prices.flatMap(({ po_no, pick_product_list }) =>
    recordsOf(pick_product_list).map((row): Fields => ({ po_no, ...row })),
  );
  return [...numbers].map((number) => {
    const lines = belongTo(pieces.line, "pick_no", number);
    const pick = belongTo(pieces.pick, "pick_no", number)[0] ?? { pick_no: number };
    const purchases = new Set([...purchasesOf(pick), ...lines.map((row) => textIn(row.po_no))]);
    const own = (rows: Fields[]) => rows.filter((row) => purchases.has(textIn(row.po_no)));
    const deliveries = deliveriesIn(pieces).filter(({ goods }) => belongTo(goods, "pick_no", number).length > 0);
    const parts = { lines: orNull(lines), prices: orNull(own(prices)), purchases: own(pieces.purchase) };
    return toDocument("jit", number, { pick, ...parts, deliveries, deducted: [] });
  });
}

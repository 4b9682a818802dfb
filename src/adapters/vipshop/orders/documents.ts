/** Documents of orders: what each kind is made of, and how its pieces are found among rows of answers. */
import type { RawDocument } from "../../../core/adapter.ts";
import type { Mode } from "../config.ts";
import { type Fields, isFields, recordsOf, textIn } from "../schemas.ts";

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
  if (externalId === null) throw new Error(`an order (${form}) has no number`);
  return {
    externalId,
    key: { mode: MODE_OF[form], ...key },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: FORM[form],
    payload,
  };
}

/** A reservation goes by the order that it becomes, where that is known. */
export const reservationId = (row: Fields): string =>
  `occupied:${textIn(row.order_sn) ?? textIn(row.occupied_order_sn) ?? ""}`;

/** Pieces of one kind that a file holds, by what they have. */
type Pieces = Record<"picks" | "lines" | "prices" | "purchases" | "deliveries" | "products" | "details", Fields[]>;

const belongTo = (rows: readonly Fields[], name: string, id: unknown): Fields[] =>
  rows.filter((row) => textIn(row[name]) === textIn(id));

/** The purchase orders that a pick list is cut from: one, or several joined by commas. */
export const purchasesOf = (pick: Fields): string[] =>
  (textIn(pick.po_no) ?? "").split(",").flatMap((number) => number.trim() || []);

/** Documents in a file: rows of answers, whatever stands around them, and documents as they are kept. */
export function ordersInFile(root: unknown): RawDocument[] {
  const documents: RawDocument[] = [];
  const pieces: Pieces = { picks: [], lines: [], prices: [], purchases: [], deliveries: [], products: [], details: [] };
  const shops: Fields[] = [];
  const directs: Fields[] = [];
  const has = (row: Fields, ...names: string[]) => names.every((name) => name in row);
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isFields(value)) return;
    if (isFields(value.pick) && has(value, "lines", "prices"))
      documents.push(toDocument("jit", value.pick.pick_no, value));
    else if (isFields(value.order) && has(value, "products"))
      documents.push(toDocument("marketplace", value.order.order_id, value));
    else if (isFields(value.order) && has(value, "details"))
      documents.push(toDocument("dvd", value.order.order_id, value));
    else if (has(value, "occupied_order_sn")) documents.push(toDocument("reservation", reservationId(value), value));
    else if (has(value, "order_sn") && (has(value, "delivery_order_details") || has(value, "available_warehouses")))
      documents.push(toDocument("request", value.order_sn, value));
    else if (has(value, "order_sn", "order_status")) documents.push(toDocument("jitx", value.order_sn, value));
    else if (has(value, "pick_no", "delivery_status") || has(value, "pick_no", "order_cate", "po_no"))
      pieces.picks.push(value);
    else if (has(value, "pick_no", "barcode", "pick_num")) pieces.lines.push(value);
    else if (has(value, "po_no", "pick_product_list"))
      pieces.prices.push(...recordsOf(value.pick_product_list).map((row) => ({ po_no: value.po_no, ...row })));
    else if (has(value, "po_no", "sell_st_time")) pieces.purchases.push(value);
    else if (has(value, "order_id", "order_products")) pieces.products.push(value);
    else if (has(value, "order_id", "barcode", "sell_price")) pieces.details.push(value);
    else if (has(value, "order_id", "order_status") && (has(value, "add_time") || has(value, "vis_add_time")))
      directs.push(value);
    else if (has(value, "order_id", "status") && (has(value, "created") || has(value, "is_export"))) shops.push(value);
    else Object.values(value).forEach(visit);
  };
  visit(root);
  return [
    ...documents,
    ...picksIn(pieces),
    ...shops.map((row) => {
      const products = belongTo(pieces.products, "order_id", row.order_id).map((found) => found.order_products);
      return toDocument("marketplace", row.order_id, {
        order: row,
        products: products.length > 0 ? products.flatMap(recordsOf) : null,
      });
    }),
    ...directs.map((row) => {
      const details = belongTo(pieces.details, "order_id", row.order_id);
      return toDocument("dvd", row.order_id, { order: row, details: details.length > 0 ? details : null });
    }),
  ];
}

/** A pick list is joined by its number, its prices and purchase orders by theirs. What no row tells is null: not read. */
function picksIn(pieces: Pieces): RawDocument[] {
  const numbers = new Set([...pieces.picks, ...pieces.lines].map((row) => textIn(row.pick_no)));
  const orNull = (rows: Fields[]) => (rows.length > 0 ? rows : null);
  return [...numbers].map((number) => {
    const lines = belongTo(pieces.lines, "pick_no", number);
    const pick = belongTo(pieces.picks, "pick_no", number)[0] ?? null;
    const purchases = new Set([...(pick ? purchasesOf(pick) : []), ...lines.map((row) => textIn(row.po_no))]);
    const own = (rows: Fields[]) => orNull(rows.filter((row) => purchases.has(textIn(row.po_no))));
    return toDocument("jit", number, {
      pick: pick ?? { pick_no: number },
      lines: orNull(lines),
      prices: own(pieces.prices),
      purchases: own(pieces.purchases) ?? [],
      deliveries: [],
      deducted: [],
    });
  });
}

/** The columns of exported CSV files: a name and what stands in its cells. */
import type { LineStockView } from "../core/db/order-lines.ts";
import { OPEN_ORDER_STATUSES, type OrderStatus } from "../core/model/vocabulary.ts";
import type { renderEntry, renderSettlement, renderShipment } from "./after-sales-views.ts";
import type { renderProfit } from "./profit-view.ts";
import type { renderLevel } from "./views.ts";

export type Column<Record> = readonly [name: string, cell: (record: Record) => unknown];

interface Amount {
  amount: string;
}

interface ExportedLine {
  [name: string]: unknown;
  external_id: string;
  quantity: number;
  shipped_quantity: number;
  cancelled_quantity: number;
  returned_quantity: number;
  fulfilled_by: string;
  unit_price: Amount;
  total: Amount;
}

/** Of an order's JSON, what the cells are made of. */
export interface ExportedOrder {
  [name: string]: unknown;
  id: string;
  status: OrderStatus;
  total: Amount | null;
  paid: Amount | null;
  refunded: Amount | null;
  lines: ExportedLine[];
  buyer: { name: string | null } | null;
  ship_to: { [name: string]: unknown; lines: string[] } | null;
  notes: { buyer: string | null };
}

export interface LineRow {
  order: ExportedOrder;
  line: ExportedLine;
  stock: LineStockView | undefined;
}

/** The cells of fields that stand in the record under their column's name. */
const fields = <Record extends object>(...names: (keyof Record & string)[]): Column<Record>[] =>
  names.map((name) => [name, (record) => record[name]]);

export const ORDER_COLUMNS: readonly Column<ExportedOrder>[] = [
  ...fields<ExportedOrder>(
    "id",
    "store_id",
    "external_id",
    "external_number",
    "status",
    "external_status",
    "payment_status",
    "placed_at",
    "paid_at",
    "ship_by",
    "currency",
  ),
  ["total", (order) => order.total?.amount],
  ["paid", (order) => order.paid?.amount],
  ["refunded", (order) => order.refunded?.amount],
  ["lines", (order) => order.lines.length],
  ["units", (order) => order.lines.reduce((sum, line) => sum + line.quantity, 0)],
  ["buyer_name", (order) => order.buyer?.name],
  ["ship_to_country", (order) => order.ship_to?.country],
  ["ship_to_city", (order) => order.ship_to?.city],
  ...fields<ExportedOrder>("hold", "needs_attention", "updated_at"),
];

const ofOrder = (...names: string[]): Column<LineRow>[] => names.map((name) => [name, ({ order }) => order[name]]);
const ofLine = (...names: string[]): Column<LineRow>[] => names.map((name) => [name, ({ line }) => line[name]]);
const address = (...names: string[]): Column<LineRow>[] =>
  names.map((name) => [`ship_to_${name}`, ({ order }) => order.ship_to?.[name]]);

export const LINE_COLUMNS: readonly Column<LineRow>[] = [
  ["order_id", ({ order }) => order.id],
  ["order_version", ({ order }) => order.version],
  ["order_external_id", ({ order }) => order.external_id],
  ["order_external_number", ({ order }) => order.external_number],
  ...ofOrder("store_id", "status", "payment_status", "placed_at", "paid_at", "ship_by", "hold"),
  ["line_external_id", ({ line }) => line.external_id],
  ["sku", ({ stock }) => stock?.skuCode],
  ["seller_code", ({ line }) => line.sku],
  ...ofLine("title", "options", "quantity", "shipped_quantity", "cancelled_quantity", "returned_quantity"),
  ["to_ship", toShip],
  ["held", ({ stock }) => stock?.held],
  ["oversold", ({ stock }) => stock?.oversold],
  ["unit_price", ({ line }) => line.unit_price.amount],
  ["total", ({ line }) => line.total.amount],
  ...ofOrder("currency"),
  ...ofLine("fulfilled_by", "place", "gift"),
  ...address("name", "phone", "company"),
  ["ship_to_address", ({ order }) => order.ship_to?.lines.join(", ")],
  ...address("district", "city", "region", "postcode", "country"),
  ["buyer_note", ({ order }) => order.notes.buyer],
];

/** Units that are still to leave our shelves. */
function toShip({ order, line }: LineRow): number {
  if (line.fulfilled_by !== "seller" || !OPEN_ORDER_STATUSES.includes(order.status)) return 0;
  return Math.max(0, line.quantity - line.cancelled_quantity - line.shipped_quantity);
}

/** One row a line of the orders, with what our side knows of it. */
export function toLineRows(orders: readonly ExportedOrder[], lines: readonly LineStockView[]): LineRow[] {
  const known = new Map(lines.map((line) => [`${line.orderId}/${line.externalId}`, line]));
  return orders.flatMap((order) =>
    order.lines.map((line) => ({ order, line, stock: known.get(`${order.id}/${line.external_id}`) })),
  );
}

type ShipmentRow = ReturnType<typeof renderShipment>;
type LevelRow = ReturnType<typeof renderLevel>;
type SettlementRow = ReturnType<typeof renderSettlement>;
type EntryRow = ReturnType<typeof renderEntry>;

export const SHIPMENT_COLUMNS: readonly Column<ShipmentRow>[] = [
  ...fields<ShipmentRow>(
    "id",
    "version",
    "store_id",
    "order_id",
    "order_external_id",
    "external_id",
    "status",
    "external_status",
    "carrier",
    "external_carrier",
    "tracking_number",
    "tracking_url",
    "place",
    "fulfilled_by",
    "shipped_at",
    "delivered_at",
  ),
  ["units", (row) => row.lines.reduce((sum, line) => sum + line.quantity, 0)],
  ["last_event_at", (row) => row.events.at(-1)?.at],
  ["last_event", (row) => row.events.at(-1)?.text],
  ...fields<ShipmentRow>("updated_at", "gone_at"),
];

export const LEVEL_COLUMNS = fields<LevelRow>(
  "sku_id",
  "sku",
  "title",
  "location",
  "on_hand",
  "reserved",
  "safety_stock",
  "available",
  "sellable",
  "counted_at",
  "count_basis",
  "version",
  "updated_at",
);

export const SETTLEMENT_COLUMNS: readonly Column<SettlementRow>[] = [
  ...fields<SettlementRow>("id", "version", "store_id", "external_id", "period_start", "period_end", "currency"),
  ["total", (row) => row.total?.amount],
  ["payout", (row) => row.payout?.amount],
  ["payout_currency", (row) => row.payout?.currency],
  ...fields<SettlementRow>("payout_rate", "state", "balanced"),
  ["difference", (row) => row.difference?.amount],
  ...fields<SettlementRow>("paid_at", "external_status", "updated_at", "gone_at"),
];

export const ENTRY_COLUMNS: readonly Column<EntryRow>[] = [
  ...fields<EntryRow>(
    "id",
    "store_id",
    "external_id",
    "settlement_external_id",
    "book",
    "state",
    "kind",
    "external_kind",
    "posted_at",
  ),
  ["amount", (row) => row.amount?.amount],
  ["currency", (row) => row.amount?.currency],
  ...fields<EntryRow>(
    "order_external_id",
    "order_line_external_id",
    "shipment_external_id",
    "refund_external_id",
    "sku",
    "description",
    "period",
    "note",
    "amends",
  ),
];

type ProfitCells = ReturnType<typeof renderProfit>;

export const PROFIT_COLUMNS: readonly Column<ProfitCells>[] = [
  ...fields<ProfitCells>("by", "key", "label", "store_id", "currency", "entries"),
  ["sale", (row) => row.sale.amount],
  ["discount_seller", (row) => row.discounts.seller.amount],
  ["discount_platform", (row) => row.discounts.platform.amount],
  ["refunds", (row) => row.refunds.amount],
  ["commission", (row) => row.commission.amount],
  ["payment_fees", (row) => row.fees.payment.amount],
  ["fulfilment_fees", (row) => row.fees.fulfilment.amount],
  ["advertising_fees", (row) => row.fees.advertising.amount],
  ["service_fees", (row) => row.fees.service.amount],
  ["shipping_income", (row) => row.shipping.income.amount],
  ["shipping_fees", (row) => row.shipping.fee.amount],
  ["tax_collected", (row) => row.tax.collected.amount],
  ["tax_withheld", (row) => row.tax.withheld.amount],
  ["other", (row) => row.other.amount],
  ["received", (row) => row.received.amount],
  ["profit_before_goods", (row) => row.profit_before_goods.amount],
  ...fields<ProfitCells>("units", "units_without_cost"),
  ["cost_of_goods", (row) => row.cost_of_goods.amount],
  ["profit", (row) => row.profit?.amount],
  ["shared_estimate", (row) => row.shared?.amount],
  ["waiting", (row) => row.waiting?.amount],
];

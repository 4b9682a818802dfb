/** The rows of an order and of its parts, as JSON: all of them that needs no database, made while another page is saved. */
import { toBase64, toHex } from "../crypto.ts";
import { derivedId } from "../ids.ts";
import type { Order, OrderLine } from "../model/records.ts";
import { renderMasked, renderOrderFacts, renderPersonal } from "../model/render.ts";
import { OPEN_ORDER_STATUSES } from "../model/vocabulary.ts";
import { type Keyring, keyedHash, sealText } from "../secrets.ts";
import { type LineStock, lineStock } from "../stock/line-stock.ts";
import { lineId, orderId } from "./record-ids.ts";
import type { IngestStore, OpenRow, PreparedDocument, PreparedOrder } from "./types.ts";

const openRow = (columns: object): OpenRow => JSON.stringify(columns).slice(0, -1);

/** The row as a whole. */
export const closeRow = (row: OpenRow, column: string, value: string | number | null): string =>
  value === null ? `${row}}` : `${row},"${column}":${JSON.stringify(value)}}`;

/** All of an order's rows. The text in which it is shown goes in as it is, not as a string within a string. */
export function prepareOrder(
  keyring: Keyring,
  store: Pick<IngestStore, "id" | "platform">,
  record: Order,
  document: PreparedDocument,
): PreparedOrder {
  const id = orderId(store.id, record.externalId);
  const shown = JSON.stringify({ ...renderOrderFacts(record), ...renderMasked(record) });
  const parents = new Set(record.lines.map((line) => line.parentExternalId));
  return {
    record,
    document,
    id,
    row: `${openRow(orderColumns(keyring, store, id, record, document))},"document":${shown}`,
    lines: record.lines.map((line, position) => {
      const stock = lineStock(record, line, parents.has(line.externalId));
      const ofLine = lineId(store.id, record.externalId, line.externalId);
      return { id: ofLine, line, stock, row: openRow(lineColumns(ofLine, id, position, line, stock)) };
    }),
    charges: record.charges.map((charge, position) =>
      JSON.stringify({
        order_id: id,
        position,
        kind: charge.kind,
        payer: charge.payer,
        amount: charge.amount.amount,
        label: charge.label,
        in_total: charge.inTotal,
      }),
    ),
    note: noteRow(id, record),
  };
}

function orderColumns(
  keyring: Keyring,
  store: Pick<IngestStore, "id" | "platform">,
  id: string,
  order: Order,
  document: PreparedDocument,
) {
  const personal = order.buyer || order.shipTo || order.notes.buyer ? JSON.stringify(renderPersonal(order)) : null;
  return {
    id,
    external_id: order.externalId,
    external_number: order.externalNumber ?? undefined,
    parent_external_id: order.parentExternalId ?? undefined,
    marketplace: order.marketplace ?? undefined,
    place: order.place ?? undefined,
    status: order.status,
    external_status: order.externalStatus,
    payment_status: order.paymentStatus,
    fulfilled_by: order.fulfilledBy,
    placed_at: order.placedAt,
    paid_at: order.paidAt ?? undefined,
    ship_by: order.shipBy ?? undefined,
    currency: order.currency,
    total: order.total?.amount,
    paid: order.paid?.amount,
    refunded: order.refunded?.amount,
    tax_included: order.taxIncluded ?? undefined,
    open: OPEN_ORDER_STATUSES.includes(order.status),
    personal:
      personal === null ? null : toBase64(sealText(keyring, { table: "orders", store: store.id, id }, personal)),
    buyer_hash: buyerHash(keyring, store.platform, order),
    warnings: order.warnings.length,
    source_updated_at: document.raw.sourceUpdatedAt,
    read_seq: document.readSeq,
  };
}

/** Keyed hash by which a buyer's orders are found: of the e-mail or phone where they are readable, else of the platform's id. */
export function buyerHash(keyring: Keyring, platform: string, order: Order): string | null {
  const clear = order.shipTo?.privacy !== "masked" && order.shipTo?.privacy !== "encrypted";
  const email = order.buyer?.email?.trim().toLowerCase();
  const phone = order.buyer?.phone?.replace(/\D/g, "");
  const key =
    clear && email
      ? `email:${email}`
      : order.buyer?.externalId
        ? `${platform}:${order.buyer.externalId}`
        : clear && phone && phone.length > 6
          ? `phone:${phone}`
          : null;
  return key === null ? null : toHex(keyedHash(keyring, "buyer", key).subarray(0, 16));
}

/** What is null is left out: half of a row's text would be names without a value. */
function lineColumns(id: string, order: string, position: number, line: OrderLine, stock: LineStock) {
  return {
    id,
    order_id: order,
    position,
    external_id: line.externalId,
    listing_external_id: line.listingExternalId ?? undefined,
    variant_external_id: line.variantExternalId ?? undefined,
    seller_code: line.sellerCode ?? undefined,
    title: line.title,
    options: line.options ?? undefined,
    quantity: line.quantity,
    unit_price: line.unitPrice.amount,
    discount: line.discount.amount,
    tax: line.tax.amount,
    total: line.total.amount,
    fulfilment_status: line.fulfilmentStatus,
    shipped: line.shippedQuantity,
    cancelled: line.cancelledQuantity,
    returned: line.returnedQuantity,
    fulfilled_by: line.fulfilledBy,
    place: line.place ?? undefined,
    gift: line.gift,
    parent_external_id: line.parentExternalId ?? undefined,
    held: stock.held,
    consumed: stock.consumed,
  };
}

function noteRow(order: string, { notes }: Order): PreparedOrder["note"] {
  if (!notes.seller && !notes.flag) return null;
  const id = derivedId(order, "order_notes", "seller");
  return {
    id,
    row: JSON.stringify({ id, order_id: order, source: "seller", text: notes.seller ?? "", flag: notes.flag }),
  };
}

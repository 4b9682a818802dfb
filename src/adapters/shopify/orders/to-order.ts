/** An order document as unified records: the order, its parcels and the money that went back. Amounts are in shop money. Pure. */
import type { RawDocument } from "../../../core/adapter.ts";
import {
  type Address,
  type Money,
  type Order,
  type OrderLine,
  type OrderPayment,
  type Unified,
  unified,
  type Warning,
} from "../../../core/model/records.ts";
import { UNSAID_LINE, UNSAID_ORDER } from "../../../core/model/unsaid.ts";
import type { OrderStatus } from "../../../core/model/vocabulary.ts";
import { sub, sum, times, zero } from "../../../core/money.ts";
import { isFields, type Tree } from "../../../core/tree.ts";
import { ID } from "../config.ts";
import { nodesIn, piecesIn, read, shopMoneyIn } from "../schemas.ts";
import { shipmentsIn } from "../shipments/to-shipment.ts";
import { amountsOf, totalField } from "./amounts.ts";
import { isShort } from "./pieces.ts";
import { MOST } from "./read.ts";
import { paymentOf, piecesOf, statusOf } from "./status.ts";
import { refundsIn } from "./to-refund.ts";

/** A tag of ours that holds the flag. */
export const FLAG = "flag:";

export function toUnified(raw: RawDocument): Unified {
  const order = read(raw.payload);
  return unified({
    orders: [toOrder(order)],
    shipments: shipmentsIn(order),
    refunds: refundsIn(order),
  });
}

function toOrder(order: Tree): Order {
  const warnings: Warning[] = [];
  const currency = order.need("currencyCode");
  const paymentStatus = paymentOf(order, warnings);
  const status = statusOf(order, paymentStatus, warnings);
  const placedAt = order.time("processedAt", "createdAt");
  if (placedAt === null) throw new TypeError("createdAt is missing");
  if (!Array.isArray(isFields(order.fields.lineItems) ? order.fields.lineItems.nodes : null))
    throw new TypeError("lineItems is missing");
  const [parcels, refunds] = [order.list("fulfillments"), order.list("refunds")];
  if ([...parcels, ...refunds].some(({ fields }) => isShort(fields)))
    warnings.push({ code: "pieces_cut", detail: "A parcel or refund names more lines than the document holds." });
  if (parcels.length >= MOST.parcels || refunds.length >= MOST.refunds)
    warnings.push({
      code: "parts_cut",
      detail: `Of an order ${MOST.parcels} parcels and ${MOST.refunds} refunds are read; there may be more.`,
    });
  const payments = paymentsIn(order);
  const lines = nodesIn(order, "lineItems").map((line) => toLine(order, line, status, currency));
  const { total, charges } = amountsOf(order, lines, currency);
  const tags = Array.isArray(order.fields.tags) ? order.fields.tags.map(String) : [];
  return {
    ...UNSAID_ORDER,
    externalId: order.need("id"),
    externalNumber: order.text("name"),
    marketplace: ID,
    status,
    externalStatus: [order.text("displayFinancialStatus"), order.text("displayFulfillmentStatus")].join("/"),
    paymentStatus,
    fulfilledBy: "seller",
    placedAt,
    paidAt: payments.map(({ paidAt }) => paidAt).find((at) => at !== null) ?? null,
    completedAt: status === "completed" ? order.time("closedAt") : null,
    cancelledAt: order.time("cancelledAt"),
    currency,
    total,
    paid: shopMoneyIn(order, "totalReceivedSet"),
    refunded: shopMoneyIn(order, "totalRefundedSet"),
    taxIncluded: order.fields.taxesIncluded === true,
    deductsStockOn: "order",
    lines,
    charges,
    payments,
    buyer: buyerIn(order),
    shipTo: addressIn(order.fields.shippingAddress),
    notes: {
      // One field holds what the buyer wrote into the cart and what the seller noted since.
      buyer: null,
      seller: order.text("note"),
      flag: tags.findLast((tag) => tag.startsWith(FLAG))?.slice(FLAG.length) ?? null,
    },
    extra: extraIn(order, tags),
    warnings,
  };
}

function toLine(order: Tree, line: Tree, status: OrderStatus, currency: string): OrderLine {
  const quantity = piecesIn(line, "quantity");
  const unitPrice = shopMoneyIn(line, "originalUnitPriceSet") ?? zero(currency);
  const allOf = (list: string, path: string): Money =>
    sum(
      line.list(list).map((part) => shopMoneyIn(part, path) ?? zero(currency)),
      currency,
    );
  const discount = allOf("discountAllocations", "allocatedAmountSet");
  return {
    ...UNSAID_LINE,
    ...piecesOf(order, line, status),
    externalId: line.need("id"),
    listingExternalId: line.text("product/id"),
    variantExternalId: line.text("variant/id"),
    sellerCode: line.text("sku"),
    title: line.text("title") ?? "",
    options: line.text("variantTitle"),
    quantity,
    unitPrice,
    discount,
    tax: allOf("taxLines", "priceSet"),
    total: sub(times(unitPrice, quantity), discount),
    fulfilledBy: "seller",
    gift: false,
  };
}

/** Money that was taken, and what was authorised and not taken yet. */
function paymentsIn(order: Tree): OrderPayment[] {
  const rows = order.list("transactions");
  const followed = (row: Tree) =>
    rows.some((each) => each.text("parentTransaction/id") === row.text("id") && each.text("status") === "SUCCESS");
  return rows.flatMap((row): OrderPayment[] => {
    const amount = shopMoneyIn(row, "amountSet");
    const [kind, state] = [row.text("kind") ?? "", row.text("status") ?? ""];
    const isTaken = kind === "SALE" || kind === "CAPTURE";
    if (amount === null || !["SUCCESS", "PENDING"].includes(state)) return [];
    if (!isTaken && (kind !== "AUTHORIZATION" || followed(row))) return [];
    const isPaid = isTaken && state === "SUCCESS";
    return [
      {
        externalId: row.text("id"),
        method: row.text("gateway"),
        amount,
        paidAt: isPaid ? row.time("processedAt") : null,
        dueAt: null,
        status: isPaid ? "paid" : isTaken ? "unpaid" : "authorized",
      },
    ];
  });
}

/** Null fields are those that the app may not see. */
function buyerIn(order: Tree): Order["buyer"] {
  const buyer = {
    externalId: order.text("customer/id"),
    name: order.text("shippingAddress/name"),
    email: order.text("email"),
    phone: order.text("phone", "shippingAddress/phone"),
    taxId: null,
  };
  return Object.values(buyer).every((value) => value === null) ? null : buyer;
}

function addressIn(value: unknown): Address | null {
  if (!isFields(value)) return null;
  const address = read(value);
  return {
    name: address.text("name"),
    phone: address.text("phone"),
    company: address.text("company"),
    lines: [address.text("address1"), address.text("address2")].filter((line) => line !== null),
    district: null,
    city: address.text("city"),
    region: address.text("provinceCode"),
    postcode: address.text("zip"),
    country: address.text("countryCodeV2"),
    privacy: "clear",
    encrypted: null,
  };
}

function extraIn(order: Tree, tags: readonly string[]): Order["extra"] {
  const names = ["returnStatus", "cancelReason", "sourceName", "poNumber"];
  const own = names.flatMap((name): [string, string][] => {
    const value = order.text(name);
    return value === null ? [] : [[name, value]];
  });
  const foreign = order.text("presentmentCurrencyCode") !== order.text("currencyCode");
  return {
    ...Object.fromEntries(own),
    test: order.fields.test === true,
    ...(tags.length === 0 ? {} : { tags: tags.join(", ") }),
    ...(foreign
      ? {
          presentmentCurrency: order.text("presentmentCurrencyCode") ?? "",
          presentmentTotal: order.decimal(`${totalField(order)}/presentmentMoney/amount`) ?? "",
        }
      : {}),
  };
}

/** What each report says, by its type. */

import { isSentByAmazon, priceOf, quantityOf, statusOf } from "./listing-facts.ts";
import { charsetOf, encode, localAmount, type Marketplace } from "./marketplaces.ts";
import { titleOf } from "./orders.ts";
import type { Store } from "./store.ts";
import { totalOf } from "./totals.ts";
import type { Report, Return } from "./types.ts";
import { decimal, time } from "./wire.ts";

export interface ReportFile {
  contentType: string;
  body: Uint8Array;
}

/** A flat file of a marketplace, in its own encoding. */
export function textFile(marketplace: Marketplace, text: string): ReportFile {
  const charset = charsetOf(marketplace);
  return { contentType: `text/plain; charset=${charset}`, body: encode(text, charset) };
}

const flat = (rows: readonly (readonly string[])[]): string => `${rows.map((cells) => cells.join("\t")).join("\n")}\n`;

const RETURN_COLUMNS =
  "Order ID;Order date;Return request date;Return request status;Amazon RMA ID;Merchant RMA ID;Label type;Label cost;Currency code;Return carrier;Tracking ID;Label to be paid by;A-to-Z Claim;Is prime;ASIN;Merchant SKU;Item Name;Return quantity;Return Reason;In policy;Return type;Resolution;Invoice number;Return delivery date;Order Amount;Order quantity;SafeT Action reason;SafeT claim id;SafeT claim state;SafeT claim creation time;SafeT claim reimbursement amount;Refunded Amount".split(
    ";",
  );

/** `02-Feb-2026`. */
const date = (seconds: number): string => new Date(seconds * 1000).toUTCString().slice(5, 16).replaceAll(" ", "-");

function returnCells(back: Return): string[] {
  const { order, line, safeT } = back;
  const { marketplace } = order;
  const amount = (minor: number): string => localAmount(marketplace, decimal(minor, marketplace.currency));
  return [
    order.id,
    date(order.created),
    date(back.requested),
    back.status,
    back.rma,
    back.merchantRma,
    "AmazonUnPaidLabel",
    amount(0),
    marketplace.currency,
    back.tracking === null ? "" : "UPS",
    back.tracking ?? "",
    "Customer",
    back.isClaim ? "Y" : "N",
    order.programs.includes("PRIME") ? "Y" : "N",
    line.asin,
    line.sku,
    line.title,
    String(back.quantity),
    back.reason,
    "Y",
    back.type,
    back.resolution,
    "",
    back.delivered === null ? "" : date(back.delivered),
    amount(totalOf(order)),
    String(line.quantity),
    safeT === null ? "" : "ItemDamaged",
    safeT?.id ?? "",
    safeT?.state ?? "",
    safeT === null ? "" : time(safeT.created),
    safeT === null ? "" : amount(safeT.amount),
    back.refunded === 0 ? "" : amount(back.refunded),
  ];
}

/** Returns of the seller's own parcels, or of the platform's, whose request is in the report's window. */
function returnsIn(store: Store, report: Report, side: "AMAZON" | "MERCHANT"): Return[] {
  const { from, to, marketplaces } = report;
  return [...store.returns.values()].filter(({ order, requested, delivered }) => {
    const at = side === "MERCHANT" ? requested : (delivered ?? requested);
    const isIn = (from ?? 0) <= at && at <= (to ?? report.created);
    return isIn && order.fulfilledBy === side && marketplaces.includes(order.marketplace.id);
  });
}

const LISTING_COLUMNS =
  "item-name,item-description,listing-id,seller-sku,price,quantity,open-date,asin1,product-id,product-id-type,item-condition,fulfillment-channel,status".split(
    ",",
  );

function listingsText(store: Store, marketplace: Marketplace): string {
  const rows = [...store.listings.values()].map((listing) => {
    const price = priceOf(listing, marketplace);
    const isFba = isSentByAmazon(listing);
    return [
      titleOf(listing, marketplace),
      "",
      `0101${listing.asin.slice(2)}`,
      listing.sku,
      price === null ? "" : decimal(price, marketplace.currency),
      isFba || listing.theme !== null ? "" : String(quantityOf(listing) ?? 0),
      `${time(listing.created).slice(0, 10)} ${time(listing.created).slice(11, 19)} UTC`,
      listing.asin,
      listing.asin,
      "1",
      "11",
      isFba ? `AMAZON_${store.region.toUpperCase()}` : "DEFAULT",
      statusOf(listing, marketplace).includes("BUYABLE") ? "Active" : listing.isDraft ? "Incomplete" : "Inactive",
    ];
  });
  return flat([LISTING_COLUMNS, ...rows]);
}

const FBA_RETURN_COLUMNS =
  "return-date,order-id,sku,asin,fnsku,product-name,quantity,fulfillment-center-id,detailed-disposition,reason,status,license-plate-number,customer-comments".split(
    ",",
  );

function performance(store: Store): object {
  const rate = (count: number) => ({
    status: "GOOD",
    targetValue: 0.01,
    targetCondition: "LESS_THAN",
    orderCount: count,
  });
  return {
    accountStatuses: store.marketplaces.map(({ id }) => ({ marketplaceId: id, status: "NORMAL" })),
    performanceMetrics: store.marketplaces.map(({ id }) => ({
      marketplaceId: id,
      lateShipmentRate: { ...rate(store.orders.size), rate: 0 },
    })),
  };
}

type Maker = (store: Store, report: Report, marketplace: Marketplace) => ReportFile | null;

/** The types that a caller can ask for; null of a maker: there is no data. */
export const MAKERS: Readonly<Record<string, Maker>> = {
  GET_MERCHANT_LISTINGS_ALL_DATA: (store, _, marketplace) => textFile(marketplace, listingsText(store, marketplace)),
  GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE(store, report, marketplace) {
    const rows = returnsIn(store, report, "MERCHANT").map(returnCells);
    return rows.length === 0 ? null : textFile(marketplace, flat([RETURN_COLUMNS, ...rows]));
  },
  GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA(store, report, marketplace) {
    const rows = returnsIn(store, report, "AMAZON").map(({ order, line, ...back }) => [
      time(back.delivered ?? back.requested),
      order.id,
      line.sku,
      line.asin,
      line.listing?.fnSku ?? "",
      line.title,
      String(back.quantity),
      "LEJ1",
      back.delivered === null ? "SELLABLE" : "CUSTOMER_DAMAGED",
      back.reason,
      "Unit returned to inventory",
      `LPN${back.merchantRma}`,
      "",
    ]);
    return rows.length === 0 ? null : textFile(marketplace, flat([FBA_RETURN_COLUMNS, ...rows]));
  },
  GET_V2_SELLER_PERFORMANCE_REPORT: (store) => ({
    contentType: "application/json; charset=UTF-8",
    body: new TextEncoder().encode(JSON.stringify(performance(store))),
  }),
};

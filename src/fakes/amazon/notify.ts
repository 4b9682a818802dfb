/** Messages into the seller's queues: at least once, in any order, and without a signature. */

import { Digits, json, type Row, type Value } from "../bare-json.ts";
import { nowOf } from "../living.ts";
import { isSentByAmazon, quantityOf, statusOf } from "./listing-facts.ts";
import type { Marketplace } from "./marketplaces.ts";
import { v0StatusOf } from "./order-status.ts";
import { newUuid, type Store } from "./store.ts";
import type { Feed, Listing, Order, Report, Transaction } from "./types.ts";
import { decimal, time } from "./wire.ts";

/** Names of types whose messages are in `camelCase`, with the version of their payload. */
const CAMEL: Readonly<Record<string, string>> = {
  REPORT_PROCESSING_FINISHED: "2020-09-04",
  FEED_PROCESSING_FINISHED: "2020-09-04",
};

/** The types that this fake knows. */
export const NOTIFICATION_TYPES: readonly string[] = [
  "ORDER_CHANGE",
  "LISTINGS_ITEM_STATUS_CHANGE",
  "LISTINGS_ITEM_ISSUES_CHANGE",
  "LISTINGS_ITEM_MFN_QUANTITY_CHANGE",
  "FBA_INVENTORY_AVAILABILITY_CHANGES",
  "TRANSACTION_UPDATE",
  ...Object.keys(CAMEL),
];

/** A whole message, as a queue holds it. */
export function messageOf(store: Store, type: string, payload: Value, subscription: string): string {
  const now = `${time(nowOf(store)).slice(0, -1)}.000Z`;
  const metadata = {
    ApplicationId: "amzn1.sellerapps.app.fa4e0000-0000-4000-8000-000000000001",
    SubscriptionId: subscription,
    PublishTime: now,
    NotificationId: newUuid(store),
  };
  const version = CAMEL[type];
  if (version === undefined)
    return json({
      NotificationVersion: "1.0",
      NotificationType: type,
      PayloadVersion: "1.0",
      EventTime: now,
      Payload: payload,
      NotificationMetadata: metadata,
    });
  const camel = Object.entries(metadata).map(([name, value]) => [`${name[0]?.toLowerCase()}${name.slice(1)}`, value]);
  return json({
    notificationVersion: version,
    notificationType: type,
    payloadVersion: version,
    eventTime: now,
    payload,
    notificationMetadata: Object.fromEntries(camel),
  });
}

/** Puts a message where the subscriptions of its type point to. */
function publish(store: Store, type: string, payload: () => Value, hides?: (filter: Row) => boolean): void {
  for (const { id, type: wanted, destination, directive } of store.subscriptions.values()) {
    if (wanted !== type) continue;
    const filter = (directive?.eventFilter ?? {}) as Row;
    if (hides?.(filter) === true) continue;
    put(store, destination, messageOf(store, type, payload(), id));
  }
}

/** Into the queue of a destination; an event bus is a queue of its name here. */
export function put(store: Store, destination: string, message: string): void {
  const resource = store.destinations.get(destination)?.resource;
  const address = resource?.sqs?.arn ?? resource?.eventBridge?.name;
  if (address !== undefined) store.queues.set(address, [...(store.queues.get(address) ?? []), message]);
}

const lists = (filter: Row, name: string): string[] | null =>
  Array.isArray(filter[name]) ? (filter[name] as string[]) : null;

export function announceOrder(
  store: Store,
  order: Order,
  kind: "OrderStatusChange" | "BuyerRequestedChange" = "OrderStatusChange",
  reason = "",
): void {
  const units = (of: "shipped" | "unshipped"): number =>
    order.lines.reduce((sum, { quantity, shipped }) => sum + (of === "shipped" ? shipped : quantity - shipped), 0);
  const status = v0StatusOf(order);
  publish(
    store,
    "ORDER_CHANGE",
    () => ({
      OrderChangeNotification: {
        NotificationLevel: "OrderLevel",
        SellerId: store.sellerId,
        AmazonOrderId: order.id,
        OrderChangeType: kind,
        OrderChangeTrigger: { TimeOfOrderChange: time(order.updated), ChangeReason: reason },
        Summary: {
          MarketplaceId: order.marketplace.id,
          OrderStatus: status,
          PurchaseDate: time(order.created),
          DestinationPostalCode: order.address.postal,
          FulfillmentType: order.fulfilledBy === "AMAZON" ? "AFN" : "MFN",
          OrderType: "StandardOrder",
          NumberOfItemsShipped: units("shipped"),
          NumberOfItemsUnshipped: units("unshipped"),
          LatestShipDate: time(order.shipBy),
          LatestDeliveryDate: time(order.deliverBy),
          OrderItems: order.lines.map((line) => ({
            OrderItemId: line.id,
            SellerSKU: line.sku,
            OrderItemStatus: status,
            Quantity: line.quantity,
            QuantityShipped: line.shipped,
            IsBuyerRequestedCancel: line.request !== null,
          })),
        },
      },
    }),
    (filter) =>
      lists(filter, "marketplaceIds")?.includes(order.marketplace.id) === false ||
      lists(filter, "orderChangeTypes")?.includes(kind) === false,
  );
}

export function announceStatus(store: Store, listing: Listing, marketplace: Marketplace, status?: string[]): void {
  publish(store, "LISTINGS_ITEM_STATUS_CHANGE", () => ({
    SellerId: store.sellerId,
    MarketplaceId: marketplace.id,
    Asin: listing.asin,
    Sku: listing.sku,
    CreatedDate: time(listing.created),
    Status: status ?? statusOf(listing, marketplace),
  }));
}

export function announceIssues(store: Store, listing: Listing): void {
  for (const marketplace of store.marketplaces)
    publish(store, "LISTINGS_ITEM_ISSUES_CHANGE", () => ({
      SellerId: store.sellerId,
      MarketplaceId: marketplace.id,
      Asin: listing.asin,
      Sku: listing.sku,
      Severities: [...new Set(listing.issues.map(({ severity }) => severity))],
      EnforcementActions: [...new Set(listing.issues.flatMap(({ actions }) => actions))],
    }));
}

export function announceQuantity(store: Store, listing: Listing): void {
  if (isSentByAmazon(listing)) return;
  publish(store, "LISTINGS_ITEM_MFN_QUANTITY_CHANGE", () => ({
    SellerId: store.sellerId,
    FulfillmentChannelCode: "DEFAULT",
    Sku: listing.sku,
    Quantity: quantityOf(listing) ?? 0,
  }));
}

export function announceFba(store: Store, listing: Listing): void {
  publish(store, "FBA_INVENTORY_AVAILABILITY_CHANGES", () => ({
    SellerId: store.sellerId,
    FNSKU: listing.fnSku,
    ASIN: listing.asin,
    SKU: listing.sku,
    FulfillmentInventoryByMarketplace: store.marketplaces.map(({ id }) => ({
      MarketplaceId: id,
      ItemName: listing.sku,
      FulfillmentInventory: {
        Fulfillable: listing.fba?.fulfillable ?? 0,
        Unfulfillable: (listing.fba?.damaged ?? 0) + (listing.fba?.defective ?? 0),
        Researching: listing.fba?.researching ?? 0,
      },
    })),
  }));
}

export function announceReport(store: Store, { id, type, status, document }: Report): void {
  publish(store, "REPORT_PROCESSING_FINISHED", () => ({
    reportProcessingFinishedNotification: {
      ...accountOf(store),
      reportId: id,
      reportType: type,
      processingStatus: status,
      reportDocumentId: document ?? undefined,
    },
  }));
}

export function announceFeed(store: Store, { id, type, status, document }: Feed): void {
  publish(store, "FEED_PROCESSING_FINISHED", () => ({
    feedProcessingFinishedNotification: {
      ...accountOf(store),
      feedId: id,
      feedType: type,
      processingStatus: status,
      resultFeedDocumentId: document ?? undefined,
    },
  }));
}

function accountOf({ sellerId }: Store): Row {
  return { sellerId, accountId: `amzn1.merchant.o.${sellerId}` };
}

export function announceTransaction(store: Store, { type, at, order, marketplace, lines }: Transaction): void {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  publish(store, "TRANSACTION_UPDATE", () => ({
    TransactionUpdateNotification: {
      SellingPartnerMetadata: {
        SellingPartnerId: store.sellerId,
        MarketplaceId: marketplace.id,
        AccountType: "PAYABLE",
      },
      RelatedIdentifiers:
        order === null ? [] : [{ RelatedIdentifierName: "OrderId", RelatedIdentifierValue: order.id }],
      TransactionType: type,
      PostedDate: time(at),
      TotalAmount: {
        CurrencyAmount: new Digits(decimal(total, marketplace.currency)),
        CurrencyCode: marketplace.currency,
      },
    },
  }));
}

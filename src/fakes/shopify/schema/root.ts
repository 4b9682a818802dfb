/** What can be asked and done, and what stands by itself. */

import { PAGE } from "./page.ts";

export const ROOT_TYPES = /* GraphQL */ `
type AccessScope { handle: String! }
type ApiVersion { handle: String!, displayName: String!, supported: Boolean! }
type AppInstallation implements Node { id: ID!, accessScopes: [AccessScope!]! }
type Attribute { key: String!, value: String }
type BulkOperation implements Node {
  id: ID!, status: BulkOperationStatus!, errorCode: BulkOperationErrorCode, objectCount: UnsignedInt64!
  rootObjectCount: UnsignedInt64!, fileSize: UnsignedInt64, url: URL, partialDataUrl: URL, completedAt: DateTime
  type: BulkOperationType!, createdAt: DateTime!
}
type BulkOperationCancelPayload { bulkOperation: BulkOperation, userErrors: [UserError!]! }
type BulkOperationRunQueryPayload { bulkOperation: BulkOperation, userErrors: [BulkOperationUserError!]! }
type BulkOperationUserError { code: BulkOperationUserErrorCode, field: [String!], message: String! }
type Count { count: Int!, precision: CountPrecision! }
type Job { id: ID!, done: Boolean! }
type MoneyBag { shopMoney: MoneyV2!, presentmentMoney: MoneyV2! }
type MoneyV2 { amount: Decimal!, currencyCode: CurrencyCode! }
type Mutation {
  fulfillmentCreate(fulfillment: FulfillmentInput!, message: String): FulfillmentCreatePayload
  fulfillmentTrackingInfoUpdate(fulfillmentId: ID!, trackingInfoInput: FulfillmentTrackingInput!, notifyCustomer: Boolean): FulfillmentTrackingInfoUpdatePayload
  fulfillmentEventCreate(fulfillmentEvent: FulfillmentEventInput!): FulfillmentEventCreatePayload
  fulfillmentCancel(id: ID!): FulfillmentCancelPayload
  fulfillmentOrderHold(id: ID!, fulfillmentHold: FulfillmentOrderHoldInput!): FulfillmentOrderHoldPayload
  inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
  inventoryAdjustQuantities(input: InventoryAdjustQuantitiesInput!): InventoryAdjustQuantitiesPayload
  inventoryActivate(inventoryItemId: ID!, locationId: ID!, available: Int): InventoryActivatePayload
  productVariantsBulkUpdate(productId: ID!, variants: [ProductVariantsBulkInput!]!, allowPartialUpdates: Boolean = false): ProductVariantsBulkUpdatePayload
  productUpdate(product: ProductUpdateInput): ProductUpdatePayload
  refundCreate(input: RefundInput!): RefundCreatePayload
  returnApproveRequest(input: ReturnApproveRequestInput!): ReturnApproveRequestPayload
  returnDeclineRequest(input: ReturnDeclineRequestInput!): ReturnDeclineRequestPayload
  returnProcess(input: ReturnProcessInput!): ReturnProcessPayload
  returnClose(id: ID!): ReturnClosePayload
  disputeEvidenceUpdate(id: ID!, input: ShopifyPaymentsDisputeEvidenceUpdateInput!): DisputeEvidenceUpdatePayload
  bulkOperationRunQuery(query: String!, groupObjects: Boolean! = false): BulkOperationRunQueryPayload
  bulkOperationCancel(id: ID!): BulkOperationCancelPayload
  webhookSubscriptionCreate(topic: WebhookSubscriptionTopic!, webhookSubscription: WebhookSubscriptionInput!): WebhookSubscriptionCreatePayload
  webhookSubscriptionDelete(id: ID!): WebhookSubscriptionDeletePayload
  orderUpdate(input: OrderInput!): OrderUpdatePayload
  tagsAdd(id: ID!, tags: [String!]!): TagsAddPayload
  orderCancel(orderId: ID!, reason: OrderCancelReason!, restock: Boolean!, refundMethod: OrderCancelRefundMethodInput, notifyCustomer: Boolean = false, staffNote: String = null): OrderCancelPayload
  tagsRemove(id: ID!, tags: [String!]!): TagsRemovePayload
  orderClose(input: OrderCloseInput!): OrderClosePayload
  orderOpen(input: OrderOpenInput!): OrderOpenPayload
  fulfillmentOrderReleaseHold(id: ID!, holdIds: [ID!]): FulfillmentOrderReleaseHoldPayload
}
interface Node { id: ID! }
type PageInfo { hasNextPage: Boolean!, endCursor: String, hasPreviousPage: Boolean!, startCursor: String }
type QueryRoot {
  orders(${PAGE}, query: String, sortKey: OrderSortKeys = PROCESSED_AT): OrderConnection!
  order(id: ID!): Order
  fulfillmentOrders(${PAGE}, includeClosed: Boolean = false, sortKey: FulfillmentOrderSortKeys = ID, query: String): FulfillmentOrderConnection!
  products(${PAGE}, query: String, sortKey: ProductSortKeys = ID): ProductConnection!
  productVariants(${PAGE}, query: String, sortKey: ProductVariantSortKeys = ID): ProductVariantConnection!
  inventoryItems(${PAGE}, query: String): InventoryItemConnection!
  locations(${PAGE}, includeInactive: Boolean = false): LocationConnection!
  return(id: ID!): Return
  disputes(${PAGE}, query: String): ShopifyPaymentsDisputeConnection!
  shopifyPaymentsAccount: ShopifyPaymentsAccount
  bulkOperation(id: ID!): BulkOperation
  webhookSubscriptions(${PAGE}, topics: [WebhookSubscriptionTopic!]): WebhookSubscriptionConnection!
  shop: Shop!
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  product(id: ID!): Product
  productVariant(id: ID!): ProductVariant
  inventoryItem(id: ID!): InventoryItem
  inventoryLevel(id: ID!): InventoryLevel
  fulfillment(id: ID!): Fulfillment
  fulfillmentOrder(id: ID!): FulfillmentOrder
  refund(id: ID!): Refund
  location(id: ID): Location
  dispute(id: ID!): ShopifyPaymentsDispute
  publicApiVersions: [ApiVersion!]!
  currentAppInstallation: AppInstallation!
  ordersCount(query: String, limit: Int = 10000): Count
  productsCount(query: String, limit: Int = 10000): Count
  job(id: ID!): Job
  bulkOperations(${PAGE}): BulkOperationConnection!
}
type Shop implements Node {
  id: ID!, name: String!, myshopifyDomain: String!, currencyCode: CurrencyCode!, ianaTimezone: String!
  plan: ShopPlan!, email: String!, taxesIncluded: Boolean!
}
type ShopPlan { publicDisplayName: String!, shopifyPlus: Boolean! }
type TagsAddPayload { node: Node, userErrors: [UserError!]! }
type TagsRemovePayload { node: Node, userErrors: [UserError!]! }
type UserError { field: [String!], message: String! }
type WebhookSubscription implements Node {
  id: ID!, topic: WebhookSubscriptionTopic!, uri: String!, filter: String, includeFields: [String!]!
  apiVersion: ApiVersion!, createdAt: DateTime!, format: WebhookSubscriptionFormat!, updatedAt: DateTime!
}
type WebhookSubscriptionCreatePayload { webhookSubscription: WebhookSubscription, userErrors: [UserError!]! }
type WebhookSubscriptionDeletePayload { deletedWebhookSubscriptionId: ID, userErrors: [UserError!]! }
`;

/** Work to ship, shipments, returns. */

import { PAGE } from "./page.ts";

export const FULFILLMENT_TYPES = /* GraphQL */ `
type DeliveryMethod implements Node { methodType: DeliveryMethodType!, id: ID! }
type ExchangeLineItem implements Node { id: ID!, quantity: Int!, lineItems: [LineItem!] }
type Fulfillment implements Node {
  id: ID!, name: String!, status: FulfillmentStatus!, displayStatus: FulfillmentDisplayStatus, createdAt: DateTime!
  updatedAt: DateTime!, inTransitAt: DateTime, deliveredAt: DateTime, estimatedDeliveryAt: DateTime
  trackingInfo(first: Int): [FulfillmentTrackingInfo!]!, fulfillmentLineItems(${PAGE}): FulfillmentLineItemConnection!
  location: Location, order: Order!, totalQuantity: Int!, events(${PAGE}): FulfillmentEventConnection!
}
type FulfillmentCancelPayload { fulfillment: Fulfillment, userErrors: [UserError!]! }
type FulfillmentCreatePayload { fulfillment: Fulfillment, userErrors: [UserError!]! }
type FulfillmentEvent implements Node {
  id: ID!, status: FulfillmentEventStatus!, happenedAt: DateTime!, message: String
}
type FulfillmentEventCreatePayload { fulfillmentEvent: FulfillmentEvent, userErrors: [UserError!]! }
type FulfillmentHold implements Node {
  id: ID!, reason: FulfillmentHoldReason!, reasonNotes: String, heldByRequestingApp: Boolean!
}
type FulfillmentLineItem implements Node { id: ID!, quantity: Int, lineItem: LineItem! }
type FulfillmentOrder implements Node {
  id: ID!, status: FulfillmentOrderStatus!, requestStatus: FulfillmentOrderRequestStatus!, fulfillAt: DateTime
  fulfillBy: DateTime, updatedAt: DateTime!, assignedLocation: FulfillmentOrderAssignedLocation!
  fulfillmentHolds: [FulfillmentHold!]!, supportedActions: [FulfillmentOrderSupportedAction!]!
  deliveryMethod: DeliveryMethod, lineItems(${PAGE}): FulfillmentOrderLineItemConnection!, orderId: ID!
  orderName: String!, order: Order!, createdAt: DateTime!
}
type FulfillmentOrderAssignedLocation { name: String!, location: Location }
type FulfillmentOrderHoldPayload {
  fulfillmentHold: FulfillmentHold, fulfillmentOrder: FulfillmentOrder, userErrors: [FulfillmentOrderHoldUserError!]!
}
type FulfillmentOrderHoldUserError { field: [String!], message: String!, code: FulfillmentOrderHoldUserErrorCode }
type FulfillmentOrderLineItem implements Node {
  id: ID!, remainingQuantity: Int!, totalQuantity: Int!, sku: String, lineItem: LineItem!
}
type FulfillmentOrderReleaseHoldPayload {
  fulfillmentOrder: FulfillmentOrder, userErrors: [FulfillmentOrderReleaseHoldUserError!]!
}
type FulfillmentOrderReleaseHoldUserError {
  field: [String!], message: String!, code: FulfillmentOrderReleaseHoldUserErrorCode
}
type FulfillmentOrderSupportedAction { action: FulfillmentOrderAction! }
type FulfillmentTrackingInfo { company: String, number: String, url: URL }
type FulfillmentTrackingInfoUpdatePayload { fulfillment: Fulfillment, userErrors: [UserError!]! }
type Return implements Node {
  id: ID!, name: String!, status: ReturnStatus!, createdAt: DateTime!, requestApprovedAt: DateTime, closedAt: DateTime
  totalQuantity: Int!, decline: ReturnDecline, returnLineItems(${PAGE}): ReturnLineItemTypeConnection!
  exchangeLineItems(${PAGE}): ExchangeLineItemConnection!
  reverseFulfillmentOrders(${PAGE}): ReverseFulfillmentOrderConnection!, refunds(${PAGE}): RefundConnection!
  order: Order!
}
type ReturnApproveRequestPayload { return: Return, userErrors: [ReturnUserError!]! }
type ReturnClosePayload { return: Return, userErrors: [ReturnUserError!]! }
type ReturnDecline { reason: ReturnDeclineReason!, note: String }
type ReturnDeclineRequestPayload { return: Return, userErrors: [ReturnUserError!]! }
type ReturnLineItem implements Node & ReturnLineItemType {
  fulfillmentLineItem: FulfillmentLineItem!, id: ID!, quantity: Int!, processedQuantity: Int!, refundedQuantity: Int!
  customerNote: String, returnReasonNote: String!, returnReasonDefinition: ReturnReasonDefinition
}
interface ReturnLineItemType implements Node {
  id: ID!, quantity: Int!, processedQuantity: Int!, refundedQuantity: Int!, customerNote: String
  returnReasonNote: String!, returnReasonDefinition: ReturnReasonDefinition
}
type ReturnProcessPayload { return: Return, userErrors: [ReturnUserError!]! }
type ReturnReasonDefinition implements Node { id: ID!, handle: String!, name: String! }
type ReturnUserError { code: ReturnErrorCode, field: [String!], message: String! }
type ReverseDelivery implements Node { id: ID!, deliverable: ReverseDeliveryDeliverable }
union ReverseDeliveryDeliverable = ReverseDeliveryShippingDeliverable
type ReverseDeliveryShippingDeliverable { tracking: ReverseDeliveryTrackingV2 }
type ReverseDeliveryTrackingV2 { number: String, url: URL, carrierName: String }
type ReverseFulfillmentOrder implements Node {
  id: ID!, status: ReverseFulfillmentOrderStatus!, reverseDeliveries(${PAGE}): ReverseDeliveryConnection!
  lineItems(${PAGE}): ReverseFulfillmentOrderLineItemConnection!
}
type ReverseFulfillmentOrderDisposition implements Node {
  id: ID!, quantity: Int!, type: ReverseFulfillmentOrderDispositionType!
}
type ReverseFulfillmentOrderLineItem implements Node {
  id: ID!, totalQuantity: Int!, dispositions: [ReverseFulfillmentOrderDisposition!]!
  fulfillmentLineItem: FulfillmentLineItem
}
`;

/** Orders: lines, money, addresses. */

import { PAGE } from "./page.ts";

export const ORDER_TYPES = /* GraphQL */ `
type Customer implements Node { id: ID! }
type DiscountAllocation { allocatedAmountSet: MoneyBag! }
type LineItem implements Node {
  id: ID!, title: String!, variantTitle: String, sku: String, quantity: Int!, currentQuantity: Int!
  unfulfilledQuantity: Int!, refundableQuantity: Int!, requiresShipping: Boolean!, variant: ProductVariant
  originalUnitPriceSet: MoneyBag!, discountedTotalSet: MoneyBag!, taxLines: [TaxLine!]!
  discountAllocations: [DiscountAllocation!]!, name: String!, product: Product, isGiftCard: Boolean!, vendor: String
  customAttributes: [Attribute!]!, discountedUnitPriceSet: MoneyBag!, originalTotalSet: MoneyBag!
  totalDiscountSet: MoneyBag!
}
type MailingAddress implements Node {
  name: String, firstName: String, lastName: String, company: String, address1: String, address2: String, city: String
  provinceCode: String, zip: String, countryCodeV2: CountryCode, phone: String, province: String, country: String
  id: ID!
}
type Order implements Node {
  id: ID!, legacyResourceId: UnsignedInt64!, name: String!, createdAt: DateTime!, updatedAt: DateTime!
  processedAt: DateTime!, cancelledAt: DateTime, cancelReason: OrderCancelReason, closedAt: DateTime
  displayFinancialStatus: OrderDisplayFinancialStatus, displayFulfillmentStatus: OrderDisplayFulfillmentStatus!
  returnStatus: OrderReturnStatus!, test: Boolean!, note: String, tags: [String!]!, poNumber: String, email: String
  phone: String, sourceName: String, sourceIdentifier: String, currencyCode: CurrencyCode!
  presentmentCurrencyCode: CurrencyCode!, taxesIncluded: Boolean!, customAttributes: [Attribute!]!
  shippingAddress: MailingAddress, currentTotalPriceSet: MoneyBag!, totalPriceSet: MoneyBag!
  subtotalPriceSet: MoneyBag, totalShippingPriceSet: MoneyBag!, totalTaxSet: MoneyBag, totalDiscountsSet: MoneyBag
  totalRefundedSet: MoneyBag!, totalOutstandingSet: MoneyBag!, totalReceivedSet: MoneyBag!
  lineItems(${PAGE}): LineItemConnection!, shippingLines(${PAGE}): ShippingLineConnection!
  fulfillments(first: Int): [Fulfillment!]!, transactions(first: Int): [OrderTransaction!]!
  refunds(first: Int): [Refund!]!, disputes: [OrderDisputeSummary!]!
  fulfillmentOrders(${PAGE}): FulfillmentOrderConnection!, returns(${PAGE}): ReturnConnection!
  originalTotalPriceSet: MoneyBag!, totalTipReceivedSet: MoneyBag!, currentTotalDutiesSet: MoneyBag
  originalTotalDutiesSet: MoneyBag, originalTotalAdditionalFeesSet: MoneyBag, billingAddress: MailingAddress, customer: Customer, closed: Boolean!
  confirmed: Boolean!, currentSubtotalPriceSet: MoneyBag!, currentTotalTaxSet: MoneyBag!
  currentTotalDiscountsSet: MoneyBag!, netPaymentSet: MoneyBag!, paymentGatewayNames: [String!]!
  suggestedRefund(refundShipping: Boolean, suggestFullRefund: Boolean = false, shippingAmount: Money, refundLineItems: [RefundLineItemInput!]): SuggestedRefund
}
type OrderAdjustment implements Node {
  id: ID!, reason: OrderAdjustmentDiscrepancyReason, amountSet: MoneyBag!, taxAmountSet: MoneyBag!
}
type OrderCancelPayload { job: Job, orderCancelUserErrors: [OrderCancelUserError!]! }
type OrderCancelUserError { code: OrderCancelUserErrorCode, field: [String!], message: String! }
type OrderClosePayload { order: Order, userErrors: [UserError!]! }
type OrderDisputeSummary implements Node { id: ID!, status: DisputeStatus!, initiatedAs: DisputeType! }
type OrderOpenPayload { order: Order, userErrors: [UserError!]! }
type OrderTransaction implements Node {
  id: ID!, kind: OrderTransactionKind!, status: OrderTransactionStatus!, gateway: String, processedAt: DateTime
  amountSet: MoneyBag!, parentTransaction: OrderTransaction, createdAt: DateTime!, formattedGateway: String
  test: Boolean!, order: Order
}
type OrderUpdatePayload { order: Order, userErrors: [UserError!]! }
type Refund implements Node {
  id: ID!, createdAt: DateTime, note: String, totalRefundedSet: MoneyBag!, return: Return
  legacyResourceId: UnsignedInt64!, processedAt: DateTime!, updatedAt: DateTime!
  refundLineItems(${PAGE}): RefundLineItemConnection!, refundShippingLines(${PAGE}): RefundShippingLineConnection!
  orderAdjustments(${PAGE}): OrderAdjustmentConnection!, transactions(${PAGE}): OrderTransactionConnection!
  order: Order!
}
type RefundCreatePayload { refund: Refund, order: Order, userErrors: [UserError!]! }
type RefundLineItem {
  id: ID, quantity: Int!, restockType: RefundLineItemRestockType!, restocked: Boolean!, location: Location
  lineItem: LineItem!, subtotalSet: MoneyBag!, totalTaxSet: MoneyBag!
}
type RefundShippingLine implements Node { id: ID!, subtotalAmountSet: MoneyBag!, taxAmountSet: MoneyBag! }
type ShippingLine {
  id: ID, title: String!, code: String, carrierIdentifier: String, originalPriceSet: MoneyBag!
  discountedPriceSet: MoneyBag!, taxLines: [TaxLine!]!, discountAllocations: [DiscountAllocation!]!
}
type SuggestedOrderTransaction {
  kind: SuggestedOrderTransactionKind!, gateway: String, amountSet: MoneyBag!, parentTransaction: OrderTransaction
}
type SuggestedRefund {
  amountSet: MoneyBag!, subtotalSet: MoneyBag!, totalTaxSet: MoneyBag!
  suggestedTransactions: [SuggestedOrderTransaction!]!
}
type TaxLine { title: String!, rate: Float, priceSet: MoneyBag! }
`;

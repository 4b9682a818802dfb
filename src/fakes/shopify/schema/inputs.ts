/** What calls bring. */

export const INPUT_TYPES = /* GraphQL */ `
input FulfillmentEventInput {
  city: String, country: String, fulfillmentId: ID!, happenedAt: DateTime, message: String
  status: FulfillmentEventStatus!, zip: String
}
input FulfillmentInput {
  lineItemsByFulfillmentOrder: [FulfillmentOrderLineItemsInput!]!, notifyCustomer: Boolean = false
  trackingInfo: FulfillmentTrackingInput
}
input FulfillmentOrderHoldInput {
  externalId: String, handle: String = "", notifyMerchant: Boolean = false, reason: FulfillmentHoldReason!
  reasonNotes: String
}
input FulfillmentOrderLineItemInput { id: ID!, quantity: Int! }
input FulfillmentOrderLineItemsInput {
  fulfillmentOrderId: ID!, fulfillmentOrderLineItems: [FulfillmentOrderLineItemInput!]
}
input FulfillmentTrackingInput { company: String, number: String, numbers: [String!], url: URL, urls: [URL!] }
input InventoryAdjustQuantitiesInput { changes: [InventoryChangeInput!]!, name: String!, reason: String!, referenceDocumentUri: String }
input InventoryChangeInput {
  changeFromQuantity: Int, delta: Int!, inventoryItemId: ID!, ledgerDocumentUri: String, locationId: ID!
}
input InventoryItemInput { sku: String, tracked: Boolean }
input InventoryLevelInput { availableQuantity: Int!, locationId: ID! }
input InventoryQuantityInput { changeFromQuantity: Int, inventoryItemId: ID!, locationId: ID!, quantity: Int! }
input InventorySetQuantitiesInput {
  name: String!, quantities: [InventoryQuantityInput!]!, reason: String!, referenceDocumentUri: String
}
input MoneyInput { amount: Decimal!, currencyCode: CurrencyCode! }
input OrderCancelRefundMethodInput { originalPaymentMethodsRefund: Boolean }
input OrderCloseInput { id: ID! }
input OrderInput { email: String, id: ID!, note: String, phone: String, poNumber: String, tags: [String!] }
input OrderOpenInput { id: ID! }
input OrderTransactionInput {
  amount: Money!, gateway: String!, kind: OrderTransactionKind!, orderId: ID!, parentId: ID
}
input ProductUpdateInput {
  handle: String, id: ID, productType: String, status: ProductStatus, tags: [String!], title: String, vendor: String
}
input ProductVariantsBulkInput {
  barcode: String, compareAtPrice: Money, id: ID, inventoryItem: InventoryItemInput
  inventoryPolicy: ProductVariantInventoryPolicy, inventoryQuantities: [InventoryLevelInput!], price: Money
}
input RefundInput {
  currency: CurrencyCode, note: String, notify: Boolean, orderId: ID!, processedAt: DateTime
  refundLineItems: [RefundLineItemInput!], shipping: ShippingRefundInput, transactions: [OrderTransactionInput!]
}
input RefundLineItemInput { lineItemId: ID!, locationId: ID, quantity: Int!, restockType: RefundLineItemRestockType }
input ReturnApproveRequestInput { id: ID!, notifyCustomer: Boolean = false }
input ReturnDeclineRequestInput {
  declineNote: String, declineReason: ReturnDeclineReason!, id: ID!, notifyCustomer: Boolean = false
}
input ReturnProcessFinancialTransferInput { issueRefund: ReturnProcessRefundInput }
input ReturnProcessInput {
  financialTransfer: ReturnProcessFinancialTransferInput, note: String, notifyCustomer: Boolean = false, returnId: ID!
  returnLineItems: [ReturnProcessReturnLineItemInput!] = []
}
input ReturnProcessRefundInput { orderTransactions: [ReturnRefundOrderTransactionInput!]! }
input ReturnProcessReturnLineItemInput {
  dispositions: [ReverseFulfillmentOrderDisposeInput!], id: ID!, quantity: Int!
}
input ReturnRefundOrderTransactionInput { parentId: ID!, transactionAmount: MoneyInput! }
input ReverseFulfillmentOrderDisposeInput {
  dispositionType: ReverseFulfillmentOrderDispositionType!, locationId: ID, quantity: Int!, reverseFulfillmentOrderLineItemId: ID!
}
input ShippingRefundInput { amount: Money, fullRefund: Boolean }
input ShopifyPaymentsDisputeEvidenceUpdateInput {
  accessActivityLog: String, cancellationPolicyDisclosure: String, customerEmailAddress: String
  refundRefusalExplanation: String, submitEvidence: Boolean = false, uncategorizedText: String
}
input WebhookSubscriptionInput {
  filter: String, format: WebhookSubscriptionFormat, includeFields: [String!], metafieldNamespaces: [String!]
  name: String, uri: String
}
`;

/** The payments account: disputes, payouts, balance. */

import { PAGE } from "./page.ts";

export const MONEY_TYPES = /* GraphQL */ `
type DisputeEvidenceUpdatePayload {
  disputeEvidence: ShopifyPaymentsDisputeEvidence, userErrors: [DisputeEvidenceUpdateUserError!]!
}
type DisputeEvidenceUpdateUserError { code: DisputeEvidenceUpdateUserErrorCode, field: [String!], message: String! }
type ShopifyPaymentsAccount implements Node {
  id: ID!, activated: Boolean!, country: String!, defaultCurrency: CurrencyCode!, balance: [MoneyV2!]!
  payouts(${PAGE}, query: String, sortKey: PayoutSortKeys = ISSUED_AT): ShopifyPaymentsPayoutConnection!
  balanceTransactions(${PAGE}, query: String, sortKey: BalanceTransactionSortKeys = PROCESSED_AT, hideTransfers: Boolean = false): ShopifyPaymentsBalanceTransactionConnection!
}
type ShopifyPaymentsAdjustmentOrder {
  name: String!, orderTransactionId: BigInt!, amount: MoneyV2!, fees: MoneyV2!, net: MoneyV2!
}
type ShopifyPaymentsAssociatedOrder { id: ID!, name: String! }
type ShopifyPaymentsBalanceTransaction implements Node {
  id: ID!, type: ShopifyPaymentsTransactionType!, sourceType: ShopifyPaymentsSourceType, sourceId: BigInt
  sourceOrderTransactionId: BigInt, test: Boolean!, transactionDate: DateTime!, adjustmentReason: String
  amount: MoneyV2!, fee: MoneyV2!, net: MoneyV2!, associatedOrder: ShopifyPaymentsAssociatedOrder
  associatedPayout: ShopifyPaymentsBalanceTransactionAssociatedPayout!
  adjustmentsOrders: [ShopifyPaymentsAdjustmentOrder!]!
}
type ShopifyPaymentsBalanceTransactionAssociatedPayout {
  id: ID, status: ShopifyPaymentsBalanceTransactionPayoutStatus
}
type ShopifyPaymentsDispute implements Node {
  id: ID!, legacyResourceId: UnsignedInt64!, type: DisputeType!, status: DisputeStatus!, amount: MoneyV2!
  initiatedAt: DateTime!, evidenceDueBy: DateTime, evidenceSentOn: DateTime, finalizedOn: DateTime
  reasonDetails: ShopifyPaymentsDisputeReasonDetails!, order: Order, disputeEvidence: ShopifyPaymentsDisputeEvidence!
}
type ShopifyPaymentsDisputeEvidence implements Node { id: ID!, submitted: Boolean! }
type ShopifyPaymentsDisputeReasonDetails { reason: ShopifyPaymentsDisputeReason!, networkReasonCode: String }
type ShopifyPaymentsPayout implements Node {
  id: ID!, legacyResourceId: UnsignedInt64!, issuedAt: DateTime!, status: ShopifyPaymentsPayoutStatus!
  transactionType: ShopifyPaymentsPayoutTransactionType!, externalTraceId: String, net: MoneyV2!
  summary: ShopifyPaymentsPayoutSummary!
}
type ShopifyPaymentsPayoutSummary {
  chargesGross: MoneyV2!, chargesFee: MoneyV2!, refundsFeeGross: MoneyV2!, refundsFee: MoneyV2!
  adjustmentsGross: MoneyV2!, adjustmentsFee: MoneyV2!, reservedFundsGross: MoneyV2!, reservedFundsFee: MoneyV2!
  retriedPayoutsGross: MoneyV2!, retriedPayoutsFee: MoneyV2!, advanceGross: MoneyV2!, advanceFees: MoneyV2!
}
`;

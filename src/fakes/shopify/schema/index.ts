/**
 * The part of the Admin API's schema that the fake speaks: true names, types and nullability of versions
 * 2026-07 and 2026-10.
 */

import { buildSchema, type GraphQLSchema } from "graphql";
import { ENUM_TYPES } from "./enums.ts";
import { FULFILLMENT_TYPES } from "./fulfillment.ts";
import { GOODS_TYPES } from "./goods.ts";
import { INPUT_TYPES } from "./inputs.ts";
import { MONEY_TYPES } from "./money.ts";
import { ORDER_TYPES } from "./order.ts";
import { ROOT_TYPES } from "./root.ts";

/** Types that come in lists with cursors. */
const LISTED = `
  BulkOperation ExchangeLineItem FulfillmentEvent FulfillmentLineItem FulfillmentOrder FulfillmentOrderLineItem
  InventoryItem InventoryLevel LineItem Location Order OrderAdjustment OrderTransaction Product ProductVariant
  Refund RefundLineItem RefundShippingLine Return ReturnLineItemType ReverseDelivery ReverseFulfillmentOrder
  ReverseFulfillmentOrderLineItem ShippingLine ShopifyPaymentsBalanceTransaction ShopifyPaymentsDispute
  ShopifyPaymentsPayout WebhookSubscription
`;

const lists = LISTED.trim()
  .split(/\s+/)
  .map(
    (name) =>
      `type ${name}Connection { pageInfo: PageInfo!, nodes: [${name}!]!, edges: [${name}Edge!]! }
     type ${name}Edge { cursor: String!, node: ${name}! }`,
  );

const FRAME = /* GraphQL */ `
schema { query: QueryRoot, mutation: Mutation }
directive @idempotent(key: String!) on FIELD
scalar BigInt
scalar DateTime
scalar Decimal
scalar Money
scalar URL
scalar UnsignedInt64
`;

/** The schema in the platform's own language. */
export const SDL: string = [
  FRAME,
  ROOT_TYPES,
  ORDER_TYPES,
  FULFILLMENT_TYPES,
  GOODS_TYPES,
  MONEY_TYPES,
  INPUT_TYPES,
  ENUM_TYPES,
  ...lists,
].join("\n");

export const schema: GraphQLSchema = buildSchema(SDL);

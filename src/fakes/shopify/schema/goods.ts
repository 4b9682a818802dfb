/** Products, variants, stock. */

import { PAGE } from "./page.ts";

export const GOODS_TYPES = /* GraphQL */ `
type Image { url: URL! }
type InventoryActivatePayload { inventoryLevel: InventoryLevel, userErrors: [UserError!]! }
type InventoryAdjustQuantitiesPayload {
  inventoryAdjustmentGroup: InventoryAdjustmentGroup, userErrors: [InventoryAdjustQuantitiesUserError!]!
}
type InventoryAdjustQuantitiesUserError {
  code: InventoryAdjustQuantitiesUserErrorCode, field: [String!], message: String!
}
type InventoryAdjustmentGroup implements Node {
  id: ID!, createdAt: DateTime!, reason: String!, referenceDocumentUri: String, changes: [InventoryChange!]!
}
type InventoryChange { name: String!, delta: Int!, quantityAfterChange: Int, item: InventoryItem, location: Location }
type InventoryItem implements Node {
  id: ID!, sku: String, tracked: Boolean!, requiresShipping: Boolean!, measurement: InventoryItemMeasurement!
  unitCost: MoneyV2, updatedAt: DateTime!
  variants(first: Int, after: String, before: String, last: Int): ProductVariantConnection
  inventoryLevels(${PAGE}): InventoryLevelConnection!, variant: ProductVariant!
  inventoryLevel(locationId: ID!): InventoryLevel, legacyResourceId: UnsignedInt64!, createdAt: DateTime!
}
type InventoryItemMeasurement implements Node { weight: Weight, id: ID! }
type InventoryLevel implements Node {
  id: ID!, isActive: Boolean!, updatedAt: DateTime!, location: Location!
  quantities(names: [String!]!): [InventoryQuantity!]!, item: InventoryItem!
}
type InventoryQuantity implements Node { name: String!, quantity: Int!, updatedAt: DateTime, id: ID! }
type InventorySetQuantitiesPayload {
  inventoryAdjustmentGroup: InventoryAdjustmentGroup, userErrors: [InventorySetQuantitiesUserError!]!
}
type InventorySetQuantitiesUserError { code: InventorySetQuantitiesUserErrorCode, field: [String!], message: String! }
type Location implements Node {
  id: ID!, name: String!, isActive: Boolean!, fulfillsOnlineOrders: Boolean!, hasActiveInventory: Boolean!
  address: LocationAddress!, legacyResourceId: UnsignedInt64!
}
type LocationAddress { city: String, countryCode: String, address1: String, zip: String }
interface Media { preview: MediaPreviewImage }
type MediaPreviewImage { image: Image }
type Product implements Node {
  id: ID!, legacyResourceId: UnsignedInt64!, title: String!, handle: String!, vendor: String!, productType: String!
  status: ProductStatus!, createdAt: DateTime!, updatedAt: DateTime!, publishedAt: DateTime, totalInventory: Int!
  tags: [String!]!, featuredMedia: Media, variants(${PAGE}): ProductVariantConnection!, onlineStoreUrl: URL
}
type ProductUpdatePayload { product: Product, userErrors: [UserError!]! }
type ProductVariant implements Node {
  id: ID!, legacyResourceId: UnsignedInt64!, barcode: String, inventoryItem: InventoryItem!, title: String!
  sku: String, price: Money!, compareAtPrice: Money, inventoryQuantity: Int
  inventoryPolicy: ProductVariantInventoryPolicy!, availableForSale: Boolean!, updatedAt: DateTime!
  selectedOptions: [SelectedOption!]!, product: Product!, position: Int!, displayName: String!, createdAt: DateTime!
}
type ProductVariantsBulkUpdatePayload {
  product: Product, productVariants: [ProductVariant!], userErrors: [ProductVariantsBulkUpdateUserError!]!
}
type ProductVariantsBulkUpdateUserError {
  code: ProductVariantsBulkUpdateUserErrorCode, field: [String!], message: String!
}
type SelectedOption { name: String!, value: String! }
type Weight { value: Float!, unit: WeightUnit! }
`;

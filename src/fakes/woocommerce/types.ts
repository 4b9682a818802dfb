/** The fake store's own records. Amounts are millionths, times are whole seconds since the epoch. */

import type { Micros } from "./money.ts";

export interface Meta {
  id: number;
  key: string;
  value: unknown;
}

export interface Address {
  first_name: string;
  last_name: string;
  company: string;
  address_1: string;
  address_2: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  email: string;
  phone: string;
}

export interface TaxRate {
  id: number;
  code: string;
  label: string;
  country: string;
  state: string;
  percent: number;
}

export interface ItemTax {
  rateId: number;
  total: Micros;
  subtotal: Micros;
}

export interface OrderLine {
  id: number;
  name: string;
  productId: number;
  variationId: number;
  /** The code at the time of the sale, for the books; answers show the product's present one. */
  soldSku: string | null;
  parentName: string | null;
  quantity: number;
  subtotal: Micros;
  total: Micros;
  taxes: ItemTax[];
  meta: Meta[];
  /** Units taken from stock and not given back. */
  reduced: number;
}

export interface ShippingLine {
  id: number;
  methodId: string;
  methodTitle: string;
  total: Micros;
  taxes: ItemTax[];
}

export interface FeeLine {
  id: number;
  name: string;
  isTaxable: boolean;
  total: Micros;
  taxes: ItemTax[];
}

export interface CouponLine {
  id: number;
  code: string;
  discountType: string;
  nominal: number;
  discount: Micros;
  discountTax: Micros;
  metaId: number;
}

export interface TaxLine {
  id: number;
  rate: TaxRate;
  tax: Micros;
  shippingTax: Micros;
}

export interface RefundLine {
  id: number;
  metaId: number;
  line: OrderLine;
  quantity: number;
  total: Micros;
  taxes: ItemTax[];
}

export interface RefundShipping {
  id: number;
  methodId: string;
  methodTitle: string;
  total: Micros;
}

export interface Refund {
  id: number;
  orderId: number;
  created: number;
  modified: number;
  amount: Micros;
  reason: string;
  isPaidBack: boolean;
  isFull: boolean;
  metaId: number;
  lines: RefundLine[];
  shipping: RefundShipping[];
  taxLines: TaxLine[];
}

export interface Note {
  id: number;
  created: number;
  author: string;
  note: string;
  isCustomerNote: boolean;
}

export interface Fulfillment {
  id: number;
  status: string;
  isFulfilled: boolean;
  updated: number;
  deleted: number | null;
  meta: Meta[];
}

export interface Tracking {
  id: string;
  provider: string;
  customProvider: string;
  customLink: string;
  number: string;
  shipped: number;
}

export interface OrderTotals {
  discount: Micros;
  discountTax: Micros;
  shipping: Micros;
  shippingTax: Micros;
  cartTax: Micros;
  tax: Micros;
  total: Micros;
}

export interface Order {
  id: number;
  status: string;
  /** Status before it went to the trash. */
  trashedFrom: string | null;
  currency: string;
  pricesIncludeTax: boolean;
  created: number;
  modified: number;
  completed: number | null;
  paid: number | null;
  customerId: number;
  orderKey: string;
  billing: Address;
  shipping: Address;
  paymentMethod: string;
  paymentTitle: string;
  transactionId: string;
  ip: string;
  agent: string;
  createdVia: string;
  customerNote: string;
  meta: Meta[];
  lines: OrderLine[];
  shippingLines: ShippingLine[];
  feeLines: FeeLine[];
  couponLines: CouponLine[];
  taxLines: TaxLine[];
  totals: OrderTotals;
  refunds: Refund[];
  notes: Note[];
  fulfillments: Fulfillment[];
  trackings: Tracking[];
  isStockReduced: boolean;
  isCountedAsSale: boolean;
}

export interface ProductAttribute {
  name: string;
  isVisible: boolean;
  isVariation: boolean;
  options: string[];
}

export interface Product {
  id: number;
  type: "simple" | "variable" | "variation" | "grouped" | "external";
  parentId: number;
  name: string;
  slug: string;
  status: string;
  sku: string;
  gtin: string;
  description: string;
  shortDescription: string;
  price: string;
  regularPrice: string;
  salePrice: string;
  saleFrom: number | null;
  saleTo: number | null;
  managesStock: boolean;
  stock: number | null;
  stockStatus: string;
  backorders: string;
  weight: string;
  dimensions: { length: string; width: string; height: string };
  isVirtual: boolean;
  catalogVisibility: string;
  isFeatured: boolean;
  menuOrder: number;
  attributes: ProductAttribute[];
  options: { name: string; option: string }[];
  children: number[];
  meta: Meta[];
  created: number;
  modified: number;
  totalSales: number;
}

export interface Coupon {
  id: number;
  code: string;
  discountType: "percent" | "fixed_cart";
  amount: number;
  created: number;
}

export interface Webhook {
  id: number;
  name: string;
  status: string;
  topic: string;
  deliveryUrl: string;
  secret: string;
  created: number;
  modified: number | null;
  failureCount: number;
}

export interface ApiKey {
  key: string;
  secret: string;
  permissions: "read" | "write" | "read_write";
}

/** One attempt to deliver a webhook; bodies are not kept. */
export interface DeliveryRecord {
  at: string;
  webhookId: number;
  topic: string;
  resourceId: number;
  deliveryId: string;
  /** The receiver's answer; 0: none. */
  status: number;
  fault?: string;
}

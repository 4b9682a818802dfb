/**
 * The unified records in the API's shape, as schemas: what `render.ts` makes and `map` prints. The API documents itself
 * with them, and adapters are tested against them. Strict: a field that is not named here is a mistake.
 */
import { z } from "zod";
import {
  campaignSchema,
  disputeSchema,
  entrySchema,
  refundSchema,
  settlementSchema,
  shipmentSchema,
} from "./after-sales-schemas.ts";
import {
  count,
  externalId,
  instantOrNull,
  instantSchema,
  moneyOrNull,
  moneySchema,
  orNull,
  text,
  textOrNull,
  warningSchema,
} from "./schema-parts.ts";
import {
  ADDRESS_PRIVACIES,
  CHARGE_KINDS,
  FULFILLERS,
  FULFILMENT_STATUSES,
  LISTING_STATUSES,
  ORDER_STATUSES,
  PAYERS,
  PAYMENT_STATUSES,
} from "./vocabulary.ts";

export * from "./after-sales-schemas.ts";
export { instantSchema, moneySchema, orNull } from "./schema-parts.ts";

export const orderLineSchema = z
  .strictObject({
    external_id: externalId,
    listing_external_id: textOrNull,
    variant_external_id: textOrNull,
    sku: textOrNull.meta({ description: "The seller's code as the platform shows it." }),
    title: text,
    options: textOrNull,
    quantity: count.min(0),
    unit_price: moneySchema,
    discount: moneySchema,
    tax: moneySchema,
    total: moneySchema,
    fulfilment_status: z.enum(FULFILMENT_STATUSES),
    shipped_quantity: count.min(0),
    cancelled_quantity: count.min(0),
    returned_quantity: count.min(0),
    fulfilled_by: z.enum(FULFILLERS),
    place: textOrNull,
    gift: z.boolean(),
    parent_external_id: textOrNull,
  })
  .meta({ id: "OrderLine" });

export const buyerSchema = z
  .strictObject({
    external_id: textOrNull,
    name: textOrNull,
    email: textOrNull,
    phone: textOrNull,
    tax_id: textOrNull,
  })
  .meta({ id: "Buyer" });

export const addressSchema = z
  .strictObject({
    name: textOrNull,
    phone: textOrNull,
    company: textOrNull,
    lines: z.array(text),
    district: textOrNull,
    city: textOrNull,
    region: textOrNull,
    postcode: textOrNull,
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable(),
    privacy: z.enum(ADDRESS_PRIVACIES),
    encrypted: z.record(text, text).optional(),
  })
  .meta({ id: "Address" });

export const orderSchema = z
  .strictObject({
    external_id: externalId,
    external_number: textOrNull,
    parent_external_id: textOrNull,
    external_kind: textOrNull,
    marketplace: textOrNull,
    place: textOrNull,
    status: z.enum(ORDER_STATUSES),
    external_status: text,
    payment_status: z.enum(PAYMENT_STATUSES),
    fulfilled_by: z.enum(FULFILLERS),
    placed_at: instantSchema,
    paid_at: instantOrNull,
    ship_by: instantOrNull,
    deliver_by: instantOrNull,
    completed_at: instantOrNull,
    cancelled_at: instantOrNull,
    currency: text,
    total: moneyOrNull,
    paid: moneyOrNull,
    refunded: moneyOrNull,
    tax_included: z.boolean(),
    lines: z.array(orderLineSchema),
    charges: z.array(
      z
        .strictObject({
          kind: z.enum(CHARGE_KINDS),
          payer: z.enum(PAYERS),
          amount: moneySchema,
          label: textOrNull,
          in_total: z.boolean(),
        })
        .meta({ id: "OrderCharge" }),
    ),
    payments: z.array(
      z
        .strictObject({
          external_id: textOrNull,
          method: textOrNull,
          amount: moneySchema,
          paid_at: instantOrNull,
          due_at: instantOrNull,
          status: z.enum(PAYMENT_STATUSES),
        })
        .meta({ id: "OrderPayment" }),
    ),
    notes: z.strictObject({
      buyer: textOrNull.meta({ description: "`***` for a reader that lacks `buyer:read`: there is a remark." }),
      seller: textOrNull,
      flag: textOrNull,
    }),
    extra: z.record(text, z.union([text, z.number(), z.boolean()])),
    warnings: z.array(warningSchema),
    buyer: orNull(buyerSchema),
    ship_to: orNull(addressSchema),
  })
  .meta({ id: "UnifiedOrder" });

export const variantSchema = z
  .strictObject({
    external_id: externalId,
    sku: textOrNull.meta({ description: "The seller's code as the platform shows it." }),
    barcode: textOrNull,
    title: textOrNull,
    options: z.record(text, text),
    price: moneyOrNull,
    regular_price: moneyOrNull,
    quantity: count.nullable(),
    places: z.array(z.strictObject({ place: text, quantity: count })),
    external_product_id: textOrNull,
    fulfilled_by: z.enum(FULFILLERS),
    active: z.boolean(),
  })
  .meta({ id: "UnifiedVariant" });

export const listingSchema = z
  .strictObject({
    external_id: externalId,
    marketplace: textOrNull,
    title: text,
    status: z.enum(LISTING_STATUSES),
    external_status: text,
    category: textOrNull,
    url: textOrNull,
    image_url: textOrNull,
    variants: z.array(variantSchema),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "UnifiedListing" });

const tagged = <N extends string, S extends z.ZodRawShape>(record: N, schema: z.ZodObject<S>) =>
  z.strictObject({ record: z.literal(record), ...schema.shape });

/** One line that `map` prints: a record with its kind. */
export const recordSchema = z.union([
  tagged("order", orderSchema),
  tagged("listing", listingSchema),
  tagged("shipment", shipmentSchema),
  tagged("dispute", disputeSchema),
  tagged("refund", refundSchema),
  tagged("settlement", settlementSchema),
  tagged("entry", entrySchema),
  tagged("campaign", campaignSchema),
  z.strictObject({ record: z.literal("deleted"), resource: text, external_id: externalId }),
]);

import { z } from "zod";
import { REVEAL_PURPOSES } from "../../core/adapter.ts";
import { addressSchema, buyerSchema, orderLineSchema, orderSchema, orNull } from "../../core/model/api-schemas.ts";
import { ORDER_STATUSES, PAYMENT_STATUSES } from "../../core/model/vocabulary.ts";
import {
  acceptedAction,
  flag,
  instant,
  instantInput,
  instantOrNull,
  int,
  listQuery,
  text,
  textOrNull,
  uuid,
} from "./common.ts";

/** An order in lists: our own fields before the platform's. */
export const orderListSchema = z
  .object({
    id: uuid,
    store_id: uuid,
    version: int,
    hold: textOrNull.meta({ description: "Our own hold; the platform's is the status `on_hold`." }),
    needs_attention: z.boolean(),
    unmapped_lines: int,
    updated_at_source: instantOrNull,
    synced_at: instant,
    updated_at: instant,
    gone_at: instantOrNull,
    ...orderSchema.shape,
  })
  .meta({ id: "Order" });

export const orderDetailSchema = orderListSchema
  .extend({
    lines: z.array(
      orderLineSchema.extend({
        mapped_sku: textOrNull.meta({ description: "Our SKU; null while unmapped." }),
        held: int.meta({ description: "Units on our shelves that this line holds." }),
        oversold: int.meta({ description: "Of these, units that are not there." }),
        received: int.meta({ description: "Units that came back and were received, in whatever condition." }),
      }),
    ),
  })
  .meta({ id: "OrderDetail" });

export const orderFilters = {
  store: z.uuid().optional(),
  status: z.enum(ORDER_STATUSES).optional(),
  payment_status: z.enum(PAYMENT_STATUSES).optional(),
  external_id: z.string().max(200).optional(),
  updated_since: instantInput.optional(),
  placed_from: instantInput.optional(),
  placed_until: instantInput.optional(),
  needs_attention: flag,
  buyer: z
    .string()
    .regex(/^([0-9a-f]{32}|(email|phone):.{3,200})$/)
    .optional()
    .meta({ description: "A buyer's key, or `email:…` or `phone:…` (with scope buyer:read)." }),
};

export const orderQuery = listQuery(orderFilters);

export const timelineSchema = z.object({
  data: z.array(z.object({ at: instant, what: text, detail: textOrNull })),
  next: z.null(),
});

export const rawSchema = z
  .object({
    form: text,
    read_at: instant,
    updated_at_source: instantOrNull,
    via: z.record(text, text).nullable(),
    payload: z.unknown(),
  })
  .meta({ id: "RawDocument" });

const quantities = z
  .array(z.strictObject({ external_id: z.string().min(1).max(200), quantity: z.number().int().min(1) }))
  .max(500)
  .default([])
  .meta({ description: "Lines by the platform's id; empty: everything that is still open." });

export const shipmentInput = z.strictObject({
  carrier: z.string().max(100).nullable().default(null),
  tracking_number: z.string().trim().max(200).nullable().default(null),
  tracking_url: z.url().max(1000).nullable().default(null),
  shipped_at: z.iso.datetime({ offset: true }).nullable().default(null),
  place: z.string().max(200).nullable().default(null),
  lines: quantities,
  notify_buyer: z.boolean().default(true),
  method: z.string().max(100).nullable().default(null),
});

export const orderPatch = z
  .strictObject({
    memo: z.strictObject({ text: z.string().max(4000), flag: z.string().max(40).nullable().default(null) }).optional(),
    hold: z
      .strictObject({ reason: z.string().trim().min(1).max(500), code: z.string().max(60).default("operator") })
      .nullable()
      .optional()
      .meta({ description: "Puts on hold; null releases." }),
  })
  .refine((body) => body.memo !== undefined || body.hold !== undefined, "name something to change");

export const patchSchema = z.object({ order: orderListSchema, actions: z.array(acceptedAction) });

export const cancelInput = z.strictObject({
  reason: z.string().max(500).nullable().default(null),
  lines: quantities,
  restock: z.boolean().default(true),
});

export const revealInput = z.strictObject({
  reason: z.string().trim().min(3).max(500),
  purpose: z
    .enum(REVEAL_PURPOSES)
    .default("shipping_label")
    .meta({ description: "Told to platforms that ask what for, where the platform itself must be asked." }),
});
export const revealSchema = z
  .object({
    buyer: orNull(buyerSchema),
    ship_to: orNull(addressSchema),
    note: textOrNull.meta({ description: "The buyer's remark." }),
    phone_until: instantOrNull.meta({
      description: "Until when a lent telephone number rings; null: no end is known.",
    }),
    withheld: textOrNull.meta({ description: "Why the receiver is still masked or encrypted." }),
  })
  .meta({ id: "RevealedBuyer" });

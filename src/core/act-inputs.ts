/** What acts take, as schemas; an adapter extends those of which it wants more. */
import { z } from "zod";

const ID = z.string().min(1);
const WORDS = z.string().nullable();
const LINES = z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() }));

export const CONFIRM_SHIPMENT = z.object({
  orderExternalId: ID,
  carrier: WORDS,
  trackingNumber: WORDS,
  trackingUrl: WORDS,
  shippedAt: WORDS,
  place: WORDS,
  lines: LINES,
  notifyBuyer: z.boolean(),
  method: WORDS,
});
export const CORRECT_TRACKING = CONFIRM_SHIPMENT.extend({ shipmentExternalId: ID });

export const LISTING_STATE = z.object({ listingExternalId: ID, variantExternalId: ID.nullable(), reason: WORDS });

export const DISPUTE_ACT = z.object({
  disputeExternalId: ID,
  orderExternalId: WORDS,
  system: WORDS,
  reason: WORDS,
  message: WORDS,
  lockToken: WORDS,
  amount: WORDS,
  currency: WORDS,
  files: z.array(z.object({ name: z.string(), contentType: z.string(), base64: z.string() })),
  returnAddressId: WORDS,
});

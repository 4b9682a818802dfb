/** Acts on orders: the review of goods that need one. All others are done in Seller Central. */
import { z } from "zod";
import { type ActCapability, absent, type OrderCapability } from "../../../core/adapter.ts";
import { type Client, done, refusable, segment } from "../client/index.ts";
import { DOCS } from "../config.ts";

const FEEDS = "only the retired XML feeds did so, of which nothing could be verified: do it in Seller Central";
const TEXT = z.string().min(1);

/** A rejection names its reason, by the platform's id. */
const VERIFY = z
  .object({
    orderExternalId: TEXT,
    status: z.enum(["Approved", "Rejected"]),
    reviewerId: TEXT,
    rejectionReasonId: TEXT.nullable(),
  })
  .refine(({ status, rejectionReasonId }) => (status === "Rejected") === (rejectionReasonId !== null), {
    message: "rejectionReasonId goes with Rejected, and with it alone",
  });

export const createOrderActs = (client: Client): OrderCapability["acts"] => ({
  set_memo: absent("the platform keeps no note of the seller's on an order", DOCS),
  acknowledge: absent("orders are the seller's from the start; there is nobody to acknowledge them to", DOCS),
  cancel: absent(FEEDS, DOCS),
  refund: absent(FEEDS, DOCS),
  verify: verify(client),
});

/** A review of the same order with the same end changes nothing. */
const verify = (client: Client): ActCapability<z.infer<typeof VERIFY>> => ({
  input: VERIFY,
  idempotent: true,
  perform: (store, { input: { orderExternalId: id, status, reviewerId, rejectionReasonId } }, signal) =>
    refusable(async () => {
      const reason = rejectionReasonId === null ? {} : { rejectionReasonId };
      const body = { regulatedOrderVerificationStatus: { status, externalReviewerId: reviewerId, ...reason } };
      const endpoint = {
        operation: "orders.verify",
        plan: "regulated_info",
        method: "PATCH",
        path: `/orders/v0/orders/${segment(id)}/regulatedInfo`,
        body,
        effect: "keyed-write",
      } as const;
      await client.at(store, signal).send(endpoint);
      return done(id, "orders");
    }),
});

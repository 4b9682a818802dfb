/** What all answers to refunds share: their input, the refund as it is now, and the lock that they name. */
import { z } from "zod";
import type { ActCapability, ActOutcome, DisputeActInput, Store } from "../../../core/adapter.ts";
import { fromBase64 } from "../../../core/crypto.ts";
import type { FileParameter } from "../../../core/multipart.ts";
import type { Client, Parameters } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { sellerType } from "../config.ts";
import type { RefundDocument } from "../schemas/dispute.ts";
import { currentRefund } from "./read.ts";

export const ID = z.string().min(1);
const FILE = z.object({ name: z.string(), contentType: z.string(), base64: z.string() });

export const INPUT = z.object({
  disputeExternalId: ID,
  orderExternalId: z.string().nullable(),
  system: z.string().nullable(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  lockToken: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  files: z.array(FILE),
  returnAddressId: z.string().nullable(),
  /** The code that the platform sent to the seller's phone. */
  code: z.string().nullable().optional(),
});
export type Input = DisputeActInput & { code?: string | null | undefined };

export interface Given<Own = Input> {
  client: Client;
  store: Store;
  input: Own;
  refund: RefundDocument;
  signal: AbortSignal;
}

/** An act on a refund, which is read first: the platform refuses a version that is not the newest. */
export function createAct<Own extends { disputeExternalId: string }>(
  client: Client,
  operation: string,
  input: z.ZodType<Own>,
  perform: (given: Given<Own>) => Promise<ActOutcome>,
): ActCapability<Own> {
  return {
    input,
    // Each looks first at what the refund has become.
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const refund = await currentRefund(client, store, input.disputeExternalId, signal);
        if (!refund) return refuse("not_found", operation, `refund ${input.disputeExternalId} does not exist`);
        return perform({ client, store, input, refund, signal });
      }),
  };
}

export const done = (refund: RefundDocument): ActOutcome => ({
  outcome: "done",
  reread: [{ resource: "disputes", externalId: refund.refund_id }],
});

/** Null where the refund is the one that the decision was made on. */
export function staleness(
  operation: string,
  { input, refund }: Pick<Given<{ lockToken: string | null }>, "input" | "refund">,
): ActOutcome | null {
  const { lockToken } = input;
  if (lockToken === null || refund.refund_version === null || lockToken === refund.refund_version) return null;
  return refuse("conflict", operation, "the refund has changed since it was decided on: read it again");
}

export const ON_THE_WEB: ActOutcome = {
  outcome: "asks",
  what: "web_page",
  text: "The platform takes this answer only on its own page (seller centre, refunds).",
};

export const isExchange = (refund: RefundDocument) => /EXCHANGE|REPAIR|RESHIPPING/.test(refund.dispute_type ?? "");

/** Tmall names phase and version with every answer; Taobao takes neither. */
export function lockOf({ store, refund }: Pick<Given, "store" | "refund">): Parameters {
  return sellerType(store) === "B" ? { refund_phase: refund.refund_phase, refund_version: refund.refund_version } : {};
}

/** The first picture, or why there is none to be sent. */
export function picturesOf(input: Input, name: string, maxBytes: number): FileParameter[] | string {
  const [file] = input.files;
  if (!file) return [];
  if (!/^image\/(?:gif|jpe?g|png)$/.test(file.contentType)) return `${file.name} is no picture (gif, jpg or png)`;
  const bytes = fromBase64(file.base64);
  if (bytes.byteLength > maxBytes) return `${file.name} is larger than ${maxBytes} bytes`;
  return [{ name, fileName: file.name, contentType: file.contentType, bytes }];
}

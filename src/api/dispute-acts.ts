/** Answers to a dispute: they go to the platform as acts with one effect. */
import { z } from "zod";
import { InputError } from "../core/errors.ts";
import { accepted, askForAct } from "./ask-act.ts";
import { define } from "./define.ts";
import { notFound } from "./errors.ts";
import { acceptedAction, idParams } from "./schemas/common.ts";
import type { Api, Principal } from "./types.ts";

const FILES_BYTES = 8 * 1024 * 1024;

const actInput = z.strictObject({
  act: z.enum(["accept", "refuse", "message", "receive_return"]),
  reason: z.string().trim().min(1).max(500).nullable().default(null).meta({
    description: "The platform's own code of the reason, where it wants one.",
  }),
  message: z.string().trim().min(1).max(5_000).nullable().default(null).meta({ description: "Words for the buyer." }),
  amount: z
    .string()
    .regex(/^\d{1,15}(\.\d{1,6})?$/)
    .nullable()
    .default(null)
    .meta({ description: "What is given back, in the dispute's currency; null: what is asked for." }),
  files: z
    .array(z.strictObject({ name: z.string().max(200), content_type: z.string().max(100), base64: z.base64() }))
    .max(10)
    .default([])
    .meta({ description: "Evidence." }),
  return_address_id: z.string().max(200).nullable().default(null).meta({
    description: "Where goods are to be sent, as the platform names the address.",
  }),
});

interface DisputeFacts {
  store_id: string | null;
  external_id: string;
  order_external_id: string | null;
  system: string | null;
  currency: string | null;
  lock_token: string | null;
  open: boolean;
}

export function defineDisputeActs(api: Api): void {
  define(
    api,
    "POST /v1/disputes/{id}/actions",
    {
      summary: "Answers a dispute at the platform",
      description:
        "`accept` and `refuse` decide it, `message` writes to the buyer, `receive_return` says that the goods came back. 202 says " +
        "that the answer will go, `GET /v1/actions/{id}` (the `location`) what became of it; the dispute changes once the platform " +
        "shows it. It names the dispute as it was read last: a platform that has moved on refuses it. `not_available` where the platform has no such answer.",
      params: idParams,
      body: actInput,
      maxBody: 2 * FILES_BYTES,
      answer: acceptedAction,
      status: 202,
    },
    async ({ c, who, params, body }) => {
      const dispute = await findDispute(api, who, params.id);
      const { act, files, return_address_id: returnAddressId, ...said } = body;
      const input = {
        ...said,
        disputeExternalId: dispute.external_id,
        orderExternalId: dispute.order_external_id,
        system: dispute.system,
        lockToken: dispute.lock_token,
        currency: said.amount === null ? null : dispute.currency,
        files: files.map(({ name, content_type: contentType, base64 }) => ({ name, contentType, base64 })),
        returnAddressId,
      };
      const on = { storeId: dispute.store_id, subject: "dispute", subjectId: params.id } as const;
      return accepted(c, await askForAct(api, c, who, on, { kind: `disputes.${act}`, input }));
    },
  );
}

/** A dispute of a platform that is still open. Throws `InputError` where it is none. */
async function findDispute({ engine }: Api, who: Principal, id: string): Promise<DisputeFacts & { store_id: string }> {
  const [row] = await engine.db.query<DisputeFacts>(
    `select store_id, external_id, order_external_id, system, currency, lock_token, open from disputes
     where id = $1::uuid and ($2::uuid[] is null or store_id = any($2::uuid[]))`,
    [id, who.stores],
  );
  if (!row || row.store_id === null) throw notFound("dispute");
  if (!row.open)
    throw new InputError("dispute_closed", "The dispute is closed: there is nothing to answer.", { status: 409 });
  return { ...row, store_id: row.store_id };
}

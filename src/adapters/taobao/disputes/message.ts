/** Words to the buyer within a refund. */
import { z } from "zod";
import type { ActCapability, ActOutcome } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { gbkLength } from "../schemas/helpers.ts";
import { done, INPUT, type Input, picturesOf } from "./act.ts";
import { currentRefund, readMessages } from "./read.ts";

const MESSAGE_BYTES = 400;
const PICTURE_BYTES = 500 * 1024;

/** A message always carries a picture. It takes no key of ours: the same words of the seller are the same message. */
export function createMessageAct(client: Client): ActCapability<Input> {
  const method = "taobao.refund.message.add";
  return {
    input: INPUT.extend({ message: z.string().min(1) }),
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const content = input.message ?? "";
        if (gbkLength(content) > MESSAGE_BYTES)
          return refuse("invalid_request", method, `a message holds ${MESSAGE_BYTES} bytes: 200 Chinese characters`);
        const files = picturesOf(input, "image", PICTURE_BYTES);
        if (typeof files === "string") return refuse("invalid_request", method, files);
        if (files.length === 0)
          return refuse("invalid_request", method, "the platform takes no message without a picture");
        const parameters = { refund_id: input.disputeExternalId, content };
        await client.call(store, { method, parameters, files, effect: "write" }, signal);
        return { outcome: "done", reread: [{ resource: "disputes", externalId: input.disputeExternalId }] };
      }),
    async findEffect(store, { input }, signal) {
      const refund = await currentRefund(client, store, input.disputeExternalId, signal);
      if (!refund) return null;
      const messages = await readMessages(client, store, refund, signal);
      const same = (text: string | null) => text?.replace(/\s+/g, " ").trim();
      const found = messages.find((item) => item.owner_role === "2" && same(item.content) === same(input.message));
      return found ? ({ ...done(refund), externalId: found.id } as ActOutcome) : null;
    },
  };
}

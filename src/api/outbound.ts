/** What leaves by webhook: changes in the form of the feed, sent by the core's sender. */
import { createWebhookSender, type WebhookSenderOptions } from "../core/webhook-sender.ts";
import type { Engine, Outbound } from "../sync/engine.ts";
import { readCurrent } from "./current.ts";
import { renderChange } from "./feed-reader.ts";

export function createOutbound(engine: Pick<Engine, "db" | "keyring">, options: WebhookSenderOptions): Outbound {
  return {
    ...createWebhookSender(options),
    render: async (changes, reader) => {
      const current = await readCurrent({ engine, ...reader }, changes);
      return changes.map((change) => renderChange(change, current));
    },
  };
}

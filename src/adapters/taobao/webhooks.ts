/**
 * Messages, polled: taken from the app's queue, confirmed once they are saved; what is not confirmed comes again. They are
 * neither ordered nor whole, so that each only names what to read. https://open.taobao.com/doc.htm?docId=105035
 */
import { z } from "zod";
import type { Notification, QueueMessages, Store } from "../../core/adapter.ts";
import type { Resource } from "../../core/model/vocabulary.ts";
import { id, instantOrNull, parseWire, text, textOrNull } from "../../core/wire.ts";
import { type Fields, isFields } from "./client/envelope.ts";
import type { Client } from "./client/index.ts";
import { appSettingsOf, settingsOf, ZONE } from "./config.ts";
import { idIn } from "./schemas/file.ts";
import { flag, list } from "./schemas/helpers.ts";

/** Taken at once; as many can be confirmed in one call. */
const QUANTITY = 100;

const MESSAGES = list(
  z.looseObject({
    id: id(),
    topic: text(),
    content: textOrNull(),
    user_id: textOrNull(),
    pub_time: instantOrNull(ZONE),
  }),
);
type Message = z.infer<typeof MESSAGES>[number];

export function createWebhooks(client: Client): QueueMessages {
  return {
    kind: "queue",
    scope: "app",
    async receive(store, signal) {
      const answer = await client.call(
        store,
        {
          method: "taobao.tmc.messages.consume",
          parameters: { group_name: groupOf(store), quantity: QUANTITY },
          session: "none",
        },
        signal,
      );
      const messages = MESSAGES.parse(answer.messages);
      const receipt = messages.length === 0 ? null : messages.map((message) => message.id).join(",");
      return { notifications: messages.map(toNotification), receipt };
    },
    async confirm(store, receipt, signal) {
      await client.call(
        store,
        {
          method: "taobao.tmc.messages.confirm",
          parameters: { s_message_ids: receipt, group_name: groupOf(store) },
          effect: "keyed-write",
          session: "none",
        },
        signal,
      );
    },
  };
}

/** The shop's own queue, or the app's; absent: the standard one. */
const groupOf = (store: Store) => settingsOf(store.settings).message_group ?? appSettingsOf(store).message_group;

const USER = z.looseObject({ is_valid: flag() });

/**
 * Asks for the shop's messages where they are not sent any more: once per authorisation. Topics are left out, so that the
 * shop has those of the app; naming some would replace them. A shop with a queue of its own is put into it, which adds to
 * who is there already.
 */
export async function permitMessages(client: Client, store: Store, nick: string, signal: AbortSignal): Promise<void> {
  const { tmc_user } = await client.call(
    store,
    {
      method: "taobao.tmc.user.get",
      parameters: { fields: "user_nick,topics,user_id,is_valid,created,modified", nick },
      session: "none",
    },
    signal,
  );
  if (!isFields(tmc_user) || !USER.parse(tmc_user).is_valid)
    await client.call(store, { method: "taobao.tmc.user.permit", effect: "keyed-write" }, signal);
  const { message_group: group_name } = settingsOf(store.settings);
  if (group_name === undefined) return;
  await client.call(
    store,
    {
      method: "taobao.tmc.group.add",
      parameters: { group_name, nicks: nick },
      effect: "keyed-write",
      session: "none",
    },
    signal,
  );
}

/** Which record a topic speaks of, and the fields that name it. */
const SUBJECTS: readonly { topic: RegExp; resource: Resource; names: readonly string[] }[] = [
  { topic: /^taobao_trade_/, resource: "orders", names: ["tid"] },
  { topic: /^taobao_modify(?:address|sku|order)_/, resource: "orders", names: ["biz_order_id", "bizOrderId", "tid"] },
  { topic: /^(?:taobao|tmall)_refund_/, resource: "disputes", names: ["refund_id"] },
  { topic: /^taobao_dispute_/, resource: "disputes", names: ["refund_id", "dispute_id"] },
  { topic: /^taobao_item_/, resource: "listings", names: ["num_iid"] },
  { topic: /^taobao_logistics_/, resource: "shipments", names: ["tid"] },
];

const REVOKED = "taobao_top_AuthCancel";

export function toNotification(message: Message): Notification {
  const content = contentOf(message);
  const subject = SUBJECTS.find(({ topic }) => topic.test(message.topic));
  const externalId = subject?.names.map((name) => idIn(content[name])).find((found) => found !== null) ?? null;
  return {
    dedupKey: message.id,
    topic: message.topic,
    storeKey: message.user_id ?? idIn(content.user_id),
    resource: externalId === null ? null : (subject?.resource ?? null),
    externalId,
    ...(subject?.resource === "shipments" && externalId !== null ? { key: { order: externalId } } : {}),
    occurredAt: message.pub_time,
    ...(message.topic === REVOKED ? { signal: "revoked" as const } : {}),
  };
}

function contentOf(message: Message): Fields {
  try {
    const { value } = parseWire(message.content ?? "{}");
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/** The message service over calls. https://open.taobao.com/api.htm?docId=21986 */

import { pickFields } from "./fields.ts";
import { boundedInt, type Method } from "./method.ts";
import { nowOf } from "./store.ts";
import { toText } from "./time.ts";
import { refusal } from "./top-error.ts";
import { id64, List, type Row } from "./wire.ts";

const USUAL = 100;

export const MESSAGE_METHODS: readonly Method[] = [
  {
    name: "taobao.tmc.user.permit",
    level: "r1",
    parameters: { topics: "list<100" },
    run: ({ store, parameters }) => {
      const { messages } = store;
      const topics = parameters.has("topics") ? parameters.list("topics") : [...messages.appTopics];
      const unknown = topics.find((topic) => !messages.appTopics.has(topic));
      if (unknown !== undefined)
        throw refusal("isv.invalid-parameter:topics", `the app has not subscribed to ${unknown}`);
      // What is given replaces what was permitted before.
      messages.permitted = new Set(topics);
      messages.permittedAt = nowOf(store);
      return { is_success: true };
    },
  },
  {
    name: "taobao.tmc.user.cancel",
    parameters: { nick: "text!", user_platform: "text" },
    run: ({ store, parameters }) => {
      const isOwn = parameters.text("nick") === store.shop.nick;
      if (isOwn) store.messages.permitted = null;
      return { is_success: isOwn };
    },
  },
  {
    name: "taobao.tmc.user.get",
    parameters: { fields: "text!", nick: "text!<100", user_platform: "text" },
    run: ({ store, parameters, fields }) => {
      const { messages, shop, grants } = store;
      if (parameters.text("nick") !== shop.nick || messages.permitted === null) return {};
      const row: Row = {
        created: toText(messages.permittedAt),
        modified: toText(messages.permittedAt),
        group_name: "default",
        is_valid: grants.sessions.size > 0,
        topics: new List("string", [...messages.permitted]),
        user_id: id64(shop.userId),
        user_nick: shop.nick,
        user_platform: "tbUIC",
      };
      return { tmc_user: pickFields(row, fields) };
    },
  },
  {
    name: "taobao.tmc.user.topics.get",
    parameters: { nick: "text" },
    run: ({ store }) => ({ result_code: "0", topics: new List("string", [...(store.messages.permitted ?? [])]) }),
  },
  {
    name: "taobao.tmc.messages.consume",
    parameters: { group_name: "text", quantity: "number" },
    run: (call) => {
      const { store, parameters } = call;
      const group = groupOf(call, parameters.text("group_name"));
      const messages = store.messages.take(group, boundedInt(call, "quantity", USUAL, 10, 200));
      return {
        messages: new List(
          "tmc_message",
          messages.map((message) => ({
            id: id64(message.id),
            topic: message.topic,
            content: message.content,
            user_id: id64(store.shop.userId),
            user_nick: store.shop.nick,
            pub_time: toText(message.at),
            pub_app_key: "12497914",
          })),
        ),
      };
    },
  },
  {
    name: "taobao.tmc.messages.confirm",
    parameters: { group_name: "text", s_message_ids: "list!<200", f_message_ids: "list<200" },
    run: (call) => {
      groupOf(call, call.parameters.text("group_name"));
      call.store.messages.confirm(call.parameters.list("s_message_ids"));
      return { is_success: true };
    },
  },
  {
    name: "taobao.tmc.group.add",
    parameters: { group_name: "text!<32", nicks: "list!<200", user_platform: "text" },
    run: ({ store, parameters }) => {
      const name = parameters.id("group_name");
      const group = store.messages.groups.get(name) ?? { created: nowOf(store), nicks: new Set(), topics: new Set() };
      for (const nick of parameters.list("nicks")) group.nicks.add(nick);
      store.messages.groups.set(name, group);
      return { created: toText(group.created), group_name: name };
    },
  },
  {
    name: "taobao.tmc.group.delete",
    parameters: { group_name: "text!", nicks: "list<20", user_platform: "text" },
    run: ({ store, parameters }) => {
      const name = parameters.id("group_name");
      const nicks = parameters.list("nicks");
      if (nicks.length === 0) store.messages.groups.delete(name);
      for (const nick of nicks) store.messages.groups.get(name)?.nicks.delete(nick);
      return { is_success: true };
    },
  },
  {
    name: "taobao.tmc.groups.get",
    parameters: { group_names: "list<20", page_no: "number", page_size: "number" },
    run: ({ store }) => {
      const names = [...store.messages.groups.keys()];
      return {
        total_results: names.length,
        groups: new List(
          "tmc_group",
          names.map((name) => ({ name })),
        ),
      };
    },
  },
  {
    name: "taobao.tmc.topic.group.add",
    parameters: { group_name: "text!", topics: "list!<20" },
    run: ({ store, parameters }) => {
      const name = parameters.id("group_name");
      const group = store.messages.groups.get(name) ?? { created: nowOf(store), nicks: new Set(), topics: new Set() };
      for (const topic of parameters.list("topics")) group.topics.add(topic);
      store.messages.groups.set(name, group);
      return { result: true };
    },
  },
  {
    name: "taobao.tmc.topic.group.delete",
    parameters: { group_name: "text!", group_id: "number", topics: "list!<20" },
    run: ({ store, parameters }) => {
      for (const topic of parameters.list("topics"))
        store.messages.groups.get(parameters.id("group_name"))?.topics.delete(topic);
      return { result: true };
    },
  },
  {
    name: "taobao.tmc.queue.get",
    parameters: { group_name: "text!" },
    run: (call) => {
      const name = groupOf(call, call.parameters.text("group_name"));
      const { counts } = call.store.messages;
      // Misspelt by the platform.
      const row: Row = { name, broker_name: "fake", get_total: counts.got, put_toal: counts.put };
      return { datas: new List("tmc_queue_info", [row]) };
    },
  },
];

function groupOf({ store }: Parameters<Method["run"]>[0], name = "default"): string {
  if (!store.messages.groups.has(name)) throw refusal("isv.invalid-parameter:group_name", "there is no such group");
  return name;
}

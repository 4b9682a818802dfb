/** Receivers in clear text, within a budget; and orders of one receiver without it. https://open.taobao.com/api.htm?docId=54714 */

import { type Call, type Method, tradeOf } from "./method.ts";
import { nowOf } from "./store.ts";
import { DAY, dayOf, toText } from "./time.ts";
import { invalidParameter, missingParameter, refusal } from "./top-error.ts";
import { isEnded } from "./trade-status.ts";
import { List, type Row } from "./wire.ts";

const DECRYPT_MOST = 20;
const MERGE_MOST = 100;
const SCENES = ["1001", "1002", "1003", "1004", "1005", "1006", "1007", "2001", "2002"];

interface ReceiverQuery {
  oaid?: string;
  tid?: string | number;
  scene?: string | number;
  secret_no_days?: number;
}

export const PRIVACY_METHODS: readonly Method[] = [
  {
    name: "taobao.top.oaid.decrypt",
    level: "r2",
    parameters: { query_list: "json!" },
    run: (call) => ({
      receiver_list: new List(
        "receiver",
        readQueries(call).map((query) => receiverRow(call, query)),
      ),
    }),
  },
  {
    name: "taobao.top.oaid.merge",
    level: "r2",
    parameters: { merge_list: "json!" },
    run: ({ parameters }) => {
      const entries = parameters.json("merge_list");
      if (!Array.isArray(entries) || entries.length > MERGE_MOST)
        throw invalidParameter("merge_list", `a list of at most ${MERGE_MOST}`);
      const groups = new Map<string, string[]>();
      for (const { oaid, tid } of entries as ReceiverQuery[]) {
        if (oaid === undefined || tid === undefined) throw missingParameter("merge_list.oaid");
        groups.set(oaid, [...(groups.get(oaid) ?? []), String(tid)]);
      }
      return {
        tid_list: new List(
          "string",
          [...groups.values()].map((tids) => tids.join(",")),
        ),
      };
    },
  },
  {
    name: "taobao.jst.secret.get",
    level: "r2",
    parameters: { tid: "number!", type: "number", expire_days: "number" },
    run: (call) => {
      const trade = tradeOf(call);
      if (trade.receiver === null) throw refusal("isv.invalid-parameter:tid", "the trade has no receiver");
      const days = call.parameters.int("expire_days") ?? 7;
      return {
        secret_no: "18877771111-123",
        secret_no_expire_time: toText(nowOf(call.store) + days * DAY),
      };
    },
  },
];

/** The queries of a call, within the day's budget. */
function readQueries({ store, parameters }: Call): ReceiverQuery[] {
  const queries = parameters.json("query_list");
  if (!Array.isArray(queries) || queries.length === 0) throw missingParameter("query_list");
  if (queries.length > DECRYPT_MOST) throw invalidParameter("query_list", `more than ${DECRYPT_MOST} entries`);
  for (const query of queries as ReceiverQuery[]) {
    for (const name of ["oaid", "tid", "scene"] as const)
      if (query[name] === undefined) throw missingParameter(`query_list.${name}`);
    if (!SCENES.includes(String(query.scene))) throw invalidParameter("query_list.scene", "unknown scene");
  }
  const day = dayOf(nowOf(store));
  if (store.decrypted.day !== day) Object.assign(store.decrypted, { day, count: 0 });
  if (store.decrypted.count + queries.length > store.decryptBudget)
    throw refusal("isv.oaid-decrypt-limit", "the shop's decrypts of this day are used up");
  store.decrypted.count += queries.length;
  return queries;
}

/** The receiver, when the id is still that of the trade's address. */
function receiverRow({ store }: Call, query: ReceiverQuery): Row {
  const tid = String(query.tid);
  const trade = store.trades.get(tid);
  if (trade === undefined) throw refusal("isv.trade-not-exist", `the trade ${tid} does not exist`);
  const { receiver } = trade;
  const known: Row = { oaid: query.oaid, tid };
  if (receiver === null || trade.oaid !== query.oaid) return { ...known, matched: false };
  if (isEnded(trade) && trade.endTime !== null && nowOf(store) - trade.endTime > 90 * DAY)
    return { ...known, matched: false };
  const isPrivate = query.secret_no_days !== undefined;
  return {
    ...known,
    matched: true,
    name: receiver.name,
    mobile: isPrivate ? "18877771111-123" : receiver.mobile,
    phone: receiver.phone || undefined,
    address_detail: receiver.address,
    town: receiver.town || undefined,
    district: receiver.district,
    city: receiver.city || undefined,
    state: receiver.state,
    country: "中国",
    privacy_protection: isPrivate,
    secret_no_expire_time: isPrivate ? toText(nowOf(store) + Number(query.secret_no_days) * DAY) : undefined,
  };
}

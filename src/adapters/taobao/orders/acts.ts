/** Acts on trades: memo with flag, closing before payment, a longer time to receive. */
import { z } from "zod";
import {
  type ActCapability,
  absent,
  type CancelOrderInput,
  type OrderCapability,
  type SetMemoInput,
} from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { flagNumber } from "../codes.ts";
import { gbkLength } from "../schemas/helpers.ts";
import { lineId, type TradeDocument } from "../schemas/order.ts";
import { currentTrade } from "./read.ts";
import { createAddressAct, createMergeAct, done, ID } from "./receiver.ts";

const DOCS = "https://open.taobao.com/doc.htm?docId=101617";
const LINES = z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() }));

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    set_memo: createMemoAct(client),
    acknowledge: absent(
      "a trade is the seller's from the start; the platform has no confirmation of its receipt",
      DOCS,
    ),
    cancel: createCloseAct(client),
    refund: absent("money goes back when the buyer asks for it: answer the dispute", DOCS),
    delay_receipt: createDelayAct(client),
    set_address: createAddressAct(client),
    find_same_receiver: createMergeAct(client),
  };
}

const MEMO_BYTES = 1000;

/** A flag that is not sent is set to grey: the one that is there goes along. An empty memo is cleared with `reset`. */
function createMemoAct(client: Client): ActCapability<SetMemoInput> {
  const operation = "taobao.trade.memo.update";
  return {
    input: z.object({ orderExternalId: ID, text: z.string(), flag: z.string().nullable() }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: tid, text } = input;
        const wanted = input.flag === null ? null : flagNumber(input.flag);
        if (input.flag !== null && wanted === null)
          return refuse("invalid_request", operation, "a flag is grey, red, yellow, green, blue or purple, or 0 to 5");
        if (gbkLength(text) > MEMO_BYTES)
          return refuse("invalid_request", operation, `a memo holds ${MEMO_BYTES} bytes: 500 Chinese characters`);
        const trade = await currentTrade(client, store, tid, signal);
        if (!trade) return refuse("not_found", operation, `trade ${tid} does not exist`);
        const parameters = {
          tid,
          memo: text,
          flag: wanted ?? trade.seller_flag ?? 0,
          ...(text.trim() === "" ? { reset: true } : {}),
        };
        await client.call(store, { method: operation, parameters, effect: "keyed-write" }, signal);
        return done(tid);
      }),
  };
}

const UNPAID: ReadonlySet<string> = new Set(["TRADE_NO_CREATE_PAY", "WAIT_BUYER_PAY"]);
const CLOSED: ReadonlySet<string> = new Set(["TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"]);
const DEFAULT_REASON = "未及时付款";

/** Only what is not paid yet; the platform gives the units back by itself. A line is closed by its own id. */
function createCloseAct(client: Client): ActCapability<CancelOrderInput> {
  const operation = "taobao.trade.close";
  return {
    input: z.object({ orderExternalId: ID, reason: z.string().nullable(), lines: LINES, restock: z.boolean() }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: tid, lines } = input;
        const trade = await currentTrade(client, store, tid, signal);
        if (!trade) return refuse("not_found", operation, `trade ${tid} does not exist`);
        const wanted = linesToClose(trade, lines);
        if (typeof wanted === "string") return refuse("invalid_request", operation, wanted);
        if (CLOSED.has(trade.status)) return done(tid);
        if (!UNPAID.has(trade.status))
          return refuse("conflict", operation, `the trade is ${trade.status}: only what is not paid yet can be closed`);
        const close_reason = input.reason ?? DEFAULT_REASON;
        for (const id of wanted ?? [tid])
          await client.call(
            store,
            { method: operation, parameters: { tid: id, close_reason }, effect: "keyed-write" },
            signal,
          );
        return done(tid);
      }),
  };
}

/** Ids of the lines that are still to be closed; null for the whole trade; a text says why it cannot be. */
function linesToClose(trade: TradeDocument, lines: CancelOrderInput["lines"]): string[] | null | string {
  if (lines.length === 0) return null;
  const known = new Map(trade.orders.map((line) => [lineId(line) ?? "", line]));
  for (const { orderLineExternalId: id, quantity } of lines) {
    const line = known.get(id);
    if (!line) return `the trade has no line ${id}`;
    if (quantity < line.num) return `line ${id} is closed whole, with all its ${line.num} units`;
  }
  const ids = lines.map((line) => line.orderLineExternalId);
  if (trade.orders.every((line) => ids.includes(lineId(line) ?? ""))) return null;
  return ids.filter((id) => !CLOSED.has(known.get(id)?.status ?? ""));
}

interface DelayInput {
  orderExternalId: string;
  days: 3 | 5 | 7 | 10;
  /** The deadline that was seen when it was decided, RFC 3339: a later one means that it is done. */
  deadlineAt: string;
}

function createDelayAct(client: Client): ActCapability<DelayInput> {
  const operation = "taobao.trade.receivetime.delay";
  return {
    input: z.object({
      orderExternalId: ID,
      days: z.union([z.literal(3), z.literal(5), z.literal(7), z.literal(10)]),
      deadlineAt: z.iso.datetime(),
    }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: tid, days } = input;
        const trade = await currentTrade(client, store, tid, signal);
        if (!trade) return refuse("not_found", operation, `trade ${tid} does not exist`);
        const { timeout_action_time: deadline } = trade;
        if (deadline !== null && deadline > new Date(input.deadlineAt)) return done(tid);
        await client.call(store, { method: operation, parameters: { tid, days }, effect: "write" }, signal);
        return done(tid);
      }),
  };
}

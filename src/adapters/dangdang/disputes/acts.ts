/** Answers. Each looks first at what the request has become: an answer that stands is done, one that is not asked for is refused. */
import { z } from "zod";
import { DISPUTE_ACT } from "../../../core/act-inputs.ts";
import type { DisputeActInput, DisputeCapability } from "../../../core/adapter.ts";
import { type ActCapability, type ActOutcome, absent } from "../../../core/adapter.ts";
import type { Tree } from "../../../core/tree.ts";
import { confirmed } from "../client/envelope.ts";
import { done, OUTCOMES, refusable, refuse } from "../client/helpers.ts";
import type { Client, Shop } from "../client/index.ts";
import { DOCS, REFUND_ONLY, REQUEST, RETURN } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { read } from "../schemas.ts";
import { readDispute } from "./read.ts";

const APPROVE = "dangdang.orders.exchange.return.apply.approve";
const RETURNED = "dangdang.order.return";
const AGREED = "1";
const MEMO_LENGTH = 50;
const YUAN = z.string().regex(/^\d+(?:\.\d{1,2})?$/);
const INPUT = DISPUTE_ACT.extend({
  /** Postage that is given back (at most 50 yuan), and what is kept for damage: for parcels that came back. */
  shippingAmount: YUAN.refine((amount) => Number(amount) <= 50, "at most 50").optional(),
  deductAmount: YUAN.optional(),
});
type Input = DisputeActInput & { shippingAmount?: string | undefined; deductAmount?: string | undefined };

/** What stands already as the answer, and the calls by the state in which they are asked for. */
interface Answer {
  standing: readonly string[];
  waits?: (given: Given) => Promise<void>;
  accepted?: (given: Given) => Promise<void>;
}

interface Given {
  shop: Shop;
  input: Input;
  row: Tree;
}

export function createDisputeActs(client: Client): DisputeCapability["acts"] {
  const { accepted, success, failed, withdrawn } = REQUEST;
  return {
    accept: createAct(client, { standing: [accepted, success], waits: (given) => approve(given, AGREED) }),
    refuse: createAct(client, {
      standing: [failed, withdrawn],
      waits: (given) => approve(given, settingsOf(given.shop.store.settings).refusal_status),
      accepted: (given) => answerReturn(given, "1100"),
    }),
    receive_return: createAct(client, { standing: [success], accepted: (given) => answerReturn(given, "1000") }),
    delay: createAct(client, { standing: [], accepted: (given) => answerReturn(given, "1200") }),
    message: absent("no call writes to a buyer", DOCS),
  };
}

function createAct(client: Client, { standing, waits, accepted }: Answer): ActCapability<Input> {
  return {
    input: INPUT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async (): Promise<ActOutcome> => {
        const { disputeExternalId: externalId, orderExternalId } = input;
        const key = orderExternalId === null ? {} : { key: { order: orderExternalId } };
        const shop = client.at(store, signal);
        const look = () => readDispute(shop, { externalId, ...key });
        const found = await look();
        if (!found)
          return refuse("not_found", APPROVE, `dispute ${externalId} of order ${orderExternalId} does not exist`);
        const document = read(found.payload);
        if (document.need("asked/list") !== "return")
          return refuse(
            "invalid_request",
            APPROVE,
            "a refund is recorded by the platform: the request behind it is answered",
          );
        const state = document.text("asked/status") ?? "";
        if (standing.includes(state)) return done(externalId, "disputes");
        const answer = state === REQUEST.waits ? waits : state === REQUEST.accepted ? accepted : undefined;
        if (!answer) return refuse("conflict", APPROVE, `the request is in state ${state}: this is not asked for`);
        const row = read(document.fields.row);
        if (answer === accepted && row.text("returnExchangeStatus") !== RETURN)
          return refuse(
            "invalid_request",
            RETURNED,
            "only returns are answered when goods arrive; the call for exchanges is withdrawn",
          );
        if ((input.message?.length ?? 0) > MEMO_LENGTH)
          return refuse("invalid_request", RETURNED, `words to a request hold ${MEMO_LENGTH} characters`);
        try {
          await answer({ shop, input, row });
        } catch (error) {
          // An answer that was lost is given again, and refused because it stands.
          const now = OUTCOMES.isRefusal(error) ? await look() : null;
          if (!now || !standing.includes(read(now.payload).text("asked/status") ?? "")) throw error;
        }
        return done(externalId, "disputes");
      }),
  };
}

/** Accepts or refuses a request. Its goods are named where money alone is asked for. */
async function approve({ shop, input, row }: Given, status: string): Promise<void> {
  const isRefund = row.text("returnExchangeStatus") === REFUND_ONLY;
  const goods = row
    .list("itemsList/ItemInfo")
    .map((item) => ({ itemID: item.text("itemID"), orderCount: item.text("orderCount") }));
  const OrderInfo = {
    orderID: row.need("orderID"),
    returnExchangeCode: row.need("returnExchangeCode"),
    returnExchangeOrdersApprStatus: status,
    apprComments: input.message ?? "",
    ...(isRefund ? { itemsList: { ItemInfo: goods } } : {}),
  };
  const file = { field: "updateReturnExchangeOrdersApprStatus", content: { OrdersList: { OrderInfo } } };
  confirmed(await shop.call(APPROVE, "1.0", { file, effect: "keyed-write" }), APPROVE);
}

/** The goods are here: the refund is agreed to, refused or put off. */
async function answerReturn({ shop, input, row }: Given, op: string): Promise<void> {
  const { shippingAmount, deductAmount, message } = input;
  const parameters = {
    o: row.need("orderID"),
    ro: row.need("returnExchangeCode"),
    op,
    ...(shippingAmount === undefined ? {} : { shippingAmount }),
    ...(deductAmount === undefined ? {} : { deductAmount }),
    mo: message ?? "",
  };
  await shop.call(RETURNED, "1.0", { parameters, effect: "keyed-write" });
}

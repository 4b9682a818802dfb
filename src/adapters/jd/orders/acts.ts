/** Acts on orders: memo with flag, a request to cancel, another address. */
import { z } from "zod";
import {
  type ActCapability,
  absent,
  type CancelOrderInput,
  type OrderCapability,
  type SetMemoInput,
  type Store,
} from "../../../core/adapter.ts";
import { type Client, numberOf } from "../client/index.ts";
import { done, isRefusal, refusable, refuse } from "../client/outcomes.ts";
import { DOCS } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { isFields } from "../schemas.ts";
import { currentOrder } from "./read.ts";

const ID = z.string().min(1);

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    set_memo: createMemoAct(client),
    acknowledge: absent("an order is the shop's from the start; there is no confirmation of its receipt", DOCS),
    cancel: createCancelAct(client),
    refund: absent("no call pays money: the platform refunds what a buyer's application or a return asks for", DOCS),
    set_address: createAddressAct(client),
    reveal: absent(
      "clear receivers may not leave the platform's cloud; labels are printed there by the order's number",
      DOCS,
    ),
  };
}

const MEMO_LENGTH = 500;

/** A flag that is not named stays as it is: the one that is there goes along. */
function createMemoAct(client: Client): ActCapability<SetMemoInput> {
  const method = "jingdong.pop.order.modifyVenderRemark";
  return {
    input: z.object({ orderExternalId: ID, text: z.string(), flag: z.string().nullable() }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId, text: remark } = input;
        if (remark.length > MEMO_LENGTH)
          return refuse("invalid_request", method, `a memo holds ${MEMO_LENGTH} characters`);
        if (input.flag !== null && !/^[0-5]$/.test(input.flag))
          return refuse("invalid_request", method, "a flag is 0 to 5");
        const flag = input.flag ?? (await currentFlag(client, store, orderExternalId, signal));
        const parameters = { order_id: numberOf(orderExternalId), flag, remark };
        await client.call(store, method, parameters, signal, "keyed-write");
        return done(orderExternalId, "orders");
      }),
  };
}

async function currentFlag(client: Client, store: Store, order_id: string, signal: AbortSignal) {
  try {
    const answer = await client.call(store, "jingdong.order.venderRemark.queryByOrderId", { order_id }, signal);
    const result = answer.venderRemarkQueryResult;
    const memo = isFields(result) && isFields(result.vender_remark) ? result.vender_remark : {};
    return memo.flag === undefined || memo.flag === null ? null : String(memo.flag);
  } catch (error) {
    // An order without a memo may be refused here.
    if (!isRefusal(error)) throw error;
    return null;
  }
}

const STOPPED: ReadonlySet<unknown> = new Set(["LOCKED", "TRADE_CANCELED", "PARENT_TRADE_CANCELED"]);

/** A request: the platform decides, and the order is locked until then. */
function createCancelAct(client: Client): ActCapability<CancelOrderInput> {
  const method = "jingdong.order.orderDelete.apply";
  const stateOf = async (store: Store, orderId: string, signal: AbortSignal) =>
    (await currentOrder(client, store, orderId, signal, "orderId,orderState"))?.orderState;
  return {
    input: z.object({
      orderExternalId: ID,
      reason: z.string().nullable(),
      lines: z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() })),
      restock: z.boolean(),
    }),
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: order_id, reason: del_apply_reason, lines } = input;
        const { cancel_type: del_apply_type } = settingsOf(store.settings);
        if (lines.length > 0) return refuse("invalid_request", method, "an order is cancelled whole");
        if (del_apply_type === undefined)
          return refuse("invalid_request", method, "set cancel_type: the platform's number of the kind of request");
        const state = await stateOf(store, order_id, signal);
        if (state === undefined) return refuse("not_found", method, `order ${order_id} does not exist`);
        if (STOPPED.has(state)) return done(order_id, "orders");
        await client.call(store, method, { order_id, del_apply_type, del_apply_reason }, signal, "write");
        return { ...done(order_id, "orders"), note: "asked for; the platform decides" };
      }),
    async findEffect(store, { input }, signal) {
      const isStopped = STOPPED.has(await stateOf(store, input.orderExternalId, signal));
      return isStopped ? done(input.orderExternalId, "orders") : null;
    },
  };
}

const ADDRESS = z.object({
  orderExternalId: ID,
  name: ID,
  phone: ID,
  provinceId: z.int(),
  cityId: z.int(),
  countyId: z.int(),
  townId: z.int(),
  street: ID,
});

/** Places go by the platform's numbers (`jingdong.areas.*`). */
function createAddressAct(client: Client): ActCapability<z.infer<typeof ADDRESS>> {
  const method = "jingdong.pop.order.modifyOrderAddr";
  return {
    input: ADDRESS,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId, name: customerName, phone: customerPhone, street: detailAddr, ...places } = input;
        const parameters = { orderId: numberOf(orderExternalId), customerName, customerPhone, ...places, detailAddr };
        await client.call(store, method, parameters, signal, "keyed-write");
        return done(orderExternalId, "orders");
      }),
  };
}

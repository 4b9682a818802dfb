/** Acts on orders: the answer to a request for a warehouse, and pick lists, which are made by asking for them. */
import { z } from "zod";
import {
  type ActCapability,
  type ActOutcome,
  absent,
  type OrderCapability,
  type Store,
} from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { readWhole } from "../client/lists.ts";
import { done, refusable, refuse } from "../client/outcomes.ts";
import { DOCS, settingsOf, vendorId } from "../config.ts";
import { type Fields, rowsOf, textIn } from "../schemas.ts";
import { FORM } from "./documents.ts";
import { readOrders } from "./read.ts";

const ID = z.string().min(1);

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    set_memo: absent("memos are read (vendor_memo); no interface writes one", DOCS),
    acknowledge: createAcknowledgeAct(client),
    cancel: absent(
      "a seller cancels nothing: JITX requests are declined by acknowledge, buyers' applications are answered as disputes",
      DOCS,
    ),
    refund: absent("the platform pays buyers back by itself; bills show it", DOCS),
    create_pick: createPickAct(client),
  };
}

const ACKNOWLEDGE = z.object({
  orderExternalId: ID,
  /** The supplier's warehouse that ships; needed where the request names several. */
  place: ID.nullable().default(null),
  /** No warehouse can ship it. */
  decline: z.boolean().default(false),
});
const ACCEPTED = "SUCCESS";
const DECLINED = "FAIL";

/** Orders that are there need no confirmation; shops' and direct ones are marked as exported. */
function createAcknowledgeAct(client: Client): ActCapability<z.infer<typeof ACKNOWLEDGE>> {
  const operation = "orders.acknowledge";
  return {
    input: ACKNOWLEDGE as z.ZodType<z.infer<typeof ACKNOWLEDGE>>,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: id } = input;
        const { documents } = await readOrders(client, store, [{ externalId: id }], signal);
        const form = documents[0]?.form;
        // Requests are not found by their number: what is no order is answered as one.
        if (form === undefined) return answerRequest(client, store, input, signal);
        const mark = { [FORM.marketplace]: "sov.exportOrderById", [FORM.dvd]: "dvd.exportOrderById" } as const;
        if (form !== FORM.marketplace && form !== FORM.dvd)
          return input.decline ? refuse("conflict", operation, "the order is there: it cannot be declined") : done(id);
        const args =
          form === FORM.dvd ? { vendor_id: vendorId(store), order_id: id } : { request: { order_ids: [id] } };
        await client.call(store, mark[form], args, signal, "keyed-write");
        return done(id, "orders");
      }),
  };
}

async function answerRequest(
  client: Client,
  store: Store,
  { orderExternalId: order_sn, place, decline }: z.infer<typeof ACKNOWLEDGE>,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const operation = "orders.acknowledge";
  if (!settingsOf(store.settings).modes.includes("jitx"))
    return refuse("not_found", operation, `order ${order_sn} does not exist`);
  const answer = decline ? { feedback_status: DECLINED } : { feedback_status: ACCEPTED, warehouse: place ?? undefined };
  const request = { vendor_id: vendorId(store), results: [{ order_sn, ...answer }] };
  const result = await client.call(store, "jitx.feedbackDeliveryResult", { request }, signal, "keyed-write");
  const [item] = rowsOf(result, "results");
  const code = textIn(item?.code);
  const isTaken = item !== undefined && (code === null || code === "0" || /^(?:200|success)$/i.test(code));
  return isTaken ? done(order_sn, "orders") : refuse("conflict", operation, textIn(item?.msg) ?? "it was not taken");
}

const PICK = z.object({
  /** The purchase order whose open demand is cut into pick lists. */
  purchaseOrderExternalId: ID,
  /** One of the platform's warehouses; all of the purchase order where none is named. */
  warehouse: ID.nullable().default(null),
});
type PickInput = z.infer<typeof PICK>;

/**
 * A pick list takes all demand that none has taken yet. Its effect is that nothing is left: a repeat after that would make a
 * list of what was sold since, never of the same units.
 */
function createPickAct(client: Client): ActCapability<PickInput> {
  const operation = "vipapis.delivery.JitDeliveryService.createPick";
  const openUnits = async (store: Store, input: PickInput, signal: AbortSignal): Promise<number | null> => {
    const { purchaseOrderExternalId: po_no, warehouse } = input;
    const asked = { vendor_id: String(vendorId(store)), po_no };
    const rows = await readWhole(
      client,
      store,
      "jit.getPoList",
      (page) => ({ ...asked, ...page }),
      "purchase_order_list",
      signal,
    );
    const own = rows.filter((row) => textIn(row.po_no) === po_no);
    const open = own.map((row) => openOf(row, warehouse));
    return own.length === 0 ? null : open.reduce((sum, units) => sum + units, 0);
  };
  const picked = (externalId: string | null): ActOutcome => ({
    outcome: "done",
    externalId,
    reread: externalId === null ? [] : [{ resource: "orders", externalId }],
  });
  return {
    input: PICK as z.ZodType<PickInput>,
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { purchaseOrderExternalId: po_no, warehouse } = input;
        const open = await openUnits(store, input, signal);
        if (open === null) return refuse("not_found", operation, `purchase order ${po_no} does not exist`);
        if (open === 0) return refuse("conflict", operation, "nothing of the purchase order is left to be picked");
        const { co_mode } = settingsOf(store.settings);
        const args = { po_no, vendor_id: vendorId(store), co_mode, warehouse: warehouse ?? undefined };
        const made = rowsOf(await client.call(store, "jit.createPick", args, signal, "write"), "picks");
        return picked(textIn(made[0]?.pick_no));
      }),
    async findEffect(store, { input }, signal) {
      if ((await openUnits(store, input, signal)) !== 0) return null;
      const { purchaseOrderExternalId: po_no, warehouse } = input;
      const asked = { vendor_id: vendorId(store), po_no };
      const rows = await readWhole(
        client,
        store,
        "jit.getPickList",
        (page) => ({ ...asked, ...page }),
        "picks",
        signal,
      );
      const own = rows.filter((row) => warehouse === null || textIn(row.sell_site) === warehouse);
      const newest = own.sort((a, b) => (String(a.create_time) < String(b.create_time) ? 1 : -1))[0];
      return newest ? picked(textIn(newest.pick_no)) : null;
    },
  };
}

/** Units that no pick list holds, of all warehouses or of one. */
function openOf(row: Fields, warehouse: string | null): number {
  const parts = rowsOf(row, "unpick_list").filter((part) => textIn(part.sub_warehouse) === warehouse);
  const open = warehouse !== null && parts.length > 0 ? parts.map((part) => part.warehouse_not_pick) : [row.not_pick];
  return open.reduce((sum: number, units) => sum + (Number(units ?? 0) || 0), 0);
}

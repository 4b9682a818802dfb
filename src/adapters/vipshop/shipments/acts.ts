/** Confirming, correcting and arranging parcels: what each way of working asks for stands in ship.ts. */
import { z } from "zod";
import { CONFIRM_SHIPMENT, CORRECT_TRACKING } from "../../../core/act-inputs.ts";
import type {
  ActCapability,
  ActOutcome,
  ConfirmShipmentInput,
  CorrectTrackingInput,
  Store,
} from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { readWhole } from "../client/lists.ts";
import { done, refusable, refuse } from "../client/outcomes.ts";
import { vendorId } from "../config.ts";
import { FORM } from "../orders/documents.ts";
import { deliveryGoods, readOrders } from "../orders/read.ts";
import { toUnified as toOrders } from "../orders/to-order.ts";
import { rowOf, textIn } from "../schemas.ts";
import { CORRECT, type Job, jitxNumber, SHIP } from "./ship.ts";

const CONFIRM = "shipments.confirm";
const shipped = (orderId: string) => done(orderId, "orders", "shipments");
const missing = (operation: string, orderId: string) =>
  refuse("not_found", operation, `order ${orderId} does not exist`);

export function createConfirmAct(client: Client): ActCapability<ConfirmShipmentInput> {
  return {
    input: CONFIRM_SHIPMENT,
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: id } = input;
        const job = await openJob(client, store, input, signal);
        if (job === null) return missing(CONFIRM, id);
        if (await isShipped(job)) return shipped(id);
        const ship = SHIP[job.raw.form];
        const { status, externalStatus } = job.order;
        if (!ship || (status !== "awaiting_shipment" && status !== "partially_shipped"))
          return refuse("conflict", CONFIRM, `the order is ${externalStatus}: nothing of it is to be shipped`);
        return ship(job, shipped(id));
      }),
    async findEffect(store, { input }, signal) {
      const job = await openJob(client, store, input, signal);
      return job !== null && (await isShipped(job)) ? shipped(input.orderExternalId) : null;
    },
  };
}

/** The order as it is now; null where there is none. */
async function openJob(
  client: Client,
  store: Store,
  input: ConfirmShipmentInput,
  signal: AbortSignal,
): Promise<Job | null> {
  const { orderExternalId } = input;
  const [raw] = (await readOrders(client, store, [{ externalId: orderExternalId }], signal)).documents;
  const [order] = raw ? toOrders(raw).orders : [];
  return raw && order ? { client, store, input, raw, order, signal } : null;
}

const LEFT: ReadonlySet<string> = new Set(["shipped", "delivered", "completed"]);

/** Whether the order left. A shop's order shows no number; a pick list's delivery is found by its waybill. */
async function isShipped({ client, store, input, raw, order, signal }: Job): Promise<boolean> {
  const number = input.trackingNumber;
  if (raw.form !== FORM.jit) {
    const known = rowOf(raw.payload).text("transport_no");
    return LEFT.has(order.status) && (number === null || known === null || known === number);
  }
  if (number === null) return false;
  const args = { vendor_id: String(vendorId(store)), delivery_no: number };
  const asked = (page: object) => ({ ...args, ...page });
  const list = await readWhole(client, store, "jit.getDeliveryList", asked, "delivery_list", signal);
  // A waybill may bear goods of several pick lists.
  for (const row of list.filter((one) => textIn(one.delivery_no) === number)) {
    const goods = await deliveryGoods(client, store, textIn(row.storage_no) ?? "", signal);
    if (goods.some((one) => textIn(one.pick_no) === order.externalId)) return true;
  }
  return false;
}

const CORRECT_INPUT = CORRECT_TRACKING.extend({
  /** The number that is replaced: a shop's call names it, and nobody shows it. */
  oldTrackingNumber: z.string().min(1).nullable().default(null),
});
type Correction = CorrectTrackingInput & { oldTrackingNumber: string | null };

export function createCorrectAct(client: Client): ActCapability<Correction> {
  const operation = "shipments.correct";
  return {
    input: CORRECT_INPUT as unknown as z.ZodType<Correction>,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const job = await openJob(client, store, input, signal);
        if (job === null) return missing(operation, input.orderExternalId);
        const correct = CORRECT[job.raw.form];
        if (!correct) return refuse("conflict", operation, "numbers of such parcels stand in the platform's console");
        // All goods stand in the parcel that is written anew.
        const lines = job.order.lines.map((line) => ({ ...line, shippedQuantity: 0 }));
        const whole = { ...job, order: { ...job.order, lines } };
        return correct(whole, done(input.orderExternalId, "shipments"), input.oldTrackingNumber);
      }),
  };
}

/** A waybill number of the platform's for a JITX parcel, to be printed before it is shipped with it. */
export function createArrangeAct(client: Client): ActCapability<{ orderExternalId: string }> {
  return {
    input: z.object({ orderExternalId: z.string().min(1) }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async (): Promise<ActOutcome> => {
        const { documents } = await readOrders(client, store, [{ externalId: input.orderExternalId }], signal);
        const raw = documents.find(({ form }) => form === FORM.jitx);
        if (!raw) return missing("shipments.arrange", input.orderExternalId);
        const number = await jitxNumber(client, store, raw, signal);
        const note = `waybill ${number}: print it, then confirm the parcel with it`;
        return { outcome: "done", externalId: number, note };
      }),
  };
}

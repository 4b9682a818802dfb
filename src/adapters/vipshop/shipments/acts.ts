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
import { readOrders } from "../orders/read.ts";
import { deliveryGoods } from "../orders/read-pick.ts";
import { toUnified as toOrders } from "../orders/to-order.ts";
import { rowOf, textIn } from "../schemas.ts";
import { CORRECT, type Job, jitxNumber, SHIP, unitsOf } from "./ship.ts";

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
        const sent = await sentOf(job);
        if (sent === "all") return shipped(id);
        if (sent === "part")
          return refuse(
            "conflict",
            CONFIRM,
            "the waybill bears a part of these units already: name those that it lacks",
          );
        const ship = SHIP[job.raw.form];
        const { status, externalStatus } = job.order;
        if (!ship || (status !== "awaiting_shipment" && status !== "partially_shipped"))
          return refuse("conflict", CONFIRM, `the order is ${externalStatus}: nothing of it is to be shipped`);
        return ship(job, shipped(id));
      }),
    async findEffect(store, { input }, signal) {
      const job = await openJob(client, store, input, signal);
      return job !== null && (await sentOf(job)) === "all" ? shipped(input.orderExternalId) : null;
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

/** How much of what is asked for has left by the waybill that is named. A shop's order shows no number. */
async function sentOf(job: Job): Promise<"nothing" | "part" | "all"> {
  const { input, raw, order } = job;
  const number = input.trackingNumber;
  if (raw.form !== FORM.jit) {
    const known = rowOf(raw.payload).text("transport_no");
    const isIt = number === null || known === null || known === number;
    return LEFT.has(order.status) && isIt ? "all" : "nothing";
  }
  const sent = number === null ? new Map<string, number>() : await unitsUnder(job, number);
  if (sent.size === 0) return "nothing";
  // Without lines all that is open is asked for: what is open still was not taken with the rest.
  if (input.lines.length === 0) return unitsOf(job).length === 0 ? "all" : "part";
  const units = input.lines.map((line) => ({ ...line, sent: sent.get(line.orderLineExternalId) ?? 0 }));
  if (units.every((line) => line.sent >= line.quantity)) return "all";
  return units.some((line) => line.sent > 0) ? "part" : "nothing";
}

/** Units of a pick list, by line, that deliveries with this waybill hold: one may bear goods of several, and leave twice. */
async function unitsUnder({ client, store, order, signal }: Job, number: string): Promise<Map<string, number>> {
  const args = { vendor_id: String(vendorId(store)), delivery_no: number };
  const asked = (page: object) => ({ ...args, ...page });
  const list = await readWhole(client, store, "jit.getDeliveryList", asked, "delivery_list", signal);
  const units = new Map<string, number>();
  for (const row of list.filter((one) => textIn(one.delivery_no) === number)) {
    const goods = await deliveryGoods(client, store, textIn(row.storage_no) ?? "", signal);
    for (const one of goods.filter(({ pick_no }) => textIn(pick_no) === order.externalId)) {
      const barcode = textIn(one.barcode) ?? "";
      units.set(barcode, (units.get(barcode) ?? 0) + Number(one.amount ?? 0));
    }
  }
  return units;
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

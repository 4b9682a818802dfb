/**
 * Parcels. They come with their orders: a pick list's deliveries say where they are, any other parcel is where its order's
 * state says. Numbers of JITX parcels come from the platform.
 */
import { z } from "zod";
import type {
  ActCapability,
  ActOutcome,
  ConfirmShipmentInput,
  CorrectTrackingInput,
  RawDocument,
  ShipmentCapability,
  Store,
} from "../../core/adapter.ts";
import { instantToLocal, localToInstant } from "../../core/local-time.ts";
import { type Order, type Shipment, type Unified, unified, type Warning } from "../../core/model/records.ts";
import { documentsInFile } from "./client/files.ts";
import { type Client, type Method, toPlatformTime, toSeconds } from "./client/index.ts";
import { readWhole, rowsOf } from "./client/lists.ts";
import { done, failedItem, refusable, refusal, refuse } from "./client/outcomes.ts";
import { DO_NOT_SHIP, stateCode, unifiedCarrier } from "./codes.ts";
import { isOn, settingsOf, vendorId, ZONE } from "./config.ts";
import { GET_BATCH } from "./limits.ts";
import { FORM, ordersInFile } from "./orders/documents.ts";
import { pickToShipments } from "./orders/pick.ts";
import { directStates, readOrders } from "./orders/read.ts";
import { stateOf, toUnified as toOrders } from "./orders/to-order.ts";
import { type Fields, recordsOf, textIn, texts } from "./schemas.ts";

const NO_WINDOW = { maxMinutes: 0, safetyLagSeconds: 0, overlapSeconds: 0, maxAgeDays: null, minSeconds: 0 };
const PARCEL_FORMS: ReadonlySet<string> = new Set([FORM.jitx, FORM.marketplace, FORM.dvd, FORM.jit]);

export function createShipments(client: Client): ShipmentCapability {
  return {
    streams: [{ name: "parcels", by: "parent", window: NO_WINDOW, everySeconds: 1800 }],
    rereadOpenMinutes: 240,
    getBatch: GET_BATCH,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const orders = keys.map(({ externalId, key }) => ({
        externalId: key?.order ?? externalId,
        ...(key ? { key } : {}),
      }));
      const { documents } = await readOrders(client, store, orders, signal);
      // An order without parcels is no record that is missing.
      return { documents: documents.filter(hasParcel), missing: [] };
    },
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "shipment", (root) => ordersInFile(root).filter(hasParcel)),
    acts: {
      confirm: createConfirmAct(client),
      correct: createCorrectAct(client),
      arrange: createArrangeAct(client),
    },
    carriers: async (store, signal) => {
      const codes = new Map<string, { code: string; externalCode: string; name: string }>();
      for (const { externalCode, name } of await carriersOf(client, store, signal)) {
        const own = unifiedCarrier(name);
        const code = own === null || codes.has(own) ? `platform:${externalCode}` : own;
        codes.set(code, { code, externalCode, name });
      }
      return [...codes.values()];
    },
  };
}

const hasParcel = (raw: RawDocument): boolean => PARCEL_FORMS.has(raw.form) && toUnified(raw).shipments.length > 0;

const PARCEL = z.looseObject(texts("transport_no", "carrier_code", "carrier_name", "delivery_warehouse"));

function toUnified(raw: RawDocument): Unified {
  if (raw.form === FORM.jit) return unified({ shipments: pickToShipments(raw) });
  const [order] = toOrders(raw).orders;
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  const { transport_no, carrier_code, carrier_name, delivery_warehouse } = PARCEL.parse(raw.payload);
  const status = state.parcel ?? (transport_no !== null && state.line === "unfulfilled" ? "pending" : null);
  if (!order || status === null) return unified({});
  const shipment: Shipment = {
    externalId: `parcel:${order.externalId}`,
    orderExternalId: order.externalId,
    status,
    externalStatus: code,
    carrier: unifiedCarrier(carrier_name),
    externalCarrier: carrier_code ?? carrier_name,
    trackingNumber: transport_no,
    trackingUrl: null,
    place: delivery_warehouse,
    fulfilledBy: "seller",
    shippedAt: null,
    deliveredAt: null,
    lines: order.lines.map((line) => ({ orderLineExternalId: line.externalId, quantity: line.quantity })),
    events: [],
    warnings,
  };
  return unified({ shipments: [shipment] });
}

/** Each way of working has a list of its own. */
async function carriersOf(client: Client, store: Store, signal: AbortSignal) {
  const isShop = isOn(store, "marketplace");
  const vendor_id = String(vendorId(store));
  const rows = isShop
    ? rowsOf(await client.call(store, "sov.getCarriers", {}, signal), "carriers")
    : await readWhole(client, store, "dvd.getCarrierList", (page) => ({ vendor_id, ...page }), "carriers", signal);
  return rows.flatMap((row) => {
    const externalCode = textIn(row.carrier_code);
    const name = textIn(row.carrier_name) ?? textIn(row.carrier_shortname);
    return externalCode === null || String(row.carrier_isvalid ?? 1) === "0"
      ? []
      : [{ externalCode, name: name ?? externalCode }];
  });
}

const ID = z.string().min(1);
const CONFIRM_INPUT = z.object({
  orderExternalId: ID,
  carrier: ID.nullable(),
  trackingNumber: ID.nullable(),
  trackingUrl: z.string().nullable(),
  shippedAt: z.string().nullable(),
  place: z.string().nullable(),
  lines: z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() })),
  notifyBuyer: z.boolean(),
  method: z.string().nullable(),
});

const CONFIRM = "shipments.confirm";

/** What an act on an order's parcel works with. */
interface Job {
  client: Client;
  store: Store;
  input: ConfirmShipmentInput;
  raw: RawDocument;
  order: Order;
  signal: AbortSignal;
}

const SHIP: Readonly<Record<string, (job: Job) => Promise<string | null>>> = {
  [FORM.jitx]: shipJitx,
  [FORM.marketplace]: shipShop,
  [FORM.dvd]: shipDirect,
  [FORM.jit]: shipPick,
};

function createConfirmAct(client: Client): ActCapability<ConfirmShipmentInput> {
  const shipped = (orderId: string) => done(orderId, "orders", "shipments");
  return {
    input: CONFIRM_INPUT as z.ZodType<ConfirmShipmentInput>,
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async (): Promise<ActOutcome> => {
        const job = await openJob(client, store, input, signal);
        if (job === null) return refuse("not_found", CONFIRM, `order ${input.orderExternalId} does not exist`);
        if (await isShipped(job)) return shipped(input.orderExternalId);
        const ship = SHIP[job.raw.form];
        const { status } = job.order;
        if (!ship || (status !== "awaiting_shipment" && status !== "partially_shipped"))
          return refuse(
            "conflict",
            CONFIRM,
            `the order is ${job.order.externalStatus}: nothing of it is to be shipped`,
          );
        const failed = await ship(job);
        return failed === null ? shipped(input.orderExternalId) : refuse("conflict", CONFIRM, failed);
      }),
    async findEffect(store, { input }, signal) {
      const job = await openJob(client, store, input, signal);
      return job !== null && (await isShipped(job)) ? shipped(input.orderExternalId) : null;
    },
  };
}

async function openJob(
  client: Client,
  store: Store,
  input: ConfirmShipmentInput,
  signal: AbortSignal,
): Promise<Job | null> {
  const { documents } = await readOrders(client, store, [{ externalId: input.orderExternalId }], signal);
  const raw = documents.find(({ externalId }) => externalId === input.orderExternalId);
  const order = raw && toOrders(raw).orders.find(({ externalId }) => externalId === input.orderExternalId);
  return raw && order ? { client, store, input, raw, order, signal } : null;
}

/** Whether the order left. A shop's order shows no number; a pick list's delivery is found by its waybill. */
async function isShipped({ client, store, input, raw, order, signal }: Job): Promise<boolean> {
  const left = ["shipped", "delivered", "completed"].includes(order.status);
  if (raw.form === FORM.marketplace || raw.form === FORM.dvd) return left;
  if (raw.form === FORM.jitx) {
    const { transport_no } = PARCEL.parse(raw.payload);
    return left && (input.trackingNumber === null || transport_no === null || transport_no === input.trackingNumber);
  }
  const args = { vendor_id: String(vendorId(store)), delivery_no: input.trackingNumber ?? "" };
  if (args.delivery_no === "") return false;
  const list = await readWhole(
    client,
    store,
    "jit.getDeliveryList",
    (page) => ({ ...args, ...page }),
    "delivery_list",
    signal,
  );
  return list.some(
    (row) => textIn(row.delivery_no) === args.delivery_no && textIn(row.po_no) === order.parentExternalId,
  );
}

/** The lines that are asked for, or all that is open; throws for a line that is none. */
function unitsOf({ input, order }: Job): { code: string; quantity: number }[] {
  const open = order.lines.map((line) => ({
    line,
    quantity: line.quantity - line.shippedQuantity - line.cancelledQuantity,
  }));
  const wanted =
    input.lines.length === 0
      ? open.map(({ line, quantity }) => ({ orderLineExternalId: line.externalId, quantity }))
      : input.lines;
  return wanted.flatMap(({ orderLineExternalId, quantity }) => {
    const found = open.find(({ line }) => line.externalId === orderLineExternalId);
    if (!found || quantity > found.quantity)
      throw refusal("invalid_request", CONFIRM, `line ${orderLineExternalId} has not ${quantity} units that are open`);
    return quantity === 0 ? [] : [{ code: found.line.variantExternalId ?? "", quantity }];
  });
}

/** Code and name of the carrier as the supplier's list has them, and the waybill; throws where one is missing. */
async function carrierOf({ client, store, input, signal }: Job) {
  const { carrier, trackingNumber } = input;
  const list = carrier === null ? [] : await carriersOf(client, store, signal);
  const found = list.find(
    ({ externalCode, name }) => `platform:${externalCode}` === carrier || unifiedCarrier(name) === carrier,
  );
  if (!found || trackingNumber === null)
    throw refusal("invalid_request", CONFIRM, "name a carrier of the list, or platform:<its code>, and a waybill");
  return { carrier_code: found.externalCode, carrier_name: found.name, transport_no: trackingNumber };
}

async function send(job: Job, method: Method, args: Fields, ...failures: string[]): Promise<string | null> {
  return failedItem(await job.client.call(job.store, method, args, job.signal, "write"), ...failures);
}

async function shipShop(job: Job): Promise<string | null> {
  const { transport_no, ...carrier } = await carrierOf(job);
  const package_product_list = unitsOf(job).map(({ code, quantity }) => ({ sku_id: code, amount: quantity }));
  const { package_type } = settingsOf(job.store.settings);
  const ship = {
    order_id: job.order.externalId,
    ...carrier,
    package_type,
    packages: [{ transport_no, package_product_list }],
  };
  return send(job, "sov.ship", { request: { ships: [ship] } }, "fail_data");
}

async function directParcel(job: Job): Promise<Fields> {
  const { transport_no, ...carrier } = await carrierOf(job);
  const units = job.order.lines.length > 0 ? unitsOf(job) : [];
  const package_product_list = units.map(({ code, quantity }) => ({ barcode: code, amount: quantity }));
  const package_type = String(settingsOf(job.store.settings).package_type);
  return {
    order_id: job.order.externalId,
    ...carrier,
    package_type,
    packages: [{ transport_no, package_product_list }],
  };
}

/** A direct order may be on its way back before any list says so. */
async function shipDirect(job: Job): Promise<string | null> {
  const { client, store, order, signal } = job;
  const [now] = await directStates(client, store, [order.externalId], signal);
  const code = stateCode(textIn(now?.order_status) ?? "");
  if (DO_NOT_SHIP.has(code)) return `the order is ${code} by now: it is not shipped any more`;
  const args = { vendor_id: vendorId(store), ship_list: [await directParcel(job)] };
  return send(job, "dvd.ship", args, "fail_data");
}

/** One parcel with all goods, by a number of the platform's: the one that is named, or a new one. */
async function shipJitx(job: Job): Promise<string | null> {
  const { client, store, input, order, raw, signal } = job;
  const number = input.trackingNumber ?? (await jitxNumber(job));
  const details = unitsOf({ ...job, input: { ...input, lines: [] } }).map(({ code, quantity }) => ({
    barcode: code,
    quantity,
  }));
  const oqc_date = toSeconds(input.shippedAt === null ? client.clock.now() : new Date(input.shippedAt));
  const pack = { box_no: 1, oqc_date, transport_no: number, package_no: `${order.externalId}-1`, details };
  const delivery_warehouse = input.place ?? PARCEL.parse(raw.payload).delivery_warehouse ?? "";
  const ship = { order_sn: order.externalId, delivery_warehouse, total_package: 1, packages: [pack] };
  const request = { vendor_id: vendorId(store), ships: [ship] };
  return failedItem(await client.call(store, "jitx.ship", { request }, signal, "write"), "failed_list");
}

/** A waybill number that the platform gives and pays. */
async function jitxNumber({
  client,
  store,
  raw,
  order,
  signal,
}: Pick<Job, "client" | "store" | "raw" | "order" | "signal">) {
  const { carrier_code } = PARCEL.parse(raw.payload);
  const request = {
    vendor_id: vendorId(store),
    order_sn: order.externalId,
    carrier_code: carrier_code ?? "",
    limit: 1,
  };
  const result = await client.call(store, "jitx.getTransportNos", { request }, signal);
  const number = textIn(Array.isArray(result) ? result[0] : result);
  if (number === null) throw refusal("conflict", CONFIRM, "the platform gave the order no waybill number");
  return number;
}

/** A delivery to the platform's warehouse: header, goods and confirmation in one call. */
async function shipPick(job: Job): Promise<string | null> {
  const { client, store, input, order, raw, signal } = job;
  const { carrier_code, carrier_name, transport_no } = await carrierOf(job);
  const leaves = input.shippedAt === null ? client.clock.now() : new Date(input.shippedAt);
  const { delivery } = settingsOf(store.settings);
  const { pick, lines } = raw.payload as { pick: Fields; lines: Fields[] | null };
  const po_no = textIn(pick.po_no) ?? "";
  const delivery_list = unitsOf(job).map(({ code, quantity }) => ({
    vendor_type: "COMMON",
    barcode: code,
    box_no: "1",
    pick_no: order.externalId,
    amount: quantity,
    po_no: textIn(recordsOf(lines).find((row) => textIn(row.barcode) === code)?.po_no) ?? po_no,
  }));
  const request = {
    vendor_id: vendorId(store),
    po_no,
    delivery_no: transport_no,
    warehouse: input.place ?? textIn(pick.sell_site) ?? "",
    arrival_time: toPlatformTime(slotAfter(leaves, delivery)),
    delivery_time: toPlatformTime(leaves),
    carrier_code,
    carrier_name,
    delivery_method: input.method ?? delivery.method,
    delivery_list,
  };
  await client.call(store, "jit.deliveryGoods", { request }, signal, "write");
  return null;
}

const DAY_MS = 86_400_000;

/** The first hour at which the warehouse takes goods in, after the time that they are on their way. */
function slotAfter(leaves: Date, { slots, hours }: { slots: readonly string[]; hours: number }): Date {
  const earliest = new Date(leaves.getTime() + hours * 3_600_000);
  const days = [0, 1].map((day) => instantToLocal(new Date(earliest.getTime() + day * DAY_MS), ZONE).slice(0, 10));
  const times = days.flatMap((day) => slots.flatMap((slot) => localToInstant(`${day} ${slot}:00`, ZONE) ?? []));
  return times.sort((a, b) => a.getTime() - b.getTime()).find((at) => at >= earliest) ?? earliest;
}

/** Parcels of direct orders are written whole; a shop's number is replaced by naming the old one, which nobody shows. */
function createCorrectAct(client: Client): ActCapability<CorrectTrackingInput & { oldTrackingNumber: string | null }> {
  const operation = "shipments.correct";
  const input = CONFIRM_INPUT.extend({ shipmentExternalId: ID, oldTrackingNumber: ID.nullable().default(null) });
  return {
    input: input as unknown as z.ZodType<CorrectTrackingInput & { oldTrackingNumber: string | null }>,
    idempotent: true,
    perform: (store, { input: given }, signal) =>
      refusable(async () => {
        const job = await openJob(client, store, given, signal);
        if (job === null) return refuse("not_found", operation, `order ${given.orderExternalId} does not exist`);
        const { form } = job.raw;
        if (form !== FORM.dvd && form !== FORM.marketplace)
          return refuse("conflict", operation, "numbers of such parcels are the platform's, or stand in its console");
        const whole = {
          ...job,
          order: { ...job.order, lines: job.order.lines.map((line) => ({ ...line, shippedQuantity: 0 })) },
        };
        const failed =
          form === FORM.dvd ? await correctDirect(whole) : await correctShop(whole, given.oldTrackingNumber);
        return failed === null ? done(given.orderExternalId, "shipments") : refuse("conflict", operation, failed);
      }),
  };
}

async function correctDirect(job: Job): Promise<string | null> {
  const args = { vendor_id: vendorId(job.store), ship_list: [await directParcel(job)] };
  return failedItem(await job.client.call(job.store, "dvd.editShipInfo", args, job.signal, "keyed-write"), "fail_data");
}

async function correctShop(job: Job, old_transport_no: string | null): Promise<string | null> {
  if (old_transport_no === null) return "name the number that is replaced (oldTrackingNumber): the platform shows none";
  const { transport_no, ...carrier } = await carrierOf(job);
  const { package_type } = settingsOf(job.store.settings);
  const edited_packages = [{ transport_no, old_transport_no }];
  const edited_ship_info = { order_id: job.order.externalId, ...carrier, package_type, edited_packages };
  await job.client.call(job.store, "sov.editShipInfo", { edited_ship_info }, job.signal, "keyed-write");
  return null;
}

/** A waybill number of the platform's for a JITX parcel, to be printed before it is shipped with it. */
function createArrangeAct(client: Client): ActCapability<{ orderExternalId: string }> {
  return {
    input: z.object({ orderExternalId: ID }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async (): Promise<ActOutcome> => {
        const { documents } = await readOrders(client, store, [{ externalId: input.orderExternalId }], signal);
        const raw = documents.find(({ form }) => form === FORM.jitx);
        const [order] = raw ? toOrders(raw).orders : [];
        if (!raw || !order) return refuse("not_found", "shipments.arrange", "there is no such order of JITX");
        const externalId = await jitxNumber({ client, store, raw, order, signal });
        return {
          outcome: "done",
          externalId,
          note: `waybill ${externalId}: print it, then confirm the parcel with it`,
        };
      }),
  };
}

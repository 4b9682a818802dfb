/** How each way of working ships an order, and corrects what was shipped. */
import type { ActOutcome, ConfirmShipmentInput, RawDocument, Store } from "../../../core/adapter.ts";
import { instantToLocal, localToInstant } from "../../../core/local-time.ts";
import type { Order } from "../../../core/model/records.ts";
import { type Client, type Method, toPlatformTime, toSeconds } from "../client/index.ts";
import { readWhole } from "../client/lists.ts";
import { doneUnlessFailed, refusal, refuse } from "../client/outcomes.ts";
import { DO_NOT_SHIP, stateCode, unifiedCarrier } from "../codes.ts";
import { type Mode, settingsOf, vendorId, ZONE } from "../config.ts";
import { FORM } from "../orders/documents.ts";
import { directStates } from "../orders/read.ts";
import { type Fields, rowOf, textIn } from "../schemas.ts";

/** What an act on an order's parcel works with. */
export interface Job {
  client: Client;
  store: Store;
  input: ConfirmShipmentInput;
  raw: RawDocument;
  order: Order;
  signal: AbortSignal;
}

type Ship = (job: Job, outcome: ActOutcome) => Promise<ActOutcome>;
export const SHIP: Readonly<Record<string, Ship>> = {
  [FORM.jitx]: shipJitx,
  [FORM.marketplace]: shipShop,
  [FORM.dvd]: shipDirect,
  [FORM.jit]: shipPick,
};

type Correct = (job: Job, outcome: ActOutcome, oldNumber: string | null) => Promise<ActOutcome>;
export const CORRECT: Readonly<Record<string, Correct>> = {
  [FORM.marketplace]: correctShop,
  [FORM.dvd]: async (job, outcome) => {
    const args = { vendor_id: vendorId(job.store), ship_list: [await directParcel(job)] };
    const result = await job.client.call(job.store, "dvd.editShipInfo", args, job.signal, "keyed-write");
    return doneUnlessFailed(result, "dvd.editShipInfo", outcome);
  },
};

const CONFIRM = "shipments.confirm";

/** The lines that are asked for, or all that is open; throws for one that has not so many units. */
export function unitsOf({ input, order }: Job): { code: string; units: number }[] {
  const open = order.lines.map((line) => ({
    id: line.externalId,
    code: line.variantExternalId ?? "",
    units: line.quantity - line.shippedQuantity - line.cancelledQuantity,
  }));
  if (input.lines.length === 0) return open.filter(({ units }) => units > 0);
  return input.lines.map(({ orderLineExternalId, quantity }) => {
    const found = open.find(({ id }) => id === orderLineExternalId);
    if (found && quantity <= found.units) return { code: found.code, units: quantity };
    throw refusal("invalid_request", CONFIRM, `line ${orderLineExternalId} has not ${quantity} units that are open`);
  });
}

/** Code and name of the carrier as the supplier's list has them, and the waybill; throws where one is missing. */
async function carrierOf({ client, store, input, raw, signal }: Job) {
  const { carrier, trackingNumber } = input;
  const mode = CARRIER_MODES.find((one) => FORM[one] === raw.form) ?? "marketplace";
  const known = carrier === null ? [] : await carriersOf(client, store, mode, signal);
  const found = known.find((one) => `platform:${one.externalCode}` === carrier || unifiedCarrier(one.name) === carrier);
  if (!found || trackingNumber === null)
    throw refusal("invalid_request", CONFIRM, "name a carrier of the list, or platform:<its code>, and a waybill");
  const { package_type } = settingsOf(store.settings);
  return {
    carrier: { carrier_code: found.externalCode, carrier_name: found.name },
    number: trackingNumber,
    package_type,
  };
}

async function shipShop(job: Job, outcome: ActOutcome): Promise<ActOutcome> {
  const { carrier, number, package_type } = await carrierOf(job);
  const goods = unitsOf(job).map(({ code, units }) => ({ sku_id: code, amount: units }));
  const packages = [{ transport_no: number, package_product_list: goods }];
  const request = { ships: [{ order_id: job.order.externalId, ...carrier, package_type, packages }] };
  const result = await job.client.call(job.store, "sov.ship", { request }, job.signal, "write");
  return doneUnlessFailed(result, "sov.ship", outcome);
}

async function correctShop(job: Job, outcome: ActOutcome, oldNumber: string | null): Promise<ActOutcome> {
  if (oldNumber === null)
    return refuse("invalid_request", "sov.editShipInfo", "name the number that is replaced (oldTrackingNumber)");
  const { carrier, number, package_type } = await carrierOf(job);
  const edited_packages = [{ transport_no: number, old_transport_no: oldNumber }];
  const edited_ship_info = { order_id: job.order.externalId, ...carrier, package_type, edited_packages };
  await job.client.call(job.store, "sov.editShipInfo", { edited_ship_info }, job.signal, "keyed-write");
  return outcome;
}

async function directParcel(job: Job) {
  const { carrier, number, package_type } = await carrierOf(job);
  const goods = unitsOf(job).map(({ code, units }) => ({ barcode: code, amount: units }));
  const packages = [{ transport_no: number, package_product_list: goods }];
  return { order_id: job.order.externalId, ...carrier, package_type: String(package_type), packages };
}

/** A direct order may be on its way back before any list says so. */
async function shipDirect(job: Job, outcome: ActOutcome): Promise<ActOutcome> {
  const { client, store, order, signal } = job;
  const [now] = await directStates(client, store, [order.externalId], signal);
  const code = stateCode(textIn(now?.order_status) ?? "");
  if (DO_NOT_SHIP.has(code))
    return refuse("conflict", CONFIRM, `the order is ${code} by now: it is not shipped any more`);
  const args = { vendor_id: vendorId(store), ship_list: [await directParcel(job)] };
  return doneUnlessFailed(await client.call(store, "dvd.ship", args, signal, "write"), "dvd.ship", outcome);
}

/** One parcel with all goods, by a number of the platform's: the one that is named, or a new one. */
async function shipJitx(job: Job, outcome: ActOutcome): Promise<ActOutcome> {
  const { client, store, input, order, raw, signal } = job;
  const number = input.trackingNumber ?? (await jitxNumber(client, store, raw, signal));
  const goods = unitsOf({ ...job, input: { ...input, lines: [] } });
  const pack = {
    box_no: 1,
    oqc_date: toSeconds(input.shippedAt === null ? client.clock.now() : new Date(input.shippedAt)),
    transport_no: number,
    package_no: `${order.externalId}-1`,
    details: goods.map(({ code, units }) => ({ barcode: code, quantity: units })),
  };
  const delivery_warehouse = input.place ?? rowOf(raw.payload).text("delivery_warehouse") ?? "";
  const ship = { order_sn: order.externalId, delivery_warehouse, total_package: 1, packages: [pack] };
  const request = { vendor_id: vendorId(store), ships: [ship] };
  return doneUnlessFailed(await client.call(store, "jitx.ship", { request }, signal, "write"), "jitx.ship", outcome);
}

/** A waybill number that the platform gives and pays. */
export async function jitxNumber(
  client: Client,
  store: Store,
  { externalId, payload }: RawDocument,
  signal: AbortSignal,
) {
  const carrier_code = rowOf(payload).text("carrier_code") ?? "";
  const request = { vendor_id: vendorId(store), order_sn: externalId, carrier_code, limit: 1 };
  const result = await client.call(store, "jitx.getTransportNos", { request }, signal, "keyed-write");
  const number = textIn(Array.isArray(result) ? result[0] : result);
  if (number === null) throw refusal("conflict", CONFIRM, "the platform gave the order no waybill number");
  return number;
}

/** A delivery to the platform's warehouse: header, goods and confirmation in one call. */
async function shipPick(job: Job, outcome: ActOutcome): Promise<ActOutcome> {
  const { client, store, input, order, raw, signal } = job;
  const { carrier, number } = await carrierOf(job);
  const { delivery } = settingsOf(store.settings);
  const leaves = input.shippedAt === null ? client.clock.now() : new Date(input.shippedAt);
  const row = rowOf(raw.payload);
  const po_no = row.text("pick/po_no") ?? "";
  const purchaseOf = (code: string) =>
    row
      .list("lines")
      .find((one) => one.text("barcode") === code)
      ?.text("po_no");
  const request = {
    vendor_id: vendorId(store),
    po_no,
    delivery_no: number,
    warehouse: input.place ?? row.text("pick/sell_site") ?? "",
    arrival_time: toPlatformTime(slotAfter(leaves, delivery)),
    delivery_time: toPlatformTime(leaves),
    ...carrier,
    delivery_method: input.method ?? delivery.method,
    delivery_list: unitsOf(job).map(({ code, units }) => ({
      vendor_type: "COMMON",
      barcode: code,
      box_no: "1",
      pick_no: order.externalId,
      amount: units,
      po_no: purchaseOf(code) ?? po_no,
    })),
  };
  await client.call(store, "jit.deliveryGoods", { request }, signal, "write");
  return outcome;
}

const DAY_MS = 86_400_000;

/** The first hour at which the warehouse takes goods in, after the time that they are on their way. */
function slotAfter(leaves: Date, { slots, hours }: { slots: readonly string[]; hours: number }): Date {
  const earliest = new Date(leaves.getTime() + hours * 3_600_000);
  const days = [0, 1].map((day) => instantToLocal(new Date(earliest.getTime() + day * DAY_MS), ZONE).slice(0, 10));
  const times = days.flatMap((day) => slots.flatMap((slot) => localToInstant(`${day} ${slot}:00`, ZONE) ?? []));
  return times.sort((a, b) => a.getTime() - b.getTime()).find((at) => at >= earliest) ?? earliest;
}

type Asked = (page: Fields, vendor_id: string) => Fields;
const CARRIER_LISTS = {
  marketplace: ["sov.getCarriers", () => ({})],
  dvd: ["dvd.getCarrierList", (page, vendor_id) => ({ vendor_id, ...page })],
  jit: ["jit.getCarrierList", (page, vendor_id) => ({ carrierRequest: { vendor_id, ...page } })],
} as const satisfies Readonly<Partial<Record<Mode, readonly [Method, Asked]>>>;

/** Ways in which the supplier names the carrier; the waybills of JITX are the platform's. */
export const CARRIER_MODES = Object.keys(CARRIER_LISTS) as (keyof typeof CARRIER_LISTS)[];

/** The carriers of one of them, which has a list of its own. */
export async function carriersOf(client: Client, store: Store, mode: keyof typeof CARRIER_LISTS, signal: AbortSignal) {
  const [method, query]: readonly [Method, Asked] = CARRIER_LISTS[mode];
  const asked = (page: Fields) => query(page, String(vendorId(store)));
  const rows = await readWhole(client, store, method, asked, "carriers", signal);
  return rows.flatMap((row) => {
    const externalCode = textIn(row.carrier_code);
    const name = textIn(row.carrier_name) ?? textIn(row.carrier_shortname) ?? externalCode ?? "";
    return externalCode === null || textIn(row.carrier_isvalid) === "0" ? [] : [{ externalCode, name }];
  });
}

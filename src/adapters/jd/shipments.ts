/** Parcels: waybills stand on the order, tracking is asked for by order or, of the platform's own carrier, by waybill. */
import { z } from "zod";
import {
  type ActCapability,
  absent,
  type ConfirmShipmentInput,
  type RawDocument,
  type ShipmentCapability,
  type Store,
} from "../../core/adapter.ts";
import { look } from "../../core/model/look.ts";
import { type Shipment, type TrackingEvent, type Unified, unified, type Warning } from "../../core/model/records.ts";
import type { OrderStatus, ShipmentStatus } from "../../core/model/vocabulary.ts";
import { noRecord, refusingRows } from "../../core/no-record.ts";
import { documentsInFile } from "./client/envelope.ts";
import type { Client } from "./client/index.ts";
import { done, isRefusal, refusable, refuse } from "./client/outcomes.ts";
import { DOCS, externalCarrier, LOGISTICS_OF_JD, ORDER_STATE, traceStatus, unifiedCarrier, VOUCHER } from "./codes.ts";
import { hasFbp, settingsOf } from "./config.ts";
import { GET_BATCH } from "./limits.ts";
import { currentFbpOrder, currentOrder } from "./orders/read.ts";
import { isShippedByShop } from "./orders/to-order.ts";
import { type Fields, idIn, isFields, ORDER, type OrderDocument, recordsOf, toInstant } from "./schemas.ts";

const NO_WINDOW = { maxMinutes: 0, safetyLagSeconds: 0, overlapSeconds: 0, maxAgeDays: null, minSeconds: 0 };
const FORM = "parcels@2.0";
/** The goods are not asked for: nobody says which of them a waybill holds. */
const FIELDS = "orderId,orderType,orderState,modified,orderEndTime,waybill,logisticsId,storeOrder,idSopShipmenttype";

export function createShipments(client: Client): ShipmentCapability {
  return {
    streams: [{ name: "parcels", by: "parent", window: NO_WINDOW, everySeconds: 1800 }],
    rereadOpenMinutes: 240,
    getBatch: GET_BATCH,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const documents: RawDocument[] = [];
      for (const { externalId, key } of keys) {
        const order = await orderWithParcels(client, store, key?.order ?? externalId, signal);
        if (order?.waybill) documents.push(toDocument(order, await readTraces(client, store, order, signal)));
      }
      // An order without parcels is no record that is missing.
      return { documents, missing: [] };
    },
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) =>
      documentsInFile(bytes, "shipment", (value) => {
        if (isFields(value.order) && Array.isArray(value.traces))
          return [toDocument(value.order, recordsOf(value.traces))];
        return "orderId" in value && "orderState" in value && value.waybill ? [toDocument(value, [])] : null;
      }),
    acts: {
      confirm: createConfirmAct(client),
      correct: absent("the method that changed a number (order.sop.waybill.update) is in no current list", DOCS),
      arrange: absent("waybills of the platform's carrier need a contract and a number of their own (ldop.*)", DOCS),
    },
    carriers: (store, signal) => listCarriers(client, store, signal),
  };
}

/** Orders that the platform's warehouses ship have a list of their own, where the shop has such. */
async function orderWithParcels(client: Client, store: Store, orderId: string, signal: AbortSignal) {
  const own = await currentOrder(client, store, orderId, signal, FIELDS);
  return own || !hasFbp(store) ? own : currentFbpOrder(client, store, orderId, FIELDS, signal);
}

/** Times of an order do not move with its tracking: what was read last wins. */
function toDocument(order: Fields, traces: readonly Fields[]): RawDocument {
  const externalId = idIn(order.orderId);
  if (externalId === null) return noRecord(order, "order", "orderId");
  const own = Object.fromEntries(Object.entries(order).filter(([name]) => FIELDS.split(",").includes(name)));
  const version = { sourceUpdatedAt: null, sourceVersion: null };
  return { externalId, key: { order: externalId }, ...version, form: FORM, payload: { order: own, traces } };
}

/** Groups of one carrier are parted by `|`, numbers of one carrier by `,`. */
function parcelsOf({ waybill, logisticsId }: Pick<OrderDocument, "waybill" | "logisticsId">) {
  const carriers = (logisticsId ?? "").split("|");
  const parcels = (waybill ?? "")
    .split("|")
    .flatMap((group, index) =>
      numbersIn(group).map((number) => ({ number, carrier: carriers[index]?.trim() || null })),
    );
  // A number that stands twice is one parcel.
  return [...new Map(parcels.toReversed().map((parcel) => [parcel.number, parcel])).values()].reverse();
}

const numbersIn = (group: string): string[] =>
  group
    .split(",")
    .map((number) => number.trim())
    .filter((number) => number !== "");

async function readTraces(client: Client, store: Store, order: Fields, signal: AbortSignal): Promise<Fields[]> {
  // What cannot be read is set aside by its mapping.
  const named = ORDER.pick({ waybill: true, logisticsId: true }).safeParse(order);
  const parcels = named.success ? parcelsOf(named.data) : [];
  const { logistics_customer_code: customerCode } = settingsOf(store.settings);
  const traces: Fields[] = [];
  try {
    for (const { number, carrier } of parcels)
      if (carrier === LOGISTICS_OF_JD && customerCode !== undefined) {
        const parameters = { customerCode, waybillCode: number };
        const answer = await client.call(store, "jingdong.ldop.receive.trace.get", parameters, signal);
        traces.push(...stepsIn(answer.querytrace_result).map((step) => ({ waybillCode: number, ...step })));
      }
    if (traces.length > 0) return traces;
    const answer = await client.call(store, "jingdong.getThirdTrace", { orderId: idIn(order.orderId) }, signal);
    return stepsIn(answer.result);
  } catch (error) {
    // Without the permission, or for a carrier that nobody follows, the parcel is there all the same.
    if (!isRefusal(error)) throw error;
    return traces;
  }
}

/** Steps at whatever depth: records that hold a time, and no steps of their own. */
function stepsIn(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (!isFields(value)) return [];
  const inside = Object.values(value).flatMap(stepsIn);
  return inside.length > 0 || timeIn(value) === null ? inside : [value];
}

const TIME = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/;

/** Fields of tracking are documented for the platform's own carrier alone: elsewhere form tells the time and the words. */
function timeIn(step: Fields): Date | null {
  const time = step.opeTime ?? Object.values(step).find((value) => typeof value === "string" && TIME.test(value));
  return toInstant(time);
}

function wordsIn(step: Fields): string | null {
  const named = step.opeRemark ?? step.opeTitle;
  if (typeof named === "string") return named;
  const words = Object.values(step).filter((value) => typeof value === "string" && /\p{Script=Han}/u.test(value));
  return (words as string[]).sort((a, b) => b.length - a.length)[0] ?? null;
}

const DOCUMENT = z.looseObject({
  order: ORDER.pick({
    orderId: true,
    orderState: true,
    orderType: true,
    storeOrder: true,
    waybill: true,
    logisticsId: true,
  }),
  traces: z.array(z.record(z.string(), z.unknown())),
});

/** Where tracking says nothing. A cancelled order's parcel may be anywhere. */
const BY_ORDER: Readonly<Partial<Record<OrderStatus, ShipmentStatus>>> = {
  awaiting_shipment: "pending",
  shipped: "in_transit",
  completed: "delivered",
};

function toUnified(raw: RawDocument): Unified {
  const { order, traces } = DOCUMENT.parse(raw.payload);
  const parcels = parcelsOf(order);
  return unified({
    shipments: parcels.map(({ number, carrier }): Shipment => {
      const warnings: Warning[] = [];
      const byOrder = BY_ORDER[look(ORDER_STATE, "order state", order.orderState, "unknown", warnings)] ?? "unknown";
      // A step names its waybill, or the order has but one.
      const own = traces.filter((step) =>
        step.waybillCode === undefined ? parcels.length === 1 : idIn(step.waybillCode) === number,
      );
      const events = own.flatMap(toEvent).sort((a, b) => a.at.getTime() - b.at.getTime());
      const told = events.filter((event) => event.status !== "unknown");
      const status = told.some((event) => event.status === "delivered")
        ? "delivered"
        : (told.at(-1)?.status ?? byOrder);
      return {
        externalId: `${order.orderId}:${number}`,
        orderExternalId: order.orderId,
        status: byOrder === "delivered" ? "delivered" : warnings.length > 0 ? "unknown" : status,
        externalStatus: order.orderState,
        carrier: carrier === null ? null : unifiedCarrier(carrier),
        externalCarrier: carrier,
        trackingNumber: number,
        trackingUrl: null,
        place: null,
        fulfilledBy: isShippedByShop(order) ? "seller" : "platform",
        shippedAt: events[0]?.at ?? null,
        deliveredAt: events.find((event) => event.status === "delivered")?.at ?? null,
        lines: [],
        events,
        warnings,
      };
    }),
  });
}

function toEvent(step: Fields): TrackingEvent[] {
  const at = timeIn(step);
  const text = wordsIn(step);
  if (at === null) return [];
  return [{ at, status: traceStatus(text ?? ""), externalCode: null, text, location: null }];
}

async function listCarriers(client: Client, store: Store, signal: AbortSignal) {
  const { carriers_details: rows } = await client.call(store, "jingdong.logistics.carriers.list", {}, signal);
  const carriers = recordsOf(rows).flatMap((row) => {
    const externalCode = idIn(row.carriers_id);
    if (externalCode === null) return [];
    return [
      {
        code: unifiedCarrier(externalCode) ?? `platform:${externalCode}`,
        externalCode,
        name: String(row.carriers_name),
      },
    ];
  });
  return [...new Map(carriers.map((carrier) => [carrier.code, carrier])).values()];
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
  method: z.null(),
});

const METHOD = "jingdong.pop.order.shipment";

/** The whole order leaves with one carrier; several of its numbers are written with commas. */
function createConfirmAct(client: Client): ActCapability<ConfirmShipmentInput> {
  const shipped = (orderId: string) => done(orderId, "orders", "shipments");
  return {
    input: CONFIRM_INPUT as z.ZodType<ConfirmShipmentInput>,
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { orderExternalId: orderId } = input;
        const row = await currentOrder(client, store, orderId, signal);
        if (!row) return refuse("not_found", METHOD, `order ${orderId} does not exist`);
        const order = ORDER.parse(row);
        if (isDone(order, input)) return shipped(orderId);
        const refusal = refusalOf(order, input);
        if (refusal !== null) return refuse("conflict", METHOD, refusal);
        const logiCoprId = input.carrier === null ? null : externalCarrier(input.carrier);
        const logiNo = numbersIn(input.trackingNumber ?? "").join(",");
        if (logiCoprId === null || logiNo === "")
          return refuse(
            "invalid_request",
            METHOD,
            "name a carrier of the list, or platform:<its number>, and a waybill",
          );
        await client.call(store, METHOD, { orderId, logiCoprId, logiNo }, signal, "write");
        return shipped(orderId);
      }),
    async findEffect(store, { input }, signal) {
      const row = await currentOrder(client, store, input.orderExternalId, signal);
      return row && isDone(ORDER.parse(row), input) ? shipped(input.orderExternalId) : null;
    },
  };
}

/** Whether the order bears our numbers and has left. */
function isDone(order: OrderDocument, { trackingNumber }: ConfirmShipmentInput): boolean {
  const numbers = new Set(parcelsOf(order).map(({ number }) => number));
  const wanted = numbersIn(trackingNumber ?? "");
  const hasLeft = ["shipped", "completed"].includes(ORDER_STATE[order.orderState] ?? "");
  return hasLeft && wanted.length > 0 && wanted.every((number) => numbers.has(number));
}

function refusalOf(order: OrderDocument, { lines }: ConfirmShipmentInput): string | null {
  if (!isShippedByShop(order)) return "the platform's warehouse ships this order";
  if (order.orderType === VOUCHER) return "vouchers are not shipped";
  if (ORDER_STATE[order.orderState] !== "awaiting_shipment")
    return `the order is ${order.orderState}: nothing of it is to be shipped`;
  const units = order.itemInfoList.reduce((sum, item) => sum + (item.itemTotal ?? 0), 0);
  const isWhole = lines.length === 0 || lines.reduce((sum, { quantity }) => sum + quantity, 0) === units;
  return isWhole ? null : "an order is shipped whole; split it on the platform's page first";
}

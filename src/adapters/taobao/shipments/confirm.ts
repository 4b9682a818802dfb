/**
 * Telling the platform that goods have left: with the seller's own carrier (the trade is shipped at once), through the
 * platform's pick-up, without a parcel, or as parts of lines. No call takes a key of ours: the tracking number on the
 * trade tells what was done already.
 */
import { z } from "zod";
import type { Act, ActCapability, ActOutcome, ConfirmShipmentInput, Store } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { hasSuffix, refusable, refuse } from "../client/refusals.ts";
import { externalCarrier } from "../codes.ts";
import { MAX_PARCEL_LINES } from "../limits.ts";
import { currentTrade } from "../orders/read.ts";
import { holdsOf } from "../orders/status.ts";
import { type LineDocument, lineId, type TradeDocument } from "../schemas/order.ts";
import { currentParcels } from "./read.ts";

const OPERATION = "shipments.confirm";
const ID = z.string().min(1);

export const CONFIRM_INPUT = z.object({
  orderExternalId: ID,
  carrier: ID.nullable(),
  trackingNumber: ID.nullable(),
  trackingUrl: z.string().nullable(),
  shippedAt: z.string().nullable(),
  place: z.string().nullable(),
  lines: z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() })),
  notifyBuyer: z.boolean(),
  /** `own` (default), `online` (the platform's pick-up), `dummy` (no parcel). */
  method: z.enum(["own", "online", "dummy"]).nullable(),
});

export const shipped = (orderExternalId: string, externalId: string | null = null): ActOutcome => ({
  outcome: "done",
  externalId,
  reread: [
    { resource: "orders", externalId: orderExternalId },
    { resource: "shipments", externalId: orderExternalId },
  ],
});

export function createConfirmAct(client: Client): ActCapability<ConfirmShipmentInput> {
  return {
    input: CONFIRM_INPUT as z.ZodType<ConfirmShipmentInput>,
    idempotent: false,
    perform: (store, act, signal) => refusable(() => confirm(client, store, act, signal)),
    async findEffect(store, { input }, signal) {
      const trade = await currentTrade(client, store, input.orderExternalId, signal);
      return trade && (await isDone(client, store, trade, input, signal)) ? shipped(input.orderExternalId) : null;
    },
  };
}

async function confirm(
  client: Client,
  store: Store,
  { input }: Act<ConfirmShipmentInput>,
  signal: AbortSignal,
): Promise<ActOutcome> {
  const tid = input.orderExternalId;
  const trade = await currentTrade(client, store, tid, signal);
  if (!trade) return refuse("not_found", OPERATION, `trade ${tid} does not exist`);
  if (await isDone(client, store, trade, input, signal)) return shipped(tid);
  const parcel = parcelOf(trade, input);
  if ("outcome" in parcel) return parcel;
  try {
    await send(client, store, input, parcel, signal);
  } catch (error) {
    // Shipped by hand in the meantime, or confirmed: ours if it is our number.
    if (!hasSuffix(error, "B04", "HD06")) throw error;
    const now = await currentTrade(client, store, tid, signal);
    if (!now || !(await isDone(client, store, now, input, signal))) throw error;
  }
  return shipped(tid);
}

const SHIPPED: ReadonlySet<string> = new Set(["WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED"]);

/** Whether the trade bears our number already; without a parcel, whether its goods have left at all. */
async function isDone(
  client: Client,
  store: Store,
  trade: TradeDocument,
  input: ConfirmShipmentInput,
  signal: AbortSignal,
): Promise<boolean> {
  const { trackingNumber: number } = input;
  if (number === null) {
    const wanted = linesOf(trade, input);
    return wanted.length > 0 && wanted.every((line) => SHIPPED.has(line.status));
  }
  const isOurs = (found: string | null) => found?.toLowerCase() === number.toLowerCase();
  if (trade.orders.some((line) => isOurs(line.invoice_no))) return true;
  // A parcel of part of a line need not stand on the line.
  if (trade.consign_time === null && !trade.orders.some((line) => line.consign_time !== null)) return false;
  const parcels = await currentParcels(client, store, input.orderExternalId, signal);
  return parcels.some((parcel) => isOurs(parcel.out_sid));
}

function linesOf(trade: TradeDocument, input: ConfirmShipmentInput): LineDocument[] {
  if (input.lines.length === 0) return trade.orders.filter((line) => !line.status.startsWith("TRADE_CLOSED"));
  return trade.orders.filter((line) => input.lines.some((wanted) => wanted.orderLineExternalId === lineId(line)));
}

interface Parcel {
  /** `isPart`: some of its units stay behind. */
  lines: { oid: string; units: number; isPart: boolean }[];
  /** The trade is or becomes split: every call for it then names its lines. */
  isSplit: boolean;
}

const OPEN: ReadonlySet<string> = new Set(["WAIT_SELLER_SEND_GOODS", "SELLER_CONSIGNED_PART"]);

/** What goes into the parcel, or why nothing may. */
function parcelOf(trade: TradeDocument, input: ConfirmShipmentInput): Parcel | ActOutcome {
  if (!OPEN.has(trade.status))
    return refuse("conflict", OPERATION, `the trade is ${trade.status}: nothing of it is to be shipped`);
  const holds = holdsOf(trade);
  if (holds.length > 0)
    return refuse("conflict", OPERATION, `the platform holds the trade (${holds.join(", ")}): it must not be shipped`);
  const open = new Map(
    trade.orders.filter((line) => OPEN.has(line.status)).map((line) => [lineId(line) ?? "", line.num]),
  );
  const units = new Map(input.lines.length === 0 ? open : []);
  for (const { orderLineExternalId: oid, quantity } of input.lines) {
    const left = open.get(oid);
    const isThere = trade.orders.some((line) => lineId(line) === oid);
    if (!isThere) return refuse("invalid_request", OPERATION, `the trade has no line ${oid}`);
    if (left === undefined) return refuse("conflict", OPERATION, `line ${oid} has left already, or is closed`);
    const wanted = (units.get(oid) ?? 0) + quantity;
    if (wanted > left) return refuse("conflict", OPERATION, `line ${oid} has ${left} units, not ${wanted}`);
    units.set(oid, wanted);
  }
  if (units.size === 0) return refuse("conflict", OPERATION, "everything in this trade has been shipped already");
  const lines = [...units].map(([oid, count]) => ({ oid, units: count, isPart: count < (open.get(oid) ?? 0) }));
  return {
    lines,
    // All lines in one parcel are no split; lines that were closed are no part of the rule.
    isSplit: trade.is_part_consign || trade.status === "SELLER_CONSIGNED_PART" || units.size < open.size,
  };
}

async function send(
  client: Client,
  store: Store,
  input: ConfirmShipmentInput,
  parcel: Parcel,
  signal: AbortSignal,
): Promise<void> {
  const call = await callOf(client, store, input, parcel, signal);
  await client.call(store, { ...call, effect: "write" }, signal);
}

async function callOf(client: Client, store: Store, input: ConfirmShipmentInput, parcel: Parcel, signal: AbortSignal) {
  const tid = input.orderExternalId;
  const method = input.method ?? "own";
  if (method === "dummy") return { method: "taobao.logistics.dummy.send", parameters: { tid } };
  const company_code = carrierCode(input.carrier);
  const out_sid = input.trackingNumber;
  if (out_sid === null) throw missing("a tracking number is needed; method `dummy` is for goods without a parcel");
  const split = parcel.isSplit ? { is_split: 1, sub_tid: parcel.lines.map((line) => line.oid).join(",") } : {};
  const limit = MAX_PARCEL_LINES[method === "online" ? "online" : "own"];
  if (parcel.isSplit && parcel.lines.length > limit)
    throw missing(`a parcel holds ${limit} lines, not ${parcel.lines.length}`);
  if (method === "online") {
    const arranged = (await currentParcels(client, store, tid, signal)).some((found) => found.out_sid === null);
    return arranged
      ? { method: "taobao.logistics.online.confirm", parameters: { tid, out_sid, ...split } }
      : { method: "taobao.logistics.online.send", parameters: { tid, out_sid, company_code, ...split } };
  }
  const part = parcel.lines.find((line) => line.isPart);
  if (!part) return { method: "taobao.logistics.offline.send", parameters: { tid, out_sid, company_code, ...split } };
  const goods = parcel.lines.map((line) => ({ sub_tid: line.oid, num: line.units, item_type: 0 }));
  return {
    method: "alibaba.ascp.logistics.offline.send",
    parameters: {
      tid,
      consign_type: 1,
      consign_pkgs: JSON.stringify([{ out_sid, company_code, goods }]),
      consign_status: JSON.stringify({ sub_tid: part.oid, is_part_consign: true }),
    },
  };
}

/** The platform's code of a carrier. Throws a refusal where there is none. */
export function carrierCode(carrier: string | null): string {
  const code = carrier === null ? null : externalCarrier(carrier);
  if (code !== null) return code;
  throw missing(`name a carrier of the platform's list, or platform:<its code>; got ${carrier ?? "none"}`);
}

function missing(message: string): Error {
  const outcome = refuse("invalid_request", OPERATION, message);
  return outcome.outcome === "rejected" ? outcome.error : new Error(message);
}

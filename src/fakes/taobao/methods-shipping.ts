/** Shipping: by a carrier of one's own, by the platform's, without any; several parcels; another number. */

import type { Call, Method } from "./method.ts";
import { oneOf } from "./method.ts";
import type { Parameters } from "./parameters.ts";
import { correctParcel, makeParcel, moveParcel, sendParcel } from "./shipping.ts";
import { checkAddress, checkCarrier, checkTrade, linesOf, shippingError, type Way } from "./shipping-checks.ts";
import { nowOf, type Store } from "./store.ts";
import { DAY, toText } from "./time.ts";
import { missingParameter, refusal, type TopError } from "./top-error.ts";
import { isEnded } from "./trade-status.ts";
import type { Parcel, Trade } from "./types.ts";
import type { Row } from "./wire.ts";

/** A number of one's own carrier may be corrected for so long. */
const CORRECT_DAYS = 50;
const SENT: Row = { shipping: { is_success: true } };
const FEATURES = { feature: "text", seller_ip: "text" } as const;
const ADDRESS_IDS = { sender_id: "number", cancel_id: "number" } as const;

export const SHIPPING_METHODS: readonly Method[] = [
  {
    name: "taobao.logistics.offline.send",
    level: "w1",
    parameters: {
      tid: "number!",
      out_sid: "text!",
      company_code: "text!",
      is_split: "number",
      sub_tid: "numbers<50",
      ...ADDRESS_IDS,
      ...FEATURES,
    },
    run: (call) => send(call, "offline"),
  },
  {
    name: "taobao.logistics.online.send",
    level: "w1",
    parameters: {
      tid: "number!",
      out_sid: "text",
      company_code: "text!",
      is_split: "number",
      sub_tid: "numbers<20",
      ...ADDRESS_IDS,
      ...FEATURES,
    },
    run: (call) => send(call, "online"),
  },
  {
    name: "taobao.logistics.online.confirm",
    level: "w1",
    parameters: { tid: "number!", out_sid: "text!", is_split: "number", sub_tid: "numbers<20", seller_ip: "text" },
    run: confirm,
  },
  {
    name: "taobao.logistics.online.cancel",
    level: "w1",
    parameters: { tid: "number!" },
    run: ({ store, parameters }) => {
      const parcel = store.trades
        .get(parameters.id("tid"))
        ?.parcels.find((one) => one.isOnline && one.steps.length === 0);
      if (parcel === undefined) throw shippingError("online", "B01");
      moveParcel(store, parcel, "CANCELLED");
      return { is_success: true, modify_time: toText(nowOf(store)) };
    },
  },
  {
    name: "taobao.logistics.dummy.send",
    level: "w1",
    parameters: { tid: "number!", ...FEATURES },
    run: ({ store, parameters }) => {
      const trade = store.trades.get(parameters.id("tid"));
      checkTrade(trade, "dummy");
      shipAll(store, trade);
      return SENT;
    },
  },
  {
    name: "taobao.logistics.consign.resend",
    level: "w1",
    parameters: {
      tid: "number!",
      out_sid: "text!",
      company_code: "text!",
      is_split: "number",
      sub_tid: "numbers<50",
      ...FEATURES,
    },
    run: resend,
  },
  {
    name: "alibaba.ascp.logistics.offline.send",
    level: "w1",
    parameters: {
      tid: "text!",
      sub_tid: "text",
      consign_pkgs: "json",
      consign_status: "json",
      consign_type: "number",
      feature: "text",
      ...ADDRESS_IDS,
    },
    run: sendPackages,
  },
  {
    name: "alibaba.ascp.logistics.consign.modify",
    level: "w1",
    parameters: {
      tid: "text!",
      old_company_code: "text",
      old_out_sid: "text!",
      new_company_code: "text",
      new_out_sid: "text!",
      goods: "json",
      feature: "text",
    },
    run: ({ store, parameters }) => {
      const trade = store.trades.get(parameters.id("tid"));
      const parcel = trade?.parcels.find((one) => one.trackingNumber === parameters.text("old_out_sid"));
      if (trade === undefined || parcel === undefined) throw numberError("CD19");
      const carrier = parameters.text("new_company_code") ?? parcel.carrier;
      correct(store, trade, parcel, carrier, parameters.id("new_out_sid"));
      return { result: { success: true } };
    },
  },
];

function isSplit(parameters: Parameters): boolean {
  return parameters.int("is_split") === 1;
}

function send({ store, parameters }: Call, way: "offline" | "online"): Row {
  const trade = store.trades.get(parameters.id("tid"));
  checkTrade(trade, way);
  const [carrier, trackingNumber] = [parameters.text("company_code"), parameters.text("out_sid")];
  checkCarrier(carrier, trackingNumber, way);
  checkAddress(parameters.text("sender_id"), way);
  checkAddress(parameters.text("cancel_id"), way);
  const lines = linesOf(trade, isSplit(parameters), parameters.list("sub_tid"), way);
  makeParcel(store, trade, {
    lines,
    carrier: carrier ?? "",
    trackingNumber: trackingNumber ?? "",
    isOnline: way === "online",
    isSplit: isSplit(parameters),
    isSent: trackingNumber !== undefined,
    by: "api",
  });
  return SENT;
}

/** Goods without a parcel. */
export function shipAll(store: Store, trade: Trade): void {
  const shipment = {
    carrier: "",
    trackingNumber: "",
    isOnline: false,
    isSplit: false,
    isSent: true,
    by: "api" as const,
  };
  makeParcel(store, trade, { lines: linesOf(trade, false, [], "dummy"), ...shipment });
}

/** The parcel that was ordered at a carrier leaves. */
function confirm({ store, parameters }: Call): Row {
  const trade = store.trades.get(parameters.id("tid"));
  if (trade === undefined) throw shippingError("confirm", "B01");
  const oids = parameters.list("sub_tid");
  const ordered = trade.parcels.filter(
    (parcel) => parcel.isOnline && (oids.length === 0 || oids.some((oid) => parcel.oids.includes(oid))),
  );
  const parcel = ordered.find((one) => one.steps.length === 0 && one.status !== "CANCELLED");
  if (parcel === undefined) throw shippingError("confirm", ordered.length > 0 ? "HD06" : "B02");
  checkCarrier(parcel.carrier, parameters.text("out_sid"), "confirm");
  parcel.trackingNumber = parameters.id("out_sid");
  moveParcel(store, parcel, "ACCEPTED");
  sendParcel(store, trade, parcel, "api");
  return SENT;
}

function numberError(suffix: string): TopError {
  const texts: Record<string, string> = {
    CD19: "not shipped yet",
    P07: "nothing changes",
    P08: "cannot be changed now",
  };
  return refusal(`isv.logistics-update-company-or-mailno-error:${suffix}`, texts[suffix] ?? suffix);
}

function resend({ store, parameters }: Call): Row {
  const trade = store.trades.get(parameters.id("tid"));
  if (trade === undefined) throw numberError("CD19");
  const oids = parameters.list("sub_tid");
  const parcels = trade.parcels.filter((parcel) => oids.length === 0 || oids.some((oid) => parcel.oids.includes(oid)));
  const parcel = parcels.at(-1);
  if (parcel === undefined || parcel.steps.length === 0) throw numberError("CD19");
  if (parcel.isSplit && !isSplit(parameters)) throw shippingError("offline", "CD22");
  correct(store, trade, parcel, parameters.id("company_code"), parameters.id("out_sid"));
  return SENT;
}

function correct(store: Store, trade: Trade, parcel: Parcel, carrier: string, trackingNumber: string): void {
  checkCarrier(carrier, trackingNumber, "offline");
  if (parcel.carrier === carrier && parcel.trackingNumber === trackingNumber) throw numberError("P07");
  const isPickedUp = parcel.isOnline && parcel.status === "PICK_UP";
  if (isPickedUp || isEnded(trade) || nowOf(store) - parcel.created > CORRECT_DAYS * DAY) throw numberError("P08");
  correctParcel(store, trade, parcel, { carrier, trackingNumber }, "api");
}

interface Package {
  company_code?: string;
  out_sid?: string;
  goods?: { sub_tid?: string | number; num?: number | string; item_type?: number }[];
}

/** Several parcels at once, parts of lines too. */
function sendPackages(call: Call): Row {
  const { store, parameters } = call;
  const trade = store.trades.get(parameters.id("tid"));
  checkTrade(trade, "offline");
  oneOf(call, "consign_type", ["0", "1", "2", "3"]);
  const packages = parameters.json("consign_pkgs");
  if (!Array.isArray(packages) || packages.length === 0) throw missingParameter("consign_pkgs");
  const status = (parameters.json("consign_status") ?? {}) as { is_part_consign?: boolean };
  for (const one of packages as Package[]) checkCarrier(one.company_code, one.out_sid, "offline");
  for (const one of packages as Package[]) sendPackage(store, trade, one, status.is_part_consign === true, "offline");
  return { result: { success: true } };
}

function sendPackage(store: Store, trade: Trade, one: Package, isPart: boolean, way: Way): void {
  const goods = (one.goods ?? []).filter((entry) => (entry.item_type ?? 0) === 0);
  const lines = goods.flatMap((entry) => {
    const line = trade.lines.find((candidate) => candidate.oid === String(entry.sub_tid));
    if (line === undefined) throw shippingError(way, "P38");
    const units = Number(entry.num ?? line.num - line.packed);
    if (!(units > 0) || line.packed + units > line.num) throw shippingError(way, "P22");
    line.packed += units;
    // A part of a line leaves it waiting for the rest.
    return line.packed < line.num && isPart ? [] : [line];
  });
  const all = goods.length === 0 ? linesOf(trade, false, [], way) : lines;
  makeParcel(store, trade, {
    lines: all,
    carrier: one.company_code ?? "",
    trackingNumber: one.out_sid ?? "",
    isOnline: false,
    isSplit: all.length < trade.lines.length,
    isSent: true,
    by: "api",
  });
}

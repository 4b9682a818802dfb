/**
 * Disputes of three systems, whose ids name them: buyers' applications to cancel a shop's order (`cancel:`), returns of
 * direct orders (`return:`), and goods that the platform sends back to the vendor (`vendor:`). What buyers return under JIT
 * and JITX goes to the platform: bills alone show it.
 */
import { z } from "zod";
import {
  type ActCapability,
  absent,
  type DisputeActInput,
  type DisputeCapability,
  type RawDocument,
  type RecordKey,
  type Store,
  type Stream,
} from "../../core/adapter.ts";
import { look } from "../../core/model/look.ts";
import { type Dispute, type Unified, unified, type Warning } from "../../core/model/records.ts";
import type { DisputeStatus, Turn } from "../../core/model/vocabulary.ts";
import { documentsInFile } from "./client/files.ts";
import { type Client, toPlatformTime } from "./client/index.ts";
import { type Ask, type List, readList, readWhole, rowsOf } from "./client/lists.ts";
import { done, refusable, refuse } from "./client/outcomes.ts";
import { CANCEL_STATUS, RETURN_TYPE } from "./codes.ts";
import { DOCS, settingsOf, vendorId } from "./config.ts";
import { GET_BATCH, PAGE, REACH_DAYS } from "./limits.ts";
import { orNull } from "./orders/read.ts";
import {
  type Fields,
  intOrNull,
  isFields,
  list,
  recordsOf,
  sums,
  textIn,
  texts,
  times,
  toInstant,
  yuan,
} from "./schemas.ts";

const WINDOW = { maxMinutes: 1440, safetyLagSeconds: 60, overlapSeconds: 600, maxAgeDays: null, minSeconds: 2 };
const stream = (name: string, everySeconds: number): Stream => ({
  name,
  by: "change",
  window: WINDOW,
  everySeconds,
  backfill: true,
});
const bounds = ({ from, to }: Ask): [string, string] => [toPlatformTime(from), toPlatformTime(to)];

type System = "cancel" | "return" | "vendor";
interface DisputeList extends List {
  system: System;
}

const LISTS: readonly DisputeList[] = [
  {
    stream: stream("cancellations", 180),
    system: "cancel",
    mode: "marketplace",
    method: "sov.batchGetCancelInfo",
    rows: "cancelInfos",
    size: PAGE.most,
    query(ask) {
      const [start_time, end_time] = bounds(ask);
      return { request: { start_time, end_time, page: ask.page, limit: ask.limit } };
    },
  },
  {
    stream: stream("returns", 600),
    system: "return",
    mode: "dvd",
    method: "dvd.getOrderReturnList",
    rows: "order_return_list",
    size: PAGE.most,
    query(ask) {
      const [st_time, et_time] = bounds(ask);
      return { st_time, et_time, vendor_id: vendorId(ask.store), page: ask.page, limit: ask.limit };
    },
  },
  {
    stream: stream("vendor_returns", 3600),
    system: "vendor",
    mode: "jit",
    method: "vreturn.getReturnInfo",
    rows: "returnInfos",
    size: PAGE.most,
    parts: ({ settings }) => settingsOf(settings).return_warehouses,
    query(ask) {
      const [st_create_time, ed_create_time] = bounds(ask);
      const vendor_id = vendorId(ask.store);
      return { vendor_id, warehouse: ask.part, st_create_time, ed_create_time, page: ask.page, limit: ask.limit };
    },
  },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: LISTS.map((one) => one.stream),
    rereadOpenMinutes: 360,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const { list: found, rows, ask, page } = await readList(client, store, LISTS, input, signal);
      const listed = toPlatformTime(ask.from).slice(0, 10);
      const documents: RawDocument[] = [];
      for (const row of rows) documents.push(await compose(client, store, found.system, row, listed, ask.part, signal));
      return { documents, references: [], ...page };
    },
    async getMany(store, keys, signal) {
      const documents: RawDocument[] = [];
      for (const key of keys) {
        const document = await readDispute(client, store, key, signal);
        if (document) documents.push(document);
      }
      const found = new Set(documents.map(({ externalId }) => externalId));
      const missing = keys.filter(({ externalId }) => !found.has(externalId));
      return { documents, missing: missing.map(({ externalId }) => ({ externalId, means: "gone" })) };
    },
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "dispute", disputesInFile),
    acts: {
      accept: createAnswerAct(client, true),
      refuse: createAnswerAct(client, false),
      message: absent("no interface takes words to a buyer; suppliers may not contact them", DOCS),
      receive_return: createReceiveAct(client),
    },
  };
}

const ID_FIELD: Readonly<Record<System, string>> = {
  cancel: "apply_sn",
  return: "order_return_id",
  vendor: "return_sn",
};

/** `listed`: the day by which it was found, where no field tells one. */
function toDocument(system: System, row: Fields, rest: Fields, key: Record<string, string>): RawDocument {
  const number = textIn(row[ID_FIELD[system]]) ?? textIn(row.order_id);
  if (number === null) throw new Error(`a ${system} has no number`);
  return {
    externalId: `${system}:${number}`,
    key: { ...key, order: textIn(row.order_id) ?? "" },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: `${system}@1.0.0`,
    payload: { [system]: row, ...rest },
  };
}

/** A row with what else is told of it: the goods of a return, the deliveries of what the platform sends back. */
async function compose(
  client: Client,
  store: Store,
  system: System,
  row: Fields,
  listed: string,
  warehouse: string,
  signal: AbortSignal,
): Promise<RawDocument> {
  const vendor_id = vendorId(store);
  if (system === "cancel") return toDocument(system, row, { listed }, { listed });
  if (system === "return") {
    const request = { vendor_id, order_id: textIn(row.order_id), order_return_id: textIn(row.order_return_id) };
    const answer = await orNull(() => client.call(store, "dvd.getOrderReturnDetails", { request }, signal));
    const details = rowsOf(answer, "order_return_detail_list");
    return toDocument(system, row, { details }, { at: textIn(row.return_time) ?? "" });
  }
  const query = { vendor_id, warehouse, return_sn: textIn(row.return_sn) };
  const details = await readWhole(
    client,
    store,
    "vreturn.getReturnDetail",
    (page) => ({ ...query, ...page }),
    "returnDeliveryInfos",
    signal,
  );
  return toDocument(system, row, { details, listed }, { listed, warehouse });
}

/** The dispute as it is now; null where there is none. */
async function readDispute(
  client: Client,
  store: Store,
  { externalId, key }: RecordKey,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const [system = "", number = ""] = externalId.split(":");
  const vendor_id = vendorId(store);
  const first = async (method: Parameters<Client["call"]>[1], args: Fields, rows: string) => {
    const answer = rowsOf(await orNull(() => client.call(store, method, args, signal)), rows);
    return answer.find((row) => textIn(row[ID_FIELD[system as System]]) === number) ?? null;
  };
  const put = (row: Fields | null) =>
    row && compose(client, store, system as System, row, key?.listed ?? "", key?.warehouse ?? "", signal);
  const paging = { page: 1, limit: PAGE.most };
  if (system === "cancel")
    return put(await first("sov.batchGetCancelInfo", { request: { apply_sn: number, ...paging } }, "cancelInfos"));
  if (system === "return") {
    const now = client.clock.now();
    const at = toInstant(key?.at) ?? new Date(now.getTime() - REACH_DAYS.orders * 86_400_000);
    const until = key?.at ? new Date(at.getTime() + 1000) : now;
    const window = { st_time: toPlatformTime(at), et_time: toPlatformTime(until) };
    const order_id = key?.order || undefined;
    return put(
      await first("dvd.getOrderReturnList", { ...window, vendor_id, order_id, ...paging }, "order_return_list"),
    );
  }
  if (system !== "vendor") return null;
  for (const warehouse of key?.warehouse ? [key.warehouse] : settingsOf(store.settings).return_warehouses) {
    const row = await first(
      "vreturn.getReturnInfo",
      { vendor_id, warehouse, return_sn: number, ...paging },
      "returnInfos",
    );
    if (row) return compose(client, store, system, row, key?.listed ?? "", warehouse, signal);
  }
  return null;
}

/** Documents as they are kept, and rows of answers; deliveries of goods that come back are joined by their number. */
function disputesInFile(root: unknown): RawDocument[] {
  const documents: RawDocument[] = [];
  const rows: [System, Fields][] = [];
  const goods: Fields[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isFields(value)) return;
    const kept = (["cancel", "return", "vendor"] as const).find((system) => isFields(value[system]));
    const { [kept ?? ""]: row, ...rest } = value;
    if (kept && isFields(row)) documents.push(toDocument(kept, row, rest, {}));
    else if ("apply_sn" in value || ("audit_status" in value && "is_system" in value)) rows.push(["cancel", value]);
    else if ("order_return_id" in value && "return_goods_details" in value) goods.push(value);
    else if ("order_return_id" in value) rows.push(["return", value]);
    else if ("return_sn" in value && ("delivery_list" in value || "out_time" in value)) goods.push(value);
    else if ("return_sn" in value && "return_type" in value) rows.push(["vendor", value]);
    else Object.values(value).forEach(visit);
  };
  visit(root);
  const detailed = (system: System, row: Fields) =>
    goods.filter((detail) => textIn(detail[ID_FIELD[system]]) === textIn(row[ID_FIELD[system]]));
  const alone = goods.filter(
    ({ return_sn }) => return_sn !== undefined && !rows.some(([, row]) => textIn(row.return_sn) === textIn(return_sn)),
  );
  return [
    ...documents,
    ...rows.map(([system, row]) => toDocument(system, row, { details: detailed(system, row) }, {})),
    ...alone.map((detail) => toDocument("vendor", { return_sn: detail.return_sn }, { details: [detail] }, {})),
  ];
}

const DETAIL = z.looseObject({
  ...times("out_time"),
  ...sums("refund_amount"),
  return_goods_details: list(z.looseObject({ ...texts("barcode"), amount: intOrNull() })),
  delivery_list: list(z.looseObject({ ...texts("barcode", "po_no", "grade"), qty: intOrNull() })),
});
const DISPUTE = z.looseObject({
  cancel: z
    .looseObject({
      ...texts("order_id", "apply_sn", "audit_status", "order_status", "reason_choice_remark", "reason_remark"),
    })
    .optional(),
  return: z
    .looseObject({
      ...texts(
        "order_id",
        "order_return_id",
        "return_type",
        "vendor_need_audit",
        "return_reason",
        "transport_no",
        "carrier",
      ),
      ...times("return_time"),
    })
    .optional(),
  vendor: z.looseObject(texts("return_sn", "return_type", "warehouse")).optional(),
  details: list(DETAIL),
  ...times("listed"),
});
type Parsed = z.infer<typeof DISPUTE>;

const TURN: Readonly<Partial<Record<DisputeStatus, Turn>>> = {
  open_awaiting_seller: "seller",
  open_awaiting_platform: "platform",
  return_in_transit: "seller",
};

function toUnified(raw: RawDocument): Unified {
  const parsed = DISPUTE.parse(raw.payload);
  const warnings: Warning[] = [];
  const told = parsed.cancel
    ? cancelOf(parsed.cancel, warnings)
    : parsed.return
      ? returnOf(parsed.return, parsed.details, warnings)
      : vendorOf(parsed, warnings);
  const openedAt = told.openedAt ?? parsed.listed ?? dayIn(told.orderExternalId);
  if (openedAt === null) throw new Error("nothing tells when the dispute began");
  const dispute: Dispute = {
    externalId: raw.externalId,
    system: raw.externalId.split(":")[0] ?? null,
    externalKind: null,
    reason: null,
    externalReason: null,
    amount: null,
    turn: TURN[told.status] ?? null,
    // No interface tells a deadline.
    dueAt: null,
    closedAt: null,
    lines: [],
    events: [],
    returnTracking: null,
    lockToken: null,
    restockedByPlatform: null,
    warnings,
    ...told,
    openedAt,
  };
  return unified({ disputes: [dispute] });
}

type Told = Pick<Dispute, "status" | "kind" | "externalStatus" | "orderExternalId"> &
  Partial<Omit<Dispute, "openedAt">> & { openedAt: Date | null };

/** Numbers of orders begin with their day. */
function dayIn(orderId: string | null): Date | null {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)\d{6,}$/.exec(orderId ?? "") ?? [];
  return year === undefined ? null : toInstant(`20${year}-${month}-${day}`);
}

function cancelOf(row: NonNullable<Parsed["cancel"]>, warnings: Warning[]): Told {
  const code = row.audit_status ?? "";
  return {
    orderExternalId: row.order_id,
    kind: "refund_only",
    status: look(CANCEL_STATUS, "state of an application to cancel", code, "unknown", warnings),
    externalStatus: code,
    externalReason: [row.reason_choice_remark, row.reason_remark].filter((words) => words !== null).join(": ") || null,
    openedAt: null,
  };
}

/** 0: the buyer refused the parcel; 1: a return, which the supplier may have to audit; 2: taken back. */
const RETURNS: Readonly<Record<string, DisputeStatus>> = {
  "0": "return_in_transit",
  "1": "return_in_transit",
  "2": "withdrawn",
};
const NEEDS_AUDIT = "1";

function returnOf(row: NonNullable<Parsed["return"]>, details: Parsed["details"], warnings: Warning[]): Told {
  const code = row.return_type ?? "";
  const known = look(RETURNS, "kind of a return", code, "unknown", warnings);
  const status = code === "1" && row.vendor_need_audit === NEEDS_AUDIT ? "open_awaiting_seller" : known;
  const amount = details.map((detail) => detail.refund_amount).find((sum) => sum !== null) ?? null;
  return {
    orderExternalId: row.order_id,
    kind: "return_refund",
    externalKind: code,
    status,
    externalStatus: `${code}/${row.vendor_need_audit ?? ""}`,
    externalReason: row.return_reason,
    amount: amount === null ? null : yuan(amount),
    openedAt: row.return_time,
    returnTracking: row.transport_no === null ? null : { carrier: row.carrier, number: row.transport_no },
    lines: details.flatMap((detail) => detail.return_goods_details.map((item) => goodsLine(item.barcode, item.amount))),
  };
}

function vendorOf({ vendor, details }: Parsed, warnings: Warning[]): Told {
  if (!vendor) throw new Error("the dispute is of no system that is known");
  const outAt = details.map((detail) => detail.out_time).find((at) => at !== null) ?? null;
  const code = vendor.return_type ?? "";
  const isKnown = vendor.return_type === null || Object.hasOwn(RETURN_TYPE, code);
  if (!isKnown)
    warnings.push({ code: "unknown_code", detail: `kind of a return to the vendor: "${code}" is not known` });
  const items = details.flatMap((detail) => detail.delivery_list);
  return {
    orderExternalId: null,
    kind: "return_refund",
    externalKind: RETURN_TYPE[code] ?? vendor.return_type,
    // Announced, then on its way; bills (CR_SUP) show its end.
    status: isKnown ? (outAt === null ? "open_awaiting_platform" : "return_in_transit") : "unknown",
    externalStatus: code,
    externalReason: [...new Set(items.map((item) => item.po_no))].filter((po) => po !== null).join(", ") || null,
    openedAt: outAt,
    lines: items.map((item) => goodsLine(item.barcode, item.qty)),
  };
}

const goodsLine = (variantExternalId: string | null, quantity: number | null) => ({
  orderLineExternalId: variantExternalId,
  variantExternalId,
  quantity: quantity ?? 0,
  amount: null,
});

const ID = z.string().min(1);
const INPUT = z.object({
  disputeExternalId: ID,
  orderExternalId: ID.nullable(),
  system: z.string().nullable(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  lockToken: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), contentType: z.string(), base64: z.string() })),
  returnAddressId: z.string().nullable(),
});
async function openDispute(client: Client, store: Store, input: DisputeActInput, signal: AbortSignal) {
  const { disputeExternalId, orderExternalId } = input;
  const key: Record<string, string> = orderExternalId ? { order: orderExternalId } : {};
  const externalId =
    disputeExternalId.includes(":") || !input.system ? disputeExternalId : `${input.system}:${disputeExternalId}`;
  const raw = await readDispute(client, store, { externalId, key }, signal);
  return raw && { raw, dispute: toUnified(raw).disputes[0], payload: DISPUTE.parse(raw.payload) };
}

const AGREE = { cancel: 2, return: 1 };
const REFUSE = { cancel: 3, return: 2 };

/** An answer to what waits for the seller; what has been answered so is done. */
function createAnswerAct(client: Client, isAgreed: boolean): ActCapability<DisputeActInput> {
  const operation = isAgreed ? "disputes.accept" : "disputes.refuse";
  const code = isAgreed ? AGREE : REFUSE;
  return {
    input: INPUT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const found = await openDispute(client, store, input, signal);
        if (!found) return refuse("not_found", operation, `dispute ${input.disputeExternalId} does not exist`);
        const { payload, dispute, raw } = found;
        const { cancel, return: back } = payload;
        const finished = done(raw.externalId, "disputes");
        if (cancel?.audit_status === String(code.cancel)) return finished;
        const opinion = input.message ?? input.reason ?? undefined;
        if (dispute?.status !== "open_awaiting_seller")
          return refuse("conflict", operation, `the dispute is ${dispute?.externalStatus}: it wants no answer`);
        if (cancel) {
          const request = { apply_sn: cancel.apply_sn, audit_status: code.cancel, opinion };
          await client.call(store, "sov.auditCancelApply", { request }, signal, "keyed-write");
        } else if (back) {
          const { order_id, order_return_id } = back;
          const audit = { vendor_audit_stat: code.return, vendor_audit_opinion: opinion };
          const request = { vendor_id: vendorId(store), order_id, order_return_id, ...audit };
          await client.call(store, "dvd.auditReturnResult", { request }, signal, "keyed-write");
        }
        return finished;
      }),
  };
}

/** Goods of a direct order have come back: returned by the buyer, or refused at the door. */
function createReceiveAct(client: Client): ActCapability<DisputeActInput> {
  const operation = "disputes.receive_return";
  return {
    input: INPUT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const found = await openDispute(client, store, input, signal);
        if (!found) return refuse("not_found", operation, `dispute ${input.disputeExternalId} does not exist`);
        const { return: back, details } = found.payload;
        if (!back) return refuse("conflict", operation, "only returns of direct orders are confirmed");
        const goods = details.flatMap((detail) => recordsOf(detail.return_goods_details));
        const parcel = {
          vendor_id: vendorId(store),
          order_id: back.order_id,
          carrier_code: back.carrier ?? "",
          carrier_name: back.carrier ?? "",
          delivery_no: back.transport_no ?? "",
          note: input.message ?? undefined,
        };
        const isRefused = back.return_type === "0";
        const goods_list = goods.map(({ barcode, amount, good_name }) =>
          isRefused ? { barcode, amount } : { barcode, amount, product_name: textIn(good_name) ?? "" },
        );
        const method = isRefused ? "dvd.confirmRefuseResult" : "dvd.confirmReturnResult";
        await client.call(store, method, { request: { ...parcel, goods_list } }, signal, "keyed-write");
        return done(found.raw.externalId, "disputes", "orders");
      }),
  };
}

/** A dispute of each system as a unified dispute. Pure. */
import type { RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import type { DisputeStatus, Turn } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { CANCEL_STATUS, RETURN_STATUS, RETURN_TYPE, returnState } from "../codes.ts";
import { isFields, rowOf, toInstant, yuan } from "../schemas.ts";
import type { System } from "./read.ts";

/** What ids of disputes begin with that a direct order's own state tells of. */
export const OF_ORDER = "order:";

type Told = Pick<Dispute, "status" | "kind" | "externalStatus"> & Partial<Dispute>;

type Reader = (row: Tree, payload: Tree, warnings: Warning[]) => Told;
const READERS: Readonly<Record<System, Reader>> = {
  cancel: cancelOf,
  return: returnOf,
  vendor: vendorOf,
};

export const TURN: Readonly<Partial<Record<DisputeStatus, Turn>>> = {
  open_awaiting_seller: "seller",
  open_awaiting_platform: "platform",
  return_in_transit: "seller",
};

export function toUnified(raw: RawDocument): Unified {
  const [system] = raw.externalId.split(":") as [System];
  const payload = rowOf(raw.payload);
  if (!isFields(payload.fields[system])) throw new Error("the dispute is of no system that is known");
  const row = rowOf(payload.fields[system]);
  const warnings: Warning[] = [];
  const told = READERS[system](row, payload, warnings);
  const orderExternalId = row.text("order_id");
  const openedAt = told.openedAt ?? payload.time("listed") ?? dayIn(orderExternalId);
  if (openedAt === null) throw new Error("nothing tells when the dispute began");
  const base = { externalKind: null, externalReason: null, amount: null, turn: TURN[told.status] ?? null };
  const lists = { lines: [], events: [], warnings };
  const id = { externalId: raw.externalId, orderExternalId, system };
  return unified({ disputes: [{ ...UNSAID_DISPUTE, ...base, ...lists, ...told, ...id, openedAt }] });
}

/** Numbers of orders begin with their day. */
function dayIn(orderId: string | null): Date | null {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)\d{6,}$/.exec(orderId ?? "") ?? [];
  return year === undefined ? null : toInstant(`20${year}-${month}-${day}`);
}

const joined = (words: (string | null)[], by: string) => words.filter((word) => word !== null).join(by) || null;

function cancelOf(row: Tree, _payload: Tree, warnings: Warning[]): Told {
  const code = row.text("audit_status") ?? "";
  return {
    kind: "refund_only",
    status: look(CANCEL_STATUS, "state of an application to cancel", code, "unknown", warnings),
    externalStatus: code,
    externalReason: joined([row.text("reason_choice_remark"), row.text("reason_remark")], ": "),
  };
}

/** Its list tells how it begins, and that it was taken back; its order's state how it ends. */
function returnOf(row: Tree, payload: Tree, warnings: Warning[]): Told {
  const details = payload.list("details");
  const code = row.text("return_type") ?? "";
  const needsAudit = row.text("vendor_need_audit") === "1";
  const known = look(RETURN_STATUS, "kind of a return", code, "unknown", warnings);
  const own = code === "1" && needsAudit ? "open_awaiting_seller" : known;
  const told = own === "withdrawn" || own === "unknown" ? null : returnState(payload.text("state"));
  const amount = details.map((detail) => detail.decimal("refund_amount")).find((sum) => sum !== null);
  const opened = row.time("return_time");
  const number = row.text("transport_no");
  return {
    kind: "return_refund",
    externalKind: code,
    status: told ?? own,
    externalStatus: `${code}/${row.text("vendor_need_audit") ?? ""}`,
    externalReason: row.text("return_reason"),
    amount: amount ? yuan(amount) : null,
    ...(opened ? { openedAt: opened } : {}),
    returnTracking: number === null ? null : { carrier: row.text("carrier"), number },
    lines: details.flatMap((detail) => detail.list("return_goods_details")).map((item) => goodsLine(item, "amount")),
  };
}

/** Announced, then on its way; bills (CR_SUP) show its end. */
function vendorOf(row: Tree, payload: Tree, warnings: Warning[]): Told {
  const details = payload.list("details");
  const code = row.text("return_type");
  const outAt = details.map((detail) => detail.time("out_time")).find((at) => at !== null);
  const items = details.flatMap((detail) => detail.list("delivery_list"));
  const name = code === null ? null : look(RETURN_TYPE, "kind of a return to the vendor", code, null, warnings);
  const status = outAt ? "return_in_transit" : "open_awaiting_platform";
  return {
    kind: "return_refund",
    externalKind: name ?? code,
    status: code !== null && name === null ? "unknown" : status,
    externalStatus: code ?? "",
    externalReason: joined([...new Set(items.map((item) => item.text("po_no")))], ", "),
    ...(outAt ? { openedAt: outAt } : {}),
    lines: items.map((item) => goodsLine(item, "qty")),
  };
}

function goodsLine(item: Tree, units: string) {
  const barcode = item.text("barcode");
  return { orderLineExternalId: barcode, variantExternalId: barcode, quantity: item.count(units) ?? 0, amount: null };
}

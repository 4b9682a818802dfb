/** Disputes by id. A refund is asked for as such; what is not one may be an exchange (Tmall) or a special refund. */
import type { Missing, RawDocument, RecordKey, Reference, Store } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { isRefusal } from "../client/refusals.ts";
import { sellerType, ZONE } from "../config.ts";
import { MESSAGES, REFUND, type RefundDocument } from "../schemas/dispute.ts";
import { documentsInFile, idIn, rowsOf } from "../schemas/file.ts";
import { recordsOf } from "../schemas/helpers.ts";

/** Of which of the platform's systems a document is: their numbers mean different things. */
type System = "refund" | "dispute" | "special";
const FORMS: Readonly<Record<System, string>> = {
  refund: "refund@2.0",
  dispute: "tmall.dispute@2.0",
  special: "special.refund@2.0",
};

const COMMON = [
  "refund_id,oid,status,refund_phase,refund_fee,good_status,has_good_return,order_status,created,modified,good_return_time",
  "reason,desc,company_name,num,title,address,alipay_no,attribute",
].join(",");

const REFUND_FIELDS = `${COMMON},tid,refund_version,payment,total_fee,price,split_seller_fee,split_taobao_fee,sid,num_iid,sku,outer_id,cs_status,advance_status,operation_contraint,refund_remind_timeout,shipping_type,dispute_type,combine_item_info`;
const SPECIAL_FIELDS = `${COMMON},tid,refund_version,payment,total_fee,price,sid,num_iid,sku,outer_id,cs_status,advance_status,operation_contraint,refund_remind_timeout,special_refund_type`;
export const DISPUTE_FIELDS = `${COMMON},biz_order_id,dispute_request,buyer_logistic_name,buyer_logistic_no,seller_logistic_name,seller_logistic_no,time_out`;

export const refundId = (refund: Fields): string | null => idIn(refund.refund_id);

/** A list says less than the refund itself; both name id, time of change and status. */
export function refundReference(refund: Fields): Reference {
  const externalId = refundId(refund);
  if (externalId === null) throw new Error("a refund has no refund_id");
  const modified = typeof refund.modified === "string" ? refund.modified.trim() : "";
  return {
    externalId,
    sourceUpdatedAt: modified === "" ? null : localToInstant(modified, ZONE),
    sourceVersion: modified,
  };
}

function toRefundDocument(refund: Fields, system: System): RawDocument {
  return { ...refundReference(refund), form: FORMS[system], payload: refund, via: { system } };
}

async function read(
  client: Client,
  store: Store,
  system: System,
  refund_id: string,
  signal: AbortSignal,
): Promise<Fields | null> {
  const [method, fields] = {
    refund: ["taobao.refund.get", REFUND_FIELDS],
    dispute: ["tmall.dispute.receive.get", DISPUTE_FIELDS],
    special: ["taobao.special.refund.get", SPECIAL_FIELDS],
  }[system] as [string, string];
  try {
    const answer = await client.call(store, { method, parameters: { fields, refund_id } }, signal);
    if (system !== "dispute") return isFields(answer.refund) ? answer.refund : null;
    return disputesIn(answer).find((row) => refundId(row) === refund_id) ?? null;
  } catch (error) {
    if (isRefusal(error) && error.category === "not_found") return null;
    // The other systems may be closed to the app, or not there for this kind of shop.
    if (isRefusal(error) && system !== "refund") return null;
    throw error;
  }
}

/** Rows of tmall.dispute.receive.get: below `result`, and `results` once more. */
export function disputesIn(answer: Fields): Fields[] {
  const { result } = answer;
  return recordsOf(isFields(result) ? result.results : answer.results);
}

async function readDispute(
  client: Client,
  store: Store,
  refundId: string,
  signal: AbortSignal,
  system?: string,
): Promise<RawDocument | null> {
  if (!/^\d+$/.test(refundId)) return null;
  const order: System[] = system === "special" ? ["special"] : ["refund", "dispute", "special"];
  for (const one of order) {
    if (one === "dispute" && sellerType(store) !== "B") continue;
    const found = await read(client, store, one, refundId, signal);
    if (found) return toRefundDocument(found, one);
  }
  return null;
}

/** The refund as it is now, with the version that an answer must name. */
export async function currentRefund(
  client: Client,
  store: Store,
  refundId: string,
  signal: AbortSignal,
): Promise<RefundDocument | null> {
  const found = await readDispute(client, store, refundId, signal);
  return found ? REFUND.parse(found.payload) : null;
}

export async function readMessages(
  client: Client,
  store: Store,
  refund: Pick<RefundDocument, "refund_id" | "refund_phase">,
  signal: AbortSignal,
) {
  const answer = await client.call(
    store,
    {
      method: "taobao.refund.messages.get",
      parameters: {
        fields: "id,content,created,owner_role,message_type,pic_urls",
        refund_id: refund.refund_id,
        refund_phase: refund.refund_phase,
        page_no: 1,
        page_size: 100,
      },
    },
    signal,
  );
  return MESSAGES.parse(answer.refund_messages);
}

export async function readDisputes(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents: RawDocument[] = [];
  const missing: Missing[] = [];
  for (const { externalId, key } of keys) {
    const found = await readDispute(client, store, externalId, signal, key?.system);
    if (found) documents.push(found);
    else missing.push({ externalId, means: "gone" });
  }
  return { documents, missing };
}

/** Refunds of a file: bare ones, answers, lists. Numbers as a status are those of the list of disputes. */
export function refundsInFile(bytes: Uint8Array): RawDocument[] {
  return documentsInFile(bytes, "refund", (value) => {
    const rows = isFields(value.refund)
      ? [value.refund]
      : "refunds" in value
        ? recordsOf(value.refunds)
        : "result" in value
          ? disputesIn(value)
          : [value];
    const isRefund = (row: Fields) => refundId(row) !== null && "status" in row;
    return rowsOf(rows, "refund", isRefund, (row) => toRefundDocument(row, systemOf(row)));
  });
}

function systemOf(refund: Fields): System {
  if ("dispute_request" in refund || /^\d+$/.test(String(refund.status))) return "dispute";
  return "special_refund_type" in refund ? "special" : "refund";
}

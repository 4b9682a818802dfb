/** What a seller decides about refunds. Versions are a lock: a stale one is refused. */

import { type Call, type Method, refundOf } from "./method.ts";
import { needPhase, REFUSE_REASONS } from "./methods-refunds.ts";
import { gbkLength } from "./parameters.ts";
import { agreeMany } from "./refund-agree.ts";
import {
  addMessage,
  agreeReturn,
  announce,
  changeRefund,
  isExchange,
  isOpen,
  payBack,
  refundable,
  refuse,
  returnGoods,
} from "./refunds.ts";
import { ADDRESSES } from "./shipping-checks.ts";
import { toText } from "./time.ts";
import { invalidParameter, missingParameter, refusal, TopError } from "./top-error.ts";
import type { Refund } from "./types.ts";
import type { Row } from "./wire.ts";

const PROOF_BYTES = 130_000;
const RETURN_PROOF_BYTES = 5_000_000;
const IMAGE_BYTES = 500_000;
const MESSAGE_BYTES = 400;

const outOfDate = (): TopError =>
  refusal("isv.invalid-permission:refund_status is invalid or refund is out of date", "read the refund again");

export const REFUND_WRITE_METHODS: readonly Method[] = [
  {
    name: "taobao.rp.refunds.agree",
    level: "w2",
    parameters: { refund_infos: "text!", code: "text", ignore_code: "boolean" },
    run: agreeMany,
  },
  {
    name: "taobao.rp.refund.review",
    level: "w1",
    only: "B",
    parameters: {
      operator: "text!",
      refund_id: "number!",
      refund_phase: "text!",
      refund_version: "number!",
      message: "text!",
      result: "boolean!",
    },
    run: (call) => {
      const refund = fresh(call);
      needPhase(call, refund);
      refund.isReviewed = call.parameters.flag("result") === true;
      return { is_success: true };
    },
  },
  {
    name: "taobao.rp.returngoods.agree",
    level: "w1",
    parameters: {
      refund_id: "number!",
      refund_phase: "text",
      refund_version: "number",
      remark: "text",
      seller_address_id: "number",
      name: "text",
      address: "text",
      post: "text",
      tel: "text",
      mobile: "text",
      post_fee_bear_role: "number",
      virtual_return_goods: "boolean",
    },
    run: agreeGoods,
  },
  {
    name: "taobao.rp.returngoods.refill",
    level: "w1",
    only: "B",
    parameters: {
      refund_id: "number!",
      refund_phase: "text!",
      logistics_company_code: "text!",
      logistics_waybill_no: "text!",
    },
    run: (call) => {
      const refund = refundOf(call);
      needPhase(call, refund);
      if (refund.status !== "WAIT_BUYER_RETURN_GOODS") throw outOfDate();
      const [carrier, number] = [
        call.parameters.id("logistics_company_code"),
        call.parameters.id("logistics_waybill_no"),
      ];
      returnGoods(call.store, refund, carrier, number, "api");
      return { is_success: true };
    },
  },
  {
    name: "taobao.rp.returngoods.refuse",
    level: "w1",
    only: "B",
    parameters: {
      refund_id: "number!",
      refund_phase: "text!",
      refund_version: "number!",
      refuse_proof: "file!",
      refuse_reason_id: "number",
    },
    run: (call) => {
      const refund = fresh(call);
      needPhase(call, refund);
      checkFile(call, "refuse_proof", RETURN_PROOF_BYTES);
      checkReason(call);
      if (refund.status !== "WAIT_SELLER_CONFIRM_GOODS") throw outOfDate();
      refuse(call.store, refund, "api", "退货不符");
      return { result: true };
    },
  },
  {
    name: "taobao.refund.refuse",
    level: "w1",
    parameters: {
      refund_id: "number!",
      refuse_message: "text!",
      refuse_proof: "file",
      refund_phase: "text",
      refund_version: "number",
      refuse_reason_id: "number",
    },
    run: refuseMoney,
  },
  {
    name: "taobao.refund.message.add",
    level: "w1",
    parameters: { refund_id: "number!", content: "text!", image: "file!" },
    run: (call) => {
      const refund = refundOf(call);
      const text = call.parameters.id("content");
      if (gbkLength(text) > MESSAGE_BYTES) throw invalidParameter("content", `longer than ${MESSAGE_BYTES} bytes`);
      checkFile(call, "image", IMAGE_BYTES);
      const message = addMessage(call.store, refund, "2", "NORMAL", text);
      announce(call.store, refund, "taobao_refund_RefundCreateMessage");
      return { refund_message: { id: BigInt(message.id), created: toText(message.at) } };
    },
  },
  {
    name: "taobao.refund.negotiatereturn",
    level: "w1",
    parameters: { refund_id: "number!", refund_version: "number!", refund_fee: "number!", address_id: "number!" },
    run: (call) => {
      const refund = fresh(call);
      if (refund.status !== "WAIT_SELLER_AGREE" || refund.isReturn) throw outOfDate();
      const fee = call.parameters.int("refund_fee") ?? 0;
      const line = call.store.trades.get(refund.tid)?.lines.find(({ oid }) => oid === refund.oid);
      if (fee < 0 || line === undefined || fee > refundable(line)) throw invalidParameter("refund_fee", "too much");
      checkAddressId(call, "address_id");
      changeRefund(call.store, refund, "SELLER_REFUSE_BUYER", "api", "taobao_dispute_NegotiationApply");
      addMessage(call.store, refund, "2", "NORMAL", "协商退货退款");
      return {};
    },
  },
  {
    name: "taobao.rp.refund.intercept",
    level: "w1",
    parameters: { refund_id: "number!", refund_version: "number!" },
    run: (call) => {
      const refund = fresh(call);
      addMessage(call.store, refund, "2", "NORMAL", "已拦截快递");
      return {};
    },
  },
];

/** The refund, when the caller has seen its present version. */
function fresh(call: Call): Refund {
  const refund = refundOf(call);
  const version = call.parameters.text("refund_version");
  if (version !== undefined && version !== String(refund.version)) throw outOfDate();
  if (!isOpen(refund)) throw outOfDate();
  return refund;
}

function checkFile(call: Call, name: string, most: number): void {
  const file = call.parameters.file(name);
  if (file === undefined) return;
  if (file.size > most) throw new TopError(3, `isv.invalid-parameter:${name}`, `larger than ${most} bytes`);
  if (!/\.(gif|jpe?g|png)$/i.test(file.name)) throw new TopError(3, `isv.invalid-parameter:${name}`, "not a picture");
}

function checkReason(call: Call): void {
  const id = call.parameters.int("refuse_reason_id");
  if (id !== undefined && !REFUSE_REASONS.some((reason) => reason.id === id))
    throw refusal("isv.invalid-parameter:refuse_reason_id", "no such reason");
}

function checkAddressId(call: Call, name: string): string {
  const id = call.parameters.text(name);
  if (id === undefined) throw missingParameter(name);
  const address = ADDRESSES.find((candidate) => candidate.id === id);
  if (address === undefined) throw refusal(`isv.invalid-parameter:${name}`, "the address is not yours");
  return `${address.city}${address.addr}`;
}

function agreeGoods(call: Call): Row {
  const { parameters, store } = call;
  const isTmall = store.shop.type === "B";
  for (const name of isTmall
    ? ["refund_phase", "refund_version", "remark"]
    : ["name", "address", "post", "tel", "mobile"])
    if (!parameters.has(name)) throw missingParameter(name);
  const refund = fresh(call);
  needPhase(call, refund);
  const address = checkAddressId(call, "seller_address_id");
  if (!refund.isReturn || refund.status !== "WAIT_SELLER_AGREE") throw outOfDate();
  const text = parameters.text("remark") ?? parameters.text("address") ?? address;
  if (parameters.flag("virtual_return_goods") === true && !isExchange(refund)) payBack(store, refund, "api");
  else agreeReturn(store, refund, "api", text);
  return { is_success: true };
}

function refuseMoney(call: Call): Row {
  const { parameters, store } = call;
  const refund = refundOf(call);
  const text = parameters.id("refuse_message");
  if (text.length < 2 || text.length > 200) throw invalidParameter("refuse_message", "from 2 to 200 characters");
  if (store.shop.type === "B") {
    for (const name of ["refund_phase", "refund_version"]) if (!parameters.has(name)) throw missingParameter(name);
    if (parameters.file("refuse_proof") === undefined) throw missingParameter("refuse_proof");
  }
  fresh(call);
  needPhase(call, refund);
  checkFile(call, "refuse_proof", PROOF_BYTES);
  checkReason(call);
  if (refund.constraint !== null)
    throw refusal(`isv.invalid-permission:${refund.constraint}`, "this refund cannot be refused here");
  if (refund.status !== "WAIT_SELLER_AGREE" && refund.status !== "WAIT_SELLER_CONFIRM_GOODS") throw outOfDate();
  refuse(store, refund, "api", text);
  return {
    is_success: true,
    refund: { refund_id: refund.id, modified: toText(refund.modified), status: refund.status },
  };
}

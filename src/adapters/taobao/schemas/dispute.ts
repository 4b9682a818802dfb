/** Refunds, returns and exchanges: of taobao.refund.get, its twin for special refunds, and tmall.dispute.receive.get. */
import { z } from "zod";
import { id, idOrNull, instant, instantOrNull, text } from "../../../core/wire.ts";
import { ZONE } from "../config.ts";
import { decimalOrNull, flag, intOrNull, list, timeOrNull, wordsOrNull } from "./helpers.ts";

const REMIND = z
  .looseObject({ exist_timeout: flag(), timeout: instantOrNull(ZONE), remind_type: intOrNull() })
  .nullish();

export const REFUND = z.looseObject({
  refund_id: id(),
  tid: idOrNull(),
  biz_order_id: idOrNull(),
  oid: idOrNull(),
  status: text(),
  refund_phase: wordsOrNull(),
  refund_version: idOrNull(),
  dispute_type: wordsOrNull(),
  dispute_request: wordsOrNull(),
  special_refund_type: wordsOrNull(),
  refund_fee: decimalOrNull(),
  good_status: wordsOrNull(),
  has_good_return: flag(),
  order_status: wordsOrNull(),
  created: instant(ZONE),
  modified: instantOrNull(ZONE),
  good_return_time: instantOrNull(ZONE),
  end_time: instantOrNull(ZONE),
  reason: wordsOrNull(),
  desc: wordsOrNull(),
  company_name: wordsOrNull(),
  sid: wordsOrNull(),
  buyer_logistic_name: wordsOrNull(),
  buyer_logistic_no: wordsOrNull(),
  time_out: timeOrNull(),
  refund_remind_timeout: REMIND,
  cs_status: intOrNull(),
  advance_status: intOrNull(),
  operation_contraint: wordsOrNull(),
  attribute: wordsOrNull(),
  num: intOrNull(),
  num_iid: idOrNull(),
  sku: wordsOrNull(),
});
export type RefundDocument = z.infer<typeof REFUND>;

const PICTURE = z.looseObject({ url: wordsOrNull() });
const MESSAGE = z.looseObject({
  id: idOrNull(),
  content: wordsOrNull(),
  created: instantOrNull(ZONE),
  owner_role: wordsOrNull(),
  message_type: wordsOrNull(),
  pic_urls: list(PICTURE),
});
export const MESSAGES = list(MESSAGE);

export const AGREED = z.looseObject({
  succ: flag(),
  message: wordsOrNull(),
  msg_code: wordsOrNull(),
  results: list(z.looseObject({ refund_id: idOrNull(), succ: flag(), message: wordsOrNull() })),
});

/** The seller's addresses, of taobao.logistics.address.search. */
export const ADDRESSES = list(
  z.looseObject({
    contact_id: id(),
    contact_name: wordsOrNull(),
    province: wordsOrNull(),
    city: wordsOrNull(),
    country: wordsOrNull(),
    addr: wordsOrNull(),
    zip_code: wordsOrNull(),
    phone: wordsOrNull(),
    mobile_phone: wordsOrNull(),
    cancel_def: flag(),
  }),
);
export type ReturnAddress = z.infer<typeof ADDRESSES>[number];

/** Reasons for a refusal, of taobao.refund.refusereason.get. */
export const REASONS = list(z.looseObject({ reason_id: id(), reason_text: wordsOrNull() }));

/** What may be proposed to a buyer, of taobao.refund.negotiatereturn.render; in fen. */
export const RENDERED = z.looseObject({
  refund_version: idOrNull(),
  max_refund_fee: z.looseObject({ max_refund_fee: intOrNull() }).nullish(),
  address_list: list(z.looseObject({ address_id: id() })),
});

/** A trade with its lines, as taobao.trade.fullinfo.get answers it. */
import { z } from "zod";
import { id, idOrNull, instant, instantOrNull, int, text, textOrNull } from "../../../core/wire.ts";
import { ZONE } from "../config.ts";
import { decimalOrNull, decimalOrZero, flag, intOrNull, list, scalars, timeOrNull, wordsOrNull } from "./helpers.ts";

const COMBINED = z.looseObject({
  item_id: idOrNull(),
  sku_id: idOrNull(),
  quantity: intOrNull(),
  outer_sku_id: textOrNull(),
});

const LINE = z.looseObject({
  oid: idOrNull(),
  oid_str: idOrNull(),
  status: text(),
  refund_status: wordsOrNull(),
  refund_id: idOrNull(),
  num_iid: idOrNull(),
  sku_id: idOrNull(),
  outer_iid: wordsOrNull(),
  outer_sku_id: wordsOrNull(),
  title: textOrNull(),
  sku_properties_name: wordsOrNull(),
  num: int(),
  price: decimalOrZero(),
  total_fee: decimalOrNull(),
  discount_fee: decimalOrZero(),
  adjust_fee: decimalOrZero(),
  part_mjz_discount: decimalOrZero(),
  divide_order_fee: decimalOrNull(),
  payment: decimalOrNull(),
  consign_time: instantOrNull(ZONE),
  end_time: instantOrNull(ZONE),
  shipping_type: wordsOrNull(),
  logistics_company: wordsOrNull(),
  invoice_no: wordsOrNull(),
  store_code: wordsOrNull(),
  seller_type: wordsOrNull(),
  is_free_gift: flag(),
  is_oversold: flag(),
  special_refund_type: wordsOrNull(),
  modify_address: wordsOrNull(),
  sub_order_tax_fee: decimalOrZero(),
  is_idle: wordsOrNull(),
  combine_item_info: list(COMBINED),
});
export type LineDocument = z.infer<typeof LINE>;

const PROMOTION = z.looseObject({
  id: idOrNull(),
  promotion_name: wordsOrNull(),
  promotion_id: wordsOrNull(),
  discount_fee: decimalOrZero(),
});

const SERVICE = z.looseObject({ oid: idOrNull(), title: wordsOrNull(), payment: decimalOrZero() });

const LOGISTICS = z.looseObject({
  biz_delivery_type: wordsOrNull(),
  white_delivery_cps: scalars(),
  black_delivery_cps: scalars(),
  promise_outbound_time: timeOrNull(),
});

const AGREEMENT = z.looseObject({ promise_sign_time: timeOrNull(), sign_time: timeOrNull() }).nullish();
const SHOPPING_CARD = z
  .looseObject({ basic_price_used: decimalOrZero(), expand_price_used: decimalOrZero() })
  .nullish();

export const TRADE = z.looseObject({
  tid: idOrNull(),
  tid_str: idOrNull(),
  status: text(),
  type: textOrNull(),
  created: instant(ZONE),
  modified: instantOrNull(ZONE),
  pay_time: instantOrNull(ZONE),
  consign_time: instantOrNull(ZONE),
  end_time: instantOrNull(ZONE),
  timeout_action_time: instantOrNull(ZONE),
  payment: decimalOrNull(),
  post_fee: decimalOrZero(),
  cod_fee: decimalOrZero(),
  buyer_cod_fee: decimalOrNull(),
  cod_status: wordsOrNull(),
  received_payment: decimalOrNull(),
  commission_fee: decimalOrNull(),
  available_confirm_fee: decimalOrNull(),
  platform_subsidy_fee: decimalOrZero(),
  coupon_fee: intOrNull(),
  tmall_coupon_fee: intOrNull(),
  alipay_point: intOrNull(),
  pcc_af: intOrNull(),
  real_point_fee: intOrNull(),
  credit_card_fee: decimalOrZero(),
  alipay_no: wordsOrNull(),
  expandcard_info: SHOPPING_CARD,
  order_tax_fee: decimalOrZero(),
  step_trade_status: wordsOrNull(),
  step_paid_fee: decimalOrZero(),
  buyer_nick: wordsOrNull(),
  buyer_open_uid: idOrNull(),
  buyer_message: wordsOrNull(),
  seller_memo: wordsOrNull(),
  seller_flag: intOrNull(),
  receiver_name: wordsOrNull(),
  receiver_mobile: wordsOrNull(),
  receiver_phone: wordsOrNull(),
  receiver_address: wordsOrNull(),
  receiver_state: wordsOrNull(),
  receiver_city: wordsOrNull(),
  receiver_district: wordsOrNull(),
  receiver_town: wordsOrNull(),
  receiver_zip: wordsOrNull(),
  receiver_country: wordsOrNull(),
  oaid: wordsOrNull(),
  shipping_type: wordsOrNull(),
  is_part_consign: flag(),
  top_hold: flag(),
  team_buy_hold: flag(),
  share_group_hold: flag(),
  ofp_hold: flag(),
  forbid_consign: flag(),
  is_sh_ship: flag(),
  send_time: timeOrNull(),
  delivery_time: timeOrNull(),
  sign_time: timeOrNull(),
  promise_sign_time: timeOrNull(),
  logistics_agreement: AGREEMENT,
  logistics_infos: list(LOGISTICS),
  promotion_details: list(PROMOTION),
  service_orders: list(SERVICE),
  orders: list(LINE),
});
export type TradeDocument = z.infer<typeof TRADE>;

/** A refund beside its trade: what it says of the money. */
export const TRADE_REFUND = z.looseObject({
  refund_id: id(),
  status: text(),
  refund_fee: decimalOrNull(),
  dispute_type: wordsOrNull(),
  oid: idOrNull(),
});
export type TradeRefund = z.infer<typeof TRADE_REFUND>;

export const tradeId = (trade: Pick<TradeDocument, "tid" | "tid_str">): string | null => trade.tid_str ?? trade.tid;
export const lineId = (line: Pick<LineDocument, "oid" | "oid_str">): string | null => line.oid_str ?? line.oid;

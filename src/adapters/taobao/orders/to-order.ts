/** A trade as a unified order. Pure. */
import { z } from "zod";
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { type Order, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import { flagName } from "../codes.ts";
import { CURRENCY, settingsOf } from "../config.ts";
import { list } from "../schemas/helpers.ts";
import { lineId, TRADE, TRADE_REFUND, type TradeDocument, tradeId } from "../schemas/order.ts";
import { toCharges } from "./charges.ts";
import { toLine } from "./lines.ts";
import { toBuyer, toShipTo } from "./parties.ts";
import { holdsOf, tradeFacts } from "./status.ts";

const DOCUMENT = z.looseObject({ trade: TRADE, refunds: list(TRADE_REFUND) });

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  const { trade, refunds } = DOCUMENT.parse(raw.payload);
  const externalId = tradeId(trade);
  if (externalId === null) throw new Error("the trade has no tid");
  const warnings: Warning[] = [];
  const facts = tradeFacts(trade, refunds, warnings);
  // A trade that nobody understands says so once, not once more per line.
  const lineWarnings: Warning[] = [];
  const lines = trade.orders.map((line) => toLine(line, trade, lineWarnings));
  if (facts.status !== "unknown") warnings.push(...lineWarnings);
  const order: Order = {
    externalId,
    externalNumber: null,
    parentExternalId: null,
    externalKind: trade.type,
    marketplace: context.marketplaces[0]?.code ?? null,
    place: null,
    status: facts.status,
    externalStatus: trade.status,
    paymentStatus: facts.payment,
    fulfilledBy: "seller",
    placedAt: trade.created,
    paidAt: trade.pay_time,
    shipBy: trade.logistics_infos.find((info) => info.promise_outbound_time)?.promise_outbound_time ?? trade.send_time,
    deliverBy: promisedArrival(trade),
    completedAt: facts.status === "completed" ? trade.end_time : null,
    cancelledAt: facts.status === "cancelled" ? trade.end_time : null,
    currency: CURRENCY,
    total: facts.total,
    paid: facts.paid,
    refunded: facts.refunded,
    taxIncluded: true,
    deductsStockOn: deductsStockOn(trade, context),
    lines,
    charges: toCharges(trade, lines, warnings),
    payments: facts.payments,
    buyer: toBuyer(trade),
    shipTo: toShipTo(trade),
    notes: { buyer: trade.buyer_message, seller: trade.seller_memo, flag: flagName(trade.seller_flag) },
    extra: extraOf(trade, isFields(raw.payload) && isFields(raw.payload.trade) ? raw.payload.trade : {}),
    warnings,
  };
  return unified({ orders: [order] });
}

function promisedArrival(trade: TradeDocument): Date | null {
  const { logistics_agreement: agreement } = trade;
  return (
    agreement?.promise_sign_time ??
    agreement?.sign_time ??
    trade.promise_sign_time ??
    trade.sign_time ??
    trade.delivery_time
  );
}

/** A listing's own setting decides (sub_stock), which a trade does not repeat; each kind of shop has its default. */
function deductsStockOn(trade: TradeDocument, context: MapContext): Order["deductsStockOn"] {
  const { deducts_on: wanted } = settingsOf(context.settings);
  if (wanted !== "auto") return wanted;
  const type = trade.orders.find((line) => line.seller_type !== null)?.seller_type;
  return type === "B" ? "payment" : type === "C" ? "order" : null;
}

/** Facts without a field of their own; fields of stores (O2O) as they came. No buyer data. */
const KEPT = [
  "shipping_type",
  "trade_from",
  "step_trade_status",
  "cod_status",
  "received_payment",
  "commission_fee",
  "available_confirm_fee",
  "buyer_obtain_point_fee",
  "est_con_time",
  "timeout_action_time",
  "lm",
  "trade_attr",
  "o2o",
  "o2o_shop_id",
  "o2o_shop_name",
  "o2o_guide_id",
  "o2o_delivery",
  "o2o_out_trade_id",
  "o2o_step_order_id",
  "o2o_et_order_id",
  "o2o_snatch_status",
  "o2o_step_trade_detail",
] as const;

function extraOf(trade: TradeDocument, raw: Fields): Order["extra"] {
  const extra: Order["extra"] = {};
  for (const name of KEPT) {
    const value = raw[name];
    if ((typeof value === "string" && value !== "") || typeof value === "number" || typeof value === "boolean")
      extra[name] = value;
  }
  if (trade.is_part_consign) extra.is_part_consign = true;
  const holds = holdsOf(trade);
  if (holds.length > 0) extra.holds = holds.join(",");
  for (const line of trade.orders) {
    const id = lineId(line);
    if (line.combine_item_info.length > 0)
      extra[`bundle_${id}`] = line.combine_item_info
        .map((part) => `${part.outer_sku_id ?? part.sku_id ?? part.item_id}x${part.quantity ?? 1}`)
        .join(",");
    if (line.is_oversold) extra[`oversold_${id}`] = true;
    if (line.special_refund_type !== null) extra[`special_refund_${id}`] = line.special_refund_type;
  }
  const advice = trade.logistics_infos.find(
    (info) => info.biz_delivery_type !== null && info.biz_delivery_type !== "0",
  );
  if (advice) {
    extra.carrier_rule =
      { "1": "suggested", "2": "only", "3": "never" }[advice.biz_delivery_type ?? ""] ?? `${advice.biz_delivery_type}`;
    extra.carriers = (advice.biz_delivery_type === "3" ? advice.black_delivery_cps : advice.white_delivery_cps).join(
      ",",
    );
  }
  return extra;
}

/** What stands beside the lines: postage and fees in the total; discounts, coupons and points by payer for information. */
import type { Money, OrderCharge, OrderLine, Warning } from "../../../core/model/records.ts";
import { add, compare, isZero, money, neg, sub, sum, times } from "../../../core/money.ts";
import { CURRENCY } from "../config.ts";
import { yuanOfFen } from "../schemas/helpers.ts";
import type { TradeDocument } from "../schemas/order.ts";
import { isCashOnDelivery } from "./status.ts";

const yuan = (amount: string): Money => money(amount, CURRENCY);

export function toCharges(trade: TradeDocument, lines: readonly OrderLine[], warnings: Warning[]): OrderCharge[] {
  const postage = yuan(trade.post_fee);
  const cod = yuan(trade.buyer_cod_fee ?? (isCashOnDelivery(trade) ? trade.cod_fee : "0"));
  const certain: OrderCharge[] = [
    { kind: "shipping", payer: "buyer", amount: postage, label: null, inTotal: true },
    { kind: "cod_fee", payer: "buyer", amount: cod, label: null, inTotal: true },
  ];
  const services = trade.service_orders.map(
    (service): OrderCharge => ({
      kind: "service_fee",
      payer: "buyer",
      amount: yuan(service.payment),
      label: service.title,
      inTotal: true,
    }),
  );
  const tax: OrderCharge = {
    kind: "tax",
    payer: "buyer",
    amount: yuan(trade.order_tax_fee),
    label: "cross-border tax",
    inTotal: true,
  };
  // Whether these two are inside the lines' shares is not written: they are, where the trade adds up without them.
  const open = [...services, tax];
  const whole = sum([...lines.map((line) => line.total), ...certain.map((charge) => charge.amount)], CURRENCY);
  const isInside = trade.payment !== null && compare(whole, yuan(trade.payment)) === 0;
  return [
    ...certain,
    ...open.map((charge) => ({ ...charge, inTotal: !isInside })),
    ...granted(trade, lines, warnings),
  ].filter((charge) => !isZero(charge.amount));
}

/** What others gave; all of it is inside the lines' shares already. */
function granted(trade: TradeDocument, lines: readonly OrderLine[], warnings: Warning[]): OrderCharge[] {
  const given = (payer: OrderCharge["payer"], amount: Money, label: string): OrderCharge => ({
    kind: "discount",
    payer,
    amount: neg(amount),
    label,
    inTotal: false,
  });
  const fen = (amount: number | null) => yuan(amount === null ? "0" : yuanOfFen(String(amount)));
  compareDiscounts(trade, lines, warnings);
  return [
    ...trade.promotion_details.map((promotion) =>
      given(
        /^shop/i.test(promotion.promotion_id ?? "") ? "seller" : "unknown",
        yuan(promotion.discount_fee),
        promotion.promotion_name ?? promotion.promotion_id ?? "promotion",
      ),
    ),
    given("platform", yuan(trade.platform_subsidy_fee), "platform subsidy"),
    given("platform", fen(trade.coupon_fee), "red packet"),
    given("platform", fen(trade.tmall_coupon_fee), "Tmall red packet"),
    given("platform", fen(trade.real_point_fee), "points"),
    given("payment_provider", fen(trade.alipay_point), "Alipay points"),
    given("platform", yuan(trade.expandcard_info?.expand_price_used ?? "0"), "shopping card bonus"),
  ];
}

/** Discounts are reckoned from the lines; the list of promotions names them, and need not name all. */
function compareDiscounts(trade: TradeDocument, lines: readonly OrderLine[], warnings: Warning[]): void {
  if (trade.promotion_details.length === 0) return;
  const named = sum(
    trade.promotion_details.map((promotion) => yuan(promotion.discount_fee)),
    CURRENCY,
  );
  const gross = sum(
    lines.map((line) => times(line.unitPrice, line.quantity)),
    CURRENCY,
  );
  const adjusted = sum(
    trade.orders.map((line) => yuan(line.adjust_fee)),
    CURRENCY,
  );
  const paid = sum(
    lines.map((line) => line.total),
    CURRENCY,
  );
  const discount = sub(add(gross, adjusted), paid);
  if (compare(named, discount) !== 0)
    warnings.push({
      code: "promotions_disagree",
      detail: `The promotions name ${named.amount} of discounts, the lines ${discount.amount}.`,
    });
}

/** A row of profit as it is shown. */
import type { ProfitRow, ProfitView } from "../core/finance/profit.ts";
import type { EntryKind } from "../core/model/vocabulary.ts";
import { money, padMoney, sub, sum } from "../core/money.ts";

export function renderProfit(by: ProfitView, row: ProfitRow) {
  const { currency } = row;
  const all = Object.values(row.kinds).map((amount) => money(amount, currency));
  const of = (...kinds: EntryKind[]) =>
    padMoney(
      sum(
        kinds.map((kind) => money(row.kinds[kind] ?? "0", currency)),
        currency,
      ),
    );
  const part = (amount: string | null) => (amount === null ? null : padMoney(money(amount, currency)));
  const received = sum(all, currency);
  const beforeGoods = sub(received, of("tax_collected", "tax_withheld"));
  const cost = money(row.cost, currency);
  return {
    by,
    key: by === "month" ? row.label : row.key,
    label: row.label,
    store_id: row.store_id,
    currency,
    entries: row.entries,
    sale: of("sale"),
    discounts: { seller: of("seller_discount"), platform: of("platform_subsidy") },
    refunds: of("refund"),
    commission: of("commission"),
    fees: {
      payment: of("payment_fee"),
      fulfilment: of("fulfilment_fee"),
      advertising: of("advertising_fee"),
      service: of("service_fee"),
    },
    shipping: { income: of("shipping_income"), fee: of("shipping_fee") },
    tax: { collected: of("tax_collected"), withheld: of("tax_withheld"), inside_prices: "not_taken_off" as const },
    other: of("adjustment", "penalty", "compensation", "other"),
    received: padMoney(received),
    profit_before_goods: padMoney(beforeGoods),
    units: row.units,
    units_without_cost: row.units_without_cost,
    cost_of_goods: padMoney(cost),
    profit: row.units_without_cost === 0 ? padMoney(sub(beforeGoods, cost)) : null,
    shared: part(row.shared),
    waiting: part(row.waiting),
  };
}

/** What sold goods cost: the standard cost of their SKU on the order's day, of a bundle that of its parts. Unknown is never zero. */

/** The cost of one unit of the SKU `id` in a currency on a day; null where none is in force. */
const COST_OF = (id: string, currency: string, day: string) =>
  `(select k.amount from sku_costs k where k.sku_id = ${id} and k.currency = ${currency} and k.valid_from <= ${day}
    order by k.valid_from desc limit 1)`;

/** The cost of a bundle: that of all its parts, null where one of them has none. */
const BUNDLE_COST = (id: string, currency: string, day: string) => `(
  select case when count(*) = count(p.cost) then sum(p.cost * p.quantity) end
  from (select c.quantity, ${COST_OF("c.component_id", currency, day)} as cost from sku_components c where c.bundle_id = ${id}) p)`;

const UNIT_COST = (currency: string, day: string) => `
  select case when u.bundle then ${BUNDLE_COST("u.id", currency, day)} else ${COST_OF("u.id", currency, day)} end as amount
  from skus u where u.id = l.sku_id`;

/** Every cost that a SKU ever had (sku_id, currency, valid_from, valid_until, amount): a bundle's changes when one of its parts' does. */
const ALL_COSTS = `
  select c.*, lead(c.valid_from) over (partition by c.sku_id, c.currency order by c.valid_from) as valid_until
  from (
    select k.sku_id, k.currency, k.valid_from, k.amount from sku_costs k join skus u on u.id = k.sku_id where not u.bundle
    union all
    select d.sku_id, d.currency, d.valid_from, ${BUNDLE_COST("d.sku_id", "d.currency", "d.valid_from")}
    from (select distinct c.bundle_id as sku_id, k.currency, k.valid_from from sku_components c join skus u on u.id = c.bundle_id and u.bundle
      join sku_costs k on k.sku_id = c.component_id) d) c`;

/** A line `l` that others are parts of is no goods of its own. */
const IS_NO_SET =
  "not exists (select 1 from order_lines child where child.order_id = l.order_id and child.parent_external_id = l.external_id)";

/** Units of a line `l` of an order `o` that were sold. */
const UNITS_SOLD = `case when o.status = 'cancelled' or l.fulfilment_status = 'cancelled' then l.shipped_quantity
  else l.quantity - l.cancelled_quantity end`;

/**
 * Rows (order_id, line_id, sku_id, period, units, cost) of an order `o` of the store `s`: what was sold in the month and currency
 * of its first sale (`sold.period`, `sold.currency`), and what came back fit to be sold again, in the month that it came.
 * `cost` is of all those units, null where the unit's is not known. `lines` narrows the order's lines `l`.
 */
export const goodsOf = (lines = "true") => `
  select l.order_id, l.id as line_id, l.sku_id, n.period, n.units, n.units * c.amount as cost
  from order_lines l
  cross join lateral (
    select sold.period, ${UNITS_SOLD} as units
    union all
    select greatest(sold.period, date_trunc('month', r.at at time zone s.time_zone)::date), -r.quantity
    from return_receipts r where r.order_id = o.id and r.line_id = l.id and r.condition = 'sellable') n
  left join lateral (${UNIT_COST("sold.currency", "(o.placed_at at time zone s.time_zone)::date")}) c on true
  where l.order_id = o.id and sold.period is not null and n.units <> 0 and ${lines}
    and ${IS_NO_SET}`;

/**
 * Rows (store_id, currency, period, units, cost) like those of `goodsOf`, of many orders at once: `sold` gives their order_id,
 * period and currency, `within` narrows the months.
 */
export const allGoodsOf = (sold: string, within: (period: string) => string) => `
  with lines as materialized (
    select o.id as order_id, o.store_id, sold.currency, sold.period, s.time_zone, l.id as line_id, ${UNITS_SOLD} as units, c.amount as unit_cost
    from (${sold}) sold join orders o on o.id = sold.order_id join stores s on s.id = o.store_id
    join order_lines l on l.order_id = o.id and ${IS_NO_SET}
    left join (${ALL_COSTS}) c on c.sku_id = l.sku_id and c.currency = sold.currency
      and c.valid_from <= (o.placed_at at time zone s.time_zone)::date
      and (c.valid_until is null or c.valid_until > (o.placed_at at time zone s.time_zone)::date)),
  moved as (
    select store_id, currency, period, units, unit_cost from lines
    union all
    select l.store_id, l.currency, greatest(l.period, date_trunc('month', r.at at time zone l.time_zone)::date), -r.quantity, l.unit_cost
    from lines l join return_receipts r on r.order_id = l.order_id and r.line_id = l.line_id and r.condition = 'sellable')
  select store_id, currency, period, units, units * unit_cost as cost from moved where units <> 0 and ${within("period")}`;

/** What sold goods cost: the standard cost of their SKU on the order's day, of a bundle that of its parts. Unknown is never zero. */

/** The cost of one unit of the SKU `id` in a currency on a day; null where none is in force. */
const COST_OF = (id: string, currency: string, day: string) =>
  `(select k.amount from sku_costs k where k.sku_id = ${id} and k.currency = ${currency} and k.valid_from <= ${day}
    order by k.valid_from desc limit 1)`;

const UNIT_COST = (currency: string, day: string) => `
  select case when u.bundle then (
      select case when count(*) = count(p.cost) then sum(p.cost * p.quantity) end
      from (select c.quantity, ${COST_OF("c.component_id", currency, day)} as cost from sku_components c where c.bundle_id = u.id) p)
    else ${COST_OF("u.id", currency, day)} end as amount
  from skus u where u.id = l.sku_id`;

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
    and not exists (select 1 from order_lines child where child.order_id = o.id and child.parent_external_id = l.external_id)`;

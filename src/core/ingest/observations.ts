/**
 * What a platform shows, beside what it confirmed. A difference with a cause (a sale that is read later, a value on its
 * way) is none; one without is judged after some time, when what may explain it has been read (sync/push-readback.ts).
 */
import type { Database } from "../db/database.ts";

/**
 * Time for what explains a difference to arrive before the difference is judged: a sale that we have not read yet, a
 * reading that was older than our last push.
 */
const DRIFT_WAIT_SECONDS = 150;

const OBSERVE = `
with seen as (
  select r.variant_id, r.place, r.quantity from json_to_recordset($1::text::json) as r(variant_id uuid, place text, quantity integer)
), locked as (
  select o.id, s.quantity as q, o.state in ('idle', 'drift') and o.desired is not null as judged,
    o.confirmed_value is distinct from o.desired or o.sent_version > o.confirmed_version as pending
  from offers o join seen s on s.variant_id = o.variant_id and s.place = o.place
  where o.aspect = 'stock' and (o.observed_value is distinct from s.quantity or o.desired is distinct from s.quantity or o.state = 'drift')
  order by o.id for no key update of o
)
update offers o set observed_value = k.q, observed_at = $2::timestamptz,
  state = case when not k.judged then o.state when k.pending or o.desired = k.q then 'idle' else 'drift' end,
  due_at = case when not k.judged or k.pending and o.state <> 'drift' then o.due_at when k.pending or o.desired = k.q then null
    when o.state = 'drift' then o.due_at else $2::timestamptz + interval '${DRIFT_WAIT_SECONDS} seconds' end
from locked k where k.id = o.id`;

/** Writes what the platform shows of variants at places. */
export async function observe(
  tx: Database,
  seen: readonly { variantId: string; place: string; quantity: number | null }[],
  at: Date,
): Promise<void> {
  const counted = seen.flatMap(({ variantId: variant_id, place, quantity }) =>
    quantity === null ? [] : [{ variant_id, place, quantity }],
  );
  if (counted.length > 0) await tx.query(OBSERVE, [JSON.stringify(counted), at.toISOString()]);
}

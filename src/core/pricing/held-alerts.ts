/** Alerts of prices that are held back, of rates that are wanted, and of prices that somebody else set at the platform. */
import type { Database } from "../db/database.ts";
import { newId } from "../ids.ts";
import type { PriceOffer } from "./load.ts";

const HELD = "price_held";
const RATE = "rate_missing";
const DRIFT = "price_drift";

/** Where a rate is wanted, one alert tells of the pair, and none of each offer. */
const RAISE_HELD = `
insert into alerts as t (id, code, severity, store_id, subject, subject_id, message, remedy, opened_at, last_at)
select r.alert, '${HELD}', 'warning', o.store_id, 'offer', o.id::text,
  'The price of ' || s.code || ' in "' || st.name || '" is held back' || coalesce(' (' || p.held_amount || ' ' || p.held_currency || ')', '') || ': ' || p.held_detail,
  case when p.held_code = 'change_too_large' then 'Approve it (\`POST /v1/prices/' || o.id || '/approve\`), or mend what it is computed of (\`GET /v1/prices/' || o.variant_id || '/explain\`).'
    else 'Mend what it is computed of (\`GET /v1/prices/' || o.variant_id || '/explain\`), or leave the price to people with a rule of kind \`manual\`.' end,
  $2::timestamptz, $2::timestamptz
from json_to_recordset($1::text::json) as r(id uuid, alert uuid) join offers o on o.id = r.id join offer_prices p on p.offer_id = o.id
join stores st on st.id = o.store_id join skus s on s.id = o.sku_id where p.held_code is not null and p.held_rate is null
on conflict (code, subject, subject_id) where resolved_at is null do update set count = t.count + 1, message = excluded.message,
  remedy = excluded.remedy, last_at = excluded.last_at`;

const SETTLE = `
update alerts set resolved_at = $3::timestamptz, resolved_by = 'tallyport'
where code = $1 and subject = 'offer' and subject_id = any($2::text[]) and resolved_at is null`;

/** Raises for what is held newly or for another reason; settles for what is held no more, or wants a rate now. */
export async function tellHeld(
  tx: Database,
  { held, freed }: { held: readonly string[]; freed: readonly string[] },
  at: Date,
): Promise<void> {
  if (held.length > 0) await tx.query(RAISE_HELD, [withAlertIds(held, at), at.toISOString()]);
  const rated = held.length === 0 ? [] : await listRateHeld(tx, held);
  const settled = [...freed, ...rated];
  if (settled.length > 0) await tx.query(SETTLE, [HELD, settled, at.toISOString()]);
}

async function listRateHeld(tx: Database, held: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ offer_id: string }>(
    "select offer_id from offer_prices where offer_id = any($1::uuid[]) and held_rate is not null",
    [held],
  );
  return rows.map((row) => row.offer_id);
}

/** One alert for each pair of currencies whose rate is wanted, with how many prices wait for it. */
export async function tellRates(tx: Database, at: Date): Promise<void> {
  const pairs = await tx.query<{ pair: string; detail: string; n: string }>(
    "select held_rate as pair, min(held_detail) as detail, count(*) as n from offer_prices where held_rate is not null group by 1 order by 1",
  );
  await tx.query(
    `update alerts set resolved_at = $2::timestamptz, resolved_by = 'tallyport'
     where code = '${RATE}' and resolved_at is null and subject_id <> all($1::text[])`,
    [pairs.map(({ pair }) => pair), at.toISOString()],
  );
  const told = pairs.map(({ pair, detail, n }) => ({
    id: newId(at),
    pair,
    message: `${detail} Prices that wait for it: ${n}.`,
  }));
  if (told.length === 0) return;
  await tx.query(
    `insert into alerts as t (id, code, severity, subject, subject_id, message, remedy, opened_at, last_at)
     select r.id, '${RATE}', 'warning', 'exchange_rate', r.pair, r.message,
       'Set the rate (\`PUT /v1/prices/rates\`). No other rate is taken in its place.', $2::timestamptz, $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, pair text, message text)
     on conflict (code, subject, subject_id) where resolved_at is null do update set count = t.count + 1, message = excluded.message,
       last_at = excluded.last_at where t.message <> excluded.message`,
    [JSON.stringify(told), at.toISOString()],
  );
}

/** Prices that the platform shows otherwise than we set them: told, and not set again without a person's word. */
export async function tellDrift(tx: Database, offers: readonly PriceOffer[], at: Date): Promise<void> {
  const drifted = offers.filter(({ drifts, seen }) => drifts && seen !== null).map(({ id }) => id);
  const back = offers.filter(({ drifts, seen }) => !drifts && seen !== null).map(({ id }) => id);
  if (back.length > 0) await tx.query(SETTLE, [DRIFT, back, at.toISOString()]);
  if (drifted.length === 0) return;
  await tx.query(
    `insert into alerts as t (id, code, severity, store_id, subject, subject_id, message, remedy, opened_at, last_at)
     select r.alert, '${DRIFT}', 'warning', o.store_id, 'offer', o.id::text,
       '"' || st.name || '" shows ' || s.code || ' at ' || o.observed_value || ' ' || o.currency || '; it was set to ' || o.desired || '.',
       'Somebody else set it. To set ours again, approve it (\`POST /v1/prices/' || o.id || '/approve\`); else change the base price or the rules.',
       $2::timestamptz, $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, alert uuid) join offers o on o.id = r.id join stores st on st.id = o.store_id
     join skus s on s.id = o.sku_id
     on conflict (code, subject, subject_id) where resolved_at is null do update set count = t.count + 1, message = excluded.message,
       last_at = excluded.last_at`,
    [withAlertIds(drifted, at), at.toISOString()],
  );
}

const withAlertIds = (offerIds: readonly string[], at: Date): string =>
  JSON.stringify(offerIds.map((id) => ({ id, alert: newId(at) })));

/** Prices that change with time: rules begin and end, dated costs and rates come into force and get old, platforms are new. */
import { type Database, repeatable } from "../db/database.ts";
import { lockMapping } from "../stock/mapping.ts";
import { MARKED, repriceOrMark, workOffMarks } from "./marks.ts";
import { completePrices, PLATFORMS } from "./price-offers.ts";
import { lockPricing, type PriceScope } from "./reprice.ts";

const APPLIED = "prices_applied";

/** Whether prices can be set on a platform. */
export type HasPrices = (platform: string) => boolean;

const DUE = `
select exists (select 1 from price_rules r, last where r.valid_from > last.at and r.valid_from <= $2::timestamptz
    or r.valid_until > last.at and r.valid_until <= $2::timestamptz) as edge,
  (select last.at is null or (last.at at time zone 'UTC')::date < ($2::timestamptz at time zone 'UTC')::date from last)
    and (exists (select 1 from base_prices) or exists (select 1 from price_rules)) as day,
  exists (select 1 from stores s where s.mode <> 'disconnected'
    and not coalesce((select value ? s.platform from settings where name = $3), false)) as platform,
  ${MARKED} as marks
from (select 1) one`;
const LAST = "with last as (select (select (value #>> '{}')::timestamptz from settings where name = $1) as at)";

type Due = Record<"edge" | "day" | "platform" | "marks", boolean>;

async function findDue(db: Database, at: Date): Promise<Due> {
  const [due] = await db.query<Due>(`${LAST} ${DUE}`, [APPLIED, at.toISOString(), PLATFORMS]);
  return due ?? { edge: false, day: false, platform: false, marks: false };
}

/** Whether a rule of prices began or ended since prices were last brought up to date, a day began, a platform is new, or prices are marked. */
export async function arePricesDue(db: Database, at: Date): Promise<boolean> {
  return Object.values(await findDue(db, at)).some(Boolean);
}

/** Brings prices up to date with the time. Answers whether anything was due. */
export async function applyDuePrices(db: Database, hasPrices: HasPrices, at: Date): Promise<boolean> {
  const due = await findDue(db, at);
  if (due.platform) await learnPlatforms(db, hasPrices, at);
  if (due.edge || due.day)
    await repeatable(db, async (tx) => {
      await lockPricing(tx);
      // Once a day all: dated costs and rates have no edge of their own.
      const scope: PriceScope = due.day ? { of: "all" } : { of: "rules", scopes: await listEdges(tx, at) };
      await repriceOrMark(tx, scope, { cause: due.day ? "day" : "window", actor: null, at });
      await tx.query(
        `insert into settings (name, value, updated_at) values ($1, to_jsonb($2::text), $2::timestamptz)
         on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`,
        [APPLIED, at.toISOString()],
      );
    });
  const isDue = Object.values(due).some(Boolean);
  if (isDue) await workOffMarks(db, at);
  return isDue;
}

/** Where rules began or ended since the last time. */
async function listEdges(tx: Database, at: Date) {
  const rows = await tx.query<{ store_id: string | null; listing_id: string | null; sku_id: string | null }>(
    `${LAST} select distinct r.store_id, r.listing_id, r.sku_id from price_rules r, last
     where r.valid_from > last.at and r.valid_from <= $2::timestamptz or r.valid_until > last.at and r.valid_until <= $2::timestamptz`,
    [APPLIED, at.toISOString()],
  );
  return rows.map((row) => ({ storeId: row.store_id, listingId: row.listing_id, skuId: row.sku_id }));
}

/** Writes down on which of the stores' platforms prices can be set, and makes the offers of those that are new. */
export async function learnPlatforms(db: Database, hasPrices: HasPrices, at: Date): Promise<void> {
  const rows = await db.query<{ platform: string; known: boolean | null }>(
    `select s.platform, (select (value ->> s.platform)::boolean from settings where name = $1) as known
     from stores s where s.mode <> 'disconnected' group by s.platform`,
    [PLATFORMS],
  );
  const changed = rows.filter(({ platform, known }) => known !== hasPrices(platform));
  if (changed.length === 0) return;
  const told = Object.fromEntries(changed.map(({ platform }) => [platform, hasPrices(platform)]));
  await repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    await tx.query(
      `insert into settings as t (name, value, updated_at) values ($1, $2::text::jsonb, $3::timestamptz)
       on conflict (name) do update set value = t.value || excluded.value, updated_at = excluded.updated_at`,
      [PLATFORMS, JSON.stringify(told), at.toISOString()],
    );
    if (Object.values(told).some(Boolean)) await completePrices(tx, null, at);
  });
}

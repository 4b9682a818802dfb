/**
 * What changes much at once is not computed in one transaction: its offers are marked with it, and worked off a part at a
 * time, so that no transaction holds its locks for long. Marks are the truth of what is still to be computed; a crash
 * leaves them to the next one who looks.
 */
import { type Database, repeatable } from "../db/database.ts";
import { listScope, lockPricing, type PriceScope, type RepriceCause, reprice } from "./reprice.ts";

/** So many offers are computed with what changed, in its transaction. */
const AT_ONCE = 1_000;
/** Offers of one part: a fifth of a second. */
const PART = 500;
/** Parts that a request or a slice of work does; the rest is the next one's. */
const PARTS = 100;

/**
 * Computes the prices of a scope, or marks them where they are many: then call `workOffMarks` after the commit. Answers the
 * stores whose offers want a push already.
 */
export async function repriceOrMark(tx: Database, scope: PriceScope, cause: RepriceCause): Promise<string[]> {
  const offerIds = await listScope(tx, scope);
  if (offerIds.length <= AT_ONCE) return (await reprice(tx, { of: "offers", offerIds }, cause)).dirtyStores;
  // Until it is computed anew, a price that waits to be sent is not sent.
  await tx.query(
    `with marked as (
       insert into price_marks (offer_id, cause, actor, marked_at) select unnest($1::uuid[]), $2, $3, $4::timestamptz
       on conflict (offer_id) do update set cause = excluded.cause, actor = excluded.actor, marked_at = excluded.marked_at
       returning offer_id
     ), waiting as (
       select o.id from offers o join marked m on m.offer_id = o.id
       where o.dirty and (o.valid_until is null or o.valid_until > $4::timestamptz) order by o.id for no key update of o
     )
     update offers o set valid_until = $4::timestamptz from waiting w where o.id = w.id`,
    [offerIds, cause.cause, cause.actor, cause.at.toISOString()],
  );
  return [];
}

/** Whether prices are marked: SQL. */
export const MARKED = "exists (select 1 from price_marks)";

/** Computes what is marked, each part in a transaction of its own. Answers whether nothing is left. */
export async function workOffMarks(db: Database, at: Date): Promise<boolean> {
  for (let part = 0; part < PARTS; part++) if (!(await workOffPart(db, at))) return true;
  return false;
}

async function workOffPart(db: Database, at: Date): Promise<boolean> {
  return repeatable(db, async (tx) => {
    await lockPricing(tx);
    const rows = await tx.query<{ offer_id: string; cause: string; actor: string | null }>(
      `delete from price_marks where offer_id in (select offer_id from price_marks order by offer_id limit $1::int)
       returning offer_id, cause, actor`,
      [PART],
    );
    const groups = new Map<string, { cause: string; actor: string | null; offerIds: string[] }>();
    for (const { offer_id, cause, actor } of rows) {
      const key = JSON.stringify([cause, actor]);
      const group = groups.get(key) ?? { cause, actor, offerIds: [] };
      group.offerIds.push(offer_id);
      groups.set(key, group);
    }
    for (const { offerIds, cause, actor } of groups.values())
      await reprice(tx, { of: "offers", offerIds }, { cause, actor, at });
    return rows.length > 0;
  });
}

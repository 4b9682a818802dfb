/**
 * Entries find their orders (S62), in passes from exact to tolerant. Each pass is one statement over a batch of entries that
 * wait; what it finds keeps the pass and its reason. A pass that finds several orders for an entry finds none.
 */
import { type Database, repeatable } from "../db/database.ts";

/** Entries tried in one transaction. */
const BATCH = 5_000;
/** An order may come later than its money: tried again after a minute, then twice as long, at most a day. */
const AGAIN = "least(interval '1 minute' * power(2, least(o.attempts, 11)), interval '1 day')";
/** Days from an order to money that names nothing but its amount. */
const AMOUNT_DAYS = 60;

interface Pass {
  name: string;
  reason: string;
  /** Rows (id, order_id) of entries `e` of the batch; several orders of one entry are none. */
  found: string;
}

/**
 * Words of a description that may be an id: six signs at least, and no part of a longer one, of a path or of an amount.
 * Letters are named one by one: what else counts as one depends on the database's locale. Han needs no space beside an id.
 */
const WORD =
  "(?<![A-Za-z0-9À-ɏ_/-])(?<![0-9][.])[A-Za-z0-9][A-Za-z0-9_-]{5,}(?![A-Za-z0-9À-ɏ_-]|[./][A-Za-z0-9]|,[0-9]{1,2}(?:[^0-9]|$))";

/** Ids of the order itself, of its lines, parcels, refunds and disputes: in the field that is theirs, or in the order's. */
const ANY_ID = "unnest(array[e.order_external_id, e.shipment_external_id, e.refund_external_id])";

export const PASSES: readonly Pass[] = [
  {
    name: "order",
    reason: "the platform names the order",
    found:
      "select e.id, o.id as order_id from batch e join orders o on o.external_id = e.order_external_id and o.store_id = e.store_id",
  },
  {
    name: "line",
    reason: "the platform names a line of the order",
    found: `select e.id, l.order_id from batch e
      join order_lines l on l.store_id = e.store_id and l.external_id = coalesce(e.order_external_id, e.order_line_external_id)`,
  },
  {
    name: "shipment",
    reason: "the id is that of a parcel of the order",
    found: `select e.id, s.order_id from batch e cross join lateral ${ANY_ID} as named (id)
      join shipments s on s.external_id = named.id and s.store_id = e.store_id join orders o on o.id = s.order_id`,
  },
  {
    name: "refund",
    reason: "the id is that of a refund of the order",
    found: `select e.id, r.order_id from batch e cross join lateral ${ANY_ID} as named (id)
      join refunds r on r.external_id = named.id and r.store_id = e.store_id join orders o on o.id = r.order_id`,
  },
  {
    name: "dispute",
    reason: "the id is that of a dispute over the order",
    found: `select e.id, d.order_id from batch e cross join lateral ${ANY_ID} as named (id)
      join disputes d on d.external_id = named.id and d.store_id = e.store_id join orders o on o.id = d.order_id`,
  },
  {
    name: "number",
    reason: "the number is the one that the buyer sees of the order",
    found: `select e.id, o.id as order_id from batch e
      join orders o on o.store_id = e.store_id and o.external_number = e.order_external_id and o.external_number <> o.external_id`,
  },
  {
    name: "text",
    reason: "the entry's text names the order",
    found: `select e.id, o.id as order_id from batch e
      cross join lateral regexp_matches(e.description, '${WORD}', 'g') as word
      join orders o on o.store_id = e.store_id and o.external_id = word[1] where e.order_external_id is null`,
  },
  {
    name: "other_store",
    reason: "the order is of another store of the same platform",
    found: `select e.id, o.id as order_id from batch e join orders o on o.external_id = e.order_external_id and o.store_id <> e.store_id
      join stores mine on mine.id = e.store_id and mine.base_url is null
      join stores theirs on theirs.id = o.store_id and theirs.platform = mine.platform and theirs.base_url is null`,
  },
  {
    name: "amount",
    reason: "one order alone waits for this amount",
    found: `select id, order_id from (
      select e.id, o.id as order_id, o.gone_at is null and o.status <> 'cancelled' as is_alive, count(*) over (partition by e.id) as orders
      from batch e join orders o on o.store_id = e.store_id and o.currency = e.currency and o.total = e.amount
        and o.placed_at <= e.posted_at and o.placed_at > e.posted_at - interval '${AMOUNT_DAYS} days'
      where e.kind = 'sale' and e.amount > 0
        and coalesce(e.order_external_id, e.order_line_external_id, e.shipment_external_id, e.refund_external_id) is null
        and not exists (
          select 1 from reconciliation_matches m join ledger_entries other on other.id = m.entry_id
          where m.order_id = o.id and m.undone_at is null and other.kind = 'sale' and other.book = e.book and other.amends is null)
        and not exists (
          select 1 from open_entries twin join ledger_entries t on t.id = twin.entry_id
          where twin.store_id = e.store_id and t.id <> e.id and t.kind = 'sale' and t.book = e.book and t.amount = e.amount and t.currency = e.currency)
      ) c where orders = 1 and is_alive`,
  },
];

/** Rows are looked up by their keys: what waits may be none today and a million tomorrow, and no batch reads all of it. */
const matchOf = ({ found }: Pass) => `
with batch as materialized (select e.* from unnest($1::uuid[]) as b (id) join ledger_entries e on e.id = b.id
  where (select true from open_entries o where o.entry_id = e.id)
  and (select m.id from reconciliation_matches m where m.entry_id = e.id and m.undone_at is null limit 1) is null),
found as (select id, (array_agg(distinct order_id))[1] as order_id from (${found}) f group by id having count(distinct order_id) = 1),
matched as (insert into reconciliation_matches (id, entry_id, order_id, amount, pass, reason, at)
  select gen_random_uuid(), f.id, f.order_id, (select e.amount from ledger_entries e where e.id = f.id), $2, $3, $4::timestamptz from found f returning entry_id),
closed as (delete from open_entries where entry_id = any(array(select entry_id from matched)))
select entry_id as id from matched`;

/** Of an open entry `o`, at $1. */
export const ENTRY_IS_DUE = "o.due_at <= $1::timestamptz";

/** Whatever waits for a pass is due now; what a person took back is not. */
export async function tryAgain(db: Database, at: Date): Promise<void> {
  await db.query(
    `update open_entries set due_at = $1::timestamptz
     where entry_id in (select entry_id from open_entries where due_at > $1::timestamptz for update skip locked)`,
    [at.toISOString()],
  );
}

/** Matches what is due. Answers how many entries each pass matched, and how many are left for later. */
export async function matchEntries(db: Database, at: Date): Promise<{ matched: Record<string, number>; left: number }> {
  const matched: Record<string, number> = {};
  let left = 0;
  await countAnew(db, at);
  for (;;) {
    const batch = await repeatable(db, (tx) => matchBatch(tx, at));
    for (const [pass, count] of Object.entries(batch.matched)) matched[pass] = (matched[pass] ?? 0) + count;
    left += batch.left;
    if (batch.taken < BATCH) return { matched, left };
  }
}

/**
 * A table that was empty when the database counted it last is taken for empty: with a million entries in it every batch would
 * read them all. Where more waits than one batch it is counted anew; who does that already is not waited for.
 */
async function countAnew(db: Database, at: Date): Promise<void> {
  const many = await db.query(`select 1 from open_entries o where ${ENTRY_IS_DUE} offset ${BATCH} limit 1`, [
    at.toISOString(),
  ]);
  if (many.length > 0) await db.query("analyze (skip_locked) open_entries, reconciliation_matches");
}

/**
 * The entries are locked first, as whoever writes them and every person's act does: nobody says two things of one at once.
 * What was tried meanwhile is seen then, and left alone.
 */
async function matchBatch(tx: Database, at: Date) {
  const taken = await tx.query<{ id: string }>(
    `select e.id from open_entries o join ledger_entries e on e.id = o.entry_id where ${ENTRY_IS_DUE}
     order by o.due_at limit ${BATCH} for no key update of e skip locked`,
    [at.toISOString()],
  );
  const due = await tx.query<{ entry_id: string }>(
    `select o.entry_id from open_entries o where o.entry_id = any($2::uuid[]) and (${ENTRY_IS_DUE}) is true`,
    [at.toISOString(), taken.map(({ id }) => id)],
  );
  let ids = due.map((row) => row.entry_id);
  const matched: Record<string, number> = {};
  for (const pass of PASSES) {
    if (ids.length === 0) break;
    const found = await tx.query<{ id: string }>(matchOf(pass), [ids, pass.name, pass.reason, at.toISOString()]);
    if (found.length === 0) continue;
    matched[pass.name] = found.length;
    const done = new Set(found.map(({ id }) => id));
    ids = ids.filter((id) => !done.has(id));
  }
  // Written for what is left alone: most find their order at the first try, and their rows go.
  if (ids.length > 0)
    await tx.query(
      `update open_entries o set attempts = o.attempts + 1, due_at = $1::timestamptz + ${AGAIN} where o.entry_id = any($2::uuid[]) and (${ENTRY_IS_DUE}) is true`,
      [at.toISOString(), ids],
    );
  return { matched, left: ids.length, taken: taken.length };
}

/** People match, explain and take back: every act has an actor and a reason, and stays in the audit log. */
import { appendAudit } from "../db/audit.ts";
import type { Database } from "../db/database.ts";
import { InputError } from "../errors.ts";
import { newId } from "../ids.ts";

export interface HandMatch {
  entryId: string;
  /** Parts that sum to the entry; one part without an amount is all of it. None: the entry is explained without an order. */
  orders: readonly { orderId: string; amount?: string | undefined }[];
  reason: string;
  actor: string;
}

interface Entry {
  id: string;
  store_id: string;
  amount: string;
  amends: string | null;
}

/** Matches an entry that waits, or explains it. Throws `InputError` where it is matched already or the parts do not sum. */
export async function matchByHand(db: Database, match: HandMatch, at: Date): Promise<string[]> {
  return db.transaction(async (tx) => {
    const entry = await lockEntry(tx, match.entryId);
    const [taken] = await tx.query(
      "select 1 from reconciliation_matches where entry_id = $1::uuid and undone_at is null",
      [entry.id],
    );
    if (taken) throw new InputError("matched_already", "The entry is matched already: take that match back first.");
    const parts = await toParts(tx, entry, match);
    const ids = parts.map(() => newId(at));
    await tx.query(
      `insert into reconciliation_matches (id, entry_id, order_id, amount, pass, reason, actor, at)
       select r.id, $2::uuid, r.order_id, r.amount, 'hand', $3, $4, $5::timestamptz
       from json_to_recordset($1::text::json) as r(id uuid, order_id uuid, amount numeric)`,
      [
        JSON.stringify(parts.map((part, i) => ({ ...part, id: ids[i] }))),
        entry.id,
        match.reason,
        match.actor,
        at.toISOString(),
      ],
    );
    await tx.query("delete from open_entries where entry_id = $1::uuid", [entry.id]);
    const act = match.orders.length === 0 ? "entry.explain" : "entry.match";
    await audit(tx, entry, { act, actor: match.actor, reason: match.reason, parts }, at);
    return ids;
  });
}

/** Takes back what an entry is matched with, also what a pass found: it waits for people from then on. False where nothing was matched. */
export async function undoMatch(
  db: Database,
  input: { entryId: string; reason: string; actor: string },
  at: Date,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const entry = await lockEntry(tx, input.entryId);
    const undone = await tx.query<{ order_id: string | null; amount: string; pass: string }>(
      `update reconciliation_matches set undone_at = $2::timestamptz, undone_by = $3 where entry_id = $1::uuid and undone_at is null
       returning order_id, amount, pass`,
      [entry.id, at.toISOString(), input.actor],
    );
    if (undone.length === 0) return false;
    await tx.query(
      `insert into open_entries (entry_id, store_id, due_at) values ($1::uuid, $2::uuid, null)
       on conflict (entry_id) do update set due_at = null`,
      [entry.id, entry.store_id],
    );
    await audit(tx, entry, { act: "entry.unmatch", actor: input.actor, reason: input.reason, parts: undone }, at);
    return true;
  });
}

async function lockEntry(tx: Database, id: string): Promise<Entry> {
  const [entry] = await tx.query<Entry>(
    "select id, store_id, amount, amends from ledger_entries where id = $1::uuid for update",
    [id],
  );
  if (!entry) throw new InputError("not_found", `There is no entry ${id}.`);
  if (entry.amends !== null)
    throw new InputError("amendment", `A closed month keeps this of the entry ${entry.amends}: match that one.`);
  return entry;
}

async function toParts(tx: Database, entry: Entry, { orders }: HandMatch) {
  if (orders.length === 0) return [{ order_id: null, amount: entry.amount }];
  const ids = orders.map(({ orderId }) => orderId);
  if (new Set(ids).size < ids.length) throw new InputError("invalid", "An order is named twice.");
  const known = await tx.query<{ id: string }>("select id from orders where id = any($1::uuid[])", [ids]);
  const unknown = ids.find((id) => !known.some((order) => order.id === id));
  if (unknown) throw new InputError("not_found", `There is no order ${unknown}.`);
  const parts = orders.map(({ orderId, amount = orders.length === 1 ? entry.amount : undefined }) => {
    if (amount === undefined) throw new InputError("invalid", "Each of several orders needs its part of the amount.");
    return { order_id: orderId, amount };
  });
  const [sum] = await tx.query<{ equal: boolean; same_way: boolean }>(
    `select sum(part::numeric) = $2::numeric as equal, bool_and(sign(part::numeric) = sign($2::numeric)) as same_way
     from unnest($1::text[]) as part`,
    [parts.map(({ amount }) => amount), entry.amount],
  );
  if (!sum?.same_way)
    throw new InputError(
      "invalid",
      `Each part has the sign of the entry's ${entry.amount}, and none is nothing of it.`,
    );
  if (!sum?.equal) throw new InputError("invalid", `The parts do not sum to the entry's ${entry.amount}.`);
  return parts;
}

async function audit(
  tx: Database,
  entry: Entry,
  { act, actor, reason, parts }: { act: string; actor: string; reason: string; parts: unknown },
  at: Date,
): Promise<void> {
  await appendAudit(
    tx,
    [
      {
        actor,
        act,
        storeId: entry.store_id,
        subject: "entry",
        subjectId: entry.id,
        cause: reason,
        detail: { parts },
        outcome: "done",
      },
    ],
    at,
  );
}

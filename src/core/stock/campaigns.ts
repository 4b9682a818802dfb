/** Campaigns that the merchant sets, and what it says of those that a platform announced. */
import { appendAudit } from "../db/audit.ts";
import { type Database, repeatable } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import { applyCampaigns } from "./campaign-holds.ts";
import { OFFERS_CHANNEL } from "./desired.ts";
import { lockMapping } from "./mapping.ts";
import { countOnSale, guardZeroes } from "./zero-guard.ts";

export interface CampaignItemInput {
  /** Our id of a variant of the store. */
  variant: string | null;
  /** A SKU, or a seller code of the store; all variants of it. */
  code: string | null;
  quantity: number;
}

interface Terms {
  holdFrom: Date | null;
  releaseAt: Date | null;
  /** Null: as the platform announced them. */
  items: readonly CampaignItemInput[] | null;
}

/** One of our own, by store and code; or a word on an announced one, by id. */
export type CampaignInput =
  | (Terms & { storeId: string; code: string; title: string; place: string | null; startsAt: Date; endsAt: Date })
  | (Terms & { id: string });

export interface CampaignRow {
  id: string | null;
  outcome: "created" | "updated" | "rejected";
  error: { code: string; detail: string } | null;
}

interface Known {
  id: string;
  store_id: string;
  external_id: string | null;
  starts_at: string;
  ends_at: string;
}

/**
 * Sets campaigns, with all that follows for stock and offers; answers for each. `stores`: those that the writer may speak
 * for, null: all. Throws `InputError` (409) where too many live offers would go to zero and `confirmed` is not set.
 */
export async function setCampaigns(
  db: Database,
  input: {
    campaigns: readonly CampaignInput[];
    stores: readonly string[] | null;
    actor: string;
    confirmed: boolean;
    /** Offers on sale before the first part of a file. */
    onSale?: number | undefined;
  },
  at: Date,
): Promise<CampaignRow[]> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const named = await findNamed(tx, input.campaigns);
    const rows = input.campaigns.map((one, i) => check(one, input.campaigns.slice(0, i), named, input.stores, at));
    const accepted = input.campaigns.flatMap((one, i) => {
      const id = rows[i]?.id;
      return id ? [{ ...one, id }] : [];
    });
    const created = await write(tx, accepted, at);
    for (const row of rows) if (row.id !== null) row.outcome = created.has(row.id) ? "created" : "updated";
    await putIntoForce(
      tx,
      accepted.map(({ id }) => id),
      input,
      at,
    );
    await audit(tx, accepted, rows, named, input.actor, at);
    return rows;
  });
}

/** Ends one of our own campaigns now: what it held goes back. "announced" where it is the platform's; null where there is none. */
export async function cancelCampaign(
  db: Database,
  input: { id: string; stores: readonly string[] | null; actor: string },
  at: Date,
): Promise<"cancelled" | "announced" | null> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const [row] = await tx.query<{ store_id: string; external_id: string | null }>(
      `select store_id, external_id from campaigns where id = $1::uuid and state <> 'cancelled'
         and ($2::uuid[] is null or store_id = any($2::uuid[])) for no key update`,
      [input.id, input.stores],
    );
    if (!row) return null;
    if (row.external_id !== null) return "announced";
    await tx.query("update campaigns set state = 'cancelled', updated_at = $2::timestamptz where id = $1::uuid", [
      input.id,
      at.toISOString(),
    ]);
    await putIntoForce(tx, [input.id], { confirmed: true }, at);
    const entry = { actor: input.actor, act: "campaigns.cancel", storeId: row.store_id, subject: "campaign" };
    await appendAudit(tx, [{ ...entry, subjectId: input.id, cause: null, detail: null, outcome: "done" }], at);
    return "cancelled";
  });
}

async function putIntoForce(
  tx: Database,
  ids: readonly string[],
  { confirmed, onSale }: { confirmed: boolean; onSale?: number | undefined },
  at: Date,
): Promise<void> {
  const before = confirmed ? null : (onSale ?? (await countOnSale(tx)));
  const dirtyStores = await applyCampaigns(tx, ids, at);
  if (before !== null) await guardZeroes(tx, before);
  for (const storeId of dirtyStores) await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
}

interface Named {
  campaigns: ReadonlyMap<string, Known>;
  stores: ReadonlySet<string>;
  /** `<store>/<code>` of seller codes, and codes of SKUs. */
  codes: ReadonlySet<string>;
  /** Variant to its store. */
  variants: ReadonlyMap<string, string>;
}

const idOf = (one: CampaignInput) => ("id" in one ? one.id : derivedId(one.storeId, "campaigns:own", one.code));

async function findNamed(tx: Database, campaigns: readonly CampaignInput[]): Promise<Named> {
  const known = await tx.query<Known>(
    "select id, store_id, external_id, starts_at, ends_at from campaigns where id = any($1::uuid[]) order by id for no key update",
    [[...new Set(campaigns.map(idOf))]],
  );
  const stores = await tx.query<{ id: string }>("select id from stores where id = any($1::uuid[])", [
    [...new Set(campaigns.flatMap((one) => ("id" in one ? [] : [one.storeId])))],
  ]);
  const items = campaigns.flatMap((one) => one.items ?? []);
  const codes = [...new Set(items.flatMap(({ code }) => code ?? []))];
  const found = await tx.query<{ key: string }>(
    `select code as key from skus where code = any($1::text[])
     union select store_id::text || '/' || seller_code from listing_variants where seller_code = any($1::text[]) and gone_at is null`,
    [codes],
  );
  const variants = await tx.query<{ id: string; store_id: string }>(
    "select id, store_id from listing_variants where id = any($1::uuid[])",
    [[...new Set(items.flatMap(({ variant }) => variant ?? []))]],
  );
  return {
    campaigns: new Map(known.map((row) => [row.id, row])),
    stores: new Set(stores.map((row) => row.id)),
    codes: new Set(found.map((row) => row.key)),
    variants: new Map(variants.map((row) => [row.id, row.store_id])),
  };
}

function check(
  one: CampaignInput,
  earlier: readonly CampaignInput[],
  named: Named,
  stores: readonly string[] | null,
  at: Date,
): CampaignRow {
  const reject = (code: string, detail: string): CampaignRow => ({
    id: null,
    outcome: "rejected",
    error: { code, detail },
  });
  const id = idOf(one);
  if (earlier.some((other) => idOf(other) === id))
    return reject("named_twice", "The same campaign stands twice in this request.");
  const known = named.campaigns.get(id);
  const storeId = "id" in one ? known?.store_id : one.storeId;
  const isForeign = storeId !== undefined && stores !== null && !stores.includes(storeId);
  if (storeId === undefined || ("id" in one && isForeign))
    return reject("unknown_campaign", `There is no campaign ${id}.`);
  if (isForeign || ("storeId" in one && !named.stores.has(storeId)))
    return reject("unknown_store", `There is no store ${storeId}.`);
  const startsAt = "startsAt" in one ? one.startsAt : new Date(known?.starts_at ?? 0);
  const endsAt = "endsAt" in one ? one.endsAt : new Date(known?.ends_at ?? 0);
  if (endsAt <= startsAt) return reject("ends_before_it_begins", "`ends_at` must be later than `starts_at`.");
  if (one.holdFrom && one.holdFrom > startsAt)
    return reject("held_too_late", "`hold_from` must not be later than the campaign's start.");
  if (one.releaseAt && one.releaseAt < endsAt)
    return reject("released_too_early", "`release_at` must not be earlier than the campaign's end.");
  // After its end a campaign is still spoken of where late sales are to come.
  if ((one.releaseAt ?? endsAt) <= at)
    return reject("ended_already", "The campaign has ended: it could set nothing apart any more.");
  for (const { variant, code } of one.items ?? []) {
    if (variant !== null && named.variants.get(variant) !== storeId)
      return reject("unknown_item", `The store has no variant ${variant}.`);
    if (code !== null && !named.codes.has(code) && !named.codes.has(`${storeId}/${code}`))
      return reject("unknown_item", `There is no SKU "${code}", and no variant of the store with that seller code.`);
  }
  return { id, outcome: "created", error: null };
}

async function write(
  tx: Database,
  campaigns: readonly (CampaignInput & { id: string })[],
  at: Date,
): Promise<ReadonlySet<string>> {
  const rows = campaigns.map((one) => ({
    id: one.id,
    hold: one.holdFrom,
    release: one.releaseAt,
    own:
      one.items?.map(({ variant, code, quantity }) => ({
        ...(variant === null ? {} : { variant }),
        ...(code === null ? {} : { code }),
        quantity,
      })) ?? null,
    ...("storeId" in one
      ? {
          store: one.storeId,
          code: one.code,
          title: one.title,
          place: one.place,
          starts: one.startsAt,
          ends: one.endsAt,
        }
      : { store: null }),
  }));
  const json = JSON.stringify(rows);
  await tx.query(
    `update campaigns c set own_items = case when r.own::text = 'null' then null else r.own end, hold_from = r.hold, release_at = r.release,
       updated_at = $2::timestamptz, next_at = $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, store uuid, hold timestamptz, release timestamptz, own jsonb) where c.id = r.id and r.store is null`,
    [json, at.toISOString()],
  );
  const written = await tx.query<{ id: string; created: boolean }>(
    `insert into campaigns as t (id, store_id, code, title, place, starts_at, ends_at, own_items, hold_from, release_at, updated_at, next_at)
     select r.id, r.store, r.code, r.title, r.place, r.starts, r.ends, coalesce(r.own, '[]'), r.hold, r.release, $2::timestamptz, $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, store uuid, code text, title text, place text, starts timestamptz, ends timestamptz,
       own jsonb, hold timestamptz, release timestamptz) where r.store is not null
     on conflict (id) do update set title = excluded.title, place = excluded.place, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
       own_items = excluded.own_items, hold_from = excluded.hold_from, release_at = excluded.release_at, updated_at = excluded.updated_at,
       next_at = excluded.next_at, state = case when t.state = 'cancelled' then 'planned' else t.state end
     returning id, (xmax = 0) as created`,
    [json, at.toISOString()],
  );
  return new Set(written.flatMap((row) => (row.created ? [row.id] : [])));
}

async function audit(
  tx: Database,
  campaigns: readonly (CampaignInput & { id: string })[],
  rows: readonly CampaignRow[],
  named: Named,
  actor: string,
  at: Date,
): Promise<void> {
  const outcomes = new Map(rows.map((row) => [row.id, row.outcome]));
  await appendAudit(
    tx,
    campaigns.map((one) => ({
      actor,
      act: "campaigns.set",
      storeId: "storeId" in one ? one.storeId : (named.campaigns.get(one.id)?.store_id ?? null),
      subject: "campaign",
      subjectId: one.id,
      cause: null,
      detail: { ...one, id: undefined },
      outcome: outcomes.get(one.id) ?? "updated",
    })),
    at,
  );
}

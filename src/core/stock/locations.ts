/** Places where stock is kept: the merchant's own are made and changed, a platform's warehouse is looked at. */
import { appendAudit } from "../db/audit.ts";
import { type Database, repeatable } from "../db/database.ts";
import { InputError } from "../errors.ts";
import { newId } from "../ids.ts";
import { OFFERS_CHANNEL, setDesiredQuantities } from "./desired.ts";
import { lockMapping } from "./mapping.ts";
import { countOnSale, guardZeroes } from "./zero-guard.ts";

/** Makes a location; answers its id. Throws `InputError` (409) where the code is taken. */
export async function createLocation(
  db: Database,
  input: { code: string; name: string; sellable: boolean; actor: string },
  at: Date,
): Promise<string> {
  return repeatable(db, async (tx) => {
    const id = newId(at);
    const [made] = await tx.query<{ id: string }>(
      `insert into locations (id, code, name, sellable, created_at) values ($1::uuid, $2, $3, $4, $5::timestamptz)
       on conflict do nothing returning id`,
      [id, input.code, input.name, input.sellable, at.toISOString()],
    );
    if (!made) throw new InputError("location_exists", `There is a location "${input.code}" already.`, { status: 409 });
    await audit(tx, "locations.create", id, input, at);
    return id;
  });
}

/**
 * Changes a location of ours; what all offers show follows in the same transaction. False where there is none. Throws
 * `InputError` (409) for a platform's, where stores sell from it, and where too many live offers would go to zero and `confirmed` is not set.
 */
export async function changeLocation(
  db: Database,
  input: { id: string; name?: string | undefined; sellable?: boolean | undefined; actor: string; confirmed: boolean },
  at: Date,
): Promise<boolean> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const [row] = await tx.query<{ kind: string; sellable: boolean }>(
      "select kind, sellable from locations where id = $1::uuid for no key update",
      [input.id],
    );
    if (!row) return false;
    if (row.kind !== "own")
      throw new InputError("location_read_only", "This is a platform's own warehouse: it is shown, not changed.", {
        status: 409,
      });
    if (input.sellable === false && row.sellable) await refuseInUse(tx, input.id);
    const before = input.confirmed || input.sellable !== false ? null : await countOnSale(tx);
    await tx.query(
      "update locations set name = coalesce($2, name), sellable = coalesce($3::boolean, sellable) where id = $1::uuid",
      [input.id, input.name ?? null, input.sellable ?? null],
    );
    await audit(tx, "locations.change", input.id, input, at);
    if (input.sellable === undefined || input.sellable === row.sellable) return true;
    const skus = await tx.query<{ sku_id: string }>(
      "select sku_id from stock_levels where location_id = $1::uuid and (on_hand <> 0 or reserved <> 0)",
      [input.id],
    );
    const ids = skus.map((level) => level.sku_id);
    const { dirtyStores } = await setDesiredQuantities(tx, ids, { cause: "location", at });
    if (before !== null) await guardZeroes(tx, before);
    for (const storeId of dirtyStores) await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
    return true;
  });
}

/**
 * The location, by code or id, that orders of a store are to be taken from. Hold no level. Throws `InputError` (422) where
 * there is none of ours, or its goods are not for sale: what orders hold there would lower no offer.
 */
export async function findSellingLocation(tx: Database, named: string): Promise<string> {
  // Nobody takes it off sale meanwhile.
  await lockMapping(tx, "shared");
  const [row] = await tx.query<{ id: string; sellable: boolean }>(
    "select id, sellable from locations where kind = 'own' and (code = $1 or id::text = lower($1)) order by code = $1 desc limit 1",
    [named],
  );
  if (!row)
    throw new InputError(
      "unknown_location",
      `There is no location "${named}" of ours (GET /v1/locations lists them).`,
      {
        status: 422,
      },
    );
  if (!row.sellable)
    throw new InputError(
      "location_not_sellable",
      `The goods at "${named}" are not for sale, so what orders hold there would lower no offer: set \`sellable\` of the location first.`,
      { status: 422 },
    );
  return row.id;
}

/** Throws `InputError` (409) where stores sell from it: their orders would hold units that no offer counts. */
async function refuseInUse(tx: Database, locationId: string): Promise<void> {
  const stores = await tx.query<{ name: string }>(
    "select name from stores where location_id = $1::uuid and mode <> 'disconnected' order by name limit 5",
    [locationId],
  );
  if (stores.length === 0) return;
  const names = stores.map(({ name }) => `"${name}"`).join(", ");
  throw new InputError(
    "location_in_use",
    `Orders of ${names}${stores.length === 5 ? " and perhaps others" : ""} are taken from here, and would lower no offer: give the stores another location first (PATCH /v1/stores/{id} with \`location\`), or pause their offers.`,
    { status: 409 },
  );
}

async function audit(
  tx: Database,
  act: string,
  id: string,
  { actor, ...input }: { actor: string; code?: string; name?: string | undefined; sellable?: boolean | undefined },
  at: Date,
): Promise<void> {
  const detail = { code: input.code, name: input.name, sellable: input.sellable };
  const entry = { actor, act, storeId: null, subject: "location", subjectId: id, cause: null };
  await appendAudit(tx, [{ ...entry, detail, outcome: "done" }], at);
}

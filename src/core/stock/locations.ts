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
 * `InputError` (409) for a platform's, and where too many live offers would go to zero and `confirmed` is not set.
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

/** Which stores a key may see: what it may not see is not there. */
import { findStore, type StoreRow } from "../core/db/stores.ts";
import type { Engine } from "../sync/engine.ts";
import { notFound } from "./errors.ts";
import type { Principal } from "./types.ts";

export function maySee(who: Principal, storeId: string | null): boolean {
  return who.stores === null || (storeId !== null && who.stores.includes(storeId));
}

/** The store, where the key may see it. Throws `InputError` (404) where it may not, or there is none. */
export async function visibleStore(engine: Pick<Engine, "db">, who: Principal, storeId: string): Promise<StoreRow> {
  const row = maySee(who, storeId) ? await findStore(engine.db, storeId) : null;
  if (!row) throw notFound("store");
  return row;
}

/** A store that the key may not see has no records, as one that does not exist. */
export function seenStore(stores: readonly string[] | null, store: string | undefined): { store?: string } {
  if (store === undefined) return {};
  return { store: stores && !stores.includes(store) ? "00000000-0000-0000-0000-000000000000" : store };
}

/**
 * SKUs are the merchant's own, and one may be sold by stores that a limited key may not see: such a key does not decide
 * what those stores show.
 */
import { findSoldElsewhere } from "../core/db/sold-elsewhere.ts";
import { InputError } from "../core/errors.ts";
import type { Engine } from "../sync/engine.ts";
import type { Principal } from "./types.ts";

/** Throws `InputError` (403) where a row is about a SKU that a store outside the key sells, itself or in a bundle. */
export async function refuseShared(
  { db }: Pick<Engine, "db">,
  who: Pick<Principal, "stores">,
  codes: readonly string[],
): Promise<void> {
  if (who.stores === null) return;
  const shared = new Set(await findSoldElsewhere(db, codes, who.stores));
  const row = codes.findIndex((code) => shared.has(code));
  if (row < 0) return;
  throw new InputError(
    "sku_shared",
    `Row ${row + 1}: SKU "${codes[row]}" is sold by stores too that are not this key's, and its stock, price and state are theirs as well. Nothing was changed. Use a key of all stores.`,
    { status: 403 },
  );
}

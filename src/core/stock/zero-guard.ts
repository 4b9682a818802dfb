/** Writes that would end the sale of much at once are more likely a mistake than the truth: they ask to be confirmed. */
import type { Database } from "../db/database.ts";
import { InputError } from "../errors.ts";

const GUARD = { offers: 20, share: 0.2 };

/** Rows that a write must have at least to end so many sales. */
export const GUARDED_ROWS = GUARD.offers;

/** Offers of live stores that sell something. */
export async function countOnSale(tx: Database): Promise<number> {
  const [row] = await tx.query<{ n: string }>(
    `select count(*) as n from offers o join stores s on s.id = o.store_id
     where o.aspect = 'stock' and o.desired > 0 and s.mode = 'live'`,
  );
  return Number(row?.n ?? 0);
}

/** Throws `InputError` (409), and so undoes the transaction, where too many of those `before` sell nothing now. */
export async function guardZeroes(tx: Database, before: number): Promise<void> {
  const ended = before - (await countOnSale(tx));
  if (ended < GUARD.offers || ended <= before * GUARD.share) return;
  throw new InputError(
    "too_many_zeroes",
    `This would set ${ended} of ${before} live offers to zero. If that is right, send it again with \`confirm=true\`.`,
    { status: 409 },
  );
}

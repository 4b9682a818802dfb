/** Writes that would end the sale of much at once are more likely a mistake than the truth: they wait for a person's word. */
import type { Database } from "../db/database.ts";
import { InputError } from "../errors.ts";

/** What a write may end without being asked: fewer offers than `offers`, or no more than `percent` of those on sale. */
export interface ZeroGuard {
  percent: number;
  offers: number;
}

const SETTING = "zero_guard";
const DEFAULT: ZeroGuard = { percent: 20, offers: 20 };

/** A write was undone because it would have ended the sale of too much. */
export class TooManyZeroes extends InputError {
  readonly ended: number;
  readonly onSale: number;

  constructor(ended: number, onSale: number, detail = "If that is right, send it again with `confirm=true`.") {
    super("too_many_zeroes", `This would set ${ended} of ${onSale} live offers to zero. ${detail}`, { status: 409 });
    this.ended = ended;
    this.onSale = onSale;
  }
}

export async function readGuard(db: Database): Promise<ZeroGuard> {
  const [row] = await db.query<{ value: ZeroGuard }>("select value from settings where name = $1", [SETTING]);
  return row?.value ?? DEFAULT;
}

export async function writeGuard(db: Database, guard: ZeroGuard, at: Date): Promise<void> {
  await db.query(
    `insert into settings (name, value, updated_at) values ($1, $2::text::jsonb, $3::timestamptz)
     on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`,
    [SETTING, JSON.stringify({ percent: guard.percent, offers: guard.offers }), at.toISOString()],
  );
}

/** Offers of live stores that sell something. */
export async function countOnSale(tx: Database): Promise<number> {
  const [row] = await tx.query<{ n: string }>(
    `select count(*) as n from offers o join stores s on s.id = o.store_id
     where o.aspect = 'stock' and o.desired > 0 and s.mode = 'live'`,
  );
  return Number(row?.n ?? 0);
}

/**
 * What was on sale before a write of so many SKUs; null where it need not be asked for: it was confirmed, or is too small.
 * `onSale`: what was on sale before the first part of a file.
 */
export async function beforeSkus(
  tx: Database,
  skus: number,
  { confirmed, onSale }: { confirmed: boolean; onSale?: number | undefined },
): Promise<number | null> {
  if (confirmed || skus === 0) return null;
  if (onSale !== undefined) return onSale;
  return skus >= (await readGuard(tx)).offers ? countOnSale(tx) : null;
}

/** Throws `TooManyZeroes` (409), and so undoes the transaction, where too many of those `before` sell nothing now. */
export async function guardZeroes(tx: Database, before: number): Promise<void> {
  const ended = before - (await countOnSale(tx));
  if (ended <= 0) return;
  const { percent, offers } = await readGuard(tx);
  if (ended >= offers && ended * 100 > before * percent) throw new TooManyZeroes(ended, before);
}

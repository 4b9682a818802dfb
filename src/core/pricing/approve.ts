/** A person's word for a price: one that was held back because it changes much, or ours against what somebody else set. */

import { settleAlert } from "../db/alerts.ts";
import { appendAudit } from "../db/audit.ts";
import { type Database, repeatable } from "../db/database.ts";
import { InputError } from "../errors.ts";
import type { Money } from "../model/records.ts";
import { OFFERS_CHANNEL } from "../stock/desired.ts";
import { isSame } from "./load.ts";
import { lockPricing, reprice } from "./reprice.ts";

interface Approval {
  offerId: string;
  price: Money;
  actor: string;
}

interface Approvable {
  store_id: string;
  desired: string | null;
  currency: string | null;
  observed_value: string | null;
  confirmed_value: string | null;
  held_code: string | null;
  held_detail: string | null;
  held_amount: string | null;
  held_currency: string | null;
}

/**
 * Approves exactly this price of an offer that the reader may see (`stores`; null: all): it and the way back to the price
 * that it replaces need no further word. False where there is no such offer. Throws `InputError` (409) where another price
 * waits, none does, or the one that waits is wrong and not merely unusual.
 */
export async function approvePrice(
  db: Database,
  input: Approval & { stores: readonly string[] | null },
  at: Date,
): Promise<boolean> {
  return repeatable(db, async (tx) => {
    await lockPricing(tx);
    const [row] = await tx.query<Approvable>(
      `select o.store_id, o.desired, o.currency, o.observed_value, o.confirmed_value, p.held_code, p.held_detail, p.held_amount, p.held_currency
       from offers o left join offer_prices p on p.offer_id = o.id
       where o.id = $1::uuid and o.aspect = 'price' and ($2::uuid[] is null or o.store_id = any($2::uuid[])) for no key update of o`,
      [input.offerId, input.stores],
    );
    if (!row) return false;
    if (row.held_code === null) await setAgain(tx, input, row, at);
    else await approveHeld(tx, input, row, at);
    await appendAudit(
      tx,
      [
        {
          actor: input.actor,
          act: "prices.approve",
          storeId: row.store_id,
          subject: "offer",
          subjectId: input.offerId,
          cause: row.held_detail,
          detail: { price: input.price, before: row.confirmed_value },
          outcome: "done",
        },
      ],
      at,
    );
    await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, row.store_id]);
    return true;
  });
}

async function approveHeld(
  tx: Database,
  { offerId, price, actor }: Approval,
  row: Approvable,
  at: Date,
): Promise<void> {
  if (row.held_code !== "change_too_large")
    throw new InputError("not_approvable", row.held_detail ?? "The price cannot be computed.", { status: 409 });
  if (!isSame(row.held_amount, price.amount) || row.held_currency !== price.currency)
    throw new InputError(
      "another_price_waits",
      `What waits for approval is ${row.held_amount} ${row.held_currency}: look at it again.`,
      { status: 409 },
    );
  await tx.query(
    `update offer_prices set approved_amount = $2::numeric, approved_currency = $3, approved_by = $4, approved_at = $5::timestamptz,
       approved_from = $6::numeric where offer_id = $1::uuid`,
    [
      offerId,
      price.amount,
      price.currency,
      actor,
      at.toISOString(),
      row.currency === price.currency ? row.confirmed_value : null,
    ],
  );
  await reprice(tx, { of: "offers", offerIds: [offerId] }, { cause: "approval", actor, at });
}

/** Ours once more, where the platform shows another price than the one that was set. */
async function setAgain(tx: Database, { offerId, price, actor }: Approval, row: Approvable, at: Date): Promise<void> {
  const waits = row.desired !== null && isSame(row.desired, price.amount) && row.currency === price.currency;
  if (!waits || isSame(row.desired, row.observed_value))
    throw new InputError("nothing_to_approve", "No such price waits for a word.", { status: 409 });
  await tx.query(
    `update offers set dirty = true, state = case when state = 'rejected' then 'idle' else state end, desired_version = desired_version + 1,
       desired_at = $2::timestamptz, cause = 'approval', attempts = 0, due_at = null where id = $1::uuid and state <> 'submitted'`,
    [offerId, at.toISOString()],
  );
  await tx.query(
    "update offer_prices p set version = o.desired_version, actor = $2 from offers o where o.id = p.offer_id and o.id = $1::uuid",
    [offerId, actor],
  );
  await settleAlert(tx, { code: "price_drift", subject: "offer", subjectId: offerId }, at);
}

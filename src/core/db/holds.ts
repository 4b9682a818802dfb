/** Holds of ours on orders: an operator's or a review's. Never sent to the platform. */
import { newId } from "../ids.ts";
import { settleAttention } from "./attention.ts";
import { appendAudit } from "./audit.ts";
import { appendChanges } from "./changes.ts";
import type { Database } from "./database.ts";

interface Held {
  version: number;
}

/** Puts an order on hold; null where it is held already. */
export async function holdOrder(
  db: Database,
  order: { id: string; storeId: string },
  hold: { code: string; reason: string; actor: string },
  at: Date,
): Promise<Held | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ version: string }>(
      `update orders set hold = $2, attention = true, version = version + 1, updated_at = $3::timestamptz
       where id = $1::uuid and hold is null returning version`,
      [order.id, hold.code, at.toISOString()],
    );
    if (!row) return null;
    await tx.query(
      `insert into holds (id, order_id, code, reason, actor, at) values ($1::uuid, $2::uuid, $3, $4, $5, $6::timestamptz)`,
      [newId(at), order.id, hold.code, hold.reason, hold.actor, at.toISOString()],
    );
    return conclude(tx, order, { act: "orders.hold", actor: hold.actor, cause: hold.code }, Number(row.version), at);
  });
}

/** Releases an order; null where it is not held. What else needs a hand stays flagged. */
export async function releaseOrder(
  db: Database,
  order: { id: string; storeId: string },
  actor: string,
  at: Date,
): Promise<Held | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<{ version: string }>(
      `update orders o set hold = null, version = o.version + 1, updated_at = $2::timestamptz
       where o.id = $1::uuid and o.hold is not null returning o.version`,
      [order.id, at.toISOString()],
    );
    if (!row) return null;
    await settleAttention(tx, [order.id]);
    await tx.query(
      "update holds set released_at = $2::timestamptz, released_by = $3 where order_id = $1::uuid and released_at is null",
      [order.id, at.toISOString(), actor],
    );
    return conclude(tx, order, { act: "orders.release", actor, cause: null }, Number(row.version), at);
  });
}

async function conclude(
  tx: Database,
  order: { id: string; storeId: string },
  entry: { act: string; actor: string; cause: string | null },
  version: number,
  at: Date,
): Promise<Held> {
  await appendChanges(tx, order.storeId, [{ entity: "order", entityId: order.id, version, kind: "updated" }]);
  const subject = { storeId: order.storeId, subject: "order", subjectId: order.id };
  await appendAudit(tx, [{ ...entry, ...subject, detail: null, outcome: "done" }], at);
  return { version };
}

/** What was sent to webhook endpoints, and what came of it. Content is never kept: it is read again for each attempt. */
import { and, asc, eq, inArray } from "drizzle-orm";
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";
import { webhookDeliveries } from "./schema/index.ts";

export type DeliveryRow = typeof webhookDeliveries.$inferSelect;

export const DELIVERY_KINDS = ["changes", "replay", "test"] as const;
export const DELIVERY_STATUSES = ["pending", "delivered", "failed", "replaced"] as const;

export type NewDelivery = Pick<
  DeliveryRow,
  "id" | "endpointId" | "kind" | "firstPosition" | "lastPosition" | "changeCount" | "createdAt"
>;

/** Writes it before it is sent: whoever goes on after a crash sends the same again under the same id. */
export async function insertDelivery(tx: Database, input: NewDelivery): Promise<DeliveryRow> {
  const [row] = await tx.orm
    .insert(webhookDeliveries)
    .values({ ...input, status: "pending" })
    .returning();
  if (!row) throw new Error("the delivery that was just written is not there");
  return row;
}

/** The oldest that has not ended; null where none is open. */
export async function findPendingDelivery(db: Database, endpointId: string): Promise<DeliveryRow | null> {
  const [row] = await db.orm
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.endpointId, endpointId), eq(webhookDeliveries.status, "pending")))
    .orderBy(asc(webhookDeliveries.createdAt), asc(webhookDeliveries.id))
    .limit(1);
  return row ?? null;
}

export async function findDelivery(db: Database, endpointId: string, id: string): Promise<DeliveryRow | null> {
  const [row] = await db.orm
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.endpointId, endpointId), eq(webhookDeliveries.id, id)))
    .limit(1);
  return row ?? null;
}

export async function updateDelivery(db: Database, id: string, set: Partial<DeliveryRow>): Promise<DeliveryRow | null> {
  const [row] = await db.orm.update(webhookDeliveries).set(set).where(eq(webhookDeliveries.id, id)).returning();
  return row ?? null;
}

/** What was on its way is not sent again: its endpoint was told to go on from elsewhere, or with other content. */
export async function replacePendingDeliveries(tx: Database, endpointId: string, at: Date): Promise<void> {
  await tx.query(
    `update webhook_deliveries set status = 'replaced', finished_at = $2::timestamptz
     where endpoint_id = $1::uuid and status = 'pending' and kind = 'changes'`,
    [endpointId, at.toISOString()],
  );
}

/** Deliveries of an endpoint, newest first. */
export async function listDeliveries(
  db: Database,
  filter: { endpointId: string; status?: string | undefined },
  page: PageRequest,
): Promise<RowPage<DeliveryRow>> {
  const where = conditions();
  where.equal("endpoint_id", filter.endpointId, "uuid");
  where.equal("status", filter.status);
  const found = await readPage<{ id: string }>(db, {
    select: "id",
    from: "webhook_deliveries",
    where,
    keyset: {
      columns: [
        { sql: "created_at", cast: "timestamptz" },
        { sql: "id", cast: "uuid" },
      ],
      direction: "desc",
    },
    page,
  });
  const ids = found.rows.map(({ id }) => id);
  const rows = await db.orm.select().from(webhookDeliveries).where(inArray(webhookDeliveries.id, ids));
  return { rows: ids.flatMap((id) => rows.find((row) => row.id === id) ?? []), next: found.next };
}

/** Drops deliveries that ended before a time (RFC 3339). */
export async function clearDeliveries(db: Database, before: string): Promise<void> {
  await db.query("delete from webhook_deliveries where finished_at < $1::timestamptz", [before]);
}

/** Webhook endpoints: who is sent the feed, and how far each has got. */
import { and, eq, inArray, sql } from "drizzle-orm";
import { type Keyring, openText, type SealedAt, sealText } from "../secrets.ts";
import type { Database } from "./database.ts";
import { type Conditions, conditions, type PageRequest, type RowPage, readPage } from "./page.ts";
import { webhookEndpoints } from "./schema/index.ts";

export type EndpointRow = typeof webhookEndpoints.$inferSelect;

/** Endpoints that a reader of these stores may see: those that send nothing of other stores. Null: all. */
export type SeenStores = readonly string[] | null;

function seenBy(where: Conditions, stores: SeenStores): Conditions {
  if (stores) where.add(`stores <@ ${where.bind(stores)}::uuid[]`);
  return where;
}

export async function insertEndpoint(db: Database, row: EndpointRow): Promise<void> {
  await db.orm.insert(webhookEndpoints).values(row);
}

/** The endpoint, where the reader may see it; null where it may not, or there is none. */
export async function findEndpoint(db: Database, id: string, stores: SeenStores = null): Promise<EndpointRow | null> {
  const [row] = await db.orm.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)).limit(1);
  return row && (stores === null || row.stores?.every((store) => stores.includes(store))) ? row : null;
}

/** Endpoints in the order in which they were made. */
export async function listEndpoints(
  db: Database,
  stores: SeenStores,
  page: PageRequest,
): Promise<RowPage<EndpointRow>> {
  const { rows: found, next } = await readPage<{ id: string }>(db, {
    select: "id",
    from: "webhook_endpoints",
    where: seenBy(conditions(), stores),
    keyset: {
      columns: [
        { sql: "created_at", cast: "timestamptz" },
        { sql: "id", cast: "uuid" },
      ],
      direction: "asc",
    },
    page,
  });
  const ids = found.map(({ id }) => id);
  const rows = await db.orm.select().from(webhookEndpoints).where(inArray(webhookEndpoints.id, ids));
  return { rows: ids.flatMap((id) => rows.find((row) => row.id === id) ?? []), next };
}

/** What a person changes; `version` follows. Answers the new row, null where it is gone. */
export async function updateEndpoint(
  db: Database,
  id: string,
  set: Partial<EndpointRow>,
  at: Date,
): Promise<EndpointRow | null> {
  const [row] = await db.orm
    .update(webhookEndpoints)
    .set({ ...set, version: sql`${webhookEndpoints.version} + 1`, updatedAt: at })
    .where(eq(webhookEndpoints.id, id))
    .returning();
  return row ?? null;
}

/**
 * What deliveries leave behind: only where nobody has changed the endpoint since it was read. False where somebody has:
 * what was learnt was of the endpoint as it was.
 */
export async function noteEndpoint(
  tx: Database,
  seen: Pick<EndpointRow, "id" | "version">,
  set: Partial<EndpointRow>,
): Promise<boolean> {
  const rows = await tx.orm
    .update(webhookEndpoints)
    .set(set)
    .where(and(eq(webhookEndpoints.id, seen.id), eq(webhookEndpoints.version, seen.version)))
    .returning({ id: webhookEndpoints.id });
  return rows.length > 0;
}

/** Deletes it with its deliveries; false where there is none. */
export async function deleteEndpoint(tx: Database, id: string): Promise<boolean> {
  await tx.query("delete from leases where name = $1", [leaseOfEndpoint(id)]);
  const rows = await tx.orm
    .delete(webhookEndpoints)
    .where(eq(webhookEndpoints.id, id))
    .returning({ id: webhookEndpoints.id });
  return rows.length > 0;
}

export const leaseOfEndpoint = (id: string): string => `webhooks:${id}`;

/** Endpoints that may be sent something now, the longest due first: behind the feed, or with a delivery that has not ended. */
export async function listDueEndpoints(db: Database, at: Date): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select e.id from webhook_endpoints e
     where e.disabled_at is null and (e.due_at is null or e.due_at <= $1::timestamptz)
       and (e.position < (select coalesce(max(position), 0) from changes)
         or exists (select 1 from webhook_deliveries d where d.endpoint_id = e.id and d.status = 'pending'))
       and not exists (select 1 from leases l where l.name = 'webhooks:' || e.id and l.owner is not null and l.until > clock_timestamp())
     order by e.due_at, e.id limit 200`,
    [at.toISOString()],
  );
  return rows.map(({ id }) => id);
}

/** Endpoints that have not been sent what the feed no longer keeps, and whose loss nobody has been told of yet. */
export async function listEndpointsBehind(db: Database, pruned: number): Promise<EndpointRow[]> {
  const rows = await db.query<{ id: string }>(
    `select id from webhook_endpoints e where position < $1::bigint and not exists (select 1 from alerts a
       where a.code = 'webhook_changes_lost' and a.subject = 'webhook_endpoint' and a.subject_id = e.id::text and a.resolved_at is null)`,
    [String(pruned)],
  );
  const found = await Promise.all(rows.map(({ id }) => findEndpoint(db, id)));
  return found.filter((row) => row !== null);
}

const sealedAt = (id: string): SealedAt => ({ table: "webhook_endpoints", store: null, id });

export const sealSecret = (keyring: Keyring, id: string, secret: string): Uint8Array =>
  sealText(keyring, sealedAt(id), secret);

/** The secrets that sign now: the newest first, and the one before it until its time has passed. */
export function secretsOf(keyring: Keyring, row: EndpointRow, at: Date): string[] {
  const previous =
    row.previousSecret && row.previousSecretUntil && row.previousSecretUntil > at ? [row.previousSecret] : [];
  return [row.secret, ...previous].map((sealed) => openText(keyring, sealedAt(row.id), sealed));
}

import { bigint, customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** Bytes; sealed or compressed content. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "bytea" });

/** An instant, UTC. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** Row id: derived for what a platform owns, time-ordered for what we create (core/ids.ts). */
export const id = () => uuid("id").primaryKey();

/** When we wrote the row last; lists of people filter by it, nothing orders by it alone. */
export const updatedAt = () => instant("updated_at").notNull().defaultNow();

export const createdAt = () => instant("created_at").notNull().defaultNow();

/** Which document of the platform a record is from, and what became of it here. */
export const source = () => ({
  sourceUpdatedAt: instant("source_updated_at"),
  readSeq: bigint("read_seq", { mode: "number" }).notNull(),
  version: bigint("version", { mode: "number" }).notNull().default(1),
  syncedAt: instant("synced_at").notNull(),
  updatedAt: updatedAt(),
  goneAt: instant("gone_at"),
});

-- Sealed bodies do not compress: keep them out of line without trying.
ALTER TABLE "raw_documents" ALTER COLUMN "body" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "raw_documents" ALTER COLUMN "previous_body" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "inbox" ALTER COLUMN "body" SET STORAGE EXTERNAL;--> statement-breakpoint
-- Rows that are updated often keep room for it on their page, so that indexes need no new entry.
ALTER TABLE "offers" SET (fillfactor = 75);--> statement-breakpoint
ALTER TABLE "stock_levels" SET (fillfactor = 75);--> statement-breakpoint
ALTER TABLE "checkpoints" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "budgets" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "leases" SET (fillfactor = 50);--> statement-breakpoint
-- A queue: what was moved must be cleaned early, or finding its head gets slow.
ALTER TABLE "changes_pending" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE "open_entries" (
	"entry_id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone
);
--> statement-breakpoint
DROP INDEX "reconciliation_matches_entry";--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD COLUMN "period" date;--> statement-breakpoint
UPDATE "ledger_entries" e SET "period" = date_trunc('month', e."posted_at" at time zone s."time_zone")::date FROM "stores" s WHERE s."id" = e."store_id";--> statement-breakpoint
UPDATE "ledger_entries" SET "period" = date_trunc('month', "posted_at" at time zone 'UTC')::date WHERE "period" is null;--> statement-breakpoint
ALTER TABLE "ledger_entries" ALTER COLUMN "period" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "reconciliation_matches" ADD COLUMN "amount" numeric;--> statement-breakpoint
UPDATE "reconciliation_matches" m SET "amount" = e."amount" FROM "ledger_entries" e WHERE e."id" = m."entry_id";--> statement-breakpoint
DELETE FROM "reconciliation_matches" WHERE "amount" is null;--> statement-breakpoint
ALTER TABLE "reconciliation_matches" ALTER COLUMN "amount" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "settlements" ADD COLUMN "difference_currency" text;--> statement-breakpoint
ALTER TABLE "settlements" ADD COLUMN "bank_amount" numeric;--> statement-breakpoint
ALTER TABLE "settlements" ADD COLUMN "bank_currency" text;--> statement-breakpoint
ALTER TABLE "settlements" ADD COLUMN "bank_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "settlements" ADD COLUMN "bank_actor" text;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "books_open_from" date;--> statement-breakpoint
CREATE INDEX "open_entries_due" ON "open_entries" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "open_entries_store" ON "open_entries" USING btree ("store_id","entry_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_document" ON "ledger_entries" USING btree ("document_id");--> statement-breakpoint
CREATE INDEX "settlements_unchecked" ON "settlements" USING btree ("store_id","id") WHERE "settlements"."state" = 'unchecked';--> statement-breakpoint
CREATE INDEX "order_lines_external" ON "order_lines" USING btree ("external_id","store_id");--> statement-breakpoint
CREATE INDEX "orders_number" ON "orders" USING btree ("external_number","store_id") WHERE "orders"."external_number" <> "orders"."external_id";--> statement-breakpoint
CREATE INDEX "reconciliation_matches_entry" ON "reconciliation_matches" USING btree ("entry_id");--> statement-breakpoint
INSERT INTO "open_entries" ("entry_id", "store_id", "due_at") SELECT "id", "store_id", now() FROM "ledger_entries"
WHERE coalesce("order_external_id", "order_line_external_id", "shipment_external_id", "refund_external_id") is not null
  or "kind" in ('sale', 'refund', 'commission', 'payment_fee', 'shipping_income', 'platform_subsidy', 'seller_discount', 'tax_collected');

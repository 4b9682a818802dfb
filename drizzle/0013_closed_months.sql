ALTER TABLE "ledger_entries" ADD COLUMN "amends" uuid;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD COLUMN "amendment" text;--> statement-breakpoint
ALTER TABLE "settlements" ADD COLUMN "booked_from" date;--> statement-breakpoint
CREATE INDEX "ledger_entries_amends" ON "ledger_entries" USING btree ("amends","period") WHERE "ledger_entries"."amends" is not null;--> statement-breakpoint
CREATE INDEX "ledger_entries_amended" ON "ledger_entries" USING btree ("store_id","settlement_external_id") WHERE "ledger_entries"."amends" is not null;
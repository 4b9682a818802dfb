CREATE TABLE "return_receipts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"dispute_id" uuid,
	"line_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	"condition" text NOT NULL,
	"note" text,
	"actor" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "return_receipts_order" ON "return_receipts" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "return_receipts_dispute" ON "return_receipts" USING btree ("dispute_id") WHERE "return_receipts"."dispute_id" is not null;
CREATE TABLE "offer_prices" (
	"offer_id" uuid PRIMARY KEY NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"actor" text,
	"reason" text,
	"held_code" text,
	"held_detail" text,
	"held_amount" numeric,
	"held_currency" text,
	"held_rate" text,
	"held_at" timestamp with time zone,
	"approved_amount" numeric,
	"approved_currency" text,
	"approved_by" text,
	"approved_at" timestamp with time zone,
	"approved_from" numeric
);
--> statement-breakpoint
ALTER TABLE "offer_prices" ADD CONSTRAINT "offer_prices_offer_id_offers_id_fk" FOREIGN KEY ("offer_id") REFERENCES "public"."offers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "offer_prices_held" ON "offer_prices" USING btree ("offer_id") WHERE "offer_prices"."held_code" is not null;
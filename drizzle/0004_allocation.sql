CREATE TABLE "offer_rules" (
	"offer_id" uuid PRIMARY KEY NOT NULL,
	"locations" uuid[],
	"replenishable" integer,
	"fixed" integer,
	"buffer" integer,
	"share" integer,
	"cap" integer,
	"zero_below" integer,
	"pause" boolean DEFAULT false NOT NULL,
	"sources" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "offer_rules" ADD CONSTRAINT "offer_rules_offer_id_offers_id_fk" FOREIGN KEY ("offer_id") REFERENCES "public"."offers"("id") ON DELETE cascade ON UPDATE no action;
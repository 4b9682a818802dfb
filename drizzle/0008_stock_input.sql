CREATE TABLE "approval_parts" (
	"approval_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"request" jsonb NOT NULL,
	CONSTRAINT "approval_parts_approval_id_position_pk" PRIMARY KEY("approval_id","position")
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"ended" integer NOT NULL,
	"on_sale" integer NOT NULL,
	"rows" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"decided_at" timestamp with time zone,
	"decided_by" text
);
--> statement-breakpoint
CREATE TABLE "campaign_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"campaign_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"variant_id" uuid,
	"sku_id" uuid,
	"name" text NOT NULL,
	"quantity" integer NOT NULL,
	"sold" integer DEFAULT 0 NOT NULL,
	"released" integer
);
--> statement-breakpoint
CREATE TABLE "campaign_sales" (
	"line_id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"item_id" uuid NOT NULL,
	"quantity" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "price_marks" (
	"offer_id" uuid PRIMARY KEY NOT NULL,
	"cause" text NOT NULL,
	"actor" text,
	"marked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "skus" ADD COLUMN "set_apart" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "code" text;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "own_items" jsonb;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "hold_from" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "release_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "state" text DEFAULT 'planned' NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "next_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "offer_rules" ADD COLUMN "campaign_item_id" uuid;--> statement-breakpoint
ALTER TABLE "approval_parts" ADD CONSTRAINT "approval_parts_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_items" ADD CONSTRAINT "campaign_items_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "campaign_sales" ADD CONSTRAINT "campaign_sales_item_id_campaign_items_id_fk" FOREIGN KEY ("item_id") REFERENCES "public"."campaign_items"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "price_marks" ADD CONSTRAINT "price_marks_offer_id_offers_id_fk" FOREIGN KEY ("offer_id") REFERENCES "public"."offers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "approvals_waiting" ON "approvals" USING btree ("id") WHERE "approvals"."status" = 'waiting';--> statement-breakpoint
CREATE INDEX "campaign_items_campaign" ON "campaign_items" USING btree ("campaign_id");--> statement-breakpoint
CREATE INDEX "campaign_items_sku" ON "campaign_items" USING btree ("sku_id");--> statement-breakpoint
CREATE INDEX "campaign_sales_order" ON "campaign_sales" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "campaign_sales_item" ON "campaign_sales" USING btree ("item_id");--> statement-breakpoint
CREATE INDEX "campaigns_next" ON "campaigns" USING btree ("next_at") WHERE "campaigns"."next_at" is not null;--> statement-breakpoint
CREATE INDEX "campaigns_store" ON "campaigns" USING btree ("store_id");--> statement-breakpoint
UPDATE "campaigns" SET "next_at" = "updated_at";

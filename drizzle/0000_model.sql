CREATE SEQUENCE "public"."read_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "dispute_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "dispute_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"dispute_id" uuid NOT NULL,
	"dedup_key" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"by" text,
	"text" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dispute_lines" (
	"dispute_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"order_line_external_id" text,
	"variant_external_id" text,
	"quantity" integer NOT NULL,
	"amount" numeric,
	CONSTRAINT "dispute_lines_dispute_id_position_pk" PRIMARY KEY("dispute_id","position")
);
--> statement-breakpoint
CREATE TABLE "disputes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid,
	"external_id" text NOT NULL,
	"order_id" uuid,
	"order_external_id" text,
	"system" text,
	"kind" text NOT NULL,
	"external_kind" text,
	"status" text NOT NULL,
	"external_status" text NOT NULL,
	"reason" text,
	"external_reason" text,
	"amount" numeric,
	"currency" text,
	"turn" text,
	"due_at" timestamp with time zone,
	"opened_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	"open" boolean NOT NULL,
	"return_carrier" text,
	"return_tracking_number" text,
	"lock_token" text,
	"restocked_by_platform" boolean,
	"severity" text,
	"responsible" text,
	"own_due_at" timestamp with time zone,
	"follow_up_on" timestamp with time zone,
	"compensation" numeric,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"source_updated_at" timestamp with time zone,
	"read_seq" bigint NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"settlement_id" uuid,
	"settlement_external_id" text,
	"book" text NOT NULL,
	"state" text NOT NULL,
	"kind" text NOT NULL,
	"external_kind" text NOT NULL,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"posted_at" timestamp with time zone NOT NULL,
	"order_external_id" text,
	"order_line_external_id" text,
	"shipment_external_id" text,
	"refund_external_id" text,
	"seller_code" text,
	"description" text,
	"document_id" uuid,
	"read_seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reconciliation_matches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"entry_id" uuid NOT NULL,
	"order_id" uuid,
	"pass" text NOT NULL,
	"reason" text NOT NULL,
	"actor" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"undone_at" timestamp with time zone,
	"undone_by" text
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"order_id" uuid,
	"order_external_id" text,
	"dispute_external_id" text,
	"amount" numeric NOT NULL,
	"currency" text NOT NULL,
	"shipping_amount" numeric,
	"reason" text,
	"status" text NOT NULL,
	"refunded_at" timestamp with time zone,
	"lines" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"source_updated_at" timestamp with time zone,
	"read_seq" bigint NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "settlements" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"period_start" timestamp with time zone NOT NULL,
	"period_end" timestamp with time zone NOT NULL,
	"currency" text NOT NULL,
	"total" numeric,
	"payout" numeric,
	"payout_currency" text,
	"payout_rate" text,
	"paid_at" timestamp with time zone,
	"external_status" text,
	"state" text DEFAULT 'unchecked' NOT NULL,
	"difference" numeric,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"source_updated_at" timestamp with time zone,
	"read_seq" bigint NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "shipment_lines" (
	"shipment_id" uuid NOT NULL,
	"order_line_external_id" text NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "shipment_lines_shipment_id_order_line_external_id_pk" PRIMARY KEY("shipment_id","order_line_external_id")
);
--> statement-breakpoint
CREATE TABLE "shipments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"order_id" uuid NOT NULL,
	"order_external_id" text NOT NULL,
	"status" text NOT NULL,
	"external_status" text,
	"carrier" text,
	"external_carrier" text,
	"tracking_number" text,
	"tracking_url" text,
	"place" text,
	"fulfilled_by" text NOT NULL,
	"shipped_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"source_updated_at" timestamp with time zone,
	"read_seq" bigint NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tracking_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tracking_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"shipment_id" uuid NOT NULL,
	"dedup_key" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"external_code" text,
	"text" text,
	"location" text
);
--> statement-breakpoint
CREATE TABLE "base_prices" (
	"sku_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"amount" numeric NOT NULL,
	"floor" numeric,
	"ceiling" numeric,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "base_prices_sku_id_currency_pk" PRIMARY KEY("sku_id","currency")
);
--> statement-breakpoint
CREATE TABLE "exchange_rates" (
	"base" text NOT NULL,
	"quote" text NOT NULL,
	"valid_on" date NOT NULL,
	"rate" numeric NOT NULL,
	"source" text,
	CONSTRAINT "exchange_rates_base_quote_valid_on_pk" PRIMARY KEY("base","quote","valid_on")
);
--> statement-breakpoint
CREATE TABLE "listing_variants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"listing_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"listing_external_id" text NOT NULL,
	"external_id" text NOT NULL,
	"seller_code" text,
	"barcode" text,
	"title" text,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"price" numeric,
	"regular_price" numeric,
	"currency" text,
	"quantity" integer,
	"places" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"external_product_id" text,
	"codes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"fulfilled_by" text DEFAULT 'seller' NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"sku_id" uuid,
	"mapped_by" text,
	"position" integer DEFAULT 0 NOT NULL,
	"read_seq" bigint NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "listings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"marketplace" text,
	"title" text NOT NULL,
	"status" text NOT NULL,
	"external_status" text NOT NULL,
	"category" text,
	"url" text,
	"image_url" text,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"source_updated_at" timestamp with time zone,
	"read_seq" bigint NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "price_history" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "price_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"variant_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"currency" text NOT NULL,
	"before" numeric,
	"after" numeric,
	"source" text NOT NULL,
	"actor" text,
	"reason" text,
	"answer" text
);
--> statement-breakpoint
CREATE TABLE "price_rules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid,
	"sku_id" uuid,
	"listing_id" uuid,
	"kind" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sku_components" (
	"bundle_id" uuid NOT NULL,
	"component_id" uuid NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "sku_components_bundle_id_component_id_pk" PRIMARY KEY("bundle_id","component_id")
);
--> statement-breakpoint
CREATE TABLE "sku_costs" (
	"sku_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"valid_from" date NOT NULL,
	"amount" numeric NOT NULL,
	CONSTRAINT "sku_costs_sku_id_currency_valid_from_pk" PRIMARY KEY("sku_id","currency","valid_from")
);
--> statement-breakpoint
CREATE TABLE "skus" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"title" text,
	"barcode" text,
	"bundle" boolean DEFAULT false NOT NULL,
	"safety_stock" integer DEFAULT 0 NOT NULL,
	"retired_at" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "actions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"subject" text NOT NULL,
	"subject_id" uuid,
	"input" "bytea" NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"maybe_applied" boolean DEFAULT false NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"receipt" text,
	"progress" text,
	"external_id" text,
	"error_category" text,
	"error_code" text,
	"error_text" text,
	"actor" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"severity" text NOT NULL,
	"store_id" uuid,
	"subject" text NOT NULL,
	"subject_id" text NOT NULL,
	"message" text NOT NULL,
	"remedy" text NOT NULL,
	"due_at" timestamp with time zone,
	"count" integer DEFAULT 1 NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	"resolved_by" text,
	"assignee" text,
	"snoozed_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"act" text NOT NULL,
	"store_id" uuid,
	"subject" text,
	"subject_id" text,
	"cause" text,
	"detail" jsonb,
	"outcome" text
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "changes_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entity" text NOT NULL,
	"entity_id" uuid NOT NULL,
	"store_id" uuid,
	"version" bigint NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "changes_pending" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "changes_pending_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entity" text NOT NULL,
	"entity_id" uuid NOT NULL,
	"store_id" uuid,
	"version" bigint NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"key_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"response" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_key_id_key_pk" PRIMARY KEY("key_id","key")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"platform" text NOT NULL,
	"store_id" uuid,
	"recipient" text NOT NULL,
	"dedup_key" text NOT NULL,
	"topic" text NOT NULL,
	"resource" text,
	"external_id" text,
	"key" jsonb,
	"via" jsonb,
	"occurred_at" timestamp with time zone,
	"received_at" timestamp with time zone NOT NULL,
	"read_seq" bigint NOT NULL,
	"form" text,
	"source_updated_at" timestamp with time zone,
	"source_version" text,
	"body" "bytea",
	"status" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"error" text,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "raw_documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"resource" text NOT NULL,
	"external_id" text NOT NULL,
	"form" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"source_updated_at" timestamp with time zone,
	"source_version" text,
	"key" jsonb,
	"via" jsonb,
	"read_seq" bigint NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	"body" "bytea",
	"previous_body" "bytea",
	"previous_read_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "rejected_records" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"resource" text NOT NULL,
	"external_id" text NOT NULL,
	"form" text NOT NULL,
	"key" jsonb,
	"via" jsonb,
	"reason" text NOT NULL,
	"issues" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"source_updated_at" timestamp with time zone,
	"source_version" text,
	"read_seq" bigint NOT NULL,
	"attempts" integer DEFAULT 1 NOT NULL,
	"first_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"first_position" bigint NOT NULL,
	"last_position" bigint NOT NULL,
	"status" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"response_status" integer,
	"error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"secret" "bytea" NOT NULL,
	"entities" text[],
	"stores" uuid[],
	"include_buyer" boolean DEFAULT false NOT NULL,
	"position" bigint DEFAULT 0 NOT NULL,
	"disabled_at" timestamp with time zone,
	"disabled_reason" text,
	"due_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"code" text NOT NULL,
	"reason" text NOT NULL,
	"actor" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"released_at" timestamp with time zone,
	"released_by" text
);
--> statement-breakpoint
CREATE TABLE "order_charges" (
	"order_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"kind" text NOT NULL,
	"payer" text NOT NULL,
	"amount" numeric NOT NULL,
	"label" text,
	"in_total" boolean NOT NULL,
	CONSTRAINT "order_charges_order_id_position_pk" PRIMARY KEY("order_id","position")
);
--> statement-breakpoint
CREATE TABLE "order_lines" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"store_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"external_id" text NOT NULL,
	"listing_external_id" text,
	"variant_external_id" text,
	"seller_code" text,
	"sku_id" uuid,
	"title" text NOT NULL,
	"options" text,
	"quantity" integer NOT NULL,
	"unit_price" numeric NOT NULL,
	"discount" numeric NOT NULL,
	"tax" numeric NOT NULL,
	"total" numeric NOT NULL,
	"fulfilment_status" text NOT NULL,
	"shipped_quantity" integer NOT NULL,
	"cancelled_quantity" integer NOT NULL,
	"returned_quantity" integer NOT NULL,
	"fulfilled_by" text NOT NULL,
	"place" text,
	"gift" boolean NOT NULL,
	"hold_quantity" integer NOT NULL,
	"take_quantity" integer NOT NULL,
	"parent_external_id" text
);
--> statement-breakpoint
CREATE TABLE "order_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"source" text NOT NULL,
	"text" text NOT NULL,
	"flag" text,
	"actor" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"external_number" text,
	"parent_external_id" text,
	"marketplace" text,
	"place" text,
	"status" text NOT NULL,
	"external_status" text NOT NULL,
	"payment_status" text NOT NULL,
	"fulfilled_by" text NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	"ship_by" timestamp with time zone,
	"currency" text NOT NULL,
	"total" numeric,
	"paid" numeric,
	"refunded" numeric,
	"tax_included" boolean NOT NULL,
	"open" boolean NOT NULL,
	"document" text NOT NULL,
	"personal" "bytea",
	"buyer_hash" text,
	"attention" boolean DEFAULT false NOT NULL,
	"hold" text,
	"unmapped_lines" smallint DEFAULT 0 NOT NULL,
	"warning_count" smallint DEFAULT 0 NOT NULL,
	"source_updated_at" timestamp with time zone,
	"read_seq" bigint NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"synced_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "allocation_rules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid,
	"listing_id" uuid,
	"sku_id" uuid,
	"kind" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"external_id" text,
	"title" text NOT NULL,
	"place" text,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"external_status" text,
	"items" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"read_seq" bigint,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "locations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"kind" text DEFAULT 'own' NOT NULL,
	"store_id" uuid,
	"place" text,
	"sellable" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "offers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"store_id" uuid NOT NULL,
	"variant_id" uuid NOT NULL,
	"sku_id" uuid,
	"aspect" text NOT NULL,
	"place" text DEFAULT '' NOT NULL,
	"desired" numeric,
	"currency" text,
	"desired_version" bigint DEFAULT 0 NOT NULL,
	"desired_at" timestamp with time zone,
	"cause" text,
	"sent_value" numeric,
	"sent_version" bigint DEFAULT 0 NOT NULL,
	"sent_at" timestamp with time zone,
	"confirmed_value" numeric,
	"confirmed_version" bigint DEFAULT 0 NOT NULL,
	"confirmed_at" timestamp with time zone,
	"observed_value" numeric,
	"observed_at" timestamp with time zone,
	"receipt" text,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"dirty" boolean DEFAULT false NOT NULL,
	"urgency" smallint DEFAULT 2 NOT NULL,
	"state" text DEFAULT 'idle' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"error_code" text,
	"error_text" text
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"line_id" uuid NOT NULL,
	"sku_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"held" integer NOT NULL,
	"consumed" integer NOT NULL,
	"oversold" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reservations_line_id_sku_id_pk" PRIMARY KEY("line_id","sku_id")
);
--> statement-breakpoint
CREATE TABLE "stock_levels" (
	"sku_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"on_hand" integer DEFAULT 0 NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"counted_at" timestamp with time zone,
	"count_basis" text,
	"version" bigint DEFAULT 1 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stock_levels_sku_id_location_id_pk" PRIMARY KEY("sku_id","location_id")
);
--> statement-breakpoint
CREATE TABLE "stock_movements" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stock_movements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"sku_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"quantity" integer NOT NULL,
	"on_hand_after" integer NOT NULL,
	"order_line_id" uuid,
	"batch" text,
	"reason" text,
	"actor" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"role" text,
	"scopes" text[] NOT NULL,
	"stores" uuid[],
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"name" text NOT NULL,
	"key" text NOT NULL,
	"secret" "bytea" NOT NULL,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"key" text PRIMARY KEY NOT NULL,
	"tat" timestamp with time zone NOT NULL,
	"capacity" double precision,
	"paused_until" timestamp with time zone,
	"day" text,
	"used_today" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"store_id" uuid NOT NULL,
	"resource" text NOT NULL,
	"stream" text NOT NULL,
	"watermark" timestamp with time zone,
	"window_since" timestamp with time zone,
	"window_until" timestamp with time zone,
	"cursor" text,
	"seen_cursors" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"window_pages" integer DEFAULT 0 NOT NULL,
	"window_records" integer DEFAULT 0 NOT NULL,
	"window_total" integer,
	"state" text DEFAULT 'idle' NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"every_seconds" integer NOT NULL,
	"fence" bigint DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"error_category" text,
	"error_text" text,
	"error_at" timestamp with time zone,
	"backfill_from" timestamp with time zone,
	"backfill_until" timestamp with time zone,
	"backfill_limit" integer,
	"backfill_records" integer DEFAULT 0 NOT NULL,
	"read_count" bigint DEFAULT 0 NOT NULL,
	"changed_count" bigint DEFAULT 0 NOT NULL,
	"rejected_count" bigint DEFAULT 0 NOT NULL,
	"found_count" bigint DEFAULT 0 NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "checkpoints_store_id_resource_stream_pk" PRIMARY KEY("store_id","resource","stream")
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"purpose" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"expires_at" timestamp with time zone,
	"refreshed_at" timestamp with time zone,
	"refresh_owner" text,
	"refresh_until" timestamp with time zone,
	"refused_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "data_keys" (
	"number" integer PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"master_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retired_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"owner" text,
	"until" timestamp with time zone NOT NULL,
	"fence" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "marketplaces" (
	"store_id" uuid NOT NULL,
	"code" text NOT NULL,
	"currency" text NOT NULL,
	"language" text,
	"time_zone" text NOT NULL,
	"country" text,
	CONSTRAINT "marketplaces_store_id_code_pk" PRIMARY KEY("store_id","code")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "store_credentials" (
	"store_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"credential_id" uuid NOT NULL,
	CONSTRAINT "store_credentials_store_id_purpose_pk" PRIMARY KEY("store_id","purpose")
);
--> statement-breakpoint
CREATE TABLE "stores" (
	"id" uuid PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"name" text NOT NULL,
	"external_id" text,
	"app_id" uuid,
	"base_url" text,
	"settings" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"currency" text NOT NULL,
	"time_zone" text NOT NULL,
	"mode" text DEFAULT 'observe' NOT NULL,
	"state" text DEFAULT 'ok' NOT NULL,
	"state_reason" text,
	"push_stopped" boolean DEFAULT false NOT NULL,
	"stock_from" timestamp with time zone NOT NULL,
	"adopt_skus" boolean DEFAULT false NOT NULL,
	"location_id" uuid,
	"authorised_until" timestamp with time zone,
	"clock_skew_ms" integer,
	"webhook_secret" "bytea",
	"webhook_checked_at" timestamp with time zone,
	"probed_at" timestamp with time zone,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"disconnected_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "sync_runs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "sync_runs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"store_id" uuid NOT NULL,
	"resource" text NOT NULL,
	"stream" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone NOT NULL,
	"pages" integer NOT NULL,
	"read_count" integer NOT NULL,
	"changed_count" integer NOT NULL,
	"unchanged_count" integer NOT NULL,
	"rejected_count" integer NOT NULL,
	"outcome" text NOT NULL,
	"error" text
);
--> statement-breakpoint
ALTER TABLE "base_prices" ADD CONSTRAINT "base_prices_sku_id_skus_id_fk" FOREIGN KEY ("sku_id") REFERENCES "public"."skus"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listing_variants" ADD CONSTRAINT "listing_variants_sku_id_skus_id_fk" FOREIGN KEY ("sku_id") REFERENCES "public"."skus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sku_components" ADD CONSTRAINT "sku_components_bundle_id_skus_id_fk" FOREIGN KEY ("bundle_id") REFERENCES "public"."skus"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sku_components" ADD CONSTRAINT "sku_components_component_id_skus_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."skus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sku_costs" ADD CONSTRAINT "sku_costs_sku_id_skus_id_fk" FOREIGN KEY ("sku_id") REFERENCES "public"."skus"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD CONSTRAINT "stock_levels_sku_id_skus_id_fk" FOREIGN KEY ("sku_id") REFERENCES "public"."skus"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD CONSTRAINT "stock_levels_location_id_locations_id_fk" FOREIGN KEY ("location_id") REFERENCES "public"."locations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "marketplaces" ADD CONSTRAINT "marketplaces_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "store_credentials" ADD CONSTRAINT "store_credentials_store_id_stores_id_fk" FOREIGN KEY ("store_id") REFERENCES "public"."stores"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "store_credentials" ADD CONSTRAINT "store_credentials_credential_id_credentials_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."credentials"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stores" ADD CONSTRAINT "stores_app_id_apps_id_fk" FOREIGN KEY ("app_id") REFERENCES "public"."apps"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "dispute_events_dedup" ON "dispute_events" USING btree ("dispute_id","dedup_key");--> statement-breakpoint
CREATE UNIQUE INDEX "disputes_external" ON "disputes" USING btree ("external_id","store_id");--> statement-breakpoint
CREATE INDEX "disputes_order" ON "disputes" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "disputes_updated" ON "disputes" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "disputes_due" ON "disputes" USING btree ("due_at","id") WHERE "disputes"."open";--> statement-breakpoint
CREATE INDEX "ledger_entries_settlement" ON "ledger_entries" USING btree ("settlement_id","id");--> statement-breakpoint
CREATE INDEX "ledger_entries_order" ON "ledger_entries" USING btree ("store_id","order_external_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_posted" ON "ledger_entries" USING btree ("store_id","posted_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "reconciliation_matches_entry" ON "reconciliation_matches" USING btree ("entry_id") WHERE "reconciliation_matches"."undone_at" is null;--> statement-breakpoint
CREATE INDEX "reconciliation_matches_order" ON "reconciliation_matches" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "refunds_external" ON "refunds" USING btree ("external_id","store_id");--> statement-breakpoint
CREATE INDEX "refunds_order" ON "refunds" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "settlements_external" ON "settlements" USING btree ("external_id","store_id");--> statement-breakpoint
CREATE INDEX "settlements_updated" ON "settlements" USING btree ("updated_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "shipments_external" ON "shipments" USING btree ("external_id","store_id");--> statement-breakpoint
CREATE INDEX "shipments_order" ON "shipments" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "shipments_updated" ON "shipments" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "shipments_tracking" ON "shipments" USING btree ("tracking_number");--> statement-breakpoint
CREATE UNIQUE INDEX "tracking_events_dedup" ON "tracking_events" USING btree ("shipment_id","dedup_key");--> statement-breakpoint
CREATE INDEX "listing_variants_listing" ON "listing_variants" USING btree ("listing_id");--> statement-breakpoint
CREATE INDEX "listing_variants_code" ON "listing_variants" USING btree ("seller_code");--> statement-breakpoint
CREATE INDEX "listing_variants_sku" ON "listing_variants" USING btree ("sku_id");--> statement-breakpoint
CREATE INDEX "listing_variants_unmapped" ON "listing_variants" USING btree ("store_id","id") WHERE "listing_variants"."sku_id" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "listings_external" ON "listings" USING btree ("external_id","store_id");--> statement-breakpoint
CREATE INDEX "listings_updated" ON "listings" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "listings_store" ON "listings" USING btree ("store_id","status","id");--> statement-breakpoint
CREATE INDEX "price_history_variant" ON "price_history" USING btree ("variant_id","id");--> statement-breakpoint
CREATE INDEX "price_rules_store" ON "price_rules" USING btree ("store_id");--> statement-breakpoint
CREATE INDEX "price_rules_sku" ON "price_rules" USING btree ("sku_id");--> statement-breakpoint
CREATE INDEX "sku_components_component" ON "sku_components" USING btree ("component_id");--> statement-breakpoint
CREATE UNIQUE INDEX "skus_code" ON "skus" USING btree ("code");--> statement-breakpoint
CREATE INDEX "skus_barcode" ON "skus" USING btree ("barcode");--> statement-breakpoint
CREATE UNIQUE INDEX "actions_key" ON "actions" USING btree ("store_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "actions_due" ON "actions" USING btree ("store_id","due_at") WHERE "actions"."status" in ('pending', 'running', 'submitted');--> statement-breakpoint
CREATE INDEX "actions_subject" ON "actions" USING btree ("subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_open" ON "alerts" USING btree ("code","subject","subject_id") WHERE "alerts"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "alerts_due" ON "alerts" USING btree ("opened_at","id");--> statement-breakpoint
CREATE INDEX "audit_log_subject" ON "audit_log" USING btree ("subject_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_store" ON "audit_log" USING btree ("store_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "inbox_dedup" ON "inbox" USING btree ("recipient","dedup_key");--> statement-breakpoint
CREATE INDEX "inbox_due" ON "inbox" USING btree ("store_id","due_at") WHERE "inbox"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "inbox_received" ON "inbox" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "raw_documents_store" ON "raw_documents" USING btree ("store_id","resource");--> statement-breakpoint
CREATE INDEX "rejected_records_open" ON "rejected_records" USING btree ("store_id","last_at") WHERE "rejected_records"."resolved_at" is null;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_endpoint" ON "webhook_deliveries" USING btree ("endpoint_id","created_at");--> statement-breakpoint
CREATE INDEX "holds_order" ON "holds" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "holds_open" ON "holds" USING btree ("at") WHERE "holds"."released_at" is null;--> statement-breakpoint
CREATE INDEX "order_lines_order" ON "order_lines" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "order_lines_sku" ON "order_lines" USING btree ("sku_id") WHERE "order_lines"."sku_id" is not null;--> statement-breakpoint
CREATE INDEX "order_lines_unmapped" ON "order_lines" USING btree ("store_id","variant_external_id") WHERE "order_lines"."sku_id" is null;--> statement-breakpoint
CREATE INDEX "order_notes_order" ON "order_notes" USING btree ("order_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_external" ON "orders" USING btree ("external_id","store_id");--> statement-breakpoint
CREATE INDEX "orders_placed" ON "orders" USING btree ("placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_store_placed" ON "orders" USING btree ("store_id","placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_store_status" ON "orders" USING btree ("store_id","status","placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_status" ON "orders" USING btree ("status","placed_at","id");--> statement-breakpoint
CREATE INDEX "orders_updated" ON "orders" USING btree ("updated_at","id");--> statement-breakpoint
CREATE INDEX "orders_buyer" ON "orders" USING btree ("buyer_hash","placed_at","id") WHERE "orders"."buyer_hash" is not null;--> statement-breakpoint
CREATE INDEX "orders_attention" ON "orders" USING btree ("placed_at","id") WHERE "orders"."attention";--> statement-breakpoint
CREATE INDEX "orders_open" ON "orders" USING btree ("store_id","id") WHERE "orders"."open";--> statement-breakpoint
CREATE INDEX "allocation_rules_store" ON "allocation_rules" USING btree ("store_id");--> statement-breakpoint
CREATE INDEX "allocation_rules_sku" ON "allocation_rules" USING btree ("sku_id");--> statement-breakpoint
CREATE UNIQUE INDEX "locations_code" ON "locations" USING btree ("code");--> statement-breakpoint
CREATE INDEX "offers_dirty" ON "offers" USING btree ("store_id","aspect","urgency","id") WHERE "offers"."dirty";--> statement-breakpoint
CREATE INDEX "offers_sku" ON "offers" USING btree ("sku_id");--> statement-breakpoint
CREATE INDEX "offers_variant" ON "offers" USING btree ("variant_id");--> statement-breakpoint
CREATE INDEX "offers_trouble" ON "offers" USING btree ("store_id","id") WHERE "offers"."state" <> 'idle';--> statement-breakpoint
CREATE INDEX "reservations_order" ON "reservations" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "reservations_held" ON "reservations" USING btree ("sku_id") WHERE "reservations"."held" > 0;--> statement-breakpoint
CREATE INDEX "stock_movements_sku" ON "stock_movements" USING btree ("sku_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "checkpoints_due" ON "checkpoints" USING btree ("due_at") WHERE "checkpoints"."state" <> 'paused';--> statement-breakpoint
CREATE INDEX "credentials_expiry" ON "credentials" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sync_runs_store" ON "sync_runs" USING btree ("store_id","id");
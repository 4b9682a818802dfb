/** Generated from drizzle/*.sql by scripts/embed-migrations.ts; do not edit. */
export const MIGRATIONS: readonly { tag: string; statements: readonly string[] }[] = [
  {
    "tag": "0000_model",
    "statements": [
      "CREATE SEQUENCE \"public\".\"read_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;",
      "CREATE TABLE \"dispute_events\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"dispute_events_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"dispute_id\" uuid NOT NULL,\n\t\"dedup_key\" text NOT NULL,\n\t\"at\" timestamp with time zone NOT NULL,\n\t\"by\" text,\n\t\"text\" text NOT NULL\n);",
      "CREATE TABLE \"dispute_lines\" (\n\t\"dispute_id\" uuid NOT NULL,\n\t\"position\" smallint NOT NULL,\n\t\"order_line_external_id\" text,\n\t\"variant_external_id\" text,\n\t\"quantity\" integer NOT NULL,\n\t\"amount\" numeric,\n\tCONSTRAINT \"dispute_lines_dispute_id_position_pk\" PRIMARY KEY(\"dispute_id\",\"position\")\n);",
      "CREATE TABLE \"disputes\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid,\n\t\"external_id\" text NOT NULL,\n\t\"order_id\" uuid,\n\t\"order_external_id\" text,\n\t\"system\" text,\n\t\"kind\" text NOT NULL,\n\t\"external_kind\" text,\n\t\"status\" text NOT NULL,\n\t\"external_status\" text NOT NULL,\n\t\"reason\" text,\n\t\"external_reason\" text,\n\t\"amount\" numeric,\n\t\"currency\" text,\n\t\"turn\" text,\n\t\"due_at\" timestamp with time zone,\n\t\"opened_at\" timestamp with time zone NOT NULL,\n\t\"closed_at\" timestamp with time zone,\n\t\"open\" boolean NOT NULL,\n\t\"return_carrier\" text,\n\t\"return_tracking_number\" text,\n\t\"lock_token\" text,\n\t\"restocked_by_platform\" boolean,\n\t\"severity\" text,\n\t\"responsible\" text,\n\t\"own_due_at\" timestamp with time zone,\n\t\"follow_up_on\" timestamp with time zone,\n\t\"compensation\" numeric,\n\t\"warnings\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"read_seq\" bigint NOT NULL,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"synced_at\" timestamp with time zone NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"gone_at\" timestamp with time zone\n);",
      "CREATE TABLE \"ledger_entries\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"settlement_id\" uuid,\n\t\"settlement_external_id\" text,\n\t\"book\" text NOT NULL,\n\t\"state\" text NOT NULL,\n\t\"kind\" text NOT NULL,\n\t\"external_kind\" text NOT NULL,\n\t\"amount\" numeric NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"posted_at\" timestamp with time zone NOT NULL,\n\t\"order_external_id\" text,\n\t\"order_line_external_id\" text,\n\t\"shipment_external_id\" text,\n\t\"refund_external_id\" text,\n\t\"seller_code\" text,\n\t\"description\" text,\n\t\"document_id\" uuid,\n\t\"read_seq\" bigint NOT NULL\n);",
      "CREATE TABLE \"reconciliation_matches\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"entry_id\" uuid NOT NULL,\n\t\"order_id\" uuid,\n\t\"pass\" text NOT NULL,\n\t\"reason\" text NOT NULL,\n\t\"actor\" text,\n\t\"at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"undone_at\" timestamp with time zone,\n\t\"undone_by\" text\n);",
      "CREATE TABLE \"refunds\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"order_id\" uuid,\n\t\"order_external_id\" text,\n\t\"dispute_external_id\" text,\n\t\"amount\" numeric NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"shipping_amount\" numeric,\n\t\"reason\" text,\n\t\"status\" text NOT NULL,\n\t\"refunded_at\" timestamp with time zone,\n\t\"lines\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"read_seq\" bigint NOT NULL,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"synced_at\" timestamp with time zone NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"gone_at\" timestamp with time zone\n);",
      "CREATE TABLE \"settlements\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"period_start\" timestamp with time zone NOT NULL,\n\t\"period_end\" timestamp with time zone NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"total\" numeric,\n\t\"payout\" numeric,\n\t\"payout_currency\" text,\n\t\"payout_rate\" text,\n\t\"paid_at\" timestamp with time zone,\n\t\"external_status\" text,\n\t\"state\" text DEFAULT 'unchecked' NOT NULL,\n\t\"difference\" numeric,\n\t\"warnings\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"read_seq\" bigint NOT NULL,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"synced_at\" timestamp with time zone NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"gone_at\" timestamp with time zone\n);",
      "CREATE TABLE \"shipment_lines\" (\n\t\"shipment_id\" uuid NOT NULL,\n\t\"order_line_external_id\" text NOT NULL,\n\t\"quantity\" integer NOT NULL,\n\tCONSTRAINT \"shipment_lines_shipment_id_order_line_external_id_pk\" PRIMARY KEY(\"shipment_id\",\"order_line_external_id\")\n);",
      "CREATE TABLE \"shipments\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"order_id\" uuid NOT NULL,\n\t\"order_external_id\" text NOT NULL,\n\t\"status\" text NOT NULL,\n\t\"external_status\" text,\n\t\"carrier\" text,\n\t\"external_carrier\" text,\n\t\"tracking_number\" text,\n\t\"tracking_url\" text,\n\t\"place\" text,\n\t\"fulfilled_by\" text NOT NULL,\n\t\"shipped_at\" timestamp with time zone,\n\t\"delivered_at\" timestamp with time zone,\n\t\"warnings\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"read_seq\" bigint NOT NULL,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"synced_at\" timestamp with time zone NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"gone_at\" timestamp with time zone\n);",
      "CREATE TABLE \"tracking_events\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"tracking_events_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"shipment_id\" uuid NOT NULL,\n\t\"dedup_key\" text NOT NULL,\n\t\"at\" timestamp with time zone NOT NULL,\n\t\"status\" text NOT NULL,\n\t\"external_code\" text,\n\t\"text\" text,\n\t\"location\" text\n);",
      "CREATE TABLE \"base_prices\" (\n\t\"sku_id\" uuid NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"amount\" numeric NOT NULL,\n\t\"floor\" numeric,\n\t\"ceiling\" numeric,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\tCONSTRAINT \"base_prices_sku_id_currency_pk\" PRIMARY KEY(\"sku_id\",\"currency\")\n);",
      "CREATE TABLE \"exchange_rates\" (\n\t\"base\" text NOT NULL,\n\t\"quote\" text NOT NULL,\n\t\"valid_on\" date NOT NULL,\n\t\"rate\" numeric NOT NULL,\n\t\"source\" text,\n\tCONSTRAINT \"exchange_rates_base_quote_valid_on_pk\" PRIMARY KEY(\"base\",\"quote\",\"valid_on\")\n);",
      "CREATE TABLE \"listing_variants\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"listing_id\" uuid NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"listing_external_id\" text NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"seller_code\" text,\n\t\"barcode\" text,\n\t\"title\" text,\n\t\"options\" jsonb DEFAULT '{}'::jsonb NOT NULL,\n\t\"price\" numeric,\n\t\"regular_price\" numeric,\n\t\"currency\" text,\n\t\"quantity\" integer,\n\t\"places\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"external_product_id\" text,\n\t\"codes\" jsonb DEFAULT '{}'::jsonb NOT NULL,\n\t\"fulfilled_by\" text DEFAULT 'seller' NOT NULL,\n\t\"active\" boolean DEFAULT true NOT NULL,\n\t\"sku_id\" uuid,\n\t\"mapped_by\" text,\n\t\"position\" integer DEFAULT 0 NOT NULL,\n\t\"read_seq\" bigint NOT NULL,\n\t\"synced_at\" timestamp with time zone NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"gone_at\" timestamp with time zone\n);",
      "CREATE TABLE \"listings\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"marketplace\" text,\n\t\"title\" text NOT NULL,\n\t\"status\" text NOT NULL,\n\t\"external_status\" text NOT NULL,\n\t\"category\" text,\n\t\"url\" text,\n\t\"image_url\" text,\n\t\"warnings\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"read_seq\" bigint NOT NULL,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"synced_at\" timestamp with time zone NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"gone_at\" timestamp with time zone\n);",
      "CREATE TABLE \"price_history\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"price_history_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"variant_id\" uuid NOT NULL,\n\t\"at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"before\" numeric,\n\t\"after\" numeric,\n\t\"source\" text NOT NULL,\n\t\"actor\" text,\n\t\"reason\" text,\n\t\"answer\" text\n);",
      "CREATE TABLE \"price_rules\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid,\n\t\"sku_id\" uuid,\n\t\"listing_id\" uuid,\n\t\"kind\" text NOT NULL,\n\t\"params\" jsonb DEFAULT '{}'::jsonb NOT NULL,\n\t\"position\" integer DEFAULT 0 NOT NULL,\n\t\"valid_from\" timestamp with time zone,\n\t\"valid_until\" timestamp with time zone,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"sku_components\" (\n\t\"bundle_id\" uuid NOT NULL,\n\t\"component_id\" uuid NOT NULL,\n\t\"quantity\" integer NOT NULL,\n\tCONSTRAINT \"sku_components_bundle_id_component_id_pk\" PRIMARY KEY(\"bundle_id\",\"component_id\")\n);",
      "CREATE TABLE \"sku_costs\" (\n\t\"sku_id\" uuid NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"valid_from\" date NOT NULL,\n\t\"amount\" numeric NOT NULL,\n\tCONSTRAINT \"sku_costs_sku_id_currency_valid_from_pk\" PRIMARY KEY(\"sku_id\",\"currency\",\"valid_from\")\n);",
      "CREATE TABLE \"skus\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"code\" text NOT NULL,\n\t\"title\" text,\n\t\"barcode\" text,\n\t\"bundle\" boolean DEFAULT false NOT NULL,\n\t\"safety_stock\" integer DEFAULT 0 NOT NULL,\n\t\"retired_at\" timestamp with time zone,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"actions\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"kind\" text NOT NULL,\n\t\"idempotency_key\" text NOT NULL,\n\t\"subject\" text NOT NULL,\n\t\"subject_id\" uuid,\n\t\"input\" \"bytea\" NOT NULL,\n\t\"status\" text DEFAULT 'pending' NOT NULL,\n\t\"maybe_applied\" boolean DEFAULT false NOT NULL,\n\t\"attempts\" integer DEFAULT 0 NOT NULL,\n\t\"due_at\" timestamp with time zone NOT NULL,\n\t\"receipt\" text,\n\t\"progress\" text,\n\t\"external_id\" text,\n\t\"error_category\" text,\n\t\"error_code\" text,\n\t\"error_text\" text,\n\t\"actor\" text NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"finished_at\" timestamp with time zone,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"alerts\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"code\" text NOT NULL,\n\t\"severity\" text NOT NULL,\n\t\"store_id\" uuid,\n\t\"subject\" text NOT NULL,\n\t\"subject_id\" text NOT NULL,\n\t\"message\" text NOT NULL,\n\t\"remedy\" text NOT NULL,\n\t\"due_at\" timestamp with time zone,\n\t\"count\" integer DEFAULT 1 NOT NULL,\n\t\"opened_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"last_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"resolved_at\" timestamp with time zone,\n\t\"resolved_by\" text,\n\t\"assignee\" text,\n\t\"snoozed_until\" timestamp with time zone\n);",
      "CREATE TABLE \"audit_log\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"audit_log_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"actor\" text NOT NULL,\n\t\"act\" text NOT NULL,\n\t\"store_id\" uuid,\n\t\"subject\" text,\n\t\"subject_id\" text,\n\t\"cause\" text,\n\t\"detail\" jsonb,\n\t\"outcome\" text\n);",
      "CREATE TABLE \"changes\" (\n\t\"position\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"changes_position_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"entity\" text NOT NULL,\n\t\"entity_id\" uuid NOT NULL,\n\t\"store_id\" uuid,\n\t\"version\" bigint NOT NULL,\n\t\"kind\" text NOT NULL,\n\t\"at\" timestamp with time zone NOT NULL\n);",
      "CREATE TABLE \"changes_pending\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"changes_pending_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"entity\" text NOT NULL,\n\t\"entity_id\" uuid NOT NULL,\n\t\"store_id\" uuid,\n\t\"version\" bigint NOT NULL,\n\t\"kind\" text NOT NULL,\n\t\"at\" timestamp with time zone DEFAULT clock_timestamp() NOT NULL\n);",
      "CREATE TABLE \"idempotency_keys\" (\n\t\"key_id\" uuid NOT NULL,\n\t\"key\" text NOT NULL,\n\t\"request_hash\" text NOT NULL,\n\t\"status\" integer,\n\t\"response\" text,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\tCONSTRAINT \"idempotency_keys_key_id_key_pk\" PRIMARY KEY(\"key_id\",\"key\")\n);",
      "CREATE TABLE \"inbox\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"inbox_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"platform\" text NOT NULL,\n\t\"store_id\" uuid,\n\t\"recipient\" text NOT NULL,\n\t\"dedup_key\" text NOT NULL,\n\t\"topic\" text NOT NULL,\n\t\"resource\" text,\n\t\"external_id\" text,\n\t\"key\" jsonb,\n\t\"via\" jsonb,\n\t\"occurred_at\" timestamp with time zone,\n\t\"received_at\" timestamp with time zone NOT NULL,\n\t\"read_seq\" bigint NOT NULL,\n\t\"form\" text,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"source_version\" text,\n\t\"body\" \"bytea\",\n\t\"status\" text DEFAULT 'pending' NOT NULL,\n\t\"attempts\" integer DEFAULT 0 NOT NULL,\n\t\"due_at\" timestamp with time zone NOT NULL,\n\t\"error\" text,\n\t\"finished_at\" timestamp with time zone\n);",
      "CREATE TABLE \"raw_documents\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"resource\" text NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"form\" text NOT NULL,\n\t\"hash\" \"bytea\" NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"source_version\" text,\n\t\"key\" jsonb,\n\t\"via\" jsonb,\n\t\"read_seq\" bigint NOT NULL,\n\t\"read_at\" timestamp with time zone NOT NULL,\n\t\"body\" \"bytea\",\n\t\"previous_body\" \"bytea\",\n\t\"previous_read_at\" timestamp with time zone\n);",
      "CREATE TABLE \"rejected_records\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"resource\" text NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"form\" text NOT NULL,\n\t\"key\" jsonb,\n\t\"via\" jsonb,\n\t\"reason\" text NOT NULL,\n\t\"issues\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"body\" \"bytea\" NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"source_version\" text,\n\t\"read_seq\" bigint NOT NULL,\n\t\"attempts\" integer DEFAULT 1 NOT NULL,\n\t\"first_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"last_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"resolved_at\" timestamp with time zone\n);",
      "CREATE TABLE \"webhook_deliveries\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"endpoint_id\" uuid NOT NULL,\n\t\"first_position\" bigint NOT NULL,\n\t\"last_position\" bigint NOT NULL,\n\t\"status\" text NOT NULL,\n\t\"attempts\" integer DEFAULT 0 NOT NULL,\n\t\"response_status\" integer,\n\t\"error\" text,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"finished_at\" timestamp with time zone\n);",
      "CREATE TABLE \"webhook_endpoints\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"url\" text NOT NULL,\n\t\"secret\" \"bytea\" NOT NULL,\n\t\"entities\" text[],\n\t\"stores\" uuid[],\n\t\"include_buyer\" boolean DEFAULT false NOT NULL,\n\t\"position\" bigint DEFAULT 0 NOT NULL,\n\t\"disabled_at\" timestamp with time zone,\n\t\"disabled_reason\" text,\n\t\"due_at\" timestamp with time zone,\n\t\"attempts\" integer DEFAULT 0 NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"holds\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"order_id\" uuid NOT NULL,\n\t\"code\" text NOT NULL,\n\t\"reason\" text NOT NULL,\n\t\"actor\" text NOT NULL,\n\t\"at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"released_at\" timestamp with time zone,\n\t\"released_by\" text\n);",
      "CREATE TABLE \"order_charges\" (\n\t\"order_id\" uuid NOT NULL,\n\t\"position\" smallint NOT NULL,\n\t\"kind\" text NOT NULL,\n\t\"payer\" text NOT NULL,\n\t\"amount\" numeric NOT NULL,\n\t\"label\" text,\n\t\"in_total\" boolean NOT NULL,\n\tCONSTRAINT \"order_charges_order_id_position_pk\" PRIMARY KEY(\"order_id\",\"position\")\n);",
      "CREATE TABLE \"order_lines\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"order_id\" uuid NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"position\" smallint NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"listing_external_id\" text,\n\t\"variant_external_id\" text,\n\t\"seller_code\" text,\n\t\"sku_id\" uuid,\n\t\"title\" text NOT NULL,\n\t\"options\" text,\n\t\"quantity\" integer NOT NULL,\n\t\"unit_price\" numeric NOT NULL,\n\t\"discount\" numeric NOT NULL,\n\t\"tax\" numeric NOT NULL,\n\t\"total\" numeric NOT NULL,\n\t\"fulfilment_status\" text NOT NULL,\n\t\"shipped_quantity\" integer NOT NULL,\n\t\"cancelled_quantity\" integer NOT NULL,\n\t\"returned_quantity\" integer NOT NULL,\n\t\"fulfilled_by\" text NOT NULL,\n\t\"place\" text,\n\t\"gift\" boolean NOT NULL,\n\t\"hold_quantity\" integer NOT NULL,\n\t\"take_quantity\" integer NOT NULL,\n\t\"parent_external_id\" text\n);",
      "CREATE TABLE \"order_notes\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"order_id\" uuid NOT NULL,\n\t\"source\" text NOT NULL,\n\t\"text\" text NOT NULL,\n\t\"flag\" text,\n\t\"actor\" text,\n\t\"at\" timestamp with time zone NOT NULL\n);",
      "CREATE TABLE \"orders\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"external_id\" text NOT NULL,\n\t\"external_number\" text,\n\t\"parent_external_id\" text,\n\t\"marketplace\" text,\n\t\"place\" text,\n\t\"status\" text NOT NULL,\n\t\"external_status\" text NOT NULL,\n\t\"payment_status\" text NOT NULL,\n\t\"fulfilled_by\" text NOT NULL,\n\t\"placed_at\" timestamp with time zone NOT NULL,\n\t\"paid_at\" timestamp with time zone,\n\t\"ship_by\" timestamp with time zone,\n\t\"currency\" text NOT NULL,\n\t\"total\" numeric,\n\t\"paid\" numeric,\n\t\"refunded\" numeric,\n\t\"tax_included\" boolean NOT NULL,\n\t\"open\" boolean NOT NULL,\n\t\"document\" text NOT NULL,\n\t\"personal\" \"bytea\",\n\t\"buyer_hash\" text,\n\t\"attention\" boolean DEFAULT false NOT NULL,\n\t\"hold\" text,\n\t\"unmapped_lines\" smallint DEFAULT 0 NOT NULL,\n\t\"warning_count\" smallint DEFAULT 0 NOT NULL,\n\t\"source_updated_at\" timestamp with time zone,\n\t\"read_seq\" bigint NOT NULL,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"synced_at\" timestamp with time zone NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"gone_at\" timestamp with time zone\n);",
      "CREATE TABLE \"allocation_rules\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid,\n\t\"listing_id\" uuid,\n\t\"sku_id\" uuid,\n\t\"kind\" text NOT NULL,\n\t\"params\" jsonb DEFAULT '{}'::jsonb NOT NULL,\n\t\"position\" integer DEFAULT 0 NOT NULL,\n\t\"valid_from\" timestamp with time zone,\n\t\"valid_until\" timestamp with time zone,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"campaigns\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"external_id\" text,\n\t\"title\" text NOT NULL,\n\t\"place\" text,\n\t\"starts_at\" timestamp with time zone NOT NULL,\n\t\"ends_at\" timestamp with time zone NOT NULL,\n\t\"external_status\" text,\n\t\"items\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"read_seq\" bigint,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"locations\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"code\" text NOT NULL,\n\t\"name\" text NOT NULL,\n\t\"kind\" text DEFAULT 'own' NOT NULL,\n\t\"store_id\" uuid,\n\t\"place\" text,\n\t\"sellable\" boolean DEFAULT true NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"offers\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"variant_id\" uuid NOT NULL,\n\t\"sku_id\" uuid,\n\t\"aspect\" text NOT NULL,\n\t\"place\" text DEFAULT '' NOT NULL,\n\t\"desired\" numeric,\n\t\"currency\" text,\n\t\"desired_version\" bigint DEFAULT 0 NOT NULL,\n\t\"desired_at\" timestamp with time zone,\n\t\"cause\" text,\n\t\"sent_value\" numeric,\n\t\"sent_version\" bigint DEFAULT 0 NOT NULL,\n\t\"sent_at\" timestamp with time zone,\n\t\"confirmed_value\" numeric,\n\t\"confirmed_version\" bigint DEFAULT 0 NOT NULL,\n\t\"confirmed_at\" timestamp with time zone,\n\t\"observed_value\" numeric,\n\t\"observed_at\" timestamp with time zone,\n\t\"receipt\" text,\n\t\"valid_from\" timestamp with time zone,\n\t\"valid_until\" timestamp with time zone,\n\t\"dirty\" boolean DEFAULT false NOT NULL,\n\t\"urgency\" smallint DEFAULT 2 NOT NULL,\n\t\"state\" text DEFAULT 'idle' NOT NULL,\n\t\"attempts\" integer DEFAULT 0 NOT NULL,\n\t\"due_at\" timestamp with time zone,\n\t\"error_code\" text,\n\t\"error_text\" text\n);",
      "CREATE TABLE \"reservations\" (\n\t\"line_id\" uuid NOT NULL,\n\t\"sku_id\" uuid NOT NULL,\n\t\"location_id\" uuid NOT NULL,\n\t\"order_id\" uuid NOT NULL,\n\t\"held\" integer NOT NULL,\n\t\"consumed\" integer NOT NULL,\n\t\"oversold\" integer DEFAULT 0 NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\tCONSTRAINT \"reservations_line_id_sku_id_pk\" PRIMARY KEY(\"line_id\",\"sku_id\")\n);",
      "CREATE TABLE \"stock_levels\" (\n\t\"sku_id\" uuid NOT NULL,\n\t\"location_id\" uuid NOT NULL,\n\t\"on_hand\" integer DEFAULT 0 NOT NULL,\n\t\"reserved\" integer DEFAULT 0 NOT NULL,\n\t\"counted_at\" timestamp with time zone,\n\t\"count_basis\" text,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\tCONSTRAINT \"stock_levels_sku_id_location_id_pk\" PRIMARY KEY(\"sku_id\",\"location_id\")\n);",
      "CREATE TABLE \"stock_movements\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"stock_movements_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"sku_id\" uuid NOT NULL,\n\t\"location_id\" uuid NOT NULL,\n\t\"kind\" text NOT NULL,\n\t\"quantity\" integer NOT NULL,\n\t\"on_hand_after\" integer NOT NULL,\n\t\"order_line_id\" uuid,\n\t\"batch\" text,\n\t\"reason\" text,\n\t\"actor\" text,\n\t\"at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"api_keys\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"name\" text NOT NULL,\n\t\"hash\" text NOT NULL,\n\t\"prefix\" text NOT NULL,\n\t\"role\" text,\n\t\"scopes\" text[] NOT NULL,\n\t\"stores\" uuid[],\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"last_used_at\" timestamp with time zone,\n\t\"expires_at\" timestamp with time zone,\n\t\"revoked_at\" timestamp with time zone\n);",
      "CREATE TABLE \"apps\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"platform\" text NOT NULL,\n\t\"name\" text NOT NULL,\n\t\"key\" text NOT NULL,\n\t\"secret\" \"bytea\" NOT NULL,\n\t\"settings\" jsonb DEFAULT '{}'::jsonb NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"budgets\" (\n\t\"key\" text PRIMARY KEY NOT NULL,\n\t\"tat\" timestamp with time zone NOT NULL,\n\t\"capacity\" double precision,\n\t\"paused_until\" timestamp with time zone,\n\t\"day\" text,\n\t\"used_today\" bigint DEFAULT 0 NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"checkpoints\" (\n\t\"store_id\" uuid NOT NULL,\n\t\"resource\" text NOT NULL,\n\t\"stream\" text NOT NULL,\n\t\"watermark\" timestamp with time zone,\n\t\"window_since\" timestamp with time zone,\n\t\"window_until\" timestamp with time zone,\n\t\"cursor\" text,\n\t\"seen_cursors\" jsonb DEFAULT '[]'::jsonb NOT NULL,\n\t\"window_pages\" integer DEFAULT 0 NOT NULL,\n\t\"window_records\" integer DEFAULT 0 NOT NULL,\n\t\"window_total\" integer,\n\t\"state\" text DEFAULT 'idle' NOT NULL,\n\t\"due_at\" timestamp with time zone NOT NULL,\n\t\"every_seconds\" integer NOT NULL,\n\t\"fence\" bigint DEFAULT 0 NOT NULL,\n\t\"lease_owner\" text,\n\t\"lease_until\" timestamp with time zone,\n\t\"attempts\" integer DEFAULT 0 NOT NULL,\n\t\"error_category\" text,\n\t\"error_text\" text,\n\t\"error_at\" timestamp with time zone,\n\t\"backfill_from\" timestamp with time zone,\n\t\"backfill_until\" timestamp with time zone,\n\t\"backfill_limit\" integer,\n\t\"backfill_records\" integer DEFAULT 0 NOT NULL,\n\t\"read_count\" bigint DEFAULT 0 NOT NULL,\n\t\"changed_count\" bigint DEFAULT 0 NOT NULL,\n\t\"rejected_count\" bigint DEFAULT 0 NOT NULL,\n\t\"found_count\" bigint DEFAULT 0 NOT NULL,\n\t\"started_at\" timestamp with time zone,\n\t\"finished_at\" timestamp with time zone,\n\tCONSTRAINT \"checkpoints_store_id_resource_stream_pk\" PRIMARY KEY(\"store_id\",\"resource\",\"stream\")\n);",
      "CREATE TABLE \"credentials\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"platform\" text NOT NULL,\n\t\"purpose\" text NOT NULL,\n\t\"sealed\" \"bytea\" NOT NULL,\n\t\"version\" integer DEFAULT 1 NOT NULL,\n\t\"expires_at\" timestamp with time zone,\n\t\"refreshed_at\" timestamp with time zone,\n\t\"refresh_owner\" text,\n\t\"refresh_until\" timestamp with time zone,\n\t\"refused_at\" timestamp with time zone,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"data_keys\" (\n\t\"number\" integer PRIMARY KEY NOT NULL,\n\t\"purpose\" text NOT NULL,\n\t\"wrapped\" \"bytea\" NOT NULL,\n\t\"master_id\" text NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"retired_at\" timestamp with time zone\n);",
      "CREATE TABLE \"leases\" (\n\t\"name\" text PRIMARY KEY NOT NULL,\n\t\"owner\" text,\n\t\"until\" timestamp with time zone NOT NULL,\n\t\"fence\" bigint DEFAULT 0 NOT NULL\n);",
      "CREATE TABLE \"marketplaces\" (\n\t\"store_id\" uuid NOT NULL,\n\t\"code\" text NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"language\" text,\n\t\"time_zone\" text NOT NULL,\n\t\"country\" text,\n\tCONSTRAINT \"marketplaces_store_id_code_pk\" PRIMARY KEY(\"store_id\",\"code\")\n);",
      "CREATE TABLE \"settings\" (\n\t\"name\" text PRIMARY KEY NOT NULL,\n\t\"value\" jsonb NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL\n);",
      "CREATE TABLE \"store_credentials\" (\n\t\"store_id\" uuid NOT NULL,\n\t\"purpose\" text NOT NULL,\n\t\"credential_id\" uuid NOT NULL,\n\tCONSTRAINT \"store_credentials_store_id_purpose_pk\" PRIMARY KEY(\"store_id\",\"purpose\")\n);",
      "CREATE TABLE \"stores\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"platform\" text NOT NULL,\n\t\"name\" text NOT NULL,\n\t\"external_id\" text,\n\t\"app_id\" uuid,\n\t\"base_url\" text,\n\t\"settings\" jsonb DEFAULT '{}'::jsonb NOT NULL,\n\t\"facts\" jsonb DEFAULT '{}'::jsonb NOT NULL,\n\t\"currency\" text NOT NULL,\n\t\"time_zone\" text NOT NULL,\n\t\"mode\" text DEFAULT 'observe' NOT NULL,\n\t\"state\" text DEFAULT 'ok' NOT NULL,\n\t\"state_reason\" text,\n\t\"push_stopped\" boolean DEFAULT false NOT NULL,\n\t\"stock_from\" timestamp with time zone NOT NULL,\n\t\"adopt_skus\" boolean DEFAULT false NOT NULL,\n\t\"location_id\" uuid,\n\t\"authorised_until\" timestamp with time zone,\n\t\"clock_skew_ms\" integer,\n\t\"webhook_secret\" \"bytea\",\n\t\"webhook_checked_at\" timestamp with time zone,\n\t\"probed_at\" timestamp with time zone,\n\t\"version\" bigint DEFAULT 1 NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"updated_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"disconnected_at\" timestamp with time zone\n);",
      "CREATE TABLE \"sync_runs\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"sync_runs_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"store_id\" uuid NOT NULL,\n\t\"resource\" text NOT NULL,\n\t\"stream\" text NOT NULL,\n\t\"started_at\" timestamp with time zone NOT NULL,\n\t\"finished_at\" timestamp with time zone NOT NULL,\n\t\"pages\" integer NOT NULL,\n\t\"read_count\" integer NOT NULL,\n\t\"changed_count\" integer NOT NULL,\n\t\"unchanged_count\" integer NOT NULL,\n\t\"rejected_count\" integer NOT NULL,\n\t\"outcome\" text NOT NULL,\n\t\"error\" text\n);",
      "ALTER TABLE \"base_prices\" ADD CONSTRAINT \"base_prices_sku_id_skus_id_fk\" FOREIGN KEY (\"sku_id\") REFERENCES \"public\".\"skus\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"listing_variants\" ADD CONSTRAINT \"listing_variants_sku_id_skus_id_fk\" FOREIGN KEY (\"sku_id\") REFERENCES \"public\".\"skus\"(\"id\") ON DELETE no action ON UPDATE no action;",
      "ALTER TABLE \"sku_components\" ADD CONSTRAINT \"sku_components_bundle_id_skus_id_fk\" FOREIGN KEY (\"bundle_id\") REFERENCES \"public\".\"skus\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"sku_components\" ADD CONSTRAINT \"sku_components_component_id_skus_id_fk\" FOREIGN KEY (\"component_id\") REFERENCES \"public\".\"skus\"(\"id\") ON DELETE no action ON UPDATE no action;",
      "ALTER TABLE \"sku_costs\" ADD CONSTRAINT \"sku_costs_sku_id_skus_id_fk\" FOREIGN KEY (\"sku_id\") REFERENCES \"public\".\"skus\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"webhook_deliveries\" ADD CONSTRAINT \"webhook_deliveries_endpoint_id_webhook_endpoints_id_fk\" FOREIGN KEY (\"endpoint_id\") REFERENCES \"public\".\"webhook_endpoints\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"stock_levels\" ADD CONSTRAINT \"stock_levels_sku_id_skus_id_fk\" FOREIGN KEY (\"sku_id\") REFERENCES \"public\".\"skus\"(\"id\") ON DELETE no action ON UPDATE no action;",
      "ALTER TABLE \"stock_levels\" ADD CONSTRAINT \"stock_levels_location_id_locations_id_fk\" FOREIGN KEY (\"location_id\") REFERENCES \"public\".\"locations\"(\"id\") ON DELETE no action ON UPDATE no action;",
      "ALTER TABLE \"marketplaces\" ADD CONSTRAINT \"marketplaces_store_id_stores_id_fk\" FOREIGN KEY (\"store_id\") REFERENCES \"public\".\"stores\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"store_credentials\" ADD CONSTRAINT \"store_credentials_store_id_stores_id_fk\" FOREIGN KEY (\"store_id\") REFERENCES \"public\".\"stores\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"store_credentials\" ADD CONSTRAINT \"store_credentials_credential_id_credentials_id_fk\" FOREIGN KEY (\"credential_id\") REFERENCES \"public\".\"credentials\"(\"id\") ON DELETE no action ON UPDATE no action;",
      "ALTER TABLE \"stores\" ADD CONSTRAINT \"stores_app_id_apps_id_fk\" FOREIGN KEY (\"app_id\") REFERENCES \"public\".\"apps\"(\"id\") ON DELETE no action ON UPDATE no action;",
      "CREATE UNIQUE INDEX \"dispute_events_dedup\" ON \"dispute_events\" USING btree (\"dispute_id\",\"dedup_key\");",
      "CREATE UNIQUE INDEX \"disputes_external\" ON \"disputes\" USING btree (\"external_id\",\"store_id\");",
      "CREATE INDEX \"disputes_order\" ON \"disputes\" USING btree (\"order_id\");",
      "CREATE INDEX \"disputes_updated\" ON \"disputes\" USING btree (\"updated_at\",\"id\");",
      "CREATE INDEX \"disputes_due\" ON \"disputes\" USING btree (\"due_at\",\"id\") WHERE \"disputes\".\"open\";",
      "CREATE INDEX \"ledger_entries_settlement\" ON \"ledger_entries\" USING btree (\"settlement_id\",\"id\");",
      "CREATE INDEX \"ledger_entries_order\" ON \"ledger_entries\" USING btree (\"store_id\",\"order_external_id\");",
      "CREATE INDEX \"ledger_entries_posted\" ON \"ledger_entries\" USING btree (\"store_id\",\"posted_at\",\"id\");",
      "CREATE UNIQUE INDEX \"reconciliation_matches_entry\" ON \"reconciliation_matches\" USING btree (\"entry_id\") WHERE \"reconciliation_matches\".\"undone_at\" is null;",
      "CREATE INDEX \"reconciliation_matches_order\" ON \"reconciliation_matches\" USING btree (\"order_id\");",
      "CREATE UNIQUE INDEX \"refunds_external\" ON \"refunds\" USING btree (\"external_id\",\"store_id\");",
      "CREATE INDEX \"refunds_order\" ON \"refunds\" USING btree (\"order_id\");",
      "CREATE UNIQUE INDEX \"settlements_external\" ON \"settlements\" USING btree (\"external_id\",\"store_id\");",
      "CREATE INDEX \"settlements_updated\" ON \"settlements\" USING btree (\"updated_at\",\"id\");",
      "CREATE UNIQUE INDEX \"shipments_external\" ON \"shipments\" USING btree (\"external_id\",\"store_id\");",
      "CREATE INDEX \"shipments_order\" ON \"shipments\" USING btree (\"order_id\");",
      "CREATE INDEX \"shipments_updated\" ON \"shipments\" USING btree (\"updated_at\",\"id\");",
      "CREATE INDEX \"shipments_tracking\" ON \"shipments\" USING btree (\"tracking_number\");",
      "CREATE UNIQUE INDEX \"tracking_events_dedup\" ON \"tracking_events\" USING btree (\"shipment_id\",\"dedup_key\");",
      "CREATE INDEX \"listing_variants_listing\" ON \"listing_variants\" USING btree (\"listing_id\");",
      "CREATE INDEX \"listing_variants_code\" ON \"listing_variants\" USING btree (\"seller_code\");",
      "CREATE INDEX \"listing_variants_sku\" ON \"listing_variants\" USING btree (\"sku_id\");",
      "CREATE INDEX \"listing_variants_unmapped\" ON \"listing_variants\" USING btree (\"store_id\",\"id\") WHERE \"listing_variants\".\"sku_id\" is null;",
      "CREATE UNIQUE INDEX \"listings_external\" ON \"listings\" USING btree (\"external_id\",\"store_id\");",
      "CREATE INDEX \"listings_updated\" ON \"listings\" USING btree (\"updated_at\",\"id\");",
      "CREATE INDEX \"listings_store\" ON \"listings\" USING btree (\"store_id\",\"status\",\"id\");",
      "CREATE INDEX \"price_history_variant\" ON \"price_history\" USING btree (\"variant_id\",\"id\");",
      "CREATE INDEX \"price_rules_store\" ON \"price_rules\" USING btree (\"store_id\");",
      "CREATE INDEX \"price_rules_sku\" ON \"price_rules\" USING btree (\"sku_id\");",
      "CREATE INDEX \"sku_components_component\" ON \"sku_components\" USING btree (\"component_id\");",
      "CREATE UNIQUE INDEX \"skus_code\" ON \"skus\" USING btree (\"code\");",
      "CREATE INDEX \"skus_barcode\" ON \"skus\" USING btree (\"barcode\");",
      "CREATE UNIQUE INDEX \"actions_key\" ON \"actions\" USING btree (\"store_id\",\"idempotency_key\");",
      "CREATE INDEX \"actions_due\" ON \"actions\" USING btree (\"store_id\",\"due_at\") WHERE \"actions\".\"status\" in ('pending', 'running', 'submitted');",
      "CREATE INDEX \"actions_subject\" ON \"actions\" USING btree (\"subject_id\");",
      "CREATE UNIQUE INDEX \"alerts_open\" ON \"alerts\" USING btree (\"code\",\"subject\",\"subject_id\") WHERE \"alerts\".\"resolved_at\" is null;",
      "CREATE INDEX \"alerts_due\" ON \"alerts\" USING btree (\"opened_at\",\"id\");",
      "CREATE INDEX \"audit_log_subject\" ON \"audit_log\" USING btree (\"subject_id\",\"id\");",
      "CREATE INDEX \"audit_log_store\" ON \"audit_log\" USING btree (\"store_id\",\"id\");",
      "CREATE UNIQUE INDEX \"inbox_dedup\" ON \"inbox\" USING btree (\"recipient\",\"dedup_key\");",
      "CREATE INDEX \"inbox_due\" ON \"inbox\" USING btree (\"store_id\",\"due_at\") WHERE \"inbox\".\"status\" = 'pending';",
      "CREATE INDEX \"inbox_received\" ON \"inbox\" USING btree (\"received_at\");",
      "CREATE INDEX \"raw_documents_store\" ON \"raw_documents\" USING btree (\"store_id\",\"resource\");",
      "CREATE INDEX \"rejected_records_open\" ON \"rejected_records\" USING btree (\"store_id\",\"last_at\") WHERE \"rejected_records\".\"resolved_at\" is null;",
      "CREATE INDEX \"webhook_deliveries_endpoint\" ON \"webhook_deliveries\" USING btree (\"endpoint_id\",\"created_at\");",
      "CREATE INDEX \"holds_order\" ON \"holds\" USING btree (\"order_id\");",
      "CREATE INDEX \"holds_open\" ON \"holds\" USING btree (\"at\") WHERE \"holds\".\"released_at\" is null;",
      "CREATE INDEX \"order_lines_order\" ON \"order_lines\" USING btree (\"order_id\");",
      "CREATE INDEX \"order_lines_sku\" ON \"order_lines\" USING btree (\"sku_id\") WHERE \"order_lines\".\"sku_id\" is not null;",
      "CREATE INDEX \"order_lines_unmapped\" ON \"order_lines\" USING btree (\"store_id\",\"variant_external_id\") WHERE \"order_lines\".\"sku_id\" is null;",
      "CREATE INDEX \"order_notes_order\" ON \"order_notes\" USING btree (\"order_id\");",
      "CREATE UNIQUE INDEX \"orders_external\" ON \"orders\" USING btree (\"external_id\",\"store_id\");",
      "CREATE INDEX \"orders_placed\" ON \"orders\" USING btree (\"placed_at\",\"id\");",
      "CREATE INDEX \"orders_store_placed\" ON \"orders\" USING btree (\"store_id\",\"placed_at\",\"id\");",
      "CREATE INDEX \"orders_store_status\" ON \"orders\" USING btree (\"store_id\",\"status\",\"placed_at\",\"id\");",
      "CREATE INDEX \"orders_status\" ON \"orders\" USING btree (\"status\",\"placed_at\",\"id\");",
      "CREATE INDEX \"orders_updated\" ON \"orders\" USING btree (\"updated_at\",\"id\");",
      "CREATE INDEX \"orders_buyer\" ON \"orders\" USING btree (\"buyer_hash\",\"placed_at\",\"id\") WHERE \"orders\".\"buyer_hash\" is not null;",
      "CREATE INDEX \"orders_attention\" ON \"orders\" USING btree (\"placed_at\",\"id\") WHERE \"orders\".\"attention\";",
      "CREATE INDEX \"orders_open\" ON \"orders\" USING btree (\"store_id\",\"id\") WHERE \"orders\".\"open\";",
      "CREATE INDEX \"allocation_rules_store\" ON \"allocation_rules\" USING btree (\"store_id\");",
      "CREATE INDEX \"allocation_rules_sku\" ON \"allocation_rules\" USING btree (\"sku_id\");",
      "CREATE UNIQUE INDEX \"locations_code\" ON \"locations\" USING btree (\"code\");",
      "CREATE INDEX \"offers_dirty\" ON \"offers\" USING btree (\"store_id\",\"aspect\",\"urgency\",\"id\") WHERE \"offers\".\"dirty\";",
      "CREATE INDEX \"offers_sku\" ON \"offers\" USING btree (\"sku_id\");",
      "CREATE INDEX \"offers_variant\" ON \"offers\" USING btree (\"variant_id\");",
      "CREATE INDEX \"offers_trouble\" ON \"offers\" USING btree (\"store_id\",\"id\") WHERE \"offers\".\"state\" <> 'idle';",
      "CREATE INDEX \"reservations_order\" ON \"reservations\" USING btree (\"order_id\");",
      "CREATE INDEX \"reservations_held\" ON \"reservations\" USING btree (\"sku_id\") WHERE \"reservations\".\"held\" > 0;",
      "CREATE INDEX \"stock_movements_sku\" ON \"stock_movements\" USING btree (\"sku_id\",\"id\");",
      "CREATE UNIQUE INDEX \"api_keys_hash\" ON \"api_keys\" USING btree (\"hash\");",
      "CREATE INDEX \"checkpoints_due\" ON \"checkpoints\" USING btree (\"due_at\") WHERE \"checkpoints\".\"state\" <> 'paused';",
      "CREATE INDEX \"credentials_expiry\" ON \"credentials\" USING btree (\"expires_at\");",
      "CREATE INDEX \"sync_runs_store\" ON \"sync_runs\" USING btree (\"store_id\",\"id\");"
    ]
  },
  {
    "tag": "0001_storage",
    "statements": [
      "-- Sealed bodies do not compress: keep them out of line without trying.\nALTER TABLE \"raw_documents\" ALTER COLUMN \"body\" SET STORAGE EXTERNAL;",
      "ALTER TABLE \"raw_documents\" ALTER COLUMN \"previous_body\" SET STORAGE EXTERNAL;",
      "ALTER TABLE \"inbox\" ALTER COLUMN \"body\" SET STORAGE EXTERNAL;",
      "-- Rows that are updated often keep room for it on their page, so that indexes need no new entry.\nALTER TABLE \"offers\" SET (fillfactor = 75);",
      "ALTER TABLE \"stock_levels\" SET (fillfactor = 75);",
      "ALTER TABLE \"checkpoints\" SET (fillfactor = 50);",
      "ALTER TABLE \"budgets\" SET (fillfactor = 50);",
      "ALTER TABLE \"leases\" SET (fillfactor = 50);",
      "-- A queue: what was moved must be cleaned early, or finding its head gets slow.\nALTER TABLE \"changes_pending\" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);"
    ]
  },
  {
    "tag": "0002_compression",
    "statements": [
      "-- Order texts are read far more often than written: lz4 unpacks them several times faster. A server without it keeps its own way.\nDO $$ BEGIN\n  ALTER TABLE \"orders\" ALTER COLUMN \"document\" SET COMPRESSION lz4;\nEXCEPTION WHEN feature_not_supported THEN NULL;\nEND $$;"
    ]
  },
  {
    "tag": "0003_webhooks",
    "statements": [
      "ALTER TABLE \"webhook_deliveries\" ADD COLUMN \"kind\" text DEFAULT 'changes' NOT NULL;",
      "ALTER TABLE \"webhook_deliveries\" ADD COLUMN \"change_count\" integer DEFAULT 0 NOT NULL;",
      "ALTER TABLE \"webhook_deliveries\" ADD COLUMN \"last_attempt_at\" timestamp with time zone;",
      "ALTER TABLE \"webhook_endpoints\" ADD COLUMN \"description\" text;",
      "ALTER TABLE \"webhook_endpoints\" ADD COLUMN \"previous_secret\" \"bytea\";",
      "ALTER TABLE \"webhook_endpoints\" ADD COLUMN \"previous_secret_until\" timestamp with time zone;",
      "ALTER TABLE \"webhook_endpoints\" ADD COLUMN \"failing_since\" timestamp with time zone;",
      "ALTER TABLE \"webhook_endpoints\" ADD COLUMN \"version\" bigint DEFAULT 1 NOT NULL;",
      "ALTER TABLE \"webhook_endpoints\" ADD COLUMN \"updated_at\" timestamp with time zone DEFAULT now() NOT NULL;",
      "CREATE INDEX \"webhook_deliveries_pending\" ON \"webhook_deliveries\" USING btree (\"endpoint_id\",\"created_at\") WHERE \"webhook_deliveries\".\"status\" = 'pending';",
      "CREATE INDEX \"webhook_deliveries_finished\" ON \"webhook_deliveries\" USING btree (\"finished_at\");"
    ]
  },
  {
    "tag": "0004_allocation",
    "statements": [
      "CREATE TABLE \"offer_rules\" (\n\t\"offer_id\" uuid PRIMARY KEY NOT NULL,\n\t\"locations\" uuid[],\n\t\"replenishable\" integer,\n\t\"fixed\" integer,\n\t\"buffer\" integer,\n\t\"share\" integer,\n\t\"cap\" integer,\n\t\"zero_below\" integer,\n\t\"pause\" boolean DEFAULT false NOT NULL,\n\t\"sources\" jsonb NOT NULL\n);",
      "ALTER TABLE \"offer_rules\" ADD CONSTRAINT \"offer_rules_offer_id_offers_id_fk\" FOREIGN KEY (\"offer_id\") REFERENCES \"public\".\"offers\"(\"id\") ON DELETE cascade ON UPDATE no action;"
    ]
  },
  {
    "tag": "0005_prices",
    "statements": [
      "CREATE TABLE \"offer_prices\" (\n\t\"offer_id\" uuid PRIMARY KEY NOT NULL,\n\t\"version\" bigint DEFAULT 0 NOT NULL,\n\t\"actor\" text,\n\t\"reason\" text,\n\t\"held_code\" text,\n\t\"held_detail\" text,\n\t\"held_amount\" numeric,\n\t\"held_currency\" text,\n\t\"held_rate\" text,\n\t\"held_at\" timestamp with time zone,\n\t\"approved_amount\" numeric,\n\t\"approved_currency\" text,\n\t\"approved_by\" text,\n\t\"approved_at\" timestamp with time zone,\n\t\"approved_from\" numeric\n);",
      "ALTER TABLE \"offer_prices\" ADD CONSTRAINT \"offer_prices_offer_id_offers_id_fk\" FOREIGN KEY (\"offer_id\") REFERENCES \"public\".\"offers\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "CREATE INDEX \"offer_prices_held\" ON \"offer_prices\" USING btree (\"offer_id\") WHERE \"offer_prices\".\"held_code\" is not null;"
    ]
  },
  {
    "tag": "0006_return_receipts",
    "statements": [
      "CREATE TABLE \"return_receipts\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"order_id\" uuid NOT NULL,\n\t\"dispute_id\" uuid,\n\t\"line_id\" uuid NOT NULL,\n\t\"location_id\" uuid NOT NULL,\n\t\"quantity\" integer NOT NULL,\n\t\"condition\" text NOT NULL,\n\t\"note\" text,\n\t\"actor\" text NOT NULL,\n\t\"at\" timestamp with time zone NOT NULL\n);",
      "CREATE INDEX \"return_receipts_order\" ON \"return_receipts\" USING btree (\"order_id\");",
      "CREATE INDEX \"return_receipts_dispute\" ON \"return_receipts\" USING btree (\"dispute_id\") WHERE \"return_receipts\".\"dispute_id\" is not null;"
    ]
  },
  {
    "tag": "0007_store_retry",
    "statements": [
      "ALTER TABLE \"stores\" ADD COLUMN \"retry_at\" timestamp with time zone;",
      "ALTER TABLE \"stores\" ADD COLUMN \"retry_attempts\" integer DEFAULT 0 NOT NULL;"
    ]
  },
  {
    "tag": "0008_stock_input",
    "statements": [
      "CREATE TABLE \"approval_parts\" (\n\t\"approval_id\" uuid NOT NULL,\n\t\"position\" integer NOT NULL,\n\t\"request\" jsonb NOT NULL,\n\tCONSTRAINT \"approval_parts_approval_id_position_pk\" PRIMARY KEY(\"approval_id\",\"position\")\n);",
      "CREATE TABLE \"approvals\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"kind\" text NOT NULL,\n\t\"actor\" text NOT NULL,\n\t\"status\" text DEFAULT 'waiting' NOT NULL,\n\t\"ended\" integer NOT NULL,\n\t\"on_sale\" integer NOT NULL,\n\t\"rows\" integer NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"decided_at\" timestamp with time zone,\n\t\"decided_by\" text\n);",
      "CREATE TABLE \"campaign_items\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"campaign_id\" uuid NOT NULL,\n\t\"position\" integer NOT NULL,\n\t\"variant_id\" uuid,\n\t\"sku_id\" uuid,\n\t\"name\" text NOT NULL,\n\t\"quantity\" integer NOT NULL,\n\t\"sold\" integer DEFAULT 0 NOT NULL,\n\t\"released\" integer\n);",
      "CREATE TABLE \"campaign_sales\" (\n\t\"line_id\" uuid PRIMARY KEY NOT NULL,\n\t\"order_id\" uuid NOT NULL,\n\t\"item_id\" uuid NOT NULL,\n\t\"quantity\" integer NOT NULL\n);",
      "CREATE TABLE \"price_marks\" (\n\t\"offer_id\" uuid PRIMARY KEY NOT NULL,\n\t\"cause\" text NOT NULL,\n\t\"actor\" text,\n\t\"marked_at\" timestamp with time zone NOT NULL\n);",
      "ALTER TABLE \"skus\" ADD COLUMN \"set_apart\" integer DEFAULT 0 NOT NULL;",
      "ALTER TABLE \"campaigns\" ADD COLUMN \"code\" text;",
      "ALTER TABLE \"campaigns\" ADD COLUMN \"own_items\" jsonb;",
      "ALTER TABLE \"campaigns\" ADD COLUMN \"hold_from\" timestamp with time zone;",
      "ALTER TABLE \"campaigns\" ADD COLUMN \"release_at\" timestamp with time zone;",
      "ALTER TABLE \"campaigns\" ADD COLUMN \"state\" text DEFAULT 'planned' NOT NULL;",
      "ALTER TABLE \"campaigns\" ADD COLUMN \"next_at\" timestamp with time zone;",
      "ALTER TABLE \"offer_rules\" ADD COLUMN \"campaign_item_id\" uuid;",
      "ALTER TABLE \"approval_parts\" ADD CONSTRAINT \"approval_parts_approval_id_approvals_id_fk\" FOREIGN KEY (\"approval_id\") REFERENCES \"public\".\"approvals\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"campaign_items\" ADD CONSTRAINT \"campaign_items_campaign_id_campaigns_id_fk\" FOREIGN KEY (\"campaign_id\") REFERENCES \"public\".\"campaigns\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"campaign_sales\" ADD CONSTRAINT \"campaign_sales_item_id_campaign_items_id_fk\" FOREIGN KEY (\"item_id\") REFERENCES \"public\".\"campaign_items\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "ALTER TABLE \"price_marks\" ADD CONSTRAINT \"price_marks_offer_id_offers_id_fk\" FOREIGN KEY (\"offer_id\") REFERENCES \"public\".\"offers\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "CREATE INDEX \"approvals_waiting\" ON \"approvals\" USING btree (\"id\") WHERE \"approvals\".\"status\" = 'waiting';",
      "CREATE INDEX \"campaign_items_campaign\" ON \"campaign_items\" USING btree (\"campaign_id\");",
      "CREATE INDEX \"campaign_items_sku\" ON \"campaign_items\" USING btree (\"sku_id\");",
      "CREATE INDEX \"campaign_sales_order\" ON \"campaign_sales\" USING btree (\"order_id\");",
      "CREATE INDEX \"campaign_sales_item\" ON \"campaign_sales\" USING btree (\"item_id\");",
      "CREATE INDEX \"campaigns_next\" ON \"campaigns\" USING btree (\"next_at\") WHERE \"campaigns\".\"next_at\" is not null;",
      "CREATE INDEX \"campaigns_store\" ON \"campaigns\" USING btree (\"store_id\");",
      "UPDATE \"campaigns\" SET \"next_at\" = \"updated_at\";"
    ]
  },
  {
    "tag": "0009_receipt_time",
    "statements": [
      "ALTER TABLE \"offers\" ADD COLUMN \"receipt_at\" timestamp with time zone;"
    ]
  },
  {
    "tag": "0010_movement_reference",
    "statements": [
      "CREATE INDEX \"stock_movements_batch\" ON \"stock_movements\" USING btree (\"batch\",\"sku_id\") WHERE \"stock_movements\".\"batch\" is not null;"
    ]
  },
  {
    "tag": "0011_reconciliation",
    "statements": [
      "CREATE TABLE \"open_entries\" (\n\t\"entry_id\" uuid PRIMARY KEY NOT NULL,\n\t\"store_id\" uuid NOT NULL,\n\t\"attempts\" integer DEFAULT 0 NOT NULL,\n\t\"due_at\" timestamp with time zone\n);",
      "DROP INDEX \"reconciliation_matches_entry\";",
      "ALTER TABLE \"ledger_entries\" ADD COLUMN \"period\" date;",
      "UPDATE \"ledger_entries\" e SET \"period\" = date_trunc('month', e.\"posted_at\" at time zone s.\"time_zone\")::date FROM \"stores\" s WHERE s.\"id\" = e.\"store_id\";",
      "UPDATE \"ledger_entries\" SET \"period\" = date_trunc('month', \"posted_at\" at time zone 'UTC')::date WHERE \"period\" is null;",
      "ALTER TABLE \"ledger_entries\" ALTER COLUMN \"period\" SET NOT NULL;",
      "ALTER TABLE \"reconciliation_matches\" ADD COLUMN \"amount\" numeric;",
      "UPDATE \"reconciliation_matches\" m SET \"amount\" = e.\"amount\" FROM \"ledger_entries\" e WHERE e.\"id\" = m.\"entry_id\";",
      "DELETE FROM \"reconciliation_matches\" WHERE \"amount\" is null;",
      "ALTER TABLE \"reconciliation_matches\" ALTER COLUMN \"amount\" SET NOT NULL;",
      "ALTER TABLE \"settlements\" ADD COLUMN \"difference_currency\" text;",
      "ALTER TABLE \"settlements\" ADD COLUMN \"bank_amount\" numeric;",
      "ALTER TABLE \"settlements\" ADD COLUMN \"bank_currency\" text;",
      "ALTER TABLE \"settlements\" ADD COLUMN \"bank_at\" timestamp with time zone;",
      "ALTER TABLE \"settlements\" ADD COLUMN \"bank_actor\" text;",
      "ALTER TABLE \"stores\" ADD COLUMN \"books_open_from\" date;",
      "CREATE INDEX \"open_entries_due\" ON \"open_entries\" USING btree (\"due_at\");",
      "CREATE INDEX \"open_entries_store\" ON \"open_entries\" USING btree (\"store_id\",\"entry_id\");",
      "CREATE INDEX \"ledger_entries_document\" ON \"ledger_entries\" USING btree (\"document_id\");",
      "CREATE INDEX \"settlements_unchecked\" ON \"settlements\" USING btree (\"store_id\",\"id\") WHERE \"settlements\".\"state\" = 'unchecked';",
      "CREATE INDEX \"order_lines_external\" ON \"order_lines\" USING btree (\"external_id\",\"store_id\");",
      "CREATE INDEX \"orders_number\" ON \"orders\" USING btree (\"external_number\",\"store_id\") WHERE \"orders\".\"external_number\" <> \"orders\".\"external_id\";",
      "CREATE INDEX \"reconciliation_matches_entry\" ON \"reconciliation_matches\" USING btree (\"entry_id\");",
      "INSERT INTO \"open_entries\" (\"entry_id\", \"store_id\", \"due_at\") SELECT \"id\", \"store_id\", now() FROM \"ledger_entries\"\nWHERE coalesce(\"order_external_id\", \"order_line_external_id\", \"shipment_external_id\", \"refund_external_id\") is not null\n  or \"kind\" in ('sale', 'refund', 'commission', 'payment_fee', 'shipping_income', 'platform_subsidy', 'seller_discount', 'tax_collected');"
    ]
  },
  {
    "tag": "0012_finance_sums",
    "statements": [
      "CREATE INDEX \"ledger_entries_books\" ON \"ledger_entries\" USING btree (\"store_id\",\"period\",\"book\") WHERE \"ledger_entries\".\"state\" in ('posted', 'paid');"
    ]
  },
  {
    "tag": "0013_closed_months",
    "statements": [
      "ALTER TABLE \"ledger_entries\" ADD COLUMN \"amends\" uuid;",
      "ALTER TABLE \"ledger_entries\" ADD COLUMN \"amendment\" text;",
      "ALTER TABLE \"settlements\" ADD COLUMN \"booked_from\" date;",
      "CREATE INDEX \"ledger_entries_amends\" ON \"ledger_entries\" USING btree (\"amends\",\"period\") WHERE \"ledger_entries\".\"amends\" is not null;",
      "CREATE INDEX \"ledger_entries_amended\" ON \"ledger_entries\" USING btree (\"store_id\",\"settlement_external_id\") WHERE \"ledger_entries\".\"amends\" is not null;"
    ]
  }
];

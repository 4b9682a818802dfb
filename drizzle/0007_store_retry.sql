ALTER TABLE "stores" ADD COLUMN "retry_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "stores" ADD COLUMN "retry_attempts" integer DEFAULT 0 NOT NULL;
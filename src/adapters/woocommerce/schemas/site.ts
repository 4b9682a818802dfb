/** What a site says about itself: discovery, status page, currency, webhooks, carriers. */
import { z } from "zod";
import { decimalOrZero, id, intOrNull, text, textOrNull } from "../../../core/wire.ts";
import { flag, list, record, words, wordsOrNull } from "./helpers.ts";

const routes = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "object" && value !== null ? Object.keys(value) : []));

/** `/wp-json/`. */
export const DISCOVERY = z.object({
  name: wordsOrNull(),
  home: textOrNull(),
  url: textOrNull(),
  timezone_string: words(),
  gmt_offset: decimalOrZero(),
  namespaces: list(z.string()),
  routes,
});
export type Discovery = z.infer<typeof DISCOVERY>;

export const SYSTEM_STATUS = z.object({
  environment: record(z.object({ version: textOrNull() })),
  settings: record(
    z.object({
      currency: words(),
      country: textOrNull(),
      number_of_decimals: intOrNull(),
      HPOS_enabled: flag(),
      HPOS_sync_enabled: flag(),
    }),
  ),
});
export type SystemStatus = z.infer<typeof SYSTEM_STATUS>;

export const CURRENCY = z.object({ code: text() });

export const WEBHOOK = z.object({
  id: id(),
  name: words(),
  status: words(),
  topic: words(),
  delivery_url: words(),
});
export type WebhookDocument = z.infer<typeof WEBHOOK>;

/** Carriers of a tracking plugin by region: `{"Region": {"Carrier": "address"}}`. */
export const PROVIDERS = record(z.record(z.string(), record(z.record(z.string(), z.unknown()))));

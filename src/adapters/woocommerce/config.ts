/** What a person types in to connect a store: keys, and settings with their defaults. */
import { z } from "zod";
import type { Store } from "../../core/adapter.ts";
import { InputError } from "../../core/errors.ts";
import { CHARGE_KINDS, ORDER_STATUSES } from "../../core/model/vocabulary.ts";

export const CREDENTIALS = z.object({
  consumer_key: z
    .string()
    .trim()
    .regex(/^ck_\S+$/, "starts with ck_; WooCommerce > Settings > Advanced > REST API"),
  consumer_secret: z
    .string()
    .trim()
    .regex(/^cs_\S+$/, "starts with cs_; shown once, when the key is made"),
});

export const SETTINGS = z.object({
  /** The store's own idea of its address (WordPress "home"), where `baseUrl` leads through a relay. Signed over plain HTTP. */
  home_url: z.url({ protocol: /^https?$/ }).optional(),
  /** True for stores with plain permalinks: `/?rest_route=/wc/v3/…`. */
  rest_route: z.boolean().default(false),
  /** `auto`: Basic over HTTPS with one repeat by query string, OAuth 1.0a over plain HTTP. */
  auth: z.enum(["auto", "basic", "query", "oauth1"]).default("auto"),
  /** Calls to the store's host: two a second and one at a time, five and two, or twenty and four. */
  pace: z.enum(["normal", "fast", "open"]).default("normal"),
  /** Statuses of plugins (without `wc-`) and what they mean: `{"packed": "awaiting_shipment"}`. */
  statuses: z.record(z.string(), z.enum(ORDER_STATUSES)).default({}),
  /** Fees by their name in lower case: `{"gift box": "gift_wrap"}`. */
  fee_kinds: z.record(z.string(), z.enum(CHARGE_KINDS)).default({}),
  /** Payment methods that reserve the amount and take it later: an order on hold is then authorised, not unpaid. */
  authorizing_methods: z.array(z.string()).default([]),
});
export type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

/** Root of the store's addresses without a slash at its end. Throws `InputError` where neither place names one. */
export function rootOf(store: Store): string {
  const root = store.baseUrl ?? settingsOf(store.settings).home_url;
  if (!root)
    throw new InputError(
      "store_url_missing",
      "a WooCommerce store needs its address: set the base URL, such as https://shop.example.com",
    );
  return withoutSlash(root);
}

/** Root that a signature names: the store's own idea of its address. */
export function signedRootOf(store: Store): string {
  const home = settingsOf(store.settings).home_url;
  return home ? withoutSlash(home) : rootOf(store);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

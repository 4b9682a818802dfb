/** What a shop is connected with, the settings that a person may change, and the addresses. */
import { z } from "zod";
import type { App, Store } from "../../core/adapter.ts";
import { ENTRY_KINDS } from "../../core/model/vocabulary.ts";

const GATEWAY_ROOT = "https://api.jd.com";
const OAUTH_ROOT = "https://open-oauth.jd.com";

/** Texts without an offset are Beijing time. */
export const ZONE = "Asia/Shanghai";
export const CURRENCY = "CNY";

/**
 * `access_token` and `refresh_token` come from consent or are typed in; `app_key` and `app_secret` stand here where the
 * app is the seller's own and not registered apart for several shops. `relay_token` opens the relay at the shop's base URL.
 */
export const CREDENTIALS: z.ZodType<Record<string, string>> = z
  .object({ access_token: z.string().trim().min(1) })
  .catchall(z.string()) as z.ZodType<Record<string, string>>;

const ADDRESS = z.object({
  name: z.string(),
  mobile: z.string(),
  province: z.string(),
  city: z.string(),
  county: z.string(),
  village: z.string().default(""),
  detail: z.string(),
  type: z.int().optional(),
});

export const SETTINGS = z.object({
  /** States that the lists are asked for, comma-joined; `ALL` names states too that are new. */
  order_states: z.string().min(1).default("ALL"),
  /** Orders that wait for their payment are read too. */
  unpaid_orders: z.boolean().default(false),
  /** Orders that the platform's warehouses ship are read too; `auto`: where the platform calls the shop such a one. */
  fbp_orders: z.enum(["auto", "on", "off"]).default("auto"),
  /** Newer forms of two requests: the search inside `paramOrderJSFQuery` with `source_id`, service orders by two objects. */
  order_query: z.enum(["flat", "container"]).default("flat"),
  source_id: z.string().optional(),
  service_query: z.enum(["flat", "objects"]).default("flat"),
  /** What a quantity that is written means: units for sale, or those and the units that are booked. */
  stock_counts: z.enum(["sellable", "with_bookings"]).default("sellable"),
  /** Name that stands beside answers to refunds and service orders. */
  operator: z.string().min(1).default("tallyport"),
  /** `del_apply_type` of a request to cancel, and `rejectType` of a refused refund, as the platform numbers them. */
  cancel_type: z.string().optional(),
  reject_type: z.int().default(1),
  /** Where goods come back to. */
  return_address: ADDRESS.optional(),
  /** The merchant's number at the platform's own carrier, which answers tracking by it. */
  logistics_customer_code: z.string().optional(),
  /** Which date the lists of bills go by, as the platform numbers it. */
  bill_date_type: z.int().default(1),
  /** Meaning of a fee type of the bills: `{"2": "commission"}`. */
  fee_types: z.record(z.string(), z.enum(ENTRY_KINDS)).default({}),
});
export type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

const FBP_SHOP = "1";

/** Whether the shop has orders that the platform's warehouses ship. */
export function hasFbp({ facts, settings }: Pick<Store, "facts" | "settings">): boolean {
  const { fbp_orders: wanted } = settingsOf(settings);
  return wanted === "on" || (wanted === "auto" && facts.col_type === FBP_SHOP);
}

export const gatewayUrl = (store: Store): string => `${rootOf(store, GATEWAY_ROOT)}/routerjson`;
export const tokenUrl = (store: Store, path: string): string => `${rootOf(store, OAUTH_ROOT)}/oauth2/${path}`;
export const authoriseUrl = (app: App): string => `${withoutSlash(ownRoot(app) ?? OAUTH_ROOT)}/oauth2/to_login`;

/** A relay or a fake stands for all addresses: the shop's base URL, or the app's setting `root`. */
function rootOf(store: Store, standard: string): string {
  return withoutSlash(store.baseUrl ?? ownRoot(store.app) ?? standard);
}

const ownRoot = (app: App | null): string | null => (typeof app?.settings.root === "string" ? app.settings.root : null);
const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

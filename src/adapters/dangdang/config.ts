/** What a shop is connected with, the settings that a person may change, and the addresses. */
import { z } from "zod";
import type { App, Store } from "../../core/adapter.ts";
import { ENTRY_KINDS } from "../../core/model/vocabulary.ts";

export const ID = "dangdang";
const GATEWAY_ROOT = "http://api.open.dangdang.com";
const OAUTH_ROOT = "http://oauth.dangdang.com";

/** Texts without an offset are Beijing time. */
export const ZONE = "Asia/Shanghai";
export const CURRENCY = "CNY";

/**
 * `access_token` (the platform's "session") is typed in, or comes with a `refresh_token` from consent; `app_key` and
 * `app_secret` stand here where the app is the seller's own and not registered apart for several shops.
 */
export const CREDENTIALS: z.ZodType<Record<string, string>> = z
  .object({ access_token: z.string().trim().min(1) })
  .catchall(z.string()) as z.ZodType<Record<string, string>>;

const HEAD = z.string().min(1);
const COLUMNS = z.object({ id: HEAD, time: HEAD, amount: HEAD, kind: HEAD.optional(), order: HEAD.optional() });

export const SETTINGS = z.object({
  /** The platform's number of the shop (`gShopID`): no call tells it. */
  shop_id: z.string().min(1).optional(),
  /** `returnExchangeOrdersApprStatus` of a refused request; 1 is agreed, the other is not published. */
  refusal_status: z.string().min(1).default("2"),
  /** Numbers that carriers are reached at, by our code: `{"sf": "95338"}`. */
  carrier_phones: z.record(z.string(), z.string()).default({}),
  /** Element that takes the carrier's letters in version 3.0 of the ship call, whose name is not published. */
  carrier_element: z
    .string()
    .regex(/^[A-Za-z]\w*$/)
    .optional(),
  /** Columns of the console's statement file by their heads, and what its kinds of rows mean: `{"佣金": "commission"}`. */
  statement: z.object({ columns: COLUMNS, kinds: z.record(z.string(), z.enum(ENTRY_KINDS)).default({}) }).optional(),
});
type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

/** Paths of consent below the OAuth host are not published: the app's settings name them. */
const APP_SETTINGS = z.object({
  root: z.string().optional(),
  authorize_path: z.string().startsWith("/").optional(),
  token_path: z.string().startsWith("/").optional(),
});

const appSettingsOf = (app: App | null) => APP_SETTINGS.safeParse(app?.settings ?? {}).data ?? {};

export const gatewayUrl = (store: Store): string =>
  `${withoutSlash(store.baseUrl ?? appSettingsOf(store.app).root ?? GATEWAY_ROOT)}/openapi/rest`;

/** Address of consent or of tokens; null where the app's settings do not name its path. */
export function oauthUrl(app: App | null, kind: "authorize_path" | "token_path", root: string | null): string | null {
  const settings = appSettingsOf(app);
  const path = settings[kind];
  return path === undefined ? null : `${withoutSlash(root ?? settings.root ?? OAUTH_ROOT)}${path}`;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

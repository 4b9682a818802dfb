/** What a store is connected with, the settings, and addresses. */
import { z } from "zod";
import type { App, Store } from "../../core/adapter.ts";
import { InputError } from "../../core/errors.ts";

export const ID = "shopify";
export const DOCS = "https://shopify.dev/docs/api/admin-graphql";
/** Times carry their offset. */
export const ZONE = "UTC";
/** Supported for a year from its quarter; a retired version is answered by the oldest supported one. */
export const VERSION = "2026-07";

const TEXT = z.string().trim().min(1);
const SHOP = /^[a-zA-Z0-9][a-zA-Z0-9-]*\.myshopify\.com$/;

/**
 * `shop` with a token, or with an app's client id and secret (typed in as `app_key` and `app_secret`, or registered), which
 * give a token for a day. `session_token` is what an embedded app is opened with: it is exchanged once.
 */
export const CREDENTIALS = z
  .object({
    shop: TEXT.regex(SHOP, "the shop's own domain: name.myshopify.com").optional(),
    access_token: TEXT.optional(),
    refresh_token: TEXT.optional(),
    session_token: TEXT.optional(),
    app_key: TEXT.optional(),
    app_secret: TEXT.optional(),
  })
  .refine(
    ({ shop, access_token }) => shop !== undefined || access_token !== undefined,
    "shop is needed, or an access_token beside a base URL",
  ) as unknown as z.ZodType<Record<string, string>>;

export const SETTINGS = z.object({
  /** The shop's domain, for a consent that begins with us. */
  shop: TEXT.regex(SHOP, "the shop's own domain: name.myshopify.com").optional(),
  /** The location (`gid://shopify/Location/…`) that is meant where an offer or a refund names none. */
  location: TEXT.regex(/^gid:\/\/shopify\/Location\/\d+$/).optional(),
  /** Orders of a time longer than so many days are read by a bulk run, shorter ones by pages. */
  bulk_from_days: z.int().min(1).max(10_000).default(3),
});
type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

/** Root of the store's addresses without a slash at its end. Throws `InputError` where the shop is not known. */
export function rootOf(store: Pick<Store, "baseUrl" | "settings">, values: Readonly<Record<string, string>>): string {
  const shop = values.shop ?? settingsOf(store.settings).shop;
  if (store.baseUrl) return store.baseUrl.replace(/\/+$/, "");
  if (shop && SHOP.test(shop)) return `https://${shop}`;
  throw new InputError("shop_missing", "a Shopify store needs its domain: set shop to name.myshopify.com");
}

/** The domain that a person or a call back names. Throws `InputError` for what is none: a token must not go elsewhere. */
export function shopIn(value: unknown): string {
  if (typeof value === "string" && SHOP.test(value)) return value.toLowerCase();
  throw new InputError("shop_invalid", "the setting shop must be the shop's own domain: name.myshopify.com", {
    status: 422,
  });
}

/** A relay or a fake in the place of the shops' hosts; null: the shop's own. */
export const rootOfApp = ({ settings }: Pick<App, "settings">): string | null =>
  typeof settings.root === "string" ? settings.root.replace(/\/+$/, "") : null;

/** The location that is meant where nobody names one; null: none is. */
export function locationOf({ settings, facts }: Pick<Store, "settings" | "facts">): string | null {
  const { default_location: only } = facts;
  return settingsOf(settings).location ?? (typeof only === "string" && only !== "" ? only : null);
}

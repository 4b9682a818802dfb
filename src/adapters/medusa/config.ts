/** What a person types in to connect a store, the settings, and the address. */
import { z } from "zod";
import type { Store } from "../../core/adapter.ts";
import { toBase64 } from "../../core/crypto.ts";
import { InputError } from "../../core/errors.ts";
import { ORDER_STATUSES } from "../../core/model/vocabulary.ts";

export const ID = "medusa";
/** Times carry their offset, and the platform knows no zone of a shop. */
export const ZONE = "UTC";
export const DOCS = "https://docs.medusajs.com/api/admin";

const TEXT = z.string().trim().min(1);

/** A secret API key, or an administrator's sign-in, whose `token` is written beside it. */
export const CREDENTIALS = z
  .object({
    api_key: TEXT.regex(/^sk_\S+$/, "starts with sk_; Settings > Secret API keys, shown once").optional(),
    email: TEXT.optional(),
    password: TEXT.optional(),
    token: TEXT.optional(),
  })
  .refine(
    ({ api_key, email, password }) => api_key !== undefined || (email !== undefined && password !== undefined),
    "a secret API key is needed (api_key), or email and password",
  ) as unknown as z.ZodType<Record<string, string>>;

/** The header of a call; none before the first sign-in. */
export function authorization({ api_key: key, token }: Readonly<Record<string, string>>): Record<string, string> {
  if (key) return { authorization: `Basic ${toBase64(new TextEncoder().encode(`${key}:`))}` };
  return token ? { authorization: `Bearer ${token}` } : {};
}

export const SETTINGS = z.object({
  /** The stock location (`sloc_…`) that parcels leave from, and whose level takes a variant's quantity; without it the store's default. */
  stock_location: TEXT.optional(),
  /** Order statuses of plugins and what they mean: `{"packing": "awaiting_shipment"}`. */
  statuses: z.record(z.string(), z.enum(ORDER_STATUSES)).default({}),
});
type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

/** Root of the store's addresses without a slash at its end. Throws `InputError` where none is set. */
export function rootOf({ baseUrl }: Pick<Store, "baseUrl">): string {
  const missing =
    "a Medusa store needs the address of its back end: set the base URL, such as https://api.shop.example.com";
  if (!baseUrl) throw new InputError("store_url_missing", missing);
  return baseUrl.replace(/\/+$/, "");
}

/** The stock location that is meant where an order or an offer names none; null: the platform chooses. */
export function locationOf({ settings, facts }: Pick<Store, "settings" | "facts">): string | null {
  const { default_location: ofStore } = facts;
  return settingsOf(settings).stock_location ?? (typeof ofStore === "string" && ofStore !== "" ? ofStore : null);
}

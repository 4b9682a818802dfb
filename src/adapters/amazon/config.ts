/** What a seller is connected with, the settings, addresses and marketplaces. A store is one seller in one region. */
import { z } from "zod";
import type { App, Marketplace, Store } from "../../core/adapter.ts";
import { InputError } from "../../core/errors.ts";
import { ENTRY_KINDS } from "../../core/model/vocabulary.ts";

export const ID = "amazon";
export const DOCS = "https://developer-docs.amazon.com/sp-api";
/** Times carry their offset. */
export const ZONE = "UTC";

const LWA = "https://api.amazon.com/auth/o2/token";
const REGIONS = ["na", "eu", "fe"] as const;

const TEXT = z.string().trim().min(1);

/** `refresh_token` comes from consent, or from a private app that its owner authorised; `app_key` and `app_secret` where no app is registered. */
export const CREDENTIALS = z.object({
  refresh_token: TEXT,
  access_token: TEXT.optional(),
  selling_partner_id: TEXT.optional(),
  app_key: TEXT.optional(),
  app_secret: TEXT.optional(),
}) as unknown as z.ZodType<Record<string, string>>;

export const SETTINGS = z.object({
  /** Where the seller sells: each region has its own grant, and is a store of its own. */
  region: z.enum(REGIONS).optional(),
  /** The sandbox's host of the region. */
  sandbox: z.boolean().default(false),
  /** The seller's id, where consent has not told it: listings are asked for by it. */
  seller_id: TEXT.optional(),
  /** Root of the seller's own pages, to which consent leads: it differs by country. */
  seller_central: z.url({ protocol: /^https?$/ }).optional(),
  token_url: z.url({ protocol: /^https?$/ }).optional(),
  /** Marketplaces that are read; all in which the seller takes part where none are named. */
  marketplaces: z.array(TEXT).default([]),
  /** Names and addresses are asked for: the app then needs the roles that open them. */
  personal_data: z.boolean().default(true),
  /** Goods in the platform's warehouses are counted. */
  fba: z.boolean().default(true),
  /** Returns of the programmes for external fulfilment, which are by invitation. */
  external_returns: z.boolean().default(false),
  /** From so many values on a push goes as a feed. */
  feed_from: z.int().min(1).max(25_000).default(50),
  /** Meaning of a line of settlements, by `type/amount type/description`: `{"ServiceFee/Other/Fee": "service_fee"}`. */
  line_kinds: z.record(z.string(), z.enum(ENTRY_KINDS)).default({}),
});
type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

/** What stands in the place of all hosts: the store's base URL, or the setting `root` of its app. */
function relayOf({ baseUrl, app }: Pick<Store, "baseUrl" | "app">): string | null {
  const relay = baseUrl || textSetting(app, "root");
  return relay === null ? null : withoutSlash(relay);
}

/** Root of the store's addresses. Throws `InputError` where neither a relay nor a region is set. */
export function rootOf({ baseUrl, settings, app }: Pick<Store, "baseUrl" | "settings" | "app">): string {
  const relay = relayOf({ baseUrl, app });
  if (relay !== null) return relay;
  const { region, sandbox } = settingsOf(settings);
  if (region) return `https://${sandbox ? "sandbox." : ""}sellingpartnerapi-${region}.amazon.com`;
  throw new InputError("region_missing", "an Amazon store needs its region: set region to na, eu or fe");
}

/** Where tokens come from: a setting, a relay or a fake in the place of all hosts, or Login with Amazon. */
export function tokenUrlOf({ baseUrl, settings, app }: Pick<Store, "baseUrl" | "settings" | "app">): string {
  const own = settingsOf(settings).token_url ?? textSetting(app, "token_url");
  const relay = relayOf({ baseUrl, app });
  return own ?? (relay === null ? LWA : `${relay}/auth/o2/token`);
}

/** A text among an app's settings; null where there is none. */
export const textSetting = (app: Pick<App, "settings"> | null, name: string): string | null => {
  const value = app?.settings[name];
  return typeof value === "string" && value !== "" ? value : null;
};

/** Country, currency and (not verified) time zone of a marketplace by its id. */
const MARKETPLACES: Readonly<Record<string, readonly [country: string, currency: string, timeZone: string]>> = {
  ATVPDKIKX0DER: ["US", "USD", "America/Los_Angeles"],
  A2EUQ1WTGCTBG2: ["CA", "CAD", "America/Toronto"],
  A1AM78C64UM0Y8: ["MX", "MXN", "America/Mexico_City"],
  A2Q3Y263D00KWC: ["BR", "BRL", "America/Sao_Paulo"],
  A1F83G8C2ARO7P: ["GB", "GBP", "Europe/London"],
  A1PA6795UKMFR9: ["DE", "EUR", "Europe/Berlin"],
  A13V1IB3VIYZZH: ["FR", "EUR", "Europe/Paris"],
  APJ6JRA9NG5V4: ["IT", "EUR", "Europe/Rome"],
  A1RKKUPIHCS9HS: ["ES", "EUR", "Europe/Madrid"],
  A1805IZSGTT6HS: ["NL", "EUR", "Europe/Amsterdam"],
  A28R8C7NBKEWEA: ["IE", "EUR", "Europe/Dublin"],
  A1C3SOZRARQ6R3: ["PL", "PLN", "Europe/Warsaw"],
  A2NODRKZP88ZB9: ["SE", "SEK", "Europe/Stockholm"],
  AMEN7PMS3EDWL: ["BE", "EUR", "Europe/Brussels"],
  A33AVAJ2PDY3EV: ["TR", "TRY", "Europe/Istanbul"],
  A2VIGQ35RCS4UG: ["AE", "AED", "Asia/Dubai"],
  A17E79C6D8DWNP: ["SA", "SAR", "Asia/Riyadh"],
  ARBP9OOSHTCHU: ["EG", "EGP", "Africa/Cairo"],
  AE08WJ6YKNBMC: ["ZA", "ZAR", "Africa/Johannesburg"],
  A21TJRUUN4KGV: ["IN", "INR", "Asia/Kolkata"],
  A1VC38T7YXB528: ["JP", "JPY", "Asia/Tokyo"],
  A39IBJ37TRP1C6: ["AU", "AUD", "Australia/Sydney"],
  A19VAU5U5O7RUS: ["SG", "SGD", "Asia/Singapore"],
};

export const JAPAN = "A1VC38T7YXB528";

/** Whether a store reads a marketplace, as far as is known. */
export const sellsIn = (
  { settings, marketplaces }: Pick<Store, "settings" | "marketplaces">,
  marketplace: string,
): boolean => {
  const named = settingsOf(settings).marketplaces;
  return named.length > 0 ? named.includes(marketplace) : marketplaces.some(({ code }) => code === marketplace);
};

/** A marketplace that the platform named; its zone is UTC where we do not know it. */
export function marketplaceOf(code: string, told: Partial<Marketplace> = {}): Marketplace {
  const [country, currency, timeZone] = MARKETPLACES[code] ?? [null, null, ZONE];
  return {
    code,
    currency: told.currency ?? currency ?? "",
    language: told.language ?? null,
    timeZone,
    country: told.country ?? country,
  };
}

/** Currency of a marketplace; null for one that we do not know. */
export const currencyOf = (marketplace: string | null): string | null => MARKETPLACES[marketplace ?? ""]?.[1] ?? null;

/** Ids of the marketplaces that a store reads. Throws `InputError` before the first look, when none are known. */
export function marketplacesOf({ settings, marketplaces }: Pick<Store, "settings" | "marketplaces">): string[] {
  const named = settingsOf(settings).marketplaces;
  const all = named.length > 0 ? named : marketplaces.map(({ code }) => code);
  if (all.length > 0) return all;
  throw new InputError("marketplaces_missing", "no marketplace of the seller is known: set marketplaces to their ids");
}

/** The seller's id, which listings and feeds name. Throws `InputError` where nothing has told it. */
export function sellerOf({ settings, externalId }: Pick<Store, "settings" | "externalId">): string {
  const id = settingsOf(settings).seller_id ?? externalId;
  if (id) return id;
  throw new InputError(
    "seller_missing",
    "listings are asked for by the seller's id: set seller_id (A…), or authorise the store by consent",
  );
}

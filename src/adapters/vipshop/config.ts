/** What a supplier is connected with, the settings that a person may change, and the addresses. */
import { z } from "zod";
import type { App, Store } from "../../core/adapter.ts";
import { ENTRY_KINDS } from "../../core/model/vocabulary.ts";

/** Where the interfaces are described (read January 2026). */
export const DOCS = "https://vop.vip.com/doccenter/viewdoc/54";
const GATEWAY = "https://vop.vipapis.com";
const OAUTH = "https://auth.vip.com";

/** Texts without an offset are Beijing time. */
export const ZONE = "Asia/Shanghai";
export const CURRENCY = "CNY";

/** How a supplier works with the platform; one may do so in several ways. */
export const MODES = ["marketplace", "jitx", "dvd", "jit"] as const;
export type Mode = (typeof MODES)[number];
/** Ways in which goods go by barcode, and are offered per co-operation and warehouse. */
export const SUPPLY_MODES: readonly Mode[] = ["jit", "jitx", "dvd"];
/** Ways in which goods are sold under purchase orders, and come back to the platform. */
export const PURCHASE_MODES: readonly Mode[] = ["jit", "jitx"];

/**
 * `access_token` and `refresh_token` come from consent or are typed in; the app of one supplier alone may go without, by
 * `app_key` and `app_secret`.
 */
export const CREDENTIALS: z.ZodType<Record<string, string>> = z
  .record(z.string(), z.string().trim().min(1))
  .refine((values) => values.access_token !== undefined || (values.app_key && values.app_secret), {
    message: "access_token, or app_key with app_secret",
  });

export const SETTINGS = z.object({
  /** The supplier's number: every call but those of the marketplace names it. */
  vendor_id: z.string().regex(/^\d{1,15}$/),
  /** Its number in bills, where it is another one. */
  vendor_code: z.string().min(1).optional(),
  modes: z.array(z.enum(MODES)).min(1).default(["jit", "jitx"]),
  /** `co_mode` of purchase orders: `jit`, or `jit_4a` for distribution. */
  co_mode: z.string().min(1).default("jit"),
  /** Consumer orders that purchase orders stand for hold stock before a pick list is cut. */
  reservations: z.boolean().default(true),
  /** How far back orders of JITX are read at first: a day is 50 calls. */
  jitx_days: z.int().min(1).max(89).default(89),
  /** Purchase orders whose direct orders are listed, where the list wants them named. */
  dvd_po_nos: z.array(z.string().min(1)).max(5).default([]),
  /** The platform's warehouses that send goods back. */
  return_warehouses: z.array(z.string().min(1)).min(1).default(["VIP_NH", "VIP_SH", "VIP_CD", "VIP_BJ", "VIP_HZ"]),
  /** The standing co-operation that offers without a place are of: `100123/VIP_NH`. Its purchase orders hold nothing. */
  standing_place: z
    .string()
    .regex(/^\d+\/[^/]+(?:\/[^/]+)?$/)
    .optional(),
  /** What a quantity that is written means: units for sale, or those and the units that are held. */
  stock_counts: z.enum(["sellable", "with_holds"]).default("sellable"),
  /** Delivery to the platform's warehouses: its method, the hours at which it takes goods in, and how long they are on their way. */
  delivery: z
    .object({
      method: z.string().min(1).default("1"),
      slots: z
        .array(z.string().regex(/^\d\d:\d\d$/))
        .min(1)
        .default(["09:00", "16:00"]),
      hours: z.number().positive().default(24),
    })
    .default({ method: "1", slots: ["09:00", "16:00"], hours: 24 }),
  package_type: z.int().default(1),
  /** `off_shelf_reason`, as the platform numbers it. */
  off_shelf_reason: z.int().default(1),
  /** Days for which an application for a price asks. */
  price_days: z.int().positive().default(30),
  /** States of an application for a price that end it. */
  price_approved: z.array(z.string()).default(["PASS", "APPROVED", "3"]),
  price_rejected: z.array(z.string()).default(["REJECT", "REJECTED", "4"]),
  /** The platform buys the goods: inbound lines of bills are sales. */
  buy_out: z.boolean().default(false),
  /** Meaning of a line type of the bills: `{"PENALTY": "penalty"}`. */
  line_types: z.record(z.string(), z.enum(ENTRY_KINDS)).default({}),
  bill_time: z.enum(["seconds", "milliseconds"]).default("seconds"),
  /** The address that a renewal of the grant names as its caller's. */
  client_ip: z.string().min(1).default("127.0.0.1"),
});
export type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({ vendor_id: "0" });

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse({ vendor_id: "0", ...settings });
  return known.success ? known.data : DEFAULTS;
}

/** The supplier's number as most calls want it. */
export const vendorId = ({ settings }: Pick<Store, "settings">): number => Number(settingsOf(settings).vendor_id);
export const isOn = ({ settings }: Pick<Store, "settings">, mode: Mode): boolean =>
  settingsOf(settings).modes.includes(mode);

export const gatewayUrl = (store: Store): string => `${rootOf(store, GATEWAY)}/`;
export const tokenUrl = (store: Store): string => `${rootOf(store, OAUTH)}/oauth2/token`;
export const authoriseUrl = (app: App): string => `${withoutSlash(ownRoot(app) ?? OAUTH)}/oauth2/authorize`;

/** A relay or a fake stands for all addresses: the store's base URL, or the app's setting `root`. */
const rootOf = (store: Store, standard: string): string =>
  withoutSlash(store.baseUrl ?? ownRoot(store.app) ?? standard);
const ownRoot = (app: App | null): string | null => (typeof app?.settings.root === "string" ? app.settings.root : null);
const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

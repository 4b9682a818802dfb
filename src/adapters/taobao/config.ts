/** What a shop is connected with, the settings that a person may change, and the addresses. */
import { z } from "zod";
import type { App, Store } from "../../core/adapter.ts";
import { describePrivateKey } from "../../core/crypto.ts";

/** The gateway; `https://eco.taobao.com` is the same service, `https://api.taobao.com` is nearer to Europe and America. */
const GATEWAY_ROOT = "https://gw.api.taobao.com";
const OAUTH_ROOT = "https://oauth.taobao.com";
const ALIPAY_ROOT = "https://openapi.alipay.com";

/** All times of the platform are GMT+8, written without an offset. */
export const ZONE = "Asia/Shanghai";
export const CURRENCY = "CNY";

/**
 * `app_key` and `app_secret` stand here where the app is the seller's own and not registered apart for several shops.
 * `session` is the access token of the seller. A service app also gives `refresh_token` and the ends of the four levels
 * (`r1_until`, `r2_until`, `w1_until`, `w2_until`, RFC 3339). `sub_session` is the session of an employee's account, which
 * alone may agree to refunds. Bank statements come through the shop's Alipay account: `alipay_app_id`,
 * `alipay_private_key` (PKCS#8) and, where the app is another's, `alipay_app_auth_token`.
 */
export const CREDENTIALS: z.ZodType<Record<string, string>> = z
  .object({
    session: z.string().trim().min(1),
    alipay_app_id: z.string().optional(),
    alipay_private_key: z.string().optional(),
  })
  .catchall(z.string())
  .check(({ value, issues }) => {
    const complain = (name: string, message: string) =>
      issues.push({ code: "custom", input: value, path: [name], message });
    const { alipay_app_id: app = "", alipay_private_key: key = "" } = value;
    if (key !== "" && app === "") complain("alipay_app_id", "alipay_private_key signs for an app: give its number too");
    if (app !== "" && !/^\d{8,32}$/.test(app)) complain("alipay_app_id", "the number of an Alipay app is digits alone");
    if (app !== "" && key === "")
      complain("alipay_private_key", "the app's private key is missing: statements cannot be asked for without it");
    const fault = key === "" ? null : alipayKeyFault(key);
    if (fault !== null) complain("alipay_private_key", fault);
  }) as z.ZodType<Record<string, string>>;

/** RSA2 wants it so. https://opendocs.alipay.com (signing) */
const ALIPAY_KEY_BITS = 2048;

/** Why a text cannot sign calls of the bank's gateway; null where it can. */
function alipayKeyFault(text: string): string | null {
  const key = describePrivateKey(text);
  const form = `give the app's RSA private key of ${ALIPAY_KEY_BITS} bits, as PEM or as PKCS#8 in base64`;
  if (key === null)
    return /PUBLIC KEY|^MIIBIj/.test(text) ? `this is a public key; ${form}` : `this is no private key; ${form}`;
  if (key.type !== "rsa") return `this is a key of kind ${key.type}; ${form}`;
  return key.bits !== null && key.bits < ALIPAY_KEY_BITS ? `this key has ${key.bits} bits; ${form}` : null;
}

const APP_SETTINGS = z.object({
  /** Root of all addresses: a relay or a fake. */
  root: z.string().optional(),
  /** `service`: of the service market; `in_house`: the seller's own, which sees bills; `hosted`: in the vendor's engine. */
  kind: z.enum(["service", "in_house", "hosted"]).default("service"),
  /** A test app has 5,000 calls a day, a released one 1,000,000. */
  level: z.enum(["test", "released"]).default("released"),
  /** The queue of messages. */
  message_group: z.string().min(1).optional(),
});
type AppSettings = z.infer<typeof APP_SETTINGS>;

const APP_DEFAULTS: AppSettings = APP_SETTINGS.parse({});

export const SETTINGS = z.object({
  /** Digest of the signature. */
  sign_method: z.enum(["hmac-sha256", "hmac", "md5"]).default("hmac-sha256"),
  /** Whether the shop's messages are asked for when it is connected. */
  messages: z.boolean().default(true),
  /** A queue of the shop's own, made when it is connected: its messages then wait apart from those of the app's other shops. */
  message_group: z
    .string()
    .min(1)
    .max(32)
    .regex(/^(?!default)/i, "names that begin with default are the platform's")
    .optional(),
  /** When the platform takes units off its stock; `auto`: Tmall on payment, Taobao on order, as is its default. */
  deducts_on: z.enum(["auto", "order", "payment"]).default("auto"),
  /** Name that stands as reviewer of a Tmall refund. */
  operator: z.string().min(1).max(32).default("tallyport"),
  /** What an app that is registered apart would say of itself: for `app_key` among the credentials. */
  app: APP_SETTINGS.omit({ root: true, message_group: true }).prefault({}),
});
export type Settings = z.infer<typeof SETTINGS>;

const DEFAULTS: Settings = SETTINGS.parse({});

/** Settings with defaults; what does not parse counts as absent, so that mapping stays total. */
export function settingsOf(settings: Readonly<Record<string, unknown>>): Settings {
  const known = SETTINGS.safeParse(settings);
  return known.success ? known.data : DEFAULTS;
}

/** What is known of the app that a shop is called with. */
export function appSettingsOf(store: Pick<Store, "app" | "settings">): AppSettings {
  return store.app ? ownSettingsOf(store.app) : settingsOf(store.settings).app;
}

function ownSettingsOf(app: Pick<App, "settings">): AppSettings {
  const known = APP_SETTINGS.safeParse(app.settings);
  return known.success ? known.data : APP_DEFAULTS;
}

export const gatewayUrl = (store: Store): string => `${rootOf(store, GATEWAY_ROOT)}/router/rest`;
export const tokenUrl = (store: Store): string => `${rootOf(store, OAUTH_ROOT)}/token`;
export const alipayUrl = (store: Store): string => `${rootOf(store, ALIPAY_ROOT)}/gateway.do`;
export const authoriseRoot = (app: App): string => withoutSlash(ownSettingsOf(app).root ?? OAUTH_ROOT);

function rootOf(store: Store, standard: string): string {
  return withoutSlash(store.baseUrl ?? appSettingsOf(store).root ?? standard);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

/** `B`: a Tmall shop; `C`: a Taobao shop; null before the first look. */
export function sellerType(store: Pick<Store, "facts">): "B" | "C" | null {
  const { seller_type: type } = store.facts;
  return type === "B" || type === "C" ? type : null;
}

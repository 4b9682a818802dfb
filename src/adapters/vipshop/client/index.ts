/** The one way to the gateway: service, method and signature in the query, the method's arguments as JSON in the body. */
import { z } from "zod";
import type { AdapterContext, HttpAnswer, HttpCall, PlatformFailure, QuotaUse, Store } from "../../../core/adapter.ts";
import { appOf } from "../../../core/app-store.ts";
import { hmac, toHex } from "../../../core/crypto.ts";
import { instantToLocal } from "../../../core/local-time.ts";
import { parseWire, text, textOrNull } from "../../../core/wire.ts";
import { gatewayUrl, tokenUrl, ZONE } from "../config.ts";
import { ERRORS } from "../errors.ts";
import { QUOTAS, quotaOf, REVEAL_QUOTA, TIMEOUT_MS } from "../limits.ts";
import { type Fields, isFields } from "../schemas.ts";

export type Client = ReturnType<typeof createClient>;

const SERVICES = {
  jit: "vipapis.delivery.JitDeliveryService",
  jitx: "vipapis.jitx.JitXService",
  dvd: "vipapis.delivery.DvdDeliveryService",
  sov: "vipapis.marketplace.delivery.SovDeliveryService",
  inventory: "vipapis.inventory.InventoryService",
  product: "vipapis.product.VendorProductService",
  price: "vipapis.price.JitPriceService",
  vreturn: "vipapis.vreturn.VendorReturnService",
  finance: "vipapis.finance.FastService",
  bills: "vipapis.fcs.ap.service.VspVendorBillAndDiscountService",
  oauth: "vipapis.oauth.OauthService",
  sovStock: "vipapis.marketplace.inventory.InventoryService",
  sovPrice: "vipapis.marketplace.price.PriceService",
  sovProduct: "vipapis.marketplace.product.ProductService",
} as const;
export type Method = `${keyof typeof SERVICES}.${string}`;
type Effect = HttpCall<unknown>["effect"];

const VERSIONS: Readonly<Record<string, string>> = { [SERVICES.bills]: "1.1.0" };

/** The result and, where the answer says it, the platform's clock. */
interface Answered {
  result: unknown;
  date: Date | null;
}

export function createClient(context: AdapterContext) {
  const common = { platform: "vipshop", errors: ERRORS, quotas: QUOTAS };
  const http = context.http({ ...common, failure: (answer) => failureIn(parseWire(answer.text()).value) });
  const oauth = context.http({ ...common, failure: (answer) => tokenFailureIn(parseWire(answer.text()).value) });

  const send = (
    store: Store,
    method: Method,
    args: Fields,
    effect: Effect,
    signal: AbortSignal,
    quota?: readonly QuotaUse[],
  ): Promise<Answered> => {
    const { service, name, version } = partsOf(method);
    return http.send<Answered>(
      {
        store,
        operation: `${service}.${name}`,
        effect,
        quota: quota ?? quotaOf(service),
        timeoutMs: TIMEOUT_MS,
        request(credentials) {
          const { key, secret } = appOf(store, credentials);
          const { access_token: accessToken } = credentials.values;
          const body = JSON.stringify(args);
          const system = {
            service,
            method: name,
            version,
            timestamp: String(Math.floor(context.clock.now().getTime() / 1000)),
            format: "json",
            appKey: key,
            // A renewal is asked for without the token that it replaces.
            ...(accessToken && service !== SERVICES.oauth ? { accessToken } : {}),
          };
          const query = new URLSearchParams({ ...system, sign: signCall(secret, system, body) });
          return { method: "POST", url: `${gatewayUrl(store)}?${query}`, headers: JSON_BODY, body };
        },
        parse: (answer) => ({ result: envelopeIn(parseWire(answer.text()).value).result, date: dateOf(answer) }),
      },
      signal,
    );
  };

  return {
    clock: context.clock,
    /** The result of a method. */
    call: async (store: Store, method: Method, args: Fields, signal: AbortSignal, effect: Effect = "read") =>
      (await send(store, method, args, effect, signal)).result,
    /** As `call`, for an answer that shows who receives an order; drawn on a quota of its own. */
    reveal: async (store: Store, method: Method, args: Fields, signal: AbortSignal) =>
      (await send(store, method, args, "keyed-write", signal, REVEAL_QUOTA)).result,
    /** As `call`, with the platform's clock. */
    callDated: (store: Store, method: Method, args: Fields, signal: AbortSignal) =>
      send(store, method, args, "read", signal),
    /** A code for tokens; it is used once, so that nothing is repeated. */
    token: (store: Store, form: Record<string, string>, signal: AbortSignal): Promise<unknown> =>
      oauth.send<unknown>(
        {
          store,
          operation: "oauth2.token",
          effect: "write",
          quota: quotaOf("oauth2"),
          timeoutMs: TIMEOUT_MS,
          request(credentials) {
            const { key: client_id, secret: client_secret } = appOf(store, credentials);
            const body = new URLSearchParams({ client_id, client_secret, ...form }).toString();
            return { method: "POST", url: tokenUrl(store), headers: FORM_BODY, body };
          },
          parse: (answer) => {
            const { value } = parseWire(answer.text());
            return isFields(value) && "returnCode" in value ? value.result : value;
          },
        },
        signal,
      ),
  };
}

const JSON_BODY = { "content-type": "application/json; charset=utf-8" };
const FORM_BODY = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

/** Service, name and version that a method stands for. */
function partsOf(method: Method) {
  const [short = "", name = ""] = method.split(".");
  const service = SERVICES[short as keyof typeof SERVICES];
  return { service, name, version: VERSIONS[service] ?? "1.0.0" };
}

/**
 * Signature of a call: HMAC-MD5 over the system parameters by name, each as name and value, and the body as it is sent; in
 * upper-case hex. Empty parameters take no part.
 */
export function signCall(secret: string, system: Readonly<Record<string, string>>, body: string): string {
  const pairs = Object.entries(system)
    .filter(([name, value]) => name !== "sign" && value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value);
  return toHex(hmac("md5", secret, pairs.join("") + body)).toUpperCase();
}

const ENVELOPE = z.looseObject({ returnCode: text(), returnMessage: textOrNull() });

/** An answer of the gateway. Throws `ZodError` for what is none, `SyntaxError` for what is no object. */
export function envelopeIn(value: unknown): z.infer<typeof ENVELOPE> {
  if (!isFields(value)) throw new SyntaxError("the answer is no object");
  return ENVELOPE.parse(value);
}

const SUCCESS = "0";

export function failureIn(value: unknown): PlatformFailure | null {
  const { returnCode, returnMessage } = envelopeIn(value);
  return returnCode === SUCCESS ? null : { code: returnCode, message: returnMessage };
}

function tokenFailureIn(value: unknown): PlatformFailure | null {
  if (isFields(value) && "returnCode" in value) return failureIn(value);
  if (isFields(value) && "access_token" in value) return null;
  const error = isFields(value) ? (value.error ?? value.code) : null;
  return { code: String(error ?? "token"), message: `token: ${String(error ?? "refused")}` };
}

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

/** `yyyy-MM-dd HH:mm:ss` in Beijing; parts of a second are cut. */
export const toPlatformTime = (at: Date): string => instantToLocal(at, ZONE).replace("T", " ");
export const toSeconds = (at: Date): number => Math.floor(at.getTime() / 1000);

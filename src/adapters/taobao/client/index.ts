/**
 * The one way to the gateway: a signed form by POST, JSON back. https://open.taobao.com/doc.htm?docId=101617
 * Beside it the token address, the bank's gateway and the files it names.
 */
import type {
  AdapterContext,
  Credentials,
  HttpAnswer,
  HttpCall,
  HttpRequest,
  QuotaUse,
  Store,
} from "../../../core/adapter.ts";
import { appOf } from "../../../core/app-store.ts";
import { type FileParameter, multipartBody } from "../../../core/multipart.ts";
import { signCall, withoutBlanks } from "../auth/signing.ts";
import { alipayUrl, gatewayUrl, settingsOf, tokenUrl } from "../config.ts";
import { ERRORS } from "../errors.ts";
import { ALIPAY_QUOTA, observe, QUOTAS, quotaOf, TIMEOUT_MS } from "../limits.ts";
import { alipayForm } from "../settlements/alipay.ts";
import { documentOf, type Fields, failureOf, fieldsOf } from "./envelope.ts";

/** Business parameters; blank ones are not sent. Objects and lists of objects are JSON text, lists of ids comma lists. */
export type Parameters = Readonly<Record<string, string | number | boolean | null | undefined>>;

interface Call {
  method: string;
  parameters?: Parameters;
  files?: readonly FileParameter[];
  /** Default `read`. */
  effect?: HttpCall<unknown>["effect"];
  /** Whose session goes along: the seller's (default), an employee's, or none (messages). */
  session?: "seller" | "employee" | "none";
}

export type Client = ReturnType<typeof createClient>;

export function createClient(context: AdapterContext) {
  const http = context.http({
    platform: "taobao",
    errors: ERRORS,
    quotas: QUOTAS,
    failure: failureOf,
    observe: (answer, call) => observe(answer, call),
  });

  const send = <T>(store: Store, call: Call, read: (answer: HttpAnswer) => T, signal: AbortSignal): Promise<T> =>
    http.send<T>(
      {
        store,
        operation: call.method,
        effect: call.effect ?? "read",
        quota: pushQuota(store, call.method),
        timeoutMs: TIMEOUT_MS,
        request: (credentials) => gatewayRequest(store, call, credentials, context.clock.now()),
        parse: read,
      },
      signal,
    );

  return {
    clock: context.clock,
    /** The fields of an answer, whichever form it came in. */
    call: (store: Store, call: Call, signal: AbortSignal): Promise<Fields> =>
      send(store, call, (answer) => fieldsOf(answer.text()), signal),
    /** As `call`, with the platform's clock. */
    callDated: (store: Store, call: Call, signal: AbortSignal): Promise<{ fields: Fields; date: Date | null }> =>
      send(store, call, (answer) => ({ fields: fieldsOf(answer.text()), date: dateOf(answer) }), signal),
    /** Code or refresh token for a session; the answer's token is used once, so that nothing is repeated. */
    token: (store: Store, form: Record<string, string>, signal: AbortSignal): Promise<unknown> =>
      http.send<unknown>(
        {
          store,
          operation: "oauth.token",
          effect: "write",
          quota: quotaOf(store, "oauth.token"),
          timeoutMs: TIMEOUT_MS,
          request: (credentials) => {
            const { key: client_id, secret: client_secret } = appOf(store, credentials);
            return {
              method: "POST",
              url: tokenUrl(store),
              headers: FORM_HEADERS,
              body: new URLSearchParams({ ...form, client_id, client_secret }).toString(),
            };
          },
          parse: (answer) => documentOf(answer.text()),
        },
        signal,
      ),
    /** A method of the bank's gateway, signed with the shop's own key. */
    alipay: (store: Store, method: string, content: Fields, signal: AbortSignal): Promise<Fields> =>
      http.send<Fields>(
        {
          store,
          operation: method,
          effect: "read",
          quota: ALIPAY_QUOTA,
          timeoutMs: TIMEOUT_MS,
          request: ({ values }) => ({
            method: "POST",
            url: `${alipayUrl(store)}?charset=utf-8`,
            headers: FORM_HEADERS,
            body: new URLSearchParams(alipayForm(method, content, values, context.clock.now())).toString(),
          }),
          parse: (answer) => fieldsOf(answer.text()),
        },
        signal,
      ),
    /** A file behind an address that the platform made: nothing of ours goes there. */
    download: (store: Store, url: string, signal: AbortSignal): Promise<Uint8Array> =>
      http.send<Uint8Array>(
        {
          store,
          operation: "statement.download",
          effect: "read",
          quota: ALIPAY_QUOTA,
          timeoutMs: 60_000,
          maxBytes: MAX_STATEMENT_BYTES,
          request: () => ({ method: "GET", url }),
          parse: (answer) => answer.bytes,
        },
        signal,
      ),
  };
}

const MAX_STATEMENT_BYTES = 100 * 1024 * 1024;
const FORM_HEADERS = { "content-type": "application/x-www-form-urlencoded;charset=utf-8" };

/** A slot that was taken for a push names the app alone; it is spent only by a call that draws on the same. */
const PUSH_METHODS = /\.(?:quantity|price)\.update$/;
function pushQuota(store: Store, method: string): readonly QuotaUse[] {
  const uses = quotaOf(store, method);
  return PUSH_METHODS.test(method) && store.prepaid !== null ? uses.slice(0, 1) : uses;
}

function gatewayRequest(store: Store, call: Call, credentials: Credentials, now: Date): HttpRequest {
  const app = appOf(store, credentials);
  const method = settingsOf(store.settings).sign_method;
  const parameters = withoutBlanks({
    ...textsOf(call.parameters ?? {}),
    method: call.method,
    app_key: app.key,
    session: sessionOf(call, credentials),
    timestamp: toPlatformTime(now),
    format: "json",
    v: "2.0",
    simplify: "true",
    sign_method: method,
  });
  const signed = { ...parameters, sign: signCall(method, app.secret, parameters) };
  const url = gatewayUrl(store);
  if (!call.files || call.files.length === 0)
    return { method: "POST", url, headers: FORM_HEADERS, body: new URLSearchParams(signed).toString() };
  const { contentType, body } = multipartBody(signed, call.files);
  return { method: "POST", url, headers: { "content-type": contentType }, body };
}

function sessionOf(call: Call, { values }: Credentials): string {
  if (call.session === "none") return "";
  return (call.session === "employee" ? values.sub_session : values.session) ?? "";
}

function textsOf(parameters: Parameters): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters))
    if (value !== null && value !== undefined) texts[name] = String(value);
  return texts;
}

const EIGHT_HOURS_MS = 8 * 3_600_000;

/** `yyyy-MM-dd HH:mm:ss` in GMT+8; parts of a second are cut. */
export function toPlatformTime(at: Date): string {
  return new Date(at.getTime() + EIGHT_HOURS_MS).toISOString().slice(0, 19).replace("T", " ");
}

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

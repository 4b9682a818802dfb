/** The one way to the gateway: a signed form by POST, whose business parameters are JSON in one field. */
import type { AdapterContext, HttpAnswer, HttpCall, HttpRequest, Store } from "../../../core/adapter.ts";
import { appOf } from "../../../core/app-store.ts";
import { instantToLocal } from "../../../core/local-time.ts";
import { signCall, withoutBlanks } from "../auth/signing.ts";
import { gatewayUrl, tokenUrl, ZONE } from "../config.ts";
import { ERRORS } from "../errors.ts";
import { QUOTAS, quotaOf, restOfQuota, TIMEOUT_MS } from "../limits.ts";
import type { Fields } from "../schemas.ts";
import { contentOf, documentOf, failureIn, tokenFailureIn } from "./envelope.ts";

export type Client = ReturnType<typeof createClient>;

const CALLS_OF_THE_DAY_USED = "2";

export function createClient(context: AdapterContext) {
  const common = { platform: "jd", errors: ERRORS, quotas: QUOTAS };
  const oauth = context.http({ ...common, failure: (answer) => tokenFailureIn(documentOf(answer)) });
  const http = context.http({
    ...common,
    failure: (answer) => failureIn(documentOf(answer)),
    observe: (answer, { operation }) =>
      answer.text().includes("error_response") && failureIn(documentOf(answer))?.code === CALLS_OF_THE_DAY_USED
        ? [{ group: "method", key: operation, pauseMs: restOfQuota(context.clock.now()) }]
        : [],
  });

  const send = <T>(
    store: Store,
    method: string,
    parameters: Fields,
    effect: HttpCall<T>["effect"],
    parse: (answer: HttpAnswer) => T,
    signal: AbortSignal,
  ): Promise<T> =>
    http.send<T>(
      {
        store,
        operation: method,
        effect,
        quota: quotaOf(method),
        timeoutMs: TIMEOUT_MS,
        request(credentials): HttpRequest {
          const { key: app_key, secret } = appOf(store, credentials);
          const form = withoutBlanks({
            method,
            v: "2.0",
            app_key,
            access_token: credentials.values.access_token ?? "",
            timestamp: toPlatformTime(context.clock.now()),
            "360buy_param_json": JSON.stringify(withoutNothing(parameters)),
          });
          const body = new URLSearchParams({ ...form, sign: signCall(secret, form) }).toString();
          return { method: "POST", url: gatewayUrl(store), headers: headersOf(credentials.values.relay_token), body };
        },
        parse,
      },
      signal,
    );

  return {
    clock: context.clock,
    /** What stands inside an answer, beside its code. */
    call: (
      store: Store,
      method: string,
      parameters: Fields,
      signal: AbortSignal,
      effect: HttpCall<Fields>["effect"] = "read",
    ): Promise<Fields> => send(store, method, parameters, effect, contentOf, signal),
    /** As `call`, without parameters and with the platform's clock. */
    callDated: (store: Store, method: string, signal: AbortSignal): Promise<{ fields: Fields; date: Date | null }> =>
      send(store, method, {}, "read", (answer) => ({ fields: contentOf(answer), date: dateOf(answer) }), signal),
    /** Code or refresh token for a token; what it is asked with is used once, so that nothing is repeated. */
    token: (store: Store, path: string, form: Record<string, string>, signal: AbortSignal): Promise<Fields> =>
      oauth.send<Fields>(
        {
          store,
          operation: `oauth2.${path}`,
          effect: "write",
          quota: quotaOf(`oauth2.${path}`),
          timeoutMs: TIMEOUT_MS,
          request(credentials) {
            const { key: app_key, secret: app_secret } = appOf(store, credentials);
            const query = new URLSearchParams({ app_key, app_secret, ...form });
            const headers = headersOf(credentials.values.relay_token);
            return { method: "GET", url: `${tokenUrl(store, path)}?${query}`, headers };
          },
          parse: documentOf,
        },
        signal,
      ),
  };
}

function headersOf(relayToken: string | undefined): Record<string, string> {
  const form = { "content-type": "application/x-www-form-urlencoded;charset=utf-8" };
  return relayToken ? { ...form, authorization: `Bearer ${relayToken}` } : form;
}

const withoutNothing = (parameters: Fields): Fields =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined));

/** `yyyy-MM-dd HH:mm:ss` in Beijing; parts of a second are cut. */
export const toPlatformTime = (at: Date): string => instantToLocal(at, ZONE).replace("T", " ");

/** A window as the platform writes it: whole seconds, the end moved outwards. */
export const windowOf = ({ since, until }: { since: Date; until: Date }): [string, string] => [
  toPlatformTime(since),
  toPlatformTime(new Date(until.getTime() + 1000)),
];

/** An id where the platform wants a number; as text where a number would spoil it. */
export function numberOf(id: string): number | string {
  const number = Number(id);
  return /^\d+$/.test(id) && Number.isSafeInteger(number) ? number : id;
}

/** Ids are digits; anything else is none of the platform's, and is not asked for. */
export const isId = (id: string): boolean => /^\d+$/.test(id);

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

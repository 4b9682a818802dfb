/** The one way to the gateway: signed system parameters in the query, business parameters beside them, in a form, or in a file. */
import type { AdapterContext, HttpAnswer, HttpCall, HttpRequest, QuotaUse, Store } from "../../../core/adapter.ts";
import { appOf } from "../../../core/app-store.ts";
import { adapterError } from "../../../core/errors.ts";
import { encodeGbk, gbkQuery, outsideGbk } from "../../../core/gbk.ts";
import { toWallClock } from "../../../core/local-time.ts";
import { multipartBody } from "../../../core/multipart.ts";
import { outcomesOf } from "../../../core/outcomes.ts";
import { pagingOf } from "../../../core/paging.ts";
import { type Fields, type Tree, treeOf } from "../../../core/tree.ts";
import { parseWire } from "../../../core/wire.ts";
import { signCall } from "../auth/signing.ts";
import { gatewayUrl, ID, ZONE } from "../config.ts";
import { ERRORS, READ_ERRORS } from "../errors.ts";
import { QUOTA, QUOTAS, TIMEOUT_MS } from "../limits.ts";
import { XML } from "../schemas.ts";
import { contentOf, failureIn, rootOf } from "./envelope.ts";

export const { done, isRefusal, pushEach, refusable, refuse, unconfirmed } = outcomesOf(ID);
export const { parseCursor, readCursor, readPages } = pagingOf(ID);

export type Client = ReturnType<typeof createClient>;

/** `parameters` go in the query, or in a form where `form` is set; `file` is the XML below `request`, in the field of this name. */
export interface Call {
  method: string;
  version: string;
  parameters?: Readonly<Record<string, string>>;
  form?: true;
  file?: { field: string; content: Fields; functionId?: string };
  effect?: HttpCall<unknown>["effect"];
  quota?: readonly QuotaUse[];
}

export function createClient(context: AdapterContext) {
  const definition = { platform: ID, quotas: QUOTAS };
  const failure = (answer: HttpAnswer) => failureIn(rootOf(answer));
  const reads = context.http({ ...definition, errors: READ_ERRORS, failure });
  const writes = context.http({ ...definition, errors: ERRORS, failure });
  const oauth = context.http({ ...definition, errors: ERRORS, failure: (answer) => tokenFailureIn(tokenOf(answer)) });

  const send = async <T>(
    store: Store,
    call: Call,
    parse: (answer: HttpAnswer) => T,
    signal: AbortSignal,
  ): Promise<T> => {
    const { method, effect = "read", quota = QUOTA } = call;
    const foreign = outsideGbk(JSON.stringify([call.parameters, call.file?.content]));
    if (foreign !== null)
      throw adapterError("invalid_request", {
        platform: ID,
        operation: method,
        message: `"${foreign}" cannot be sent: the platform's alphabet (GBK) does not have it`,
      });
    return (effect === "read" ? reads : writes).send<T>(
      {
        store,
        operation: method,
        effect,
        quota,
        timeoutMs: TIMEOUT_MS,
        request: (credentials) =>
          requestOf(store, call, appOf(store, credentials), credentials.values, context.clock.now()),
        parse,
      },
      signal,
    );
  };

  return {
    clock: context.clock,
    /** What stands inside an answer. */
    call: (store: Store, call: Call, signal: AbortSignal): Promise<Tree> => send(store, call, contentOf, signal),
    /** As `call`, with the platform's clock. */
    callDated: (store: Store, call: Call, signal: AbortSignal): Promise<{ answer: Tree; date: Date | null }> =>
      send(store, call, (answer) => ({ answer: contentOf(answer), date: dateOf(answer) }), signal),
    /** Code or refresh token for a token; what it is asked with is used once, so that nothing is repeated. */
    token: (store: Store, url: string, form: Record<string, string>, signal: AbortSignal): Promise<Tree> =>
      oauth.send<Tree>(
        {
          store,
          operation: "oauth.token",
          effect: "write",
          quota: [{ group: "app" }],
          timeoutMs: TIMEOUT_MS,
          request(credentials) {
            const { key: client_id, secret: client_secret } = appOf(store, credentials);
            const body = new URLSearchParams({ ...form, client_id, client_secret }).toString();
            return { method: "POST", url, headers: { "content-type": FORM }, body };
          },
          parse: tokenOf,
        },
        signal,
      ),
  };
}

const FORM = "application/x-www-form-urlencoded";

function requestOf(
  store: Store,
  { method, version, parameters = {}, form, file }: Call,
  app: { key: string; secret: string },
  { access_token: session = "" }: Readonly<Record<string, string>>,
  now: Date,
): HttpRequest {
  const time = toWallClock(now, ZONE);
  const system = { app_key: app.key, format: "xml", method, session, sign_method: "md5", timestamp: time, v: version };
  const signed = { ...system, sign: signCall(app.secret, system) };
  const url = gatewayUrl(store);
  if (file) {
    const { field, content, functionId = method } = file;
    const xml = XML.build({ request: { functionID: functionId, time, ...content } });
    const bytes = encodeGbk(`<?xml version="1.0" encoding="GBK"?>\n${xml}`);
    const { contentType, body } = multipartBody(parameters, [
      { name: field, fileName: `${field}.xml`, contentType: "text/xml; charset=GBK", bytes },
    ]);
    return { method: "POST", url: `${url}?${gbkQuery(signed)}`, headers: { "content-type": contentType }, body };
  }
  if (!form) return { method: "GET", url: `${url}?${gbkQuery({ ...signed, ...parameters })}` };
  const headers = { "content-type": `${FORM}; charset=GBK` };
  return { method: "POST", url: `${url}?${gbkQuery(signed)}`, headers, body: encodeGbk(gbkQuery(parameters)) };
}

/** An answer of the token address: JSON as OAuth has it, or XML as the gateway's. */
const tokenOf = (answer: HttpAnswer): Tree =>
  /^\s*\{/.test(answer.text()) ? treeOf(parseWire(answer.text()).value, ZONE) : contentOf(answer);

function tokenFailureIn(answer: Tree) {
  const code =
    answer.text("access_token") === null ? answer.text("error", "errorCode", "errorResponse/errorCode") : null;
  return code === null ? null : { code: `oauth:${code}`, message: answer.text("error_description", "errorMessage") };
}

/** Ids are digits; anything else is none of the platform's, and is not asked for. */
export const isId = (id: string): boolean => /^\d+$/.test(id);

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

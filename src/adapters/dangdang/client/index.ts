/** The one way to the gateway: signed system parameters in the query, business parameters beside them, in a form, or in a file. */
import type { AdapterContext, HttpAnswer, HttpCall, HttpRequest, QuotaUse, Store } from "../../../core/adapter.ts";
import { appOf } from "../../../core/app-store.ts";
import { adapterError } from "../../../core/errors.ts";
import { encodeGbk, gbkQuery, outsideGbk } from "../../../core/gbk.ts";
import { toWallClock } from "../../../core/local-time.ts";
import { multipartBody } from "../../../core/multipart.ts";
import { type Fields, type Tree, treeOf } from "../../../core/tree.ts";
import { parseWire } from "../../../core/wire.ts";
import { signCall } from "../auth/signing.ts";
import { gatewayUrl, ID, ZONE } from "../config.ts";
import { ERRORS, READ_ERRORS } from "../errors.ts";
import { QUOTA, QUOTAS, TIMEOUT_MS } from "../limits.ts";
import { XML } from "../schemas.ts";
import { contentOf, failureIn, rootOf } from "./envelope.ts";

export type Client = ReturnType<typeof createClient>;
/** A shop that is called until the signal says stop. */
export type Shop = ReturnType<Client["at"]>;

/** `parameters` go in the query, or in a form where `form` is set; `file` is the XML below `request`, in the field of this name. */
interface Call {
  parameters?: Readonly<Record<string, string>>;
  form?: true;
  file?: { field: string; content: Fields; functionId?: string };
  effect?: HttpCall<unknown>["effect"];
  quota?: readonly QuotaUse[];
}

const FORM = "application/x-www-form-urlencoded";

export function createClient(context: AdapterContext) {
  const definition = { platform: ID, quotas: QUOTAS, errors: ERRORS };
  const failure = (answer: HttpAnswer) => failureIn(rootOf(answer));
  const reads = context.http({ ...definition, errors: READ_ERRORS, failure });
  const writes = context.http({ ...definition, failure });
  const oauth = context.http({ ...definition, failure: (answer) => tokenFailureIn(tokenOf(answer)) });

  return {
    clock: context.clock,
    /** The shop's calls: a method with its version, and what stands inside the answer. */
    at: (store: Store, signal: AbortSignal) => ({
      store,
      signal,
      async call(method: string, version: string, call: Call): Promise<Tree> {
        refuseForeign(method, call);
        const { effect = "read", quota = QUOTA } = call;
        const request: HttpCall<Tree>["request"] = (credentials) => {
          const time = toWallClock(context.clock.now(), ZONE);
          const { key: app_key, secret } = appOf(store, credentials);
          const { access_token: session = "" } = credentials.values;
          const system = { app_key, format: "xml", method, session, sign_method: "md5", timestamp: time, v: version };
          return requestOf(gatewayUrl(store), { ...system, sign: signCall(secret, system) }, call);
        };
        const sent = { store, operation: method, effect, quota, timeoutMs: TIMEOUT_MS, request, parse: contentOf };
        return (effect === "read" ? reads : writes).send(sent, signal);
      },
    }),
    /** Code or refresh token for a token; what it is asked with is used once, so that nothing is repeated. */
    token(store: Store, url: string, form: Record<string, string>, signal: AbortSignal): Promise<Tree> {
      const request: HttpCall<Tree>["request"] = (credentials) => {
        const { key: client_id, secret: client_secret } = appOf(store, credentials);
        const body = new URLSearchParams({ ...form, client_id, client_secret }).toString();
        return { method: "POST", url, headers: { "content-type": FORM }, body };
      };
      const call = { store, operation: "oauth.token", quota: [{ group: "app" }], timeoutMs: TIMEOUT_MS };
      return oauth.send({ ...call, effect: "write", request, parse: tokenOf }, signal);
    },
  };
}

function refuseForeign(operation: string, { parameters, file }: Call): void {
  const foreign = outsideGbk(JSON.stringify([parameters, file?.content]));
  const message = `"${foreign}" cannot be sent: the platform's alphabet (GBK) does not have it`;
  if (foreign !== null) throw adapterError("invalid_request", { platform: ID, operation, message });
}

function requestOf(url: string, system: Record<string, string>, { parameters = {}, form, file }: Call): HttpRequest {
  const signed = `${url}?${gbkQuery(system)}`;
  if (file) {
    const { field, content, functionId = system.method } = file;
    const xml = XML.build({ request: { functionID: functionId, time: system.timestamp, ...content } });
    const bytes = encodeGbk(`<?xml version="1.0" encoding="GBK"?>\n${xml}`);
    const part = { name: field, fileName: `${field}.xml`, contentType: "text/xml; charset=GBK", bytes };
    const { contentType, body } = multipartBody(parameters, [part]);
    return { method: "POST", url: signed, headers: { "content-type": contentType }, body };
  }
  if (!form) return { method: "GET", url: `${url}?${gbkQuery({ ...system, ...parameters })}` };
  const headers = { "content-type": `${FORM}; charset=GBK` };
  return { method: "POST", url: signed, headers, body: encodeGbk(gbkQuery(parameters)) };
}

/** An answer of the token address: JSON as OAuth has it, or XML as the gateway's. */
const tokenOf = (answer: HttpAnswer): Tree =>
  /^\s*\{/.test(answer.text()) ? treeOf(parseWire(answer.text()).value, ZONE) : contentOf(answer);

function tokenFailureIn(answer: Tree) {
  if (answer.text("access_token") !== null) return null;
  const code = answer.text("error", "errorCode", "errorResponse/errorCode");
  return code === null ? null : { code: `oauth:${code}`, message: answer.text("error_description", "errorMessage") };
}

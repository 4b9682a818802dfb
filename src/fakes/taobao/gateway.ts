/**
 * The gateway: reads a call, checks its system parameters, and hands it to its method.
 * https://open.taobao.com/doc.htm?docId=101617&docType=1
 */

import { parseFields } from "./fields.ts";
import type { Session } from "./grants.ts";
import type { Method } from "./method.ts";
import { METHODS } from "./methods.ts";
import { readParameters, type Upload } from "./parameters.ts";
import { isSameText, isSignMethod, signOf } from "./signing.ts";
import { nowOf, runDue, type Store } from "./store.ts";
import { MINUTE, parseTime } from "./time.ts";
import { invalidParameter, missingParameter, refusal, TopError } from "./top-error.ts";
import { answerOf, type Format, refusalOf } from "./wire.ts";

/** The clock of a caller may be off by so much. */
const SKEW = 10 * MINUTE;
const SYSTEM = "method app_key session timestamp v sign_method sign format simplify partner_id target_app_key".split(
  " ",
);

export interface TopCall {
  httpMethod: string;
  values: Map<string, string>;
  files: Map<string, Upload>;
  /** A body that is no form takes part in the signature. */
  body: string;
}

/** Reads query, form fields and files. */
export async function readCall(request: Request): Promise<TopCall> {
  const call: TopCall = { httpMethod: request.method, values: new Map(), files: new Map(), body: "" };
  for (const [name, value] of new URL(request.url).searchParams) call.values.set(name, value);
  if (request.method !== "POST") return call;
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("multipart/form-data")) {
    for (const [name, value] of await request.formData()) {
      if (typeof value === "string") call.values.set(name, value);
      else call.files.set(name, { name: value.name, size: value.size });
    }
    return call;
  }
  const text = await request.text();
  if (type === "" || type.startsWith("application/x-www-form-urlencoded"))
    for (const [name, value] of new URLSearchParams(text)) call.values.set(name, value);
  else call.body = text;
  return call;
}

/** What the gate knows a call by. */
export function operationOf(call: TopCall): string {
  return call.values.get("method") ?? "unknown";
}

/** The platform's number of an answer. */
export function nextRequestId(store: Store): string {
  store.ids.request += 1;
  return `r${(store.ids.request * 7919).toString(36).padStart(11, "k")}`;
}

/** Answers a call; refusals too are HTTP 200. */
export function answerCall(store: Store, call: TopCall): Response {
  runDue(store);
  const name = operationOf(call);
  const asked = call.values.get("format");
  const format: Format = {
    kind: asked === undefined || asked === "" || asked === "xml" ? "xml" : "json",
    isLean: asked === "json" && call.values.get("simplify") === "true",
  };
  try {
    checkSystem(store, call);
    const method = METHODS.get(name);
    if (method === undefined) throw new TopError(22, "isv.invalid-method", `there is no method ${name}`);
    const session = sessionOf(store, method, call.values.get("session"));
    if (method.only !== undefined && method.only !== store.shop.type)
      throw refusal("isv.invalid-permission", `not for shops of type ${store.shop.type}`);
    const parameters = readParameters(method.parameters, call.values, call.files);
    noteIgnored(store, method, call);
    const fields = parseFields(parameters.text("fields"));
    return answerOf(name, method.run({ store, parameters, fields, session }), nextRequestId(store), format);
  } catch (error) {
    if (!(error instanceof TopError)) throw error;
    return refusalOf(error, nextRequestId(store), format);
  }
}

function checkSystem(store: Store, call: TopCall): void {
  const { values } = call;
  if (call.httpMethod !== "POST" && call.httpMethod !== "GET") throw new TopError(9);
  const given = (name: string): string | undefined => values.get(name)?.trim() || undefined;
  if (given("method") === undefined) throw new TopError(21);
  if (given("app_key") === undefined) throw new TopError(28);
  if (given("app_key") !== store.app.key) throw new TopError(29, "isv.appkey-not-exists");
  const time = given("timestamp");
  if (time === undefined) throw new TopError(30);
  const at = parseTime(time);
  if (at === null || time.length !== 19 || Math.abs(nowOf(store) - at) > SKEW) throw new TopError(31);
  if (given("v") === undefined) throw new TopError(32);
  if (given("v") !== "2.0") throw new TopError(33);
  if (!["json", "xml", undefined].includes(given("format"))) throw new TopError(23);
  const signMethod = given("sign_method");
  if (signMethod === undefined) throw missingParameter("sign_method");
  if (!isSignMethod(signMethod)) throw invalidParameter("sign_method", "md5, hmac or hmac-sha256");
  if (given("sign") === undefined) throw new TopError(24);
  const expected = signOf(store.app.secret, signMethod, values, call.body);
  if (!isSameText(expected, given("sign") ?? "")) throw new TopError(25, "isv.invalid-signature");
}

/** The session of a call. Throws code 26 or 27. */
function sessionOf(store: Store, method: Method, key: string | undefined): Session | null {
  if (method.level === undefined) return null;
  if (key === undefined || key === "") throw new TopError(26, "isv.missing-session");
  const session = store.grants.sessions.get(key);
  if (session === undefined) throw new TopError(27, "invalid-sessionkey", "sessionkey-not-generated-by-server");
  if (session.until[method.level] <= nowOf(store)) throw new TopError(27, "session-expired");
  return session;
}

/** The platform ignores what it does not know; tests may look at it. */
function noteIgnored(store: Store, method: Method, call: TopCall): void {
  for (const name of [...call.values.keys(), ...call.files.keys()])
    if (!SYSTEM.includes(name) && !(name in method.parameters)) store.ignored.add(`${method.name} ${name}`);
}

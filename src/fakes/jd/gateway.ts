/** The gateway: reads a call, checks its system parameters, and hands it to its method. Refusals too are HTTP 200. */

import { parseBare } from "../bare-json.ts";
import { MINUTE, parseTime } from "../beijing-time.ts";
import { nowOf, runDue } from "../living.ts";
import { type Call, invalidArguments, type Method, readCall } from "./method.ts";
import { METHODS } from "./methods.ts";
import { signOf } from "./signing.ts";
import type { Store } from "./store.ts";
import { answerOf, BusinessError, GatewayError, type Row, refusalOf } from "./wire.ts";

/** The clock of a caller may be off by so much. */
const SKEW = 6 * MINUTE;
const SYSTEM = new Set(["method", "v", "app_key", "access_token", "timestamp", "360buy_param_json", "format", "sign"]);

export interface WireCall {
  values: Map<string, string>;
  host: string;
}

/** Reads the form, and the query string of callers who put their system parameters there. */
export async function readWire(request: Request): Promise<WireCall> {
  const url = new URL(request.url);
  const values = new Map(url.searchParams);
  const type = request.headers.get("content-type") ?? "";
  const text = await request.text();
  if (type.startsWith("application/x-www-form-urlencoded"))
    for (const [name, value] of new URLSearchParams(text)) values.set(name, value);
  return { values, host: url.host };
}

/** What the gate knows a call by. */
export function operationOf({ values }: WireCall): string {
  return values.get("method") ?? "unknown";
}

/** Answers a call. */
export function answerCall(store: Store, wire: WireCall): Response {
  runDue(store);
  const name = operationOf(wire);
  try {
    const method = checkSystem(store, wire);
    const call = readCall(store, method, unfold(store, name, parametersOf(wire.values.get("360buy_param_json") ?? "")));
    return answerOf(name, runMethod(method, call));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return refusalOf(error.code, error.zh, error.message);
  }
}

function runMethod(method: Method, call: Call): Row {
  try {
    return method.run(call);
  } catch (error) {
    if (!(error instanceof BusinessError)) throw error;
    if (method.refuse === undefined) throw invalidArguments(error.message);
    return method.refuse(error);
  }
}

function checkSystem(store: Store, { values, host }: WireCall): Method {
  const given = (name: string): string => values.get(name) ?? "";
  const name = given("method");
  if (name === "") throw new GatewayError("14", "缺少方法名参数", "Missing method");
  if (given("v") === "") throw new GatewayError("4", "缺少版本参数", "Missing version");
  if (given("v") !== "2.0") throw new GatewayError("5", "不支持的版本号", "Unsupported version");
  if (given("app_key") === "") throw new GatewayError("20", "缺少app_key参数", "Missing app_key");
  if (given("app_key") !== store.app.key) throw new GatewayError("21", "无效app_key", "Invalid app_key");
  if (given("timestamp") === "") throw new GatewayError("7", "缺少时间戳参数", "Missing timestamp");
  const at = parseTime(given("timestamp").replace(/\.\d{3}\+0800$/, ""));
  if (at === null || Math.abs(nowOf(store) - at) > SKEW) throw new GatewayError("8", "无效时间戳", "Invalid timestamp");
  if (given("sign") === "") throw new GatewayError("11", "缺少签名参数", "Missing signature");
  if (given("sign") !== signOf(store.app.secret, values)) throw new GatewayError("12", "无效签名", "Invalid signature");
  for (const key of values.keys()) if (!SYSTEM.has(key)) throw invalidArguments(`unknown ${key}`);
  if (!["", "json"].includes(given("format"))) throw invalidArguments("format");
  const method = METHODS.get(name);
  if (method === undefined) throw new GatewayError("15", "不存在的方法名", "Invalid method");
  if (method.isPublic !== true) {
    if (given("access_token") === "") throw new GatewayError("18", "缺少access_token参数", "Missing access_token");
    const grant = store.grants.tokens.get(given("access_token"));
    if (grant === undefined || grant.until <= nowOf(store))
      throw new GatewayError("19", "无效access_token", "Invalid access_token");
  }
  if (method.isPlain === true && store.options.hasPlainOrders !== true)
    throw new GatewayError("24", "无权限调用该API", "No permission for the API");
  const { insideHost } = store.options;
  if (method.isSensitive === true && insideHost !== undefined && insideHost !== host)
    throw new GatewayError("3", "该api为敏感api，请将应用迁入云鼎后调用", "Forbidden: sensitive API");
  return method;
}

/** The business parameters. Whole numbers that a JavaScript number cannot hold stay text. */
function parametersOf(text: string): Record<string, unknown> {
  if (text === "") return {};
  try {
    const value = parseBare(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw invalidArguments("360buy_param_json is no JSON object");
}

/** Where newer forms are in use, two methods take their parameters inside objects. */
function unfold(store: Store, name: string, values: Record<string, unknown>): Record<string, unknown> {
  if (store.options.parameterForm !== "containers") return values;
  const inner = (key: string): Record<string, unknown> => {
    const value = values[key];
    if (typeof value !== "object" || value === null) throw invalidArguments(`missing ${key}`);
    return value as Record<string, unknown>;
  };
  if (name === "jingdong.pop.order.enSearch") {
    const { paramOrderJSFQuery: _query, source_id: _source, ...rest } = values;
    return { ...rest, ...inner("paramOrderJSFQuery") };
  }
  if (name !== "jingdong.asc.query.list") return values;
  const { serviceAllQuery: _all, pageRequest: _page, ...rest } = values;
  return { ...rest, ...inner("serviceAllQuery"), ...inner("pageRequest") };
}

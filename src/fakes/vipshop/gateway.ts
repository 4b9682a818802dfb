/** The gateway: checks the system parameters and the signature, and hands the arguments to their method. Always HTTP 200. */

import { parseBare } from "../bare-json.ts";
import { MINUTE } from "../beijing-time.ts";
import { nowOf, runDue } from "../living.ts";
import { readArguments } from "./method.ts";
import { SERVICES } from "./services.ts";
import type { Store } from "./store.ts";
import { answerOf, badArgument, Refusal, refusalOf, signOf } from "./wire.ts";

const SKEW = 10 * MINUTE;
const SYSTEM = new Set([
  "service",
  "method",
  "version",
  "timestamp",
  "format",
  "appKey",
  "accessToken",
  "language",
  "sign",
]);

export interface WireCall {
  values: URLSearchParams;
  body: string;
}

export async function readWire(request: Request): Promise<WireCall> {
  return { values: new URL(request.url).searchParams, body: await request.text() };
}

/** What the gate knows a call by: the last part of the service's name, and the method. */
export function operationOf({ values }: WireCall): string {
  const service = values.get("service") ?? "";
  const isMarket = service.startsWith("vipapis.marketplace.") && service.endsWith(".InventoryService");
  return `${isMarket ? "Market" : ""}${service.split(".").at(-1) ?? ""}.${values.get("method") ?? "unknown"}`;
}

/** Answers a call. */
export function answerCall(store: Store, { values, body }: WireCall): Response {
  runDue(store);
  try {
    checkSystem(store, values, body);
    const [name, method] = [values.get("service") ?? "", values.get("method") ?? ""];
    const offered = SERVICES[name];
    if (offered === undefined) throw new Refusal(`service不存在:${name}`, "1003");
    if (offered.version !== values.get("version")) throw new Refusal("version不支持", "1004");
    if (!Object.hasOwn(offered.methods, method)) throw new Refusal(`method不存在:${method}`, "1005");
    if (offered.isPublic !== true) checkToken(store, values.get("accessToken") ?? "");
    if (offered.modes?.some((mode) => store.modes.has(mode)) === false)
      throw new Refusal("没有调用该接口的权限", "1103");
    const given = bodyOf(body);
    const args = readArguments(name, method, given);
    checkVendor(store, given);
    return answerOf(offered.methods[method]?.({ ...args, store }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return refusalOf(error.code, error.message);
  }
}

function bodyOf(text: string): unknown {
  try {
    return parseBare(text);
  } catch {
    throw badArgument("body is no JSON");
  }
}

function checkSystem(store: Store, values: URLSearchParams, body: string): void {
  for (const name of values.keys()) if (!SYSTEM.has(name)) throw badArgument(`unknown ${name}`);
  for (const name of ["service", "method", "version", "timestamp", "format", "appKey", "sign"])
    if (!values.get(name)) throw badArgument(`${name} is required`);
  if (values.get("appKey") !== store.app.key) throw new Refusal("appKey不存在", "1001");
  if (values.get("format")?.toLowerCase() !== "json") throw badArgument("format");
  const at = Number(values.get("timestamp"));
  if (!/^\d{10}$/.test(values.get("timestamp") ?? "") || Math.abs(nowOf(store) - at) > SKEW)
    throw new Refusal("timestamp已过期", "1006");
  if (values.get("sign") !== signOf(store.app.secret, values, body)) throw new Refusal("sign签名错误", "1002");
}

function checkToken(store: Store, token: string): void {
  if (token === "" && store.options.needsToken === false) return;
  if (token === "") throw new Refusal("缺少accessToken", "1101");
  const grant = store.grants.tokens.get(token);
  if (grant === undefined) throw new Refusal("accessToken无效，请重新授权", "1101");
  if (grant.until <= nowOf(store)) throw new Refusal("accessToken已过期", "1102");
}

/** A number or a text, at the top or inside of a struct. */
function checkVendor(store: Store, body: unknown): void {
  for (const [name, value] of Object.entries(body ?? {})) {
    if (name === "vendor_id" && String(value) !== String(store.vendorId))
      throw new Refusal("vendor_id没有权限", "1104");
    if (typeof value === "object" && !Array.isArray(value)) checkVendor(store, value);
  }
}

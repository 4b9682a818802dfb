/** The gateway: reads a call, checks its system parameters, and hands it to its method. Refusals too are HTTP 200. */

import { MINUTE, parseTime, toText } from "../beijing-time.ts";
import { nowOf, runDue } from "../living.ts";
import { CallError, type Method, RowError, readCall, UNPUBLISHED, wrongParameter } from "./method.ts";
import { METHODS, NAMES } from "./methods.ts";
import { SIGNED, signOf } from "./signing.ts";
import type { Store } from "./store.ts";
import { type Node, parseRequest, respondXml, textOf } from "./xml.ts";

/** The clock of a caller may be off by so much. */
const SKEW = 10 * MINUTE;
const LARGEST_FILE = 1 << 20;

export interface WireCall {
  http: string;
  /** System parameters, and the business parameters of a GET. */
  query: Map<string, string>;
  /** Business parameters of a POST. */
  form: Map<string, string>;
  /** Uploaded files by field. */
  files: Map<string, Uint8Array>;
}

/** Names and values of a query whose bytes are GBK. */
export function decodeQuery(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const part of text.split("&").filter((one) => one !== "")) {
    const [name = "", value = ""] = part.split(/=(.*)/s).map(decodeBytes);
    values.set(name, value);
  }
  return values;
}

function decodeBytes(text: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const pair = /^%[0-9a-f]{2}/i.exec(text.slice(at, at + 3))?.[0];
    bytes.push(pair === undefined ? text.charCodeAt(at) : Number.parseInt(pair.slice(1), 16));
    if (pair !== undefined) at += 2;
    else if (text[at] === "+") bytes[bytes.length - 1] = 0x20;
  }
  return new TextDecoder("gbk").decode(Uint8Array.from(bytes));
}

/** Reads the query, the form and the files of a call. */
export async function readWire(request: Request): Promise<WireCall> {
  const query = decodeQuery(new URL(request.url).search.slice(1));
  const wire: WireCall = { http: request.method, query, form: new Map(), files: new Map() };
  const type = request.headers.get("content-type") ?? "";
  if (request.method !== "POST") return wire;
  if (type.startsWith("multipart/form-data")) {
    for (const [name, value] of await request.formData()) {
      if (typeof value === "string") wire.form.set(name, value);
      else wire.files.set(name, new Uint8Array(await value.arrayBuffer()));
    }
  } else if (type.startsWith("application/x-www-form-urlencoded")) wire.form = decodeQuery(await request.text());
  return wire;
}

/** What the gate knows a call by. */
export function operationOf({ query }: WireCall): string {
  return query.get("method") ?? "unknown";
}

/** The refusal of a whole call. */
export function refusal(code: string, message: string, status = 200): Response {
  return respondXml({ errorResponse: { errorCode: code, errorMessage: message } }, status);
}

/** Answers a call. */
export function answerCall(store: Store, wire: WireCall): Response {
  runDue(store);
  const frame = { functionID: operationOf(wire), time: toText(nowOf(store)) };
  try {
    const version = wire.query.get("v") ?? "";
    const method = checkSystem(store, wire, version);
    if (method.http !== wire.http) throw wrongParameter(`HTTP ${method.http}`);
    const values = wire.http === "GET" ? new Map(wire.query) : wire.form;
    const file = method.upload === undefined ? NO_FILE : fileOf(method, method.upload, wire);
    if (wire.http === "GET") for (const name of [...SIGNED, "sign"]) values.delete(name);
    else for (const name of wire.query.keys()) if (!isSystem(name)) throw wrongParameter(`unknown ${name}`);
    return respondXml({ ...frame, ...method.run(readCall(store, method, version, values, file)) });
  } catch (error) {
    if (error instanceof RowError)
      return respondXml({ ...frame, Error: { operCode: error.code, operation: error.message } });
    if (!(error instanceof CallError)) throw error;
    return refusal(error.code, error.message);
  }
}

const NO_FILE: Node = { text: "", children: new Map() };

function isSystem(name: string): boolean {
  return name === "sign" || SIGNED.some((one) => one === name);
}

function checkSystem(store: Store, { query }: WireCall, version: string): Method {
  const given = (name: string): string => query.get(name) ?? "";
  for (const name of [...SIGNED, "sign"]) if (given(name) === "") throw wrongParameter(`missing ${name}`);
  if (given("sign_method") !== "md5") throw wrongParameter("sign_method");
  if (given("format") !== "xml") throw wrongParameter("format");
  const at = parseTime(given("timestamp"));
  if (at === null || Math.abs(nowOf(store) - at) > SKEW) throw wrongParameter("timestamp");
  if (given("app_key") !== store.app.key || given("sign") !== signOf(store.app.secret, query))
    throw new CallError(UNPUBLISHED.signature, "签名错误(invalid sign)");
  const grant = store.grants.tokens.get(given("session"));
  if (grant === undefined || grant.until <= nowOf(store))
    throw new CallError(UNPUBLISHED.session, grant === undefined ? "会话session无效，请重新授权" : "会话session已过期");
  const name = given("method");
  const method = METHODS.get(`${name} ${version}`) ?? METHODS.get(name);
  if (method !== undefined) return method;
  throw new CallError(UNPUBLISHED.method, NAMES.has(name) ? "不支持的版本" : "方法不存在");
}

function fileOf(method: Method, field: string, wire: WireCall): Node {
  const bytes = wire.files.get(field);
  if (bytes === undefined) throw new CallError("100", "没有上传XML文件");
  if (bytes.length > LARGEST_FILE) throw new CallError("101", "上传文件过大");
  const node = parseRequest(bytes);
  if (node === null || textOf(node, "functionID") !== (method.functionId ?? method.name))
    throw new CallError("102", "文件不是XML格式");
  return node;
}

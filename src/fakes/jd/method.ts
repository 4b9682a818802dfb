/** One method of the gateway, what a call of it brings, and the forms in which methods refuse. */

import { parseTime } from "../beijing-time.ts";
import type { Store } from "./store.ts";
import { BusinessError, GatewayError, id64, type Row } from "./wire.ts";

/** As the vendor's classes declare them; `id` may come as text or as a number. `!` marks what is required. */
export type Kind = "string" | "int" | "long" | "DateTime" | "bool" | "id" | "object";
export type Spec = Kind | `${Kind}!`;

export interface Call {
  store: Store;
  has(name: string): boolean;
  /** Numbers stay text: ids have 19 digits. */
  text(name: string): string;
  /** Throws `BusinessError` for what is no whole number. */
  int(name: string, fallback: number): number;
  /** Seconds; undefined when absent. Throws `BusinessError` for what is no time. */
  time(name: string): number | undefined;
}

export interface Method {
  name: string;
  parameters: Readonly<Record<string, Spec>>;
  /** Needs no token. */
  isPublic?: boolean;
  /** Refused outside the platform's cloud. */
  isSensitive?: boolean;
  /** Shows buyers unencrypted: closed to most apps. */
  isPlain?: boolean;
  run(call: Call): Row;
  /** The second layer of a refusal; default: the gateway's own error. */
  refuse?(error: BusinessError): Row;
}

export function invalidArguments(what: string): GatewayError {
  return new GatewayError("10", `无效参数：${what}`, `Invalid arguments: ${what}`);
}

/** Checks the values of a call against the method's table. Throws `GatewayError` 10. */
export function readCall(store: Store, method: Method, values: Readonly<Record<string, unknown>>): Call {
  for (const name of Object.keys(values)) if (!(name in method.parameters)) throw invalidArguments(`unknown ${name}`);
  const texts = new Map<string, string>();
  for (const [name, spec] of Object.entries(method.parameters)) {
    const kind = spec.replace("!", "") as Kind;
    const value = values[name];
    if (value === undefined || value === null || value === "") {
      if (spec.endsWith("!")) throw invalidArguments(`missing ${name}`);
    } else if (!isOfKind(value, kind)) throw invalidArguments(`${name} is no ${kind}`);
    else texts.set(name, typeof value === "object" ? JSON.stringify(value) : String(value));
  }
  return {
    store,
    has: (name) => texts.has(name),
    text: (name) => texts.get(name) ?? "",
    int(name, fallback) {
      const text = texts.get(name);
      if (text === undefined) return fallback;
      if (!/^-?\d{1,9}$/.test(text)) throw new BusinessError("400", `${name}格式错误`);
      return Number(text);
    },
    time(name) {
      const text = texts.get(name);
      if (text === undefined) return undefined;
      const at = parseTime(text);
      if (at === null) throw new BusinessError("400", `${name}日期格式错误`);
      return at;
    },
  };
}

function isOfKind(value: unknown, kind: Kind): boolean {
  const isWhole = typeof value === "bigint" || Number.isInteger(value) || /^-?\d{1,19}$/.test(String(value));
  if (kind === "int" || kind === "long") return typeof value !== "object" && isWhole;
  if (kind === "id") return typeof value === "string" || (typeof value !== "object" && isWhole);
  if (kind === "DateTime") return typeof value === "string" && parseTime(value) !== null;
  if (kind === "bool") return typeof value === "boolean";
  if (kind === "object") return typeof value === "object";
  return typeof value === "string";
}

/** `{apiResult: {success: false, …}}` under the method's root. */
export const refuseApi =
  (root: string) =>
  ({ code, message }: BusinessError): Row => ({
    [root]: {
      apiResult: { success: false, englishErrCode: code, chineseErrCode: message, numberCode: Number(code) || 1 },
    },
  });

/** `{success: false, errorCode, errorMsg}` under the method's root. */
export const refuseQuery =
  (root: string) =>
  ({ code, message }: BusinessError): Row => ({ [root]: { success: false, errorCode: code, errorMsg: message } });

/** `{success: false, code, msg}` under the method's root. */
export const refuseResult =
  (root: string) =>
  ({ code, message }: BusinessError): Row => ({ [root]: { success: false, code, msg: message } });

/** A bare flag beside the gateway's code. */
export const refuseFlag = ({ message }: BusinessError): Row => ({ success: false, errorMsg: message });

/** The members of a row that were asked for. */
export function pick(row: Row, fields: string): Row {
  const wanted = new Set(fields.split(",").map((field) => field.trim()));
  return Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name)));
}

/** A page of rows; throws `BusinessError` for a page that the platform does not give. */
export function pageOf<T>(rows: readonly T[], page: number, size: number, most: { page: number; size: number }): T[] {
  if (page < 1 || page > most.page) throw new BusinessError("400", `页码必须在1到${most.page}之间`);
  if (size < 1 || size > most.size) throw new BusinessError("400", `每页条数必须在1到${most.size}之间`);
  return rows.slice((page - 1) * size, page * size);
}

/** A text of digits as a number of the wire. Throws `BusinessError`. */
export function wireId(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new BusinessError("400", "编号格式错误");
  return id64(text);
}

/** One method of the gateway, what a call of it brings, and the two forms in which the platform refuses. */

import { DAY, parseDate, parseTime } from "../beijing-time.ts";
import { parseYuan } from "../fen.ts";
import type { Store } from "./store.ts";
import type { Node, Row } from "./xml.ts";

/** `!` marks what is required. */
export type Kind = "text" | "int" | "yuan" | "time" | "date";
export type Spec = Kind | `${Kind}!`;

export interface Call {
  store: Store;
  /** As sent: `1.0` … `4.0`. */
  version: string;
  /** The uploaded file. */
  file: Node;
  has(name: string): boolean;
  text(name: string): string;
  int(name: string, fallback: number): number;
  fen(name: string): number | undefined;
  /** Seconds; a date is its first second. */
  time(name: string): number | undefined;
}

export interface Method {
  name: string;
  /** Absent: the platform names none. */
  versions?: readonly string[];
  http: "GET" | "POST";
  parameters?: Readonly<Record<string, Spec>>;
  /** Field of the uploaded XML file. */
  upload?: string;
  /** What the file calls itself; default: the method's name. */
  functionId?: string;
  run(call: Call): Row;
}

/** Codes of refusals for which the platform publishes none: the fake's own, outside the published table. */
export const UNPUBLISHED = {
  signature: "20",
  session: "21",
  permission: "22",
  throttled: "23",
  method: "24",
  parameter: "25",
  row: "26",
} as const;

/** A refusal of the whole call. */
export class CallError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A refusal by the method, or of one row of its file. */
export class RowError extends Error {
  readonly code: string;

  constructor(message: string, code: string = UNPUBLISHED.row) {
    super(message);
    this.code = code;
  }
}

export function wrongParameter(what: string): CallError {
  return new CallError(UNPUBLISHED.parameter, `参数错误：${what}`);
}

/** Checks the values of a call against the method's table. Throws `CallError`. */
export function readCall(
  store: Store,
  method: Method,
  version: string,
  values: ReadonlyMap<string, string>,
  file: Node,
): Call {
  const { parameters = {} } = method;
  const texts = new Map<string, string>();
  for (const [name, value] of values) {
    if (!(name in parameters)) throw wrongParameter(`unknown ${name}`);
    if (value !== "") texts.set(name, value);
  }
  for (const [name, spec] of Object.entries(parameters)) {
    const value = texts.get(name);
    if (value === undefined && spec.endsWith("!")) throw wrongParameter(`missing ${name}`);
    if (value !== undefined && !isOfKind(value, spec.replace("!", "") as Kind)) throw wrongParameter(name);
  }
  const of = <T>(name: string, read: (text: string) => T): T | undefined => {
    const text = texts.get(name);
    return text === undefined ? undefined : read(text);
  };
  return {
    store,
    version,
    file,
    has: (name) => texts.has(name),
    text: (name) => texts.get(name) ?? "",
    int: (name, fallback) => of(name, Number) ?? fallback,
    fen: (name) => of(name, parseYuan) ?? undefined,
    time: (name) => of(name, (text) => parseTime(text) ?? parseDate(text)) ?? undefined,
  };
}

function isOfKind(value: string, kind: Kind): boolean {
  if (kind === "int") return /^-?\d{1,9}$/.test(value);
  if (kind === "yuan") return parseYuan(value) !== null;
  if (kind === "time") return parseTime(value) !== null;
  if (kind === "date") return parseDate(value) !== null;
  return true;
}

/** Throws `CallError` where a window is longer than it may be, or ends before it begins. */
export function checkWindow(call: Call, from: string, to: string, days: number): (at: number) => boolean {
  const [start, end] = [call.time(from), call.time(to)];
  if (start !== undefined && end !== undefined && end < start) throw wrongParameter(`${from} > ${to}`);
  if (start !== undefined && (end ?? start) - start > days * DAY) throw wrongParameter(`${from}: ${days}天`);
  const last = end !== undefined && /^[^ ]*$/.test(call.text(to)) ? end + DAY - 1 : end;
  return (at) => at >= (start ?? -Infinity) && at <= (last ?? Infinity);
}

export interface Page<T> {
  rows: T[];
  size: number;
  number: number;
  /** At least one. */
  total: number;
}

/** A page of what there is now: earlier pages shift when rows come or go. */
export function pageOf<T>(call: Call, all: readonly T[], names = { page: "p", size: "pageSize" }): Page<T> {
  const most = call.store.options.largestPage ?? 20;
  const [number, size] = [call.int(names.page, 1), call.int(names.size, Math.min(20, most))];
  if (number < 1) throw wrongParameter(names.page);
  if (size < 1 || size > most) throw wrongParameter(`${names.size}: 1-${most}`);
  return {
    rows: all.slice((number - 1) * size, number * size),
    size,
    number,
    total: Math.max(1, Math.ceil(all.length / size)),
  };
}

/** Names of parameters of one kind. */
export const each = (names: string, spec: Spec): Record<string, Spec> =>
  Object.fromEntries(names.split(" ").map((name) => [name, spec]));

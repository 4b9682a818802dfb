/** One method of a service, and its arguments as they are read: types, enum names and required members are checked. */

import type { Value } from "../bare-json.ts";
import { parseTime } from "../beijing-time.ts";
import { ARGUMENTS } from "./arguments.ts";
import type { Store } from "./store.ts";
import { ENUMS, STRUCTS } from "./structs.ts";
import { badArgument } from "./wire.ts";

export type Method = (call: Call) => Value;
/** By name of the method. */
export type Service = Readonly<Record<string, Method>>;

/** Arguments, or a struct among them. Numbers stay text where they are ids. */
export interface Args {
  has(name: string): boolean;
  text(name: string): string;
  num(name: string, fallback?: number): number;
  /** Seconds of a text time; undefined when absent. */
  time(name: string): number | undefined;
  texts(name: string): string[];
  one(name: string): Args;
  list(name: string): Args[];
}

export interface Call extends Args {
  store: Store;
}

/** The arguments of a call. Throws `Refusal` for what is missing, unknown or of another type. */
export function readArguments(service: string, method: string, body: unknown): Args {
  const declared = ARGUMENTS[service]?.[method] ?? "";
  return argsOf(checkStruct(body, declared, method));
}

function checkStruct(value: unknown, declared: string, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw badArgument(`${where} is no object`);
  const given = value as Record<string, unknown>;
  const fields = new Map(declared.split(" ").map((field) => field.split(":") as [string, string]));
  for (const name of Object.keys(given))
    if (!fields.has(name) && !fields.has(`${name}!`)) throw badArgument(`${where} has no ${name}`);
  for (const [field, type] of fields) {
    const name = field.replace("!", "");
    if (name === "") continue;
    const one = given[name];
    if (one === undefined || one === null) {
      if (field.endsWith("!")) throw badArgument(`${where}.${name} is required`);
    } else checkType(one, type, `${where}.${name}`);
  }
  return given;
}

const RANGES: Readonly<Record<string, number>> = { byte: 2 ** 7, i16: 2 ** 15, i32: 2 ** 31 };

function checkType(value: unknown, type: string, where: string): void {
  const isRight = (): boolean => {
    if (type === "string") return typeof value === "string";
    if (type === "bool") return typeof value === "boolean";
    if (type === "double") return typeof value === "number";
    if (type === "i64") return typeof value === "bigint" || Number.isInteger(value);
    if (type.startsWith("enum.")) return (ENUMS[type.slice(5)] ?? "").split(" ").some((name) => name === value);
    return Number.isInteger(value) && Math.abs(Number(value)) < (RANGES[type] ?? 0);
  };
  const inner = /^(?:list|set)<(.*)>$/.exec(type)?.[1];
  if (inner !== undefined) {
    if (!Array.isArray(value)) throw badArgument(`${where} is no ${type}`);
    for (const one of value) checkType(one, inner, where);
    return;
  }
  const struct = STRUCTS[type];
  if (struct !== undefined) checkStruct(value, struct, where);
  else if (!isRight()) throw badArgument(`${where} is no ${type}`);
}

function argsOf(values: Record<string, unknown>): Args {
  const listOf = (name: string): unknown[] => {
    const value = values[name];
    return Array.isArray(value) ? value : [];
  };
  const asArgs = (value: unknown): Args => argsOf((value ?? {}) as Record<string, unknown>);
  const has = (name: string): boolean => values[name] !== undefined && values[name] !== null && values[name] !== "";
  const text = (name: string): string => (has(name) ? String(values[name]) : "");
  return {
    has,
    text,
    num: (name, fallback = 0) => (has(name) ? Number(values[name]) : fallback),
    time(name) {
      if (!has(name)) return undefined;
      const at = parseTime(text(name));
      if (at === null) throw badArgument(`${name} is no time`);
      return at;
    },
    texts: (name) => listOf(name).map(String),
    one: (name) => asArgs(values[name]),
    list: (name) => listOf(name).map(asArgs),
  };
}

/** A page of what there is now, from 1 on. Throws `Refusal` for a page that the platform does not give. */
export function pageOf<T>(args: Args, all: readonly T[], most: number, usual = 50): { rows: T[]; hasNext: boolean } {
  const [page, limit] = [args.num("page", 1), args.num("limit", usual)];
  if (page < 1) throw badArgument("page");
  if (limit < 1 || limit > most) throw badArgument(`limit不能大于${most}`);
  return { rows: all.slice((page - 1) * limit, page * limit), hasNext: page * limit < all.length };
}

/** Whether a time lies in a window of texts; both ends belong to it. */
export function within(args: Args, from: string, to: string): (at: number | null) => boolean {
  const [start, end] = [args.time(from), args.time(to)];
  if (start !== undefined && end !== undefined && end < start) throw badArgument(`${from} > ${to}`);
  return (at) =>
    (start === undefined && end === undefined) ||
    (at !== null && at >= (start ?? -Infinity) && at <= (end ?? Infinity));
}

/** As `within`, of epoch seconds; milliseconds are taken too. */
export function withinEpoch(args: Args, from: string, to: string): (at: number) => boolean {
  const of = (name: string): number => {
    const value = args.num(name);
    return value > 1e11 ? Math.floor(value / 1000) : value;
  };
  const [start, end] = [of(from), of(to)];
  if (end < start) throw badArgument(`${from} > ${to}`);
  return (at) => at >= start && at <= end;
}

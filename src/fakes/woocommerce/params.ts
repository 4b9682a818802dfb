/** Request parameters as PHP and WordPress read them, with the platform's own refusals. */

import { englishList } from "./php.ts";
import { parseTime, type StoreZone, toInstant } from "./time.ts";
import { invalidParams, type ParamFault, WpError } from "./wp-error.ts";

export type Query = ReadonlyMap<string, string | string[]>;

export type ParamSpec =
  | { type: "integer"; min?: number; max?: number }
  | { type: "boolean" }
  | { type: "enum"; values: readonly string[] }
  | { type: "enumList"; values: readonly string[] }
  | { type: "idList" }
  | { type: "textList" }
  | { type: "time" }
  | { type: "text" };

export type Values = ReadonlyMap<string, unknown>;

const IN_LISTS = new Set(["enumList", "idList", "textList"]);

/** Reads a query string: `a[]=1&a[]=2` and `a[0]=1` make lists. */
export function parseQuery(search: URLSearchParams): Query {
  const query = new Map<string, string | string[]>();
  for (const [name, value] of search) {
    const list = /^([^[]+)\[\d*\]$/.exec(name)?.[1];
    if (list === undefined) {
      query.set(name, value);
      continue;
    }
    const found = query.get(list);
    query.set(list, Array.isArray(found) ? [...found, value] : [value]);
  }
  return query;
}

/** Checks the known parameters; unknown ones are ignored, as in WordPress. Throws with all faults at once. */
export function readParams(query: Query, specs: Readonly<Record<string, ParamSpec>>): Values {
  const faults: ParamFault[] = [];
  const values = new Map<string, unknown>();
  for (const [name, raw] of query) {
    const spec = specs[name];
    if (spec === undefined) continue;
    const result = readParam(name, raw, spec);
    if (isFault(result)) faults.push(result);
    else values.set(name, result.value);
  }
  if (faults.length > 0) throw invalidParams(faults);
  return values;
}

/** A checked number; the default when absent. */
export function numberOf(values: Values, name: string, otherwise: number): number {
  const value = values.get(name);
  return typeof value === "number" ? value : otherwise;
}

/** A checked text; undefined when absent. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values.get(name);
  return typeof value === "string" ? value : undefined;
}

/** A checked list of texts; undefined when absent or empty. */
export function listOf(values: Values, name: string): readonly string[] | undefined {
  const value = values.get(name);
  return Array.isArray(value) && value.length > 0 ? (value as string[]) : undefined;
}

/** A checked list of ids; undefined when absent or empty. */
export function idsOf(values: Values, name: string): ReadonlySet<number> | undefined {
  const list = listOf(values, name);
  return list === undefined ? undefined : new Set(list.map(Number));
}

/** A checked flag; undefined when absent. */
export function flagOf(values: Values, name: string): boolean | undefined {
  const value = values.get(name);
  return typeof value === "boolean" ? value : undefined;
}

/**
 * The instant of a time filter. A text without a zone means the store's local time unless `dates_are_gmt` is set; a
 * text with its own zone is understood, except by old versions.
 */
export function timeOf(values: Values, name: string, zone: StoreZone, version: string): number | undefined {
  const text = textOf(values, name);
  const time = text === undefined ? null : parseTime(text);
  if (time === null) return undefined;
  return toInstant(time, zone, flagOf(values, "dates_are_gmt") === true, isBefore(version, 5));
}

/** True for versions older than the given one. */
export function isBefore(version: string, major: number, minor = 0): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

/** Reads a JSON body; anything but an object is refused. */
export async function readBody(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  if (text === "") return {};
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/([\w.+-]+\+)?json/.test(type)) return Object.fromEntries(new URLSearchParams(text));
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const data = { status: 400, json_error_code: 4, json_error_message: "Syntax error" };
    throw new WpError("rest_invalid_json", "Invalid JSON body passed.", 400, data);
  }
  return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
}

/** The fault of a value outside a closed list. */
export function enumFault(name: string, values: readonly string[], shown = name): ParamFault {
  return { name, code: "rest_not_in_enum", message: `${shown} is not one of ${englishList(values)}.` };
}

/** The fault of a value of a wrong type. */
export function typeFault(name: string, type: string, shown = name): ParamFault {
  return { name, code: "rest_invalid_type", message: `${shown} is not of type ${type}.`, data: { param: shown } };
}

function readParam(name: string, raw: string | string[], spec: ParamSpec): ParamFault | { value: unknown } {
  if (IN_LISTS.has(spec.type)) return readList(name, raw, spec);
  if (Array.isArray(raw)) return typeFault(name, spec.type === "integer" ? "integer" : "string");
  switch (spec.type) {
    case "integer":
      return readInteger(name, raw, spec.min, spec.max);
    case "boolean":
      if (!/^(true|false|1|0)$/i.test(raw)) return typeFault(name, "boolean");
      return { value: raw === "1" || raw.toLowerCase() === "true" };
    case "enum":
      return spec.values.includes(raw) ? { value: raw } : enumFault(name, spec.values);
    case "time":
      if (parseTime(raw) === null) return { name, code: "rest_invalid_date", message: "Invalid date." };
      return { value: raw };
    default:
      return { value: raw };
  }
}

function readList(name: string, raw: string | string[], spec: ParamSpec): ParamFault | { value: unknown } {
  const list = Array.isArray(raw) ? raw : raw.split(/[\s,]+/).filter((item) => item !== "");
  if (spec.type === "enumList") {
    const wrong = list.findIndex((item) => !spec.values.includes(item));
    if (wrong >= 0) return enumFault(name, spec.values, `${name}[${wrong}]`);
  }
  if (spec.type === "idList") {
    const wrong = list.findIndex((item) => !/^-?\d+$/.test(item));
    if (wrong >= 0) return typeFault(name, "integer", `${name}[${wrong}]`);
  }
  return { value: list };
}

function readInteger(name: string, raw: string, min?: number, max?: number): ParamFault | { value: number } {
  if (!/^-?\d+$/.test(raw)) return typeFault(name, "integer");
  const value = Number(raw);
  const isLow = min !== undefined && value < min;
  const isHigh = max !== undefined && value > max;
  if (!isLow && !isHigh) return { value };
  const message =
    min !== undefined && max !== undefined
      ? `${name} must be between ${min} (inclusive) and ${max} (inclusive)`
      : isLow
        ? `${name} must be greater than or equal to ${min}`
        : `${name} must be less than or equal to ${max}`;
  return { name, code: "rest_out_of_bounds", message };
}

function isFault(result: ParamFault | { value: unknown }): result is ParamFault {
  return "message" in result;
}

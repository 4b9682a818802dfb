/** One call of the API, and lists with their filters. */

import type { z } from "zod";
import { choose, readFields, type Wanted } from "./fields.ts";
import type { Store } from "./store.ts";
import type { Row } from "./types.ts";
import { ApiError, invalid, notFound, type View } from "./wire.ts";

export interface Call {
  store: Store;
  request: Request;
  query: URLSearchParams;
  params: Readonly<Record<string, string>>;
  body: unknown;
}

export interface Route {
  method: "get" | "post" | "delete";
  path: string;
  /** The name in failure scripts and records. */
  operation: string;
  isPublic?: boolean;
  run(call: Call): View | Response;
}

/** The body, checked strictly. Throws `ApiError`. */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>): T {
  const read = schema.safeParse(call.body, { reportInput: true });
  if (read.success) return read.data;
  throw invalid(`Invalid request: ${read.error.issues.map(tellIssue).join("; ")}`);
}

function tellIssue(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(", ");
  if (issue.code === "unrecognized_keys") return `Unrecognized fields: '${issue.keys.join(", ")}'`;
  if (issue.code !== "invalid_type") return `Value for field '${path}' is wrong: ${issue.message}`;
  if (issue.input === undefined) return `Field '${path}' is required`;
  return `Expected type: '${issue.expected}' for field '${path}', got: '${typeof issue.input}'`;
}

/** A row by the id in the path, or in a body. */
export function byId<T>(rows: ReadonlyMap<string, T>, id: string | undefined, what: string): T {
  const row = rows.get(id ?? "");
  if (row === undefined) throw notFound(`${what} id not found: ${id}`);
  return row;
}

/** One row under its name, by `fields=`. */
export function answerOne(call: Call, name: string, view: View, defaults: readonly string[]): View {
  return { [name]: choose(view, readFields(call.query.get("fields"), defaults)) };
}

export interface ListOf<T> {
  rows: Iterable<T>;
  view(row: T, wanted: Wanted): View;
  /** Told where `fields=` does not say. */
  defaults: readonly string[];
  always?: readonly string[];
  /** Default 50. */
  limit?: number;
  /** Filters besides `id`, `created_at` and `updated_at`; all others are ignored. */
  filters?: Readonly<Record<string, (row: T) => string | null>>;
  /** What `q` looks into. */
  text?(row: T): string;
}

/** A page of what there is now: earlier pages shift when rows come or go. */
export function answerList<T extends Row>(call: Call, plural: string, list: ListOf<T>): View {
  const { query } = call;
  const limit = countOf(query, "limit", list.limit ?? 50);
  const offset = countOf(query, "offset", 0);
  const isWanted = filterOf(query, list);
  const found = [...list.rows].filter(isWanted).sort(sortOf(query.get("order") ?? ""));
  const wanted = readFields(query.get("fields"), list.defaults, list.always);
  const page = found.slice(offset, offset + limit).map((row) => choose(list.view(row, wanted), wanted));
  return { [plural]: page, count: found.length, offset, limit };
}

function countOf(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d{1,9}$/.test(text))
    throw invalid(`Invalid request: Expected type: 'number' for field '${name}', got: '${text}'`);
  return Number(text);
}

function filterOf<T extends Row>(query: URLSearchParams, list: ListOf<T>): (row: T) => boolean {
  const tests: ((row: T) => boolean)[] = [];
  const columns: ListOf<T>["filters"] = { id: (row) => row.id, ...list.filters };
  for (const [key, text] of query) {
    const [, name = "", inside] = /^(\w+)(?:\[(.*)\])?$/.exec(key) ?? [];
    if (name === "created_at" || name === "updated_at") {
      const test = timeTest(inside ?? "$eq", text);
      tests.push((row) => test(name === "created_at" ? row.created : row.updated));
    } else if (name === "q") tests.push((row) => (list.text?.(row) ?? "").toLowerCase().includes(text.toLowerCase()));
  }
  for (const [name, column] of Object.entries(columns)) {
    const given = [...query].flatMap(([key, text]) => (key.replace(/\[\d*\]$/, "") === name ? [text] : []));
    if (given.length > 0) tests.push((row) => given.includes(column(row) ?? ""));
  }
  return (row) => tests.every((test) => test(row));
}

function timeTest(operator: string, text: string): (at: number) => boolean {
  const bound = Date.parse(text);
  if (Number.isNaN(bound)) throw new ApiError(500, "unknown_error", "An unknown error occurred.");
  if (operator === "$gte") return (at) => at >= bound;
  if (operator === "$gt") return (at) => at > bound;
  if (operator === "$lte") return (at) => at <= bound;
  if (operator === "$lt") return (at) => at < bound;
  return operator === "$eq" ? (at) => at === bound : () => true;
}

function sortOf(order: string): (a: Row, b: Row) => number {
  const sign = order.startsWith("-") ? -1 : 1;
  const name = order.replace(/^-/, "");
  const by = (a: Row, b: Row): number => {
    if (name === "updated_at") return a.updated - b.updated;
    return name === "created_at" ? a.created - b.created : 0;
  };
  return (a, b) => sign * (by(a, b) || (a.id < b.id ? -1 : 1));
}

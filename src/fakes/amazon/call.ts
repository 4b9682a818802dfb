/** One call of the API, and what it may ask for. Everything that the platform would refuse throws a `Refusal`. */

import type { Value } from "../bare-json.ts";
import { nowOf } from "../living.ts";
import type { Marketplace } from "./marketplaces.ts";
import { ownMarketplace, type Store } from "./store.ts";
import { denied, invalid } from "./wire.ts";

export interface Call {
  store: Store;
  request: Request;
  query: URLSearchParams;
  params: Readonly<Record<string, string>>;
  body: unknown;
  /** Restricted data that the token opens. */
  elements: ReadonlySet<string>;
}

export interface Route {
  operation: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Segments between slashes; `{name}` stands for one. */
  path: string;
  /** The scope of tokens without a seller, which alone open it. */
  scope?: string;
  /** A 200 with this body, unless it says otherwise. */
  run(call: Call): Value | Reply;
}

/** An answer with a status of its own; null: without a body. */
export class Reply {
  readonly status: number;
  readonly body: Value;

  constructor(status: number, body: Value = null) {
    this.status = status;
    this.body = body;
  }
}

/** Values between commas, in one parameter or in several. */
export function listOf({ query }: Call, name: string, allowed?: readonly string[], most = 1000): string[] | null {
  if (!query.has(name)) return null;
  const values = query
    .getAll(name)
    .flatMap((text) => text.split(","))
    .map((text) => text.trim())
    .filter((text) => text !== "");
  if (values.length === 0 || values.length > most) throw invalid(`'${name}' takes 1 to ${most} values.`);
  const wrong = values.find((value) => allowed !== undefined && !allowed.includes(value));
  if (wrong !== undefined) throw invalid(`Value '${wrong}' of '${name}' is not allowed.`);
  return values;
}

export function choiceOf<T extends string>(call: Call, name: string, allowed: readonly T[]): T | null {
  const text = call.query.get(name);
  if (text === null) return null;
  const found = allowed.find((one) => one === text);
  if (found === undefined) throw invalid(`Value '${text}' of '${name}' is not allowed.`);
  return found;
}

/** A time in seconds; fractions of one are kept. */
export function timeOf({ query }: Call, name: string): number | null {
  const text = query.get(name);
  return text === null ? null : parseTime(text, name);
}

/** Throws where it is no ISO 8601 date with a time. */
export function parseTime(text: unknown, name: string): number {
  const isIso =
    typeof text === "string" && /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text);
  const at = isIso ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw invalid(`'${name}' is no ISO 8601 date.`);
  return at / 1000;
}

export function numberOf({ query }: Call, name: string, fallback: number, least: number, most: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most)
    throw invalid(`'${name}' must be between ${least} and ${most}.`);
  return Number(text);
}

/** Throws for a parameter that the operation does not have. */
export function onlyParameters({ query }: Call, ...known: string[]): void {
  for (const name of query.keys()) if (!known.includes(name)) throw invalid(`Unknown parameter '${name}'.`);
}

/** The account's marketplaces by their ids; 400 for what is none, 403 where the seller does not sell. */
export function marketplacesOf(call: Call, name = "marketplaceIds", most = 50): Marketplace[] | null {
  const ids = listOf(call, name, undefined, most);
  return ids?.map((id) => marketplaceIn(call.store, id)) ?? null;
}

export function marketplaceIn(store: Store, id: unknown): Marketplace {
  if (typeof id !== "string" || !/^A[0-9A-Z]{9,14}$/.test(id)) throw invalid("Invalid marketplace id.");
  const found = ownMarketplace(store, id);
  if (found === null) throw denied();
  return found;
}

export function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid(`${what} must be an object.`);
  return value as Record<string, unknown>;
}

export function textOf(row: Record<string, unknown>, name: string): string {
  const value = row[name];
  if (typeof value !== "string" || value === "") throw invalid(`'${name}' is required and must be a string.`);
  return value;
}

/** Texts under names; none where there is nothing. */
export function textsOf(value: unknown, what: string): Record<string, string> {
  if (value === undefined || value === null) return {};
  const row = recordOf(value, what);
  for (const one of Object.values(row)) if (typeof one !== "string") throw invalid(`${what} holds strings only.`);
  return row as Record<string, string>;
}

interface Token {
  /** The arguments that must be repeated. */
  of: string;
  after: string;
  until: number;
  more: Record<string, string>;
}

/** A page's opaque token: where the next one begins, for the same arguments, for so many seconds. */
export function makeToken(call: Call, after: string, seconds: number, more: Record<string, string> = {}): string {
  const token: Token = { of: argumentsOf(call), after, until: nowOf(call.store) + seconds, more };
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/** Throws where the token is none of ours, has lapsed, or comes with other arguments; null without one. */
export function readToken(call: Call, name: string, isAlone = false): Pick<Token, "after" | "more"> | null {
  const text = call.query.get(name);
  if (text === null) return null;
  let token: Token;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    throw invalid("Invalid Input");
  }
  if (typeof token?.until !== "number" || token.until < nowOf(call.store)) throw invalid("Invalid Input");
  if (!isAlone && token.of !== argumentsOf(call)) throw invalid("Invalid Input");
  return token;
}

const TOKENS = new Set(["paginationToken", "nextToken", "pageToken"]);

function argumentsOf({ query }: Call): string {
  return [...query]
    .filter(([name]) => !TOKENS.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("&");
}

/** Ids, times, money and refusals as the platform writes them. */

import { GraphQLError } from "graphql";
import type { Order } from "./types.ts";

/** An answer's object: values, and functions of arguments for what is worked out. */
export type View = Record<string, unknown>;

export interface UserError {
  field: string[] | null;
  message: string;
  code?: string;
}

/** A business refusal, which an answer tells among its user errors. */
export class Refusal extends Error {
  readonly errors: readonly UserError[];

  constructor(...errors: UserError[]) {
    super(errors.map(({ message }) => message).join("; "));
    this.errors = errors;
  }
}

export const refused = (message: string, field: string[] | null = null, code?: string): Refusal =>
  new Refusal({ field, message, ...(code === undefined ? {} : { code }) });

/** A refusal of a whole call, or of one field of it. */
export function failure(code: string, message: string, more: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...more } });
}

export function gid(type: string, id: number | string): string {
  return `gid://shopify/${type}/${id}`;
}

/** The number in a global id of a type; null where it is another's, or none. */
export function numberOf(type: string, id: string): number | null {
  const digits = new RegExp(`^gid://shopify/${type}/(\\d+)$`).exec(id)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** A row by its global id. */
export function byGid<T>(rows: ReadonlyMap<number, T>, type: string, id: string): T | null {
  return rows.get(numberOf(type, id) ?? -1) ?? null;
}

export function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

export function timeOrNull(seconds: number | null): string | null {
  return seconds === null ? null : time(seconds);
}

/** A decimal text. */
export function decimal(cents: number): string {
  const rest = Math.abs(cents);
  return `${cents < 0 ? "-" : ""}${Math.floor(rest / 100)}.${String(rest % 100).padStart(2, "0")}`;
}

/** Cents of a decimal text; null when it is none, or has too many digits. */
export function centsOf(text: unknown): number | null {
  const parts = /^(-?)(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(String(text));
  if (parts === null) return null;
  const cents = Number(parts[2]) * 100 + Number((parts[3] ?? "").padEnd(2, "0"));
  return parts[1] === "-" ? -cents : cents;
}

export function money(cents: number, currencyCode: string): View {
  return { amount: decimal(cents), currencyCode };
}

/** An amount of an order in the shop's currency and in the buyer's, at the rate of its first day. */
export function bag(currency: string, { presentment }: Order, cents: number): View {
  return {
    shopMoney: money(cents, currency),
    presentmentMoney: money(Math.round(cents * presentment.rate), presentment.currency),
  };
}

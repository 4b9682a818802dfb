/** Answers, refusals, times and amounts as the platform writes them. */

import { Digits, json, type Row, type Value } from "../bare-json.ts";
import { digitsOf } from "./marketplaces.ts";

/** A refusal of a call: `{"errors":[{code, message, details}]}`. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: readonly { code: string; message: string; details?: string }[];

  constructor(status: number, ...errors: { code: string; message: string; details?: string }[]) {
    super(errors.map(({ message }) => message).join("; "));
    this.status = status;
    this.errors = errors;
  }
}

export const invalid = (message: string, details = ""): Refusal =>
  new Refusal(400, { code: "InvalidInput", message, details });

export const notFound = (message: string): Refusal => new Refusal(404, { code: "NotFound", message, details: "" });

export const denied = (message = "Access to requested resource is denied."): Refusal =>
  new Refusal(403, { code: "Unauthorized", message, details: "" });

export const QUOTA_EXCEEDED = (): Refusal =>
  new Refusal(429, {
    code: "QuotaExceeded",
    message: "You exceeded your quota for the requested resource.",
    details: "",
  });

/** What each scripted code is answered with. */
const STATUS_OF: Readonly<Record<string, number>> = {
  InvalidInput: 400,
  InvalidParameterValue: 400,
  Unauthorized: 403,
  NotFound: 404,
  Conflict: 409,
  RequestTooLarge: 413,
  UnsupportedMediaType: 415,
  QuotaExceeded: 429,
  InternalFailure: 500,
  ServiceUnavailable: 503,
  invalid_grant: 400,
  invalid_client: 401,
};

/** The platform's envelope for a scripted code; codes of the token's page have one of their own. */
export function scriptedAnswer(code: string, message = "Scripted error.", status = STATUS_OF[code] ?? 400): Response {
  if (/^[a-z_]+$/.test(code)) return lwaRefusal(status, code, message);
  return answer({ errors: [{ code, message, details: "" }] }, status);
}

export function lwaRefusal(status: number, error: string, error_description: string): Response {
  return Response.json({ error, error_description }, { status });
}

export function answer(body: Value, status = 200, headers: Record<string, string> = {}): Response {
  const type = { "content-type": "application/json; charset=UTF-8" };
  return new Response(json(body), { status, headers: { ...type, ...headers } });
}

export function answerRefusal({ status, errors }: Refusal): Response {
  return answer({ errors: errors.map((error) => ({ ...error })) }, status);
}

/** Whole seconds as the orders and jobs write them. */
export function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** A decimal text of minor units; yen have no decimals. */
export function decimal(minor: number, currency: string): string {
  const digits = digitsOf(currency);
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return minor < 0 ? `-${whole}` : whole;
}

/** Minor units of a JSON number or a decimal text; null for what is none, or has too many digits. */
export function minorOf(value: unknown, currency: string): number | null {
  const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
  const parts = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(text);
  if (parts === null) return null;
  const digits = digitsOf(currency);
  const fraction = (parts[3] ?? "").replace(/0+$/, "");
  if (fraction.length > digits) return null;
  const minor = Number(`${parts[2]}${fraction.padEnd(digits, "0")}`);
  return parts[1] === "-" ? -minor : minor;
}

/** As orders and listings write it: a text. */
export function money(minor: number, currencyCode: string): Row {
  return { amount: decimal(minor, currencyCode), currencyCode };
}

/** As finances write it: a bare number, whose last zeros are told or not. */
export function currency(minor: number, currencyCode: string): Row {
  return { currencyAmount: new Digits(decimal(minor, currencyCode)), currencyCode };
}

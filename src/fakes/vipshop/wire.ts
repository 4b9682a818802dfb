/** The envelope of answers, amounts as the platform writes them, and its signature. */

import { createHmac } from "node:crypto";
import { Digits, json, type Value } from "../bare-json.ts";
import { yuan } from "../fen.ts";

const SIGNED = ["accessToken", "appKey", "format", "language", "method", "service", "timestamp", "version"];

/** HMAC-MD5 over the system parameters that are there, in order, and the body. Upper-case hex. */
export function signOf(secret: string, values: URLSearchParams, body: string): string {
  const text = SIGNED.map((name) => (values.get(name) ? name + values.get(name) : "")).join("");
  return createHmac("md5", secret)
    .update(text + body, "utf8")
    .digest("hex")
    .toUpperCase();
}

/** A refusal of a call. The platform publishes no codes: these are the fake's own. */
export class Refusal extends Error {
  readonly code: string;

  constructor(message: string, code = "2001") {
    super(message);
    this.code = code;
  }
}

export const badArgument = (what: string): Refusal => new Refusal(`参数错误:${what}`, "1400");

/** Compact: the vendor's own reader takes no white space between tokens. */
export function answerOf(result: Value): Response {
  return respond({ returnCode: "0", result: result ?? null });
}

export function refusalOf(code: string, message: string, status = 200): Response {
  return respond({ returnCode: code, returnMessage: message }, status);
}

function respond(value: Value, status = 200): Response {
  return new Response(json(value), { status, headers: { "content-type": "application/json;charset=UTF-8" } });
}

/** Yuan as a double: `199.0`, `139.3`, `12.34`. */
export function double(fen: number): Digits {
  return new Digits(yuan(fen).replace(/0$/, ""));
}

/** A share as a double. */
export function share(percent: number): Digits {
  return new Digits((percent / 100).toFixed(2));
}

/** Fen of a double of the wire. */
export function fenOf(value: number): number {
  return Math.round(value * 100);
}

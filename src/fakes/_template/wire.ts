/** The platform's envelope, its numbers, and who may call. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../fake.ts";

/** A refusal by code; most of them travel in an HTTP 200. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: { path: string; problem: string }[];

  constructor(code: string, message: string, status = 200, fields: { path: string; problem: string }[] = []) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

const IDS =
  /"(id|order_id|listing_id|offer_id|line_id|case_id|statement_id|parcel_id|shop_id|object_id|run_id|event_id)":"(\d{16,})"/g;
const AMOUNTS = /"(price|list_price|total|amount|shipping|coupon|tax|paid_out)":"(-?\d+\.\d+)"/g;

/** JSON as the platform writes it: ids and amounts are bare numbers, whatever a reader's numbers can hold. */
export function toWire(value: unknown): string {
  return JSON.stringify(value).replace(IDS, '"$1":$2').replace(AMOUNTS, '"$1":$2');
}

let requests = 0;

export function answerOf(clock: Clock, status: number, body: object, headers: Record<string, string> = {}): Response {
  requests += 1;
  const text = toWire({ ...body, request_id: `req-${requests}` });
  return new Response(text, {
    status,
    headers: { "content-type": "application/json", date: clock.now().toUTCString(), ...headers },
  });
}

export function refusalAnswer(clock: Clock, refusal: Refusal, headers: Record<string, string> = {}): Response {
  return answerOf(
    clock,
    refusal.status,
    { code: refusal.code, message: refusal.message, fields: refusal.fields },
    headers,
  );
}

export function hmacHex(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** Checks app, time and signature. Throws a refusal. */
export function checkSignature(
  app: { key: string; secret: string },
  clock: Clock,
  request: Request,
  body: string,
): void {
  const { headers } = request;
  if (headers.get("x-app-key") !== app.key) throw new Refusal("SIGN_INVALID", "unknown app", 401);
  const time = headers.get("x-time") ?? "";
  if (!/^\d+$/.test(time) || Math.abs(clock.now().getTime() / 1000 - Number(time)) > 300)
    throw new Refusal("TIME_SKEW", "the time is off", 401);
  const url = new URL(request.url);
  const expected = hmacHex(app.secret, `${request.method}\n${url.pathname}${url.search}\n${time}\n${body}`);
  const given = headers.get("x-sign") ?? "";
  if (given.length !== expected.length || !timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
    throw new Refusal("SIGN_INVALID", "the signature is wrong", 401);
}

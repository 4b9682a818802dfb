/**
 * What every fake platform shares: an injected clock, a failure script, quotas, a record of requests, the fake's own
 * books, and the interface by which tests, the demo and the command line speak to it. Nothing here knows a platform.
 */

import { createHash } from "node:crypto";
import type { FakeBooks, FakeEvent } from "./book-events.ts";
import type { Clock } from "./clock.ts";
import { createFaults, type FaultAnswer, type FaultRule, type FaultStep, type Faults } from "./faults.ts";
import type { SlidingWindow } from "./quota.ts";

export type { BookLine, Cause, FakeBooks, FakeEvent, OrderFact, Sale, VariantFact } from "./book-events.ts";
export { addDecimals, booksToJson, createBookkeeper, foldEvents } from "./books.ts";
export type { Clock, ManualClock } from "./clock.ts";
export { createManualClock, createSystemClock } from "./clock.ts";
export type { FaultAnswer, FaultRule, FaultStep } from "./faults.ts";
export { parseFaultScript } from "./faults.ts";
export type { Quota, SlidingWindow } from "./quota.ts";
export { createSlidingWindow } from "./quota.ts";
export type { Random } from "./random.ts";
export { createRandom } from "./random.ts";

export interface SaleRequest {
  sku: string;
  /** Default 1. */
  quantity?: number;
  /** True: sold although the store shows too little, as two buyers in one checkout second do. */
  force?: boolean;
}

export type SaleResult =
  | { sold: true; orderId: string; shown: number | null }
  | { sold: false; reason: "unknown_sku" | "not_for_sale" | "out_of_stock"; shown: number | null };

/** One answered (or unanswered) call; credentials and signatures are left out. */
export interface FakeRequest {
  at: string;
  operation: string;
  method: string;
  path: string;
  query: string;
  /** 0: the caller got no answer. */
  status: number;
  fault?: string;
}

export interface Fake {
  readonly platform: string;
  readonly name: string;
  /** What the store's owner would type in to connect it. */
  readonly credentials: unknown;
  readonly settings: unknown;
  /** Speaks the platform's protocol. Rejects with a ConnectionLost when a script cuts the connection. */
  fetch(request: Request): Promise<Response>;
  /** Tells the fake under which address it is served. */
  attach(baseUrl: string): void;
  books(): FakeBooks;
  readonly events: readonly FakeEvent[];
  /** Lives on: as many acts of buyers and the owner as fit into `ms` (at least one). Does not move the clock. */
  tick(ms?: number): void;
  /** A buyer buys now. */
  sell(sale: SaleRequest): SaleResult;
  fail(operation: string, steps: readonly FaultStep[], options?: { repeat?: boolean }): void;
  clearFaults(): void;
  readonly requests: readonly FakeRequest[];
  /** Waits until everything the fake sends of itself (webhooks) and that is due has been sent. */
  settle(): Promise<void>;
}

export interface Gate {
  readonly faults: Faults;
  readonly requests: readonly FakeRequest[];
  /** Runs one call of the platform's API under quota and failure script, and records it. */
  run(call: GateCall, work: () => Promise<Response> | Response): Promise<Response>;
}

export interface GateCall {
  request: Request;
  operation: string;
  /** Calls are counted per key; absent: all together. */
  quotaKey?: string;
}

export interface GateOptions {
  clock: Clock;
  quota?: SlidingWindow;
  /** Query parameters that are credentials or signatures. */
  secretParameters: readonly RegExp[];
  /** The platform's own envelope for a scripted error code. */
  errorAnswer?: (fault: FaultAnswer) => Response;
  /** The platform's refusal of a call above its quota; default 429 with Retry-After. */
  quotaAnswer?: (retryAfterMs: number) => Response;
}

/** How many requests a record keeps; a benchmark must not fill the memory. */
const RECORD_LIMIT = 100_000;

/** Thrown instead of an answer: the caller sees a connection that ended. */
export class ConnectionLost extends TypeError {
  override readonly name = "ConnectionLost";

  constructor(how: string) {
    super(`fetch failed: connection lost (${how})`);
  }
}

/** Recognises the end of a connection by script, also across two copies of this module. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof Error && error.name === "ConnectionLost";
}

/** Adds the rules of a parsed script to a fake. */
export function loadFaults(fake: Pick<Fake, "fail">, rules: Record<string, FaultRule>): void {
  for (const [operation, rule] of Object.entries(rules)) {
    fake.fail(operation, rule.steps, { repeat: rule.repeat ?? false });
  }
}

/** A stable seed from a text, so that two stores of different names live different lives. */
export function seedOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}

/** Creates the gate through which all calls of a fake's API go. */
export function createGate(options: GateOptions): Gate {
  const faults = createFaults();
  const requests: FakeRequest[] = [];

  const record = (call: GateCall, status: number, fault?: string): void => {
    if (requests.length >= RECORD_LIMIT) requests.splice(0, RECORD_LIMIT / 2);
    const url = new URL(call.request.url);
    requests.push({
      at: options.clock.now().toISOString(),
      operation: call.operation,
      method: call.request.method,
      path: url.pathname,
      query: withoutSecrets(url.searchParams, options.secretParameters),
      status,
      ...(fault === undefined ? {} : { fault }),
    });
  };

  const answer = (call: GateCall, response: Response, fault?: string): Response => {
    record(call, response.status, fault);
    return response;
  };

  const run: Gate["run"] = async (call, work) => {
    const decision = options.quota?.take(call.quotaKey);
    if (decision !== undefined && !decision.allowed) {
      const refuse = options.quotaAnswer ?? tooManyRequests;
      return answer(call, refuse(decision.retryAfterMs), "quota");
    }
    const step = faults.next(call.operation);
    if (step === "timeout") {
      record(call, 0, "timeout");
      return untilAborted(call.request.signal);
    }
    if (step === "reset" || step === "cut") {
      if (step === "cut") await work();
      record(call, 0, step);
      throw new ConnectionLost(step);
    }
    if (typeof step === "object" && "delayMs" in step) await sleep(step.delayMs);
    else if (typeof step === "object" && !("times" in step)) {
      if (step.applied === true) await work();
      return answer(call, scripted(step, options.errorAnswer), "scripted");
    }
    return answer(call, await work());
  };

  return { faults, requests, run };
}

function scripted(fault: FaultAnswer, errorAnswer: GateOptions["errorAnswer"]): Response {
  if (fault.code !== undefined && errorAnswer !== undefined) return errorAnswer(fault);
  if (fault.html !== undefined) return page(fault.status ?? 200, fault.html, fault.headers);
  if (fault.body !== undefined) {
    const text = typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body);
    const headers = { "content-type": "application/json; charset=UTF-8", ...fault.headers };
    return new Response(text, { status: fault.status ?? 503, headers });
  }
  const status = fault.status ?? 503;
  return page(status, `<html><body><h1>Error ${status}</h1></body></html>`, fault.headers);
}

function tooManyRequests(retryAfterMs: number): Response {
  const seconds = String(Math.ceil(retryAfterMs / 1000));
  return page(429, "<html><body><h1>Too Many Requests</h1></body></html>", { "retry-after": seconds });
}

function page(status: number, html: string, headers: Record<string, string> = {}): Response {
  const body = status === 204 || status === 304 ? null : html;
  return new Response(body, { status, headers: { "content-type": "text/html; charset=UTF-8", ...headers } });
}

function withoutSecrets(parameters: URLSearchParams, secrets: readonly RegExp[]): string {
  const kept = new URLSearchParams();
  for (const [name, value] of parameters) if (!secrets.some((secret) => secret.test(name))) kept.append(name, value);
  return kept.toString();
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

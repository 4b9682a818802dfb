/**
 * Failures of a platform call: one base class, seven categories. No platform defines an error class; it defines rows
 * that translate its codes into a category (`ErrorRow` in adapter.ts).
 */

import { maskPlatformText, maskSecrets } from "./mask.ts";

export const ERROR_CATEGORIES = [
  "auth_expired",
  "throttled",
  "transient",
  "invalid_request",
  "not_found",
  "conflict",
  "permanent",
] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/** Whom a failure concerns: what was asked alone, or all that the store (or its app) asks for. */
export type ErrorScope = "call" | "store" | "app";

/** One complaint about our input: where and what. */
export interface Issue {
  path: string;
  message: string;
}

/**
 * What is known about a failure. `message` is ours and safe to show; `platformMessage` is the platform's text. Secrets that
 * a platform quotes are masked in all of it when the error is made.
 */
export interface ErrorDetails {
  platform: string;
  operation: string;
  message?: string;
  platformCode?: string | null;
  platformMessage?: string | null;
  httpStatus?: number | null;
  platformRequestId?: string | null;
  /** The wait that the platform asked for. */
  retryAfterMs?: number | null;
  /** A write may have taken effect although its answer was lost. */
  maybeApplied?: boolean;
  issues?: Issue[];
  /** Default: the call's, and the store's where the grant was refused. */
  scope?: ErrorScope;
  /** What a person does about it, where more is known than the category says. */
  remedy?: string | null;
  cause?: unknown;
}

export abstract class AdapterError extends Error {
  readonly isAdapterError = true;
  abstract readonly category: ErrorCategory;
  readonly platform: string;
  readonly operation: string;
  /** What it means, in our words; they are part of `message` too. */
  readonly meaning: string | null;
  readonly platformCode: string | null;
  readonly platformMessage: string | null;
  readonly httpStatus: number | null;
  readonly platformRequestId: string | null;
  readonly retryAfterMs: number | null;
  readonly maybeApplied: boolean;
  readonly issues: Issue[];
  readonly scope: ErrorScope;
  readonly remedy: string | null;

  constructor(category: ErrorCategory, details: ErrorDetails) {
    super(
      maskPlatformText(formatMessage(category, details)),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.platform = details.platform;
    this.operation = details.operation;
    this.meaning = masked(details.message, maskPlatformText);
    this.platformCode = masked(details.platformCode, maskSecrets);
    this.platformMessage = masked(details.platformMessage, maskPlatformText);
    this.httpStatus = details.httpStatus ?? null;
    this.platformRequestId = masked(details.platformRequestId, maskSecrets);
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.maybeApplied = details.maybeApplied ?? false;
    this.issues = (details.issues ?? []).map(({ path, message }) => ({
      path: maskSecrets(path),
      message: maskPlatformText(message),
    }));
    this.scope = details.scope ?? (category === "auth_expired" ? "store" : "call");
    this.remedy = details.remedy ?? null;
  }
}

/** The platform refused the token, or a refresh failed: the seller has to reconnect. */
export class AuthExpiredError extends AdapterError {
  override readonly name = "AuthExpiredError";
  readonly category = "auth_expired";
  constructor(details: ErrorDetails) {
    super("auth_expired", details);
  }
}

/** Quota spent; `retryAfterMs` says how long to wait where the platform says it. */
export class ThrottledError extends AdapterError {
  override readonly name = "ThrottledError";
  readonly category = "throttled";
  constructor(details: ErrorDetails) {
    super("throttled", details);
  }
}

/** Network failure, 5xx, timeout, maintenance: a repeat may cure it. */
export class TransientError extends AdapterError {
  override readonly name = "TransientError";
  readonly category = "transient";
  constructor(details: ErrorDetails) {
    super("transient", details);
  }
}

/** The platform rejects our input. */
export class InvalidRequestError extends AdapterError {
  override readonly name = "InvalidRequestError";
  readonly category = "invalid_request";
  constructor(details: ErrorDetails) {
    super("invalid_request", details);
  }
}

/** The record does not exist there. */
export class NotFoundError extends AdapterError {
  override readonly name = "NotFoundError";
  readonly category = "not_found";
  constructor(details: ErrorDetails) {
    super("not_found", details);
  }
}

/** The record's state does not allow it now, or it was changed at the same time. */
export class ConflictError extends AdapterError {
  override readonly name = "ConflictError";
  readonly category = "conflict";
  constructor(details: ErrorDetails) {
    super("conflict", details);
  }
}

/** Anything else that a repeat cannot cure. */
export class PermanentError extends AdapterError {
  override readonly name = "PermanentError";
  readonly category = "permanent";
  constructor(details: ErrorDetails) {
    super("permanent", details);
  }
}

const CLASS_OF: Record<ErrorCategory, new (details: ErrorDetails) => AdapterError> = {
  auth_expired: AuthExpiredError,
  throttled: ThrottledError,
  transient: TransientError,
  invalid_request: InvalidRequestError,
  not_found: NotFoundError,
  conflict: ConflictError,
  permanent: PermanentError,
};

/** Makes the error of a category. */
export function adapterError(category: ErrorCategory, details: ErrorDetails): AdapterError {
  return new CLASS_OF[category](details);
}

/** True for errors of this module, also across two copies of it. */
export function isAdapterError(value: unknown): value is AdapterError {
  return value instanceof Error && (value as Partial<AdapterError>).isAdapterError === true;
}

/** A problem with what a person or program gave us: says what, where and what to do. Mapped to an exit code or a status. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code: string;
  readonly issues: Issue[];
  readonly status: number;

  constructor(code: string, message: string, options: { status?: number; issues?: Issue[]; cause?: unknown } = {}) {
    super(maskSecrets(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 400;
    this.issues = options.issues ?? [];
  }
}

function masked(text: string | null | undefined, mask: (text: string) => string): string | null {
  return text === null || text === undefined ? null : mask(text);
}

function formatMessage(category: ErrorCategory, details: ErrorDetails): string {
  const code = details.platformCode ?? (details.httpStatus ? `HTTP ${details.httpStatus}` : null);
  const wait = details.retryAfterMs ? `, retry in ${details.retryAfterMs} ms` : "";
  const words = details.message ? `: ${details.message}` : "";
  return `[${details.platform}] ${details.operation}: ${category}${code ? ` (${code})` : ""}${wait}${words}`;
}

/**
 * From what is known about a failed call to an `AdapterError`: the adapter's rows first, then the rows below. A row is a
 * fact about one platform's code; whether a category is repeated stands in retry.ts.
 */
import type { ErrorRow, PlatformFailure } from "./adapter.ts";
import { type AdapterError, adapterError, type ErrorCategory, type ErrorDetails } from "./errors.ts";

/** Why no usable answer came. */
export type TransportFailure =
  | "timeout"
  | "network"
  /** The connection was never made: nothing was sent. */
  | "unreachable"
  | "cancelled"
  | "too_large"
  /** The request could not be built or is not one that may be sent. */
  | "unsendable";

/** What is known about a failed call. */
export interface FailureFacts {
  platform: string;
  operation: string;
  effect: "read" | "write" | "keyed-write";
  transport?: TransportFailure;
  status?: number;
  contentType?: string;
  /** An answer came and its text was not what the platform speaks: HTML, nothing, half a document. */
  garbled?: boolean;
  failure?: PlatformFailure | null;
  /** From the answer's headers. */
  retryAfterMs?: number | null;
  platformRequestId?: string | null;
  cause?: unknown;
}

/**
 * Statuses that mean the same everywhere. 403 is only `permanent` here: it stands for expired tokens, missing scopes,
 * quotas and closed accounts, and each adapter must say which.
 */
export const DEFAULT_ROWS: readonly ErrorRow[] = [
  { status: 401, category: "auth_expired" },
  { status: 429, category: "throttled" },
  { status: [408, 425], category: "transient" },
  // A proxy's page about an address is no answer about a record.
  {
    status: [400, 404, 405],
    contentType: /html/i,
    category: "transient",
    hint: "a web page came instead of an answer",
  },
  { status: [404, 410], category: "not_found" },
  { status: [409, 412, 423], category: "conflict" },
  { status: [400, 413, 414, 422], category: "invalid_request" },
  // Any other status from 500 up is transient.
  { status: [501, 505], category: "permanent" },
];

const TRANSPORT: Readonly<Record<TransportFailure, { category: ErrorCategory; message: string; sent: boolean }>> = {
  timeout: { category: "transient", message: "no answer in time", sent: true },
  network: { category: "transient", message: "the connection broke", sent: true },
  unreachable: { category: "transient", message: "the server could not be reached", sent: false },
  cancelled: { category: "transient", message: "given up before the answer came", sent: true },
  too_large: { category: "permanent", message: "the answer is larger than allowed", sent: true },
  unsendable: { category: "permanent", message: "the request could not be sent", sent: false },
};

/** No quota is counted over more than a day: who asks for more is asked again then. */
const LONGEST_WAIT_MS = 86_400_000;

function boundedWait(ms: number | null): number | null {
  return ms === null || Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), LONGEST_WAIT_MS);
}

/** The error that a failed call ends with. `rows` are the adapter's, `defaults` what holds everywhere. */
export function toAdapterError(
  rows: readonly ErrorRow[],
  defaults: readonly ErrorRow[],
  facts: FailureFacts,
): AdapterError {
  const { failure } = facts;
  const row =
    rows.find((candidate) => matches(candidate, facts)) ?? defaults.find((candidate) => matches(candidate, facts));
  const transport = facts.transport ? TRANSPORT[facts.transport] : null;
  const category = row?.category ?? transport?.category ?? unmatched(facts);
  const details: ErrorDetails = {
    platform: facts.platform,
    operation: facts.operation,
    platformCode: failure ? [failure.code, failure.subCode].filter((code) => code).join("/") || null : null,
    platformMessage: failure?.message ?? null,
    httpStatus: facts.status ?? null,
    platformRequestId: failure?.requestId ?? facts.platformRequestId ?? null,
    retryAfterMs: boundedWait(failure?.retryAfterMs ?? facts.retryAfterMs ?? row?.retryAfterMs ?? null),
    maybeApplied: maybeApplied(category, facts, transport?.sent ?? true),
    issues: failure?.issues ?? [],
    cause: facts.cause,
  };
  const message = row?.hint ?? transport?.message ?? (facts.garbled ? "the answer cannot be read" : undefined);
  if (message !== undefined) details.message = message;
  if (row?.scope !== undefined) details.scope = row.scope;
  if (row?.remedy !== undefined) details.remedy = row.remedy;
  return adapterError(category, details);
}

/** A lost or unreadable answer may cure itself; a code that no row knows is a person's matter. */
function unmatched(facts: FailureFacts): ErrorCategory {
  if (facts.status !== undefined && facts.status >= 500) return "transient";
  return facts.garbled && (facts.status === undefined || facts.status < 400) ? "transient" : "permanent";
}

/**
 * A write may have taken effect when its answer was lost or could not be read, and when the server broke down over it.
 * A clear refusal (token, quota, input) had none.
 */
function maybeApplied(category: ErrorCategory, facts: FailureFacts, sent: boolean): boolean {
  if (facts.effect === "read" || !sent) return false;
  if (facts.transport !== undefined) return true;
  return category === "transient" || (facts.garbled === true && facts.status !== undefined && facts.status < 400);
}

function matches(row: ErrorRow, facts: FailureFacts): boolean {
  if (row.status !== undefined) {
    if (facts.status === undefined) return false;
    if (typeof row.status === "number" ? row.status !== facts.status : !row.status.includes(facts.status)) return false;
  }
  return (
    fits(row.code, facts.failure?.code) &&
    fits(row.subCode, facts.failure?.subCode) &&
    fits(row.message, facts.failure?.message) &&
    fits(row.operation, facts.operation) &&
    fits(row.contentType, facts.contentType)
  );
}

function fits(wanted: string | RegExp | undefined, found: string | null | undefined): boolean {
  if (wanted === undefined) return true;
  if (found === null || found === undefined) return false;
  // `search` begins at the start whatever flags the pattern has.
  return typeof wanted === "string" ? wanted === found : found.search(wanted) >= 0;
}

/** Milliseconds of a Retry-After header: seconds (fractions too) or an HTTP date; null when absent or not understood. */
export function parseRetryAfter(header: string | undefined, now: Date): number | null {
  const text = header?.trim();
  if (!text) return null;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const at = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}

const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** What kind of failure the HTTP library reports; both of its adapters and both runtimes name them differently. */
export function classifyTransport(error: unknown): TransportFailure {
  const codes = new Set<string>();
  let words = "";
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    const { code } = e as { code?: unknown };
    if (typeof code === "string") codes.add(code);
    codes.add(e.name);
    words += ` ${e.message}`;
  }
  const has = (...names: string[]) => names.some((name) => codes.has(name));
  if (/max(?:Content|Body)Length|larger than maxBodyLength/i.test(words)) return "too_large";
  if ([...codes].some((code) => UNREACHABLE.has(code))) return "unreachable";
  if (has("ECONNABORTED", "ETIMEDOUT", "TimeoutError", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"))
    return "timeout";
  if (has("ERR_CANCELED", "CanceledError", "AbortError")) return "cancelled";
  if (has("ERR_INVALID_URL", "ERR_BAD_OPTION", "ERR_NOT_SUPPORT", "ERR_INVALID_CHAR")) return "unsendable";
  return "network";
}

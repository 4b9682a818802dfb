/**
 * What happens after a failure, by its category: within the call (this is the only use of p-retry) and across calls
 * (`dueAfter`, for jobs and due times). There is no third layer: the limiter and the HTTP library repeat nothing.
 */
import pRetry from "p-retry";
import { type AdapterError, type ErrorCategory, isAdapterError } from "./errors.ts";
import { systemTimer, type Timer } from "./timer.ts";

interface Policy {
  /** Within the call: never, after a growing wait, after the wait that the platform asks for, or after one refresh. */
  inCall: "no" | "backoff" | "wait" | "refresh";
  /** Across calls: first wait and longest wait; null where time alone cures nothing. */
  later: { firstMs: number; longestMs: number } | null;
  /** How many times it is tried again across calls; null: as long as the work is wanted. */
  attempts: number | null;
}

const POLICIES: Readonly<Record<ErrorCategory, Policy>> = {
  auth_expired: { inCall: "refresh", later: null, attempts: 0 },
  throttled: { inCall: "wait", later: { firstMs: 5_000, longestMs: 15 * 60_000 }, attempts: null },
  transient: { inCall: "backoff", later: { firstMs: 10_000, longestMs: 15 * 60_000 }, attempts: null },
  invalid_request: { inCall: "no", later: null, attempts: 0 },
  not_found: { inCall: "no", later: null, attempts: 0 },
  // The record is fetched again and the act decided once more.
  conflict: { inCall: "no", later: { firstMs: 5_000, longestMs: 5_000 }, attempts: 1 },
  permanent: { inCall: "no", later: null, attempts: 0 },
};

/** Two repeats and five seconds of waiting in all: a caller may be a person, and a work slice lasts 30 s. */
const MAX_REPEATS = 2;
const MAX_WAIT_MS = 5_000;
/** The first repeat comes after 0.25 to 0.5 s, the second after 0.75 to 1.5 s: a server that restarts needs a moment. */
const BACKOFF_MS = [500, 1_500] as const;
/** Where a refusal names no wait: most platforms count by the second. */
const THROTTLED_MS = 1_000;

export interface RetryOptions {
  timer?: Timer;
  /** 0 to 1. */
  random?: () => number;
}

export interface RetryCall {
  effect: "read" | "write" | "keyed-write";
  signal: AbortSignal;
  /** Renews what was refused; called once at most. Throws what the call shall end with. */
  refresh?(refusal: AdapterError): Promise<void>;
  /** Told before each repeat. */
  onRepeat?(error: AdapterError, waitMs: number): void;
}

export interface Retry {
  /** Runs `attempt` and repeats it as the category of its failure allows. Throws the last failure, or the abort reason. */
  run<T>(call: RetryCall, attempt: (number: number) => Promise<T>): Promise<T>;
}

/** Repeats within one call: reads and writes that carry an idempotency key; a refused token once for every call. */
export function createRetry(options: RetryOptions = {}): Retry {
  const timer = options.timer ?? systemTimer;
  const random = options.random ?? Math.random;
  return {
    run: async (call, attempt) => {
      call.signal.throwIfAborted();
      let repeats = 0;
      let waited = 0;
      let refreshed = false;
      const shouldRetry = async (error: unknown): Promise<boolean> => {
        if (!isAdapterError(error) || call.signal.aborted) return false;
        const { inCall } = POLICIES[error.category];
        if (inCall === "refresh") {
          if (refreshed || !call.refresh) return false;
          refreshed = true;
          await call.refresh(error);
          call.onRepeat?.(error, 0);
          return true;
        }
        if (inCall === "no" || call.effect === "write" || repeats >= MAX_REPEATS) return false;
        const wait = inCallWait(error, repeats, random());
        if (waited + wait > MAX_WAIT_MS) return false;
        repeats += 1;
        waited += wait;
        call.onRepeat?.(error, wait);
        await timer.sleep(wait, call.signal);
        return true;
      };
      return pRetry(attempt, {
        // One more than our own count: the refresh is no repeat. The waits are ours, so that tests need not wait.
        retries: MAX_REPEATS + 1,
        minTimeout: 0,
        // The signal is ours too: p-retry would throw away the answer of a write when aborted just after it.
        shouldRetry: ({ error }) => shouldRetry(error),
      });
    },
  };
}

function inCallWait(error: AdapterError, repeats: number, random: number): number {
  if (error.retryAfterMs !== null) return error.retryAfterMs;
  if (error.category === "throttled") return THROTTLED_MS * (repeats + 1) * (1 + random / 4);
  const base = BACKOFF_MS[repeats] ?? BACKOFF_MS[1];
  return base / 2 + (base / 2) * random;
}

/**
 * When work that failed is due again, or null when time alone does not cure it (a person's turn, or the attempts of the
 * category are used up). `attempts` counts the failures so far, this one included. The wait doubles with each, a
 * quarter of it at random, and is never shorter than what the platform asked for (`retryAfterMs`).
 */
export function dueAfter(
  category: ErrorCategory,
  attempts: number,
  retryAfterMs: number | null,
  now: Date,
  random: number = Math.random(),
): Date | null {
  const { later, attempts: most } = POLICIES[category];
  if (!later || (most !== null && attempts > most)) return null;
  const grown = Math.min(later.firstMs * 2 ** Math.min(Math.max(attempts, 1) - 1, 20), later.longestMs);
  const wait = grown * (0.75 + random / 4);
  // Spread beyond the asked time, so that all who were refused do not come back in the same moment.
  const asked = retryAfterMs === null ? 0 : retryAfterMs + Math.min(retryAfterMs, 10_000) * (random / 10);
  return new Date(now.getTime() + Math.ceil(Math.max(category === "throttled" && asked > 0 ? 0 : wait, asked)));
}

import type { ErrorCategory } from "../core/errors.ts";
import { dueAfter } from "../core/retry.ts";

/** Work that no repeat cures by itself is looked at again this much later, so that a cure by hand needs no restart. */
const HOPELESS_MS = 3_600_000;

/** When failed work is due again. */
export function dueAgain(category: ErrorCategory, attempts: number, retryAfterMs: number | null, now: Date): Date {
  return dueAfter(category, attempts, retryAfterMs, now) ?? new Date(now.getTime() + HOPELESS_MS);
}

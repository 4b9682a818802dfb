/** When a webhook that failed is sent again: the waits of the Standard Webhooks convention, some three days in all. */
import { parseRetryAfter } from "../core/error-table.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** After the first attempt, the second, and so on. */
export const WAITS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
const ALL_WAITS_MS = WAITS_MS.reduce((sum, wait) => sum + wait, 0);
/** So much of a wait is added at random at most: receivers that were away are not met by everybody at once. */
export const JITTER = 0.1;
/** A receiver that asks for more is asked again after this time. */
const LONGEST_ASKED_MS = 24 * HOUR;
/** Where a receiver asks for waits of its own, it has been given as long. */
const GIVE_UP_MS = ALL_WAITS_MS * (1 + JITTER);

export interface Failing {
  /** How often in a row, this time included. */
  attempts: number;
  since: Date;
  retryAfter: string | undefined;
}

/** When to try again; null where it has failed for long enough. */
export function dueAfterFailure(failing: Failing, now: Date, random: number = Math.random()): Date | null {
  const wait = WAITS_MS[failing.attempts - 1];
  if (wait === undefined || now.getTime() - failing.since.getTime() >= GIVE_UP_MS) return null;
  const asked = Math.min(parseRetryAfter(failing.retryAfter, now) ?? 0, LONGEST_ASKED_MS);
  return new Date(now.getTime() + Math.ceil(Math.max(wait, asked) * (1 + JITTER * random)));
}

/**
 * The port behind which a budget holds across processes. A budget leases start TIMES, not tokens: with T = (W + J) / L
 * between them no window of W can hold more than L calls, as long as each is sent at most J/2 after its time. Where a share
 * of L is used, T is longer and calls may be as much later (slot-line.ts). Where the platform fills a bucket of B at the rate L / W,
 * the first B after a rest start at once.
 */

/** What a call draws from one budget. */
export interface BudgetDraw {
  key: string;
  /** Units of `capacity` that the call costs. */
  cost: number;
  /** Units per `windowMs`, as documented. */
  capacity: number;
  windowMs: number;
  /** How much of the capacity is used: 0 to 1. */
  share: number;
  /** J: by how much sending may spread. */
  jitterMs: number;
  /** Calls start at least this far apart. */
  spacingMs: number;
  /** B: units that may be used at once after a rest; 1 where windows are counted. The share holds for them too. */
  burst: number;
  /** Whether a capacity that was observed replaces the documented one. */
  learned: boolean;
  daily: { limit: number; timeZone: string } | null;
}

export interface LeaseRequest {
  /** All or none of them are drawn on. */
  draws: readonly BudgetDraw[];
  /** How many calls; fewer may be granted where a day's allowance ends. */
  count: number;
  /** No start is earlier than this from now: time to prepare what is sent. */
  leadMs: number;
}

export type LeaseAnswer =
  /** Call `i` of `count` starts `startMs + i * stepMs` after `clockMs`, the budget's own clock when it decided. */
  | { isGranted: true; count: number; clockMs: number; startMs: number; stepMs: number }
  /** Nothing was taken; ask again after `waitMs`. `key` names the budget that is in the way. */
  | { isGranted: false; waitMs: number; key: string; reason: RefusalReason };

/** `busy`: leased to others beyond what may be held ahead; `paused`: the platform said so; `daily`: the day is used up. */
export type RefusalReason = "busy" | "paused" | "daily";

export interface BudgetObservation {
  key: string;
  capacity?: number;
  pauseMs?: number;
}

export interface Budget {
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  observe(observations: readonly BudgetObservation[]): Promise<void>;
}

/** Starts are leased at most three leases ahead, and never more than this: those who come later wait little. */
export const MAX_AHEAD_MS = 2_000;
/**
 * In a draw on several budgets, how long one may lie idle for the others' sake. Longer, and a slow store would use up an
 * app's budget; shorter, and a slow budget would wait for the answer of the next lease.
 */
export const MAX_GAP_MS = 25;

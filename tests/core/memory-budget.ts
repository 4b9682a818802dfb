/** The `Budget` port in memory, with the rules of the one over SQL: for tests in which time does not really pass. */
import { type Budget, type BudgetDraw, MAX_AHEAD_MS, MAX_GAP_MS } from "../../src/core/budget.ts";
import type { Timer } from "../../src/core/timer.ts";

export interface MemoryBudget extends Budget {
  readonly leases: { keys: string[]; count: number; startMs: number }[];
  readonly observations: { key: string; capacity?: number; pauseMs?: number }[];
}

/** A budget's clock is not ours. */
const CLOCK_OFFSET_MS = 1_234_567;

/** `askMs` and `answerMs`: how long each lease is under way to the budget and back. */
export function createMemoryBudget(timer: Timer, askMs = () => 1, answerMs = () => 0): MemoryBudget {
  const rows = new Map<string, { tat: number; capacity: number | null; pausedUntil: number }>();
  const leases: MemoryBudget["leases"] = [];
  const observations: MemoryBudget["observations"] = [];
  const rowOf = (key: string) => {
    const row = rows.get(key) ?? { tat: 0, capacity: null, pausedUntil: 0 };
    rows.set(key, row);
    return row;
  };
  const stepOf = (draw: BudgetDraw) =>
    Math.max(
      (draw.cost * (draw.windowMs + draw.jitterMs)) /
        (((draw.learned ? rowOf(draw.key).capacity : null) ?? draw.capacity) * draw.share),
      draw.spacingMs > 0 ? draw.spacingMs + draw.jitterMs : 0,
    );
  return {
    leases,
    observations,
    lease: async ({ draws, count, leadMs }) => {
      await timer.sleep(askMs());
      const now = timer.now();
      const facts = draws.map((draw) => {
        const row = rowOf(draw.key);
        const step = stepOf(draw);
        const spare = Math.max(0, Math.floor(draw.burst * draw.share) / draw.cost - 1) * step;
        return { draw, row, step, own: Math.max(row.tat - spare - now, leadMs, row.pausedUntil - now) };
      });
      const startMs = Math.max(...facts.map((fact) => fact.own));
      const stepMs = Math.max(...facts.map((fact) => fact.step));
      const ahead = leadMs + Math.min(3 * count * stepMs, MAX_AHEAD_MS);
      const latest = Math.min(...facts.map((fact) => fact.own)) + MAX_GAP_MS;
      if (startMs > Math.min(ahead, latest)) {
        const slow = facts.find((fact) => fact.own === startMs);
        const isPaused = facts.some((fact) => fact.row.pausedUntil - now >= startMs);
        const gap = startMs > latest ? startMs - leadMs - MAX_GAP_MS : 0;
        const waitMs = Math.ceil(Math.max(startMs - ahead, gap, 1));
        return { isGranted: false, waitMs, key: slow?.draw.key ?? "", reason: isPaused ? "paused" : "busy" };
      }
      for (const { row, step } of facts) row.tat = Math.max(row.tat, now + startMs) + (count - 1) * stepMs + step;
      leases.push({ keys: draws.map((draw) => draw.key), count, startMs });
      await timer.sleep(answerMs());
      return { isGranted: true, count, clockMs: now + CLOCK_OFFSET_MS, startMs, stepMs };
    },
    observe: async (facts) => {
      for (const { key, capacity, pauseMs } of facts) {
        observations.push({
          key,
          ...(capacity === undefined ? {} : { capacity }),
          ...(pauseMs === undefined ? {} : { pauseMs }),
        });
        const row = rowOf(key);
        if (capacity !== undefined) row.capacity = capacity;
        if (pauseMs !== undefined) row.pausedUntil = Math.max(row.pausedUntil, timer.now() + pauseMs);
      }
    },
  };
}

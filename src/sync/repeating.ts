/** An action that is done again and again: with time, and soon after it is asked for. */

export interface Repeating {
  /** Do it soon: at once, or when the gap since the last time is over, or once more after the one under way. */
  soon(): void;
  stop(): void;
}

/** Never twice at the same time, never closer than the gap, never starving other timers. `everyMs` null: only when asked. */
export function createRepeating(
  times: { everyMs: number | null; gapMs: number },
  action: () => Promise<void>,
  onError: (error: unknown) => void,
): Repeating {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let timerAt = Number.POSITIVE_INFINITY;
  let endedAt = Number.NEGATIVE_INFINITY;
  let isBusy = false;
  let isAsked = false;
  let isStopped = false;

  const schedule = (ms: number) => {
    const at = performance.now() + ms;
    if (isStopped || at >= timerAt) return;
    if (timer) clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => void run(), ms);
  };
  const afterGap = () => Math.max(0, endedAt + times.gapMs - performance.now());
  const run = async () => {
    timer = null;
    timerAt = Number.POSITIVE_INFINITY;
    isBusy = true;
    isAsked = false;
    await action().catch((error: unknown) => {
      if (!isStopped) onError(error);
    });
    isBusy = false;
    endedAt = performance.now();
    if (isAsked) schedule(afterGap());
    else if (times.everyMs !== null) schedule(times.everyMs);
  };
  return {
    soon: () => {
      if (isBusy) isAsked = true;
      else schedule(afterGap());
    },
    stop: () => {
      isStopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

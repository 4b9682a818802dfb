/** What the platform does of itself later: deadlines that pass, parcels that move, statements that are closed. */

export interface Job {
  at: number;
  run: () => void;
}

export interface Jobs {
  add(at: number, run: () => void): void;
  /** Takes the earliest job that is due. */
  next(now: number): Job | null;
}

export function createJobs(): Jobs {
  /** The latest first, so that taking the earliest is a pop. */
  const jobs: Job[] = [];
  return {
    add(at, run) {
      let [low, high] = [0, jobs.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((jobs[middle] as Job).at > at) low = middle + 1;
        else high = middle;
      }
      jobs.splice(low, 0, { at, run });
    },
    next(now) {
      const last = jobs.at(-1);
      return last !== undefined && last.at <= now ? (jobs.pop() ?? null) : null;
    },
  };
}

/** Long computations give requests, timers and other work of the process their turn. */

/** Of a loop's turns, every so many one waits for the event loop. */
const EVERY = 5;

/** To be awaited at the beginning of each turn of a long loop. */
export function letOthersRun(turn: number): Promise<void> | undefined {
  if (turn === 0 || turn % EVERY !== 0) return undefined;
  return new Promise((resolve) => setImmediate(resolve));
}

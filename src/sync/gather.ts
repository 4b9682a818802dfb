/**
 * Calls of one kind that come while as many as may run at once run are made together as the next one: nothing to tune, no
 * delay when idle. What a call answers was asked after it came.
 */
export function gather<In, Out>(
  run: (inputs: In[]) => Promise<Out[]>,
  { atOnce = 1 }: { atOnce?: number } = {},
): (input: In) => Promise<Out> {
  let waiting: { input: In; done: (out: Out) => void; failed: (error: unknown) => void }[] = [];
  let running = 0;
  const work = async () => {
    running += 1;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const outs = await run(batch.map(({ input }) => input));
        for (const [i, { done }] of batch.entries()) done(outs[i] as Out);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    running -= 1;
  };
  return (input) =>
    new Promise((done, failed) => {
      waiting.push({ input, done, failed });
      if (running < atOnce) void work();
    });
}

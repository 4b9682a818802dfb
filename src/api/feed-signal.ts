/** Wakes those who wait for a change: one subscription for all of them, a look now and then where none can be had. */
import type { Engine } from "../sync/engine.ts";

/** A notification is a hint: without any, the feed is looked at this often. */
const LOOK_MS = 500;

export interface FeedSignal {
  /** Taken before the feed is read, so that what is committed in between still wakes. */
  next(): { wait(ms: number, abort: AbortSignal): Promise<void>; cancel(): void };
}

export function createFeedSignal(engine: Pick<Engine, "db" | "log">, channel: string): FeedSignal {
  const waiting = new Set<() => void>();
  let stop: (() => Promise<void>) | null = null;
  let subscribing = false;
  const subscribe = () => {
    if (stop || subscribing) return;
    subscribing = true;
    engine.db
      .listen(channel, () => {
        for (const wake of waiting) wake();
      })
      .then((unlisten) => {
        stop = unlisten;
      })
      // Where the database cannot notify (Workers), looking now and then does.
      .catch((err: unknown) => engine.log.debug("no notifications of changes", { err }))
      .finally(() => {
        subscribing = false;
        leave();
      });
  };
  const leave = () => {
    if (waiting.size > 0 || !stop) return;
    const unlisten = stop;
    stop = null;
    void unlisten().catch(() => {});
  };
  return {
    next: () => {
      let notified = false;
      let resolve = () => {};
      const wake = () => {
        notified = true;
        resolve();
      };
      waiting.add(wake);
      const cancel = () => {
        waiting.delete(wake);
        leave();
      };
      return {
        cancel,
        wait: async (ms, abort) => {
          subscribe();
          if (!notified && !abort.aborted)
            await new Promise<void>((done) => {
              resolve = done;
              const timer = setTimeout(done, Math.min(ms, LOOK_MS));
              resolve = () => {
                clearTimeout(timer);
                done();
              };
              abort.addEventListener("abort", resolve, { once: true });
            });
          cancel();
        },
      };
    },
  };
}

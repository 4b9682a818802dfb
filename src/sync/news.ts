/** Tells work that is under way in this process what has come for it meanwhile, so that it need not look again and again. */

export interface News {
  /** True where somebody listens: the news is theirs to answer. */
  tell(key: string): boolean;
  /** Until the answered function is called; one listener a key, as one work a key is under way. */
  listen(key: string, onNews: () => void): () => void;
}

export function createNews(): News {
  const listeners = new Map<string, () => void>();
  return {
    tell: (key) => {
      const listener = listeners.get(key);
      listener?.();
      return listener !== undefined;
    },
    listen: (key, onNews) => {
      listeners.set(key, onNews);
      return () => {
        if (listeners.get(key) === onNews) listeners.delete(key);
      };
    },
  };
}

/** News of a key, for work that goes on with the next one for a while: what was told is kept until it is asked for. */
export function awaitNews(
  news: News,
  key: string,
): { within(ms: number, signal: AbortSignal): Promise<boolean>; end(): void } {
  let hasCome = false;
  let wake = () => {};
  const end = news.listen(key, () => {
    hasCome = true;
    wake();
  });
  return {
    /** True as soon as there are news since the last time that it was true; false when the time is over. */
    within: async (ms, signal) => {
      if (!hasCome && !signal.aborted)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(done, ms);
          function done(): void {
            clearTimeout(timer);
            signal.removeEventListener("abort", done);
            wake = () => {};
            resolve();
          }
          signal.addEventListener("abort", done, { once: true });
          wake = done;
        });
      const came = hasCome;
      hasCome = false;
      // Nothing came: who tells from now on finds nobody here.
      if (!came) end();
      return came;
    },
    end,
  };
}

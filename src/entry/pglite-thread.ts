/** PGlite in a thread of its own: a statement takes no time of the event loop, and other work goes on meanwhile. */
import { Worker } from "node:worker_threads";
import type { PGlite, QueryOptions, Results } from "@electric-sql/pglite";

export interface ThreadData {
  folder: string | null;
  /** Types by their number whose values stay as PostgreSQL prints them. */
  keptAsText: readonly number[];
}

/** `tx` is the number of the transaction that a statement belongs to; null outside of one. */
export type Ask =
  | ({ kind: "query"; tx: number | null; text: string; params: readonly unknown[] } & ResultForm)
  | { kind: "exec"; tx: number | null; text: string }
  | { kind: "begin"; tx: number }
  | { kind: "end"; tx: number; commit: boolean }
  | { kind: "listen"; listener: number; channel: string }
  | { kind: "unlisten"; listener: number }
  | { kind: "close" };

interface ResultForm {
  rowMode?: "array" | "object";
  keptAsText?: readonly number[];
}

export type Answer =
  | { id: number; result: unknown }
  | { id: number; error: { message: string } }
  | { listener: number; payload: string };

/** What a PGlite and one of its transactions are used for: here, or in a thread. */
export type Runner = {
  query<T>(text: string, params?: unknown[], options?: QueryOptions): Promise<Pick<Results<T>, "rows">>;
  exec(text: string): Promise<unknown>;
};
export interface Client extends Runner, Pick<PGlite, "close"> {
  transaction<T>(run: (tx: Runner) => Promise<T>): Promise<T>;
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
}

/**
 * Opens a PGlite in a new thread. The thread does not keep the process alive unless a statement waits for it, and when it
 * ends, every statement fails.
 */
export async function startPgliteThread(data: ThreadData): Promise<Client> {
  const { ask, end, hasEnded, listeners } = await startThread(data);
  let last = 0;
  const runner = (tx: number | null): Runner => ({
    query: async <T>(text: string, params: unknown[] = [], options: QueryOptions = {}) =>
      (await ask({ kind: "query", tx, text, params, ...formOf(options) })) as Results<T>,
    exec: (text) => ask({ kind: "exec", tx, text }),
  });
  return {
    ...runner(null),
    transaction: async (run) => {
      const tx = ++last;
      await ask({ kind: "begin", tx });
      let result: Awaited<ReturnType<typeof run>>;
      try {
        result = await run(runner(tx));
      } catch (error) {
        await ask({ kind: "end", tx, commit: false });
        throw error;
      }
      await ask({ kind: "end", tx, commit: true });
      return result;
    },
    listen: async (channel, onNotify) => {
      const listener = ++last;
      listeners.set(listener, onNotify);
      await ask({ kind: "listen", listener, channel });
      return async () => {
        listeners.delete(listener);
        await ask({ kind: "unlisten", listener });
      };
    },
    close: async () => {
      if (!hasEnded()) await ask({ kind: "close" }).finally(end);
    },
  };
}

/** Functions do not go into a thread. Those of the builder do nothing but keep a type's text. */
function formOf({ rowMode, parsers }: QueryOptions): ResultForm {
  return { ...(rowMode && { rowMode }), ...(parsers && { keptAsText: Object.keys(parsers).map(Number) }) };
}

interface Thread {
  ask(what: Ask): Promise<unknown>;
  end(): Promise<unknown>;
  hasEnded(): boolean;
  listeners: Map<number, (payload: string) => void>;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

async function startThread(data: ThreadData): Promise<Thread> {
  // Without the process's own options: the thread needs no loader of TypeScript.
  const worker = new Worker(new URL("./pglite-thread-body.js", import.meta.url), { workerData: data, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  const listeners: Thread["listeners"] = new Map();
  let ended: Error | null = null;
  const fail = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on("error", (error) => fail(gone(`failed: ${error instanceof Error ? error.message : error}`, error)));
  worker.on("exit", () => fail(gone("has ended")));
  worker.on("message", (answer: Answer) => {
    if ("listener" in answer) return listeners.get(answer.listener)?.(answer.payload);
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
    // One that ends is waited for, whatever was asked after its last statement.
    if (waiting.size === 0 && !ended) worker.unref();
  });
  let last = -1;
  const answerTo = async (send: (id: number) => void) => {
    if (ended) throw ended;
    const id = ++last;
    const answer = await new Promise<Answer>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      if (waiting.size === 1) worker.ref();
      send(id);
    });
    // Made here, an error tells who waited for it.
    if ("error" in answer) throw Object.assign(new Error(answer.error.message), answer.error);
    return "result" in answer ? answer.result : null;
  };
  // The first answer says that the database is open; otherwise what PGlite said counts.
  await answerTo(() => {}).catch((error: Error) => {
    throw error.cause ?? error;
  });
  return {
    ask: (what) => answerTo((id) => worker.postMessage({ id, ask: what })),
    end: () => {
      ended = gone("is closed");
      return worker.terminate();
    },
    hasEnded: () => ended !== null,
    listeners,
  };
}

/** In PostgreSQL's words a failed connection: nothing is wrong with the statement. */
function gone(what: string, cause?: unknown): Error {
  const message = `The thread of the embedded database ${what}. Start Tallyport again; what was committed is kept.`;
  return Object.assign(new Error(message, { cause }), { code: "08006" });
}

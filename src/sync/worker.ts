/**
 * The worker of one process: looks for what is due, queues it for all processes, and runs at once what was created here.
 */

import { CHANGES_CHANNEL, sequenceChanges } from "../core/db/changes.ts";
import { OFFERS_CHANNEL } from "../core/stock/desired.ts";
import type { Engine } from "./engine.ts";
import { type JobDatabase, type Jobs, startJobs } from "./jobs.ts";
import { listDueWebhooks, listDueWork, runWork, type WorkItem, workKey } from "./schedule.ts";

export interface Worker {
  /** Something was created in this process: look now. */
  wake(): void;
  stop(): Promise<void>;
}

export interface WorkerOptions {
  concurrency?: number;
  /** How often the tables are looked at when nothing wakes us. */
  tickMs?: number;
  /** Null: this process alone works, without a job engine (the embedded demo, tests). */
  jobs: JobDatabase | null;
}

/** Deliveries wait for their receivers and for nothing of ours: they have room of their own, and take none from the rest. */
const DELIVERIES_AT_ONCE = 32;

/** Starts working. Failures of one item are logged and do not stop the others. */
export async function startWorker(engine: Engine, options: WorkerOptions): Promise<Worker> {
  const concurrency = options.concurrency ?? 6;
  const stopping = new AbortController();
  const running = new Map<string, Promise<void>>();
  const run = async (item: WorkItem): Promise<boolean> => {
    try {
      return await runWork(engine, item, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) engine.log.error("work failed", { work: workKey(item), err: error });
      return false;
    }
  };
  const startHere = (item: WorkItem) => {
    const key = workKey(item);
    if (running.has(key) || stopping.signal.aborted) return;
    const deliveries = [...running.keys()].filter((other) => other.startsWith("webhooks:")).length;
    const isFull =
      item.kind === "webhooks" ? deliveries >= DELIVERIES_AT_ONCE : running.size - deliveries >= concurrency;
    if (isFull) return;
    running.set(
      key,
      run(item).then((progress) => {
        running.delete(key);
        // What could do nothing is looked at again with the next tick: at once it would find the same.
        if (progress) look.soon();
      }),
    );
  };
  let jobs: Jobs | null = null;
  let lastMaintenance = 0;
  const look = createLook(
    options.tickMs ?? 1_000,
    async () => {
      const due = await listDueWork(engine.db, engine.clock.now());
      // What is short and urgent is done here at once; long reads go through the queue, so that processes share them.
      for (const item of due) if (item.kind !== "pull" || !jobs) startHere(item);
      if (jobs) await jobs.send(due.filter((item) => item.kind === "pull"));
      await sequenceChanges(engine.db);
      // What has just got its position goes out now, not with the next look.
      for (const item of await listDueWebhooks(engine.db, engine.clock.now())) startHere(item);
      if (!jobs && engine.clock.now().getTime() - lastMaintenance > 600_000) {
        lastMaintenance = engine.clock.now().getTime();
        startHere({ kind: "maintenance" });
      }
    },
    (error) => engine.log.error("could not look for work", { err: error }),
  );
  if (options.jobs)
    jobs = await startJobs(options.jobs, engine.log, {
      concurrency,
      run: async (item) => {
        // A slice ends long before a backfill does: what goes on is queued again at once.
        if (await run(item)) look.soon();
      },
    });
  const unlisten = await listenAll(engine, () => look.soon());
  look.soon();
  return {
    wake: () => look.soon(),
    stop: async () => {
      stopping.abort();
      look.stop();
      await unlisten();
      await jobs?.stop();
      await Promise.allSettled(running.values());
    },
  };
}

async function listenAll(engine: Engine, onNotify: () => void): Promise<() => Promise<void>> {
  const stops = await Promise.all(
    [OFFERS_CHANNEL, CHANGES_CHANNEL].map((channel) => engine.db.listen(channel, onNotify)),
  );
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
  };
}

/** Runs `action` at each tick, and at once when asked; never twice at the same time, never starving other timers. */
function createLook(tickMs: number, action: () => Promise<void>, onError: (error: unknown) => void) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let busy = false;
  let again = false;
  let stopped = false;
  const run = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    await action().catch((error: unknown) => {
      if (!stopped) onError(error);
    });
    busy = false;
    if (stopped) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void run(), again ? 0 : tickMs);
    again = false;
  };
  return {
    soon: () => {
      if (stopped) return;
      if (busy) {
        again = true;
        return;
      }
      if (timer) clearTimeout(timer);
      timer = setTimeout(() => void run(), 0);
    },
    stop: () => {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

/**
 * The worker of one process. News of a store (messages came, quantities changed) are heard by every process and answered
 * at once by the one that has the seat; whatever is due is found by the look, which queues long reads for all processes.
 */

import { CHANGES_CHANNEL, sequenceChanges } from "../core/db/changes.ts";
import { INBOX_CHANNEL } from "../core/db/inbox.ts";
import { OFFERS_CHANNEL } from "../core/stock/desired.ts";
import type { Engine } from "./engine.ts";
import { type JobDatabase, type Jobs, startJobs } from "./jobs.ts";
import { createNews } from "./news.ts";
import { createRepeating } from "./repeating.ts";
import { listDueWebhooks, listDueWork, runWork, type WorkItem, workKey } from "./schedule.ts";
import { ALL_SEATS, createSeats } from "./seats.ts";

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

/**
 * Work that waits most of its time has room of its own, and takes none from the rest: deliveries wait for their
 * receivers, pushes for the start that their store's quota gives them, messages for the shelf's locks.
 */
const ROOM: Partial<Record<WorkItem["kind"], number>> = { webhooks: 32, push: 64, inbox: 16 };
/** Looks and moves of the feed come no closer than this, however often they are asked for. */
const LOOK_GAP_MS = 200;
const FEED_GAP_MS = 50;
/** After news that could not be answered (the process that had the work was about to end it) once more. */
const AGAIN_MS = 100;
/** What is due and another process's to do is left to it for so long. */
const LEFT_MS = 2_000;
const TICK_MS = 1_000;
const MAINTENANCE_MS = 600_000;

/** Starts working. Failures of one item are logged and do not stop the others. */
export async function startWorker(engine: Engine, options: WorkerOptions): Promise<Worker> {
  const concurrency = options.concurrency ?? 6;
  const tickMs = options.tickMs ?? TICK_MS;
  const stopping = new AbortController();
  const news = createNews();
  const working: Engine = { ...engine, news };
  const running = new Map<string, { kind: WorkItem["kind"]; end: Promise<void> }>();
  /** News that came while their work was running, and did not listen: it may have looked just before. */
  const heard = new Set<string>();
  const left = new Map<string, number>();
  const seats = options.jobs ? createSeats(engine) : ALL_SEATS;
  let jobs: Jobs | null = null;
  let lastMaintenance = 0;

  const run = async (item: WorkItem): Promise<boolean> => {
    try {
      return await runWork(working, item, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) engine.log.error("work failed", { work: workKey(item), err: error });
      return false;
    }
  };
  const hasRoom = ({ kind }: WorkItem) => {
    const own = ROOM[kind];
    const busy = [...running.values()].filter((other) => (own === undefined ? !ROOM[other.kind] : other.kind === kind));
    return busy.length < (own ?? concurrency);
  };
  const start = (item: WorkItem, isNews = false): void => {
    const key = workKey(item);
    if (stopping.signal.aborted || running.has(key) || !hasRoom(item)) return;
    const end = run(item).then((progress) => {
      running.delete(key);
      if (heard.delete(key)) start(item, isNews);
      // What could do nothing is looked at again with the next tick: at once it would find the same.
      else if (progress && !isNews) look.soon();
      else if (!progress && isNews) setTimeout(() => start(item), AGAIN_MS).unref();
    });
    running.set(key, { kind: item.kind, end });
  };
  /** Answers news where it is this process's to do. */
  const hear = (item: WorkItem): void => {
    const key = workKey(item);
    if (running.has(key)) {
      if (!news.tell(key)) heard.add(key);
    } else if (seats.isMine(key)) start(item, true);
  };
  /** What another process will have heard of is left to it, until it has let it lie. */
  const isLeft = (item: WorkItem, now: number, still: Map<string, number>): boolean => {
    const key = workKey(item);
    if ((item.kind !== "push" && item.kind !== "inbox") || seats.isMine(key)) return false;
    const since = left.get(key) ?? now;
    still.set(key, now - since < LEFT_MS ? since : now);
    return now - since < LEFT_MS;
  };

  const look = createRepeating(
    { everyMs: tickMs, gapMs: Math.min(LOOK_GAP_MS, tickMs) },
    async () => {
      await seats.refresh();
      const due = await listDueWork(engine.db, engine.clock.now());
      const still = new Map<string, number>();
      // What is short and urgent is done here at once; long reads go through the queue, so that processes share them.
      for (const item of due)
        if ((item.kind !== "pull" || !jobs) && !isLeft(item, performance.now(), still)) start(item);
      left.clear();
      for (const [key, since] of still) left.set(key, since);
      if (jobs) await jobs.send(due.filter((item) => item.kind === "pull"));
      await moveFeed();
      if (!jobs && engine.clock.now().getTime() - lastMaintenance > MAINTENANCE_MS) {
        lastMaintenance = engine.clock.now().getTime();
        start({ kind: "maintenance" });
      }
    },
    (error) => engine.log.error("could not look for work", { err: error }),
  );
  /** What has just got its position goes out now, not with the next look. */
  const moveFeed = async () => {
    await sequenceChanges(engine.db);
    for (const item of await listDueWebhooks(engine.db, engine.clock.now())) start(item);
  };
  const feed = createRepeating({ everyMs: null, gapMs: FEED_GAP_MS }, moveFeed, (error) =>
    engine.log.error("could not move the feed", { err: error }),
  );

  if (options.jobs)
    jobs = await startJobs(options.jobs, engine.log, {
      concurrency,
      run: async (item) => {
        // A slice ends long before a backfill does: what goes on is queued again at once.
        if (await run(item)) look.soon();
      },
    });
  const stops = await Promise.all([
    engine.db.listen(OFFERS_CHANNEL, (storeId) => {
      // Prices bear the second until the next look.
      hear({ kind: "push", storeId, aspect: "stock" });
    }),
    engine.db.listen(INBOX_CHANNEL, (storeId) => hear({ kind: "inbox", storeId })),
    engine.db.listen(CHANGES_CHANNEL, () => {
      if (seats.isMine("sequence")) feed.soon();
    }),
  ]);
  look.soon();
  return {
    wake: () => look.soon(),
    stop: async () => {
      stopping.abort();
      look.stop();
      feed.stop();
      await Promise.all(stops.map((stop) => stop()));
      await jobs?.stop();
      await Promise.allSettled([...running.values()].map(({ end }) => end));
      await seats.leave().catch(() => {});
    },
  };
}

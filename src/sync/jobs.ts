/**
 * The binding to the job engine (pg-boss on the same database). A job carries a work item and only wakes: what is due is
 * read from the tables. Many processes share the queue; two jobs of one key are never queued twice.
 */
import PgBoss from "pg-boss";
import type { Log } from "../core/log.ts";
import type { WorkItem } from "./schedule.ts";
import { workKey } from "./schedule.ts";

const QUEUE = "work";
const MAINTENANCE_QUEUE = "maintenance";
/** Held while the engine makes its tables and queues: processes that start at once would deadlock over them. */
const START_LOCK = 7_226_256;
/** Whoever queues an item takes it at once where there is room; others look for what is left this often. */
const POLL_SECONDS = 2;
/** A worker that dies gives its jobs back after this time; a slice of work is shorter. */
const EXPIRE_SECONDS = 120;

/** What pg-boss needs of a database. */
export interface JobDatabase {
  executeSql(text: string, values: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface Jobs {
  /** Queues items; those that wait already stay as they are. */
  send(items: readonly WorkItem[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the job engine; `run` is called for queued items, at most `concurrency` at once in this process. */
export async function startJobs(
  db: JobDatabase,
  log: Log,
  options: { concurrency: number; run(item: WorkItem): Promise<void> },
): Promise<Jobs> {
  const boss = new PgBoss({ db, supervise: true, monitorStateIntervalSeconds: 60, maintenanceIntervalSeconds: 60 });
  boss.on("error", (error) => log.error("job engine", { err: error }));
  await db.executeSql(`select pg_advisory_lock(${START_LOCK})`, []);
  try {
    await boss.start();
    await boss.createQueue(QUEUE, {
      name: QUEUE,
      policy: "stately",
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: 0,
      retentionMinutes: 60,
    });
    await boss.createQueue(MAINTENANCE_QUEUE, { name: MAINTENANCE_QUEUE, policy: "short", retryLimit: 0 });
    await boss.schedule(MAINTENANCE_QUEUE, "*/10 * * * *");
  } finally {
    await db.executeSql(`select pg_advisory_unlock(${START_LOCK})`, []);
  }
  const idle = new Set<string>();
  for (let i = 0; i < options.concurrency; i++) {
    const worker = await boss.work<WorkItem>(
      QUEUE,
      { batchSize: 1, pollingIntervalSeconds: POLL_SECONDS },
      async ([job]) => {
        idle.delete(worker);
        if (job) await options.run(job.data).finally(() => idle.add(worker));
      },
    );
    idle.add(worker);
  }
  await boss.work(MAINTENANCE_QUEUE, { pollingIntervalSeconds: 30 }, () => options.run({ kind: "maintenance" }));
  return {
    send: async (items) => {
      let queued = 0;
      for (const item of items) if (await boss.send(QUEUE, item, { singletonKey: workKey(item) })) queued += 1;
      for (const worker of [...idle].slice(0, queued)) boss.notifyWorker(worker);
    },
    stop: () => boss.stop({ graceful: true, wait: true, timeout: 20_000, close: false }),
  };
}

/**
 * Cloudflare Workers: the same app and the same slices of work. Each invocation opens what it needs and closes it; no
 * state is kept between two. PostgreSQL is reached through Hyperdrive.
 */
import { registry } from "../adapters/index.ts";
import { createApp } from "../api/app.ts";
import { InputError } from "../core/errors.ts";
import { createLog } from "../core/log.ts";
import { createInboxPump } from "../sync/receive-webhook.ts";
import { listDueWork, runWork, type WorkItem } from "../sync/schedule.ts";
import { openPostgres } from "./open-postgres.ts";
import { type Wired, wire } from "./wire.ts";

interface WorkerEnv {
  HYPERDRIVE: { connectionString: string };
  JOBS: { sendBatch(messages: { body: WorkItem }[]): Promise<unknown> };
  TALLYPORT_SECRET?: string;
  PUBLIC_URL?: string;
  LOG_LEVEL?: "error" | "warn" | "info" | "debug" | "silent";
}

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

interface Batch {
  messages: { body: WorkItem; ack(): void; retry(options?: { delaySeconds: number }): void }[];
}

/** The platform ends an invocation after some minutes; a slice is far shorter. */
const WORK_MS = 45_000;
const BATCH_MAX = 100;

export default {
  async fetch(request: Request, env: WorkerEnv, context: Context): Promise<Response> {
    if (new URL(request.url).pathname === "/healthz") return Response.json({ status: "ok" });
    const { wired, close } = await open(env);
    try {
      const app = createApp({
        engine: wired.engine,
        adapters: wired.adapters,
        pump: createInboxPump(wired.engine),
        config: { publicUrl: env.PUBLIC_URL ?? null, version: "worker" },
        auth: {},
        readiness: () => true,
      });
      const answer = await app.fetch(request);
      // A streamed body still reads from the database: it is closed when the body has ended.
      if (!answer.body) {
        context.waitUntil(close());
        return answer;
      }
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      context.waitUntil(
        answer.body
          .pipeTo(writable)
          .catch(() => {})
          .then(close),
      );
      return new Response(readable, answer);
    } catch (error) {
      context.waitUntil(close());
      throw error;
    }
  },

  /** Each minute: what is due goes to the queue, and each tenth minute the slow duties. A lost or doubled call does no harm. */
  async scheduled({ scheduledTime }: { scheduledTime: number }, env: WorkerEnv): Promise<void> {
    const { wired, close } = await open(env);
    try {
      // First: webhook endpoints are due by what the feed holds.
      await runWork(wired.engine, { kind: "sequence" }, AbortSignal.timeout(WORK_MS));
      const due: WorkItem[] = [...(await listDueWork(wired.engine.db, wired.engine.clock.now())), { kind: "sequence" }];
      if (Math.floor(scheduledTime / 60_000) % 10 === 0) due.push({ kind: "maintenance" });
      for (let i = 0; i < due.length; i += BATCH_MAX)
        await env.JOBS.sendBatch(due.slice(i, i + BATCH_MAX).map((body) => ({ body })));
    } finally {
      await close();
    }
  },

  /** One slice of work per message. */
  async queue(batch: Batch, env: WorkerEnv): Promise<void> {
    const { wired, close } = await open(env);
    try {
      for (const message of batch.messages) {
        await runWork(wired.engine, message.body, AbortSignal.timeout(WORK_MS));
        message.ack();
      }
    } finally {
      await close();
    }
  },
};

async function open(env: WorkerEnv): Promise<{ wired: Wired; close(): Promise<void> }> {
  if (!env.TALLYPORT_SECRET)
    throw new InputError("secret_missing", "TALLYPORT_SECRET is not set: npx wrangler secret put TALLYPORT_SECRET");
  const database = openPostgres(env.HYPERDRIVE.connectionString, {
    max: 4,
    fetchTypes: false,
    name: "tallyport-worker",
  });
  try {
    const wired = await wire({
      db: database.db,
      registry,
      secret: env.TALLYPORT_SECRET,
      log: createLog({ level: env.LOG_LEVEL ?? "info", runtime: "workerd" }),
      // The runtime reaches no private network by itself.
      allowPrivateUrls: true,
      allowPrivateReceivers: false,
      publicUrl: env.PUBLIC_URL ?? null,
    });
    return { wired, close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The server of a Node process: API and workers, or one of them; stops cleanly on a signal. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { serve } from "@hono/node-server";
import { createApp, type Metrics } from "../api/app.ts";
import { InputError } from "../core/errors.ts";
import { createInboxPump } from "../sync/receive-webhook.ts";
import { startWorker, type Worker } from "../sync/worker.ts";
import { announceServer } from "./data-folder.ts";
import type { Environment } from "./environment.ts";
import { jobDatabase } from "./job-database.ts";

export interface RunningServer {
  url: string;
  /** A key with every right, for this process's own commands; gone with the process. */
  processKey: string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  role: "all" | "api" | "worker";
  port: number;
  hostname?: string;
  version: string;
  metrics?: Metrics;
  /** Without a job engine this process alone works: the embedded demo. */
  jobs?: boolean;
}

/** Starts serving. Throws `InputError` where the port is taken. */
export async function startServer(environment: Environment, options: ServerOptions): Promise<RunningServer> {
  const { engine, config, adapters } = environment;
  const processKey = `tp_${randomBytes(32).toString("base64url")}`;
  let worker: Worker | null = null;
  let ready = false;
  const app = createApp({
    engine,
    adapters,
    pump: createInboxPump(engine),
    config: { publicUrl: config.publicUrl, version: options.version },
    auth: { processKey },
    ...(options.metrics ? { metrics: options.metrics } : {}),
    readiness: () => ready,
    asset: swaggerAsset,
  });
  const listening =
    options.role === "worker" ? null : await listen(app.fetch, options.hostname ?? "127.0.0.1", options.port);
  const jobs = options.jobs !== false && config.databaseUrl ? jobDatabase(config.databaseUrl) : null;
  if (options.role !== "api") {
    worker = await startWorker(engine, { jobs: jobs?.db ?? null });
    environment.setWake(() => worker?.wake());
  }
  ready = true;
  const url = listening?.url ?? "";
  const unannounce =
    config.databaseUrl === null && listening
      ? announceServer(config.dataFolder, { url, key: processKey, pid: process.pid })
      : () => {};
  return {
    url,
    processKey,
    stop: async () => {
      ready = false;
      unannounce();
      await listening?.close();
      await worker?.stop();
      await jobs?.close();
    },
  };
}

interface Listening {
  url: string;
  close(): Promise<void>;
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  hostname: string,
  port: number,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, (info) => {
      const host = hostname === "0.0.0.0" || hostname === "::" ? "localhost" : hostname;
      resolve({
        url: `http://${host}:${info.port}`,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            if ("closeAllConnections" in server) setTimeout(() => server.closeAllConnections(), 2_000).unref();
            if ("closeIdleConnections" in server) server.closeIdleConnections();
          }),
      });
    });
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new InputError(
              "port_taken",
              `Port ${port} is taken by another program. Choose another with --port or PORT.`,
            )
          : error,
      );
    });
  });
}

/** The files of the reference page, from the package that npm installed. */
function swaggerAsset(name: string): { body: Uint8Array; type: string } | null {
  const types: Record<string, string> = { js: "text/javascript", css: "text/css", png: "image/png" };
  const type = types[name.split(".").at(-1) ?? ""];
  if (!type || !/^[\w.-]+$/.test(name)) return null;
  const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const path = join(folder, name);
  return existsSync(path) ? { body: readFileSync(path), type } : null;
}

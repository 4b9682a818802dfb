/** Runs a server until it is told to stop. */
import { createMetrics } from "../api/metrics.ts";
import type { Config } from "../core/config.ts";
import { InputError } from "../core/errors.ts";
import { openEnvironment } from "../entry/environment.ts";
import { growHeapModestly } from "../entry/heap.ts";
import { startServer } from "../entry/node.ts";
import type { Cli } from "./cli.ts";
import { placeOf } from "./migrate-database.ts";
import { VERSION } from "./version.ts";

export async function runServer(
  cli: Cli,
  config: Config,
  options: { role: "all" | "api" | "worker"; port?: number; host: string },
): Promise<void> {
  if (options.role !== "all" && config.databaseUrl === null)
    throw new InputError(
      "role_needs_postgres",
      `--role ${options.role} splits the work between processes, and the embedded database belongs to one. Set DATABASE_URL, or leave --role out.`,
    );
  growHeapModestly();
  const metrics = createMetrics();
  const environment = await openEnvironment(config, { metrics });
  try {
    const server = await startServer(environment, {
      role: options.role,
      port: options.port ?? config.port,
      hostname: options.host,
      version: VERSION,
      metrics,
    });
    const view = { url: server.url || null, role: options.role, database: placeOf(config), version: VERSION };
    cli.output.result(view, () =>
      server.url
        ? `Tallyport ${VERSION} at ${server.url} (reference: ${server.url}/docs)`
        : `Tallyport ${VERSION} works.`,
    );
    await stopped(cli.signal);
    await server.stop();
  } finally {
    await environment.close();
  }
}

/** Resolves when the process is asked to stop. */
export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** The API in a process of its own, as `serve --role api` starts it, and a key for it. */
import { createKey } from "../src/api/keys.ts";
import { createMetrics } from "../src/api/metrics.ts";
import { ROLES } from "../src/api/scopes.ts";
import { readConfig } from "../src/core/config.ts";
import { openEnvironment } from "../src/entry/environment.ts";
import { startServer } from "../src/entry/node.ts";
import { serveHelper } from "./harness.ts";

export interface ApiQuestion {
  databaseUrl: string;
}

export interface ApiAnswer {
  url: string;
  key: string;
}

if (process.send) serveHelper<ApiQuestion, ApiAnswer>(open);

async function open({ databaseUrl }: ApiQuestion): Promise<ApiAnswer> {
  const config = readConfig({ DATABASE_URL: databaseUrl, TALLYPORT_SECRET: "0".repeat(64), LOG_LEVEL: "error" });
  const metrics = createMetrics();
  const environment = await openEnvironment(config, { metrics });
  const { key } = await createKey(environment.engine, {
    name: "benchmark",
    role: "warehouse",
    scopes: [...ROLES.warehouse],
    stores: null,
    expiresAt: null,
    actor: "benchmark",
  });
  const server = await startServer(environment, { role: "api", port: 0, version: "benchmark", metrics });
  return { url: server.url, key };
}

/** The API as `serve --role api` starts it, in a process of its own. Prints its address. */
import { createMetrics } from "../../src/api/metrics.ts";
import { readConfig } from "../../src/core/config.ts";
import { openEnvironment } from "../../src/entry/environment.ts";
import { startServer } from "../../src/entry/node.ts";

const metrics = createMetrics();
const environment = await openEnvironment(readConfig(process.env), { metrics });
const server = await startServer(environment, { role: "api", port: 0, version: "test", metrics });
process.stdout.write(`${server.url}\n`);

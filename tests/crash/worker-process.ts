/**
 * A worker as production runs it, in a process of its own that the test kills. Says "ready" when it has loaded, and opens
 * the database and works from the first word it is told.
 */
import { once } from "node:events";
import { registry } from "../../src/adapters/index.ts";
import { readConfig } from "../../src/core/config.ts";
import { openEnvironment } from "../../src/entry/environment.ts";
import { startWorker } from "../../src/sync/worker.ts";

process.stdout.write("ready\n");
await once(process.stdin, "data");
const environment = await openEnvironment(readConfig(process.env), { registry });
const worker = await startWorker(environment.engine, { jobs: null, tickMs: 50, concurrency: 6 });
environment.setWake(() => worker.wake());

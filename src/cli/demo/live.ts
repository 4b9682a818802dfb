/** The demo: fake stores that live on, the engine that keeps them in step, the API, and a view of it all. */
import { existsSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../core/config.ts";
import { listStores } from "../../core/db/stores.ts";
import { InputError } from "../../core/errors.ts";
import { createLog } from "../../core/log.ts";
import { lockDataFolder } from "../../entry/data-folder.ts";
import { openEnvironment } from "../../entry/environment.ts";
import { startServer } from "../../entry/node.ts";
import { ensureWebhooks } from "../../sync/store-webhooks.ts";
import { createApiClient } from "../api-client.ts";
import type { Cli } from "../cli.ts";
import type { RunningFake } from "../fake/serve-fake.ts";
import { stopped } from "../run-server.ts";
import { VERSION } from "../version.ts";
import { connectDemoStores } from "./connect.ts";
import { startLife } from "./life.ts";
import { startDemoFakes } from "./stores.ts";
import { startView } from "./view.ts";

const HOST = "127.0.0.1";
const ORDERS = 40;
/** Ports that are tried where none was asked for. */
const TRIED_PORTS = 50;

export async function runDemo(
  cli: Cli,
  base: Config,
  options: { port?: number | undefined; keep?: boolean | undefined },
): Promise<void> {
  const port = options.port ?? (await freePort(base.port));
  const place = options.keep ? { folder: base.dataFolder, leave: () => {} } : meetingPlace(base.dataFolder);
  const url = `http://${HOST}:${port}`;
  const config: Config = { ...base, dataFolder: place.folder, publicUrl: url };
  const ends: (() => unknown)[] = [place.leave];
  try {
    const fakes = await startDemoFakes({ orders: ORDERS });
    ends.unshift(() => Promise.all(fakes.map((fake) => fake.close())));
    const log = createLog({ level: config.logLevel, runtime: "node" });
    const environment = await openEnvironment(config, { inMemory: options.keep !== true, log });
    ends.unshift(environment.close);
    const { engine } = environment;
    if ((await listStores(engine.db)).length > 0)
      throw new InputError(
        "folder_has_stores",
        `The data folder ${config.dataFolder} has stores already, and the demo's begin anew each time. Name an empty one with TALLYPORT_DATA, or leave --keep out.`,
      );
    greet(cli, url, fakes, options.keep ? config.dataFolder : null);
    const stores = await connectDemoStores(engine, fakes, cli.signal);
    const server = await startServer(environment, { role: "all", port, hostname: HOST, version: VERSION, jobs: false });
    ends.unshift(server.stop);
    const key = await demoKey(server.url, server.processKey, cli.signal);
    const view = startView(cli, engine, stores, { url: server.url, key });
    ends.unshift(view.stop);
    for (const { row } of stores) await ensureWebhooks(engine, row.id, server.url, cli.signal);
    const life = startLife(fakes);
    ends.unshift(life.stop);
    await stopped(cli.signal);
    cli.output.note("stopping…");
  } finally {
    for (const end of ends)
      await Promise.resolve()
        .then(end)
        .catch((error: unknown) => cli.output.note(`while stopping: ${error}`));
  }
}

function greet(cli: Cli, url: string, fakes: readonly RunningFake[], folder: string | null): void {
  const stores = fakes.map((fake) => `${fake.description.name} (${fake.baseUrl})`).join(", ");
  const where = folder === null ? "in memory: nothing is left behind" : `in ${folder}`;
  cli.output.note(`Tallyport ${VERSION} demo at ${url}, ${where}.\nFake stores: ${stores}\nReading them…`);
}

/** A key for people who try the API. */
async function demoKey(url: string, processKey: string, signal: AbortSignal): Promise<string> {
  const api = createApiClient({ url, key: processKey, fetch: (request) => fetch(request), signal });
  const made = await api.call<{ key: string }>("POST", "/v1/keys", { body: { name: "demo", role: "operator" } });
  return made.key;
}

/**
 * Where commands of another terminal find the demo: the data folder, unless it holds real data or belongs to another
 * process.
 */
function meetingPlace(folder: string): { folder: string; leave: () => void } {
  if (!existsSync(join(folder, "database"))) {
    const isNew = !existsSync(folder);
    try {
      const unlock = lockDataFolder(folder);
      const leave = () => {
        unlock();
        // Another command may have left something there.
        if (isNew && existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
      };
      return { folder, leave };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  const other = mkdtempSync(join(tmpdir(), "tallyport-demo-"));
  return { folder: other, leave: () => rmSync(other, { recursive: true, force: true }) };
}

async function freePort(first: number): Promise<number> {
  for (let port = first; port < first + TRIED_PORTS; port++) if (await isFree(port)) return port;
  throw new InputError("port_taken", `The ports from ${first} on are taken. Choose another with --port or PORT.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });
}

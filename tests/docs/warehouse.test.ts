/** The guide for warehouses, block by block, against a server with a store of a fake platform. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, it, onTestFinished } from "vitest";
import { readConfig } from "../../src/core/config.ts";
import { openEnvironment } from "../../src/entry/environment.ts";
import { startServer } from "../../src/entry/node.ts";
import { serveFake } from "../../src/fakes/serve.ts";
import { createWooCommerceFake } from "../../src/fakes/woocommerce/index.ts";
import { connectStore } from "../../src/sync/connect-store.ts";
import { runUntilIdle } from "../../src/sync/schedule.ts";
import { setStoreMode } from "../../src/sync/store-mode.ts";
import { ensureWebhooks } from "../../src/sync/store-webhooks.ts";

const GUIDE = readFileSync("docs/warehouse.md", "utf8");
const blocks = (language: string) =>
  [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map((found) => found[1] ?? "");

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function givenServer(folder: string) {
  const fake = createWooCommerceFake({
    name: "Warehouse shop",
    baseUrl: "http://localhost",
    seed: 5,
    orders: 0,
    skus: ["MUG", "TEE"].map((sku) => ({ sku, name: sku, price: "10.00", stock: 50 })),
  });
  const served = await serveFake(fake, 0);
  onTestFinished(() => served.close());
  const settings = { TALLYPORT_ALLOW_PRIVATE_URLS: "on", LOG_LEVEL: "silent", TALLYPORT_DATA: folder };
  const environment = await openEnvironment(readConfig(settings), { inMemory: true });
  onTestFinished(environment.close);
  const { engine } = environment;
  const signal = AbortSignal.timeout(30_000);
  const quick = { quotas: { rest: { capacity: 200, concurrency: 4 } } };
  const input = {
    platform: fake.platform,
    name: "Shop",
    credentials: fake.credentials,
    settings: quick,
    adoptSkus: true,
  };
  const store = await connectStore(engine, { ...input, baseUrl: served.baseUrl, actor: "test" }, signal);
  await setStoreMode(engine, store.id, "live", "test");
  await runUntilIdle(engine, signal);
  const server = await startServer(environment, { role: "all", port: 0, version: "test", jobs: false });
  onTestFinished(server.stop);
  await ensureWebhooks(engine, store.id, server.url, signal);
  for (const sku of ["MUG", "TEE", "MUG"]) fake.sell({ sku, quantity: 2 });
  const get = async (path: string) => {
    const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${server.processKey}` } });
    return (await answer.json()) as { data: Record<string, unknown>[] };
  };
  const until = async (path: string, done: (data: Record<string, unknown>[]) => boolean) => {
    for (let look = 0; look < 150; look++) {
      const { data } = await get(path);
      if (done(data)) return data;
      await wait(100);
    }
    throw new Error(`${path} did not come to what was waited for`);
  };
  await until("/v1/orders?status=awaiting_shipment", (orders) => orders.length === 3);
  return { fake, engine, server, get, until };
}

function run(
  command: string,
  args: string[],
  folder: string,
  env: Record<string, string>,
): ChildProcess & { text: () => string } {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  child.stdout?.on("data", (part) => (text += part));
  child.stderr?.on("data", (part) => (text += part));
  return Object.assign(child, { text: () => text });
}

it("the guide for warehouses runs as it stands, block by block, and its consumer follows", {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tallyport-guide-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { fake, server, get, until } = await givenServer(folder);
  const env = { TALLYPORT: server.url, ADMIN_KEY: server.processKey };

  const [program] = blocks("ts");
  writeFileSync(join(folder, "consumer.mts"), program ?? "");
  const tsx = createRequire(import.meta.url).resolve("tsx");
  const consumer = run(process.execPath, ["--import", tsx, "consumer.mts"], folder, {
    TALLYPORT: server.url,
    KEY: server.processKey,
  });
  onTestFinished(() => void consumer.kill("SIGKILL"));

  const script = blocks("sh");
  expect(script.length).toBeGreaterThanOrEqual(7);
  const shell = run("bash", ["-euo", "pipefail", "-c", script.join("\n")], folder, env);
  const code = await new Promise((resolve) => shell.once("exit", resolve));
  expect(code, shell.text()).toBe(0);
  expect(shell.text()).toMatch(/^feed-position: \d+/im);
  expect(shell.text()).toMatch(/^done$/m);

  const lines = parse(readFileSync(join(folder, "order-lines.csv"), "utf8"), { columns: true }) as Record<
    string,
    string
  >[];
  expect(lines.map((line) => line.to_ship)).toEqual(["2", "2", "2"]);
  expect(lines.every((line) => ["MUG", "TEE"].includes(line.sku ?? "") && line.ship_to_address !== "")).toBe(true);

  // What was said reached the platform, the shelves and the audit log.
  const order = JSON.parse(readFileSync(join(folder, "order.json"), "utf8")) as {
    id: string;
    lines: { mapped_sku: string }[];
  };
  await until("/v1/orders?status=cancelled", (orders) => orders.length === 1);
  await until("/v1/shipments", (parcels) =>
    parcels.some((parcel) => parcel.tracking_number === "00340434161094042557"),
  );
  expect(fake.books().counts.shipments).toBe(1);
  const audit = (await get("/v1/audit?act=returns.receive")).data;
  expect(audit).toMatchObject([{ subject_id: order.id, outcome: "1 sellable" }]);
  const [shelf] = (await get(`/v1/stock?sku=${order.lines[0]?.mapped_sku}`)).data;
  // Counted 40, 12 delivered, 1 came back; a parcel that was shipped before the count was read lowers nothing after it.
  expect(shelf?.on_hand).toBeGreaterThanOrEqual(52);

  // The consumer has what the server shows.
  const all = await get("/v1/orders?limit=200");
  const truth = Object.fromEntries(all.data.map((row) => [row.id, row.version]));
  for (let look = 0; ; look++) {
    let copy: Record<string, unknown> = {};
    try {
      const { orders } = JSON.parse(readFileSync(join(folder, "copy.json"), "utf8")) as {
        orders: Record<string, { version: number }>;
      };
      copy = Object.fromEntries(Object.entries(orders).map(([id, row]) => [id, row.version]));
    } catch {}
    if (JSON.stringify(Object.entries(copy).sort()) === JSON.stringify(Object.entries(truth).sort())) break;
    if (look > 100) expect(copy, consumer.text()).toEqual(truth);
    await wait(100);
  }
  expect(consumer.exitCode).toBeNull();
});

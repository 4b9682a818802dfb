/** The Worker booted in the real runtime: health, and an order list through Hyperdrive's local connection. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createKey } from "../../src/api/keys.ts";
import type { Database } from "../../src/core/db/database.ts";
import { createTestDatabase } from "../support/database.ts";
import {
  EXAMPLE_SECRET,
  exampleOrder,
  givenContext,
  givenStore,
  ingestExamples,
  orderDocument,
} from "../support/example.ts";

let database: Database;
let worker: ChildProcess;
let base: string;
let key: string;
let output = "";

beforeAll(async () => {
  const { db, url } = await createTestDatabase();
  database = db;
  if (!url) throw new Error("the Worker needs a PostgreSQL");
  const context = await givenContext(db);
  const store = await givenStore(context);
  await ingestExamples(context, store, "orders", [orderDocument(exampleOrder())]);
  key = (
    await createKey(context, {
      name: "edge",
      role: "operator",
      scopes: ["orders:read"],
      stores: null,
      expiresAt: null,
      actor: "test",
    })
  ).key;
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  // A password must stand in the address, whatever the server asks for.
  const address = new URL(url);
  if (!address.password) address.password = "unused";
  worker = spawn(
    "npx",
    [
      "wrangler",
      "dev",
      "--port",
      String(port),
      "--ip",
      "127.0.0.1",
      "--var",
      `TALLYPORT_SECRET:${EXAMPLE_SECRET}`,
      "--show-interactive-dev-session=false",
    ],
    {
      env: {
        ...process.env,
        CI: "true",
        WRANGLER_SEND_METRICS: "false",
        CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE: address.href,
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    },
  );
  worker.stdout?.on("data", (data: Buffer) => (output += data.toString()));
  worker.stderr?.on("data", (data: Buffer) => (output += data.toString()));
  await untilHealthy();
}, 120_000);

afterAll(() => {
  if (worker?.pid) process.kill(-worker.pid, "SIGKILL");
});

it("answers health and one order list in workerd", async () => {
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
  expect((await fetch(`${base}/v1/orders`)).status).toBe(401);
  const answer = await fetch(`${base}/v1/orders`, { headers: { authorization: `Bearer ${key}` } });
  const body = (await answer.json()) as { data: { external_id: string; total: unknown }[] };
  expect(answer.status, output).toBe(200);
  expect(body.data).toHaveLength(1);
  expect(body.data[0]).toMatchObject({ external_id: "1001", total: { amount: "10.00", currency: "EUR" } });
}, 60_000);

it("reads what is due and clears what is old when its clock strikes", async () => {
  await database.query(
    `insert into sync_runs (store_id, resource, stream, started_at, finished_at, pages, read_count, changed_count, unchanged_count, rejected_count, outcome)
     select id, 'orders', 'changed', now() - interval '90 days', now() - interval '90 days', 1, 1, 1, 0, 0, 'done' from stores`,
  );
  const old = async () =>
    (await database.query("select 1 from sync_runs where finished_at < now() - interval '60 days'")).length;
  expect(await old()).toBe(1);
  const strike = async (minute: number) => {
    const time = Date.UTC(2026, 0, 1, 12, minute);
    const answer = await fetch(`${base}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time=${time}`);
    expect(answer.status, output).toBe(200);
  };
  await strike(11);
  await strike(20);
  for (let look = 0; look < 100 && (await old()) > 0; look++) await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await old(), output).toBe(0);
}, 60_000);

async function untilHealthy(): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const ok = await fetch(`${base}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`the Worker did not start:\n${output}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

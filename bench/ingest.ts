/**
 * Ingest: from wire text to committed orders, lines, charges, raw documents, reservations, stock levels, desired
 * quantities, feed and checkpoint, against the same rows sent by one statement a table.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seedCatalogue } from "./catalogue.ts";
import type { EmbeddedAnswer, EmbeddedQuestion } from "./embedded-helper.ts";
import { Capture, openPage, type PageRows, type PlainPage, sealAndWritePage, writePage } from "./floors.ts";
import { type Bench, type Benchmark, describeRatios, type Helper, median, quantile, type Template } from "./harness.ts";
import { benchKeyring, ingestTexts } from "./ingest-run.ts";
import { wireOrders } from "./wire-orders.ts";

const ORDERS = 10_000;
const PAGE = 500;
const ROUNDS = 5;
const EXPECTED = 1_500;

/** Smaller pages where the engine shares the process with the API. */
const EMBEDDED_PAGE = 50;
const EMBEDDED_ORDERS = 1_000;
const PROBE_EVERY_MS = 20;

export const ingest: Benchmark = {
  figures: {
    ingest: { unit: "orders/s", goal: "ratio >= 0.5" },
    ingest_sealing_floor: { unit: "orders/s", goal: "ratio >= 0.7" },
    replay: { unit: "documents/s", goal: "ours >= 10000" },
    embedded: { unit: "orders/s", goal: "ratio >= 0.6" },
    embedded_healthz_p99: { unit: "ms", goal: "ours < 200" },
  },
  run: async (bench) => {
    const texts = wireOrders(ORDERS);
    const template = await bench.createTemplate(seedCatalogue);
    await measureServer(bench, template, texts);
    await measureEmbedded(bench, template, texts.slice(0, EMBEDDED_ORDERS * (ROUNDS + 1)));
  },
};

const keyring = benchKeyring();

/** One unmeasured run, whose rows are the floor's. */
async function capturePages(
  bench: Bench,
  template: Template,
  texts: readonly string[],
  pageSize: number,
): Promise<PageRows[]> {
  const { db, drop } = await bench.createDatabase({ like: template });
  const capture = new Capture(db);
  const pages: PageRows[] = [];
  await ingestTexts(db, keyring, texts, pageSize, async (at) => {
    pages.push(await capture.page(at));
  });
  await drop();
  return pages;
}

async function measureServer(bench: Bench, template: Template, texts: readonly string[]): Promise<void> {
  const pages = await capturePages(bench, template, texts, PAGE);
  const plain = pages.map((page) => openPage(page, keyring));
  describePages(bench, pages);
  const replays: number[] = [];
  const {
    ours = [],
    floor = [],
    sealing = [],
  } = await bench.interleave(ROUNDS, {
    ours: async () => {
      const { db, drop } = await bench.createDatabase({ like: template });
      const first = await ingestTexts(db, keyring, texts, PAGE);
      const again = await ingestTexts(db, keyring, texts, PAGE);
      if (first.changed !== ORDERS || again.unchanged !== ORDERS)
        throw new Error("the run did not save every order once");
      replays.push(again.perSecond);
      await drop();
      return first.perSecond;
    },
    floor: () => timeFloor(bench, template, pages, (db, page) => writePage(db, page)),
    sealing: () => timeFloor(bench, template, plain, (db, page) => sealAndWritePage(db, page, keyring)),
  });
  bench.report("ingest", median(ours), median(floor));
  bench.report("ingest_sealing_floor", median(ours), median(sealing));
  bench.report("replay", median(replays));
  bench.say(
    `pages of ${PAGE}, against bare statements: ${describeRatios(ours, floor)}; that seal too: ${describeRatios(ours, sealing)}`,
  );
  if (median(ours) < EXPECTED)
    bench.say(
      `Below ${EXPECTED} orders/s: the bare statements alone reach ${median(floor).toFixed(0)} on this machine now, and the noise below tells how far it was ours.`,
    );
}

async function timeFloor<Page extends PageRows | PlainPage>(
  bench: Bench,
  template: Template,
  pages: readonly Page[],
  write: (db: Parameters<typeof writePage>[0], page: Page) => Promise<void>,
): Promise<number> {
  const { db, drop } = await bench.createDatabase({ like: template });
  await db.query("select 1");
  const start = performance.now();
  for (const page of pages) await write(db, page);
  const ms = performance.now() - start;
  await drop();
  return (ORDERS / ms) * 1_000;
}

function describePages(bench: Bench, pages: readonly PageRows[]): void {
  const counts = new Map<string, number>();
  for (const { table, rows } of pages.flat()) counts.set(table, (counts.get(table) ?? 0) + JSON.parse(rows).length);
  bench.say(`rows of ${ORDERS} orders: ${[...counts].map(([table, count]) => `${table} ${count}`).join(", ")}`);
}

type Embedded = Helper<EmbeddedQuestion, EmbeddedAnswer>;

/** Two processes alike, each with its embedded database and a server that answers `/healthz` beside it. */
async function measureEmbedded(bench: Bench, template: Template, texts: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tallyport-bench-"));
  bench.onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "pages.json");
  writeFileSync(file, JSON.stringify(await capturePages(bench, template, texts, EMBEDDED_PAGE)));
  const [ours, floor] = [await openEmbedded(bench, folder, "ours"), await openEmbedded(bench, folder, "floor")];
  const latencies: number[] = [];
  let from = 0;
  const slice = () => ({ from, count: EMBEDDED_ORDERS, pageSize: EMBEDDED_PAGE });
  const runOurs = async () => {
    const probe = probeHealth(ours.port);
    const { perSecond } = await ours.helper.ask({ ask: "ingest", ...slice() });
    latencies.push(...(await probe.stop()));
    return perSecond;
  };
  const runFloor = async () => {
    const probe = probeHealth(floor.port);
    const { perSecond } = await floor.helper.ask({ ask: "floor", file, ...slice() });
    await probe.stop();
    return perSecond;
  };
  const results = { ours: [] as number[], floor: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    const sides = { ours: runOurs, floor: runFloor };
    const order = round % 2 === 0 ? sides : { floor: runFloor, ours: runOurs };
    const done = await bench.interleave(1, order);
    from += EMBEDDED_ORDERS;
    // The first round warms up.
    if (round === 0) latencies.length = 0;
    else for (const name of ["ours", "floor"] as const) results[name].push(...(done[name] ?? []));
  }
  bench.report("embedded", median(results.ours), median(results.floor));
  bench.report("embedded_healthz_p99", quantile(latencies, 0.99));
  bench.say(
    `embedded, pages of ${EMBEDDED_PAGE}: ${describeRatios(results.ours, results.floor)}; /healthz asked ${latencies.length} times, ` +
      `p50 ${quantile(latencies, 0.5).toFixed(1)} ms, worst ${quantile(latencies, 1).toFixed(0)} ms`,
  );
}

async function openEmbedded(bench: Bench, folder: string, name: string): Promise<{ helper: Embedded; port: number }> {
  const helper = bench.startHelper<EmbeddedQuestion, EmbeddedAnswer>("embedded-helper.ts");
  const { port } = await helper.ask({
    ask: "open",
    folder: join(folder, name),
    orders: EMBEDDED_ORDERS * (ROUNDS + 1),
  });
  return { helper, port };
}

/** Asks at a set pace, whether the last answer has come or not: who waits behind a busy process is counted. */
function probeHealth(port: number): { stop(): Promise<number[]> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const latencies: number[] = [];
  const open = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const start = performance.now();
    const asked = askHealth(port, agent).then(() => {
      latencies.push(performance.now() - start);
      open.delete(asked);
    });
    open.add(asked);
  }, PROBE_EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      return latencies;
    },
  };
}

function askHealth(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get({ host: "127.0.0.1", port, path: "/healthz", agent }, (answer) => {
      answer.resume();
      answer.on("end", resolve);
    });
    request.on("error", reject);
  });
}

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
import { Capture, type PageRows } from "./floors.ts";
import { type Bench, type Benchmark, describeRatios, type Helper, median, quantile, type Template } from "./harness.ts";
import type { IngestAnswer, IngestQuestion } from "./ingest-helper.ts";
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
  describePages(bench, pages);
  const folder = temporaryFolder(bench);
  const file = join(folder, "pages.json");
  writeFileSync(file, JSON.stringify(pages));
  pages.length = 0;
  const sides = {
    ours: await startSide(bench, { ask: "load", side: "ours", orders: ORDERS, pageSize: PAGE }),
    floor: await startSide(bench, { ask: "load", side: "floor", orders: ORDERS, file }),
    sealing: await startSide(bench, { ask: "load", side: "sealing", orders: ORDERS, file }),
  };
  const run = async (side: Side) => {
    const { url, drop } = await bench.createDatabase({ like: template });
    const answer = await side.ask({ ask: "run", url });
    await drop();
    return answer;
  };
  // Warms up: each side runs in a process of its own.
  for (const side of Object.values(sides)) await run(side);
  const rounds = await bench.interleave(ROUNDS, {
    ours: () => run(sides.ours),
    floor: () => run(sides.floor),
    sealing: () => run(sides.sealing),
  });
  for (const side of Object.values(sides)) await side.stop();
  const { ours = [], floor = [], sealing = [] } = rounds;
  const speed = (answers: readonly IngestAnswer[]) => answers.map(({ perSecond }) => perSecond);
  bench.report("ingest", median(speed(ours)), median(speed(floor)));
  bench.report("ingest_sealing_floor", median(speed(ours)), median(speed(sealing)));
  bench.report("replay", median(ours.map(({ replayPerSecond }) => replayPerSecond ?? Number.NaN)));
  bench.say(
    `pages of ${PAGE}, against bare statements: ${describeRatios(speed(ours), speed(floor))}; that seal too: ${describeRatios(speed(ours), speed(sealing))}`,
  );
  if (median(speed(ours)) < EXPECTED)
    bench.say(
      `Below ${EXPECTED} orders/s: the bare statements alone reach ${median(speed(floor)).toFixed(0)} on this machine now, and the noise below tells how far it was ours.`,
    );
}

type Side = Helper<IngestQuestion, IngestAnswer>;

async function startSide(bench: Bench, load: IngestQuestion): Promise<Side> {
  const helper = bench.startHelper<IngestQuestion, IngestAnswer>("ingest-helper.ts");
  await helper.ask(load);
  return helper;
}

function temporaryFolder(bench: Bench): string {
  const folder = mkdtempSync(join(tmpdir(), "tallyport-bench-"));
  bench.onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function describePages(bench: Bench, pages: readonly PageRows[]): void {
  const counts = new Map<string, number>();
  for (const { table, rows } of pages.flat()) counts.set(table, (counts.get(table) ?? 0) + JSON.parse(rows).length);
  bench.say(`rows of ${ORDERS} orders: ${[...counts].map(([table, count]) => `${table} ${count}`).join(", ")}`);
}

type Embedded = Helper<EmbeddedQuestion, EmbeddedAnswer>;

/** Two processes alike, each with its embedded database and a server that answers `/healthz` beside it. */
async function measureEmbedded(bench: Bench, template: Template, texts: readonly string[]): Promise<void> {
  const folder = temporaryFolder(bench);
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

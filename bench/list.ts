/**
 * Lists: pages of a million orders with four million lines, by the API over HTTP with a key, against pgbench that reads
 * the same orders and their lines straight from the tables.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../src/core/db/database.ts";
import type { ApiAnswer, ApiQuestion } from "./api-helper.ts";
import { type Bench, type Benchmark, describeRatios, type FigurePlan, type Helper, median } from "./harness.ts";
import { seedOrders } from "./list-seed.ts";
import { drawPage, SHAPES } from "./list-shapes.ts";
import type { LoadAnswer, LoadQuestion } from "./load-helper.ts";
import { findPgbench, runPgbench } from "./pgbench.ts";
import { seededRandom } from "./random.ts";

const ROUNDS = 5;
const CONNECTIONS = 16;
const SLICE_MS = 500;
/** Of every page before the first is measured. */
const WARM_MS = 300;
/** After each slice, one reader alone. */
const ALONE_MS = 150;
/** Addresses made beforehand for a shape, with values drawn as pgbench draws its own. */
const PATHS = 500;
const SIZES = [20, 100] as const;

/** Every shape at every size. */
const PAGES = Object.entries(SHAPES).flatMap(([shape, spec]) =>
  SIZES.map((limit) => ({ name: `${shape}_${limit}`, shape: spec, limit })),
);

const figures: Record<string, FigurePlan> = {};
for (const { name } of PAGES) {
  figures[name] = { unit: "pages/s", goal: "ratio >= 0.7" };
  figures[`${name}_p95`] = { unit: "ms", goal: "ours < 15" };
}

export const list: Benchmark = {
  figures,
  run: async (bench) => {
    const rig = await createRig(bench);
    for (const page of PAGES) await checkRows(rig, page);
    // What is measured first must not pay for what is compiled first.
    for (const page of PAGES) await readSome(rig, page, CONNECTIONS, WARM_MS);
    for (const page of PAGES) await measurePage(bench, rig, page);
  },
};

type Page = (typeof PAGES)[number];

interface Rig {
  db: Database;
  api: ApiAnswer;
  readers: Helper<LoadQuestion, LoadAnswer>;
  pgbench: { program: string; url: string; folder: string; clients: number };
}

async function createRig(bench: Bench): Promise<Rig> {
  const program = findPgbench();
  const folder = mkdtempSync(join(tmpdir(), "tallyport-bench-"));
  bench.onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  const start = performance.now();
  const { db, url } = await bench.createDatabase();
  await seedOrders(db);
  bench.say(`the tables were filled in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
  const api = await bench.startHelper<ApiQuestion, ApiAnswer>("api-helper.ts").ask({ databaseUrl: url });
  const readers = bench.startHelper<LoadQuestion, LoadAnswer>("load-helper.ts");
  return { db, api, readers, pgbench: { program, url, folder, clients: CONNECTIONS } };
}

/** What the answer holds of an order but its lines: one row of the API reads these columns too. */
const ORDER_COLUMNS = `o.id, o.store_id, o.version, o.hold, o.attention, o.unmapped_lines, o.source_updated_at, o.synced_at, o.updated_at,
  o.gone_at, o.external_id, o.external_number, o.parent_external_id, o.marketplace, o.place, o.status, o.external_status, o.payment_status,
  o.fulfilled_by, o.placed_at, o.paid_at, o.ship_by, o.currency, o.total, o.paid, o.refunded, o.tax_included`;
const LINE_COLUMNS = `l.external_id, l.listing_external_id, l.variant_external_id, l.seller_code, l.title, l.options, l.quantity, l.unit_price,
  l.discount, l.tax, l.total, l.fulfilment_status, l.shipped_quantity, l.cancelled_quantity, l.returned_quantity, l.fulfilled_by, l.place,
  l.gift, l.parent_external_id`;
/** The page and one order more, by which a reader knows whether there is another page. */
const NEWEST_FIRST = "o.placed_at desc, o.id desc";
const PAGE_OF = (columns: string, where: string, order: string, limit: number) =>
  `select ${columns} from orders o where ${where} order by ${order} limit ${limit + 1}`;

/** Each order as a row, its lines nested in it as JSON. */
const NESTED = (where: string, order: string, limit: number) =>
  `select o.*, (select json_agg(x order by x.position) from (select l.position, ${LINE_COLUMNS} from order_lines l where l.order_id = o.id) x) as lines
   from (${PAGE_OF(ORDER_COLUMNS, where, order, limit)}) o`;
/** What the API itself reads: the order as text. */
const TEXTS = (where: string, order: string, limit: number) =>
  PAGE_OF(
    "o.id, o.store_id, o.version, o.hold, o.attention, o.unmapped_lines, o.source_updated_at, o.synced_at, o.updated_at, o.gone_at, o.placed_at, o.document",
    where,
    order,
    limit,
  );

/** Both sides must answer the same orders in the same order. */
async function checkRows({ db, api }: Rig, { name, shape, limit }: Page): Promise<void> {
  const { path, where } = drawPage(shape, limit, seededRandom(7));
  const response = await fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${api.key}` } });
  const answer = (await response.json()) as { data?: { id: string; lines: unknown[] }[] };
  const rows = await db.query<{ id: string; lines: unknown[] }>(NESTED(where, shape.order ?? NEWEST_FIRST, limit));
  const summary = (orders: readonly { id: string; lines: unknown[] }[]) =>
    orders
      .slice(0, limit)
      .map((order) => `${order.id} ${order.lines.length}`)
      .join();
  if (!answer.data || rows.length === 0 || summary(answer.data) !== summary(rows))
    throw new Error(`${name}: the API and the tables do not answer the same page: ${path} (status ${response.status})`);
}

function readSome(rig: Rig, { shape, limit }: Page, connections: number, ms: number): Promise<LoadAnswer> {
  const random = seededRandom(limit);
  const paths = Array.from({ length: PATHS }, () => drawPage(shape, limit, random).path);
  return rig.readers.ask({ ...rig.api, paths, connections, ms });
}

async function measurePage(bench: Bench, rig: Rig, page: Page): Promise<void> {
  const { name, shape, limit } = page;
  const read = (connections: number, ms: number) => readSome(rig, page, connections, ms);
  const bare = async (statement: string, perSecond: number) =>
    runPgbench({
      ...rig.pgbench,
      variables: shape.variables,
      statement,
      transactionsPerClient: Math.ceil((perSecond * SLICE_MS) / 1_000 / CONNECTIONS),
    });
  const alone: number[] = [];
  let bytes = 0;
  const sides = {
    ours: async () => {
      const busy = await read(CONNECTIONS, SLICE_MS);
      bytes = busy.bytes;
      alone.push((await read(1, ALONE_MS)).p95);
      return busy.perSecond;
    },
    floor: () => bare(NESTED(shape.where, shape.order ?? NEWEST_FIRST, limit), guess),
  };
  let guess = CONNECTIONS * 20;
  guess = await sides.floor();
  await sides.ours();
  alone.length = 0;
  const { ours = [], floor = [] } = await bench.interleave(ROUNDS, sides);
  const texts = await bare(TEXTS(shape.where, shape.order ?? NEWEST_FIRST, limit), median(floor));
  bench.report(name, median(ours), median(floor));
  bench.report(`${name}_p95`, median(alone));
  bench.say(
    `${name}: ${(bytes / 1_000).toFixed(1)} KB; ${describeRatios(ours, floor)}; the stored texts alone by pgbench, once: ${texts.toFixed(0)}/s`,
  );
}

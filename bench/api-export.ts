/**
 * A million orders as NDJSON over HTTP, against PostgreSQL that writes the very same lines by COPY to its own client: in
 * five parts, each by both, then all of them at once by ours, for the memory that it takes.
 */
import { readFileSync } from "node:fs";
import type { ApiAnswer, ApiQuestion } from "./api-helper.ts";
import type { CopyAnswer, CopyQuestion } from "./copy-helper.ts";
import { type Bench, describeRatios, median } from "./harness.ts";
import { ORDERS, placedAt, seedOrders } from "./list-seed.ts";

const PARTS = 5;
/** After so many the heap has the size at which it is cleared: what grows from there on would grow with the list. */
const WARM = 100_000;
const SAMPLE_MS = 10;

export async function measureExport(bench: Bench): Promise<void> {
  const database = await bench.createDatabase();
  const start = performance.now();
  await seedOrders(database.db, { lines: false });
  bench.say(`the table was filled in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
  const server = bench.startHelper<ApiQuestion, ApiAnswer>("api-helper.ts");
  const api = await server.ask({ databaseUrl: database.url });
  const reader = bench.startHelper<CopyQuestion, CopyAnswer>("copy-helper.ts");
  const exported = (range: Range) => reader.ask({ from: "api", ...api, path: pathOf(range) });
  const copied = (range: Range) => reader.ask({ from: "database", url: database.url, statement: copyOf(range) });

  const idle = residentMegabytes(server.pid);
  await exported([0, WARM]);
  const before = residentMegabytes(server.pid);
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentMegabytes(server.pid));
  }, SAMPLE_MS);
  bench.onEnd(async () => clearInterval(sampler));
  const size = ORDERS / PARTS;
  let part = 0;
  const each = (read: (range: Range) => Promise<CopyAnswer>) => async () => {
    const range: Range = [(part >> 1) * size, ((part >> 1) + 1) * size];
    // Whoever comes first would wait for the disk, and the other one would not.
    if (part % 2 === 0) await database.db.query(sizeOf(range));
    part += 1;
    const answer = await read(range);
    if (answer.rows !== size) throw new Error(`${answer.rows} of ${size} orders came`);
    return answer;
  };
  const { ours = [], floor = [] } = await bench.interleave(PARTS, { ours: each(exported), floor: each(copied) });
  const speeds = (answers: readonly CopyAnswer[]) => answers.map(({ rows, seconds }) => rows / seconds);
  bench.report("export_ndjson", median(speeds(ours)), median(speeds(floor)));
  bench.say(`export_ndjson: ${describeRatios(speeds(ours), speeds(floor))}`);

  const whole = await exported([0, ORDERS]);
  clearInterval(sampler);
  if (whole.rows !== ORDERS) throw new Error(`${whole.rows} of ${ORDERS} orders came`);
  bench.report("export_memory", peak - before);
  bench.say(
    `all ${ORDERS} at once: ${(whole.rows / whole.seconds).toFixed(0)} orders/s, ${(whole.bytes / 1e6).toFixed(0)} MB; ` +
      `the server's memory: ${idle.toFixed(0)} MB idle, ${before.toFixed(0)} MB after the first ${WARM}, at most ${peak.toFixed(0)} MB`,
  );
}

/** Orders by number: after the first, up to the second. */
type Range = readonly [after: number, until: number];

const instant = (n: number) => new Date(placedAt(n).getTime() + 1_000).toISOString();

const pathOf = ([after, until]: Range) =>
  `/v1/exports/orders.ndjson?placed_from=${instant(after)}&placed_until=${instant(until)}`;

const TIME = (column: string) => `coalesce('"' || to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null')`;

const copyOf = ([
  after,
  until,
]: Range) => `copy (select '{"id":"' || id || '","store_id":"' || store_id || '","version":' || version
  || ',"hold":' || coalesce(to_json(hold)::text, 'null') || ',"needs_attention":' || attention || ',"unmapped_lines":' || unmapped_lines
  || ',"updated_at_source":' || ${TIME("source_updated_at")} || ',"synced_at":' || ${TIME("synced_at")} || ',"updated_at":' || ${TIME("updated_at")}
  || ',"gone_at":' || ${TIME("gone_at")} || ',' || right(document, -1)
  from orders where placed_at >= '${instant(after)}' and placed_at < '${instant(until)}' order by placed_at desc, id desc) to stdout`;

const sizeOf = ([after, until]: Range) =>
  `select sum(length(document)) from orders where placed_at >= '${instant(after)}' and placed_at < '${instant(until)}'`;

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1_024;
}

/**
 * Statements: a million entries from flat files to committed rows, and each with its order, against the very rows inserted
 * bare into tables with the same indexes. Import and match are measured apart.
 */
import { type Bench, type Benchmark, describeRatios, median } from "./harness.ts";
import { LINES, STATEMENT_ENTRIES, seedOrders } from "./settlement-files.ts";
import type { SettlementsAnswer, SettlementsQuestion } from "./settlements-helper.ts";

const ENTRIES = 1_000_000;
const SHORT = 100_000;
/** Rows of one transaction of the floor: as many as one of our documents has. */
const PAGE = 2_000;
const TABLES = ["settlements", "ledger_entries", "open_entries", "raw_documents"] as const;

export const settlements: Benchmark = {
  figures: {
    import: { unit: "entries/s", goal: "ratio >= 0.3" },
    match: { unit: "entries/s", goal: null },
    rss_growth: { unit: "MB", goal: "ours < 150" },
  },
  run: async (bench) => {
    const entries = bench.options.short ? SHORT : ENTRIES;
    const ours = await bench.createDatabase({ max: 2 });
    const bare = await bench.createDatabase({ max: 1 });
    await seedOrders(ours.db, entries / LINES);
    await ours.db.exec("vacuum analyze orders");
    const helper = bench.startHelper<SettlementsQuestion, SettlementsAnswer>("settlements-helper.ts");
    await helper.ask({ ask: "open", url: ours.url });
    const seconds = { ours: [] as number[], floor: [] as number[] };
    for (let statement = 0; statement < entries / STATEMENT_ENTRIES; statement++) {
      bench.noise.probe();
      const { ms } = await helper.ask({ ask: "import", statement });
      seconds.ours.push(ms / 1_000);
      seconds.floor.push((await insertBare(bench, ours.db, bare.db, statement)) / 1_000);
    }
    const total = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0);
    bench.report("import", entries / total(seconds.ours), entries / total(seconds.floor));
    const done = await helper.ask({ ask: "match" });
    if (done.matched !== entries || done.balanced !== entries / STATEMENT_ENTRIES)
      throw new Error(`${done.matched} entries were matched and ${done.balanced} statements balanced`);
    bench.report("match", entries / (done.ms / 1_000));
    bench.report("rss_growth", done.growth / 1e6);
    const speeds = (list: readonly number[]) => list.map((one) => STATEMENT_ENTRIES / one);
    const tenth = Math.max(1, Math.floor(seconds.ours.length / 10));
    bench.say(
      `${entries} entries in ${seconds.ours.length} statements; ours ${median(speeds(seconds.ours.slice(0, tenth))).toFixed(0)} entries/s at the ` +
        `beginning, ${median(speeds(seconds.ours.slice(-tenth))).toFixed(0)} at the end; ${describeRatios(speeds(seconds.ours.slice(-5)), speeds(seconds.floor.slice(-5)))} (the last five)`,
    );
  },
};

type Db = Awaited<ReturnType<Bench["createDatabase"]>>["db"];

/** What our import of the statement left, inserted once more where nothing is parsed, mapped, sealed or decided. Answers milliseconds. */
async function insertBare(bench: Bench, from: Db, to: Db, statement: number): Promise<number> {
  const pages: { table: string; rows: string }[][] = [];
  const external = String(25_000_000_000 + statement);
  const [count] = await from.query<{ n: string }>(
    "select count(*) as n from ledger_entries where settlement_external_id = $1",
    [external],
  );
  if (Number(count?.n) !== STATEMENT_ENTRIES) throw new Error(`the statement ${external} has ${count?.n} entries`);
  for (let at = 0; at < STATEMENT_ENTRIES; at += PAGE) {
    const page: { table: string; rows: string }[] = [];
    for (const table of TABLES) {
      const [row] = await from.query<{ rows: string | null }>(SELECT[table], [external, at, PAGE]);
      if (row?.rows) page.push({ table, rows: row.rows });
    }
    pages.push(page);
  }
  if (statement === 0)
    bench.say(
      `rows of a statement: ${pages
        .flat()
        .map(({ table, rows }) => `${table} ${(JSON.parse(rows) as unknown[]).length}`)
        .join(", ")}`,
    );
  const start = performance.now();
  for (const page of pages)
    await to.transaction(async (tx) => {
      await Promise.all(
        page.map(({ table, rows }) =>
          tx.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1::text::json) r`, [
            rows,
          ]),
        ),
      );
    });
  return performance.now() - start;
}

const MINE =
  "select id from ledger_entries where settlement_external_id = $1 order by external_id offset $2::int limit $3::int";

/** The rows of one page of a statement. */
const SELECT: Record<(typeof TABLES)[number], string> = {
  settlements:
    "select json_agg(t)::text as rows from settlements t where external_id = $1 and $2::int = 0 and $3::int > 0",
  ledger_entries: `select json_agg(t)::text as rows from ledger_entries t where id in (${MINE})`,
  open_entries: `select json_agg(t)::text as rows from open_entries t where entry_id in (${MINE})`,
  raw_documents:
    "select json_agg(t)::text as rows from raw_documents t where external_id = 'settlement:' || $1 || '.' || ($2::int / $3::int)",
};

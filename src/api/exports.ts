/** Whole lists as files: NDJSON in the form of the lists, CSV for spreadsheets and imports. */
import { seesBuyers } from "./auth.ts";
import { define } from "./define.ts";
import { answerFile, toCsv } from "./export-stream.ts";
import { EXPORT_TABLES, type ExportTable } from "./export-tables.ts";
import { WORKBOOK_TYPE, writeWorkbook } from "./export-workbook.ts";
import { feedStart } from "./feed-start.ts";
import { ROUTES, type RouteId } from "./routes.ts";
import { trustedBooks } from "./trusted-books.ts";
import type { Api } from "./types.ts";

const FORMS = {
  ndjson: {
    type: "application/x-ndjson",
    words: "JSON documents as the list shows them, one a line.",
  },
  xlsx: {
    type: WORKBOOK_TYPE,
    words:
      "One sheet; amounts are numbers, all else is text, instants RFC 3339 in UTC. A sheet has 1,048,576 rows: of a longer list " +
      "there is none (`too_many_rows`), take its CSV.",
  },
  csv: {
    type: "text/csv",
    words: "Cells that a spreadsheet would take for a formula begin with an apostrophe. Instants are RFC 3339 in UTC.",
  },
} as const;

const FEED_POSITION = "feed-position";
const WHOLE =
  "A connection that breaks off in the middle means that something failed: the file is not whole, ask again. " +
  "Filters are those of the list.";

export function defineExports(api: Api): void {
  for (const table of EXPORT_TABLES) {
    if (table.ndjson) defineExport(api, table, "ndjson", table.ndjson);
    defineExport(api, table, "csv", (reader, query) => csvTexts(table, table.csv(reader, query)));
    if (table.workbook) defineExport(api, table, "xlsx", (reader, query) => writeWorkbook(table, reader, query));
  }
}

function defineExport(
  api: Api,
  table: ExportTable,
  format: keyof typeof FORMS,
  texts: NonNullable<ExportTable["ndjson"]>,
): void {
  const name = `${table.name}.${format}`;
  const { type, words } = FORMS[format];
  const id = `GET /v1/exports/${name}`;
  if (!isRoute(id)) throw new Error(`${id} is not in the table of routes`);
  define(
    api,
    id,
    {
      summary: `${table.what}, as a file`,
      description: `${words} ${WHOLE}${format === "ndjson" ? "" : `\n\nColumns: ${table.columns.join(", ")}.`}`,
      query: table.query,
      answerType: type,
      answerHeaders: {
        [FEED_POSITION]:
          "The feed's position from before the first row was read: `GET /v1/changes?after=` this tells all that changes after.",
      },
    },
    async ({ c, who, query }) => {
      const { feed_position } = await feedStart(api, {});
      const file = {
        name,
        type: format === "csv" ? `${type}; charset=utf-8` : type,
        headers: { [FEED_POSITION]: String(feed_position) },
      };
      return answerFile(
        c,
        api.engine,
        file,
        texts({ engine: api.engine, stores: who.stores, clear: seesBuyers(c), trusted: trustedBooks(api) }, query),
      );
    },
  );
}

const isRoute = (id: string): id is RouteId => id in ROUTES;

async function* csvTexts(table: ExportTable, parts: AsyncGenerator<unknown[][]>): AsyncGenerator<string> {
  let head: string[][] = [[...table.columns]];
  for await (const rows of parts) {
    yield toCsv([...head, ...rows]);
    head = [];
  }
}

/** What is exported: for each list its filters, how a part of it is read, and the columns of its CSV. */
import { z } from "zod";
import { listLineStock } from "../core/db/order-lines.ts";
import { listOrderBytes, listOrders, type OrderFilter, type OrderPosition } from "../core/db/orders.ts";
import type { RowPage } from "../core/db/page.ts";
import { hasMoreEntries, listEntries, listSettlements } from "../core/db/settlements.ts";
import { listShipments } from "../core/db/shipments.ts";
import { listLevels } from "../core/db/stock.ts";
import { hasMoreProfit, listProfit } from "../core/finance/profit.ts";
import { renderEntry, renderSettlement, renderShipment } from "./after-sales-views.ts";
import {
  type Column,
  ENTRY_COLUMNS,
  type ExportedOrder,
  LEVEL_COLUMNS,
  LINE_COLUMNS,
  ORDER_COLUMNS,
  PROFIT_COLUMNS,
  SETTLEMENT_COLUMNS,
  SHIPMENT_COLUMNS,
  toLineRows,
} from "./export-columns.ts";
import { type ExportPart, type ExportText, readAhead } from "./export-stream.ts";
import {
  entryFilter,
  type ListReader,
  levelFilter,
  orderFilter,
  settlementFilter,
  shipmentFilter,
} from "./list-filters.ts";
import { profitFilter } from "./profit.ts";
import { renderProfit } from "./profit-view.ts";
import { entryFilters, settlementFilters, shipmentFilters } from "./schemas/after-sales.ts";
import { stockFilters } from "./schemas/catalogue.ts";
import { orderFilters } from "./schemas/orders.ts";
import { profitFilters } from "./schemas/profit.ts";
import { renderLevel } from "./views.ts";

/** Rows of a part: of orders one or two megabytes. */
const PART = 512;

/** A list as files. */
export interface ExportTable {
  name: "orders" | "order-lines" | "shipments" | "stock" | "settlements" | "entries" | "profit";
  /** What a file holds, and a line of it. */
  what: string;
  query: z.ZodObject;
  /** Its parts as NDJSON; absent where there is a list of the same records. */
  ndjson?(reader: ListReader, query: unknown): AsyncGenerator<ExportText>;
  csv(reader: ListReader, query: unknown): AsyncGenerator<unknown[][]>;
  columns: readonly string[];
  /** Where it is offered as a workbook: its columns that hold amounts, and whether there are more rows than so many. */
  workbook?: {
    amounts: readonly string[];
    exceeds(reader: ListReader, query: unknown, rows: number): Promise<boolean>;
  };
}

interface TableSpec<Shape extends z.ZodRawShape, Row, Record> {
  name: ExportTable["name"];
  what: string;
  filters: Shape;
  parts(reader: ListReader, query: z.output<z.ZodObject<Shape>>): AsyncGenerator<Row[]>;
  /** A row as a line of JSON; absent where there is no NDJSON. */
  line?(row: Row): string;
  /** Where lines come quicker than from rows; null for this reader. */
  lines?(reader: ListReader, query: z.output<z.ZodObject<Shape>>): AsyncGenerator<ExportText> | null;
  records(rows: Row[], reader: ListReader): readonly Record[] | Promise<readonly Record[]>;
  columns: readonly Column<Record>[];
  workbook?: {
    amounts: readonly string[];
    exceeds(reader: ListReader, query: z.output<z.ZodObject<Shape>>, rows: number): Promise<boolean>;
  };
}

function table<Shape extends z.ZodRawShape, Row, Record>(spec: TableSpec<Shape, Row, Record>): ExportTable {
  const { name, what, line, columns, workbook } = spec;
  const parts = (reader: ListReader, query: unknown) => spec.parts(reader, query as z.output<z.ZodObject<Shape>>);
  return {
    name,
    what,
    query: z.strictObject(spec.filters),
    columns: columns.map(([column]) => column),
    csv: async function* (reader, query) {
      for await (const rows of parts(reader, query)) {
        const records = await spec.records(rows, reader);
        yield records.map((record) => columns.map(([, cell]) => cell(record)));
      }
    },
    ...(workbook && {
      workbook: {
        amounts: workbook.amounts,
        exceeds: (reader, query, rows) => workbook.exceeds(reader, query as z.output<z.ZodObject<Shape>>, rows),
      },
    }),
    ...(line && {
      ndjson: (reader, query) =>
        spec.lines?.(reader, query as z.output<z.ZodObject<Shape>>) ?? linesOf(parts(reader, query), line),
    }),
  };
}

async function* linesOf<Row>(parts: AsyncGenerator<Row[]>, line: (row: Row) => string): AsyncGenerator<string> {
  for await (const rows of parts) if (rows.length > 0) yield `${rows.map(line).join("\n")}\n`;
}

/** Orders with buyers masked, passed on as they are stored. */
async function* maskedOrders({ engine }: ListReader, filter: OrderFilter): AsyncGenerator<Uint8Array> {
  const parts = readAhead(async (after: OrderPosition | null) => {
    const { parts: rows, next } = await listOrderBytes(engine.db, filter, { limit: PART, after, between: "\n" });
    return { rows, next };
  });
  for await (const bytes of parts) {
    if (bytes.length > 0) bytes.push(LINE_END);
    for (let i = 0; i < bytes.length; i += WRITTEN) yield Buffer.concat(bytes.slice(i, i + WRITTEN));
  }
}

/** Pieces that are written at once: some hundred kilobytes. */
const WRITTEN = 64;
const LINE_END = Buffer.from("\n");

/** Texts of orders: a file passes on what was rendered when they were saved. */
const orderParts = ({ engine, clear }: ListReader, filter: OrderFilter) =>
  readAhead(async (after: OrderPosition | null): Promise<ExportPart<string, OrderPosition>> => {
    const openWith = clear ? engine.keyring : null;
    const { texts, next } = await listOrders(engine.db, filter, { limit: PART, after, openWith });
    return { rows: texts, next };
  });

const rowParts = <Row>(list: (page: { limit: number; after: readonly string[] | null }) => Promise<RowPage<Row>>) =>
  readAhead(
    (after: readonly string[] | null): Promise<ExportPart<Row, readonly string[]>> => list({ limit: PART, after }),
  );

const parseOrders = (texts: readonly string[]) => texts.map((text) => JSON.parse(text) as ExportedOrder);

export const EXPORT_TABLES: readonly ExportTable[] = [
  table({
    name: "orders",
    what: "Orders, one a line",
    filters: orderFilters,
    parts: (reader, query) => orderParts(reader, orderFilter(reader, query)),
    line: (text) => text,
    lines: (reader, query) => (reader.clear ? null : maskedOrders(reader, orderFilter(reader, query))),
    records: parseOrders,
    columns: ORDER_COLUMNS,
  }),
  table({
    name: "order-lines",
    what: "Order lines with our SKUs, one order line a line",
    filters: orderFilters,
    parts: (reader, query) => orderParts(reader, orderFilter(reader, query)),
    records: async (texts, { engine }) => {
      const orders = parseOrders(texts);
      return toLineRows(
        orders,
        await listLineStock(
          engine.db,
          orders.map((order) => order.id),
        ),
      );
    },
    columns: LINE_COLUMNS,
  }),
  table({
    name: "shipments",
    what: "Parcels, one a line",
    filters: shipmentFilters,
    parts: ({ engine, stores }, query) =>
      rowParts((page) => listShipments(engine.db, shipmentFilter({ stores }, query), page)),
    line: (row) => JSON.stringify(renderShipment(row)),
    records: (rows) => rows.map(renderShipment),
    columns: SHIPMENT_COLUMNS,
  }),
  table({
    name: "stock",
    what: "Stock levels, one SKU and location a line",
    filters: stockFilters,
    parts: ({ engine, stores }, query) =>
      rowParts((page) => listLevels(engine.db, levelFilter({ stores }, query), page)),
    line: (row) => JSON.stringify(renderLevel(row)),
    records: (rows) => rows.map(renderLevel),
    columns: LEVEL_COLUMNS,
  }),
  table({
    name: "settlements",
    what: "Statements, one a line",
    filters: settlementFilters,
    parts: ({ engine, stores }, query) =>
      rowParts((page) => listSettlements(engine.db, settlementFilter({ stores }, query), page)),
    line: (row) => JSON.stringify(renderSettlement(row)),
    records: (rows) => rows.map(renderSettlement),
    columns: SETTLEMENT_COLUMNS,
    // Statements are of days at least: never as many.
    workbook: { amounts: ["total", "payout", "difference"], exceeds: async () => false },
  }),
  table({
    name: "entries",
    what: "Ledger entries of all statements, one a line",
    filters: entryFilters,
    parts: ({ engine, stores }, query) =>
      rowParts((page) => listEntries(engine.db, entryFilter({ stores }, query), page)),
    line: (row) => JSON.stringify(renderEntry(row)),
    records: (rows) => rows.map(renderEntry),
    columns: ENTRY_COLUMNS,
    workbook: {
      amounts: ["amount"],
      exceeds: ({ engine, stores }, query, rows) => hasMoreEntries(engine.db, entryFilter({ stores }, query), rows),
    },
  }),
  table({
    name: "profit",
    what: "Profit by order, SKU, store or month, one row a line",
    filters: profitFilters,
    parts: ({ engine, stores, trusted }, query) =>
      rowParts(async (page) => {
        const { rows, next } = await listProfit(engine.db, trusted, {
          by: query.by,
          filter: profitFilter(stores, query),
          page,
        });
        return { rows: rows.map((row) => renderProfit(query.by, row)), next };
      }),
    records: (rows) => rows,
    columns: PROFIT_COLUMNS,
    workbook: {
      amounts: PROFIT_COLUMNS.slice(6).flatMap(([name]) => (name.startsWith("units") ? [] : [name])),
      exceeds: ({ engine, stores }, query, rows) =>
        hasMoreProfit(engine.db, { by: query.by, filter: profitFilter(stores, query) }, rows),
    },
  }),
];

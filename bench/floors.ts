/**
 * The floor of ingest: the very rows that a page of ours left in the tables, sent again by one statement a table in one
 * transaction. Nothing is parsed, mapped, compared or decided.
 */

import { toBase64 } from "../src/core/crypto.ts";
import type { Database } from "../src/core/db/database.ts";
import { packBody, unpackBody } from "../src/core/ingest/documents.ts";
import { type Keyring, openText, sealText } from "../src/core/secrets.ts";

/** Rows of a table that one page wrote, and the statement that writes them again. */
export interface TableRows {
  table: string;
  statement: string;
  /** The rows as JSON text. */
  rows: string;
}

/** What a page wrote, in the order in which it wrote it. */
export type PageRows = TableRows[];

/** How the rows of a page are told from all others, by the time that the page was given or by their own number. */
interface TableKind {
  table: string;
  where: string;
  /** Columns that find a row which was there before: it is updated. Absent: the row is new. */
  key?: string[];
}

const TABLES: readonly TableKind[] = [
  { table: "raw_documents", where: "t.read_at = $1::timestamptz" },
  { table: "orders", where: "t.synced_at = $1::timestamptz" },
  { table: "order_lines", where: "t.order_id in (select id from orders where synced_at = $1::timestamptz)" },
  { table: "order_charges", where: "t.order_id in (select id from orders where synced_at = $1::timestamptz)" },
  { table: "order_notes", where: "t.at = $1::timestamptz" },
  { table: "reservations", where: "t.updated_at = $1::timestamptz" },
  { table: "stock_levels", where: "t.updated_at = $1::timestamptz", key: ["sku_id", "location_id"] },
  { table: "stock_movements", where: "t.at = $1::timestamptz" },
  { table: "offers", where: "t.desired_at = $1::timestamptz", key: ["id"] },
  // Emptied after each page.
  { table: "changes_pending", where: "$1::timestamptz is not null" },
  { table: "checkpoints", where: "$1::timestamptz is not null", key: ["store_id", "resource", "stream"] },
];

interface Column {
  name: string;
  type: string;
}

/** Reads pages back out of the tables. */
export class Capture {
  private readonly columns = new Map<string, Column[]>();
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** What the page of this time wrote; each page has a time of its own. */
  async page(at: Date): Promise<PageRows> {
    const found: PageRows = [];
    for (const kind of TABLES) {
      const columns = await this.columnsOf(kind.table);
      const values = columns.map(({ name, type }) =>
        type === "bytea" ? `translate(encode(t.${name}, 'base64'), E'\\n', '') as ${name}` : `t.${name}`,
      );
      const [row] = await this.db.query<{ rows: string; n: string }>(
        `select coalesce(json_agg(json_strip_nulls(row_to_json(r))), '[]')::text as rows, count(*) as n
         from (select ${values.join(", ")} from ${kind.table} t where ${kind.where}) r`,
        [at.toISOString()],
      );
      if (row && Number(row.n) > 0)
        found.push({ table: kind.table, statement: statementOf(kind, columns), rows: row.rows });
    }
    await this.db.query("delete from changes_pending");
    return found;
  }

  /** All columns but those that the database numbers itself. */
  private async columnsOf(table: string): Promise<Column[]> {
    let columns = this.columns.get(table);
    if (!columns) {
      columns = await this.db.query<Column>(
        `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type from pg_attribute a
         where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attidentity = '' order by a.attnum`,
        [table],
      );
      this.columns.set(table, columns);
    }
    return columns;
  }
}

function statementOf({ table, key }: TableKind, columns: readonly Column[]): string {
  const shape = columns.map(({ name, type }) => `${name} ${type === "bytea" ? "text" : type}`).join(", ");
  const value = ({ name, type }: Column) => (type === "bytea" ? `decode(r.${name}, 'base64')` : `r.${name}`);
  const from = `json_to_recordset($1::text::json) as r(${shape})`;
  if (!key) {
    const names = columns.map(({ name }) => name).join(", ");
    return `insert into ${table} (${names}) select ${columns.map(value).join(", ")} from ${from}`;
  }
  const set = columns.filter(({ name }) => !key.includes(name)).map((column) => `${column.name} = ${value(column)}`);
  return `update ${table} t set ${set.join(", ")} from ${from} where ${key.map((name) => `t.${name} = r.${name}`).join(" and ")}`;
}

/** Writes a page: all statements at once, one after the other on the wire. */
export async function writePage(db: Database, page: PageRows): Promise<void> {
  await db.transaction(async (tx) => {
    await Promise.all(page.map(({ statement, rows }) => tx.query(statement, [rows])));
  });
}

interface SealedRow {
  id: string;
  store_id: string;
  [column: string]: unknown;
}

/** A page whose sealed columns are still plain. */
export interface PlainPage {
  rest: PageRows;
  sealed: { table: string; statement: string; rows: { row: SealedRow; plain: string | null }[] }[];
}

/** The same page, with the raw documents and the personal columns opened. */
export function openPage(page: PageRows, keyring: Keyring): PlainPage {
  const sealed = page.filter(({ table }) => table in COLUMN);
  return {
    rest: page.filter(({ table }) => !(table in COLUMN)),
    sealed: sealed.map(({ table, statement, rows }) => ({
      table,
      statement,
      rows: (JSON.parse(rows) as SealedRow[]).map((row) => {
        const value = row[COLUMN[table] ?? ""];
        if (typeof value !== "string") return { row, plain: null };
        const bytes = Buffer.from(value, "base64");
        const plain =
          table === "orders"
            ? openText(keyring, { table, store: row.store_id, id: row.id }, bytes)
            : unpackBody(keyring, table, row.store_id, row.id, bytes);
        return { row, plain };
      }),
    })),
  };
}

/** The sealed column of each table that has one. */
const COLUMN: Readonly<Record<string, string>> = { raw_documents: "body", orders: "personal" };

/** As `writePage`, after deflating and sealing what ours deflates and seals. */
export async function sealAndWritePage(db: Database, page: PlainPage, keyring: Keyring): Promise<void> {
  const sealed = page.sealed.map(({ table, statement, rows }) => {
    for (const { row, plain } of rows) {
      if (plain === null) continue;
      const bytes =
        table === "orders"
          ? sealText(keyring, { table, store: row.store_id, id: row.id }, plain)
          : packBody(keyring, table, row.store_id, row.id, plain);
      row[COLUMN[table] ?? ""] = toBase64(bytes);
    }
    return { table, statement, rows: JSON.stringify(rows.map(({ row }) => row)) };
  });
  await writePage(db, [...sealed, ...page.rest]);
}

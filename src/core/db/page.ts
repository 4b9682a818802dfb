/**
 * Lists by keyset: a page begins after the ordering columns of the last row of the page before, compared as one row. Rows
 * that change, come or go between two pages neither repeat nor hide others, since lists are ordered by what never changes.
 */
import type { Database, Parameter } from "./database.ts";

export interface PageRequest {
  limit: number;
  /** The ordering columns of the last row read, as PostgreSQL printed them; null: from the start. */
  after: readonly string[] | null;
}

export interface RowPage<Row> {
  rows: Row[];
  next: string[] | null;
}

/** Conditions of a list; parameters are numbered as they are bound. */
export interface Conditions {
  bind(value: Parameter): string;
  add(condition: string): void;
  /** `column = value`, where the value is given. */
  equal(column: string, value: Parameter | undefined, cast?: string): void;
  /** Rows of stores that the reader may see; null: all. Rows of no store are for readers of all stores. */
  visible(column: string, stores: readonly string[] | null): void;
  readonly params: Parameter[];
  readonly text: string;
}

export function conditions(): Conditions {
  const params: Parameter[] = [];
  const parts: string[] = [];
  const bind = (value: Parameter) => {
    params.push(value);
    return `$${params.length}`;
  };
  return {
    bind,
    add: (condition) => void parts.push(condition),
    equal: (column, value, cast = "text") => {
      if (value !== undefined) parts.push(`${column} = ${bind(value)}::${cast}`);
    },
    visible: (column, stores) => {
      if (stores) parts.push(`${column} = any(${bind(stores)}::uuid[])`);
    },
    params,
    get text() {
      return parts.length > 0 ? `where ${parts.join(" and ")}` : "";
    },
  };
}

export interface Keyset {
  columns: readonly { sql: string; cast: "uuid" | "text" | "timestamptz" | "bigint" }[];
  direction: "asc" | "desc";
}

/** One page of a list, in one statement. */
export async function readPage<Row extends object>(
  db: Database,
  list: { select: string; from: string; where: Conditions; keyset: Keyset; page: PageRequest },
): Promise<RowPage<Row>> {
  const { where, keyset, page } = list;
  const { columns, direction } = keyset;
  if (page.after) {
    const values = columns.map(({ cast }, i) => `${where.bind(page.after?.[i] ?? null)}::${cast}`);
    const sign = direction === "asc" ? ">" : "<";
    where.add(`(${columns.map(({ sql }) => sql).join(", ")}) ${sign} (${values.join(", ")})`);
  }
  const keys = columns.map(({ sql }, i) => `(${sql})::text as key_${i}`).join(", ");
  const order = columns.map(({ sql }) => `${sql} ${direction}`).join(", ");
  const limit = where.bind(page.limit + 1);
  const rows = await db.query<Row & Record<string, string>>(
    `select ${list.select}, ${keys} from ${list.from} ${where.text} order by ${order} limit ${limit}::int`,
    where.params,
  );
  const kept = rows.slice(0, page.limit);
  const last = kept.at(-1);
  const next = rows.length > page.limit && last ? columns.map((_, i) => String(last[`key_${i}`])) : null;
  // Readers get what they asked for. The last ones are taken off first, which leaves the objects' shape simple.
  for (const row of kept)
    for (let i = columns.length - 1; i >= 0; i--) delete (row as Record<string, string>)[`key_${i}`];
  return { rows: kept, next };
}

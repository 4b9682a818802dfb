/**
 * Statements come as files of the console, whose form is not published: the setting `statement` names its columns, and what
 * its kinds of rows mean. No method gives statements, fees or payouts, so that nothing is read by itself.
 */
import type { MapContext, RawDocument, SettlementCapability } from "../../core/adapter.ts";
import { InputError } from "../../core/errors.ts";
import { textOfGbk } from "../../core/gbk.ts";
import { type Unified, unified } from "../../core/model/records.ts";
import { money } from "../../core/money.ts";
import { rowsOfTable } from "../../core/named-columns.ts";
import { NO_WINDOW } from "../../core/paging.ts";
import { CURRENCY, settingsOf } from "./config.ts";
import { MINUTES_A_DAY } from "./limits.ts";
import { read } from "./schemas.ts";

const EMPTY = { documents: [], references: [], missing: [], next: null };

export const settlements: SettlementCapability = {
  streams: [{ name: "files", by: "parent", window: NO_WINDOW, everySeconds: MINUTES_A_DAY * 60 }],
  getBatch: 100,
  books: [["statement"]],
  list: async () => EMPTY,
  getMany: async () => EMPTY,
  toUnified,
  parseFile: rowsInFile,
};

const columnsOf = (context: MapContext) => settingsOf(context.settings).statement;

function rowsInFile(bytes: Uint8Array, context: MapContext): RawDocument[] {
  const known = columnsOf(context);
  const missing = "set statement: the columns of the console's file, whose form is not published";
  if (!known) throw new InputError("statement_unknown", missing, { status: 422 });
  const { id, time, amount, kind, order } = known.columns;
  const seen = new Map<string, string>();
  return rowsOfTable(textOfGbk(bytes), [id, time, amount]).map((row, index) => {
    const cell = (name: string | undefined) => (name === undefined ? "" : (row[name] ?? ""));
    const payload = { id: cell(id), time: cell(time), amount: cell(amount), kind: cell(kind), order: cell(order), row };
    const text = JSON.stringify(row);
    const repeats = `two rows have the same ${id} and are not the same: name a column that tells rows apart`;
    if (payload.id !== "" && (seen.get(payload.id) ?? text) !== text)
      throw new InputError("statement_id_repeats", repeats, { status: 422 });
    seen.set(payload.id, text);
    // One without an id does not map: it is set aside.
    const externalId = payload.id || `row:${index + 1}`;
    return { externalId, sourceUpdatedAt: null, sourceVersion: null, form: "statement-row@1", payload };
  });
}

/** An amount without the sign of the yuan, and without commas where they part thousands: elsewhere one may stand for the point. */
function plain(amount: string): string {
  const bare = amount.replace(/[¥￥\s]/g, "");
  return /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? bare.replaceAll(",", "") : bare;
}

/** A row is an entry of its own; one whose kind nobody has named is `other`. */
function toUnified(raw: RawDocument, context: MapContext): Unified {
  const row = read(raw.payload);
  const postedAt = row.time("time");
  if (postedAt === null) throw new Error("the row has no time");
  const externalKind = row.text("kind") ?? "row";
  const entry = {
    externalId: row.need("id"),
    settlementExternalId: null,
    book: "statement",
    state: "posted" as const,
    kind: columnsOf(context)?.kinds[externalKind] ?? "other",
    externalKind,
    amount: money(plain(row.need("amount")), CURRENCY),
    postedAt,
    orderExternalId: row.text("order"),
    ...{ orderLineExternalId: null, shipmentExternalId: null, refundExternalId: null, sellerCode: null },
    description: null,
  };
  return unified({ entries: [entry] });
}

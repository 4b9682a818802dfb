/** Counts and movements as CSV, and counts that name every SKU. */
import type { z } from "zod";
import { type CountInput, countStock, type MovementInput, moveStock } from "../core/stock/counts.ts";
import { listAbsent } from "../core/stock/full-count.ts";
import { countOnSale, TooManyZeroes } from "../core/stock/zero-guard.ts";
import { isConfirmed } from "./approvals.ts";
import { type CsvAnswer, type CsvForm, keepRows, writeCsv } from "./csv.ts";
import { refuseLimited } from "./keys.ts";
import { countRow, type countsQuery, movementRow } from "./schemas/catalogue.ts";
import { refuseShared } from "./shared-skus.ts";
import type { Api, Principal } from "./types.ts";

type CountRow = z.output<typeof countRow>;
type MovementRow = z.output<typeof movementRow>;
type CountsQuery = z.output<typeof countsQuery>;

export const COUNT_COLUMNS = "sku, quantity, [location], [basis], [counted_at]";
export const MOVEMENT_COLUMNS = "sku, kind, quantity, reference, [location], [to_location], [reason]";

export const NOT_ALL_TAKEN =
  "Not every row could be taken, and what a row lacks may be what it meant to name: mend the rows and send them all again.";

/** Absent SKUs that are counted as none in one transaction. */
const ABSENT_PART = 1_000;

export const toCount =
  (countedAt: Date) =>
  ({ counted_at, ...row }: CountRow): CountInput => ({ ...row, countedAt: counted_at ?? countedAt });

export const toMovement = ({ to_location, ...row }: MovementRow): MovementInput => ({
  ...row,
  toLocation: to_location ?? null,
});

/** Takes a file of counts; with `absent=zero`, what it does not name at its locations is counted as none afterwards. */
export async function writeCountFile(
  api: Api,
  who: Principal,
  query: CountsQuery,
  body: ReadableStream<Uint8Array> | null,
): Promise<CsvAnswer & { absent?: { zeroed: number; left: string | null } }> {
  const { engine } = api;
  const isFull = query.absent === "zero";
  if (isFull) refuseLimited(who);
  const at = query.counted_at ?? engine.clock.now();
  const confirmed = isConfirmed(who, query.confirm);
  const onSale = await countOnSale(engine.db);
  const locations = new Set<string>();
  let basis: CountInput["basis"] = query.basis ?? "physical";
  const said = new Map<string, string>();
  const write = async (counts: readonly CountInput[]) =>
    countStock(engine.db, { counts, actor: who.actor, confirmed, onSale, said }, engine.clock.now());
  /** Rows whose SKU may be one that is there: what they say is not known. */
  let doubtful = 0;
  const form: CsvForm<CountRow> = {
    columns: {
      sku: { required: true },
      quantity: { required: true, number: true },
      location: {},
      basis: {
        required: query.basis === undefined,
        instead: "or `basis=physical` or `basis=available` for all of them",
      },
      ...(isFull ? {} : { counted_at: {} }),
    },
    row: countRow,
    shape: (cells) => ({
      ...(query.location === undefined ? {} : { location: query.location }),
      ...(query.basis === undefined ? {} : { basis: query.basis }),
      ...cells,
    }),
    write: async (rows) => {
      await refuseShared(
        engine,
        who,
        rows.map((row) => row.sku),
      );
      const outcomes = await write(rows.map(toCount(at)));
      for (const [i, { error }] of outcomes.entries()) {
        const row = rows[i];
        if (row && !error) {
          locations.add(row.location);
          basis = row.basis;
        }
        if (error && error.code !== "unknown_sku" && error.code !== "newer_count" && error.code !== "bundle")
          doubtful++;
      }
      return outcomes;
    },
    keep: (rows) => ({ kind: "counts", request: { counts: rows.map(toCount(at)) } }),
  };
  const answer = await writeCsv(api, who, body, form);
  if (!isFull) return answer;
  const unread = answer.errors.filter(({ code }) => code === "invalid_row" || code === "unreadable_line").length;
  if (doubtful + unread + answer.errors_left_out + answer.waiting > 0 || answer.broken)
    return {
      ...answer,
      absent: {
        zeroed: 0,
        left: NOT_ALL_TAKEN,
      },
    };
  const zeroed = { zeroed: 0, left: null };
  const named = { locations: [...locations], countedAt: at, basis, except: [], limit: ABSENT_PART };
  for (let after: string | null = null; ; ) {
    const counts = await listAbsent(engine.db, { ...named, after });
    const last = counts.at(-1);
    if (!last) return { ...answer, absent: zeroed };
    after = `${last.location}/${last.sku}`;
    if (await keepWaiting(api, who, answer, counts, () => write(counts))) zeroed.zeroed += counts.length;
  }
}

/** Writes counts of what is absent, or keeps them beside what waits of the file; answers whether they were written. */
async function keepWaiting(
  api: Api,
  who: Principal,
  answer: CsvAnswer,
  counts: readonly CountInput[],
  write: () => Promise<unknown>,
): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (!(error instanceof TooManyZeroes)) throw error;
    await keepRows(api, who, answer, error, { kind: "counts", request: { counts }, rows: counts.length });
    return false;
  }
}

/** Books a file of movements: those of a name that was booked before are left as they are. */
export function writeMovementFile(
  api: Api,
  who: Principal,
  body: ReadableStream<Uint8Array> | null,
): Promise<CsvAnswer> {
  const { engine } = api;
  const form: CsvForm<MovementRow> = {
    columns: {
      sku: { required: true },
      kind: { required: true },
      quantity: { required: true, number: true },
      reference: { required: true },
      location: {},
      to_location: {},
      reason: {},
    },
    row: movementRow.refine((row) => row.reference !== undefined, "reference: a file names each movement"),
    write: async (rows) => {
      await refuseShared(
        engine,
        who,
        rows.map((row) => row.sku),
      );
      return moveStock(engine.db, { movements: rows.map(toMovement), actor: who.actor }, engine.clock.now());
    },
  };
  return writeCsv(api, who, body, form);
}

/**
 * Lists whose rows tell neither their state nor their day: a window is asked for a day and a state at a time, and what the
 * query said is kept. States go in the order of their life, so that what moves while it is read is met twice, and not missed.
 */
import { z } from "zod";
import type { Cursor, ListInput } from "./adapter.ts";
import { localDay } from "./local-time.ts";
import type { pagingOf } from "./paging.ts";

const POSITION = z.object({ step: z.int().min(0), at: z.string().nullable() });
const DAY_MS = 86_400_000;

export interface SteppedPage<Row> {
  rows: Row[];
  status: string;
  day: string;
  next: Cursor | null;
}

interface SteppedList<Row> {
  operation: string;
  zone: string;
  states: readonly [string, ...string[]];
  rowsPerPage: number;
  ask(day: string, state: string, page: number, size: number): Promise<{ rows: Row[]; total: number | null }>;
}

/** A page of one state on one day; the next is the next of them. */
export async function readStep<Row>(
  { parseCursor, readCursor, readPages }: ReturnType<typeof pagingOf>,
  input: ListInput,
  { operation, zone, states, rowsPerPage, ask }: SteppedList<Row>,
): Promise<SteppedPage<Row>> {
  const { step, at } = input.cursor === null ? { step: 0, at: null } : parseCursor(POSITION, input.cursor, operation);
  const steps = daysOf(input, zone).flatMap((day) => states.map((status) => ({ day, status })));
  const { day, status } = steps[step] ?? { day: localDay(input.until, zone), status: states[0] };
  const position = { limit: input.limit, cursor: readCursor(at, operation) };
  const most = { rows: rowsPerPage, pages: Number.POSITIVE_INFINITY };
  const page = await readPages(position, most, (number, size) => ask(day, status, number, size));
  const isLast = step + 1 >= steps.length;
  const next = page.next !== null ? { step, at: page.next } : isLast ? null : { step: step + 1, at: null };
  return { rows: page.rows, status, day, next: next && JSON.stringify(next) };
}

/** Calendar days that a window touches. */
function daysOf({ since, until }: Pick<ListInput, "since" | "until">, zone: string): string[] {
  const days = new Set<string>();
  for (let at = since.getTime(); at < until.getTime(); at += DAY_MS) days.add(localDay(new Date(at), zone));
  return [...days.add(localDay(until, zone))];
}

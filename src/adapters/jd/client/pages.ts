/** What a list holds, whatever its names; its pages are read as all adapters read theirs. */
import { z } from "zod";
import { pagingOf } from "../../../core/paging.ts";
import { type Fields, recordsOf } from "../schemas.ts";

export const { parseCursor, readCursor, readPages } = pagingOf("jd");

interface Found {
  rows: Fields[];
  total: number | null;
}

const TOTALS = ["orderTotal", "totalCount", "totalItem", "total_elements", "totalElements", "total"];
/** Throws for what is no object: an answer of another shape is no empty list. */
const RESULT = z.record(z.string(), z.unknown());
const LIST = z.union([z.array(z.unknown()), RESULT]).nullish();

/** Rows and their number in a result: the list of the given name, or the first that there is. */
export function listIn(result: unknown, name: string | null = null): Found {
  const fields = RESULT.parse(result);
  const total = TOTALS.map((field) => fields[field]).find((value) => value !== undefined && value !== null);
  const list = LIST.parse(name === null ? Object.values(fields).find(Array.isArray) : fields[name]);
  const count = Number(total ?? Number.NaN);
  return { rows: recordsOf(list), total: Number.isSafeInteger(count) ? count : null };
}

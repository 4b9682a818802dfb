/** Pages by number: a total, or whether there is more; rows that change move under the reader. */

import type { Call } from "./method.ts";
import { boundedInt } from "./method.ts";
import type { Row } from "./wire.ts";

export interface Page<T> {
  rows: T[];
  /** `total_results` or `has_next`. */
  counts: Row;
}

export interface PageSize {
  usual: number;
  most: number;
  least?: number;
}

/** Cuts a page out of rows in their present order. */
export function pageOf<T>(call: Call, rows: readonly T[], size: PageSize): Page<T> {
  const number = boundedInt(call, "page_no", 1, 1, 1_000_000);
  const length = boundedInt(call, "page_size", size.usual, size.least ?? 1, size.most);
  const start = (number - 1) * length;
  const part = rows.slice(start, start + length);
  const isCounted = call.parameters.flag("use_has_next") !== true;
  return {
    rows: part,
    counts: isCounted ? { total_results: rows.length } : { has_next: start + length < rows.length },
  };
}

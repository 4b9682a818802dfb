/** Rows kept in the order of (stamp, id), so that a page of a window costs a binary search and not a sort. */

export interface SortedIndex<T> {
  readonly rows: readonly T[];
  add(row: T): void;
  /** Call before the row's stamp changes. */
  remove(row: T): void;
  /** Positions of the rows with `after < stamp < before`, the end excluded. */
  range(after: number | undefined, before: number | undefined): { start: number; end: number };
  rebuild(rows: Iterable<T>): void;
}

/** Creates an empty index over a stamp in whole seconds. */
export function createSortedIndex<T extends { id: number }>(stampOf: (row: T) => number): SortedIndex<T> {
  let rows: T[] = [];

  const place = (stamp: number, id: number): number => {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = rows[middle] as T;
      const difference = stampOf(row) - stamp;
      if (difference < 0 || (difference === 0 && row.id < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get rows() {
      return rows;
    },
    add(row) {
      const at = place(stampOf(row), row.id);
      if (at === rows.length) rows.push(row);
      else rows.splice(at, 0, row);
    },
    remove(row) {
      const at = place(stampOf(row), row.id);
      if (rows[at] === row) rows.splice(at, 1);
    },
    range(after, before) {
      const start = after === undefined ? 0 : place(Math.floor(after) + 1, 0);
      const end = before === undefined ? rows.length : place(Math.ceil(before), 0);
      return { start, end: Math.max(start, end) };
    },
    rebuild(all) {
      rows = [...all].sort((a, b) => stampOf(a) - stampOf(b) || a.id - b.id);
    },
  };
}

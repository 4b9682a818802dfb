/** Rows kept in the order of (time, id), so that a window costs a binary search and not a sort. */

export interface TimeIndex<T> {
  add(row: T): void;
  /** Call before the row's time changes. */
  remove(row: T): void;
  /** Rows with `from <= time <= to`, the oldest first. */
  between(from: number, to: number): T[];
  sortAgain(): void;
}

/** Creates an empty index. */
export function createTimeIndex<T>(timeOf: (row: T) => number, idOf: (row: T) => string): TimeIndex<T> {
  const rows: T[] = [];

  const place = (time: number, id: string): number => {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = rows[middle] as T;
      const difference = timeOf(row) - time;
      if (difference < 0 || (difference === 0 && idOf(row) < id)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    add(row) {
      const at = place(timeOf(row), idOf(row));
      if (at === rows.length) rows.push(row);
      else rows.splice(at, 0, row);
    },
    remove(row) {
      const at = place(timeOf(row), idOf(row));
      if (rows[at] === row) rows.splice(at, 1);
    },
    between: (from, to) => rows.slice(place(from, ""), place(to + 1, "")),
    sortAgain: () => void rows.sort((a, b) => timeOf(a) - timeOf(b) || (idOf(a) < idOf(b) ? -1 : 1)),
  };
}

/** Pages by number, last to first, over a list that is a plain array. */
import { describe, expect, it } from "vitest";
import { pagingOf } from "../../src/core/paging.ts";

const { readCursor, readPages } = pagingOf("test");
const MOST = { rows: 50, pages: 200 };

/** All rows that a walk meets; `given` is how many rows the platform puts on a page that is asked to hold `size`. */
async function walk(rows: readonly number[], limit: number, given: (size: number) => number, saysTotal = true) {
  const seen: number[] = [];
  let calls = 0;
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof readPages<number>>> = await readPages(
      { limit, cursor: readCursor(cursor, "list") },
      MOST,
      async (number, size) => {
        calls += 1;
        const most = given(size);
        return { rows: rows.slice((number - 1) * most, number * most), total: saysTotal ? rows.length : null };
      },
    );
    seen.push(...page.rows);
    cursor = page.next;
  } while (cursor !== null && calls < 200);
  return { seen: seen.sort((a, b) => a - b), calls };
}

const ROWS = Array.from({ length: 103 }, (_, index) => index);

describe("pages by number", () => {
  it("are read whole, whatever their size", async () => {
    for (const limit of [1, 7, 50, 500])
      expect((await walk(ROWS, limit, (size) => size)).seen, String(limit)).toEqual(ROWS);
    expect(await walk([], 50, (size) => size)).toEqual({ seen: [], calls: 1 });
  });

  it("lose nothing where the platform puts fewer rows on a page than it is asked for", async () => {
    for (const most of [1, 20, 49])
      expect((await walk(ROWS, 50, (size) => Math.min(size, most))).seen, String(most)).toEqual(ROWS);
  });

  it("are read forwards where the list does not say how many there are", async () => {
    expect(await walk(ROWS, 50, (size) => size, false)).toEqual({ seen: ROWS, calls: 3 });
  });
});

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BudgetDraw, LeaseAnswer } from "../../../src/core/budget.ts";
import { createBudget } from "../../../src/core/db/budgets.ts";
import { createTestDatabase, itTwoConnections, type TestDatabase } from "../../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => database.reset());

function givenDraw(overrides: Partial<BudgetDraw> = {}): BudgetDraw {
  return {
    key: "example:app:calls",
    cost: 1,
    capacity: 10,
    windowMs: 980,
    share: 1,
    jitterMs: 20,
    spacingMs: 0,
    burst: 1,
    learned: false,
    daily: null,
    ...overrides,
  };
}

const lease = (draws: BudgetDraw[], count = 1, leadMs = 0) => createBudget(database.db).lease({ draws, count, leadMs });

function granted(answer: LeaseAnswer) {
  if (!answer.isGranted) throw new Error(`refused: ${JSON.stringify(answer)}`);
  return answer;
}

function refused(answer: LeaseAnswer) {
  if (answer.isGranted) throw new Error(`granted: ${JSON.stringify(answer)}`);
  return answer;
}

async function givenTat(key: string, aheadMs: number): Promise<void> {
  await database.db.query(
    `insert into budgets (key, tat) values ($1, clock_timestamp() + make_interval(secs => $2::float8 / 1000))
     on conflict (key) do update set tat = excluded.tat`,
    [key, aheadMs],
  );
}

async function tatAhead(key: string): Promise<number> {
  const [row] = await database.db.query<{ ahead: number }>(
    "select extract(epoch from tat - clock_timestamp())::float8 * 1000 as ahead from budgets where key = $1",
    [key],
  );
  return row?.ahead ?? Number.NaN;
}

describe("a lease", () => {
  it("starts at once, and the next one where it ended", async () => {
    const first = granted(await lease([givenDraw()], 3));
    expect(first).toMatchObject({ isGranted: true, count: 3, startMs: 0, stepMs: 100 });
    const second = granted(await lease([givenDraw()], 1));
    expect(second.startMs).toBeGreaterThan(100);
    expect(second.startMs).toBeLessThanOrEqual(300);
  });

  it("is paced by the share of the capacity, the cost and the spacing", async () => {
    expect(granted(await lease([givenDraw({ key: "a", share: 0.5 })])).stepMs).toBeCloseTo(200);
    expect(granted(await lease([givenDraw({ key: "b", cost: 5 })])).stepMs).toBeCloseTo(500);
    expect(granted(await lease([givenDraw({ key: "c", spacingMs: 300 })])).stepMs).toBeCloseTo(320);
  });

  it("starts at once what a bucket holds, and then at its pace", async () => {
    // A minute for a unit, and ten of them at first.
    const draw = givenDraw({ windowMs: 600_000 - 1_000, jitterMs: 1_000, burst: 10 });
    for (let n = 0; n < 10; n += 1) expect(granted(await lease([draw])).startMs).toBe(0);
    expect(refused(await lease([draw])).waitMs).toBeGreaterThan(57_000);
    expect(await tatAhead(draw.key)).toBeGreaterThan(598_000);
    await givenTat(draw.key, 7.5 * 60_000);
    for (let n = 0; n < 2; n += 1) expect(granted(await lease([draw])).startMs).toBe(0);
    refused(await lease([draw]));
  });

  it("keeps a share of a bucket, and counts what a call costs", async () => {
    const draw = givenDraw({ windowMs: 600_000 - 1_000, jitterMs: 1_000, burst: 10, share: 0.95 });
    for (let n = 0; n < 3; n += 1) expect(granted(await lease([{ ...draw, key: "costly", cost: 3 }])).startMs).toBe(0);
    refused(await lease([{ ...draw, key: "costly", cost: 3 }]));
    for (let n = 0; n < 9; n += 1) expect(granted(await lease([draw])).startMs).toBe(0);
    refused(await lease([draw]));
  });

  it("leaves time to prepare where it is asked for", async () => {
    expect(granted(await lease([givenDraw()], 1, 60)).startMs).toBe(60);
  });

  it("is refused beyond three leases ahead, with the time to ask again", async () => {
    await givenTat("example:app:calls", 1000);
    const answer = refused(await lease([givenDraw()]));
    expect(answer).toMatchObject({ key: "example:app:calls", reason: "busy" });
    expect(answer.waitMs).toBeGreaterThan(600);
    expect(answer.waitMs).toBeLessThanOrEqual(700);
    expect(await tatAhead("example:app:calls")).toBeLessThanOrEqual(1000);
    expect(granted(await lease([givenDraw()], 4)).count).toBe(4);
  });

  it("is not held more than two seconds ahead of a slow budget", async () => {
    const slow = givenDraw({ capacity: 1, windowMs: 60_000, jitterMs: 0 });
    await givenTat(slow.key, 30_000);
    const answer = refused(await lease([slow]));
    expect(answer.waitMs).toBeGreaterThan(27_000);
    expect(answer.waitMs).toBeLessThanOrEqual(28_000);
  });
});

describe("a draw on several budgets", () => {
  const app = givenDraw({ key: "app", capacity: 100 });
  const store = givenDraw({ key: "store", capacity: 2 });

  it("takes from all, at the pace of the slowest", async () => {
    expect(granted(await lease([app, store])).stepMs).toBe(500);
    expect(await tatAhead("store")).toBeGreaterThan(300);
    expect(await tatAhead("app")).toBeLessThanOrEqual(10);
  });

  it("takes from none when one is refused, so that others may use what is left", async () => {
    await givenTat("app", 0);
    await givenTat("store", 400);
    expect(refused(await lease([app, store]))).toMatchObject({ key: "store", reason: "busy" });
    expect(await tatAhead("app")).toBeLessThanOrEqual(0);
    expect(await tatAhead("store")).toBeLessThanOrEqual(400);
  });

  it("says when to ask again so that the fast budget lies idle for some milliseconds only", async () => {
    await givenTat("app", 0);
    await givenTat("store", 400);
    const { waitMs } = refused(await lease([app, store]));
    expect(waitMs).toBeGreaterThan(300);
    expect(waitMs).toBeLessThanOrEqual(376);
  });

  it("refuses to draw twice on one budget", async () => {
    await expect(lease([app, app])).rejects.toThrow(/twice on one budget/);
  });
});

describe("what the platform says", () => {
  it("pauses a budget for every process, and a shorter pause does not end a longer one", async () => {
    const budget = createBudget(database.db);
    await budget.observe([{ key: "example:app:calls", pauseMs: 5000 }]);
    await budget.observe([
      { key: "example:app:calls", pauseMs: 10 },
      { key: "example:app:calls", pauseMs: 20 },
    ]);
    const answer = refused(await lease([givenDraw()]));
    expect(answer).toMatchObject({ reason: "paused", key: "example:app:calls" });
    expect(answer.waitMs).toBeGreaterThan(4000);
  });

  it("replaces the capacity where it may be learned, and only there", async () => {
    const budget = createBudget(database.db);
    await budget.observe([{ key: "example:app:calls", capacity: 20 }]);
    expect(granted(await lease([givenDraw({ learned: true })])).stepMs).toBe(50);
    expect(granted(await lease([givenDraw()])).stepMs).toBe(100);
  });
});

describe("a daily allowance", () => {
  it("ends with the day of its zone", async () => {
    const daily = { limit: 5, timeZone: "Asia/Shanghai" };
    const draw = givenDraw({ daily, capacity: 1000, cost: 2 });
    expect(granted(await lease([draw], 10)).count).toBe(2);
    const answer = refused(await lease([draw]));
    expect(answer).toMatchObject({ reason: "daily", key: draw.key });
    const [row] = await database.db.query<{ ms: number }>(
      "select extract(epoch from ((clock_timestamp() at time zone 'Asia/Shanghai')::date + 1)::timestamp at time zone 'Asia/Shanghai' - clock_timestamp())::float8 * 1000 as ms",
    );
    expect(Math.abs(answer.waitMs - (row?.ms ?? 0))).toBeLessThan(2000);
    await database.db.query("update budgets set day = '2020-01-01'");
    expect(granted(await lease([draw], 1)).count).toBe(1);
    const [used] = await database.db.query<{ used_today: string }>("select used_today from budgets");
    expect(Number(used?.used_today)).toBe(2);
  });
});

describe("many processes at once", () => {
  itTwoConnections("lease every start once: no update of a row is lost", async () => {
    const daily = { limit: 1_000_000, timeZone: "UTC" };
    const draw = givenDraw({ capacity: 1000, windowMs: 1000, jitterMs: 0, daily });
    const budget = createBudget(database.db);
    await budget.observe([{ key: draw.key }]);
    const worker = async () => {
      for (let leases = 0; leases < 40; ) {
        const answer = await budget.lease({ draws: [draw], count: 2, leadMs: 0 });
        leases += answer.isGranted ? 1 : 0;
      }
    };
    await Promise.all([worker(), worker(), worker(), worker(), worker()]);
    const [row] = await database.db.query<{ used_today: string }>("select used_today from budgets");
    expect(Number(row?.used_today)).toBe(5 * 40 * 2);
  });

  itTwoConnections("do not deadlock on overlapping sets in any order", async () => {
    const budget = createBudget(database.db);
    const draws = ["a", "b", "c", "d"].map((key) => givenDraw({ key, capacity: 100_000 }));
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let i = 0; i < 30; i++) {
          const turn = (worker + i) % 4;
          await budget.lease({
            draws: [...draws.slice(turn), ...draws.slice(0, turn)].slice(0, 3),
            count: 1,
            leadMs: 0,
          });
          await budget.observe(draws.map((draw) => ({ key: draw.key, pauseMs: 0 })).reverse());
        }
      }),
    );
    expect((await database.db.query("select key from budgets")).length).toBe(4);
  });
});

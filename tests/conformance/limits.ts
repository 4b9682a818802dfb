/** Within the platform's quota, whatever is asked at once. */
import { expect } from "vitest";
import { type Bench, createBench, probed } from "./bench.ts";
import { failureOf, group } from "./check.ts";

const probe = (bench: Bench) => bench.adapter.auth.probe(bench.store, bench.signal);

export const limits = group("limits", [
  {
    name: "calls made at once keep within the quota that the platform counts",
    run: async (bench) => {
      const [quota] = bench.adapter.quotas;
      if (!quota) return;
      const { capacity: limit, windowMs } = quota;
      // The fake counts as the platform does, and refuses what is too much.
      const strict = createBench(bench.platform, { limited: true, quota: { limit, windowMs } });
      await Promise.all(Array.from({ length: 3 * Math.min(limit, 20) }, () => probe(strict)));
      expect(strict.subject.fake.requests.length).toBeGreaterThan(limit);
      expect(strict.subject.fake.requests.filter((request) => request.fault === "quota")).toEqual([]);
    },
  },
  {
    setup: { limited: true },
    name: "a wait in seconds or as a date is told, and kept",
    run: async (bench) => {
      await probed(bench);
      for (const form of ["seconds", "date"]) {
        const header = form === "seconds" ? "90" : new Date(bench.clock.now().getTime() + 90_000).toUTCString();
        bench.subject.fake.fail("*", [{ status: 429, headers: { "retry-after": header } }]);
        const before = bench.clock.now().getTime();
        const error = await failureOf(probe(bench));
        expect(error.category).toBe("throttled");
        expect(error.retryAfterMs).toBeGreaterThan(60_000);
        expect(error.retryAfterMs).toBeLessThanOrEqual(90_000);
        expect(bench.clock.now().getTime() - before, "nobody waits that long in a call").toBeLessThan(30_000);
        const requests = bench.subject.fake.requests.length;
        expect((await failureOf(probe(bench))).category, "nothing is sent before").toBe("throttled");
        expect(bench.subject.fake.requests).toHaveLength(requests);
        bench.clock.advance(120_000);
        await probe(bench);
      }
    },
  },
  {
    setup: { limited: true },
    name: "a short wait is waited for within the call",
    run: async (bench) => {
      await probed(bench);
      bench.subject.fake.fail("*", [{ status: 429, headers: { "retry-after": "1" } }]);
      await probe(bench);
    },
  },
  {
    setup: { limited: true },
    name: "one store that is throttled holds up no other",
    run: async (bench) => {
      await probed(bench);
      const { store } = bench.neighbour();
      bench.subject.fake.fail("*", [{ status: 429, headers: { "retry-after": "60" } }]);
      await failureOf(probe(bench));
      const before = bench.clock.now().getTime();
      await bench.adapter.auth.probe(store, bench.signal);
      expect(bench.clock.now().getTime() - before).toBeLessThan(5_000);
    },
  },
]);

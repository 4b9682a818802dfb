/** Orders: nothing lost, nothing twice, every digit. */
import { expect } from "vitest";
import { isAbsent } from "../../src/core/adapter.ts";
import { checkTotals } from "../../src/core/ingest/totals.ts";
import { compare, money } from "../../src/core/money.ts";
import { actChecks } from "./acts.ts";
import { DAY_MS, probed } from "./bench.ts";
import { group, needed } from "./check.ts";
import { givenConnected } from "./engine.ts";
import { map, readAll, readCapability, readingChecks, readOnce, walkWindow } from "./reading.ts";

const MANY = 120;

export const orders = group(
  "orders",
  [
    ...readingChecks("orders"),
    {
      name: "totals are the platform's to the digit, and their parts add up",
      run: async (given) => {
        const { bench, documents } = await readOnce(given, "orders");
        const capability = needed(readCapability(bench.adapter, "orders") ?? undefined, "nothing");
        const facts = bench.subject.fake.books().orders;
        for (const order of documents.flatMap((raw) => map(bench, capability, raw).orders)) {
          const fact = needed(facts.get(order.externalId), "an order of the books");
          expect(order.currency).toBe(fact.currency);
          if (order.total) expect(compare(order.total, money(fact.total, fact.currency)), order.externalId).toBe(0);
          expect(
            compare(order.refunded ?? money("0", fact.currency), money(fact.refunded, fact.currency)),
            order.externalId,
          ).toBe(0);
          expect(checkTotals(order)).toBeNull();
          expect(order.lines.map((line) => line.externalId).sort()).toEqual(
            fact.lines.map((line) => line.lineId).sort(),
          );
          expect(order.lines.reduce((sum, line) => sum + line.quantity, 0)).toBe(
            fact.lines.reduce((sum, line) => sum + line.quantity, 0),
          );
        }
      },
    },
    {
      name: "a change at the edge of two windows is in one of them",
      run: async (bench) => {
        await probed(bench);
        const capability = needed(readCapability(bench.adapter, "orders") ?? undefined, "nothing");
        const [stream] = capability.streams.filter((candidate) => candidate.by === "change" && !candidate.audit);
        const [first] = await readAll(bench, "orders");
        bench.clock.advance(3 * DAY_MS);
        const edge = bench.clock.now();
        bench.subject.editOrder(needed(first, "nothing").externalId);
        bench.clock.advance(DAY_MS);
        const listed = [
          await walkWindow(bench, capability, needed(stream, "nothing"), new Date(edge.getTime() - 3_600_000), edge),
          await walkWindow(bench, capability, needed(stream, "nothing"), edge, new Date(edge.getTime() + 3_600_000)),
        ].map((walk) => walk.listed);
        for (const ids of listed) expect(ids, "both bounds are inclusive").toContain(first?.externalId);
      },
    },
    {
      name: "every order is saved once, though orders change while they are paged",
      setup: { orders: MANY },
      run: async (bench) => {
        const engine = await givenConnected(bench);
        let requests = 0;
        const early = [...bench.subject.fake.books().orders.keys()];
        bench.wire.before = () => {
          requests += 1;
          const id = early[requests % early.length];
          if (requests < 8 && id !== undefined) bench.subject.editOrder(id);
        };
        await engine.pullAll("orders");
        bench.wire.before = () => {};
        bench.clock.advance(5 * 60_000);
        await engine.pullAll("orders");
        const saved = await engine.db.query<{ external_id: string; external_status: string; total: string | null }>(
          "select external_id, external_status, total::text from orders order by external_id",
        );
        const facts = bench.subject.fake.books().orders;
        const ids = saved.map((row) => row.external_id);
        // What a seller does not see may be read, and need not be.
        for (const [id, fact] of facts) if (!fact.isHidden) expect(ids).toContain(id);
        for (const id of ids) expect([...facts.keys()]).toContain(id);
        for (const row of saved)
          expect(Number(row.total), row.external_id).toBe(Number(facts.get(row.external_id)?.total));
      },
    },
    {
      name: "reading the same time again saves nothing and tells nobody",
      run: async (bench) => {
        const engine = await givenConnected(bench);
        await engine.pullAll("orders");
        const changes = () =>
          engine.db.query<{ count: string }>(
            "select (select count(*) from changes) + (select count(*) from changes_pending) as count",
          );
        const before = await changes();
        await engine.readAgain("orders");
        const results = await engine.pullAll("orders");
        expect(await changes()).toEqual(before);
        expect(results.reduce((sum, result) => sum + result.read, 0)).toBeGreaterThan(0);
        expect(results.reduce((sum, result) => sum + result.changed, 0)).toBe(0);
      },
    },
    {
      name: "one order that cannot be read is set aside alone",
      run: async (bench) => {
        const engine = await givenConnected(bench);
        let spoilt = false;
        bench.wire.tamper = (answer) => {
          const changed = spoilt ? answer : bench.subject.spoil(answer);
          spoilt ||= changed !== answer;
          return changed;
        };
        const results = await engine.pullAll("orders");
        expect(spoilt).toBe(true);
        expect(results.reduce((sum, result) => sum + result.rejected, 0)).toBe(1);
        expect(await engine.countShown()).toBe((bench.subject.fake.books().counts.orders ?? 0) - 1);
      },
    },
    {
      name: "a stored cursor that the platform has forgotten costs a window, not an order",
      setup: { orders: MANY },
      run: async (bench) => {
        const engine = await givenConnected(bench);
        await engine.pullAll("orders", { pages: 1, slices: 1 });
        await engine.db.query("update checkpoints set cursor = 'forgotten' where cursor is not null");
        await engine.pullAll("orders");
        bench.clock.advance(15 * 60_000);
        await engine.pullAll("orders");
        expect(await engine.countShown()).toBe(bench.subject.fake.books().counts.orders);
      },
    },
    ...actChecks("orders"),
  ],
  (adapter) => !isAbsent(adapter.orders),
);

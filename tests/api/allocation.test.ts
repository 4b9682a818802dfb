import { describe, expect, it } from "vitest";
import { explainSchema, ruleSchema } from "../../src/api/schemas/allocation.ts";
import { listDueWork, runWork } from "../../src/sync/schedule.ts";
import { givenStock } from "./given-stock.ts";

async function givenRules() {
  const stock = await givenStock();
  const { api, key } = stock;
  const put = (rules: object[], query = "") => api.send(key, `PUT /v1/allocation-rules${query}`, { body: { rules } });
  const explain = async () => (await api.send(key, "GET /v1/stock/SKU-1/explain")).body;
  return { ...stock, put, explain };
}

describe("allocation rules", () => {
  it("apply in one order, whatever the order in which they were set, and each step is told", async () => {
    const { count, put, desired, explain } = await givenRules();
    await count(100, "physical");
    const { status, body } = await put([
      { kind: "zero_below", quantity: 3 },
      { kind: "cap", quantity: 30 },
      { kind: "share", percent: 50 },
      { kind: "buffer", quantity: 10 },
    ]);
    expect(status).toBe(200);
    expect(body.data.map((row: { outcome: string }) => row.outcome)).toEqual(Array(4).fill("created"));
    expect(await desired()).toEqual([30]);
    const told = explainSchema.parse(await explain());
    expect(told.offers[0]?.steps.map(({ rule, figure, quantity }) => [rule, figure, quantity])).toEqual([
      ["available", null, 100],
      ["buffer", 10, 90],
      ["share", 50, 45],
      ["cap", 30, 30],
      ["zero_below", 3, 30],
    ]);
    expect(told.offers[0]?.steps[1]?.rule_id).toBe(body.data[3].id);
    await count(15, "physical");
    expect(await desired()).toEqual([0]);
  });

  it("of locations sell nothing twice where the store's orders are taken from another one", async () => {
    const { api, key, store, count, move, put, desired, explain, order } = await givenRules();
    await api.send(key, "POST /v1/locations", { body: { code: "back", name: "Back" } });
    await count(5, "physical");
    await move({ location: "back", kind: "receipt", quantity: 7 });
    await put([{ kind: "locations", locations: ["back"], store_id: store.id }]);
    expect(await desired()).toEqual([7]);
    await order("of what lies at main", 4, api.clock.now());
    expect(await desired()).toEqual([7]);
    await order("of what lies at back too", 5, api.clock.now());
    expect(await desired()).toEqual([3]);
    expect((await explain()).offers[0]).toMatchObject({ shows: 3, desired: 3 });
    await order("of all", 3, api.clock.now());
    expect(await desired()).toEqual([0]);
  });

  it("hold most narrowly first, and `mirror` puts out the wider ones", async () => {
    const { store, count, put, desired } = await givenRules();
    await count(40, "physical");
    await put([{ kind: "cap", quantity: 5 }]);
    expect(await desired()).toEqual([5]);
    await put([{ kind: "cap", quantity: 9, store_id: store.id }]);
    expect(await desired()).toEqual([9]);
    await put([{ kind: "mirror", store_id: store.id, sku: "SKU-1" }]);
    expect(await desired()).toEqual([40]);
  });

  it("begin and end at their times, without anybody's doing", async () => {
    const { api, count, put, desired } = await givenRules();
    await count(40, "physical");
    const at = (hours: number) => new Date(api.clock.now().getTime() + hours * 3_600_000).toISOString();
    await put([{ kind: "pause", valid_from: at(1), valid_until: at(2) }]);
    expect(await desired()).toEqual([40]);
    const work = async () => {
      for (const item of await listDueWork(api.db, api.clock.now()))
        if (item.kind === "rules") await runWork(api.engine, item, new AbortController().signal);
    };
    api.clock.advance(3_600_000);
    await work();
    expect(await desired()).toEqual([0]);
    api.clock.advance(3_600_000);
    await work();
    expect(await desired()).toEqual([40]);
  });

  it("are listed, replaced by one of the same scope and kind, and removed", async () => {
    const { api, key, count, put, desired } = await givenRules();
    await count(40, "physical");
    await put([{ kind: "buffer", quantity: 10, sku: "SKU-1" }]);
    const again = await put([{ kind: "buffer", quantity: 15, sku: "SKU-1" }]);
    expect(again.body.data[0].outcome).toBe("updated");
    expect(await desired()).toEqual([25]);
    const list = (await api.send(key, "GET /v1/allocation-rules?sku=SKU-1")).body.data;
    expect(list).toHaveLength(1);
    expect(ruleSchema.parse(list[0])).toMatchObject({ kind: "buffer", quantity: 15, sku: "SKU-1", store_id: null });
    expect((await api.send(key, `DELETE /v1/allocation-rules/${list[0].id}`)).status).toBe(204);
    expect(await desired()).toEqual([40]);
    expect((await api.send(key, `DELETE /v1/allocation-rules/${list[0].id}`)).status).toBe(404);
  });

  it("that name what is not there are told row by row, and stop no other", async () => {
    const { count, put, desired } = await givenRules();
    await count(40, "physical");
    const { body } = await put([
      { kind: "cap", quantity: 1, sku: "NOPE" },
      { kind: "locations", locations: ["nowhere"] },
      { kind: "cap", quantity: 1, store_id: "00000000-0000-4000-8000-000000000000" },
      { kind: "cap", quantity: 7, valid_from: "2026-02-01T00:00:00Z", valid_until: "2026-01-01T00:00:00Z" },
      { kind: "cap", quantity: 8 },
    ]);
    expect(body.data.map((row: { error?: { code: string } }) => row.error?.code ?? "ok")).toEqual([
      "unknown_sku",
      "unknown_location",
      "unknown_store",
      "ends_before_it_begins",
      "ok",
    ]);
    expect(await desired()).toEqual([8]);
  });

  it("that stand twice in one request are one rule, the later", async () => {
    const { count, put, desired } = await givenRules();
    await count(40, "physical");
    const { status, body } = await put([
      { kind: "cap", quantity: 5 },
      { kind: "cap", quantity: 8 },
    ]);
    expect(status).toBe(200);
    expect(body.data[0].id).toBe(body.data[1].id);
    expect(await desired()).toEqual([8]);
  });

  it("of a key of some stores speak of those stores alone", async () => {
    const { api, store, count, desired } = await givenRules();
    await count(40, "physical");
    const limited = await api.key("operator", [store.id]);
    const all = await api.send(limited, "PUT /v1/allocation-rules", { body: { rules: [{ kind: "pause" }] } });
    expect(all).toMatchObject({ status: 403, body: { code: "store_not_allowed" } });
    expect(await desired()).toEqual([40]);
    const own = { kind: "cap", quantity: 6, store_id: store.id };
    expect((await api.send(limited, "PUT /v1/allocation-rules", { body: { rules: [own] } })).status).toBe(200);
    expect(await desired()).toEqual([6]);
  });
});

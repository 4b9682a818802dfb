import { describe, expect, it } from "vitest";
import { explainPriceSchema, heldSchema, historySchema } from "../../src/api/schemas/prices.ts";
import { repriceOrMark } from "../../src/core/pricing/marks.ts";
import { exampleListing, ingestExamples, listingDocument } from "../support/example.ts";
import { givenPrices } from "./given-prices.ts";
import { givenStock } from "./given-stock.ts";

const outcomes = (answer: { body: { data: { outcome: string; error?: { code: string } }[] } }) =>
  answer.body.data.map((row) => row.error?.code ?? row.outcome);

describe("prices", () => {
  it("are taken from what the platform shows, and set only after a base price was", async () => {
    const { offers, price, push, sent } = await givenPrices();
    expect(await offers()).toMatchObject([
      { aspect: "price", desired: null, observed: { amount: "10.00", currency: "EUR" }, dirty: false },
    ]);
    await push();
    expect(sent()).toEqual([]);
    await price("12.5");
    await push();
    expect(sent()).toEqual(["12.50 EUR"]);
    expect(await offers()).toMatchObject([
      { desired: { amount: "12.50" }, confirmed: { amount: "12.50" }, dirty: false },
    ]);
  });

  it("answer each row of a bulk for itself", async () => {
    const { base, get } = await givenPrices({ skus: ["SKU-1", "SKU-2"] });
    const first = await base([
      { sku: "SKU-1", currency: "EUR", amount: "11" },
      { sku: "NOPE", currency: "EUR", amount: "11" },
      { sku: "SKU-2", currency: "EUR", amount: "11", floor: "12", ceiling: "11" },
      { sku: "SKU-1", currency: "EUR", amount: "13" },
    ]);
    expect(outcomes(first)).toEqual(["created", "unknown_sku", "floor_above_ceiling", "named_twice"]);
    const again = await base([
      { sku: "SKU-1", currency: "EUR", amount: "11.00" },
      { sku: "SKU-2", currency: "EUR", amount: "11", floor: "10" },
    ]);
    expect(outcomes(again)).toEqual(["unchanged", "created"]);
    expect((await get("/v1/prices")).data.map((row: { price: object }) => row.price)).toEqual([
      { amount: "11.00", currency: "EUR" },
      { amount: "11.00", currency: "EUR" },
    ]);
  });

  it("are in currencies that there are", async () => {
    const { api, key, base, rules } = await givenPrices();
    for (const currency of ["EUX", "XXX", "DEM", "eur"]) {
      expect(await base([{ sku: "SKU-1", currency, amount: "11" }])).toMatchObject({ status: 422 });
      expect((await rules([{ kind: "floor", amount: "5", currency }])).status).toBe(422);
      const rates = [{ base: "EUR", quote: currency, valid_on: "2026-03-01", rate: "1.1" }];
      expect((await api.send(key, "PUT /v1/prices/rates", { body: { rates } })).status).toBe(422);
    }
    const headers = { "content-type": "text/csv" };
    const file = "sku,currency,amount\nSKU-1,EUX,11\nSKU-1,EUR,11\n";
    const { body } = await api.send(key, "PUT /v1/prices", { body: file, headers });
    expect(body).toMatchObject({ done: 1, rejected: 1, errors: [{ line: 2 }] });
  });

  it("that stay as they were write nothing", async () => {
    const { api, offers, price, rules } = await givenPrices();
    await price("12.00");
    const [before] = await offers();
    api.clock.advance(60_000);
    await rules([{ kind: "markup", percent: "0" }]);
    await price("12.0");
    expect(await offers()).toEqual([before]);
  });

  it("tell every step, in one order, whatever the order in which rules were set", async () => {
    const { rules, price, explain, desired } = await givenPrices();
    await price("8.00");
    const set = await rules([
      { kind: "ceiling", amount: "14.50", currency: "EUR" },
      { kind: "floor", amount: "9.00", currency: "EUR" },
      { kind: "rounding", currency: "EUR", step: "1", ending: "0.99" },
      { kind: "tax", percent: "19", direction: "add" },
      { kind: "discount", percent: "10" },
      { kind: "markup", percent: "25", amount: "1.50", currency: "EUR" },
    ]);
    expect(outcomes(set)).toEqual(Array(6).fill("created"));
    const told = explainPriceSchema.parse(await explain());
    expect(told.steps.map(({ rule, figure, amount }) => [rule, figure, amount])).toEqual([
      ["base", null, "8"],
      ["markup", "25 %", "10"],
      ["markup", "1.50 EUR", "11.5"],
      ["discount", "-10 %", "10.35"],
      ["tax", "add 19 %", "12.3165"],
      ["rounding", "nearest, steps of 1 ending in 0.99", "11.99"],
      ["floor", "9 EUR", "11.99"],
      ["ceiling", "14.5 EUR", "11.99"],
      ["approval", "50 %", "11.99"],
    ]);
    expect(told).toMatchObject({ price: { amount: "11.99" }, desired: { amount: "11.99" }, held: null });
    expect(told.steps[3]?.rule_id).toBe(set.body.data[4].id);
    expect(await desired()).toEqual(["11.99"]);
  });

  it("take the narrowest rule of a kind, and are computed again when one is removed", async () => {
    const { api, key, store, rules, price, desired, get } = await givenPrices();
    await price("10.00");
    await rules([{ kind: "markup", percent: "10" }]);
    await rules([{ kind: "markup", percent: "20", store_id: store.id }]);
    expect(await desired()).toEqual(["12.00"]);
    await rules([{ kind: "markup", percent: "30", sku: "SKU-1" }]);
    expect(await desired()).toEqual(["13.00"]);
    const { data } = await get("/v1/prices/rules?sku=SKU-1");
    expect((await api.send(key, `DELETE /v1/prices/rules/${data[0].id}`)).status).toBe(204);
    expect(await desired()).toEqual(["12.00"]);
    expect((await api.send(key, `DELETE /v1/prices/rules/${data[0].id}`)).status).toBe(404);
  });

  it("come and go with the mapping of their variant, and follow it to another SKU", async () => {
    const { api, key, base, push, sent, offers, get, held } = await givenPrices();
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-9" }] } });
    await base([
      { sku: "SKU-1", currency: "EUR", amount: "11.00" },
      { sku: "SKU-9", currency: "EUR", amount: "1.00" },
    ]);
    const [{ variant_id: variant }] = await offers();
    const map = (sku: string | null) => api.send(key, `PUT /v1/listing-variants/${variant}/sku`, { body: { sku } });
    await map("SKU-9");
    expect(await held()).toMatchObject([{ sku: "SKU-9", code: "change_too_large" }]);
    await push();
    expect(sent()).toEqual([]);
    await map(null);
    expect(await held()).toEqual([]);
    expect((await get("/v1/alerts?code=price_held")).data).toEqual([]);
    await map("SKU-1");
    await push();
    expect(sent()).toEqual(["11.00 EUR"]);
  });

  it("are those before a running promotion of the platform, where it tells them apart", async () => {
    const { api, store, price, push, alerts, get } = await givenPrices();
    await price("12.00");
    await push();
    api.clock.advance(3_600_000);
    const variants = exampleListing().variants.map((variant) => ({
      ...variant,
      price: { amount: "6.00", currency: "EUR" },
      regularPrice: { amount: "12.00", currency: "EUR" },
    }));
    await ingestExamples(api.engine, store, "listings", [listingDocument(exampleListing({ variants }))]);
    expect(await alerts("price_drift")).toEqual([]);
    await price("14.00");
    expect((await get("/v1/prices/held")).data).toEqual([]);
  });

  it("of variants that were there before their platform was known to take prices are found", async () => {
    const { api, price, timely, offers } = await givenPrices();
    await api.db.query("delete from offers where aspect = 'price'");
    await api.db.query("delete from settings where name = 'priced_platforms'");
    await timely();
    await price("12.00");
    expect(await offers()).toMatchObject([{ desired: { amount: "12.00" } }]);
  });

  it("are not made where the platform takes none", async () => {
    const { api, store, key } = await givenStock();
    await api.send(key, "PUT /v1/prices", { body: { prices: [{ sku: "SKU-1", currency: "EUR", amount: "12.00" }] } });
    await ingestExamples(api.engine, store, "listings", [listingDocument(exampleListing({ title: "Again" }))]);
    expect((await api.send(key, "GET /v1/offers?aspect=price")).body.data).toEqual([]);
  });

  it("of a key of some stores are ruled in those stores alone", async () => {
    const { api, store, price, desired } = await givenPrices();
    await price("10.00");
    const limited = await api.key("operator", [store.id]);
    const put = (rule: object) => api.send(limited, "PUT /v1/prices/rules", { body: { rules: [rule] } });
    expect(await put({ kind: "manual" })).toMatchObject({ status: 403, body: { code: "store_not_allowed" } });
    expect((await put({ kind: "markup", percent: "5", store_id: store.id })).status).toBe(200);
    expect(await desired()).toEqual(["10.50"]);
  });

  it("left to people are neither sent nor held back", async () => {
    const { rules, price, desired, held, push, sent } = await givenPrices();
    await price("1.00");
    expect(await held()).toHaveLength(1);
    await rules([{ kind: "manual", sku: "SKU-1" }]);
    expect(await held()).toEqual([]);
    await push();
    expect(sent()).toEqual([]);
    expect(await desired()).toEqual([null]);
  });

  it("keep a history of who, why, from, to and the platform's answer", async () => {
    const { api, price, push, get } = await givenPrices();
    await price("12.00");
    await push();
    api.platform.answerPrice = ({ key }) => ({
      key,
      outcome: "rejected",
      error: Object.assign(new Error("price too high for the category"), { category: "invalid_request" }) as never,
    });
    await price("15.00");
    await push();
    const { data } = await get("/v1/prices/history?sku=SKU-1");
    expect(data.map((row: unknown) => historySchema.parse(row))).toMatchObject([
      { before: { amount: "12.00" }, after: { amount: "15.00" }, answer: "rejected: price too high for the category" },
      {
        before: { amount: "10.00" },
        after: { amount: "12.00" },
        source: "base price",
        actor: expect.stringContaining("test key"),
        reason: "base: 12",
        answer: "accepted",
      },
    ]);
  });

  it("that somebody else set at the platform are told, and set again on a person's word alone", async () => {
    const { api, price, push, sent, show, alerts, approve } = await givenPrices();
    await price("12.00");
    await push();
    api.clock.advance(3_600_000);
    await show("11.00");
    await push();
    expect(sent()).toEqual(["12.00 EUR"]);
    expect(await alerts("price_drift")).toMatchObject([{ remedy: expect.stringContaining("/approve") }]);
    expect((await approve("11.00")).body).toMatchObject({ code: "nothing_to_approve" });
    expect((await approve("12.00")).status).toBe(204);
    await push();
    expect(sent()).toEqual(["12.00 EUR", "12.00 EUR"]);
    expect(await alerts("price_drift")).toEqual([]);
  });
});

describe("a change beyond the set share", () => {
  it("waits for a person, and the offer keeps its price meanwhile", async () => {
    const { price, rules, push, sent, desired, held, alerts, approve } = await givenPrices();
    await rules([{ kind: "approval", percent: "20" }]);
    await price("11.00");
    await push();
    await price("15.00");
    await push();
    expect(sent()).toEqual(["11.00 EUR"]);
    expect(await desired()).toEqual(["11.00"]);
    expect(heldSchema.parse((await held())[0])).toMatchObject({
      code: "change_too_large",
      price: { amount: "15.00" },
      desired: { amount: "11.00" },
    });
    expect(await alerts("price_held")).toMatchObject([
      { subject: "offer", remedy: expect.stringContaining("/approve") },
    ]);
    expect(await approve("14.00")).toMatchObject({ status: 409, body: { code: "another_price_waits" } });
    expect((await approve("15")).status).toBe(204);
    await push();
    expect(sent()).toEqual(["11.00 EUR", "15.00 EUR"]);
    expect(await held()).toEqual([]);
    expect(await alerts("price_held")).toEqual([]);
  });

  it("needs no second word on its way back, and one when it comes again", async () => {
    const { api, price, push, sent, held, approve } = await givenPrices();
    await price("11.00");
    await push();
    await price("2.00");
    await approve("2.00");
    await push();
    api.clock.advance(3_600_000);
    await price("11.00");
    await push();
    await price("2.00");
    await push();
    expect(sent()).toEqual(["11.00 EUR", "2.00 EUR", "11.00 EUR"]);
    expect(await held()).toMatchObject([{ code: "change_too_large", price: { amount: "2.00" } }]);
  });
});

describe("rates and costs", () => {
  it("without a rate that is young enough there is no price and one alert of the pair", async () => {
    const { api, key, base, rules, timely, desired, alerts, held } = await givenPrices();
    await base([{ sku: "SKU-1", currency: "CNY", amount: "80.00" }]);
    await rules([{ kind: "rate", from: "CNY", max_age_days: 2 }]);
    expect(await held()).toMatchObject([{ code: "no_rate" }]);
    expect(await alerts("rate_missing")).toMatchObject([{ subject: "exchange_rate", subject_id: "CNY/EUR" }]);
    const put = (rate: string, valid_on: string) =>
      api.send(key, "PUT /v1/prices/rates", { body: { rates: [{ base: "CNY", quote: "EUR", valid_on, rate }] } });
    await put("0.125", "2026-03-03");
    expect(await desired()).toEqual([null]);
    await put("0.13", "2026-03-01");
    expect(await desired()).toEqual(["10.40"]);
    expect(await alerts("rate_missing")).toEqual([]);
    api.clock.advance(86_400_000);
    await timely();
    expect(await desired()).toEqual(["10.00"]);
    api.clock.advance(3 * 86_400_000);
    await timely();
    expect(await held()).toMatchObject([{ code: "rate_too_old" }]);
    expect(await desired()).toEqual(["10.00"]);
  });

  it("what asks for no rate is sent though the store's rate is too old", async () => {
    const { api, key, store, rules, explain, push, sent, held } = await givenPrices();
    const rates = [{ base: "CNY", quote: "EUR", valid_on: "2026-01-01", rate: "0.13", source: "bank" }];
    await api.send(await api.key("admin"), "PUT /v1/prices/rates", { body: { rates } });
    await rules([
      { kind: "rate", from: "CNY", max_age_days: 3, store_id: store.id },
      { kind: "fixed", amount: "12.00", currency: "EUR", sku: "SKU-1" },
    ]);
    expect(await explain()).toMatchObject({ valid_until: null, next_change: null });
    await push();
    expect(sent()).toEqual(["12.00 EUR"]);
    await rules([
      { kind: "floor", amount: "20.00", currency: "EUR" },
      { kind: "ceiling", amount: "15.00", currency: "EUR" },
    ]);
    const [{ code, detail }] = await held();
    expect([code, detail]).toEqual(["bounds_conflict", "No price lies between `floor` of 20 and `ceiling` of 15 EUR."]);
    expect((await api.send(key, "GET /v1/prices/held")).status).toBe(200);
  });

  it("a margin over the cost of the day holds the price up; without a cost there is none", async () => {
    const { api, key, price, rules, desired, held, timely } = await givenPrices();
    await price("10.00");
    await rules([{ kind: "margin", percent: "25" }]);
    expect(await held()).toMatchObject([{ code: "no_cost" }]);
    const cost = (amount: string, valid_from: string) =>
      api.send(key, "PUT /v1/prices/costs", {
        body: { costs: [{ sku: "SKU-1", currency: "EUR", amount, valid_from }] },
      });
    await cost("6.00", "2026-01-01");
    expect(await desired()).toEqual(["10.00"]);
    await cost("9.33", "2026-03-03");
    expect(await desired()).toEqual(["10.00"]);
    api.clock.advance(86_400_000);
    await timely();
    expect(await desired()).toEqual(["11.67"]);
  });
});

describe("a change of very many prices", () => {
  it("is worked off part by part, and what a crash left is computed before anything of it is sent", async () => {
    const skus = Array.from({ length: 1_050 }, (_, i) => `M${i}`);
    const given = await givenPrices({ skus });
    const { api, store, rules, desired, timely, push, sent } = given;
    const prices = skus.map((sku) => ({ sku, currency: "EUR", amount: "10.00" }));
    await given.base(prices);
    await rules([{ kind: "markup", percent: "10" }]);
    const marks = async () =>
      Number((await api.db.query<{ n: string }>("select count(*) as n from price_marks"))[0]?.n);
    const amounts = async () =>
      (
        await api.db.query<{ d: string; n: string }>(
          "select desired::text as d, count(*) as n from offers where aspect = 'price' group by 1",
        )
      ).map((row) => [row.d, Number(row.n)]);
    expect([await marks(), await amounts()]).toEqual([0, [["11.00", 1_050]]]);
    expect((await desired())[0]).toBe("11.00");
    // The process dies right after the change, before its parts.
    const cause = { cause: "rule", actor: "test", at: api.clock.now() };
    await api.db.transaction(async (tx) => {
      await tx.query('update price_rules set params = \'{"percent":"20"}\'');
      await repriceOrMark(tx, { of: "rules", scopes: [{ storeId: store.id, listingId: null, skuId: null }] }, cause);
    });
    expect(await marks()).toBe(1_050);
    await push();
    expect(sent()).toEqual([]);
    await timely();
    expect([await marks(), await amounts()]).toEqual([0, [["12.00", 1_050]]]);
  });
});

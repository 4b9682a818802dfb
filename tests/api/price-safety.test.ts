/** Prices that must not go out, through the API and the pusher. */
import { describe, expect, it } from "vitest";
import { givenPrices } from "./given-prices.ts";

const SKUS = ["SKU-1", "SKU-2", "SKU-3"];

type Given = Awaited<ReturnType<typeof givenPrices>>;

/** How a wrong price comes about, and why it is held back. */
const WRONG: { name: string; code: string; cause: (given: Given, put: Put) => Promise<unknown> }[] = [
  { name: "zero", code: "not_positive", cause: (_, put) => put("0.00") },
  { name: "missing", code: "no_base_price", cause: (_, put) => put(null) },
  { name: "90 % off by a bug", code: "change_too_large", cause: (_, put) => put("1.10") },
  { name: "ten times by a bug", code: "change_too_large", cause: (_, put) => put("110.00") },
  {
    name: "in a currency that is not the listing's",
    code: "wrong_currency",
    cause: ({ rules }) => rules([{ kind: "fixed", amount: "12.00", currency: "USD" }]),
  },
  {
    name: "of a listing that turned to another currency",
    code: "no_base_price",
    cause: ({ api, show }) => {
      api.clock.advance(3_600_000);
      return show("11.00", "USD");
    },
  },
];

type Put = (amount: string | null) => Promise<unknown>;

/** Row by row and item by item, or all in one. */
const PATHS: { path: string; batch: number; put: (given: Given) => Put }[] = [
  {
    path: "single",
    batch: 1,
    put:
      ({ base }) =>
      async (amount) => {
        for (const sku of SKUS) await base([{ sku, currency: "EUR", amount }]);
      },
  },
  {
    path: "bulk",
    batch: 10,
    put:
      ({ base }) =>
      (amount) =>
        base(SKUS.map((sku) => ({ sku, currency: "EUR", amount }))),
  },
];

describe("S28 a price that is wrong", () => {
  describe.each(PATHS)("by the $path path", ({ batch, put }) => {
    it.each(WRONG)("$name is not sent, and waits for a person", async ({ code, cause }) => {
      const given = await givenPrices({ batch, skus: SKUS });
      await put(given)("11.00");
      await given.push();
      expect(given.sent()).toEqual(Array(3).fill("11.00 EUR"));
      await cause(given, put(given));
      await given.push();
      expect(given.sent()).toHaveLength(3);
      expect(await given.desired()).toEqual(Array(3).fill("11.00"));
      expect((await given.held()).map((row: { code: string }) => row.code)).toEqual(Array(3).fill(code));
      const alerts = await given.alerts("price_held");
      expect(alerts.map((alert: { subject_id: string }) => alert.subject_id).sort()).toEqual(
        (await given.offers()).map((offer: { id: string }) => offer.id),
      );
    });
  });

  it("a good price goes out in the same bytes by both paths", async () => {
    const bytes = await Promise.all(
      PATHS.map(async ({ batch, put }) => {
        const given = await givenPrices({ batch, skus: SKUS });
        await put(given)("11.5");
        await given.push();
        return given.api.platform.priced.flat().map(({ variantExternalId, value, currency }) => ({
          ...{ variantExternalId, value, currency },
        }));
      }),
    );
    expect(bytes[0]).toHaveLength(3);
    expect(new Set(bytes[0]?.map(({ value }) => value))).toEqual(new Set(["11.50"]));
    const byVariant = (rows: (typeof bytes)[number] = []) =>
      [...rows].sort((a, b) => (a.variantExternalId < b.variantExternalId ? -1 : 1));
    expect(byVariant(bytes[0])).toEqual(byVariant(bytes[1]));
  });

  it("that cannot be computed is not approved either", async () => {
    const { price, approve, held } = await givenPrices();
    await price("0");
    expect(await approve("0")).toMatchObject({ status: 409, body: { code: "not_approvable" } });
    expect(await held()).toHaveLength(1);
  });

  it("keeps the price before it from going out as well, until all is well again", async () => {
    const { price, push, sent, desired } = await givenPrices();
    await price("12.00");
    await price("0");
    await push();
    expect(sent()).toEqual([]);
    expect(await desired()).toEqual(["12.00"]);
    await price("12.00");
    await push();
    expect(sent()).toEqual(["12.00 EUR"]);
  });

  it.each([
    ["zero", "desired = 0"],
    ["of another currency", "currency = 'USD'"],
    ["of another SKU", "sku_id = gen_random_uuid()"],
  ])("%s is not sent where it was written past every check", async (_, change) => {
    const { api, price, push, sent } = await givenPrices();
    await price("12.00");
    await api.db.query(`update offers set ${change} where aspect = 'price'`);
    expect(await push()).toBe(0);
    expect(sent()).toEqual([]);
  });
});

describe("S35 a campaign that ends while its price waits", () => {
  const HOUR = 3_600_000;
  const givenCampaign = async () => {
    const given = await givenPrices();
    await given.price("12.00");
    await given.push();
    await given.rules([{ kind: "discount", percent: "25", valid_from: given.at(1), valid_until: given.at(3) }]);
    given.api.clock.advance(HOUR);
    await given.timely();
    expect(await given.desired()).toEqual(["9.00"]);
    expect((await given.explain()).valid_until).toBe(given.at(2));
    return given;
  };

  it("goes out while it lasts, and its end brings the price back", async () => {
    const { api, push, timely, sent } = await givenCampaign();
    await push();
    api.clock.advance(2 * HOUR);
    await timely();
    await push();
    expect(sent()).toEqual(["12.00 EUR", "9.00 EUR", "12.00 EUR"]);
  });

  it("sends nothing of it after its end, before prices are computed again and after", async () => {
    const { api, push, timely, sent, desired } = await givenCampaign();
    api.clock.advance(2 * HOUR);
    expect(await push()).toBe(0);
    expect(sent()).toEqual(["12.00 EUR"]);
    await timely();
    await push();
    expect(sent()).toEqual(["12.00 EUR"]);
    expect(await desired()).toEqual(["12.00"]);
  });

  it("sends nothing of it where it ends while the push waits for its turn", async () => {
    const { api, push, sent } = await givenCampaign();
    api.engine.takeSlot = async () => {
      api.clock.advance(2 * HOUR);
      return { quota: [], spend: () => true };
    };
    await push();
    expect(sent()).toEqual(["12.00 EUR"]);
  });

  it("price protection holds the price up until its date, and not after", async () => {
    const { api, price, rules, timely, desired, at } = await givenPrices();
    await price("12.00");
    await rules([{ kind: "protection", amount: "11.50", currency: "EUR", valid_until: at(5) }]);
    await price("10.00");
    expect(await desired()).toEqual(["11.50"]);
    api.clock.advance(5 * HOUR);
    await timely();
    expect(await desired()).toEqual(["10.00"]);
  });
});

import { describe, expect, it } from "vitest";
import { explainSchema } from "../../src/api/schemas/allocation.ts";
import { campaignSchema } from "../../src/api/schemas/campaigns.ts";
import type { Campaign } from "../../src/core/model/records.ts";
import { listDueWork, runWork } from "../../src/sync/schedule.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { givenStock } from "./given-stock.ts";

const HOUR_MS = 3_600_000;

/** SKU-1 at two stores, 100 on the shelf. */
async function givenCampaigns() {
  const stock = await givenStock();
  const { api, key, count } = stock;
  const other = await api.store({ name: "Other" });
  await ingestExamples(api.engine, other, "listings", [listingDocument(exampleListing())]);
  await count(100, "physical");
  const at = (hours: number) => new Date(api.clock.now().getTime() + hours * HOUR_MS);
  const work = async () => {
    for (const item of await listDueWork(api.db, api.clock.now()))
      if (item.kind === "rules") await runWork(api.engine, item, new AbortController().signal);
  };
  const pass = async (hours: number) => {
    api.clock.advance(hours * HOUR_MS);
    await work();
  };
  const put = (campaign: object, query = "") =>
    api.send(key, `PUT /v1/campaigns${query}`, {
      body: {
        campaigns: [
          {
            store_id: stock.store.id,
            code: "sale",
            title: "Flash sale",
            starts_at: at(1),
            ends_at: at(3),
            items: [{ sku: "SKU-1", quantity: 30 }],
            ...campaign,
          },
        ],
      },
    });
  const list = async () => (await api.send(key, "GET /v1/campaigns")).body.data;
  /** What each store shows: of its ordinary offer, and at the campaign's place. */
  const shown = async () => {
    const { offers } = explainSchema.parse((await api.send(key, "GET /v1/stock/SKU-1/explain")).body);
    const of = (id: string) => offers.filter((offer) => offer.store_id === id);
    for (const offer of offers) expect(offer.desired).toBe(offer.shows);
    return {
      store: of(stock.store.id)
        .map((offer) => offer.shows)
        .sort((a, b) => b - a),
      other: of(other.id).map((offer) => offer.shows),
    };
  };
  const sell = (externalId: string, quantity: number, options: { place?: string; cancelled?: boolean } = {}) =>
    ingestExamples(api.engine, stock.store, "orders", [
      orderDocument(
        exampleOrder({
          externalId,
          placedAt: api.clock.now(),
          status: options.cancelled ? "cancelled" : "awaiting_shipment",
          lines: [exampleLine({ quantity, place: options.place ?? null })],
        }),
      ),
    ]);
  const announce = (campaign: Partial<Campaign> = {}) =>
    ingestExamples(api.engine, stock.store, "listings", [
      {
        externalId: campaign.externalId ?? "C1",
        says: {
          campaigns: [
            {
              externalId: "C1",
              title: "Spring 档期",
              place: "P1",
              startsAt: at(1),
              endsAt: at(3),
              externalStatus: null,
              items: [{ variantExternalId: "V1", sellerCode: null, quantity: 40 }],
              ...campaign,
            },
          ],
        },
      },
    ]);
  return { ...stock, other, at, work, pass, put, list, shown, sell, announce };
}

describe("campaigns", () => {
  it("take units out of what all others show from their start, and give the rest back at their end", async () => {
    const { put, pass, sell, shown, list } = await givenCampaigns();
    expect((await put({})).body.data).toMatchObject([{ outcome: "created" }]);
    expect(await shown()).toEqual({ store: [100], other: [100] });
    await pass(1);
    expect(await shown()).toEqual({ store: [30], other: [70] });
    expect(campaignSchema.parse((await list())[0])).toMatchObject({ state: "holding", held: 30, sold: 0 });

    // What is sold within it was taken out already: nobody else shows less.
    await sell("1", 8);
    await sell("2", 4);
    expect(await shown()).toEqual({ store: [18], other: [70] });
    await sell("2", 4, { cancelled: true });
    expect(await shown()).toEqual({ store: [22], other: [70] });
    expect((await list())[0]).toMatchObject({ held: 22, sold: 8, items: [{ sku: "SKU-1", quantity: 30, sold: 8 }] });

    await pass(2);
    expect(await shown()).toEqual({ store: [92], other: [92] });
    expect((await list())[0]).toMatchObject({ state: "released", held: 0, sold: 8, released: 22 });
  });

  it("that together hold more than can be counted hold all that there is, and stop no other work", async () => {
    const { put, pass, list, shown } = await givenCampaigns();
    const items = Array.from({ length: 3 }, () => ({ sku: "SKU-1", quantity: 1_000_000_000 }));
    for (const code of ["a", "b"]) expect((await put({ code, items })).body.data[0].outcome).toBe("created");
    await pass(1);
    expect((await list()).map((row: { state: string }) => row.state)).toEqual(["holding", "holding"]);
    expect(await shown()).toEqual({ store: [100], other: [0] });
    await pass(2);
    expect(await shown()).toEqual({ store: [100], other: [100] });
  });

  it("that sell more than they hold take the rest from what all show", async () => {
    const { put, pass, sell, shown } = await givenCampaigns();
    await put({});
    await pass(1);
    await sell("1", 35);
    expect(await shown()).toEqual({ store: [0], other: [65] });
  });

  it("announced by a platform are set apart at once, and shown at their place until their end", async () => {
    const { api, key, announce, work, pass, sell, shown, list } = await givenCampaigns();
    await announce();
    await work();
    expect(await shown()).toEqual({ store: [60, 40], other: [60] });
    const place = async () =>
      (await api.send(key, "GET /v1/offers?aspect=stock")).body.data.find(
        (row: { place: string }) => row.place === "P1",
      );
    expect(await place()).toMatchObject({ desired: 40, dirty: true, sku: "SKU-1" });
    await pass(1);
    // An order elsewhere lowers what is free, one at the place what the campaign holds.
    await sell("1", 5);
    await sell("2", 10, { place: "P1" });
    expect(await shown()).toEqual({ store: [55, 30], other: [55] });
    await pass(2);
    expect(await shown()).toEqual({ store: [85], other: [85] });
    expect(await place()).toMatchObject({ desired: null, dirty: false, sku: null });
    expect((await list())[0]).toMatchObject({ external_id: "C1", state: "released", sold: 10, released: 30 });
  });

  it("give nothing back before the store's orders are read up to their end", async () => {
    const { api, store, put, pass, shown, list, sell } = await givenCampaigns();
    await put({});
    const read = (watermark: Date) =>
      api.db.query(
        `insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at) values ($1::uuid, 'orders', 'changed', $2::timestamptz, 60, '2100-01-01')
         on conflict (store_id, resource, stream) do update set watermark = excluded.watermark`,
        [store.id, watermark.toISOString()],
      );
    await read(api.clock.now());
    await pass(1);
    api.clock.advance(HOUR_MS * 1.9);
    const lastMoment = api.clock.now();
    await pass(0.2);
    expect((await list())[0]).toMatchObject({ state: "ended", held: 30 });
    expect(await shown()).toEqual({ store: [70], other: [70] });
    // An order of the last moment comes in late.
    api.clock.set(lastMoment);
    await sell("1", 12);
    api.clock.advance(0.3 * HOUR_MS);
    await read(api.clock.now());
    await pass(0.1);
    expect((await list())[0]).toMatchObject({ state: "released", sold: 12, released: 18 });
    expect(await shown()).toEqual({ store: [88], other: [88] });
  });

  it("show no more than is there when goods get lost, and nothing while all is paused", async () => {
    const { api, key, put, pass, count, shown } = await givenCampaigns();
    await put({});
    await pass(1);
    await count(20, "physical");
    expect(await shown()).toEqual({ store: [20], other: [0] });
    await api.send(key, "PUT /v1/allocation-rules", { body: { rules: [{ kind: "pause" }] } });
    expect(await shown()).toEqual({ store: [0], other: [0] });
  });

  it("hold a bundle's parts, and what is committed anew or called off", async () => {
    const { api, key, store, put, pass, shown, list } = await givenCampaigns();
    await api.send(key, "PUT /v1/skus", {
      body: { skus: [{ code: "PACK", components: [{ code: "SKU-1", quantity: 3 }] }] },
    });
    const [variant] = exampleListing().variants;
    if (!variant) throw new Error("the example has a variant");
    const pack = { ...variant, externalId: "VP", sellerCode: "PACK" };
    await ingestExamples(api.engine, store, "listings", [
      listingDocument(exampleListing({ externalId: "LP", variants: [pack] })),
    ]);
    await put({ items: [{ sku: "PACK", quantity: 10 }] });
    await pass(1);
    expect(await shown()).toEqual({ store: [70], other: [70] });
    const offer = async () => (await api.send(key, "GET /v1/offers?sku=PACK")).body.data[0].desired;
    expect(await offer()).toBe(10);
    expect((await put({ items: [{ sku: "PACK", quantity: 4 }], starts_at: api.clock.now() })).body.data).toMatchObject([
      { outcome: "updated" },
    ]);
    expect([await offer(), await shown()]).toEqual([4, { store: [88], other: [88] }]);
    // A part less is needed: less is held.
    await api.send(key, "PUT /v1/skus", {
      body: { skus: [{ code: "PACK", components: [{ code: "SKU-1", quantity: 1 }] }] },
    });
    expect(await shown()).toEqual({ store: [96], other: [96] });
    expect((await api.send(key, "GET /v1/skus/SKU-1")).body).toMatchObject({ set_apart: 4, available: 96 });
    const [campaign] = await list();
    expect((await api.send(key, `DELETE /v1/campaigns/${campaign.id}`)).status).toBe(204);
    expect(await shown()).toEqual({ store: [100], other: [100] });
    expect((await api.send(key, `DELETE /v1/campaigns/${campaign.id}`)).status).toBe(404);
    expect((await list())[0]).toMatchObject({ state: "cancelled", released: 4 });
  });

  it("hold what the merchant commits in place of what was announced, and wait for items that are not mapped", async () => {
    const { api, key, announce, work, shown, list } = await givenCampaigns();
    await announce({ items: [{ variantExternalId: null, sellerCode: "LATER", quantity: 9 }] });
    await work();
    const [told] = await list();
    expect(told).toMatchObject({ held: 0, items: [{ name: "LATER", sku: null, held: 0 }] });
    await api.send(key, "PUT /v1/campaigns", {
      body: { campaigns: [{ id: told.id, items: [{ sku: "SKU-1", quantity: 25 }] }] },
    });
    expect(await shown()).toEqual({ store: [75, 25], other: [75] });
    // The platform tells the same again: the merchant's word stays.
    await announce({ title: "Spring again", items: [{ variantExternalId: "V1", sellerCode: null, quantity: 90 }] });
    await work();
    expect((await list())[0]).toMatchObject({ title: "Spring again", held: 25 });
    await api.send(key, "PUT /v1/campaigns", { body: { campaigns: [{ id: told.id, items: null }] } });
    expect(await shown()).toEqual({ store: [90, 10], other: [10] });
    expect(await api.send(key, `DELETE /v1/campaigns/${told.id}`)).toMatchObject({
      status: 409,
      body: { code: "announced_by_platform" },
    });
  });

  it("that name what is not there are told one by one, and a key speaks of its own stores alone", async () => {
    const { api, store, other, put, at, list } = await givenCampaigns();
    const problems = [
      [{ items: [{ sku: "NOPE", quantity: 1 }] }, "unknown_item"],
      [{ items: [{ variant_id: store.id, quantity: 1 }] }, "unknown_item"],
      [{ ends_at: at(1) }, "ends_before_it_begins"],
      [{ hold_from: at(2) }, "held_too_late"],
      [{ release_at: at(2) }, "released_too_early"],
      [{ store_id: "00000000-0000-4000-8000-000000000000" }, "unknown_store"],
    ] as const;
    for (const [campaign, code] of problems)
      expect((await put(campaign)).body.data).toMatchObject([{ outcome: "rejected", error: { code } }]);
    expect(await list()).toEqual([]);
    expect((await put({ items: [{ quantity: 1 }] })).status).toBe(422);
    await put({});
    const limited = await api.key("operator", [other.id]);
    expect((await api.send(limited, "GET /v1/campaigns")).body.data).toEqual([]);
    const [campaign] = await list();
    expect((await api.send(limited, `DELETE /v1/campaigns/${campaign.id}`)).status).toBe(404);
    const foreign = { campaigns: [{ id: campaign.id, items: [] }] };
    expect((await api.send(limited, "PUT /v1/campaigns", { body: foreign })).body.data).toMatchObject([
      { error: { code: "unknown_campaign" } },
    ]);
  });

  it("that have ended already are refused, unless late sales of theirs are still to come", async () => {
    const { put, at, shown, list } = await givenCampaigns();
    const before = await shown();
    const past = { starts_at: at(-3), ends_at: at(-1) };
    expect((await put(past)).body.data).toMatchObject([{ outcome: "rejected", error: { code: "ended_already" } }]);
    expect(await list()).toEqual([]);
    expect(await shown()).toEqual(before);
    expect((await put({ ...past, release_at: at(1) })).body.data).toMatchObject([{ outcome: "created" }]);
  });

  it("of a store that is removed give back what they held", async () => {
    const { api, put, pass, store, shown } = await givenCampaigns();
    await put({});
    await pass(1);
    const admin = await api.key("admin");
    expect((await api.send(admin, `DELETE /v1/stores/${store.id}`)).status).toBe(204);
    await pass(0.01);
    expect((await shown()).other).toEqual([100]);
  });
});

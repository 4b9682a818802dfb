import { describe, expect, it } from "vitest";
import { levelSchema, offerSchema } from "../../src/api/schemas/catalogue.ts";
import { exampleListing, ingestExamples, listingDocument } from "../support/example.ts";
import { givenStock } from "./given-stock.ts";

const variant = exampleListing().variants[0]!;

describe("counts", () => {
  it("of all goods, or of those that are free, lead to the same shelf", async () => {
    const { api, order, count, level } = await givenStock();
    await count(10, "physical");
    api.clock.advance(1000);
    await order("1", 3, api.clock.now());
    api.clock.advance(1000);
    expect((await count(10, "physical")).body.data).toEqual([
      { sku: "SKU-1", location: "main", outcome: "done", on_hand: 10, reserved: 3 },
    ]);
    expect(await level()).toEqual({ on_hand: 10, reserved: 3, available: 7 });
    await count(7, "available");
    expect(await level()).toEqual({ on_hand: 10, reserved: 3, available: 7 });
  });

  it("that come late do not undo the sales since", async () => {
    const { api, order, count, level, move } = await givenStock();
    await count(20, "physical");
    api.clock.advance(60_000);
    const countedAt = api.clock.now();
    api.clock.advance(60_000);
    await order("1", 4, api.clock.now(), true);
    await move({ kind: "receipt", quantity: 5 });
    api.clock.advance(60_000);
    await count(18, "physical", countedAt);
    expect(await level()).toEqual({ on_hand: 19, reserved: 0, available: 19 });
  });

  it("of free goods add what older orders hold, and not what has left for them since", async () => {
    const { api, order, count, level } = await givenStock();
    await count(20, "physical");
    api.clock.advance(1000);
    const placedAt = api.clock.now();
    await order("1", 3, placedAt);
    await order("2", 2, placedAt);
    api.clock.advance(1000);
    const countedAt = api.clock.now();
    api.clock.advance(1000);
    await order("2", 2, placedAt, true);
    api.clock.advance(1000);
    await count(12, "available", countedAt);
    // 12 free, 3 held by the open order; the 2 of the shipped one are gone.
    expect(await level()).toEqual({ on_hand: 15, reserved: 3, available: 12 });
  });

  it("older than the last one, or from the future, are refused", async () => {
    const { api, count, level } = await givenStock();
    const old = api.clock.now();
    api.clock.advance(60_000);
    await count(5, "physical");
    expect((await count(50, "physical", old)).body.data).toMatchObject([
      { outcome: "rejected", error: { code: "newer_count" } },
    ]);
    const ahead = new Date(api.clock.now().getTime() + 3_600_000);
    expect((await count(50, "physical", ahead)).body.data).toMatchObject([{ error: { code: "count_in_future" } }]);
    expect((await level())?.on_hand).toBe(5);
  });

  it("lower every offer in the same transaction and wake the pushers", async () => {
    const { api, count, desired, key } = await givenStock();
    await count(10, "physical");
    expect(await desired()).toEqual([10]);
    const wakes = api.wakes();
    await count(4, "physical");
    expect(await desired()).toEqual([4]);
    expect(api.wakes()).toBeGreaterThan(wakes);
    const feed = (await api.send(key, "GET /v1/changes?entity=stock")).body.data;
    expect(feed.at(-1)).toMatchObject({ kind: "updated", store_id: null });
    const ledger = await api.db.query("select kind, quantity, on_hand_after, actor from stock_movements order by id");
    expect(ledger).toMatchObject([
      { kind: "count", quantity: 10, on_hand_after: 10 },
      { kind: "count", quantity: -6, on_hand_after: 4, actor: expect.stringContaining("test key") },
    ]);
  });

  it("and movements of more units than a shelf can have are refused, and the rest is done", async () => {
    const { api, key, count, level, move } = await givenStock();
    await count(1_000_000_000, "physical");
    await move({ kind: "receipt", quantity: 1_000_000_000 });
    const movements = [
      { sku: "SKU-1", kind: "receipt", quantity: 1 },
      { sku: "SKU-1", kind: "correction", quantity: -5 },
    ];
    const { status, body } = await api.send(key, "POST /v1/stock/movements", { body: { movements } });
    expect([status, body.data]).toMatchObject([
      201,
      [{ outcome: "rejected", error: { code: "too_many" } }, { outcome: "done" }],
    ]);
    expect(await level()).toMatchObject({ on_hand: 1_999_999_995 });
  });

  it("take the good rows of a file and say what is wrong with the others", async () => {
    const { api, key } = await givenStock();
    await api.send(key, "PUT /v1/skus", {
      body: { skus: [{ code: "PACK", components: [{ code: "SKU-1", quantity: 2 }] }] },
    });
    const counts = ["SKU-1", "NONE", "PACK"].map((sku) => ({ sku, quantity: 6, basis: "physical" }));
    const answer = await api.send(key, "PUT /v1/stock", {
      body: { counts: [...counts, { ...counts[0], location: "moon" }] },
    });
    expect(
      answer.body.data.map((row: { outcome: string; error?: { code: string } }) => row.error?.code ?? row.outcome),
    ).toEqual(["done", "unknown_sku", "bundle", "unknown_location"]);
    expect((await api.send(key, "GET /v1/skus/SKU-1")).body.on_hand).toBe(6);
  });

  it("that would end the sale of most goods wait for a confirmation", async () => {
    const { api, store, key } = await givenStock();
    const codes = Array.from({ length: 25 }, (_, i) => `S${i}`);
    await api.send(key, "PUT /v1/skus", { body: { skus: codes.map((code) => ({ code })) } });
    await ingestExamples(api.engine, store, "listings", [
      listingDocument(
        exampleListing({
          externalId: "L2",
          variants: codes.map((code) => ({ ...variant, externalId: `V-${code}`, sellerCode: code })),
        }),
      ),
    ]);
    const counts = (quantity: number) => ({
      body: { counts: codes.map((sku) => ({ sku, quantity, basis: "physical" })) },
    });
    await api.send(key, "PUT /v1/stock", counts(5));
    const refused = await api.send(key, "PUT /v1/stock", counts(0));
    expect(refused).toMatchObject({ status: 409, body: { code: "too_many_zeroes" } });
    const onSale = async () =>
      (await api.send(key, "GET /v1/stock?limit=200")).body.data.filter(
        (row: { on_hand: number }) => row.on_hand === 5,
      );
    expect(await onSale()).toHaveLength(25);
    expect((await api.send(key, "PUT /v1/stock?confirm=true", counts(0))).status).toBe(200);
    expect(await onSale()).toHaveLength(0);
  });

  it("that bring back what was missing take the order off the worklist", async () => {
    const { api, order, count, key } = await givenStock();
    await count(1, "physical");
    api.clock.advance(1000);
    await order("1", 3, api.clock.now());
    const attention = async () => (await api.send(key, "GET /v1/orders")).body.data[0].needs_attention;
    expect(await attention()).toBe(true);
    api.clock.advance(1000);
    await count(2, "physical");
    expect(await attention()).toBe(true);
    await count(3, "physical");
    expect(await attention()).toBe(false);
  });
});

describe("movements", () => {
  it("raise and lower the shelf, and every offer with it", async () => {
    const { move, level, desired } = await givenStock();
    await move({ kind: "receipt", quantity: 8 });
    await move({ kind: "return", quantity: 1, reason: "unworn" });
    const last = await move({ kind: "correction", quantity: -2 });
    expect(last).toMatchObject({ status: 201, body: { data: [{ outcome: "done", on_hand: 7 }] } });
    expect(await level()).toMatchObject({ on_hand: 7 });
    expect(await desired()).toEqual([7]);
  });

  it("move goods between locations without changing what there is", async () => {
    const { api, key, move, desired } = await givenStock();
    await api.db.query("insert into locations (id, code, name) values (gen_random_uuid(), 'back', 'Back room')");
    await move({ kind: "receipt", quantity: 8 });
    await move({ kind: "transfer", quantity: 3, to_location: "back" });
    const { body } = await api.send(key, "GET /v1/stock");
    expect(body.data.map((row: { location: string; on_hand: number }) => [row.location, row.on_hand])).toEqual([
      ["back", 3],
      ["main", 5],
    ]);
    expect(await desired()).toEqual([8]);
    expect((await move({ kind: "transfer", quantity: 3, to_location: "moon" })).body.data).toMatchObject([
      { outcome: "rejected", error: { code: "unknown_location" } },
    ]);
  });

  it("are refused where their sign makes no sense", async () => {
    const { move } = await givenStock();
    expect((await move({ kind: "receipt", quantity: -1 })).status).toBe(422);
    expect((await move({ kind: "correction", quantity: 0 })).status).toBe(422);
    expect((await move({ kind: "sale", quantity: 1 })).status).toBe(422);
  });
});

describe("stock and offers", () => {
  it("have the documented shape", async () => {
    const { api, key, count } = await givenStock();
    await count(3, "physical");
    for (const level of (await api.send(key, "GET /v1/stock")).body.data) levelSchema.parse(level);
    const offers = (await api.send(key, "GET /v1/offers")).body.data;
    expect(offers).toHaveLength(1);
    for (const offer of offers) offerSchema.parse(offer);
  });

  it("are narrowed to what is short, and to what waits to be sent", async () => {
    const { api, key, count } = await givenStock();
    await count(3, "physical");
    expect((await api.send(key, "GET /v1/stock?below=3")).body.data).toHaveLength(0);
    expect((await api.send(key, "GET /v1/stock?below=4")).body.data).toHaveLength(1);
    expect((await api.send(key, "GET /v1/offers?dirty=true")).body.data).toHaveLength(1);
    expect((await api.send(key, "GET /v1/offers?dirty=false")).body.data).toHaveLength(0);
    expect((await api.send(key, "GET /v1/offers?aspect=price")).body.data).toHaveLength(0);
  });
});

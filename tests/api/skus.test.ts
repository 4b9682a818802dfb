import { describe, expect, it } from "vitest";
import { skuDetailSchema, skuSchema } from "../../src/api/schemas/catalogue.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { givenApi } from "./given-api.ts";
import { givenStock } from "./given-stock.ts";

const variant = exampleListing().variants[0]!;

describe("SKUs", () => {
  it("are created and changed by code, absent fields staying as they are", async () => {
    const { api, key } = await givenStock();
    const put = async (...skus: object[]) =>
      (await api.send(key, "PUT /v1/skus", { body: { skus } })).body.data.map(
        (row: { outcome: string }) => row.outcome,
      );
    expect(await put({ code: "N", title: "New", barcode: "1" }, { code: "SKU-1" })).toEqual(["created", "unchanged"]);
    expect(await put({ code: "N", safety_stock: 2 })).toEqual(["updated"]);
    const { body } = await api.send(key, "GET /v1/skus/N");
    skuDetailSchema.parse(body);
    expect(body).toMatchObject({ title: "New", barcode: "1", safety_stock: 2, version: 2 });
    expect(await put({ code: "N", title: null })).toEqual(["updated"]);
    expect((await api.send(key, "GET /v1/skus/N")).body.title).toBeNull();
    const feed = (await api.send(key, "GET /v1/changes?entity=sku")).body.data;
    expect(feed.map((change: { kind: string }) => change.kind)).toEqual(["created", "created", "updated", "updated"]);
  });

  it("hold back their safety stock, and show nothing once retired", async () => {
    const { api, key, count, desired } = await givenStock();
    await count(10, "physical");
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1", safety_stock: 4 }] } });
    expect(await desired()).toEqual([6]);
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1", retired: true }] } });
    expect(await desired()).toEqual([0]);
    expect((await api.send(key, "GET /v1/skus?retired=true")).body.data).toMatchObject([{ code: "SKU-1" }]);
  });

  it("take the variants that waited for their code", async () => {
    const api = await givenApi();
    const store = await api.store();
    const key = await api.key("operator");
    await ingestExamples(api.engine, store, "listings", [listingDocument(exampleListing())]);
    expect((await api.send(key, "GET /v1/listings?mapped=false")).body.data).toHaveLength(1);
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1" }] } });
    expect((await api.send(key, "GET /v1/listings?mapped=false")).body.data).toHaveLength(0);
    expect((await api.send(key, "GET /v1/offers")).body.data).toMatchObject([{ sku: "SKU-1", desired: 0 }]);
  });

  it("in bundles are worth the least of their parts", async () => {
    const { api, store, key, count } = await givenStock();
    await count(9, "physical");
    const pack = {
      code: "PACK",
      components: [
        { code: "SKU-1", quantity: 2 },
        { code: "CARD", quantity: 1 },
      ],
    };
    const answer = await api.send(key, "PUT /v1/skus", { body: { skus: [pack, { code: "CARD" }] } });
    expect(answer.body.data).toEqual([
      { code: "PACK", outcome: "created" },
      { code: "CARD", outcome: "created" },
    ]);
    await ingestExamples(api.engine, store, "listings", [
      listingDocument(
        exampleListing({ externalId: "LP", variants: [{ ...variant, externalId: "VP", sellerCode: "PACK" }] }),
      ),
    ]);
    const desired = async () => (await api.send(key, "GET /v1/offers?sku=PACK")).body.data[0].desired;
    expect(await desired()).toBe(0);
    await api.send(key, "POST /v1/stock/movements", {
      body: { movements: [{ sku: "CARD", kind: "receipt", quantity: 100 }] },
    });
    expect(await desired()).toBe(4);
    await api.send(key, "PUT /v1/skus", {
      body: { skus: [{ ...pack, components: [{ code: "SKU-1", quantity: 3 }] }] },
    });
    expect(await desired()).toBe(3);
    expect((await api.send(key, "GET /v1/skus/PACK")).body).toMatchObject({
      bundle: true,
      on_hand: null,
      components: [{ code: "SKU-1", quantity: 3 }],
    });
  });

  it("are no bundle of bundles, of themselves, or over stock of their own", async () => {
    const { api, key, count } = await givenStock();
    await count(1, "physical");
    const put = async (...skus: object[]) =>
      (await api.send(key, "PUT /v1/skus", { body: { skus } })).body.data.map(
        (row: { outcome: string; error?: { code: string } }) => row.error?.code ?? row.outcome,
      );
    const parts = (...codes: string[]) => codes.map((code) => ({ code, quantity: 1 }));
    expect(await put({ code: "P", components: parts("SKU-1") })).toEqual(["created"]);
    expect(await put({ code: "Q", components: parts("P") })).toEqual(["bundle_of_bundles"]);
    expect(await put({ code: "Q", components: parts("Q") })).toEqual(["circular_bundle"]);
    expect(await put({ code: "Q", components: parts("NONE") })).toEqual(["unknown_sku"]);
    const circle = await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1", components: parts("P") }] } });
    expect(circle.body.data[0].error).toEqual({
      code: "circular_bundle",
      detail: "A bundle cannot hold itself: SKU-1 → P → SKU-1.",
    });
    expect(await put({ code: "X", components: parts("Y") }, { code: "Y", components: parts("X") })).toEqual([
      "circular_bundle",
      "circular_bundle",
    ]);
    expect(await put({ code: "SKU-1", components: parts("Z") }, { code: "Z" })).toEqual([
      "bundle_of_bundles",
      "created",
    ]);
    await api.send(key, "POST /v1/stock/movements", {
      body: { movements: [{ sku: "Z", kind: "receipt", quantity: 1 }] },
    });
    expect(await put({ code: "Z", components: parts("SKU-1") })).toEqual(["has_stock"]);
    expect(await put({ code: "D" }, { code: "D" })).toEqual(["created", "named_twice"]);
  });

  it("are listed by code, page by page, in the documented shape", async () => {
    const { api, key } = await givenStock();
    await api.send(key, "PUT /v1/skus", { body: { skus: ["b-2", "B-10", "a"].map((code) => ({ code })) } });
    const first = await api.send(key, "GET /v1/skus?limit=3");
    for (const sku of first.body.data) skuSchema.parse(sku);
    const second = await api.send(key, `GET /v1/skus?limit=3&cursor=${first.body.next}`);
    const codes = [...first.body.data, ...second.body.data].map((sku: { code: string }) => sku.code);
    expect(second.body.next).toBeNull();
    expect([...codes].sort()).toEqual(["B-10", "SKU-1", "a", "b-2"].sort());
    expect((await api.send(key, "GET /v1/skus?code_prefix=b-")).body.data).toMatchObject([{ code: "b-2" }]);
    expect((await api.send(key, "GET /v1/skus/NONE")).status).toBe(404);
  });

  it("take variants without a code by barcode, and give them up when the barcode changes", async () => {
    const { api, store, key, count } = await givenStock();
    await count(5, "physical");
    const read = (...variants: { id: string; sellerCode: string | null; barcode: string | null }[]) =>
      ingestExamples(api.engine, store, "listings", [
        listingDocument(
          exampleListing({
            externalId: "LB",
            variants: variants.map(({ id, ...codes }) => ({ ...variant, externalId: id, ...codes })),
          }),
        ),
      ]);
    const mapped = async () => {
      const listings = (await api.send(key, "GET /v1/listings?external_id=LB")).body.data;
      return listings[0].variants.map((one: { mapped_sku: string; mapped_by: string }) => [
        one.mapped_sku,
        one.mapped_by,
      ]);
    };
    await read({ id: "B1", sellerCode: null, barcode: "4006381333931" }, { id: "B2", sellerCode: null, barcode: "0" });
    expect(await mapped()).toEqual([
      [null, null],
      [null, null],
    ]);
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1", barcode: "4006381333931" }] } });
    expect(await mapped()).toEqual([
      ["SKU-1", "barcode"],
      [null, null],
    ]);
    expect((await api.send(key, "GET /v1/offers?sku=SKU-1")).body.data).toHaveLength(2);
    await read({ id: "B1", sellerCode: null, barcode: "1" }, { id: "B2", sellerCode: null, barcode: "4006381333931" });
    expect(await mapped()).toEqual([
      [null, null],
      ["SKU-1", "barcode"],
    ]);
    // Two SKUs of one barcode: a person decides.
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "TWIN", barcode: "4006381333931" }] } });
    await read({ id: "B1", sellerCode: null, barcode: "4006381333931" }, { id: "B2", sellerCode: null, barcode: "2" });
    expect(await mapped()).toEqual([
      [null, null],
      [null, null],
    ]);
    const { data } = (await api.send(key, "GET /v1/mapping/suggestions")).body;
    const [first] = data.filter((row: { barcode: string }) => row.barcode === "4006381333931");
    expect(first.candidates.map((one: { sku: string; confidence: number }) => [one.sku, one.confidence])).toEqual([
      ["SKU-1", 0.9],
      ["TWIN", 0.9],
    ]);
  });

  it("have the stock offer of a variant whose seller code changes, and an unknown code has none", async () => {
    const { api, store, key, count, move } = await givenStock();
    await count(10, "physical");
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-2" }] } });
    await move({ sku: "SKU-2", kind: "receipt", quantity: 3 });
    const relabel = (sellerCode: string) =>
      ingestExamples(api.engine, store, "listings", [
        listingDocument(exampleListing({ variants: [{ ...variant, sellerCode }] })),
      ]);
    const offers = async () =>
      (await api.send(key, "GET /v1/offers?aspect=stock")).body.data.map(
        (one: { sku: string; desired: number; dirty: boolean }) => [one.sku, one.desired, one.dirty],
      );
    expect(await offers()).toEqual([["SKU-1", 10, false]]);
    await relabel("SKU-2");
    expect(await offers()).toEqual([["SKU-2", 3, true]]);
    // The old SKU moves nothing there any more, the new one does.
    await move({ kind: "receipt", quantity: 50 });
    expect(await offers()).toEqual([["SKU-2", 3, true]]);
    await relabel("UNKNOWN");
    expect(await offers()).toEqual([[null, null, false]]);
    const alerts = async () =>
      (await api.send(key, "GET /v1/alerts")).body.data.map((alert: { code: string }) => alert.code);
    expect(await alerts()).toEqual(["variant_unmapped"]);
    await move({ sku: "SKU-2", kind: "receipt", quantity: 1 });
    expect(await offers()).toEqual([[null, null, false]]);
    await relabel("SKU-1");
    expect(await offers()).toEqual([["SKU-1", 60, true]]);
    expect(await alerts()).toEqual([]);
  });

  it("S27 that are retired while stores are read show none at once, wherever they are sold, and no others", async () => {
    const { api, store, key, count, move } = await givenStock();
    await count(10, "physical");
    const pack = { code: "PACK", components: [{ code: "SKU-1", quantity: 1 }] };
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "LIVE" }, pack] } });
    await move({ sku: "LIVE", kind: "receipt", quantity: 4 });
    const read = (...codes: string[]) =>
      ingestExamples(api.engine, store, "listings", [
        listingDocument(
          exampleListing({
            variants: codes.map((sellerCode, i) => ({
              ...variant,
              externalId: i === 0 ? "V1" : `V-${sellerCode}`,
              sellerCode,
            })),
          }),
        ),
      ]);
    await read("SKU-1", "LIVE", "PACK");
    await Promise.all([
      api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1", retired: true }] } }),
      read("SKU-1", "LIVE", "PACK"),
    ]);
    const shown = async () =>
      Object.fromEntries(
        (await api.send(key, "GET /v1/offers?aspect=stock")).body.data.map((one: { sku: string; desired: number }) => [
          one.sku,
          one.desired,
        ]),
      );
    expect(await shown()).toEqual({ "SKU-1": 0, LIVE: 4, PACK: 0 });
    await move({ kind: "receipt", quantity: 5 });
    expect(await shown()).toMatchObject({ "SKU-1": 0, PACK: 0 });
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "SKU-1", retired: false }] } });
    expect(await shown()).toEqual({ "SKU-1": 15, LIVE: 4, PACK: 15 });
  });

  it("S31 lower every bundle that holds them in the transaction that saves their sale", async () => {
    const { api, store, key, count, move } = await givenStock();
    await count(10, "physical");
    const bundle = (code: string, ...parts: [string, number][]) => ({
      code,
      components: parts.map(([part, quantity]) => ({ code: part, quantity })),
    });
    await api.send(key, "PUT /v1/skus", {
      body: { skus: [{ code: "LID" }, bundle("TRIO", ["SKU-1", 3]), bundle("SET", ["SKU-1", 1], ["LID", 1])] },
    });
    await move({ sku: "LID", kind: "receipt", quantity: 4 });
    const other = await api.store({ name: "Other" });
    for (const one of [store, other])
      await ingestExamples(api.engine, one, "listings", [
        listingDocument(
          exampleListing({
            externalId: "LX",
            variants: ["TRIO", "SET"].map((sellerCode) => ({ ...variant, externalId: `V-${sellerCode}`, sellerCode })),
          }),
        ),
      ]);
    const shown = async (db = api.db) =>
      (
        await db.query<{ code: string; q: string[] }>(
          "select s.code, array_agg(o.desired::text order by o.desired) as q from offers o join skus s on s.id = o.sku_id group by 1 order by 1",
        )
      ).map((row) => [row.code, ...row.q]);
    expect(await shown()).toEqual([
      ["SET", "4", "4"],
      ["SKU-1", "10"],
      ["TRIO", "3", "3"],
    ]);
    const sell = (externalId: string, sku: string, quantity: number) =>
      ingestExamples(
        api.engine,
        other,
        "orders",
        [
          orderDocument(
            exampleOrder({
              externalId,
              lines: [exampleLine({ variantExternalId: `V-${sku}`, sellerCode: sku, quantity })],
            }),
          ),
        ],
        // Seen from within the transaction, before its commit.
        async (tx) => void seen.push(await shown(tx)),
      );
    const seen: string[][][] = [];
    await sell("1", "TRIO", 2);
    await sell("2", "SET", 3);
    await sell("3", "SKU-1", 1);
    expect(seen).toEqual([
      [
        ["SET", "4", "4"],
        ["SKU-1", "4"],
        ["TRIO", "1", "1"],
      ],
      [
        ["SET", "1", "1"],
        ["SKU-1", "1"],
        ["TRIO", "0", "0"],
      ],
      [
        ["SET", "0", "0"],
        ["SKU-1", "0"],
        ["TRIO", "0", "0"],
      ],
    ]);
    expect(await shown()).toEqual(seen[2]);
  });
});

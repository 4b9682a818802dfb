import { describe, expect, it } from "vitest";
import { skuDetailSchema, skuSchema } from "../../src/api/schemas/catalogue.ts";
import { exampleListing, ingestExamples, listingDocument } from "../support/example.ts";
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
    expect(await put({ code: "Q", components: parts("Q") })).toEqual(["bundle_of_bundles"]);
    expect(await put({ code: "Q", components: parts("NONE") })).toEqual(["unknown_sku"]);
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
});

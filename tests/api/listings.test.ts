import { describe, expect, it } from "vitest";
import { listingViewSchema, suggestionSchema } from "../../src/api/schemas/catalogue.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

const variant = exampleListing().variants[0]!;

/** A listing L1 with variant V1 of seller code CODE-1, unmapped, and SKUs A (10 on hand) and B (20 on hand). */
async function givenUnmapped() {
  const api = await givenApi();
  const store = await api.store();
  const key = await api.key("operator");
  await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "A" }, { code: "B", barcode: "4006381333931" }] } });
  const movements = [
    { sku: "A", kind: "receipt", quantity: 10 },
    { sku: "B", kind: "receipt", quantity: 20 },
  ];
  await api.send(key, "POST /v1/stock/movements", { body: { movements } });
  await ingestExamples(api.engine, store, "listings", [
    listingDocument(exampleListing({ variants: [{ ...variant, sellerCode: "CODE-1", barcode: "4006381333931" }] })),
  ]);
  const [listing] = (await api.send(key, "GET /v1/listings")).body.data;
  const map = (sku: string | null) =>
    api.send(key, `PUT /v1/listing-variants/${listing.variants[0].id}/sku`, { body: { sku } });
  return { api, store, key, listing, map };
}

const levels = async (api: GivenApi, key: string) =>
  Object.fromEntries(
    (await api.send(key, "GET /v1/stock")).body.data.map((level: { sku: string; reserved: number }) => [
      level.sku,
      level.reserved,
    ]),
  );

describe("listings", () => {
  it("come with their variants in the documented shape", async () => {
    const { api, key, listing } = await givenUnmapped();
    listingViewSchema.parse(listing);
    expect(listing.variants).toMatchObject([
      { external_id: "V1", sku: "CODE-1", mapped_sku: null, price: { amount: "10.00", currency: "EUR" }, quantity: 10 },
    ]);
    const one = await api.send(key, `GET /v1/listings/${listing.id}`);
    expect(one.body).toEqual(listing);
    const again = { headers: { "if-none-match": one.headers.get("etag") ?? "" } };
    expect((await api.send(key, `GET /v1/listings/${listing.id}`, again)).status).toBe(304);
  });

  it("are narrowed to those with or without unmapped variants", async () => {
    const { api, key, map } = await givenUnmapped();
    const count = async (query: string) => (await api.send(key, `GET /v1/listings?${query}`)).body.data.length;
    expect([await count("mapped=false"), await count("mapped=true")]).toEqual([1, 0]);
    await map("A");
    expect([await count("mapped=false"), await count("mapped=true")]).toEqual([0, 1]);
    expect([await count("status=active"), await count("status=draft"), await count("external_id=L1")]).toEqual([
      1, 0, 1,
    ]);
  });

  it("page to their end without a repeat", async () => {
    const { api, store, key } = await givenUnmapped();
    for (let i = 2; i <= 5; i++)
      await ingestExamples(api.engine, store, "listings", [
        listingDocument(exampleListing({ externalId: `L${i}`, variants: [{ ...variant, externalId: `V${i}` }] })),
      ]);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await api.send(key, `GET /v1/listings?limit=2${cursor}`);
      seen.push(...body.data.map((listing: { external_id: string }) => listing.external_id));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen.sort()).toEqual(["L1", "L2", "L3", "L4", "L5"]);
  });
});

describe("mapping by hand", () => {
  it("makes the variant show the SKU's stock, and its waiting orders hold it", async () => {
    const { api, store, key, map } = await givenUnmapped();
    const placedAt = new Date(api.clock.now().getTime() + 1000);
    const order = exampleOrder({ placedAt, lines: [exampleLine({ sellerCode: "CODE-1", quantity: 2 })] });
    await ingestExamples(api.engine, store, "orders", [orderDocument(order)]);
    expect(await levels(api, key)).toEqual({ A: 0, B: 0 });
    const answer = await map("A");
    expect(answer).toMatchObject({ status: 200, body: { variants: [{ mapped_sku: "A", mapped_by: "hand" }] } });
    expect(await levels(api, key)).toEqual({ A: 2, B: 0 });
    expect((await api.send(key, "GET /v1/offers")).body.data).toMatchObject([
      { sku: "A", desired: 8, dirty: true, observed: 10 },
    ]);
    expect((await api.send(key, "GET /v1/orders")).body.data).toMatchObject([
      { unmapped_lines: 0, needs_attention: false },
    ]);
    const feed = (await api.send(key, "GET /v1/changes?entity=order,listing")).body.data;
    expect(feed.map((change: { entity: string }) => change.entity)).toEqual(["listing", "order", "listing", "order"]);
  });

  it("corrected moves what open orders hold to the right SKU", async () => {
    const { api, store, key, map } = await givenUnmapped();
    await map("A");
    const placedAt = new Date(api.clock.now().getTime() + 1000);
    await ingestExamples(api.engine, store, "orders", [
      orderDocument(exampleOrder({ placedAt, lines: [exampleLine({ sellerCode: "CODE-1", quantity: 3 })] })),
    ]);
    expect(await levels(api, key)).toEqual({ A: 3, B: 0 });
    const { next } = (await api.send(key, "GET /v1/changes?entity=order")).body;
    await map("B");
    expect((await api.send(key, `GET /v1/changes?entity=order&after=${next}`)).body.data).toMatchObject([
      { version: 2 },
    ]);
    expect(await levels(api, key)).toEqual({ A: 0, B: 3 });
    expect((await api.send(key, "GET /v1/offers")).body.data).toMatchObject([{ sku: "B", desired: 17 }]);
    const [{ id }] = (await api.send(key, "GET /v1/orders")).body.data;
    expect((await api.send(key, `GET /v1/orders/${id}`)).body.lines).toMatchObject([{ mapped_sku: "B", held: 3 }]);
  });

  it("is never overruled by what the platform shows, and unmapped stays unmapped", async () => {
    const { api, store, key, map, listing } = await givenUnmapped();
    await map("A");
    await map(null);
    expect((await api.send(key, "GET /v1/offers?dirty=true")).body.data).toEqual([]);
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "CODE-1" }] } });
    await ingestExamples(api.engine, store, "listings", [
      listingDocument(exampleListing({ title: "New title", variants: [{ ...variant, sellerCode: "CODE-1" }] })),
    ]);
    const { body } = await api.send(key, `GET /v1/listings/${listing.id}`);
    expect(body).toMatchObject({ title: "New title", variants: [{ mapped_sku: null, mapped_by: "hand" }] });
  });

  it("refuses a code that is none, and says so in the audit log when it is done", async () => {
    const { api, map } = await givenUnmapped();
    expect(await map("NONE")).toMatchObject({ status: 422, body: { code: "unknown_sku" } });
    await map("A");
    const audit = await api.send(await api.key("admin"), "GET /v1/audit?act=listings.map");
    expect(audit.body.data).toHaveLength(1);
  });
});

describe("suggestions", () => {
  it("name the SKU of the same barcode, of the same code elsewhere, and of a code written otherwise", async () => {
    const { api, store, key, map } = await givenUnmapped();
    const candidates = async () => {
      const { body } = await api.send(key, "GET /v1/mapping/suggestions");
      for (const suggestion of body.data) suggestionSchema.parse(suggestion);
      return body.data.map((item: { seller_code: string; candidates: { sku: string; reason: string }[] }) => [
        item.seller_code,
        ...item.candidates.map(({ sku, reason }) => `${sku}: ${reason}`),
      ]);
    };
    expect(await candidates()).toEqual([["CODE-1", "B: same barcode"]]);
    await map("A");
    expect(await candidates()).toEqual([]);
    const other = await api.store({ name: "Other" });
    await ingestExamples(api.engine, other, "listings", [
      listingDocument(
        exampleListing({ externalId: "L7", variants: [{ ...variant, externalId: "V7", sellerCode: "CODE-1" }] }),
      ),
    ]);
    expect(await candidates()).toEqual([["CODE-1", "A: same code in another store"]]);
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "LINEN-42" }] } });
    await ingestExamples(api.engine, store, "listings", [
      listingDocument(
        exampleListing({ externalId: "L8", variants: [{ ...variant, externalId: "V8", sellerCode: "linen 42" }] }),
      ),
    ]);
    expect((await candidates()).flat()).toContain("LINEN-42: code differs in spelling alone");
  });
});

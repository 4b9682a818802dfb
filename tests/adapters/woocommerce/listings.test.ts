import { describe, expect, it } from "vitest";
import type { RawDocument } from "../../../src/core/adapter.ts";
import type { Listing } from "../../../src/core/model/records.ts";
import { repaired } from "../../../src/core/model/repaired.ts";
import { CONTEXT, givenAdapter, givenStore, rawOf, SIGNAL } from "./stub.ts";

const { adapter } = givenAdapter();

const product = (overrides: Record<string, unknown> = {}) => ({
  id: 11,
  type: "variable",
  status: "publish",
  name: "Tea &amp; Cup",
  permalink: "https://shop.example.test/tea",
  date_modified_gmt: "2026-11-20T10:00:00",
  sku: "",
  price: "9.00",
  regular_price: "",
  sale_price: "",
  manage_stock: true,
  stock_quantity: 100,
  stock_status: "instock",
  categories: [{ name: "Tea" }, { name: "Gifts &amp; more" }],
  images: [{ id: 1, src: "https://shop.example.test/a.jpg" }],
  variations: [12, 13],
  parent_id: 0,
  ...overrides,
});

const variation = (overrides: Record<string, unknown> = {}) => ({
  id: 12,
  type: "variation",
  parent_id: 11,
  status: "publish",
  name: "S, Ink",
  date_modified_gmt: "2026-11-20T10:00:00",
  sku: "S-INK",
  global_unique_id: "4006381333931",
  price: "8.00",
  regular_price: "9.00",
  sale_price: "8.00",
  manage_stock: true,
  stock_quantity: 7,
  stock_status: "instock",
  attributes: [{ name: "Size", option: "S" }, { name: "Colour" }],
  image: null,
  ...overrides,
});

function mapped(head: Record<string, unknown>, variations: unknown[] | null = []): Listing {
  const raw = rawOf({ product: head, variations }, "listing@wc/v3");
  return repaired(adapter.listings.toUnified(raw, CONTEXT)).listings[0]!;
}

describe("mapping", () => {
  it("makes one listing of a product and its variations", () => {
    const listing = mapped(product(), [
      variation(),
      variation({ id: 13, sku: "", status: "private", manage_stock: false }),
    ]);
    expect(listing).toMatchObject({
      externalId: "11",
      title: "Tea & Cup",
      status: "active",
      category: "Tea, Gifts & more",
      partial: false,
    });
    expect(listing.variants).toMatchObject([
      {
        externalId: "12",
        sellerCode: "S-INK",
        barcode: "4006381333931",
        options: { Size: "S", Colour: "" },
        price: { amount: "8", currency: "USD" },
        regularPrice: { amount: "9" },
        quantity: 7,
        codes: { manage_stock: "true", parent: "11" },
        active: true,
      },
      { externalId: "13", sellerCode: null, quantity: null, active: false },
    ]);
  });

  it("shows the product's stock on each variation that draws on it", () => {
    const shared = { manage_stock: "parent", stock_quantity: 100 };
    const listing = mapped(product(), [variation(shared), variation({ id: 13, ...shared, stock_quantity: null })]);
    expect(listing.variants.map((variant) => [variant.quantity, variant.codes.manage_stock])).toEqual([
      [100, "parent"],
      [100, "parent"],
    ]);
  });

  it.each([
    ["publish", "instock", "active"],
    ["publish", "onbackorder", "active"],
    ["publish", "outofstock", "out_of_stock"],
    ["draft", "instock", "draft"],
    ["future", "instock", "draft"],
    ["pending", "instock", "under_review"],
    ["private", "instock", "inactive"],
    ["trash", "instock", "deleted"],
    ["archived", "instock", "unknown"],
  ])("maps status %s, stock %s", (status, stock_status, expected) => {
    const listing = mapped(product({ type: "simple", variations: [], status, stock_status }));
    expect(listing.status).toBe(expected);
    expect(listing.variants[0]?.active).toBe(["active", "out_of_stock"].includes(expected));
    expect(listing.warnings.length).toBe(expected === "unknown" ? 1 : 0);
  });

  it("marks a product in the bin as deleted and leaves its variants alone", () => {
    const unified = adapter.listings.toUnified(
      rawOf({ product: product({ status: "trash" }), variations: null }, "listing@wc/v3"),
      CONTEXT,
    );
    expect(unified.deleted).toEqual([{ resource: "listings", externalId: "11" }]);
    expect(unified.listings[0]).toMatchObject({ partial: true, variants: [] });
  });

  it("floors fractions and keeps quantities below zero", () => {
    const quantity = (stock_quantity: unknown) =>
      mapped(product({ type: "simple", variations: [], stock_quantity })).variants[0]?.quantity;
    expect([quantity("3.7"), quantity(-2), quantity(null)]).toEqual([3, -2, null]);
  });

  it("gives a variation alone as a part of its product", () => {
    const raw = rawOf({ product: product(), variation: variation() }, "variation@wc/v3");
    expect(adapter.listings.toUnified(raw, CONTEXT).listings[0]).toMatchObject({
      externalId: "11",
      title: "Tea & Cup",
      partial: true,
    });
  });
});

describe("reading", () => {
  it("gives simple products whole and names those with variations", async () => {
    const simple = product({ id: 10, type: "simple", variations: [] });
    const { adapter: scripted } = givenAdapter(() => ({ body: [simple, product()], headers: { "x-wp-total": "2" } }));
    const input = { stream: "changed", since: new Date(0), until: new Date(1e12), cursor: null, limit: 50 };
    const page = await scripted.listings.list(givenStore(), input, SIGNAL);
    expect(page.documents.map((document) => document.externalId)).toEqual(["10"]);
    expect(page.references).toEqual([
      {
        externalId: "11",
        sourceUpdatedAt: new Date("2026-11-20T10:00:00Z"),
        sourceVersion: "2026-11-20T10:00:00/publish",
      },
    ]);
    expect(page).toMatchObject({ next: null, total: 2 });
  });

  it("reads products with all pages of their variations, finds the bin, the parent of a variation, and what is gone", async () => {
    const many = Array.from({ length: 130 }, (_, index) => variation({ id: 1000 + index }));
    const { adapter: scripted } = givenAdapter(({ path, query }) => {
      if (path.endsWith("/products"))
        return { body: query.status === "trash" ? [product({ id: 30, status: "trash" })] : [product()] };
      if (path.endsWith("/products/11/variations")) {
        const start = (Number(query.page) - 1) * 100;
        return { body: many.slice(start, start + 100) };
      }
      if (path.endsWith("/products/12")) return { body: variation() };
      return {
        status: 404,
        body: { code: "woocommerce_rest_product_invalid_id", message: "Invalid ID.", data: { status: 404 } },
      };
    });
    const keys = ["11", "12", "30", "99"].map((externalId) => ({ externalId }));
    const { documents, missing } = await scripted.listings.getMany(givenStore(), keys, SIGNAL);
    expect(documents.map((document) => document.externalId).sort()).toEqual(["11", "30"]);
    expect(documents[0]?.payload).toHaveProperty("variations.length", 130);
    expect(missing).toEqual([{ externalId: "99", means: "gone" }]);
  });

  it("asks old stores nothing about all variations", async () => {
    const { adapter: scripted, sent } = givenAdapter();
    const input = { stream: "variations", since: new Date(0), until: new Date(1e12), cursor: null, limit: 50 };
    expect(await scripted.listings.list(givenStore(), input, SIGNAL)).toEqual({
      documents: [],
      references: [],
      next: null,
    });
    expect(sent).toEqual([]);
  });

  it("gives changed variations with the head of their product", async () => {
    const { adapter: scripted } = givenAdapter(({ path }) => ({
      body: path.endsWith("/variations") ? [variation()] : [product()],
    }));
    const input = { stream: "variations", since: new Date(0), until: new Date(1e12), cursor: null, limit: 50 };
    const page = await scripted.listings.list(givenStore({ facts: { variations_route: true } }), input, SIGNAL);
    expect(page.documents).toMatchObject([
      { externalId: "12", payload: { product: { id: 11 }, variation: { id: 12 } } },
    ]);
  });
});

describe("rows that are no products", () => {
  const list = (stream: string, rows: unknown[]) => {
    const { adapter: scripted } = givenAdapter(() => ({ body: rows }));
    const input = { stream, since: new Date(0), until: new Date(), cursor: null, limit: 10 };
    return scripted.listings.list(givenStore({ facts: { variations_route: true } }), input, SIGNAL);
  };
  const reasonOf = (raw: RawDocument) => {
    try {
      adapter.listings.toUnified(raw, CONTEXT);
    } catch (error) {
      return (error as Error).message;
    }
    return null;
  };

  it.each(["changed", "trashed", "variations", "ids"])("are set aside in the list %s", async (stream) => {
    const { id: _, ...withoutId } = product();
    const { documents } = await list(stream, [null, withoutId, product({ id: 0 })]);
    expect(documents.map(reasonOf)).toEqual([
      "is no product: it is null",
      "is no product: it has no id",
      "is no product: its id is no whole number above zero",
    ]);
  });

  it("are no sign that a product has gone, or a variation", async () => {
    const { adapter: odd } = givenAdapter(() => ({ body: { id: 11, name: "Tea" } }));
    const { documents, missing } = await odd.listings.getMany(givenStore(), [{ externalId: "11" }], SIGNAL);
    expect([documents.map(reasonOf), missing]).toEqual([["is no product: it has no regular_price"], []]);
    const { adapter: half } = givenAdapter(({ path }) => ({
      body: path.endsWith("/variations") ? [variation(), null] : product(),
    }));
    const whole = await half.listings.getMany(givenStore(), [{ externalId: "11" }], SIGNAL);
    expect(whole.documents.map(reasonOf)).toEqual([expect.stringContaining("variations")]);
  });

  it("are set aside in a file, which keeps its products", () => {
    const bytes = new TextEncoder().encode(JSON.stringify([product({ type: "simple", variations: [] }), { id: null }]));
    const documents = adapter.listings.parseFile(bytes, CONTEXT);
    expect(documents.map(reasonOf)).toEqual([null, "row 2 is no product: it has no id"]);
    expect(() => adapter.listings.parseFile(new TextEncoder().encode('[{"id":1}]'), CONTEXT)).toThrow(
      "the file holds no product: it has no regular_price (row 1)",
    );
  });

  it("repairs text that no database takes", () => {
    const listing = mapped(product({ name: "Tea\u0000" }), [
      variation({ sku: "S\ud83d", attributes: [{ name: "Si\u0000ze", option: "S" }] }),
    ]);
    expect(listing).toMatchObject({
      title: "Tea\ufffd",
      variants: [{ sellerCode: "S\ufffd", options: { "Si\ufffdze": "S" } }],
      warnings: [{ code: "text_repaired" }],
    });
  });
});

/** What is asked of the platform, and what becomes of its answers. */
import { describe, expect, it } from "vitest";
import type { ListInput } from "../../../src/core/adapter.ts";
import { CONTEXT, givenAdapter, givenOrder, givenParcel, givenStore, listOf, SIGNAL } from "./stub.ts";

const WINDOW = {
  since: new Date("2026-11-22T11:00:00Z"),
  until: new Date("2026-11-22T11:30:00Z"),
  cursor: null,
  limit: 500,
};
const inStream = (stream: string, more: Partial<ListInput> = {}): ListInput => ({ stream, ...WINDOW, ...more });

describe("a list", () => {
  it("of orders asks for what the default leaves out, in a window, in the order of ids", async () => {
    const { adapter, sent } = givenAdapter(() => listOf("orders", [givenOrder()]));
    const page = await adapter.orders.list(givenStore(), inStream("changed"), SIGNAL);
    expect(page).toMatchObject({ next: null, total: 1, references: [] });
    expect(page.documents).toMatchObject([
      { externalId: "order_1", form: "order@2", sourceUpdatedAt: new Date("2026-11-21T23:41:36.938Z") },
    ]);
    expect(sent[0]).toMatchObject({
      path: "/admin/orders",
      headers: { authorization: "Basic c2tfdGVzdDo=" },
      query: {
        "updated_at[$gte]": ["2026-11-22T11:00:00.000Z"],
        "updated_at[$lte]": ["2026-11-22T11:30:00.000Z"],
        order: ["id"],
        limit: ["50"],
        offset: ["0"],
      },
    });
    const fields = sent[0]?.query.fields?.[0]?.split(",") ?? [];
    expect(fields).toContain("+currency_code");
    expect(fields).toContain("*payment_collections.payments.refunds");
    expect(
      fields.every((field) => /^[+*]/.test(field)),
      "a plain name would replace what is told by default",
    ).toBe(true);
  });

  it("S01: is read from the last page to the first", async () => {
    const rows = Array.from({ length: 5 }, (_, i) => givenOrder({ id: `order_${i}` }));
    const { adapter, sent } = givenAdapter(({ query }) => {
      const offset = Number(query.offset?.[0]);
      return listOf("orders", rows.slice(offset, offset + 2), rows.length);
    });
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await adapter.orders.list(givenStore(), inStream("changed", { limit: 2, cursor }), SIGNAL);
      found.push(...page.documents.map(({ externalId }) => externalId));
      cursor = page.next;
    } while (cursor !== null);
    expect(sent.map(({ query }) => query.offset?.[0])).toEqual(["0", "4", "2", "0"]);
    expect(found.sort()).toEqual(rows.map(({ id }) => id));
  });

  it("S15: of recent orders names another version where only a refund has come", async () => {
    const light = (refunded_amount: number) => ({
      id: "order_1",
      version: 1,
      updated_at: "2026-11-21T23:41:36.938Z",
      payment_collections: [{ captured_amount: 97.5, refunded_amount }],
    });
    const versionOf = async (refunded: number) => {
      const { adapter, sent } = givenAdapter(() => listOf("orders", [light(refunded)]));
      const page = await adapter.orders.list(givenStore(), inStream("recent"), SIGNAL);
      expect(sent[0]?.query["created_at[$gte]"]).toEqual(["2026-11-22T11:00:00.000Z"]);
      expect(page.documents).toEqual([]);
      return page.references[0]?.sourceVersion;
    };
    const { adapter } = givenAdapter(() => listOf("orders", [givenOrder()]));
    const [whole] = (await adapter.orders.getMany(givenStore(), [{ externalId: "order_1" }], SIGNAL)).documents;
    expect(await versionOf(0)).toBe(whole?.sourceVersion);
    expect(await versionOf(3.5)).not.toBe(whole?.sourceVersion);
  });

  it("of changed variants names each product once", async () => {
    const rows = [
      { id: "v1", product_id: "prod_1" },
      { id: "v2", product_id: "prod_1" },
      { id: "v3", product_id: "prod_2" },
    ];
    const { adapter, sent } = givenAdapter(() => listOf("variants", rows));
    const page = await adapter.listings.list(givenStore(), inStream("variants", { limit: 2 }), SIGNAL);
    expect(page.references.map(({ externalId }) => externalId)).toEqual(["prod_1", "prod_2"]);
    expect(sent[0]).toMatchObject({ path: "/admin/product-variants", query: { limit: ["100"] } });
  });

  it("of everything has no window, and asks for the rules of prices and for levels", async () => {
    const { adapter, sent } = givenAdapter(() => listOf("products", []));
    expect(await adapter.listings.list(givenStore(), inStream("all"), SIGNAL)).toMatchObject({
      documents: [],
      next: null,
    });
    const { fields, ...query } = sent[0]?.query ?? {};
    expect(query).toEqual({ order: ["id"], limit: ["50"], offset: ["0"] });
    expect(fields?.[0]).toContain("*variants.prices.price_rules");
    expect(fields?.[0]).toContain("*variants.inventory_items.inventory.location_levels");
  });

  it("of returns brings what is owed by their orders", async () => {
    const row = {
      id: "return_1",
      order_id: "order_1",
      status: "received",
      created_at: "2026-11-21T23:41:35.714Z",
      items: [],
    };
    const { adapter, sent } = givenAdapter(({ path }) =>
      path === "/admin/returns"
        ? listOf("returns", [row])
        : listOf("orders", [givenOrder({ summary: { pending_difference: -5 } })]),
    );
    const page = await adapter.disputes.list(givenStore(), inStream("returns"), SIGNAL);
    expect(page.documents[0]?.payload).toEqual({
      row,
      order: { id: "order_1", currency_code: "usd", summary: { pending_difference: -5 } },
    });
    expect(sent[1]).toMatchObject({ path: "/admin/orders", query: { "id[]": ["order_1"], limit: ["1"] } });
    // Else a return inside of a claim would stand beside it, as a dispute of its own.
    expect(sent[0]?.query.fields?.[0]).toMatch(/^\+claim_id,\+exchange_id,/);
  });

  it("refuses a position that is none of ours", async () => {
    const { adapter } = givenAdapter();
    await expect(
      adapter.orders.list(givenStore(), inStream("changed", { cursor: "zz" }), SIGNAL),
    ).rejects.toMatchObject({
      category: "invalid_request",
    });
  });
});

describe("reading by id", () => {
  it("asks for all at once, and tells what is gone", async () => {
    const { adapter, sent } = givenAdapter(() => listOf("orders", [givenOrder()]));
    const found = await adapter.orders.getMany(
      givenStore(),
      [{ externalId: "order_1" }, { externalId: "order_2" }],
      SIGNAL,
    );
    expect(found.documents).toHaveLength(1);
    expect(found.missing).toEqual([{ externalId: "order_2", means: "gone" }]);
    expect(sent[0]?.query).toMatchObject({ "id[]": ["order_1", "order_2"], limit: ["2"] });
  });

  it("asks each dispute of its own list", async () => {
    const { adapter, sent } = givenAdapter(({ path }) => listOf(path.replace("/admin/", ""), []));
    const keys = ["claim_1", "return_1", "oexc_1", "zz"].map((externalId) => ({ externalId }));
    expect((await adapter.disputes.getMany(givenStore(), keys, SIGNAL)).missing).toHaveLength(4);
    expect(sent.map(({ path }) => path)).toEqual(["/admin/returns", "/admin/claims", "/admin/exchanges"]);
  });

  it("of parcels leaves out orders that have none", async () => {
    const orders = [givenOrder(), givenOrder({ id: "order_2", fulfillments: [givenParcel("ful_1", {})] })];
    const { adapter } = givenAdapter(() => listOf("orders", orders));
    const keys = ["order_1", "order_2"].map((externalId) => ({ externalId }));
    const { documents, missing } = await adapter.shipments.getMany(givenStore(), keys, SIGNAL);
    expect(documents.map(({ externalId }) => externalId)).toEqual(["order_2"]);
    expect(missing).toEqual([]);
    expect(documents.flatMap((raw) => adapter.shipments.toUnified(raw, CONTEXT).shipments)).toHaveLength(1);
  });
});

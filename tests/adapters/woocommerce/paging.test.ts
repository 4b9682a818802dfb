import { describe, expect, it } from "vitest";
import { CONTEXT, givenAdapter, givenOrder, givenStore, SIGNAL } from "./stub.ts";

const SECOND = 1000;
const START = Date.parse("2026-11-20T00:00:00Z");
const gmt = (ms: number) => new Date(ms).toISOString().slice(0, 19);

/** A store's list by change time, as the platform answers it: exclusive bounds, whole seconds, numbered pages. */
function givenOrders(orders: { id: number; at: number }[]) {
  return ({ query }: { query: Record<string, string> }) => {
    const after = Date.parse(`${query.modified_after}Z`);
    const before = Date.parse(`${query.modified_before}Z`);
    const found = orders
      .filter((order) => order.at > after && order.at < before)
      .sort((a, b) => a.at - b.at || a.id - b.id);
    const size = Number(query.per_page);
    const offset = query.offset === undefined ? (Number(query.page ?? 1) - 1) * size : Number(query.offset);
    const rows = found.slice(offset, offset + size);
    return {
      // Beyond the end the platform forgets the total.
      headers: { "x-wp-total": String(rows.length === 0 ? 0 : found.length) },
      body: rows.map(({ id, at }) => givenOrder({ id, date_modified_gmt: gmt(at) })),
    };
  };
}

async function readAll(orders: { id: number; at: number }[], meanwhile: (page: number) => void = () => {}) {
  const { adapter, sent } = givenAdapter(givenOrders(orders));
  const seen = new Set<string>();
  let cursor: string | null = null;
  let pages = 0;
  do {
    const input = {
      stream: "changed",
      since: new Date(START),
      until: new Date(START + 3600 * SECOND),
      cursor,
      limit: 10,
    };
    const page = await adapter.orders.list(givenStore(), input, SIGNAL);
    for (const document of page.documents) seen.add(document.externalId);
    meanwhile(++pages);
    cursor = page.next;
  } while (cursor !== null && pages < 100);
  return { seen, pages, sent };
}

describe("paging by change time", () => {
  it("asks in UTC without a zone, with bounds moved outwards by a second", async () => {
    const { sent } = await readAll([]);
    expect(sent[0]?.query).toEqual({
      per_page: "10",
      order: "asc",
      orderby: "modified",
      modified_after: "2026-11-19T23:59:59",
      modified_before: "2026-11-20T01:00:01",
      dates_are_gmt: "true",
    });
  });

  it("reads every order once or more, whole seconds of orders included", async () => {
    const orders = Array.from({ length: 95 }, (_, id) => ({ id, at: START + Math.floor(id / 31) * SECOND }));
    expect((await readAll(orders)).seen.size).toBe(95);
  });

  it("has no further page after a window that is empty, or that ends with a page that is not full", async () => {
    expect((await readAll([])).pages).toBe(1);
    expect((await readAll([{ id: 1, at: START }])).pages).toBe(1);
  });

  it("ends after full pages of one second, and goes back where a page is empty too early", async () => {
    const orders = Array.from({ length: 30 }, (_, id) => ({ id, at: START }));
    expect(await readAll(orders)).toMatchObject({ seen: { size: 30 }, pages: 4 });
    const { seen, pages } = await readAll(orders, (page) => {
      if (page === 2) for (const order of orders.slice(0, 15)) order.at = START + 7200 * SECOND;
    });
    expect([seen.size, pages < 10]).toEqual([30, true]);
  });

  it("loses none when orders leave the window while it is read", async () => {
    const orders = Array.from({ length: 120 }, (_, id) => ({ id, at: START + Math.floor(id / 40) * SECOND }));
    const { seen } = await readAll(orders, (page) => {
      // After each page some that were read change again, and stand beyond the window's end.
      for (const order of orders.slice((page - 1) * 7, page * 7)) order.at = START + 7200 * SECOND;
    });
    const stayed = orders.filter((order) => order.at < START + 3600 * SECOND).map((order) => String(order.id));
    expect(stayed.filter((id) => !seen.has(id))).toEqual([]);
  });

  it.each([
    ["a list that broke off after an inner list", { text: '[{"id":1,"line_items":[{"id":1,"taxes":[]' }],
    ["an empty list beside a total", { body: [], headers: { "x-wp-total": "60" } }],
    ["an empty list beside pages", { body: [], headers: { "x-wp-totalpages": "2" } }],
  ])("takes %s for no end", async (_, answer) => {
    const { adapter } = givenAdapter(() => answer);
    const input = { stream: "changed", since: new Date(START), until: new Date(START), cursor: null, limit: 10 };
    await expect(adapter.orders.list(givenStore(), input, SIGNAL)).rejects.toMatchObject({ category: "transient" });
  });

  it("reads on where the host gives smaller pages than were asked for", async () => {
    const orders = Array.from({ length: 25 }, (_, id) => ({ id: id + 1, at: START + id * SECOND }));
    const answer = givenOrders(orders);
    const { adapter } = givenAdapter(({ query }) => answer({ query: { ...query, per_page: "4" } }));
    const seen = new Set<string>();
    let cursor: string | null = null;
    for (let pages = 0; pages < 30; pages++) {
      const input = {
        stream: "changed",
        since: new Date(START),
        until: new Date(START + 3600 * SECOND),
        cursor,
        limit: 10,
      };
      const page = await adapter.orders.list(givenStore(), input, SIGNAL);
      for (const document of page.documents) seen.add(document.externalId);
      cursor = page.next;
      if (cursor === null) break;
    }
    expect(seen.size).toBe(25);
  });

  it("refuses a cursor that is none of its own", async () => {
    const { adapter } = givenAdapter();
    const input = { stream: "changed", since: new Date(START), until: new Date(START), cursor: "{page:2}", limit: 10 };
    await expect(adapter.orders.list(givenStore(), input, SIGNAL)).rejects.toMatchObject({
      category: "invalid_request",
    });
  });

  it("names ids and versions by creation, which a stored document equals", async () => {
    const { adapter } = givenAdapter(({ query }) => {
      expect(query._fields).toBe("id,status,total,date_created_gmt,date_modified_gmt");
      return { body: [{ id: 500, status: "processing", total: "30.00", date_modified_gmt: "2026-11-20T10:00:00" }] };
    });
    const input = { stream: "created", since: new Date(START), until: new Date(START), cursor: null, limit: 10 };
    const { references } = await adapter.orders.list(givenStore(), input, SIGNAL);
    const [raw] = adapter.orders.parseFile(new TextEncoder().encode(JSON.stringify(givenOrder())), {
      storeId: "",
      currency: "USD",
      timeZone: "UTC",
      marketplaces: [],
      settings: {},
    });
    expect(references[0]?.sourceVersion).toBe(raw?.sourceVersion);
  });

  it.each(["changed", "created"])("sets rows aside that are no orders, in the list %s", async (stream) => {
    const { id: _, ...withoutId } = givenOrder();
    const rows = [givenOrder({ id: 1 }), null, withoutId, givenOrder({ id: 0 }), "nonsense"];
    const { adapter } = givenAdapter(() => ({ body: rows }));
    const input = { stream, since: new Date(START), until: new Date(START), cursor: null, limit: 10 };
    const page = await adapter.orders.list(givenStore(), input, SIGNAL);
    const named = [...page.documents, ...page.references].map(({ externalId }) => externalId);
    expect(new Set(named).size).toBe(5);
    expect(named).toContain("1");
    const aside = page.documents.filter(({ externalId }) => externalId.startsWith("row-without-id:"));
    const reasons = aside.map((raw) => {
      try {
        adapter.orders.toUnified(raw, CONTEXT);
      } catch (error) {
        return (error as Error).message;
      }
      return null;
    });
    expect(reasons).toEqual([
      "is no order: it is null",
      "is no order: it has no id",
      "is no order: its id is no whole number above zero",
      "is no order: it is no JSON object",
    ]);
  });

  it("reads the rest of a page where a change time or a total is nonsense", async () => {
    const rows = [
      givenOrder({ id: 1, date_modified_gmt: "0001-01-01T00:00:00" }),
      givenOrder({ id: 2, date_modified_gmt: {}, total: [] }),
      givenOrder({ id: 3, date_modified_gmt: "yesterday" }),
    ];
    const { adapter } = givenAdapter(() => ({ body: rows }));
    const input = { stream: "changed", since: new Date(START), until: new Date(START), cursor: null, limit: 10 };
    const { documents } = await adapter.orders.list(givenStore(), input, SIGNAL);
    expect(documents.map(({ externalId, sourceUpdatedAt }) => [externalId, sourceUpdatedAt])).toEqual([
      ["1", null],
      ["2", null],
      ["3", null],
    ]);
  });

  it("does not take an order that cannot be read for one that has gone", async () => {
    const { adapter } = givenAdapter(() => ({ body: { id: 7, status: "processing" } }));
    const { documents, missing } = await adapter.orders.getMany(givenStore(), [{ externalId: "7" }], SIGNAL);
    expect([documents.length, missing]).toEqual([1, []]);
    expect(documents[0]?.externalId).toBe("7");
    expect(() => adapter.orders.toUnified(documents[0]!, CONTEXT)).toThrow("is no order: it has no line_items");
    const { adapter: empty } = givenAdapter(() => ({ text: "null" }));
    await expect(empty.orders.getMany(givenStore(), [{ externalId: "7" }], SIGNAL)).rejects.toMatchObject({
      category: "transient",
    });
  });

  it("looks for orders by id in the list, in the bin, and alone, before they count as gone", async () => {
    const { adapter, sent } = givenAdapter(({ path, query }) => {
      if (path.endsWith("/orders")) return { body: [givenOrder({ id: query.status === "trash" ? 2 : 1 })] };
      if (path.endsWith("/orders/3")) return { body: givenOrder({ id: 3, status: "packed" }) };
      return {
        status: 404,
        body: { code: "woocommerce_rest_shop_order_invalid_id", message: "Invalid ID.", data: { status: 404 } },
      };
    });
    const keys = ["1", "2", "3", "4"].map((externalId) => ({ externalId }));
    const { documents, missing } = await adapter.orders.getMany(givenStore(), keys, SIGNAL);
    expect(documents.map((document) => document.externalId)).toEqual(["1", "2", "3"]);
    expect(missing).toEqual([{ externalId: "4", means: "gone" }]);
    expect(sent.length).toBe(4);
  });

  it("does not take a missing route for a missing record", async () => {
    const { adapter } = givenAdapter(() => ({
      status: 404,
      body: { code: "rest_no_route", message: "No route", data: { status: 404 } },
    }));
    await expect(adapter.orders.getMany(givenStore(), [{ externalId: "1" }], SIGNAL)).rejects.toMatchObject({
      category: "permanent",
    });
  });
});

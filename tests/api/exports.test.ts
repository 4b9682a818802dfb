import { connect } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { parse } from "csv-parse/sync";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { entryViewSchema, settlementViewSchema, shipmentViewSchema } from "../../src/api/schemas/after-sales.ts";
import { levelSchema } from "../../src/api/schemas/catalogue.ts";
import { orderListSchema } from "../../src/api/schemas/orders.ts";
import { exampleLine, exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { type GivenApi, givenApi } from "./given-api.ts";
import { givenStock } from "./given-stock.ts";

async function givenOrders(count: number) {
  const api = await givenApi();
  const store = await api.store();
  const orders = Array.from({ length: count }, (_, i) =>
    exampleOrder({
      externalId: `n${i}`,
      externalNumber: i === 0 ? "=1+1" : `№ ${i}, "x"`,
      placedAt: new Date(api.clock.now().getTime() - i * 1000),
    }),
  );
  for (let i = 0; i < count; i += 200)
    await ingestExamples(
      api.engine,
      store,
      "orders",
      orders.slice(i, i + 200).map((order) => orderDocument(order)),
    );
  return { api, store };
}

/** Parcels, a statement with two entries, in one store. */
async function givenMoney(api: GivenApi, storeId: string, orderId: string): Promise<void> {
  const at = api.clock.now().toISOString();
  const tail = `1, '${at}'`;
  await api.db.exec(`
    insert into shipments (id, store_id, external_id, order_id, order_external_id, status, fulfilled_by, tracking_number, read_seq, synced_at)
      values (gen_random_uuid(), '${storeId}', 'S1', '${orderId}', 'n0', 'in_transit', 'seller', '=HYPERLINK("x")', ${tail});
    insert into shipment_lines select id, '1', 3 from shipments;
    insert into tracking_events (shipment_id, dedup_key, at, status, text) select id, 'a', '${at}', 'in_transit', 'left the depot' from shipments;
    insert into settlements (id, store_id, external_id, period_start, period_end, currency, total, payout, state, difference, read_seq, synced_at)
      values ('00000000-0000-8000-8000-0000000000b1', '${storeId}', 'T1', '${at}', '${at}', 'EUR', 7.5, 7.5, 'balanced', 0, ${tail});
    insert into ledger_entries (id, store_id, external_id, settlement_id, settlement_external_id, book, state, kind, external_kind, amount, currency, posted_at, period, description, read_seq)
      values (gen_random_uuid(), '${storeId}', 'E1', '00000000-0000-8000-8000-0000000000b1', 'T1', 'main', 'paid', 'sale', 'Sale', 10, 'EUR', '${at}', '${at}', '@cmd', 1),
             (gen_random_uuid(), '${storeId}', 'E2', '00000000-0000-8000-8000-0000000000b1', 'T1', 'main', 'paid', 'commission', 'Fee', -2.5, 'EUR', '${at}', '${at}', null, 1),
             (gen_random_uuid(), '${storeId}', 'E3', null, null, 'main', 'posted', 'refund', 'Refund', -1, 'EUR', '2020-01-01', '2020-01-01', null, 1)`);
}

const rowsOf = (csv: string) => parse(csv, { columns: true }) as Record<string, string>[];
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("exports of orders", () => {
  it("hold every order once, over many parts", async () => {
    const { api } = await givenOrders(1_201);
    const key = await api.key("finance");
    const lines = linesOf((await api.send(key, "GET /v1/exports/orders.ndjson")).text);
    expect(lines.map((line) => line.external_id)).toEqual(Array.from({ length: 1_201 }, (_, i) => `n${i}`));
    orderListSchema.parse(lines[0]);
    // The database joins the lines: in the very words of the list.
    await api.db.query(
      `update orders set hold = E'odd "\\\\ \\u0007 hold', gone_at = '2026-01-02 03:04:05.678901+00', source_updated_at = null where external_id = 'n0'`,
    );
    const list = (await api.send(key, "GET /v1/orders?limit=2")).body.data;
    const again = (await api.send(key, "GET /v1/exports/orders.ndjson")).text.split("\n").slice(0, 2);
    expect(again).toEqual(list.map((order: unknown) => JSON.stringify(order)));
    expect(list[0]).toMatchObject({ hold: 'odd "\\ \u0007 hold', gone_at: "2026-01-02T03:04:05.678Z" });
    const csv = await api.send(key, "GET /v1/exports/orders.csv");
    expect(csv.headers.get("content-disposition")).toContain("orders.csv");
    const rows = rowsOf(csv.text);
    expect(rows).toHaveLength(1_201);
    expect(rows[1]).toMatchObject({
      external_id: "n1",
      external_number: '№ 1, "x"',
      total: "10.00",
      currency: "EUR",
      units: "1",
    });
    // A spreadsheet must not run what a platform sent.
    expect(rows[0]?.external_number).toBe("'=1+1");
  });

  it("are read a part at a time, at the reader's pace", async () => {
    const { api } = await givenOrders(1_701);
    let reads = 0;
    const db = {
      ...api.engine.db,
      query: (text: string, params?: readonly never[]) => {
        if (text.includes("from orders o")) reads++;
        return api.engine.db.query(text, params);
      },
    };
    const slow = await givenApi({ engine: { ...api.engine, db: db as never } });
    const answer = await slow.app.request("/v1/exports/orders.ndjson", {
      headers: { authorization: `Bearer ${await api.key("finance")}` },
    });
    const reader = answer.body!.getReader();
    await reader.read();
    // The part that was taken, and the one that is read ahead.
    expect(reads).toBeLessThanOrEqual(2);
    await reader.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(reads).toBeLessThanOrEqual(2);
  });

  it("mask buyers and show a limited key its stores alone", async () => {
    const { api, store } = await givenOrders(2);
    const other = await api.store();
    for (const file of ["orders.csv", "order-lines.csv", "orders.ndjson"]) {
      const masked = await api.send(await api.key("finance"), `GET /v1/exports/${file}`);
      expect(masked.text, file).toContain("n1");
      expect(masked.text, file).not.toContain("Zzbuyer");
      const clear = await api.send(await api.key(["orders:read", "buyer:read"]), `GET /v1/exports/${file}`);
      expect(clear.text, file).toContain("Ada Zzbuyer");
      expect((await api.send(await api.key("finance", [other.id]), `GET /v1/exports/${file}`)).text).not.toContain(
        "n1",
      );
      expect((await api.send(await api.key("finance", [store.id]), `GET /v1/exports/${file}`)).text).toContain("n1");
    }
  });

  it("take the filters of the list", async () => {
    const { api, store } = await givenOrders(3);
    await ingestExamples(api.engine, store, "orders", [
      orderDocument(exampleOrder({ externalId: "gone", status: "cancelled" })),
    ]);
    const key = await api.key("operator");
    const ids = async (query: string) =>
      linesOf((await api.send(key, `GET /v1/exports/orders.ndjson?${query}`)).text).map((line) => line.external_id);
    expect(await ids("status=cancelled")).toEqual(["gone"]);
    expect(await ids("external_id=n2")).toEqual(["n2"]);
    expect(await ids("payment_status=unpaid")).toEqual([]);
    const placedFrom = new Date(api.clock.now().getTime() - 500).toISOString();
    expect(await ids(`placed_from=${placedFrom}`)).toEqual(["n0"]);
    expect((await api.send(key, "GET /v1/exports/orders.ndjson?limit=5")).status).toBe(400);
    expect((await api.send(key, "GET /v1/exports/orders.csv?buyer=email:ada@zzbuyer.test")).status).toBe(403);
  });
});

describe("the export of order lines", () => {
  it("has one row a line, with our SKU and what is still to leave", async () => {
    const { api, store, key, count } = await givenStock();
    await count(10, "physical");
    api.clock.advance(1000);
    const lines = [
      exampleLine({ externalId: "a", quantity: 5, shippedQuantity: 1, cancelledQuantity: 1 }),
      exampleLine({ externalId: "b", sellerCode: "NOT-OURS", variantExternalId: "V9", quantity: 2 }),
      exampleLine({ externalId: "c", fulfilledBy: "platform", quantity: 2 }),
    ];
    await ingestExamples(api.engine, store, "orders", [
      orderDocument(exampleOrder({ placedAt: api.clock.now(), lines })),
      orderDocument(exampleOrder({ externalId: "old", status: "completed", placedAt: new Date(0) })),
    ]);
    const rows = rowsOf((await api.send(key, "GET /v1/exports/order-lines.csv")).text);
    expect(rows.map((row) => [row.order_external_id, row.line_external_id, row.sku, row.to_ship, row.held])).toEqual([
      ["1001", "a", "SKU-1", "3", "3"],
      ["1001", "b", "", "2", "0"],
      ["1001", "c", "SKU-1", "0", "0"],
      ["old", "1", "SKU-1", "0", "0"],
    ]);
    expect(rows[1]).toMatchObject({ seller_code: "NOT-OURS", ship_to_country: "DE", unit_price: "10.00" });
  });
});

describe("the other exports", () => {
  it("hold what their lists show, amounts with their sign and no formula", async () => {
    const { api, store, count, order } = await givenStock();
    await count(10, "physical");
    await order("n0", 1, api.clock.now());
    const [row] = await api.db.query<{ id: string }>("select id from orders");
    await givenMoney(api, store.id, row?.id ?? "");
    const key = await api.key("finance");
    const get = async (file: string) => (await api.send(key, `GET /v1/exports/${file}`)).text;
    const schemas = {
      shipments: shipmentViewSchema,
      stock: levelSchema,
      settlements: settlementViewSchema,
      entries: entryViewSchema,
    };
    for (const [name, schema] of Object.entries(schemas)) {
      const json = linesOf(await get(`${name}.ndjson`));
      expect(json.length, name).toBe(name === "entries" ? 3 : 1);
      for (const line of json) schema.parse(line);
      expect(rowsOf(await get(`${name}.csv`)).length, name).toBe(json.length);
    }
    expect(rowsOf(await get("shipments.csv"))[0]).toMatchObject({
      tracking_number: `'=HYPERLINK("x")`,
      units: "3",
      last_event: "left the depot",
      delivered_at: "",
    });
    expect(rowsOf(await get("stock.csv"))[0]).toMatchObject({
      sku: "SKU-1",
      on_hand: "10",
      available: "9",
      sellable: "true",
    });
    expect(rowsOf(await get("settlements.csv"))[0]).toMatchObject({ total: "7.50", balanced: "true" });
    const entries = rowsOf(await get("entries.csv?settlement=00000000-0000-8000-8000-0000000000b1"));
    expect(entries.map((entry) => [entry.external_id, entry.amount]).sort()).toEqual([
      ["E1", "10.00"],
      ["E2", "-2.50"],
    ]);
    expect(entries.find((entry) => entry.external_id === "E1")?.description).toBe("'@cmd");
    expect(
      rowsOf(await get("entries.csv?posted_until=2021-01-01T00:00:00Z")).map((entry) => entry.external_id),
    ).toEqual(["E3"]);
    expect(rowsOf(await get("entries.csv?kind=sale"))).toHaveLength(1);
  });

  it("have a head where there is no row", async () => {
    const api = await givenApi();
    const key = await api.key("finance");
    const csv = (await api.send(key, "GET /v1/exports/entries.csv")).text;
    expect(csv).toMatch(/^id,store_id,external_id,.*\n$/);
    expect(await api.send(key, "GET /v1/exports/entries.ndjson")).toMatchObject({ status: 200, text: "" });
  });
});

describe("an export", () => {
  it("names the feed's position from before its first row", async () => {
    const { api, store } = await givenOrders(3);
    const key = await api.key("operator");
    const feed = (await api.send(key, "GET /v1/changes")).body;
    api.clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const answer = await api.send(key, "GET /v1/exports/orders.ndjson");
    expect(answer.headers.get("feed-position")).toBe(String(feed.next));
    await ingestExamples(api.engine, store, "orders", [orderDocument(exampleOrder({ externalId: "later" }))]);
    const after = (await api.send(key, `GET /v1/changes?after=${feed.next}&include=current`)).body.data;
    expect(after).toMatchObject([{ current: { external_id: "later" } }]);
  });

  it("that fails before its first row is a problem document; one that fails later breaks the connection off", async () => {
    const { api } = await givenOrders(1_201);
    let left = 0;
    const db = {
      ...api.engine.db,
      queryBytes: async (text: string, params?: readonly never[]) => {
        if (text.includes("from orders o") && left-- === 0) throw new Error("the disk burns");
        return api.engine.db.queryBytes(text, params);
      },
    };
    const broken = await givenApi({ engine: { ...api.engine, db: db as never } });
    const server = createAdaptorServer({ fetch: broken.app.fetch });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const key = await api.key("finance");
    const read = () =>
      new Promise<string>((resolve, reject) => {
        let text = "";
        const socket = connect(port, "127.0.0.1");
        socket.on("data", (part) => {
          text += part.toString("utf8");
        });
        socket.on("close", () => resolve(text));
        socket.on("error", reject);
        socket.write(
          `GET /v1/exports/orders.ndjson HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\nconnection: close\r\n\r\n`,
        );
      });
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => void printed.mockRestore());
    const early = await read();
    expect(early).toMatch(/^HTTP\/1\.1 500 /);
    expect(early).toContain("internal_error");
    left = 2;
    const late = await read();
    expect(late).toMatch(/^HTTP\/1\.1 200 /);
    expect(late.includes('"external_id":"n511"')).toBe(true);
    // The last chunk of a whole answer is empty; here it never came.
    expect(late).not.toMatch(/\r\n0\r\n\r\n$/);
    // What went wrong is for the log alone.
    expect(late + String(printed.mock.calls)).not.toContain("the disk burns");
    left = -1;
    expect(await read()).toMatch(/\r\n0\r\n\r\n$/);
  });
});

import { describe, expect, it } from "vitest";
import { disputeViewSchema, receiptsSchema } from "../../src/api/schemas/after-sales.ts";
import { itTwoConnections } from "../support/database.ts";
import { exampleLine, exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { givenStock } from "./given-stock.ts";

/** Three of SKU-1 sold and shipped from a shelf of ten, and a dispute about them. */
async function givenReturn(lines = [exampleLine({ quantity: 3, shippedQuantity: 3, fulfilmentStatus: "fulfilled" })]) {
  const given = await givenStock();
  const { api, store, count, level } = given;
  await count(10, "physical");
  api.clock.advance(60_000);
  const save = (overrides: object = {}) =>
    ingestExamples(api.engine, store, "orders", [
      orderDocument(exampleOrder({ placedAt: api.clock.now(), status: "shipped", lines, ...overrides })),
    ]);
  await save();
  const [order] = await api.db.query<{ id: string }>("select id from orders");
  const at = api.clock.now().toISOString();
  await api.db.query(
    `insert into disputes (id, store_id, external_id, order_id, order_external_id, kind, status, external_status, opened_at, open, read_seq, synced_at)
     values ('00000000-0000-8000-8000-0000000000d1', '${store.id}', 'D1', '${order?.id}', '1001', 'return_refund', 'return_in_transit', 'x', '${at}', true, 1, '${at}')`,
  );
  const key = await api.key("warehouse");
  const dispute = "/v1/disputes/00000000-0000-8000-8000-0000000000d1";
  const receive = (rows: object[], headers = {}, path = dispute) =>
    api.send(key, `POST ${path}/receipts`, { body: { lines: rows }, headers });
  const onHand = async () => (await level())?.on_hand;
  return { ...given, key, save, order: `/v1/orders/${order?.id}`, dispute, receive, onHand };
}

const sellable = (quantity: number, line = "1") => ({ line_external_id: line, quantity, condition: "sellable" });

describe("returned goods", () => {
  it("that can be sold go back on the shelf and into the stores, the others are written down", async () => {
    const { api, key, receive, onHand, desired, dispute, order } = await givenReturn();
    expect([await onHand(), await desired()]).toEqual([7, [7]]);
    const wakes = api.wakes();
    const answer = await receive([
      sellable(1),
      { sku: "SKU-1", quantity: 1, condition: "damaged", note: "sleeve torn" },
      { sku: "SKU-1", quantity: 1, condition: "missing" },
    ]);
    expect(answer.status).toBe(201);
    receiptsSchema.parse(answer.body);
    expect(answer.body.stock).toEqual([{ sku: "SKU-1", location: "main", on_hand: 8 }]);
    expect([await onHand(), await desired()]).toEqual([8, [8]]);
    expect(api.wakes()).toBeGreaterThan(wakes);
    const ledger = await api.db.query(
      "select kind, quantity, on_hand_after, actor from stock_movements order by id desc limit 1",
    );
    expect(ledger).toMatchObject([
      { kind: "return", quantity: 1, on_hand_after: 8, actor: expect.stringContaining("test key") },
    ]);
    const shown = (await api.send(key, `GET ${dispute}`)).body;
    disputeViewSchema.parse(shown);
    expect(answer.body.data.map((row: Record<string, unknown>) => [row.quantity, row.condition, row.note])).toEqual([
      [1, "sellable", null],
      [1, "damaged", "sleeve torn"],
      [1, "missing", null],
    ]);
    expect(new Set(shown.receipts)).toEqual(new Set(answer.body.data));
    expect((await api.send(key, `GET ${order}`)).body.lines[0].received).toBe(2);
    const timeline = (await api.send(key, `GET ${order}/timeline`)).body.data;
    expect(timeline).toContainEqual(
      expect.objectContaining({ what: "returns.receive", detail: "1 sellable, 1 damaged, 1 missing" }),
    );
    const audit = (await api.send(await api.key("admin"), "GET /v1/audit?act=returns.receive")).body.data;
    expect(audit).toMatchObject([
      { cause: expect.stringContaining("dispute"), detail: { lines: [{ line: "1" }, {}, {}] } },
    ]);
    const feed = (await api.send(key, "GET /v1/changes?entity=order,dispute,stock")).body.data;
    for (const entity of ["order", "dispute", "stock"])
      expect(feed.filter((change: { entity: string }) => change.entity === entity).at(-1)?.kind, entity).toBe(
        "updated",
      );
  });

  it("are received once, whether sent again with its key or booked twice", async () => {
    const { receive, onHand, order, api } = await givenReturn();
    const headers = { "idempotency-key": "parcel-7" };
    const first = await receive([sellable(2)], headers);
    const again = await receive([sellable(2)], headers);
    expect([again.headers.get("idempotent-replayed"), again.body]).toEqual(["true", first.body]);
    expect(await onHand()).toBe(9);
    // The answer was lost with its key, or a colleague books the same parcel: the third unit alone may still come.
    await api.db.query("delete from idempotency_keys");
    const refused = await receive([sellable(2)], headers, order);
    expect(refused).toMatchObject({
      status: 422,
      body: { code: "more_than_sold", errors: [{ path: "lines.0.quantity" }] },
    });
    expect(refused.body.detail).toContain("1 can still come back");
    expect(await onHand()).toBe(9);
    expect((await receive([{ sku: "SKU-1", quantity: 1, condition: "damaged" }], {}, order)).status).toBe(201);
    expect((await receive([sellable(1)])).status).toBe(422);
    expect(await onHand()).toBe(9);
  });

  it("are taken whole or not at all, with every mistake named", async () => {
    const { receive, onHand, api } = await givenReturn([
      exampleLine({ quantity: 1, shippedQuantity: 1 }),
      exampleLine({
        externalId: "2",
        variantExternalId: "V9",
        sellerCode: "NOT-OURS",
        quantity: 1,
        shippedQuantity: 1,
      }),
    ]);
    const answer = await receive([
      sellable(1),
      sellable(1, "2"),
      sellable(1, "9"),
      { sku: "NOPE", quantity: 1, condition: "damaged" },
      { ...sellable(1), location: "moon" },
    ]);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((issue: { path: string }) => issue.path)).toEqual([
      "lines.1.condition",
      "lines.2.line_external_id",
      "lines.3.sku",
      "lines.4.location",
    ]);
    expect(await onHand()).toBe(9);
    expect(await api.db.query("select 1 from return_receipts")).toEqual([]);
    expect((await receive([{ line_external_id: "2", quantity: 1, condition: "wrong_item" }])).status).toBe(201);
    expect((await receive([{ ...sellable(1), sku: "SKU-1" }])).status).toBe(422);
  });

  it("S23 are restocked once, whether the platform takes the shipment back before or after", async () => {
    const before = await givenReturn();
    const unshipped = [exampleLine({ quantity: 3, cancelledQuantity: 3, fulfilmentStatus: "cancelled" })];
    await before.save({ status: "cancelled", lines: unshipped, externalStatus: "cancelled" });
    expect(await before.onHand()).toBe(10);
    expect((await before.receive([sellable(1)])).status).toBe(422);
    expect(await before.onHand()).toBe(10);

    const after = await givenReturn();
    expect((await after.receive([sellable(2)])).status).toBe(201);
    expect(await after.onHand()).toBe(9);
    // One after the other: the first two are those that are on the shelf again.
    for (const [shippedQuantity, onHand] of [
      [2, 9],
      [1, 9],
      [0, 10],
    ] as const) {
      const lines = [exampleLine({ quantity: 3, shippedQuantity, fulfilmentStatus: "partially_fulfilled" })];
      await after.save({ lines, status: "cancelled", externalStatus: `cancelled but ${shippedQuantity}` });
      expect(await after.onHand(), `${shippedQuantity} still shipped`).toBe(onHand);
    }
    await after.save({ status: "cancelled", lines: unshipped, externalStatus: "cancelled again" });
    expect(await after.onHand()).toBe(10);
  });

  it("of a bundle are its components, and of two lines of a SKU first the first", async () => {
    const { api, key, receive, onHand, order } = await givenReturn([
      exampleLine({ quantity: 1, shippedQuantity: 1 }),
      exampleLine({ externalId: "2", quantity: 2, shippedQuantity: 2 }),
      exampleLine({ externalId: "3", variantExternalId: "V3", sellerCode: "PACK", quantity: 1, shippedQuantity: 1 }),
    ]);
    const admin = await api.key("admin");
    await api.send(admin, "PUT /v1/skus", {
      body: { skus: [{ code: "PACK", components: [{ code: "SKU-1", quantity: 4 }] }] },
    });
    await api.db.query(
      "update order_lines set sku_id = (select id from skus where code = 'PACK') where external_id = '3'",
    );
    const had = (await onHand()) ?? 0;
    const answer = await receive([{ sku: "SKU-1", quantity: 2, condition: "sellable" }], {}, order);
    expect(answer.body.data.map((row: Record<string, unknown>) => [row.order_line_external_id, row.quantity])).toEqual([
      ["1", 1],
      ["2", 1],
    ]);
    expect(await onHand()).toBe(had + 2);
    expect((await receive([sellable(1, "3")])).body.stock).toEqual([
      { sku: "SKU-1", location: "main", on_hand: had + 6 },
    ]);
    expect((await api.send(key, `GET ${order}`)).body.lines.map((line: { received: number }) => line.received)).toEqual(
      [1, 1, 1],
    );
  });

  it("of a dispute whose order was not read are refused with what to do", async () => {
    const { api, receive } = await givenReturn();
    await api.db.query("update disputes set order_id = null");
    expect(await receive([sellable(1)])).toMatchObject({ status: 409, body: { code: "order_unknown" } });
  });

  itTwoConnections("are not received twice by two who book at once", async () => {
    const { receive, onHand } = await givenReturn();
    const answers = await Promise.all(Array.from({ length: 6 }, () => receive([sellable(1)])));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 422, 422, 422]);
    expect(await onHand()).toBe(10);
  });
});

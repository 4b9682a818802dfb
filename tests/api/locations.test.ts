import { describe, expect, it } from "vitest";
import { locationSchema } from "../../src/api/schemas/locations.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { givenStock } from "./given-stock.ts";

describe("locations", () => {
  it("of the merchant are made, renamed and taken off sale, and all offers follow", async () => {
    const { api, key, move, count, desired } = await givenStock();
    await count(5, "physical");
    const made = await api.send(key, "POST /v1/locations", { body: { code: "back", name: "Back room" } });
    expect(made.status).toBe(201);
    expect(locationSchema.parse(made.body)).toMatchObject({ code: "back", kind: "own", sellable: true, on_hand: 0 });
    expect(await api.send(key, "POST /v1/locations", { body: { code: "back", name: "Again" } })).toMatchObject({
      status: 409,
      body: { code: "location_exists" },
    });
    await move({ location: "back", kind: "receipt", quantity: 7 });
    expect(await desired()).toEqual([12]);
    const patch = (body: object) => api.send(key, `PATCH /v1/locations/${made.body.id}`, { body });
    expect((await patch({ sellable: false })).body).toMatchObject({ sellable: false, on_hand: 7, skus: 1 });
    expect(await desired()).toEqual([5]);
    expect((await patch({ sellable: true, name: "Loft" })).body).toMatchObject({ name: "Loft", sellable: true });
    expect(await desired()).toEqual([12]);
    expect((await patch({})).status).toBe(422);
    expect(
      (await api.send(key, "PATCH /v1/locations/00000000-0000-4000-8000-000000000000", { body: { name: "x" } })).status,
    ).toBe(404);
    const list = (await api.send(key, "GET /v1/locations")).body.data;
    expect(list.map((row: { code: string }) => row.code)).toEqual(["back", "main"]);
    const limited = await api.key("operator", []);
    expect((await api.send(limited, "POST /v1/locations", { body: { code: "x", name: "x" } })).status).toBe(403);
  });

  it("are what a store sells from: its new orders hold there, and it stays for sale", async () => {
    const { api, store, order, count, move, desired } = await givenStock();
    const admin = await api.key("admin");
    const patch = (location: string) => api.send(admin, `PATCH /v1/stores/${store.id}`, { body: { location } });
    const back = (await api.send(admin, "POST /v1/locations", { body: { code: "back", name: "Back" } })).body.id;
    await count(5, "physical");
    await move({ location: "back", kind: "receipt", quantity: 7 });
    await order("before", 1, api.clock.now());
    expect(await patch("nowhere")).toMatchObject({ status: 422, body: { code: "unknown_location" } });
    expect(await patch("back")).toMatchObject({ status: 200, body: { location_id: back } });
    const moved = { ...store, locationId: back };
    await ingestExamples(api.engine, moved, "orders", [
      orderDocument(exampleOrder({ externalId: "after", lines: [exampleLine({ quantity: 2 })] })),
    ]);
    const rows = (await api.send(admin, "GET /v1/stock?sku=SKU-1")).body.data;
    expect(rows.map((row: { location: string; reserved: number }) => [row.location, row.reserved])).toEqual([
      ["back", 2],
      ["main", 1],
    ]);
    expect(await desired()).toEqual([9]);
    const sale = (id: string) => api.send(admin, `PATCH /v1/locations/${id}`, { body: { sellable: false } });
    expect(await sale(back)).toMatchObject({ status: 409, body: { code: "location_in_use" } });
    expect((await patch("main")).body.location_id).toBe(store.locationId);
    expect((await sale(back)).status).toBe(200);
    expect(await patch(back)).toMatchObject({ status: 422, body: { code: "location_not_sellable" } });
    const limited = await api.key(["stores:write"], []);
    const sent = await api.send(limited, `PATCH /v1/stores/${store.id}`, { body: { location: "main" } });
    expect(sent.status).toBe(404);
  });

  it("of a platform are shown as it tells them; its orders touch no shelf of ours", async () => {
    const { api, key, store, count, level, desired } = await givenStock();
    await count(10, "physical");
    const [variant] = exampleListing().variants;
    if (!variant) throw new Error("the example has a variant");
    const read = (quantity: number) =>
      ingestExamples(api.engine, store, "listings", [
        listingDocument(
          exampleListing({
            externalId: "LP",
            variants: [{ ...variant, externalId: "VP", quantity, fulfilledBy: "platform" }],
          }),
        ),
      ]);
    const there = async () => {
      const locations = (await api.send(key, "GET /v1/locations")).body.data.map((row: object) =>
        locationSchema.parse(row),
      );
      const own = locations.find((row: { kind: string }) => row.kind === "own");
      const theirs = locations.find((row: { kind: string }) => row.kind === "platform");
      return { own: [own.on_hand, own.reserved], theirs: [theirs.on_hand, theirs.reserved], ...theirs };
    };
    await read(40);
    expect(await there()).toMatchObject({ own: [10, 0], theirs: [40, 0], store_id: store.id, sellable: false });
    const order = (status: "awaiting_shipment" | "shipped") =>
      ingestExamples(api.engine, store, "orders", [
        orderDocument(
          exampleOrder({
            status,
            placedAt: api.clock.now(),
            fulfilledBy: "platform",
            lines: [exampleLine({ variantExternalId: "VP", quantity: 3, fulfilledBy: "platform" })],
          }),
        ),
      ]);
    await order("awaiting_shipment");
    await order("shipped");
    await read(37);
    expect(await there()).toMatchObject({ own: [10, 0], theirs: [37, 0] });
    expect(await level()).toMatchObject({ on_hand: 10, reserved: 0 });
    // What lies there is for that platform's own orders: no other offer shows it.
    expect(await desired()).toEqual([10]);
    const ledger = await api.db.query(
      "select m.kind, m.quantity, m.on_hand_after from stock_movements m join locations l on l.id = m.location_id where l.kind = 'platform' order by m.id",
    );
    expect(ledger).toEqual([
      { kind: "count", quantity: 40, on_hand_after: 40 },
      { kind: "count", quantity: -3, on_hand_after: 37 },
    ]);
    const { id, code } = await there();
    expect(await api.send(key, `PATCH /v1/locations/${id}`, { body: { sellable: true } })).toMatchObject({
      status: 409,
      body: { code: "location_read_only" },
    });
    const counted = { counts: [{ sku: "SKU-1", location: code, quantity: 1, basis: "physical" }] };
    expect((await api.send(key, "PUT /v1/stock", { body: counted })).body.data).toMatchObject([
      { error: { code: "unknown_location" } },
    ]);
  });
});

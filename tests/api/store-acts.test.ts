import { describe, expect, it } from "vitest";
import { exampleListing, exampleOrder, ingestExamples, listingDocument } from "../support/example.ts";
import { givenConnected, NEW_STORE, streams } from "./given-connected.ts";

describe("reading on request", () => {
  it("makes streams due, all or those of one resource", async () => {
    const { api, key, store } = await givenConnected();
    await api.db.query("update checkpoints set due_at = '2099-01-01T00:00:00Z'");
    const one = await api.send(key, `POST /v1/stores/${store.id}/sync`, { body: { resource: "orders" } });
    expect(one).toMatchObject({ status: 202, body: { streams: 2 } });
    const due = (await streams(api)).filter((row) => !row.due_at.startsWith("2099"));
    expect(new Set(due.map((row) => row.resource))).toEqual(new Set(["orders"]));
    expect(api.wakes()).toBeGreaterThan(0);
    const absent = await api.send(key, `POST /v1/stores/${store.id}/sync`, { body: { resource: "settlements" } });
    expect(absent).toMatchObject({ status: 422, body: { code: "not_available" } });
  });

  it("reads a part of the past again beside the present, and takes the stream from who reads it", async () => {
    const { api, key, store } = await givenConnected();
    await api.db.query("update checkpoints set state = 'done' where stream = 'changed@backfill'");
    const before = (await streams(api)).find((row) => row.resource === "orders" && row.stream === "changed@backfill");
    const body = { resource: "orders", since: "2020-01-01T00:00:00Z" };
    expect((await api.send(key, `POST /v1/stores/${store.id}/sync`, { body })).status).toBe(202);
    const rows = await streams(api);
    const after = rows.find((row) => row.resource === "orders" && row.stream === "changed@backfill");
    expect(after).toMatchObject({ state: "idle", watermark: "2020-01-01 00:00:00+00" });
    expect(Number(after?.fence)).toBe(Number(before?.fence) + 1);
    expect(rows.find((row) => row.resource === "orders" && row.stream === "changed")?.watermark).not.toContain("2020");
  });

  it("widens a backfill that still runs instead of forgetting what it had to read", async () => {
    const { api, key, store } = await givenConnected();
    const [first] = (await streams(api)).filter(
      (row) => row.stream === "changed@backfill" && row.resource === "orders",
    );
    const since = new Date(api.clock.now().getTime() - 3_600_000).toISOString();
    await api.send(key, `POST /v1/stores/${store.id}/sync`, { body: { resource: "orders", since } });
    const [second] = (await streams(api)).filter(
      (row) => row.stream === "changed@backfill" && row.resource === "orders",
    );
    expect(second?.backfill_from).toBe(first?.backfill_from);
    expect(second?.watermark).toBe(first?.watermark);
  });

  it("refuses a time that ends before it begins", async () => {
    const { api, key, store } = await givenConnected();
    const body = { since: "2030-01-01T00:00:00Z" };
    expect(await api.send(key, `POST /v1/stores/${store.id}/sync`, { body })).toMatchObject({ status: 422 });
  });
});

describe("sending on request", () => {
  it("says why nothing goes out, and sends once the store is live", async () => {
    const { api, key, store } = await givenConnected({ ...NEW_STORE, adopt_skus: true });
    const [row] = await api.db.query<{ location_id: string; stock_from: string }>(
      "select location_id, stock_from from stores",
    );
    const ingestStore = {
      id: store.id,
      platform: "example",
      stockFrom: new Date(row!.stock_from),
      adoptSkus: true,
      locationId: row!.location_id,
    };
    await ingestExamples(api.engine, ingestStore, "listings", [listingDocument(exampleListing())]);
    await api.send(key, "POST /v1/stock/movements", {
      body: { movements: [{ sku: "SKU-1", kind: "receipt", quantity: 5 }] },
    });
    const held = await api.send(key, `POST /v1/stores/${store.id}/push`);
    expect(held.body.stock).toMatchObject({ sent: 0, held_back: expect.stringContaining("observe") });
    await api.send(key, `PATCH /v1/stores/${store.id}`, { body: { mode: "live" } });
    const sent = await api.send(key, `POST /v1/stores/${store.id}/push`);
    expect(sent.body.stock).toMatchObject({ sent: 1, accepted: 1 });
    expect(api.platform.pushed.map((item) => item.value)).toEqual(["15"]);
    const offers = await api.send(key, `GET /v1/offers?store=${store.id}`);
    expect(offers.body.data).toMatchObject([
      { desired: 15, confirmed: 15, dirty: false, sku: "SKU-1", aspect: "stock" },
    ]);
  });
});

describe("what would go out, and the brake", () => {
  const given = async () => {
    const { api, key, store } = await givenConnected({ ...NEW_STORE, adopt_skus: true });
    const [row] = await api.db.query<{ location_id: string; stock_from: string }>(
      "select location_id, stock_from from stores",
    );
    const ingestStore = {
      id: store.id,
      platform: "example",
      stockFrom: new Date(row!.stock_from),
      adoptSkus: true,
      locationId: row!.location_id,
    };
    const [variant] = exampleListing().variants;
    const variants = Array.from({ length: 4 }, (_, i) => ({
      ...variant!,
      externalId: `V${i}`,
      sellerCode: `SKU-${i}`,
    }));
    await ingestExamples(api.engine, ingestStore, "listings", [listingDocument(exampleListing({ variants }))]);
    const quantities = { "SKU-0": 0, "SKU-1": 4, "SKU-2": 25 };
    const counts = Object.entries(quantities).map(([sku, quantity]) => ({ sku, quantity, basis: "physical" }));
    await api.send(key, "PUT /v1/stock", { body: { counts } });
    return { api, key, store };
  };

  it("counts and lists what would change at a store that is only observed", async () => {
    const { api, key, store } = await given();
    const { body } = await api.send(key, `GET /v1/stores/${store.id}/push`);
    expect(body).toMatchObject({
      blocked: expect.stringContaining("observe"),
      stock: { differing: 3, to_zero: 1, less: 1, more: 1, same: 0, calls: 1, expected_end_at: expect.any(String) },
    });
    const list = await api.send(key, `GET /v1/offers?store=${store.id}&differs=true`);
    const rows: { sku: string; desired: number; observed: number }[] = list.body.data;
    expect(rows.map(({ sku, desired, observed }) => [sku, desired, observed]).sort()).toEqual([
      ["SKU-0", 0, 10],
      ["SKU-1", 4, 10],
      ["SKU-2", 25, 10],
    ]);
    await api.send(key, `PATCH /v1/stores/${store.id}`, { body: { mode: "live" } });
    await api.send(key, `POST /v1/stores/${store.id}/push`);
    const after = await api.send(key, `GET /v1/stores/${store.id}/push`);
    expect(after.body.stock).toMatchObject({ differing: 0, calls: 0, expected_end_at: null });
  });

  it("stops one store or all, says who did it and why, and lets them go again", async () => {
    const { api, key, store } = await given();
    await api.send(key, `PATCH /v1/stores/${store.id}`, { body: { mode: "live" } });
    const stop = { stopped: true, reason: "prices of a test system went out" };
    const all = await api.send(key, "PUT /v1/push-brake", { body: stop });
    expect(all.body.data).toEqual([{ store_id: store.id, push_stopped: true, changed: true }]);
    const held = await api.send(key, `POST /v1/stores/${store.id}/push`);
    expect(held.body.stock).toMatchObject({ sent: 0, held_back: expect.stringContaining("stopped") });
    const again = await api.send(key, "PUT /v1/push-brake", { body: { stopped: true, stores: [store.id] } });
    expect(again.body.data).toEqual([{ store_id: store.id, push_stopped: true, changed: false }]);
    await api.send(key, "PUT /v1/push-brake", { body: { stopped: false, stores: [store.id] } });
    expect((await api.send(key, `POST /v1/stores/${store.id}/push`)).body.stock.sent).toBe(3);
    const audit = await api.send(key, "GET /v1/audit");
    const acts = audit.body.data.filter(({ act }: { act: string }) => act.startsWith("push."));
    expect(acts.map(({ act, cause }: { act: string; cause: string }) => [act, cause]).sort()).toEqual([
      ["push.start", null],
      ["push.stop", "prices of a test system went out"],
    ]);
  });

  it("speaks of no store that the key may not see", async () => {
    const { api, store } = await given();
    const other = "00000000-0000-4000-8000-000000000001";
    const limited = await api.key("operator", [other]);
    expect((await api.send(limited, "PUT /v1/push-brake", { body: { stopped: true } })).body.data).toEqual([]);
    const named = await api.send(limited, "PUT /v1/push-brake", { body: { stopped: true, stores: [store.id] } });
    expect(named.status).toBe(404);
    const rows = await api.db.query("select 1 from stores where push_stopped");
    expect(rows).toEqual([]);
  });
});

describe("importing a file", () => {
  const file = (documents: unknown) => new TextEncoder().encode(JSON.stringify(documents));

  it("answers for each document, and stores each once", async () => {
    const { api, key, store } = await givenConnected();
    const documents = [
      { externalId: "1", says: { orders: [exampleOrder({ externalId: "1" })] } },
      { externalId: "2", says: "poison" },
    ];
    const url = `POST /v1/stores/${store.id}/import?resource=orders`;
    const first = await api.send(key, url, { body: file(documents) });
    expect(first.body).toMatchObject({ read: 2, created: 1, rejected: 1 });
    expect(first.body.records).toEqual([
      { external_id: "1", outcome: "created", reason: null },
      { external_id: "2", outcome: "rejected", reason: "the total is no number" },
    ]);
    const again = await api.send(key, url, { body: file(documents.slice(0, 1)) });
    expect(again.body).toMatchObject({ created: 0, unchanged: 1, records: [{ outcome: "known" }] });
  });

  it("refuses a file that it cannot read, and a resource that the platform lacks", async () => {
    const { api, key, store } = await givenConnected();
    const url = `POST /v1/stores/${store.id}/import`;
    expect(await api.send(key, `${url}?resource=orders`, { body: file("x").subarray(1) })).toMatchObject({
      status: 422,
      body: { code: "unreadable_file" },
    });
    expect(await api.send(key, `${url}?resource=settlements`, { body: file([]) })).toMatchObject({
      status: 422,
      body: { code: "not_available" },
    });
    expect((await api.send(key, url, { body: file([]) })).status).toBe(400);
  });
});

describe("the health of a store", () => {
  it("is the lag of the worst stream that feeds stock, not of others", async () => {
    const { api, key, store } = await givenConnected();
    await api.db.query("update checkpoints set watermark = $1::timestamptz where resource = 'listings'", [
      new Date(api.clock.now().getTime() - 9_000_000).toISOString(),
    ]);
    await api.db.query(
      "update checkpoints set error_category = 'transient', error_text = 'timeout' where resource = 'orders' and stream = 'changed'",
    );
    api.clock.advance(120_000);
    const { body } = await api.send(key, `GET /v1/stores/${store.id}/health`);
    expect(body).toMatchObject({ lag_seconds: 120, worst_stream: "orders/changed", last_webhook_at: null });
    const stream = (resource: string, name: string) =>
      body.streams.find(
        (item: { resource: string; stream: string }) => item.resource === resource && item.stream === name,
      );
    expect(stream("listings", "changed")).toMatchObject({ lag_seconds: 9120, feeds_stock: false });
    expect(stream("orders", "changed").error).toMatchObject({ category: "transient", text: "timeout" });
    expect(stream("orders", "changed@backfill")).toMatchObject({
      lag_seconds: null,
      backfill: { from: expect.any(String) },
    });
  });

  it("counts what waits", async () => {
    const { api, key, store } = await givenConnected();
    await api.db.query(
      `insert into inbox (platform, store_id, recipient, dedup_key, topic, received_at, read_seq, due_at) values ('example', $1::uuid, 'r', 'd', 't', $2::timestamptz, 1, now())`,
      [store.id, new Date(api.clock.now().getTime() - 60_000).toISOString()],
    );
    const { body } = await api.send(key, `GET /v1/stores/${store.id}/health`);
    expect(body).toMatchObject({ inbox: { pending: 1, failed: 0 }, webhook_gap_seconds: 60, open_alerts: 0 });
  });
});

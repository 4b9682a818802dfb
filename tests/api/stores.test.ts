import { describe, expect, it, vi } from "vitest";
import { ThrottledError } from "../../src/core/errors.ts";
import { QuotaWaitError } from "../../src/core/limiter.ts";
import { exampleListing, exampleOrder, ingestExamples, listingDocument, orderDocument } from "../support/example.ts";
import { givenApi } from "./given-api.ts";
import { givenConnected, NEW_STORE, streams } from "./given-connected.ts";

describe("connecting a store", () => {
  it("tries the credentials, reads in observe mode, and asks the platform to call", async () => {
    const api = await givenApi();
    const answer = await api.send(await api.key("admin"), "POST /v1/stores", { body: NEW_STORE });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        mode: "observe",
        currency: "EUR",
        time_zone: "Europe/Berlin",
        external_id: "seller-1",
        facts: { plan: "basic" },
      },
    });
    expect(answer.headers.get("location")).toBe(`/v1/stores/${answer.body.id}`);
    expect(answer.body.push_blocked).toContain("observe");
    expect(answer.body.webhook_address).toBe(`https://tallyport.test/webhooks/example/${answer.body.id}`);
    expect(api.platform.webhooks).toEqual([answer.body.webhook_address]);
    expect(answer.text).not.toContain("good-token");
    expect((await streams(api)).map(({ stream }) => stream)).toContain("changed@backfill");
  });

  it("refuses credentials that the platform refuses, with its words, and keeps nothing", async () => {
    const api = await givenApi();
    const body = { ...NEW_STORE, credentials: { token: "wrong" } };
    const answer = await api.send(await api.key("admin"), "POST /v1/stores", { body });
    expect(answer).toMatchObject({ status: 422, body: { code: "store_refused" } });
    expect(answer.body.detail).toContain("bad token");
    expect(await api.db.query("select 1 from stores")).toEqual([]);
  });

  it("says that credentials were not tried where pacing held the call back", async () => {
    const { api, key, store } = await givenConnected();
    const probe = vi.spyOn(api.platform.adapter.auth, "probe");
    for (const [cause, words] of [
      [new QuotaWaitError(12_000, "busy", "app"), "our own pacing"],
      [undefined, "the platform asks us to wait"],
    ] as const) {
      probe.mockRejectedValueOnce(
        new ThrottledError({ platform: "example", operation: "auth.probe", retryAfterMs: 12_000, cause }),
      );
      const answer = await api.send(key, `POST /v1/stores/${store.id}/test`);
      expect(answer).toMatchObject({ status: 429, body: { code: "store_not_tried" } });
      expect(answer.body.detail).toContain(words);
      expect(answer.body.detail).toContain("in 12 s");
    }
    expect((await api.send(key, `POST /v1/stores/${store.id}/test`)).status).toBe(200);
  });

  it("refuses a shop that is connected already: each of its sales would count twice", async () => {
    const { api, key, store } = await givenConnected();
    const again = await api.send(key, "POST /v1/stores", { body: { ...NEW_STORE, name: "Again" } });
    expect(again).toMatchObject({ status: 409, body: { code: "store_connected_already" } });
    expect(again.body.detail).toContain(store.id);
    await api.send(key, `DELETE /v1/stores/${store.id}`);
    expect((await api.send(key, "POST /v1/stores", { body: { ...NEW_STORE, name: "Again" } })).status).toBe(201);
  });

  it("names the field of the credentials or settings that is wrong", async () => {
    const api = await givenApi();
    const key = await api.key("admin");
    const without = await api.send(key, "POST /v1/stores", { body: { ...NEW_STORE, credentials: {} } });
    expect(without).toMatchObject({ status: 422, body: { errors: [{ path: expect.stringContaining("token") }] } });
    const unknown = await api.send(key, "POST /v1/stores", { body: { ...NEW_STORE, platform: "other" } });
    expect(unknown).toMatchObject({ status: 422, body: { code: "unknown_platform" } });
    const zone = await api.send(key, "POST /v1/stores", { body: { ...NEW_STORE, time_zone: "Mars/Base" } });
    expect(zone).toMatchObject({ status: 422, body: { errors: [{ path: "time_zone" }] } });
  });
});

describe("a store", () => {
  it("is shown with what it can do and why not", async () => {
    const { api, key, store } = await givenConnected();
    const { body } = await api.send(key, `GET /v1/stores/${store.id}`);
    const capability = (name: string) => body.capabilities.find((item: { name: string }) => item.name === name);
    expect(capability("prices")).toMatchObject({ available: false, reason: expect.stringContaining("own pages") });
    expect(capability("orders")).toMatchObject({ available: true, proof: "a" });
    expect(capability("orders").acts).toContainEqual(
      expect.objectContaining({ name: "refund", available: false, reason: expect.any(String) }),
    );
    expect(capability("stock").available).toBe(true);
  });

  it("loses what its plan takes away", async () => {
    const { api, key, store } = await givenConnected();
    await api.db.query(`update stores set facts = '{"plan":"free"}'`);
    const { body } = await api.send(key, `GET /v1/stores/${store.id}`);
    expect(body.capabilities.find((item: { name: string }) => item.name === "stock")).toMatchObject({
      available: false,
      reason: "the free plan cannot set stock",
    });
  });

  it("is changed by its version, and not over another's change", async () => {
    const { api, key, store } = await givenConnected();
    const read = await api.send(key, `GET /v1/stores/${store.id}`);
    const etag = read.headers.get("etag") ?? "";
    const first = await api.send(key, `PATCH /v1/stores/${store.id}`, {
      body: { mode: "live" },
      headers: { "if-match": etag },
    });
    expect(first).toMatchObject({ status: 200, body: { mode: "live", push_blocked: null } });
    const late = await api.send(key, `PATCH /v1/stores/${store.id}`, {
      body: { name: "Late" },
      headers: { "if-match": etag },
    });
    expect(late).toMatchObject({ status: 412, body: { code: "version_changed" } });
    expect((await api.send(key, `GET /v1/stores/${store.id}`)).body.name).toBe("North shop");
    const same = { headers: { "if-none-match": first.headers.get("etag") ?? "" } };
    expect((await api.send(key, `GET /v1/stores/${store.id}`, same)).status).toBe(304);
    expect((await api.send(key, `GET /v1/stores/${store.id}`, { headers: { "if-none-match": etag } })).status).toBe(
      200,
    );
  });

  it("takes only settings that its adapter knows, and ours", async () => {
    const { api, key, store } = await givenConnected();
    const put = (settings: object) => api.send(key, `PATCH /v1/stores/${store.id}`, { body: { settings } });
    expect(await put({ color: "red" })).toMatchObject({ status: 422, body: { code: "invalid_settings" } });
    expect(await put({ stock_max_age_seconds: -1 })).toMatchObject({ status: 422, body: { code: "invalid_settings" } });
    expect((await put({ colour: "red", stock_max_age_seconds: 120 })).body.settings).toEqual({
      colour: "red",
      stock_max_age_seconds: 120,
    });
    const pushes = { stock_drift: "adopt", feed_patience_seconds: 60, feed_overdue: "decreases" };
    expect((await put({ colour: "red", ...pushes })).body.settings).toEqual({ colour: "red", ...pushes });
    expect(await put({ colour: "red", stock_drift: "maybe" })).toMatchObject({ status: 422 });
  });

  it("tells the feed and the audit log that it was changed, and by whom", async () => {
    const { api, key, store } = await givenConnected();
    await api.send(key, `PATCH /v1/stores/${store.id}`, { body: { push_stopped: true } });
    const feed = await api.send(key, "GET /v1/changes?entity=store");
    expect(feed.body.data.map((change: { kind: string }) => change.kind)).toEqual(["created", "updated"]);
    const audit = await api.send(key, `GET /v1/audit?store=${store.id}`);
    expect(audit.body.data[0]).toMatchObject({ act: "stores.change", detail: { changed: ["pushStopped"] } });
  });

  it("is tested on request: what the platform says now", async () => {
    const { api, key, store } = await givenConnected();
    expect(await api.send(key, `POST /v1/stores/${store.id}/test`)).toMatchObject({ status: 200, body: { ok: true } });
    await api.db.query("update stores set state = 'auth_expired', state_reason = 'x'");
    await api.send(key, `POST /v1/stores/${store.id}/test`);
    expect((await api.send(key, `GET /v1/stores/${store.id}`)).body.state).toBe("ok");
    api.platform.token = "rotated";
    expect(await api.send(key, `POST /v1/stores/${store.id}/test`)).toMatchObject({
      status: 422,
      body: { code: "store_refused" },
    });
  });

  it("works again with new credentials", async () => {
    const { api, key, store } = await givenConnected();
    api.platform.token = "rotated";
    await api.db.query("update stores set state = 'auth_expired', state_reason = 'x'");
    const body = { credentials: { token: "rotated" } };
    expect(await api.send(key, `PUT /v1/stores/${store.id}/credentials`, { body })).toMatchObject({
      status: 200,
      body: { state: "ok" },
    });
    expect((await api.send(key, `POST /v1/stores/${store.id}/test`)).status).toBe(200);
  });
});

describe("disconnecting a store", () => {
  it("takes leave of the platform, purges credentials and buyers, and keeps orders and money", async () => {
    const { api, key, store } = await givenConnected();
    const [row] = await api.db.query<{ location_id: string }>("select location_id from stores");
    const ingestStore = {
      id: store.id,
      platform: "example",
      stockFrom: new Date(),
      adoptSkus: false,
      locationId: row!.location_id,
    };
    await ingestExamples(api.engine, ingestStore, "orders", [orderDocument(exampleOrder())]);
    expect((await api.send(key, `DELETE /v1/stores/${store.id}`)).status).toBe(204);
    expect(api.platform.webhooks).toEqual([]);
    expect(await api.db.query("select 1 from credentials")).toEqual([]);
    expect((await api.send(key, `GET /v1/stores/${store.id}`)).body.mode).toBe("disconnected");
    const orders = await api.send(await api.key(["orders:read", "buyer:read"]), "GET /v1/orders");
    expect(orders.body.data).toHaveLength(1);
    expect(orders.text).not.toContain("Zzbuyer");
    expect(await api.send(key, `POST /v1/stores/${store.id}/sync`, { body: {} })).toMatchObject({ status: 409 });
  });

  it("with purge removes all that came from it and frees what its orders held", async () => {
    const { api, key, store } = await givenConnected({ ...NEW_STORE, adopt_skus: true });
    const [row] = await api.db.query<{ location_id: string }>("select location_id from stores");
    const ingestStore = {
      id: store.id,
      platform: "example",
      stockFrom: new Date(0),
      adoptSkus: true,
      locationId: row!.location_id,
    };
    await ingestExamples(api.engine, ingestStore, "listings", [listingDocument(exampleListing())]);
    await ingestExamples(api.engine, ingestStore, "orders", [orderDocument(exampleOrder())]);
    expect((await api.send(key, "GET /v1/stock")).body.data).toMatchObject([{ reserved: 1 }]);
    expect((await api.send(key, `DELETE /v1/stores/${store.id}?purge=true`)).status).toBe(204);
    expect((await api.send(key, `GET /v1/stores/${store.id}`)).status).toBe(404);
    expect((await api.send(key, "GET /v1/orders")).body.data).toEqual([]);
    expect((await api.send(key, "GET /v1/stock")).body.data).toMatchObject([{ reserved: 0 }]);
    const tables = await api.db.query<{ name: string }>(
      "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'store_id' and table_name not in ('audit_log', 'changes', 'changes_pending')",
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const { name } of tables)
      expect({ name, rows: await api.db.query(`select 1 from ${name} where store_id = $1::uuid`, [store.id]) }).toEqual(
        { name, rows: [] },
      );
  });
});

describe("lists of stores", () => {
  it("go on where they ended, in the order of connecting", async () => {
    const { api, key } = await givenConnected();
    for (const name of ["Second", "Third"]) {
      api.clock.advance(1000);
      api.platform.seller = name;
      await api.send(key, "POST /v1/stores", { body: { ...NEW_STORE, name } });
    }
    const first = await api.send(key, "GET /v1/stores?limit=2");
    expect(first.body.data.map((store: { name: string }) => store.name)).toEqual(["North shop", "Second"]);
    const second = await api.send(key, `GET /v1/stores?limit=2&cursor=${first.body.next}`);
    expect(second.body).toMatchObject({ data: [{ name: "Third" }], next: null });
  });
});

describe("platforms", () => {
  it("say what they can do, why not, and what to type in", async () => {
    const api = await givenApi();
    const { body } = await api.send(await api.key("warehouse"), "GET /v1/platforms");
    const [platform] = body.data;
    expect(platform).toMatchObject({ id: "example", connect: { kind: "keys" } });
    expect(platform.connect.credentials.required).toEqual(["token"]);
    expect(platform.capabilities.find((item: { name: string }) => item.name === "prices")).toEqual({
      name: "prices",
      available: false,
      reason: "prices are set on the platform's own pages",
      source: "https://example.test/prices",
      proof: null,
      acts: [],
      streams: [],
    });
  });
});

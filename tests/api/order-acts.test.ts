import { describe, expect, it } from "vitest";
import { drainActions } from "../../src/sync/actions.ts";
import { exampleLine, exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { givenApi } from "./given-api.ts";

async function givenOrder() {
  const api = await givenApi();
  const store = await api.store();
  await ingestExamples(api.engine, store, "orders", [
    orderDocument(exampleOrder({ lines: [exampleLine({ externalId: "10", quantity: 2 })] })),
  ]);
  const key = await api.key("operator");
  const [order] = (await api.send(key, "GET /v1/orders")).body.data;
  const drain = () => drainActions(api.engine, store.id, AbortSignal.timeout(10_000));
  return { api, store, key, order, url: `/v1/orders/${order.id}`, drain };
}

describe("confirming a shipment", () => {
  it("reaches the platform as one act, with what was said", async () => {
    const { api, key, url, order, drain } = await givenOrder();
    const body = { carrier: "dhl", tracking_number: " 00340 ", lines: [{ external_id: "10", quantity: 1 }] };
    const answer = await api.send(key, `POST ${url}/shipments`, { body });
    expect(answer).toMatchObject({
      status: 202,
      body: { kind: "shipments.confirm", status: "pending", repeated: false },
    });
    expect(answer.headers.get("location")).toBe(`/v1/actions/${answer.body.id}`);
    expect(await drain()).toBe(1);
    expect(api.platform.acts).toEqual([
      {
        kind: "shipments.confirm",
        input: expect.objectContaining({
          orderExternalId: order.external_id,
          carrier: "dhl",
          trackingNumber: "00340",
          lines: [{ orderLineExternalId: "10", quantity: 1 }],
        }),
      },
    ]);
    expect((await api.send(key, `GET /v1/actions/${answer.body.id}`)).body).toMatchObject({ status: "done" });
  });

  it("sent twice with one Idempotency-Key is one act, also where its first answer was not kept", async () => {
    const { api, key, url, drain } = await givenOrder();
    const request = { body: { carrier: "dhl" }, headers: { "idempotency-key": "parcel-1" } };
    const first = await api.send(key, `POST ${url}/shipments`, request);
    await api.db.query("delete from idempotency_keys");
    const second = await api.send(key, `POST ${url}/shipments`, request);
    expect(second.body).toMatchObject({ id: first.body.id, repeated: true });
    await drain();
    expect(api.platform.acts).toHaveLength(1);
  });

  it("names a line that the order does not have", async () => {
    const { api, key, url } = await givenOrder();
    const body = { lines: [{ external_id: "11", quantity: 1 }] };
    expect(await api.send(key, `POST ${url}/shipments`, { body })).toMatchObject({
      status: 422,
      body: { code: "unknown_line", errors: [{ path: "lines.0.external_id" }] },
    });
    expect((await api.send(key, "GET /v1/actions")).body.data).toEqual([]);
  });

  it("refuses more units than were ordered, also in two lines of one parcel", async () => {
    const { api, key, url } = await givenOrder();
    for (const lines of [
      [{ external_id: "10", quantity: 3 }],
      [
        { external_id: "10", quantity: 2 },
        { external_id: "10", quantity: 1 },
      ],
    ])
      expect(await api.send(key, `POST ${url}/shipments`, { body: { lines } })).toMatchObject({
        status: 422,
        body: { code: "too_many_units", errors: [{ path: `lines.${lines.length - 1}.quantity` }] },
      });
    expect((await api.send(key, "GET /v1/actions")).body.data).toEqual([]);
  });

  it("is followed by its act, which is not sent again while nothing became of it", async () => {
    const { api, key, url, drain } = await givenOrder();
    const { headers } = await api.send(key, `POST ${url}/shipments`, { body: { carrier: "dhl" } });
    const action = `GET ${headers.get("location")}`;
    const pending = await api.send(key, action);
    const unchanged = { headers: { "if-none-match": pending.headers.get("etag") ?? "" } };
    expect(await api.send(key, action, unchanged)).toMatchObject({ status: 304, text: "" });
    api.clock.advance(1000);
    await drain();
    expect(await api.send(key, action, unchanged)).toMatchObject({ status: 200, body: { status: "done" } });
  });

  it("waits for the release of an order on hold", async () => {
    const { api, key, url } = await givenOrder();
    await api.send(key, `PATCH ${url}`, { body: { hold: { reason: "address looks odd" } } });
    expect(await api.send(key, `POST ${url}/shipments`, { body: {} })).toMatchObject({
      status: 409,
      body: { code: "order_held" },
    });
    await api.send(key, `PATCH ${url}`, { body: { hold: null } });
    expect((await api.send(key, `POST ${url}/shipments`, { body: {} })).status).toBe(202);
  });
});

describe("acts that a platform lacks", () => {
  it("are refused with the platform's reason", async () => {
    const { api, key, url } = await givenOrder();
    const answer = await api.send(key, `POST ${url}/acknowledge`);
    expect(answer).toMatchObject({ status: 422, body: { code: "not_available" } });
    expect(answer.body.detail).toContain("acknowledged by reading");
  });
});

describe("changing an order", () => {
  it("writes the memo at the platform and keeps the hold here", async () => {
    const { api, key, url, drain, order } = await givenOrder();
    const body = { memo: { text: "call first", flag: "red" }, hold: { reason: "buyer asked", code: "remark" } };
    const answer = await api.send(key, `PATCH ${url}`, { body });
    expect(answer.body.order).toMatchObject({ hold: "remark", needs_attention: true, version: order.version + 1 });
    expect(answer.body.actions).toMatchObject([{ kind: "orders.set_memo" }]);
    await drain();
    expect(api.platform.acts).toEqual([
      { kind: "orders.set_memo", input: { orderExternalId: "1001", text: "call first", flag: "red" } },
    ]);
  });

  it("holds once and releases once, each told to feed, timeline and audit log", async () => {
    const { api, key, url, order } = await givenOrder();
    const hold = { body: { hold: { reason: "check" } } };
    expect((await api.send(key, `PATCH ${url}`, hold)).status).toBe(200);
    expect(await api.send(key, `PATCH ${url}`, hold)).toMatchObject({ status: 409, body: { code: "already_held" } });
    const released = await api.send(key, `PATCH ${url}`, { body: { hold: null } });
    expect(released.body.order).toMatchObject({ hold: null, version: order.version + 2 });
    expect(await api.send(key, `PATCH ${url}`, { body: { hold: null } })).toMatchObject({
      status: 409,
      body: { code: "not_held" },
    });
    const feed = await api.send(key, "GET /v1/changes?entity=order");
    expect(feed.body.data.map((change: { version: number }) => change.version)).toEqual([1, 2, 3]);
    const timeline = (await api.send(key, `GET ${url}/timeline`)).body.data.map(
      (entry: { what: string }) => entry.what,
    );
    for (const what of ["hold: operator", "released", "orders.hold", "orders.release"])
      expect(timeline).toContain(what);
  });

  it("refuses to write over a change that the sender has not seen", async () => {
    const { api, store, key, url } = await givenOrder();
    const etag = (await api.send(key, `GET ${url}`)).headers.get("etag") ?? "";
    await ingestExamples(api.engine, store, "orders", [orderDocument(exampleOrder({ externalStatus: "moved" }))]);
    const request = { body: { hold: { reason: "late" } }, headers: { "if-match": etag } };
    expect(await api.send(key, `PATCH ${url}`, request)).toMatchObject({
      status: 412,
      body: { code: "version_changed" },
    });
    expect((await api.send(key, `GET ${url}`)).body.hold).toBeNull();
  });

  it("wants to be told what to change", async () => {
    const { api, key, url } = await givenOrder();
    expect((await api.send(key, `PATCH ${url}`, { body: {} })).status).toBe(422);
  });
});

describe("cancelling", () => {
  it("asks the platform, with reason and lines", async () => {
    const { api, key, url, drain } = await givenOrder();
    const body = { reason: "out of stock", lines: [{ external_id: "10", quantity: 2 }], restock: false };
    expect((await api.send(key, `POST ${url}/cancel`, { body })).status).toBe(202);
    await drain();
    expect(api.platform.acts).toMatchObject([
      {
        kind: "orders.cancel",
        input: { reason: "out of stock", restock: false, lines: [{ orderLineExternalId: "10", quantity: 2 }] },
      },
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { createOutbound } from "../../src/api/outbound.ts";
import { deliverySchema, endpointSchema, endpointWithSecret } from "../../src/api/schemas/webhook-endpoints.ts";
import { assertPublic } from "../../src/core/address.ts";
import { pruneFeed } from "../../src/core/db/feed.ts";
import { runWork } from "../../src/sync/schedule.ts";
import { verify } from "../support/webhook-receiver.ts";
import { entityId, givenWebhooks, numbers, orderChange, SIGNAL } from "../sync/given-webhooks.ts";
import { givenApi } from "./given-api.ts";

const PATH = "/v1/webhook-endpoints";

describe("webhook endpoints", () => {
  it("are made with a secret that is shown once and kept sealed", async () => {
    const given = await givenWebhooks();
    const made = await given.send(`POST ${PATH}`, { url: given.receiver.url, entities: ["order"], description: "WMS" });
    expect(made).toMatchObject({ status: 201, body: { enabled: true, position: 0, behind: 0, include_buyer: false } });
    const { id, secret } = endpointWithSecret.parse(made.body);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.headers.get("location")).toBe(`${PATH}/${id}`);
    const shown = await given.send(`GET ${PATH}/${id}`);
    endpointSchema.strict().parse(shown.body);
    const listed = await given.send(`GET ${PATH}`);
    expect(listed.body).toEqual({ data: [shown.body], next: null });
    for (const { text } of [shown, listed]) expect(text).not.toContain("whsec_");
    const [row] = await given.api.db.query<{ text: string; secret: Uint8Array }>(
      "select row_to_json(e)::text as text, secret from webhook_endpoints e",
    );
    expect(row?.text).not.toContain(secret.slice(6));
    expect(Buffer.from(row?.secret ?? []).toString("latin1")).not.toContain(secret.slice(6));
    const audit = (await given.send(`GET /v1/audit?subject=${id}`)).body.data;
    expect(audit).toMatchObject([{ act: "webhook_endpoints.create" }]);
    expect(JSON.stringify(audit)).not.toContain(secret.slice(6));
  });

  it("begin with what changes after they were made", async () => {
    const given = await givenWebhooks();
    await given.append(given.store.id, orderChange(1));
    const { position } = await given.endpoint();
    expect(position).toBe(1);
    await given.append(given.store.id, orderChange(2));
    await given.work();
    expect(given.receiver.ids()).toEqual([entityId(2)]);
  });

  it("are listed in pages, in the order in which they were made", async () => {
    const given = await givenWebhooks();
    const ids: string[] = [];
    for (const _ of numbers(5)) {
      ids.push((await given.endpoint()).id);
      given.api.clock.advance(1);
    }
    const first = (await given.send(`GET ${PATH}?limit=3`)).body;
    const second = (await given.send(`GET ${PATH}?limit=3&cursor=${first.next}`)).body;
    expect([...first.data, ...second.data].map((row: { id: string }) => row.id)).toEqual(ids);
    expect(second.next).toBeNull();
  });

  it.each([
    [{}, "url"],
    [{ url: "ftp://example.com/" }, "url"],
    [{ url: "not a url" }, "url"],
    [{ url: "http://127.0.0.1/", entities: ["nothing"] }, "entities.0"],
    [{ url: "http://127.0.0.1/", entities: [] }, "entities"],
    [{ url: "http://127.0.0.1/", stores: ["x"] }, "stores.0"],
    [{ url: "http://127.0.0.1/", secret: "mine" }, ""],
  ])("refuse %j", async (body, path) => {
    const given = await givenWebhooks();
    const answer = await given.send(`POST ${PATH}`, body);
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_body", errors: [{ path }] } });
  });

  it("refuse a store that is not there, and a user or password in the address", async () => {
    const given = await givenWebhooks();
    expect(await given.send(`POST ${PATH}`, { url: given.receiver.url, stores: [entityId(1)] })).toMatchObject({
      status: 422,
      body: { code: "unknown_store" },
    });
    expect(await given.send(`POST ${PATH}`, { url: "https://user:Zzpass@example.com/" })).toMatchObject({
      status: 422,
      body: { code: "address_refused" },
    });
  });

  it("are changed, switched off and on, against the version that was read", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    const shown = await given.send(`GET ${PATH}/${id}`);
    expect(shown.headers.get("etag")).toBe('"1"');
    const patch = (body: unknown, match = '"1"') =>
      given.api.send(given.key, `PATCH ${PATH}/${id}`, { body, headers: { "if-match": match } });
    expect(await patch({ entities: ["order"], description: null })).toMatchObject({
      status: 200,
      body: { entities: ["order"], url: given.receiver.url, version: 2 },
    });
    expect(await patch({ enabled: false })).toMatchObject({ status: 412, body: { code: "version_changed" } });
    expect((await patch({ enabled: false }, '"2"')).body).toMatchObject({ enabled: false, disabled_reason: "asked" });
    await given.append(given.store.id, orderChange(1), { ...orderChange(2), entity: "listing" });
    await given.work();
    expect(given.receiver.received).toEqual([]);
    expect((await patch({ enabled: true }, "*")).body).toMatchObject({ enabled: true, disabled_at: null });
    await given.work();
    expect(given.receiver.ids()).toEqual([entityId(1)]);
  });

  it("make what is on its way anew when their filter changes", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint({ entities: ["order"] });
    given.receiver.status(500);
    await given.append(given.store.id, orderChange(1), { ...orderChange(2), entity: "listing" });
    await given.work();
    await given.send(`PATCH ${PATH}/${id}`, { entities: null, enabled: true });
    given.receiver.status(200);
    await given.work();
    const [first, second] = given.receiver.received;
    expect(second?.headers["webhook-id"]).not.toBe(first?.headers["webhook-id"]);
    expect(second?.message.data.changes.map((change: { id: string }) => change.id)).toEqual([entityId(1), entityId(2)]);
  });

  it("go with their deliveries and alerts", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    given.receiver.status(410);
    await given.append(given.store.id, orderChange(1));
    await given.work();
    expect(await given.alerts()).toHaveLength(1);
    expect((await given.send(`DELETE ${PATH}/${id}`)).status).toBe(204);
    expect((await given.send(`GET ${PATH}/${id}`)).status).toBe(404);
    expect(await given.alerts()).toEqual([]);
    expect(await given.api.db.query("select 1 from webhook_deliveries")).toEqual([]);
  });

  it("send buyers in the clear only where a key that may see them says so", async () => {
    const given = await givenWebhooks();
    const admin = await given.api.key("admin");
    const body = { url: given.receiver.url, include_buyer: true };
    const refused = { status: 403, body: { code: "scope_missing" } };
    expect(await given.api.send(admin, `POST ${PATH}`, { body })).toMatchObject(refused);
    const { id } = await given.endpoint({ include_buyer: true });
    const patch = (change: unknown) => given.api.send(admin, `PATCH ${PATH}/${id}`, { body: change });
    expect(await patch({ url: "http://127.0.0.1:9/" })).toMatchObject(refused);
    expect(await given.api.send(admin, `POST ${PATH}/${id}/rotate-secret`)).toMatchObject(refused);
    expect(await patch({ include_buyer: false })).toMatchObject({ status: 200, body: { include_buyer: false } });
    expect(await patch({ include_buyer: true })).toMatchObject(refused);
  });

  it("are seen and made by a limited key where they send nothing of other stores", async () => {
    const given = await givenWebhooks();
    const other = await given.api.store({ name: "Other" });
    const limited = await given.api.key(["admin"], [given.store.id]);
    const own = await given.endpoint({ stores: [given.store.id] });
    const foreign = [await given.endpoint(), await given.endpoint({ stores: [given.store.id, other.id] })];
    const seen = (await given.api.send(limited, `GET ${PATH}`)).body.data;
    expect(seen.map((row: { id: string }) => row.id)).toEqual([own.id]);
    for (const { id } of foreign) expect((await given.api.send(limited, `GET ${PATH}/${id}`)).status).toBe(404);
    const make = (stores: unknown) =>
      given.api.send(limited, `POST ${PATH}`, { body: { url: given.receiver.url, stores } });
    for (const stores of [null, [other.id], [given.store.id, other.id]])
      expect(await make(stores)).toMatchObject({ status: 403, body: { code: "key_limited" } });
    expect((await make([given.store.id])).status).toBe(201);
    expect((await given.api.send(limited, `PATCH ${PATH}/${own.id}`, { body: { stores: null } })).status).toBe(403);
  });
});

describe("S74 addresses that are given", () => {
  async function givenStrict() {
    const api = await givenApi();
    const resolve = async (hostname: string) => {
      const address = { "rebound.example.com": "10.0.0.7", "good.example.com": "93.184.216.34" }[hostname];
      if (!address) throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
      assertPublic(address, hostname);
      return [{ address, family: 4 as const }];
    };
    const engine = { ...api.engine, outbound: createOutbound(api.engine, { allowPrivateUrls: false, resolve }) };
    const strict = await givenApi({ engine, database: { db: api.db } });
    return { strict, key: await strict.key("admin") };
  }

  it.each([
    "http://good.example.com/",
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[fe80::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://2130706433/",
    "https://localhost/",
    "https://wms.internal/",
    "https://rebound.example.com/",
    "https://nowhere.example.com/",
  ])("refuses %s, when it is made and when it is changed", async (url) => {
    const { strict, key } = await givenStrict();
    const refused = { status: 422, body: { code: "address_refused", errors: [{ path: "url" }] } };
    expect(await strict.send(key, `POST ${PATH}`, { body: { url } })).toMatchObject(refused);
    const made = await strict.send(key, `POST ${PATH}`, { body: { url: "https://good.example.com/hook" } });
    expect(made.status).toBe(201);
    expect(await strict.send(key, `PATCH ${PATH}/${made.body.id}`, { body: { url } })).toMatchObject(refused);
  });
});

describe("what was sent", () => {
  it("is listed newest first, in pages, by status", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    for (const n of numbers(5)) {
      await given.append(given.store.id, orderChange(n));
      await given.work();
      given.api.clock.advance(1000);
    }
    given.receiver.status(500);
    await given.append(given.store.id, orderChange(6));
    await given.work();
    const seen: number[] = [];
    for (let cursor = ""; ; ) {
      const { data, next } = (await given.send(`GET ${PATH}/${id}/deliveries?limit=2${cursor}`)).body;
      for (const row of data) deliverySchema.strict().parse(row);
      seen.push(...data.map((row: { first_position: number }) => row.first_position));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(seen).toEqual([6, 5, 4, 3, 2, 1]);
    const pending = (await given.send(`GET ${PATH}/${id}/deliveries?status=pending`)).body.data;
    expect(pending).toMatchObject([{ first_position: 6, status: "pending", finished_at: null }]);
  });
});

describe("sending again", () => {
  async function givenSent() {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    for (const n of numbers(3)) {
      await given.append(given.store.id, orderChange(n));
      await given.work();
      given.api.clock.advance(1000);
    }
    const replay = (body: unknown) => given.send(`POST ${PATH}/${id}/replay`, body);
    /** Ids that came since it was asked last. */
    let seen = 3;
    const again = async () => {
      await given.work();
      const ids = given.receiver.ids().slice(seen);
      seen += ids.length;
      return ids;
    };
    return { ...given, id, replay, again };
  }

  it("begins after a position", async () => {
    const given = await givenSent();
    expect(await given.replay({ after: 1 })).toMatchObject({ status: 202, body: { position: 1, delivery: null } });
    expect(await given.again()).toEqual([entityId(2), entityId(3)]);
    await given.replay({ after: 0 });
    expect(await given.again()).toEqual(numbers(3).map(entityId));
    const ids = given.receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await given.replay({ after: 4 })).toMatchObject({ status: 422, body: { code: "position_unknown" } });
  });

  it("begins at a time", async () => {
    const given = await givenSent();
    await given.api.db.query("update changes set at = '2020-01-01T00:00:00Z' where position = 1");
    await given.replay({ since: "2021-01-01T08:00:00+08:00" });
    expect(await given.again()).toEqual([entityId(2), entityId(3)]);
    await given.replay({ since: "2999-01-01T00:00:00Z" });
    expect(await given.again()).toEqual([]);
  });

  it("gives one delivery once more before the next, also beside a failing one", async () => {
    const given = await givenSent();
    const second = (await given.deliveries(given.id)).find(
      (row: { first_position: number }) => row.first_position === 2,
    );
    const answer = await given.replay({ delivery: second.id });
    expect(answer).toMatchObject({
      status: 202,
      body: { position: 3, delivery: { kind: "replay", first_position: 2 } },
    });
    await given.append(given.store.id, orderChange(4));
    expect(await given.again()).toEqual([entityId(2), entityId(4)]);
    expect(given.receiver.received.at(-2)?.headers["webhook-id"]).toBe(answer.body.delivery.id);
    expect((await given.get(given.id)).position).toBe(4);
    expect(await given.replay({ delivery: entityId(9) })).toMatchObject({
      status: 422,
      body: { code: "unknown_delivery" },
    });
  });

  it("says so where the feed no longer keeps it", async () => {
    const given = await givenSent();
    const [, , first] = await given.deliveries(given.id);
    await given.api.db.query("update changes set at = '2020-01-01T00:00:00Z' where position <= 2");
    await pruneFeed(given.api.db, "2021-01-01T00:00:00Z");
    for (const body of [{ after: 1 }, { after: 0 }, { since: "2020-06-01T00:00:00Z" }, { delivery: first.id }]) {
      const answer = await given.replay(body);
      expect(answer).toMatchObject({ status: 410, body: { code: "changes_gone" } });
      expect(answer.body.detail).toContain("up to position 2");
    }
    await given.replay({ after: 2 });
    expect(await given.again()).toEqual([entityId(3)]);
  });

  it("wants to be told one thing", async () => {
    const given = await givenSent();
    for (const body of [{}, { after: 1, since: "2021-01-01T00:00:00Z" }, { before: 1 }])
      expect(await given.replay(body)).toMatchObject({ status: 422, body: { code: "invalid_body" } });
  });

  it("waits for an endpoint that is disabled", async () => {
    const given = await givenSent();
    await given.send(`PATCH ${PATH}/${given.id}`, { enabled: false });
    await given.replay({ after: 2 });
    expect(await given.again()).toEqual([]);
    await given.send(`PATCH ${PATH}/${given.id}`, { enabled: true });
    expect(await given.again()).toEqual([entityId(3)]);
  });

  it("holds against a delivery that waits for its next attempt, and against one that is just being made", async () => {
    const given = await givenSent();
    given.receiver.status(500);
    await given.append(given.store.id, orderChange(4));
    await given.again();
    await given.replay({ after: 1 });
    given.receiver.status(200);
    await given.send(`PATCH ${PATH}/${given.id}`, { enabled: true });
    expect(await given.again()).toEqual([2, 3, 4].map(entityId));
    expect((await given.deliveries(given.id)).map((row: { status: string }) => row.status)).toContain("replaced");

    const { outbound } = given.engine;
    if (!outbound) throw new Error("nothing to send with");
    let made = 0;
    given.engine.outbound = {
      ...outbound,
      render: async (...input) => {
        made += 1;
        if (made === 1) await given.replay({ after: 0 });
        return outbound.render(...input);
      },
    };
    await given.append(given.store.id, orderChange(5));
    expect(await given.again()).toEqual([1, 2, 3, 4, 5].map(entityId));
  });

  it("holds against a delivery that is on its way", async () => {
    const given = await givenSent();
    given.receiver.answer = async (_request, response) => {
      given.receiver.status(200);
      await given.replay({ after: 0 });
      response.writeHead(200).end();
    };
    await given.append(given.store.id, orderChange(4));
    expect(await given.again()).toEqual([4, 1, 2, 3, 4].map(entityId));
  });
});

describe("a test", () => {
  it("is sent at once and signed, moves nothing, and reaches a disabled endpoint too", async () => {
    const given = await givenWebhooks();
    const { id, secret } = await given.endpoint();
    await given.append(given.store.id, orderChange(1));
    await given.send(`PATCH ${PATH}/${id}`, { enabled: false });
    const answer = await given.send(`POST ${PATH}/${id}/test`);
    expect(answer).toMatchObject({ status: 200, body: { kind: "test", status: "delivered", response_status: 204 } });
    const [received] = given.receiver.received;
    if (!received) throw new Error("nothing was received");
    expect(verify(secret, received)).toMatchObject({ type: "test", data: { endpoint_id: id } });
    expect(received.headers["webhook-id"]).toBe(answer.body.id);
    expect(await given.get(id)).toMatchObject({ position: 0, attempts: 0, enabled: false });
  });

  it("says what went wrong", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    given.receiver.status(401, {}, "wrong signature");
    expect((await given.send(`POST ${PATH}/${id}/test`)).body).toMatchObject({
      status: "failed",
      response_status: 401,
      error: "answered 401: wrong signature",
    });
    await given.append(given.store.id, orderChange(1));
    given.receiver.status(200);
    await given.work();
    expect(given.receiver.ids()).toEqual([entityId(1)]);
  });
});

it("the description says what receivers are sent, field by field", async () => {
  const { body } = await (await givenApi()).send(null, "GET /openapi.json");
  const message = body.webhooks.changes.post;
  expect(message.parameters.map((parameter: { name: string }) => parameter.name)).toEqual([
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
  ]);
  expect(message.requestBody.content["application/json"].schema.$ref).toBe("#/components/schemas/WebhookChanges");
  const { data } = body.components.schemas.WebhookChanges.properties;
  expect(Object.keys(data.properties)).toEqual(["endpoint_id", "after", "next", "changes"]);
  expect(Object.keys(body.components.schemas.Change.properties)).toEqual(
    expect.arrayContaining(["position", "entity", "id", "version", "kind", "at", "current"]),
  );
});

it("an endpoint that was deleted while its work was queued is no fault", async () => {
  const given = await givenWebhooks();
  const { id } = await given.endpoint();
  await given.append(given.store.id, orderChange(1));
  await given.send(`DELETE ${PATH}/${id}`);
  expect(await runWork(given.engine, { kind: "webhooks", endpointId: id }, SIGNAL)).toBe(false);
  expect(given.receiver.received).toEqual([]);
});

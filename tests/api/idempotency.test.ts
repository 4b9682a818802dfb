import { describe, expect, it } from "vitest";
import { ROUTES } from "../../src/api/routes.ts";
import { givenApi } from "./given-api.ts";

const movement = (quantity: number) => ({ movements: [{ sku: "A", kind: "receipt", quantity }] });
const withKey = (key: string) => ({ "idempotency-key": key });

async function givenSku() {
  const api = await givenApi();
  await api.store();
  const key = await api.key("operator");
  await api.send(key, "PUT /v1/skus", { body: { skus: [{ code: "A" }] } });
  const onHand = async () =>
    Number((await api.db.query<{ n: string }>("select coalesce(sum(on_hand), 0) as n from stock_levels"))[0]?.n);
  return { api, key, onHand };
}

describe("an Idempotency-Key", () => {
  it("gives a repeated write the first answer and no second effect", async () => {
    const { api, key, onHand } = await givenSku();
    const first = await api.send(key, "POST /v1/stock/movements", { body: movement(5), headers: withKey("k1") });
    const again = await api.send(key, "POST /v1/stock/movements", { body: movement(5), headers: withKey("k1") });
    expect(first.status).toBe(201);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(again).toMatchObject({ status: 201, text: first.text });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("content-type")).toBe("application/json");
    expect(await onHand()).toBe(5);
  });

  it("sent with another request is refused", async () => {
    const { api, key, onHand } = await givenSku();
    await api.send(key, "POST /v1/stock/movements", { body: movement(5), headers: withKey("k1") });
    const other = await api.send(key, "POST /v1/stock/movements", { body: movement(6), headers: withKey("k1") });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(await onHand()).toBe(5);
  });

  it("of a request that has not ended is refused for now, and taken over after a crash", async () => {
    const { api, key, onHand } = await givenSku();
    await api.send(key, "POST /v1/stock/movements", { body: movement(5), headers: withKey("k1") });
    await api.db.query("update idempotency_keys set status = null, response = null");
    const busy = await api.send(key, "POST /v1/stock/movements", { body: movement(5), headers: withKey("k1") });
    expect(busy).toMatchObject({ status: 409, body: { code: "idempotency_in_flight" } });
    api.clock.advance(300_001);
    expect(
      (await api.send(key, "POST /v1/stock/movements", { body: movement(5), headers: withKey("k1") })).status,
    ).toBe(201);
    expect(await onHand()).toBe(10);
  });

  it("belongs to the key that sent it", async () => {
    const { api, key, onHand } = await givenSku();
    await api.send(key, "POST /v1/stock/movements", { body: movement(5), headers: withKey("k1") });
    const other = await api.key("operator");
    expect(
      (await api.send(other, "POST /v1/stock/movements", { body: movement(6), headers: withKey("k1") })).status,
    ).toBe(201);
    expect(await onHand()).toBe(11);
  });

  it("keeps no refusal: the same request may be sent again once its cause is gone", async () => {
    const { api } = await givenSku();
    const store = await api.store();
    const admin = await api.key("admin");
    api.platform.token = "another-token";
    const body = { credentials: { token: "good-token" } };
    const put = () => api.send(admin, `PUT /v1/stores/${store.id}/credentials`, { body, headers: withKey("k2") });
    expect(await put()).toMatchObject({ status: 422, body: { code: "store_refused" } });
    api.platform.token = "good-token";
    expect(await put()).toMatchObject({ status: 200 });
  });

  it("keeps answers sealed: a new key is nowhere in the database", async () => {
    const { api } = await givenSku();
    const admin = await api.key("admin");
    const request = { body: { name: "n", role: "finance" }, headers: withKey("k1") };
    const first = await api.send(admin, "POST /v1/keys", request);
    const again = await api.send(admin, "POST /v1/keys", request);
    expect(again.body.key).toBe(first.body.key);
    const rows = await api.db.query<{ response: string }>("select response from idempotency_keys");
    expect(rows).toHaveLength(1);
    expect(Buffer.from(rows[0]!.response, "base64").toString("latin1")).not.toContain(first.body.key);
  });

  it("that is none is refused", async () => {
    const { api, key } = await givenSku();
    const headers = withKey("x".repeat(201));
    expect(await api.send(key, "POST /v1/stock/movements", { body: movement(1), headers })).toMatchObject({
      status: 400,
      body: { code: "invalid_idempotency_key" },
    });
  });
});

it("is offered by every write whose body is JSON, and said so in the reference", async () => {
  const api = await givenApi();
  const { paths } = (await api.send(null, "GET /openapi.json")).body as {
    paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
  };
  const without = Object.keys(ROUTES).filter((id) => {
    const [method = "", path = ""] = id.split(" ");
    const parameters = paths[path]?.[method.toLowerCase()]?.parameters ?? [];
    return (
      method !== "GET" &&
      !parameters.some((parameter) => parameter.in === "header" && parameter.name === "idempotency-key")
    );
  });
  // What is revealed is kept nowhere, and revealing changes nothing.
  // A file is imported as often as it is sent: the documents in it are recognised one by one.
  expect(without).toEqual(["POST /v1/stores/{id}/import", "POST /v1/orders/{id}/reveal"]);
});

import { describe, expect, it, vi } from "vitest";
import { INBOX_CHANNEL } from "../../src/core/db/inbox.ts";
import { newId } from "../../src/core/ids.ts";
import { sealText } from "../../src/core/secrets.ts";
import { EXAMPLE_SIGNATURE } from "./example-adapter.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

const signed = { headers: { "x-example-signature": EXAMPLE_SIGNATURE } };
const message = (id: string, order: string, seller?: string) =>
  JSON.stringify({ id, order, ...(seller ? { seller } : {}) });

const inbox = (api: GivenApi) =>
  api.db.query<{ store_id: string | null; external_id: string; status: string; recipient: string }>(
    "select store_id, external_id, status, recipient from inbox order by id",
  );

/** Two stores of one app: sellers one and two. */
async function givenTwoStores() {
  const api = await givenApi();
  const [one, two] = [await api.store(), await api.store()];
  await api.db.query("update stores set external_id = case when id = $1::uuid then 'one' else 'two' end", [one.id]);
  const id = newId(api.clock.now());
  const secret = sealText(api.engine.keyring, { table: "apps", store: "", id }, "app-secret");
  await api.db.query(
    "insert into apps (id, platform, name, key, secret) values ($1::uuid, 'example', 'app', 'app-key', $2)",
    [id, secret],
  );
  return { api, one, two };
}

describe("messages of platforms", () => {
  it("at the address of a store are saved before they are answered, once each", async () => {
    const api = await givenApi();
    const store = await api.store();
    const url = `POST /webhooks/example/${store.id}`;
    const told: string[] = [];
    await api.db.listen(INBOX_CHANNEL, (storeId) => told.push(storeId));
    const first = await api.send(null, url, { body: message("m1", "77"), ...signed });
    const again = await api.send(null, url, { body: message("m1", "77"), ...signed });
    expect([first.status, first.text, again.status, again.text]).toEqual([200, "ok", 200, "ok"]);
    expect(await inbox(api)).toMatchObject([{ store_id: store.id, external_id: "77", status: "pending" }]);
    await vi.waitFor(() => expect(told).toEqual([store.id]));
  });

  it("with a wrong signature leave nothing behind", async () => {
    const api = await givenApi();
    const store = await api.store();
    const answer = await api.send(null, `POST /webhooks/example/${store.id}`, {
      body: message("m1", "77"),
      headers: { "x-example-signature": "forged" },
    });
    expect(answer.status).toBe(401);
    expect(await inbox(api)).toEqual([]);
  });

  it("find what changed of their store since the last one", async () => {
    const api = await givenApi();
    const store = await api.store();
    const send = async (id: string) =>
      (await api.send(null, `POST /webhooks/example/${store.id}`, { body: message(id, "7"), ...signed })).status;
    const change = async (set: string) => {
      await api.db.query(`update stores set ${set}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    expect([await send("m1"), await send("m2")]).toEqual([200, 200]);
    await change("mode = 'disconnected'");
    expect(await send("m3")).toBe(404);
    await change("mode = 'live'");
    expect(await send("m4")).toBe(200);
    await change("id = gen_random_uuid()");
    expect(await send("m5")).toBe(404);
  });

  it("for stores that are not there, or no longer, find nothing", async () => {
    const api = await givenApi();
    const store = await api.store();
    await api.db.query("update stores set mode = 'disconnected'");
    for (const id of [store.id, "00000000-0000-7000-8000-000000000000", "x"])
      expect(
        (await api.send(null, `POST /webhooks/example/${id}`, { body: message("m1", "7"), ...signed })).status,
      ).toBe(404);
    expect((await api.send(null, "POST /webhooks/nobody", { body: "{}", ...signed })).status).toBe(404);
    expect(await inbox(api)).toEqual([]);
  });

  it("S43 at the one address of an app go each to its store, and one of an unknown store is kept", async () => {
    const { api, one, two } = await givenTwoStores();
    for (const [id, seller] of [
      ["m1", "two"],
      ["m2", "one"],
      ["m3", "three"],
    ])
      expect(
        (await api.send(null, "POST /webhooks/example", { body: message(id!, `order-${seller}`, seller), ...signed }))
          .status,
      ).toBe(200);
    expect(await inbox(api)).toMatchObject([
      { store_id: two.id, external_id: "order-two", status: "pending" },
      { store_id: one.id, external_id: "order-one", status: "pending" },
      { store_id: null, external_id: "order-three", status: "unknown_store", recipient: "example:three" },
    ]);
  });

  it("S43 that only ask whether we are here are answered in the platform's form", async () => {
    const { api } = await givenTwoStores();
    expect(await api.send(null, "GET /webhooks/example?challenge=abc123")).toMatchObject({
      status: 200,
      text: "abc123",
    });
    expect(await inbox(api)).toEqual([]);
  });

  it("may be larger than other bodies, and not without bound", async () => {
    const api = await givenApi();
    const store = await api.store();
    const body = (size: number) => JSON.stringify({ id: "m1", order: "7", padding: "x".repeat(size) });
    const url = `POST /webhooks/example/${store.id}`;
    expect((await api.send(null, url, { body: body(2_000_000), ...signed })).status).toBe(200);
    expect((await api.send(null, url, { body: body(5_300_000), ...signed })).status).toBe(413);
  });

  it("reach the adapter byte for byte", async () => {
    const api = await givenApi();
    const store = await api.store();
    const bytes = new Uint8Array([0xff, 0xfe, 0x00, 0x0d, 0x0a]);
    let seen: Uint8Array | null = null;
    const webhooks = api.platform.adapter.webhooks as unknown as { receive: unknown };
    webhooks.receive = (request: { body: Uint8Array; query: unknown; method: string }) => {
      seen = request.body;
      expect(request).toMatchObject({ method: "PUT", query: { a: "1" } });
      return { answer: { status: 204 }, notifications: [], verified: true };
    };
    expect((await api.send(null, `PUT /webhooks/example/${store.id}?a=1`, { body: bytes })).status).toBe(204);
    expect(seen).toEqual(bytes);
  });
});

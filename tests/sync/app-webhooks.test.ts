/** One address for all stores of an app: to whom a message belongs, challenges, unknown stores. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Adapter, HttpWebhooks, InboundRequest } from "../../src/core/adapter.ts";
import { fromBase64, hmac, timingSafeEqual, toBase64 } from "../../src/core/crypto.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { createInboxPump, receiveForPlatform } from "../../src/sync/receive-webhook.ts";
import { runUntilIdle } from "../../src/sync/schedule.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { exampleOrder, givenStore } from "../support/example.ts";
import { createPlatform, givenEngine, type ScriptedPlatform, scriptedAdapter } from "../support/scripted-platform.ts";

const APPS = [
  { key: "app-new", secret: "Secretnew" },
  { key: "app-old", secret: "Secretold" },
];

/** Messages `{ shop, order, at }`, signed by the app; `{ challenge }` is answered with its words. */
const webhooks: HttpWebhooks = {
  kind: "http",
  scope: "app",
  receive: (request, { secrets }) => {
    const signature = request.headers["x-signature"] ?? "";
    const isSigned = secrets.some((secret) =>
      timingSafeEqual(hmac("sha256", secret, request.body), fromBase64(signature)),
    );
    if (!isSigned) return { answer: { status: 401 }, notifications: [], verified: false };
    const body = JSON.parse(new TextDecoder().decode(request.body)) as {
      challenge?: string;
      shop?: string;
      order?: string;
      at?: number;
    };
    if (body.challenge !== undefined)
      return { answer: { status: 200, body: body.challenge }, notifications: [], verified: true };
    return {
      answer: { status: 200, body: "success" },
      verified: true,
      notifications: [
        {
          dedupKey: `order/${body.order}/${body.at}`,
          topic: "order",
          storeKey: body.shop ?? null,
          resource: "orders",
          externalId: body.order ?? null,
          occurredAt: null,
        },
      ],
    };
  },
};

let engine: Engine;
let platform: ScriptedPlatform;
const stores: string[] = [];

beforeEach(async () => {
  const { db } = await createTestDatabase();
  platform = createPlatform();
  const plain = await givenEngine(db, platform, createTestClock());
  const adapter: Adapter = { ...scriptedAdapter(platform), webhooks };
  engine = { ...plain, adapterOf: (id) => (id === "example" ? adapter : undefined) };
  stores.length = 0;
  for (const name of ["One", "Two"]) {
    const store = await givenStore(engine, { name });
    await db.query("update stores set external_id = $2 where id = $1::uuid", [store.id, `shop-${name.toLowerCase()}`]);
    stores.push(store.id);
  }
});

const receive = (body: unknown, secret = APPS[0]?.secret ?? "") => {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const request: InboundRequest = {
    method: "POST",
    path: "/webhooks/example",
    query: {},
    headers: { "x-signature": toBase64(hmac("sha256", secret, bytes)) },
    body: bytes,
  };
  return receiveForPlatform(engine, createInboxPump(engine), "example", request, APPS);
};

const inbox = () =>
  engine.db.query<{ store_id: string | null; status: string; recipient: string }>(
    "select store_id, status, recipient from inbox order by id",
  );

describe("an address for all stores of an app", () => {
  it("S43 gives each message to its store", async () => {
    platform.records.set("7", { order: exampleOrder({ externalId: "7" }), updatedAt: engine.clock.now() });
    for (const shop of ["shop-one", "shop-two", "shop-one"])
      expect((await receive({ shop, order: "7", at: 1 })).answer).toEqual({ status: 200, body: "success" });
    expect((await inbox()).map((row) => row.store_id)).toEqual(stores);
    await runUntilIdle(engine, new AbortController().signal);
    const orders = await engine.db.query<{ store_id: string }>("select store_id from orders where external_id = '7'");
    expect(orders.map((order) => order.store_id).sort()).toEqual([...stores].sort());
  });

  it("S43 answers a challenge in the platform's form, and saves nothing of it", async () => {
    expect((await receive({ challenge: "say this" })).answer).toEqual({ status: 200, body: "say this" });
    expect(await inbox()).toEqual([]);
  });

  it("S43 keeps a message for a store that we do not know", async () => {
    const { answer, accepted } = await receive({ shop: "shop-three", order: "9", at: 1 });
    expect(answer.status).toBe(200);
    expect(accepted).toBe(1);
    expect(await inbox()).toEqual([{ store_id: null, status: "unknown_store", recipient: "example:shop-three" }]);
    // Repeated, it is no news; and it is nobody's work.
    await receive({ shop: "shop-three", order: "9", at: 1 });
    expect(await inbox()).toHaveLength(1);
    await runUntilIdle(engine, new AbortController().signal);
    expect(platform.calls.get).toEqual([]);
  });

  it("takes the signature of any of our apps there, and of nobody else", async () => {
    expect((await receive({ shop: "shop-one", order: "1", at: 1 }, "Secretold")).answer.status).toBe(200);
    expect((await receive({ shop: "shop-one", order: "2", at: 1 }, "Secretguess")).answer.status).toBe(401);
    expect(await inbox()).toHaveLength(1);
  });

  it("gives nothing to a store that was disconnected", async () => {
    await engine.db.query("update stores set mode = 'disconnected' where id = $1::uuid", [stores[0] ?? ""]);
    await receive({ shop: "shop-one", order: "1", at: 1 });
    expect((await inbox()).map((row) => row.status)).toEqual(["unknown_store"]);
  });
});

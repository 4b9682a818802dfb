import { describe, expect, it } from "vitest";
import { orderDetailSchema, orderListSchema } from "../../src/api/schemas/orders.ts";
import {
  exampleLine,
  exampleListing,
  exampleOrder,
  ingestExamples,
  listingDocument,
  orderDocument,
} from "../support/example.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

const minutesAgo = (api: GivenApi, minutes: number) => new Date(api.clock.now().getTime() - minutes * 60_000);

/** `count` orders, a minute apart; order n was placed n minutes ago. */
async function givenOrders(count: number, first = 1) {
  const api = await givenApi();
  const store = await api.store();
  const save = (from: number, to: number) =>
    ingestExamples(
      api.engine,
      store,
      "orders",
      Array.from({ length: to - from + 1 }, (_, i) =>
        orderDocument(exampleOrder({ externalId: `n${from + i}`, placedAt: minutesAgo(api, from + i) })),
      ),
    );
  await save(first, first + count - 1);
  return { api, store, save, key: await api.key("operator") };
}

const at = (api: GivenApi, minutes: number) => minutesAgo(api, minutes).toISOString();

const names = (answer: { body: { data: { external_id: string }[] } }) =>
  answer.body.data.map((order) => order.external_id);

async function readAll(api: GivenApi, key: string, path: string, between: () => Promise<unknown> = async () => {}) {
  const seen: string[] = [];
  for (let cursor = ""; ; ) {
    const answer = await api.send(key, `GET ${path}${cursor}`);
    seen.push(...names(answer));
    if (answer.body.next === null) return seen;
    cursor = `&cursor=${answer.body.next}`;
    await between();
  }
}

describe("the list of orders", () => {
  it("has the documented shape, buyers masked", async () => {
    const { api, key } = await givenOrders(1);
    const { body, text, headers } = await api.send(key, "GET /v1/orders");
    expect(headers.get("content-type")).toBe("application/json");
    for (const order of body.data) orderListSchema.parse(order);
    expect(body.data[0].total).toEqual({ amount: "10.00", currency: "EUR" });
    expect(body.data[0].buyer.name).toBe("A**");
    expect(body.data[0].ship_to).toMatchObject({ privacy: "masked", city: "Berlin", lines: [] });
    // That there is a remark is told; what it says is the buyer's.
    expect(body.data[0].notes).toEqual({ buyer: "***", seller: null, flag: null });
    for (const secret of ["Zzbuyer", "ada@", "1234567", "10115"]) expect(text).not.toContain(secret);
  });

  it("shows buyers to keys that have the scope", async () => {
    const { api } = await givenOrders(1);
    const { body } = await api.send(await api.key(["orders:read", "buyer:read"]), "GET /v1/orders");
    expect(body.data[0].buyer).toMatchObject({ name: "Ada Zzbuyer", email: "ada@zzbuyer.test" });
    expect(body.data[0].notes.buyer).toBe("Ring at Zzbuyer, second floor");
    // Nor does a table hold it unsealed.
    const stored = await api.db.query(
      "select to_jsonb(o) as o from orders o union all select to_jsonb(n) from order_notes n",
    );
    expect(JSON.stringify(stored)).not.toContain("Zzbuyer");
    orderListSchema.parse(body.data[0]);
  });

  it("comes newest first, a page at a time, to its end", async () => {
    const { api, key } = await givenOrders(7);
    const first = await api.send(key, "GET /v1/orders?limit=3");
    expect(names(first)).toEqual(["n1", "n2", "n3"]);
    expect(await readAll(api, key, "/v1/orders?limit=3")).toEqual(["n1", "n2", "n3", "n4", "n5", "n6", "n7"]);
  });

  it("S72 neither skips nor repeats a row while rows come and change between pages", async () => {
    const { api, store, key } = await givenOrders(12);
    let n = 0;
    const seen = await readAll(api, key, "/v1/orders?limit=2", async () => {
      n++;
      await ingestExamples(api.engine, store, "orders", [
        orderDocument(exampleOrder({ externalId: `new${n}`, placedAt: minutesAgo(api, 0) })),
        // A row already read and one still to come change.
        orderDocument(exampleOrder({ externalId: "n1", placedAt: minutesAgo(api, 1), externalStatus: `s${n}` })),
        orderDocument(exampleOrder({ externalId: "n12", placedAt: minutesAgo(api, 12), externalStatus: `s${n}` })),
      ]);
    });
    expect(n).toBeGreaterThan(3);
    expect(seen.filter((name) => name.startsWith("n") && !name.startsWith("new"))).toEqual(
      Array.from({ length: 12 }, (_, i) => `n${i + 1}`),
    );
  });

  it("tells apart orders that were placed in the same instant", async () => {
    const api = await givenApi();
    const store = await api.store();
    const placedAt = minutesAgo(api, 5);
    await ingestExamples(
      api.engine,
      store,
      "orders",
      Array.from({ length: 5 }, (_, i) => orderDocument(exampleOrder({ externalId: `n${i}`, placedAt }))),
    );
    const seen = await readAll(api, await api.key("operator"), "/v1/orders?limit=2");
    expect([...seen].sort()).toEqual(["n0", "n1", "n2", "n3", "n4"]);
  });

  it("refuses cursors that it did not give", async () => {
    const { api, key } = await givenOrders(3);
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const id = "00000000-0000-7000-8000-000000000000";
    const ofAnother = (await api.send(await api.key("admin"), "GET /v1/stores?limit=1")).body.next;
    expect(ofAnother).toBeNull();
    for (const cursor of [
      "x",
      "%%%",
      forged({}),
      forged(["stores", "2026-01-01 00:00:00+00", id]),
      forged(["orders", "now()", id]),
      forged(["orders", "2026-01-01 00:00:00+00", "1; drop table orders"]),
      forged(["orders", "2026-01-01 00:00:00+00"]),
    ])
      expect(await api.send(key, `GET /v1/orders?cursor=${encodeURIComponent(cursor)}`)).toMatchObject({
        status: 400,
        body: { code: "invalid_cursor" },
      });
  });

  it("is narrowed by store, status, payment, number, times and need of a hand", async () => {
    const { api, store, key } = await givenOrders(2);
    const other = await api.store({ name: "Other" });
    await ingestExamples(api.engine, other, "orders", [
      orderDocument(
        exampleOrder({
          externalId: "o1",
          status: "completed",
          paymentStatus: "refunded",
          placedAt: minutesAgo(api, 60),
          lines: [],
          total: { amount: "0.00", currency: "EUR" },
        }),
      ),
    ]);
    const list = async (query: string) => names(await api.send(key, `GET /v1/orders?${query}`));
    expect(await list(`store=${store.id}`)).toEqual(["n1", "n2"]);
    expect(await list("status=completed")).toEqual(["o1"]);
    expect(await list("payment_status=refunded")).toEqual(["o1"]);
    expect(await list("external_id=n2")).toEqual(["n2"]);
    expect(await list(`placed_until=${minutesAgo(api, 30).toISOString()}`)).toEqual(["o1"]);
    expect(await list(`placed_from=${minutesAgo(api, 30).toISOString()}`)).toEqual(["n1", "n2"]);
    expect(await list("needs_attention=true")).toEqual(["n1", "n2"]);
    api.clock.advance(60_000);
    const since = api.clock.now().toISOString();
    expect(await list(`updated_since=${since}`)).toEqual([]);
    await ingestExamples(api.engine, store, "orders", [
      orderDocument(exampleOrder({ externalId: "n2", externalStatus: "moved", placedAt: minutesAgo(api, 3) })),
    ]);
    expect(await list(`updated_since=${since}`)).toEqual(["n2"]);
    // An offset in the time is understood.
    const local = `${new Date(Date.parse(since) + 2 * 3_600_000).toISOString().slice(0, -1)}+02:00`;
    expect(await list(`updated_since=${encodeURIComponent(local)}`)).toEqual(["n2"]);
  });

  it("goes on from a cursor within the filter, and from the filter's bound where the cursor lies beyond it", async () => {
    const { api, store, save, key } = await givenOrders(4);
    const list = async (query: string) => api.send(key, `GET /v1/orders?${query}`);
    const after = (await list("limit=1")).body.next;
    const bounds = `placed_from=${at(api, 3)}&placed_until=${at(api, 1)}`;
    // The cursor stands before the bound, upon it, and behind it.
    for (const [n, left] of [
      [0, ["n1", "n2", "n3", "n4"]],
      [1, ["n2", "n3", "n4"]],
      [2, ["n3", "n4"]],
    ] as const)
      expect(names(await list(`cursor=${after}&placed_until=${at(api, n)}`))).toEqual(
        left.filter((name) => name !== "n1"),
      );
    expect(names(await list(`cursor=${after}&${bounds}`))).toEqual(["n2", "n3"]);
    const changed = `updated_since=${api.clock.now().toISOString()}`;
    const next = (await list(`limit=3&${changed}`)).body.next;
    expect(names(await list(`cursor=${next}&${changed}`))).toHaveLength(1);
    api.clock.advance(60_000);
    await save(5, 5);
    expect(names(await list(`cursor=${next}&updated_since=${api.clock.now().toISOString()}`))).toEqual(["n5"]);
    expect(names(await list(`cursor=${next}&${changed}&store=${store.id}`)).at(-1)).toBe("n5");
  });

  it("is the same text for those who see buyers but for the buyer, whatever a hold says", async () => {
    const { api, key } = await givenOrders(3);
    await api.db.exec("update orders set hold = 'zurück | 等待 \"x\" \\ y' where external_id = 'n2'");
    const [masked, clear] = await Promise.all([key, await api.key("admin")].map((k) => api.send(k, "GET /v1/orders")));
    expect(masked?.body.data[1].hold).toBe('zurück | 等待 "x" \\ y');
    const bare = (list: object[]) => list.map((order) => ({ ...order, buyer: 0, ship_to: 0, notes: 0 }));
    expect(bare(masked?.body.data)).toEqual(bare(clear?.body.data));
  });

  it("finds a buyer's orders by address only for those who may see it", async () => {
    const { api, key } = await givenOrders(2);
    expect(await api.send(key, "GET /v1/orders?buyer=email:ada@zzbuyer.test")).toMatchObject({
      status: 403,
      body: { code: "scope_missing" },
    });
    const clear = await api.key(["orders:read", "buyer:read"]);
    expect(names(await api.send(clear, "GET /v1/orders?buyer=email:Ada@Zzbuyer.test"))).toEqual(["n1", "n2"]);
    expect(names(await api.send(clear, "GET /v1/orders?buyer=email:bob@zzbuyer.test"))).toEqual([]);
  });

  it("shows a limited key its stores alone", async () => {
    const { api, store } = await givenOrders(2);
    const other = await api.store();
    expect(names(await api.send(await api.key("operator", [store.id]), "GET /v1/orders"))).toEqual(["n1", "n2"]);
    expect(names(await api.send(await api.key("operator", [other.id]), "GET /v1/orders"))).toEqual([]);
  });
});

/** A store that shows three units of its only SKU. */
async function givenThreeUnits() {
  const api = await givenApi();
  const store = await api.store({ adoptSkus: true });
  const listing = exampleListing();
  await ingestExamples(api.engine, store, "listings", [
    listingDocument({ ...listing, variants: [{ ...listing.variants[0]!, quantity: 3 }] }),
  ]);
  return { api, store };
}

describe("one order", () => {
  it("shows the SKU of each line, what it holds and what is not there", async () => {
    const { api, store } = await givenThreeUnits();
    const order = exampleOrder({
      placedAt: new Date(api.clock.now().getTime() + 1000),
      lines: [
        exampleLine({ externalId: "1", quantity: 5 }),
        exampleLine({ externalId: "2", variantExternalId: "V9", sellerCode: "NONE" }),
      ],
    });
    await ingestExamples(api.engine, store, "orders", [orderDocument(order)]);
    const key = await api.key("warehouse");
    const [{ id }] = (await api.send(key, "GET /v1/orders")).body.data;
    const { body } = await api.send(key, `GET /v1/orders/${id}`);
    orderDetailSchema.parse(body);
    expect(body.lines).toMatchObject([
      { external_id: "1", mapped_sku: "SKU-1", held: 5, oversold: 2 },
      { external_id: "2", mapped_sku: null, held: 0, oversold: 0 },
    ]);
    expect(body).toMatchObject({ unmapped_lines: 1, needs_attention: true });
  });

  it("takes the flag off an order whose units another order gives back", async () => {
    const { api, store } = await givenThreeUnits();
    const placedAt = new Date(api.clock.now().getTime() + 1000);
    const first = exampleOrder({ externalId: "first", placedAt, lines: [exampleLine({ quantity: 3 })] });
    const second = exampleOrder({ externalId: "second", placedAt, lines: [exampleLine({ quantity: 2 })] });
    await ingestExamples(api.engine, store, "orders", [orderDocument(first)]);
    await ingestExamples(api.engine, store, "orders", [orderDocument(second)]);
    const key = await api.key("warehouse");
    const flagged = async () =>
      (await api.send(key, "GET /v1/orders?needs_attention=true")).body.data.map(
        (order: { external_id: string }) => order.external_id,
      );
    expect(await flagged()).toEqual(["second"]);
    await ingestExamples(api.engine, store, "orders", [orderDocument({ ...first, status: "cancelled" })]);
    expect(await flagged()).toEqual([]);
  });

  it("keeps the flag of an oversold order through an edit, and takes it off with the last oversold unit", async () => {
    const { api, store } = await givenThreeUnits();
    const order = exampleOrder({
      placedAt: new Date(api.clock.now().getTime() + 1000),
      lines: [exampleLine({ quantity: 5 })],
    });
    const key = await api.key("warehouse");
    const flag = async (changed: Partial<typeof order>) => {
      await ingestExamples(api.engine, store, "orders", [orderDocument({ ...order, ...changed })]);
      return (await api.send(key, "GET /v1/orders")).body.data[0].needs_attention;
    };
    expect(await flag({})).toBe(true);
    expect(await flag({ externalStatus: "edited" })).toBe(true);
    expect(await flag({ lines: [exampleLine({ quantity: 3 })] })).toBe(false);
  });

  it("is not sent again while it has not changed", async () => {
    const { api, store, key } = await givenOrders(1);
    const [{ id }] = (await api.send(key, "GET /v1/orders")).body.data;
    const etag = (await api.send(key, `GET /v1/orders/${id}`)).headers.get("etag") ?? "";
    const again = { headers: { "if-none-match": etag } };
    expect(await api.send(key, `GET /v1/orders/${id}`, again)).toMatchObject({ status: 304, text: "" });
    await ingestExamples(api.engine, store, "orders", [
      orderDocument(exampleOrder({ externalId: "n1", externalStatus: "moved" })),
    ]);
    expect((await api.send(key, `GET /v1/orders/${id}`, again)).status).toBe(200);
    // Who sees the buyer is not told "unchanged" on the word of who does not.
    const clear = await api.key(["orders:read", "buyer:read"]);
    const masked = (await api.send(key, `GET /v1/orders/${id}`)).headers.get("etag") ?? "";
    expect((await api.send(clear, `GET /v1/orders/${id}`, { headers: { "if-none-match": masked } })).status).toBe(200);
  });

  it("shows the platform's own document to those who may see buyers, until it is no longer kept", async () => {
    const { api, key } = await givenOrders(1);
    const [{ id }] = (await api.send(key, "GET /v1/orders")).body.data;
    expect((await api.send(key, `GET /v1/orders/${id}/raw`)).status).toBe(403);
    const clear = await api.key(["buyer:read"]);
    const raw = await api.send(clear, `GET /v1/orders/${id}/raw`);
    expect(raw).toMatchObject({ status: 200, body: { form: "example@1" } });
    expect(raw.body.payload.orders[0].buyer.name).toBe("Ada Zzbuyer");
    await api.db.query("update raw_documents set body = null");
    expect(await api.send(clear, `GET /v1/orders/${id}/raw`)).toMatchObject({
      status: 404,
      body: { code: "document_gone" },
    });
  });

  it("reveals its buyer for a reason, and says who looked", async () => {
    const { api, key } = await givenOrders(1);
    const [{ id }] = (await api.send(key, "GET /v1/orders")).body.data;
    expect((await api.send(key, `POST /v1/orders/${id}/reveal`, { body: { reason: "" } })).status).toBe(422);
    const revealed = await api.send(key, `POST /v1/orders/${id}/reveal`, { body: { reason: "parcel came back" } });
    expect(revealed.body).toMatchObject({
      buyer: { email: "ada@zzbuyer.test" },
      ship_to: { postcode: "10115" },
      note: "Ring at Zzbuyer, second floor",
    });
    const audit = await api.send(await api.key("admin"), `GET /v1/audit?act=orders.reveal`);
    expect(audit.body.data).toMatchObject([
      { subject_id: id, cause: "parcel came back", actor: expect.stringContaining("test key") },
    ]);
    expect(audit.text).not.toContain("Zzbuyer");
    const other = await api.key("warehouse");
    expect((await api.send(other, `POST /v1/orders/${id}/reveal`, { body: { reason: "curious" } })).status).toBe(403);
  });
});

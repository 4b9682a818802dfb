/** Time zones, nights of daylight saving, and ids beyond what a JS number holds, over the real stack. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { givenStack, type Shop, type Stack, sell } from "./stack.ts";

const MINUTE = 60_000;

/** The day of an instant in a zone, told by the platform's own rules (Intl). */
const dayIn = (zone: string, at: Date) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);

const placed = async (stack: Stack, shop: Shop) =>
  new Map(
    (
      await stack.rows<{ external_id: string; placed_at: string; day: string }>(
        `select o.external_id, o.placed_at, to_char(o.placed_at at time zone m.time_zone, 'YYYY-MM-DD') as day
         from orders o join marketplaces m on m.store_id = o.store_id where o.store_id = $1::uuid`,
        [shop.id],
      )
    ).map((row) => [row.external_id, row]),
  );

/** The server's own zone is none of the stores'. */
const SERVER_ZONE = "Pacific/Auckland";
const zoneBefore = process.env.TZ;
beforeAll(() => {
  process.env.TZ = SERVER_ZONE;
  expect(new Date("2026-03-01T00:00:00Z").getTimezoneOffset()).toBe(-13 * 60);
});
afterAll(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

describe("time", () => {
  for (const [zone, start] of [
    ["Asia/Shanghai", "2026-03-01T15:00:00Z"],
    ["America/New_York", "2026-03-01T04:00:00Z"],
    ["Asia/Kolkata", "2026-03-01T17:30:00Z"],
    // Nights in which an hour is missing, or comes twice.
    ["Europe/Berlin", "2026-03-28T22:30:00Z"],
    ["Europe/Berlin", "2026-10-24T22:00:00Z"],
    ["America/New_York", "2026-11-01T03:30:00Z"],
  ] as const)
    it(`S10 misses no order and moves none to another day around midnight in ${zone} from ${start}`, async () => {
      const stack = await givenStack(start);
      const shop = await stack.addShop({
        timeZone: zone,
        skus: [{ sku: "MUG", name: "Mug", price: "12.00", stock: 500 }],
      });
      const sold = new Map<string, Date>();
      for (let i = 0; i < 16; i++) {
        stack.clock.advance(15 * MINUTE);
        sold.set(sell(shop, "MUG"), stack.clock.now());
        if (i === 7) await stack.pass(MINUTE);
      }
      await stack.pass(2 * MINUTE);
      const found = await placed(stack, shop);
      expect(found.size).toBe(sold.size);
      for (const [id, at] of sold) {
        expect([id, new Date(found.get(id)?.placed_at ?? 0).toISOString()]).toEqual([id, at.toISOString()]);
        expect([id, found.get(id)?.day]).toEqual([id, dayIn(zone, at)]);
      }
    });

  it("S10 reads the past of a store by its own days", async () => {
    const stack = await givenStack("2026-11-20T12:00:00Z");
    const zone = "America/New_York";
    const shop = await stack.addShop({ timeZone: zone, orders: 60, since: new Date("2026-08-01T00:00:00Z") });
    const past = await placed(stack, shop);
    const books = [...shop.fake.books().orders.values()].filter((order) => !order.isHidden);
    for (const order of books)
      expect([order.orderId, past.get(order.orderId)?.day]).toEqual([
        order.orderId,
        dayIn(zone, new Date(order.placedAt)),
      ]);
  });

  it("S11 keeps ids above 2^53 as they are, in bodies, in messages and in what is written", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop({
      live: false,
      adoptSkus: false,
      skus: [{ sku: "MUG", name: "Mug", price: "12.00", stock: 50 }],
      webhookFetch: (url, init) => deliverGrown(url, init),
    });
    // The store's numbers are far out: each id of its documents is written beyond 2^53 on the way, and back again.
    const OFFSET = 9_007_199_254_740_993n;
    const inner = shop.fake.fetch;
    const bodies: string[] = [];
    const grow = (text: string) =>
      text.replace(
        /"(id|product_id|variation_id|parent_id)":([1-9]\d*)/g,
        (_, name, id) => `"${name}":${OFFSET + BigInt(id)}`,
      );
    // Messages are signed by the secret that the store was told.
    const deliverGrown = (url: string, init: RequestInit) => {
      const headers = new Headers(init.headers);
      if (!headers.has("x-wc-webhook-signature")) return fetch(url, init);
      const secret = bodies.flatMap((text) => /"secret":"([^"]*)"/.exec(text)?.[1] ?? []).at(-1) ?? "";
      const body = grow(String(init.body));
      expect(body).toContain('"id":9007199254');
      headers.set("x-wc-webhook-signature", createHmac("sha256", secret).update(body).digest("base64"));
      return fetch(url, { ...init, headers, body });
    };
    const shrink = (text: string) =>
      text.replace(/\b9007199254\d{6}\b/g, (id) => (BigInt(id) > OFFSET ? String(BigInt(id) - OFFSET) : id));
    shop.fake.fetch = async (request) => {
      const url = shrink(decodeURIComponent(request.url));
      const text = request.method === "GET" ? "" : await request.text();
      if (text !== "") bodies.push(text);
      const headers = new Headers(request.headers);
      // The address is signed; this store is asked by its keys instead.
      headers.set("x-forwarded-proto", "https");
      headers.set(
        "authorization",
        `Basic ${Buffer.from(`${shop.fake.keys.readWrite.key}:${shop.fake.keys.readWrite.secret}`).toString("base64")}`,
      );
      const clean = new URL(url);
      for (const name of [...clean.searchParams.keys()]) if (name.startsWith("oauth_")) clean.searchParams.delete(name);
      const answer = await inner(
        new Request(clean, { method: request.method, headers, ...(text === "" ? {} : { body: shrink(text) }) }),
      );
      return new Response(grow(await answer.text()), { status: answer.status, headers: answer.headers });
    };
    await stack.rows("delete from raw_documents");
    await stack.rows("delete from listing_variants");
    await stack.rows("delete from listings");
    await stack.rows("update stores set adopt_skus = true, mode = 'live'");
    await stack.rows("update checkpoints set watermark = null, due_at = now() where stream = 'ids'");
    await stack.rows("update checkpoints set due_at = $1::timestamptz where stream = 'ids'", [
      stack.clock.now().toISOString(),
    ]);
    await stack.pass(1_000);
    const variant = [...shop.fake.books().variants.keys()][0] ?? "0";
    const far = String(OFFSET + BigInt(variant));
    const listed = await stack.rows<{ external_id: string; listing_external_id: string }>(
      "select external_id, listing_external_id from listing_variants",
    );
    expect(listed).toEqual([{ external_id: far, listing_external_id: far }]);

    await shop.listen();
    const id = sell(shop, "MUG", 3);
    const farOrder = String(OFFSET + BigInt(id));
    await stack.deliver();
    const told = await stack.rows<{ external_id: string }>("select external_id from orders");
    expect(told).toEqual([{ external_id: farOrder }]);
    await stack.pass(70_000);
    expect(await stack.count("select count(*) as n from orders")).toBe(1);
    const [order] = await stack.rows<{ external_id: string; sku_id: string | null; variant_external_id: string }>(
      "select o.external_id, l.sku_id, l.variant_external_id from orders o join order_lines l on l.order_id = o.id",
    );
    expect(order).toMatchObject({ external_id: farOrder, variant_external_id: far });
    expect(order?.sku_id).not.toBeNull();
    // Written by its exact id.
    expect(shop.shown("MUG")).toBe(47);
    const pushed = bodies.filter((body) => body.includes("stock_quantity"));
    expect(pushed.length).toBeGreaterThan(0);
    for (const body of pushed) expect(body).toMatch(new RegExp(`"id":"?${far}"?[,}]`));
  });
});

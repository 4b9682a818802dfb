/** Quantities on their way out, and acts, over the real stack. */
import { describe, expect, it } from "vitest";
import { countStock } from "../../src/core/stock/counts.ts";
import { requestAct } from "../../src/sync/actions.ts";
import { runUntilIdle } from "../../src/sync/schedule.ts";
import { clientOf } from "../fakes/store-client.ts";
import { givenStack, type Shop, type Stack, sell } from "./stack.ts";

const MINUTE = 60_000;

const countedAs = (stack: Stack, counts: Record<string, number>) =>
  countStock(
    stack.engine.db,
    {
      counts: Object.entries(counts).map(([sku, quantity]) => ({
        sku,
        location: "main",
        quantity,
        basis: "physical" as const,
        countedAt: stack.clock.now(),
      })),
      actor: "test",
      confirmed: true,
    },
    stack.clock.now(),
  );

const offerOf = async (stack: Stack, shop: Shop, sku: string) => {
  const [offer] = await stack.rows<{
    desired: string;
    confirmed_value: string | null;
    sent_value: string | null;
    dirty: boolean;
    state: string;
    error_text: string | null;
  }>(
    `select o.desired, o.confirmed_value, o.sent_value, o.dirty, o.state, o.error_text from offers o join skus s on s.id = o.sku_id
     where o.store_id = $1::uuid and s.code = $2 and o.aspect = 'stock'`,
    [shop.id, sku],
  );
  if (!offer) throw new Error(`${shop.name} has no offer of ${sku}`);
  return offer;
};

const writes = (shop: Shop) => shop.fake.requests.filter((request) => request.method !== "GET");
const pushesOf = (shop: Shop) => writes(shop).filter((request) => request.path.endsWith("/batch"));

describe("stock out", () => {
  it("lowers what the other stores show when one of them sells", async () => {
    const stack = await givenStack();
    const one = await stack.addShop();
    const two = await stack.addShop();
    const three = await stack.addShop();
    sell(one, "MUG", 3);
    sell(two, "CAP");
    await stack.pass(70_000);
    for (const shop of [one, two, three]) {
      expect([shop.name, shop.shown("MUG"), shop.shown("CAP"), shop.shown("TEE")]).toEqual([shop.name, 7, 0, 5]);
    }
    expect(await stack.count("select count(*) as n from offers where dirty")).toBe(0);
  });

  it("writes nothing to a store in observe mode, and everything when it goes live", async () => {
    const stack = await givenStack();
    const one = await stack.addShop();
    const silent = await stack.addShop({ live: false });
    sell(one, "MUG", 4);
    await stack.pass(70_000);
    expect(writes(silent)).toEqual([]);
    expect(silent.shown("MUG")).toBe(10);
    expect((await offerOf(stack, silent, "MUG")).dirty).toBe(true);
    await stack.rows("update stores set mode = 'live' where id = $1::uuid", [silent.id]);
    await stack.pass(1_000);
    expect(silent.shown("MUG")).toBe(6);
  });

  it("S22 sends no quantity above zero to a store whose orders cannot be read, but zeroes go", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    shop.fake.fail("orders.list", [{ status: 503 }], { repeat: true });
    await stack.pass(10 * MINUTE);
    const before = pushesOf(shop).length;
    await countedAs(stack, { MUG: 60, TEE: 0 });
    await stack.pass(1_000);
    expect(shop.shown("TEE")).toBe(0);
    expect(shop.shown("MUG")).toBe(10);
    expect(pushesOf(shop).length).toBe(before + 1);
    // Waiting costs nothing: what may not go is not looked at again and again.
    const work = await runUntilIdle(stack.engine, new AbortController().signal, { maxItems: 50 });
    expect(work).toBeLessThan(10);

    // A unit that was sold meanwhile is counted before anything is raised.
    sell(shop, "MUG");
    shop.fake.clearFaults();
    await stack.pass(20 * MINUTE);
    expect(shop.shown("MUG")).toBe(59);
  });

  it("S24 isolates what the store refuses, and applies the rest", async () => {
    const stack = await givenStack();
    const skus = Array.from({ length: 60 }, (_, i) => ({ sku: `S-${i}`, name: `Thing ${i}`, price: "5.00", stock: 5 }));
    const shop = await stack.addShop({ skus });
    shop.fake.owner.removeProduct("S-17");
    await countedAs(stack, Object.fromEntries(skus.map(({ sku }) => [sku, 8])));
    const before = pushesOf(shop).length;
    await stack.pass(1_000, (item) => item.kind === "push");
    expect(skus.filter(({ sku }) => sku !== "S-17").every(({ sku }) => shop.shown(sku) === 8)).toBe(true);
    expect(pushesOf(shop).length - before).toBeLessThanOrEqual(4);
    const refused = await offerOf(stack, shop, "S-17");
    expect(refused.state).toBe("rejected");
    expect(refused.error_text).not.toBe("");
    const alerts = await stack.rows<{ code: string }>("select code from alerts where resolved_at is null");
    expect(alerts.map((alert) => alert.code)).toEqual(["push_rejected"]);
  });

  it("S26 ends at the newest value although every third answer is cut", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    shop.fake.fail("products.batch", ["ok", "ok", "cut"], { repeat: true });
    let desired = 0;
    for (let i = 1; i <= 12; i++) {
      desired = (i * 7) % 11;
      await countedAs(stack, { MUG: desired });
      await stack.pass(5_000);
    }
    for (let i = 0; i < 6; i++) await stack.pass(65_000);
    expect(shop.shown("MUG")).toBe(desired);
    expect(await offerOf(stack, shop, "MUG")).toMatchObject({ desired: String(desired), dirty: false, state: "idle" });
  });

  it("S26 sends the newest value again after an unknown outcome, not at once and not the old one", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    shop.fake.fail(
      "products.batch",
      Array.from({ length: 3 }, () => "cut" as const),
    );
    await countedAs(stack, { MUG: 42 });
    await stack.pass(1_000);
    expect(await offerOf(stack, shop, "MUG")).toMatchObject({ state: "unknown", dirty: true });
    await countedAs(stack, { MUG: 41 });
    const before = pushesOf(shop).length;
    await stack.pass(20_000);
    expect(pushesOf(shop).length).toBe(before);
    await stack.pass(MINUTE);
    expect(shop.shown("MUG")).toBe(41);
    expect(pushesOf(shop).length).toBe(before + 1);
  });

  it("S50 does not repeat blindly what may have been done already", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    const id = sell(shop, "MUG", 2);
    await stack.pass(70_000);
    shop.fake.fail("fulfillments.create", ["cut"]);
    const [order] = await stack.rows<{ id: string }>("select id from orders");
    const input = {
      orderExternalId: id,
      carrier: "ups",
      trackingNumber: "1Z999AA10123456784",
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: false,
      method: null,
    };
    await requestAct(stack.engine, {
      storeId: shop.id,
      kind: "shipments.confirm",
      subject: "order",
      subjectId: order?.id ?? null,
      input,
      idempotencyKey: "ship-1",
      actor: "test",
    });
    await stack.pass(1_000);
    for (let i = 0; i < 5; i++) await stack.pass(2 * MINUTE);
    const [act] = await stack.rows<{ status: string; error_text: string | null }>(
      "select status, error_text from actions",
    );
    expect(act).toEqual({ status: "done", error_text: null });
    const made = shop.fake.requests.filter((request) => request.operation === "fulfillments.create");
    expect(made).toHaveLength(1);
    expect(shop.fake.books().counts.shipments).toBe(1);
    expect(shop.fake.books().orders.get(id)?.status).toBe("completed");
  });

  it("S13 takes its own shipment that comes back as a message for no news", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    const other = await stack.addShop();
    await shop.listen();
    const id = sell(shop, "MUG", 2);
    await stack.deliver();
    await stack.pass(70_000);
    const [order] = await stack.rows<{ id: string }>("select id from orders");
    await requestAct(stack.engine, {
      storeId: shop.id,
      kind: "shipments.confirm",
      subject: "order",
      subjectId: order?.id ?? null,
      input: {
        orderExternalId: id,
        carrier: "ups",
        trackingNumber: "1Z999AA10123456784",
        trackingUrl: null,
        shippedAt: null,
        place: null,
        lines: [],
        notifyBuyer: true,
        method: null,
      },
      idempotencyKey: "ship-1",
      actor: "test",
    });
    await stack.pass(1_000);
    for (let i = 0; i < 3; i++) {
      await stack.deliver();
      await stack.pass(70_000);
    }
    const orders = await stack.rows<{ status: string; version: string }>("select status, version from orders");
    expect(orders.map((row) => row.status)).toEqual(["completed"]);
    expect(await stack.count("select count(*) as n from stock_movements where kind = 'sale'")).toBe(1);
    expect(await stack.count("select count(*) as n from shipments")).toBe(1);
    expect([shop.shown("MUG"), other.shown("MUG")]).toEqual([8, 8]);
    // It ends: nothing of what we write makes us write again.
    const quiet = [writes(shop).length, writes(other).length, orders[0]?.version];
    for (let i = 0; i < 3; i++) {
      await stack.deliver();
      await stack.pass(5 * MINUTE);
    }
    const [later] = await stack.rows<{ version: string }>("select version from orders");
    expect([writes(shop).length, writes(other).length, later?.version]).toEqual(quiet);
  });

  it("takes off what was ordered before the goods were counted and paid for afterwards", async () => {
    const stack = await givenStack();
    const clock = stack.clock;
    // An order that waits for its money holds nothing at the store.
    const shop = await stack.addShop({ live: false });
    const product = [...shop.fake.books().variants.values()].find((variant) => variant.sku === "MUG");
    const placed = await clientOf(shop.fake).send(
      "POST",
      "/orders",
      { status: "pending", line_items: [{ product_id: Number(product?.variantId), quantity: 1 }] },
      { "x-forwarded-proto": "https" },
    );
    const id = String(placed.body.id);
    expect(shop.shown("MUG")).toBe(10);
    await stack.pass(70_000);
    await stack.rows("update stores set mode = 'live'");
    await countStock(
      stack.engine.db,
      {
        counts: [{ sku: "MUG", location: "main", quantity: 10, basis: "available", countedAt: clock.now() }],
        actor: "test",
        confirmed: true,
      },
      clock.now(),
    );
    clock.advance(MINUTE);
    shop.fake.owner.setOrderStatus(id, "processing");
    expect(shop.shown("MUG")).toBe(9);
    await stack.pass(70_000);
    await stack.pass(70_000);
    expect((await offerOf(stack, shop, "MUG")).desired).toBe("9");
    expect(shop.shown("MUG")).toBe(9);
  });

  it("sells no unit twice that is bought in the very moment in which a store's goods are first counted", async () => {
    const stack = await givenStack();
    const base = stack.clock.now();
    const shop = await stack.addShop({
      live: false,
      webhookFetch: async () => new Response(null, { status: 200 }),
    });
    // The count was taken as of the moment in which the listing was asked for.
    const [level] = await stack.rows<{ counted_at: string }>("select counted_at from stock_levels limit 1");
    expect(new Date(level?.counted_at ?? 0).getTime()).toBe(base.getTime());
    sell(shop, "CAP");
    await stack.pass(70_000);
    const [cap] = await stack.rows<{ free: number }>(
      "select l.on_hand - l.reserved as free from stock_levels l join skus s on s.id = l.sku_id where s.code = 'CAP'",
    );
    expect(cap?.free).toBe(0);
  });

  it("rests when an offer is left whose product is gone", async () => {
    const stack = await givenStack();
    const one = await stack.addShop();
    const two = await stack.addShop();
    two.fake.owner.trashProduct("MUG");
    await stack.pass(20 * MINUTE);
    sell(one, "MUG");
    await stack.pass(70_000);
    const work = await runUntilIdle(stack.engine, new AbortController().signal, { maxItems: 50 });
    expect(work).toBeLessThan(10);
  });

  it("S33 mends what the store shows when somebody else wrote it, or a first write came late", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    const other = await stack.addShop();
    sell(other, "MUG");
    await stack.pass(70_000);
    expect(shop.shown("MUG")).toBe(9);
    for (const late of [10, 80, 3, 0]) {
      shop.fake.owner.setStock("MUG", late);
      // A sale on the side explains nothing of it.
      await stack.pass(125_000);
      await stack.pass(160_000);
      expect([late, shop.shown("MUG"), other.shown("MUG")]).toEqual([late, 9, 9]);
    }
    const before = pushesOf(shop).length;
    for (let i = 0; i < 4; i++) await stack.pass(160_000);
    expect(pushesOf(shop).length).toBe(before);
  });

  it("S33 reads back a value that was repeated at once: the first of the two calls may be the last to arrive", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    // Whatever else is read of the listing has no part in it.
    const pass = (ms: number) =>
      stack.pass(
        ms,
        (item) => item.kind !== "pull" || (item.resource === "orders" && !item.stream.includes("backfill")),
      );
    const first = pushesOf(shop).length;
    shop.fake.fail("products.batch", ["reset"]);
    await countedAs(stack, { MUG: 30 });
    await pass(1_000);
    expect(pushesOf(shop).length).toBe(first + 2);
    expect(await offerOf(stack, shop, "MUG")).toMatchObject({ state: "checking", dirty: false, confirmed_value: "30" });
    await countedAs(stack, { MUG: 4 });
    await pass(1_000);
    expect(shop.shown("MUG")).toBe(4);
    // The first call comes through after all.
    shop.fake.owner.setStock("MUG", 30);
    await pass(65_000);
    await pass(155_000);
    expect(shop.shown("MUG")).toBe(4);
    // One that came through the first time is not read back.
    await countedAs(stack, { MUG: 5 });
    await pass(1_000);
    expect(await offerOf(stack, shop, "MUG")).toMatchObject({ state: "idle", dirty: false });
  });

  it("does not take a sale that was not read yet for a wrong quantity", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    await stack.pass(70_000);
    // The listing is read before the order is.
    shop.fake.fail("orders.list", [{ status: 503 }, { status: 503 }, { status: 503 }]);
    sell(shop, "MUG", 2);
    const before = pushesOf(shop).length;
    await stack.pass(125_000);
    expect(shop.shown("MUG")).toBe(8);
    await stack.pass(20_000);
    await stack.pass(200_000);
    expect(shop.shown("MUG")).toBe(8);
    expect(pushesOf(shop).length).toBeLessThanOrEqual(before + 1);
  });

  it("S10 reads and writes on time at a store whose clock is off", async () => {
    for (const minutes of [-10, 10]) {
      const stack = await givenStack();
      const clock = { now: () => new Date(stack.clock.now().getTime() + minutes * MINUTE) };
      const one = await stack.addShop();
      const odd = await stack.addShop({ clock });
      // Sold right after it was connected, by its own clock.
      stack.clock.advance(5_000);
      const id = sell(odd, "MUG");
      await stack.pass(70_000);
      const found = await stack.rows("select 1 from orders where external_id = $1 and store_id = $2::uuid", [
        id,
        odd.id,
      ]);
      expect([minutes, found.length]).toEqual([minutes, 1]);
      expect([one.shown("MUG"), odd.shown("MUG")]).toEqual([9, 9]);
      await countedAs(stack, { MUG: 30 });
      await stack.pass(70_000);
      expect([one.shown("MUG"), odd.shown("MUG")]).toEqual([29, 29]);
    }
  });
});

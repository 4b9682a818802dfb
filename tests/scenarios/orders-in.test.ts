/** Orders on their way in, over the real stack. */
import { describe, expect, it } from "vitest";
import { clientOf } from "../fakes/store-client.ts";
import { type Delivery, givenStack, recordDeliveries, type Stack, sell } from "./stack.ts";

const MINUTE = 60_000;
const orders = (stack: Stack) =>
  stack.rows<{ id: string; external_id: string; status: string; external_status: string; version: string }>(
    "select id, external_id, status, external_status, version from orders order by external_id::bigint",
  );
const movements = (stack: Stack) => stack.count("select count(*) as n from stock_movements where kind <> 'count'");
const send = ({ url, init }: Delivery) => fetch(url, { ...init, signal: null });

describe("orders in", () => {
  it("S04 has every order within one period although webhooks were dropped and late, and says how many did not come", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop({ skus: [{ sku: "MUG", name: "Mug", price: "12.00", stock: 500 }] });
    await shop.listen();
    for (let i = 0; i < 20; i++) {
      const fate = i % 10 === 3 ? ("drop" as const) : i % 10 === 7 ? { delayMs: 5 * MINUTE } : ("ok" as const);
      shop.fake.fail("webhooks.deliver", [fate], { repeat: true });
      sell(shop, "MUG");
      await shop.fake.settle();
      shop.fake.clearFaults();
    }
    await stack.deliver();
    const atOnce = (await orders(stack)).length;
    expect(atOnce).toBe(16);
    await stack.pass(70_000);
    expect(await orders(stack)).toHaveLength(20);
    const [reserved] = await stack.rows<{ reserved: number }>("select reserved from stock_levels");
    expect(reserved?.reserved).toBe(20);
    await stack.pass(6 * MINUTE);
    await stack.deliver();
    expect(await orders(stack)).toHaveLength(20);
    expect(await stack.count("select count(*) as n from orders where version <> 1")).toBe(0);
    // The gap is counted: records that polling brought and no message did.
    const [stream] = await stack.rows<{ changed_count: string }>(
      "select changed_count from checkpoints where resource = 'orders' and stream = 'changed'",
    );
    expect(Number(stream?.changed_count)).toBe(20 - atOnce);
  });

  it("S05 makes one order and one movement of an event that comes five times at once, and again days later", async () => {
    const stack = await givenStack();
    const wire = recordDeliveries();
    const shop = await stack.addShop({ webhookFetch: wire.fetch });
    await shop.listen();
    shop.fake.fail("webhooks.deliver", [{ times: 5 }], { repeat: true });
    const id = sell(shop, "MUG", 2);
    await stack.deliver();
    // Within the same second, by which alone the platform tells changes apart.
    shop.fake.owner.setOrderStatus(id, "completed");
    await stack.deliver();
    const signed = wire.deliveries.filter((delivery) => JSON.stringify(delivery.init.headers).includes('"order"'));
    expect(signed.length).toBeGreaterThanOrEqual(10);
    expect(await movements(stack)).toBe(1);
    const before = await orders(stack);
    expect(before).toHaveLength(1);
    expect(before[0]?.status).toBe("completed");

    // Days later, with every trace of the messages cleared.
    stack.clock.advance(20 * 86_400_000);
    await stack.rows("delete from inbox");
    // All at once, then the older ones last, each worked off alone.
    await Promise.all(signed.map(send));
    await stack.deliver();
    await stack.rows("delete from inbox");
    for (const delivery of signed.toReversed()) {
      await send(delivery);
      await stack.deliver();
    }
    expect(await orders(stack)).toEqual(before);
    expect(await movements(stack)).toBe(1);
    expect(await stack.count("select count(*) as n from changes where entity = 'order'")).toBe(
      Number(before[0]?.version),
    );
  });

  it("S06 ends in the platform's state whatever the order in which events come", async () => {
    const stack = await givenStack();
    const wire = recordDeliveries();
    const shop = await stack.addShop({
      webhookFetch: wire.fetch,
      skus: [{ sku: "MUG", name: "Mug", price: "12.00", stock: 1000 }],
    });
    await shop.listen();
    // Created, paid and shipped, each a second later, recorded one by one; nothing is taken in yet.
    wire.deliveries.length = 0;
    const permutations = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const ids: string[] = [];
    const kept: Delivery[][] = [];
    for (const _ of permutations) {
      const id = sell(shop, "MUG", 3);
      ids.push(id);
      shop.fake.owner.setOrderStatus(id, "on-hold");
      const events: Delivery[] = [];
      for (const topic of ["order.created", "order.updated", "order.updated"]) {
        const from = wire.deliveries.length;
        await shop.fake.settle();
        const delivery = wire.deliveries
          .slice(from)
          .find(
            ({ init }) =>
              new Headers(init.headers).get("x-wc-webhook-topic") === topic &&
              JSON.parse(String(init.body)).id === Number(id),
          );
        if (delivery) events.push(delivery);
        stack.clock.advance(1_000);
        if (events.length < 3) shop.fake.owner.setOrderStatus(id, events.length === 1 ? "processing" : "completed");
      }
      kept.push(events);
      await stack.rows("delete from inbox");
    }
    for (const [i, permutation] of permutations.entries()) {
      const statuses = kept[i]?.map(({ init }) => JSON.parse(String(init.body)).status);
      expect(statuses).toEqual(["on-hold", "processing", "completed"]);
      for (const at of permutation) {
        const delivery = kept[i]?.[at];
        if (delivery) await send(delivery);
        await stack.deliver();
      }
    }
    const found = await orders(stack);
    expect(found.map((order) => order.external_status)).toEqual(ids.map(() => "completed"));
    const [level] = await stack.rows<{ on_hand: number; reserved: number }>(
      "select on_hand, reserved from stock_levels",
    );
    expect(level).toEqual({ on_hand: 1000 - 3 * ids.length, reserved: 0 });
    expect(await stack.count("select count(*) as n from inbox where status <> 'done'")).toBe(0);
    expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
  });

  it("S09 keeps the poison records of a page raw with their reasons, stores all others, and takes them when they are mended", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop({ skus: [{ sku: "MUG", name: "Mug", price: "12.00", stock: 500 }] });
    const ids = Array.from({ length: 30 }, () => sell(shop, "MUG"));
    const poison = new Map<string, (order: Record<string, unknown>) => void>([
      [ids[3] ?? "", (order) => Object.assign(order, { date_created_gmt: "not a date" })],
      [ids[9] ?? "", (order) => Object.assign(order, { billing: null, shipping: null })],
      [ids[14] ?? "", (order) => Object.assign(order, { status: "wc-teleported" })],
      [ids[20] ?? "", (order) => Object.assign(order, { total: "99999.99" })],
      [ids[25] ?? "", (order) => Object.assign(order, { line_items: "none" })],
      [ids[27] ?? "", (order) => Object.assign(order, { date_completed_gmt: "1995-01-01T00:00:00", currency: "BITS" })],
    ]);
    let poisoned = true;
    const clean = shop.fake.fetch;
    shop.fake.fetch = async (request) => {
      const response = await clean(request);
      if (!poisoned || !new URL(request.url).pathname.endsWith("/orders")) return response;
      const list = (await response.json()) as Record<string, unknown>[];
      for (const order of list) poison.get(String(order.id))?.(order);
      return new Response(JSON.stringify(list), { status: response.status, headers: response.headers });
    };
    await stack.pass(70_000);
    const rejected = await stack.rows<{ external_id: string; reason: string; body: Uint8Array | null }>(
      "select external_id, reason, body from rejected_records where resolved_at is null order by external_id::bigint",
    );
    expect(rejected.map((row) => row.external_id)).toContain(ids[3]);
    for (const row of rejected) {
      expect(row.reason).not.toBe("");
      expect(row.body?.length).toBeGreaterThan(0);
      expect(poison.has(row.external_id)).toBe(true);
    }
    const stored = new Set((await orders(stack)).map((order) => order.external_id));
    for (const id of ids) if (!poison.has(id)) expect(stored).toContain(id);
    expect(stored.size + rejected.length).toBe(30);
    // Never a guess: what a plugin's status means is asked, and what does not add up is marked.
    const odd = await stack.rows<{ external_id: string; warning_count: number; attention: boolean }>(
      "select external_id, warning_count, attention from orders where external_id = any($1::text[])",
      [[ids[14] ?? "", ids[20] ?? ""]],
    );
    expect(odd).toHaveLength(2);
    for (const order of odd) expect([order.external_id, order.attention]).toEqual([order.external_id, true]);

    // Mended there: the audit finds what is not stored yet, by its id.
    poisoned = false;
    await stack.pass(3_700_000);
    expect(await orders(stack)).toHaveLength(30);
    expect(await stack.count("select count(*) as n from rejected_records where resolved_at is null")).toBe(0);
  });

  it("S12 follows the platform's edits after import, and keeps our hold and our own note", async () => {
    const stack = await givenStack();
    const shop = await stack.addShop();
    const id = sell(shop, "MUG");
    await stack.pass(70_000);
    const [order] = await orders(stack);
    await stack.rows("update orders set hold = 'address' , attention = true where external_id = $1", [id]);
    await stack.rows(
      "insert into order_notes (id, order_id, source, text, at) values (gen_random_uuid(), $1::uuid, 'own', 'call first', now())",
      [order?.id ?? ""],
    );
    stack.clock.advance(60_000);
    shop.fake.owner.editShipping(id, { city: "Zzelsewhere", address_1: "1 Zznew road" });
    const { body } = await clientOf(shop.fake).get(`/orders/${id}`, { "x-forwarded-proto": "https" });
    const lines = { line_items: [{ id: body.line_items[0].id, quantity: 3 }] };
    expect(
      (await clientOf(shop.fake).send("PUT", `/orders/${id}`, lines, { "x-forwarded-proto": "https" })).status,
    ).toBe(200);
    shop.fake.owner.refund(id, { amount: "2.00" });
    await stack.pass(70_000);
    const [after] = await stack.rows<{
      hold: string;
      attention: boolean;
      refunded: string;
      document: string;
      version: string;
    }>("select hold, attention, refunded, document, version from orders");
    expect(after?.hold).toBe("address");
    expect(after?.attention).toBe(true);
    expect(Number(after?.refunded)).toBe(2);
    expect(Number(after?.version)).toBeGreaterThan(1);
    expect(after?.document).toContain("Zzelsewhere");
    const quantities = await stack.rows<{ quantity: number }>("select quantity from order_lines");
    expect(quantities).toEqual([{ quantity: 3 }]);
    const notes = await stack.rows<{ text: string }>("select text from order_notes where source = 'own'");
    expect(notes).toEqual([{ text: "call first" }]);
  });

  it("S14 keeps apart the same order number of two shops", async () => {
    const stack = await givenStack();
    const one = await stack.addShop({ seed: 7 });
    const two = await stack.addShop({ seed: 7 });
    const ids = [sell(one, "MUG"), sell(two, "MUG")];
    expect(ids[0]).toBe(ids[1]);
    await stack.pass(70_000);
    const found = await stack.rows<{ store_id: string; external_id: string; external_number: string }>(
      "select store_id, external_id, external_number from orders order by store_id",
    );
    expect(found.map((order) => order.external_id)).toEqual(ids);
    expect(new Set(found.map((order) => order.store_id)).size).toBe(2);
    const [level] = await stack.rows<{ on_hand: number; reserved: number }>(
      "select l.on_hand, l.reserved from stock_levels l join skus s on s.id = l.sku_id where s.code = 'MUG'",
    );
    expect(level).toEqual({ on_hand: 10, reserved: 2 });
  });
});

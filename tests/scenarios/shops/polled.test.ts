/** Scenarios of platforms that send no messages: each row is asked of every one of them, over the real stack. */
import { describe, expect, it } from "vitest";
import { PLATFORMS } from "../polled.ts";
import { confirm, counted, ordersOf, pass, regrant, shown } from "../polled-acts.ts";
import { MINUTE, paid } from "../polled-shops.ts";

describe.each(PLATFORMS)("$name", ({ given, list, details, setStock, ship }) => {
  it("S03 S06: changes within one second all end in the database, read in between or not", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const ids = [paid(shop), paid(shop), paid(shop)];
    await pass(stack, 10 * MINUTE);
    shop.fake.owner.ship(ids[0] ?? "");
    await stack.work();
    shop.fake.buyer.receive(ids[0] ?? "");
    shop.fake.owner.ship(ids[1] ?? "");
    await pass(stack, 10 * MINUTE);
    const facts = shop.fake.books().orders;
    expect(await ordersOf(stack)).toEqual(
      [...ids].sort().map((id) => ({ external_id: id, external_status: facts.get(id)?.status })),
    );
  });

  it("S07 S16: a reading that breaks off is taken up again, and nothing is skipped or doubled", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const ids = Array.from({ length: 30 }, () => paid(shop));
    shop.fake.fail(details, ["ok", "reset", "ok", { status: 503 }, "cut", "ok", { html: "<p>busy" }]);
    for (let turn = 0; turn < 6; turn += 1) await pass(stack, 6 * MINUTE);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([...ids].sort());
  });

  it("S08: an order of goods that nobody has mapped is visible at once", async () => {
    const stack = await given();
    const shop = await stack.addShop({ adoptSkus: false });
    const id = paid(shop);
    await pass(stack, 10 * MINUTE);
    expect(await ordersOf(stack)).toMatchObject([{ external_id: id }]);
    expect(await stack.count("select count(*) as n from order_lines where sku_id is null")).toBeGreaterThan(0);
  });

  it("S13 S50: our own shipment comes back as no news, and is asked for once though its answer is lost", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const id = paid(shop);
    await pass(stack, 10 * MINUTE);
    shop.fake.fail(ship, ["cut"]);
    await confirm(stack, shop, id, { carrier: "sf", trackingNumber: "SF1000000000001" });
    for (let turn = 0; turn < 6; turn += 1) await pass(stack, 5 * MINUTE);
    expect(await stack.rows("select status, error_text from actions")).toEqual([{ status: "done", error_text: null }]);
    expect(shop.fake.requests.filter((request) => request.operation === ship)).toHaveLength(1);
    expect(shop.fake.books().counts.shipments).toBe(1);
    expect(await ordersOf(stack)).toEqual([
      { external_id: id, external_status: shop.fake.books().orders.get(id)?.status },
    ]);
  });

  it("S20 S26: the last quantity stands, though answers are cut and the same value comes again", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.fail(setStock, ["cut", "ok", "ok"], { repeat: true });
    for (const quantity of [1, 0, 1, 0]) {
      await counted(stack, "MUG", quantity);
      await pass(stack, 5 * MINUTE);
    }
    for (let turn = 0; turn < 4; turn += 1) await pass(stack, 10 * MINUTE);
    expect(shown(shop, "MUG")).toBe(0);
    expect(shown(shop, "TEE")).toBe(25);
  });

  it("S22 S32: nothing is raised while its orders cannot be read; a unit sold meanwhile is counted first", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.fail(list, [{ status: 503 }], { repeat: true });
    await pass(stack, 25 * MINUTE);
    await counted(stack, "MUG", 60);
    await counted(stack, "TEE", 0);
    await pass(stack, MINUTE);
    expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([40, 0]);
    shop.fake.sell({ sku: "MUG" });
    shop.fake.clearFaults();
    for (let turn = 0; turn < 5; turn += 1) await pass(stack, 10 * MINUTE);
    expect(shown(shop, "MUG")).toBeLessThanOrEqual(59);
    expect(await stack.count("select count(*) as n from offers where dirty")).toBe(0);
  });

  it("S41: a withdrawn grant is flagged at the first refusal; after it was given again the gap is read", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.revoke();
    await pass(stack, 10 * MINUTE);
    const states = () => stack.rows<{ state: string }>("select state from stores");
    expect(await states()).toEqual([{ state: "auth_expired" }]);
    const missed = paid(shop);
    const before = shop.fake.requests.length;
    for (let hour = 0; hour < 12; hour += 1) await pass(stack, 60 * MINUTE);
    expect(shop.fake.requests.length - before).toBeLessThan(20);
    await regrant(stack, shop);
    await pass(stack, 10 * MINUTE);
    expect(await states()).toEqual([{ state: "ok" }]);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([missed]);
  });
});

/** Messages of a shop, disputes with a date, and payouts with a sum: what other polled platforms do not have. */
import { expect, it } from "vitest";
import type { InboundRequest } from "../../../src/core/adapter.ts";
import { drainInbox } from "../../../src/sync/inbox.ts";
import { createInboxPump, receiveForPlatform } from "../../../src/sync/receive-webhook.ts";
import { openStore } from "../../../src/sync/store-handle.ts";
import { toInbound } from "../../conformance/bench.ts";
import { givenShopify, type ShopifyStack } from "../shopify-stack.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const ADDRESS = "https://tallyport.example/webhooks/shopify";
const APP = { key: "fa4eapp", secret: "shpss_fa4eappsecret" };

/** Two shops of one app, whose messages are taken as they come. */
async function givenMessages() {
  const stack = await givenShopify();
  const pump = createInboxPump(stack.engine);
  const taken: { accepted: number; status: number }[] = [];
  const inbound: InboundRequest[] = [];
  const take = async (request: InboundRequest) => {
    inbound.push(request);
    const { answer, accepted } = await receiveForPlatform(stack.engine, pump, "shopify", request, [APP]);
    taken.push({ accepted, status: answer.status });
    return new Response("", { status: answer.status });
  };
  const addShop = async () => {
    const shop = await stack.addShop({ app: APP, webhookFetch: (url, init) => take(toInbound(url, init)) });
    const { webhooks } = stack.engine.adapterOf("shopify") ?? {};
    if (!webhooks || !("ensure" in webhooks)) throw new Error("no webhooks");
    const { handle } = await openStore(stack.engine, shop.id, "normal");
    await webhooks.ensure?.(handle, ADDRESS, APP.secret, stack.signal);
    return shop;
  };
  return { stack, addShop, take, taken, inbound };
}

const ordersOf = (stack: ShopifyStack) =>
  stack.rows<Record<"external_id" | "store_id", string>>(
    "select external_id, store_id from orders order by external_id",
  );

it("S05 S43: messages of two shops at one address reach each its own, once, however often they come; an unknown shop is recorded", async () => {
  const { stack, addShop, take, taken, inbound } = await givenMessages();
  const [one, two] = [await addShop(), await addShop()];
  const wanted = [one, two].map((shop) => ({
    external_id: shop.fake.buyer.order({ isPlain: true }),
    store_id: shop.id,
  }));
  for (const shop of [one, two]) await shop.fake.settle();
  expect(taken.length).toBeGreaterThan(4);
  // The same again at once, and once more days later.
  const copies = [...inbound];
  const before = taken.length;
  await Promise.all(copies.flatMap((request) => [take(request), take(request)]));
  stack.clock.advance(3 * DAY);
  for (const request of copies) await take(request);
  expect(taken.slice(before).map(({ accepted }) => accepted)).toEqual(copies.concat(copies, copies).map(() => 0));
  for (const shop of [one, two]) await drainInbox(stack.engine, shop.id, stack.signal);
  expect(await ordersOf(stack)).toEqual(wanted.sort((a, b) => (a.external_id < b.external_id ? -1 : 1)));
  const strange = inbound.find(({ headers }) => headers["x-shopify-topic"] === "orders/create");
  if (!strange) throw new Error("no message of an order");
  const headers = { ...strange.headers, "x-shopify-shop-domain": "nobody.myshopify.com", "x-shopify-webhook-id": "zz" };
  expect((await take({ ...strange, headers })).status).toBe(200);
  expect(await stack.count("select count(*) as n from inbox where store_id is null")).toBeGreaterThan(0);
});

it("S04: orders whose messages are lost or late are there after the next reading", async () => {
  const { stack, addShop } = await givenMessages();
  const shop = await addShop();
  shop.fake.fail("webhooks.deliver", ["drop", { delayMs: 5 * MINUTE }, "last"], { repeat: true });
  const ids = Array.from({ length: 10 }, () => shop.fake.buyer.order({ isPlain: true }));
  await shop.fake.settle();
  stack.clock.advance(4 * MINUTE);
  await stack.work();
  expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([...ids].sort());
  stack.clock.advance(10 * MINUTE);
  await shop.fake.settle();
  await stack.work();
  expect(await stack.count("select count(*) as n from orders")).toBe(10);
});

it("S51 S60: a chargeback has its date and its turn; a payout's lines sum to it, and one that is missing shows there", async () => {
  const stack = await givenShopify(new Date("2026-03-02T03:00:00Z"));
  const shop = await stack.addShop();
  const id = shop.fake.buyer.order({ isPlain: true });
  shop.fake.buyer.dispute(id, "CHARGEBACK");
  shop.fake.buyer.order({ isPlain: true });
  const payout = shop.fake.owner.payOut();
  const [missing] = shop.fake.balance;
  let isHidden = true;
  shop.tamper((text, asked) =>
    isHidden && asked.includes("balanceTransactions")
      ? JSON.stringify(JSON.parse(text), (_, value) =>
          Array.isArray(value) ? value.filter((row) => !String(row?.id).endsWith(`/${missing?.id}`)) : value,
        )
      : text,
  );
  const read = async () => {
    stack.clock.advance(7 * 60 * MINUTE);
    await stack.work();
  };
  await read();
  const [dispute] = await stack.rows<Record<"due_at" | "turn" | "order_external_id", string>>(
    "select due_at, turn, order_external_id from disputes",
  );
  const fact = [...shop.fake.disputes.values()][0];
  expect(new Date(dispute?.due_at ?? "").getTime()).toBe((fact?.due ?? 0) * 1000);
  expect(dispute).toMatchObject({ turn: "seller", order_external_id: id });
  const sums = () =>
    stack.rows<{ missing: string }>(
      `select s.total - (select coalesce(sum(amount), 0) from ledger_entries e where e.settlement_external_id = s.external_id) as missing
       from settlements s where s.external_id = $1`,
      [payout],
    );
  expect(Number((await sums())[0]?.missing)).toBeCloseTo(((missing?.amount ?? 0) - (missing?.fee ?? 0)) / 100, 2);
  isHidden = false;
  await read();
  expect(Number((await sums())[0]?.missing)).toBe(0);
});

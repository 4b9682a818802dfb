/** Spoilt answers of a shop, read through the whole engine. */
import { expect, it } from "vitest";
import { GOODS, givenStack, type Shop, type Stack, sell } from "../../scenarios/stack.ts";

const MINUTE = 60_000;
const ORDERS = 30;
const MANY = [{ ...GOODS[0]!, stock: 1_000 }];

/** From now on the shop's lists of orders come out as `spoil` makes them. */
function spoilLists(shop: Shop, spoil: (text: string) => string): { stop(): void } {
  const { fake } = shop;
  const whole = fake.fetch;
  const fetch: typeof whole = async (request) => {
    const response = await whole.call(fake, request);
    if (!/\/wc\/v3\/orders$/.test(new URL(request.url).pathname)) return response;
    return new Response(spoil(await response.text()), { status: response.status, headers: response.headers });
  };
  Object.defineProperty(fake, "fetch", { configurable: true, writable: true, value: fetch });
  return { stop: () => Object.defineProperty(fake, "fetch", { configurable: true, writable: true, value: whole }) };
}

const changedStream = async (stack: Stack) => {
  const [row] = await stack.rows<{ watermark: unknown; state: string }>(
    "select watermark, state from checkpoints where resource = 'orders' and stream = 'changed'",
  );
  return row;
};
const orders = (stack: Stack) => stack.count("select count(*) as n from orders");

it.each([
  ["cut after its first inner list", (text: string) => text.slice(0, text.indexOf("[]") + 2)],
  ["empty, and counts orders", () => "[]"],
])("a list that is %s moves no watermark", async (_, spoil) => {
  const stack = await givenStack();
  const shop = await stack.addShop({ skus: MANY });
  await stack.pass(2 * MINUTE);
  for (let i = 0; i < ORDERS; i++) sell(shop, "MUG");
  const before = await changedStream(stack);
  const spoilt = spoilLists(shop, spoil);
  await stack.pass(2 * MINUTE);
  const after = await changedStream(stack);
  expect([after?.watermark, after?.state, await orders(stack)]).toEqual([before?.watermark, "failed", 0]);
  spoilt.stop();
  await stack.pass(60 * MINUTE);
  expect(await orders(stack)).toBe(ORDERS);
});

it("rows that are no orders are set aside, and the rest of the page is read", async () => {
  const stack = await givenStack();
  const shop = await stack.addShop({ skus: MANY });
  await stack.pass(2 * MINUTE);
  for (let i = 0; i < 4; i++) sell(shop, "MUG");
  const spoilt = spoilLists(shop, (text) => {
    const rows = JSON.parse(text) as (Record<string, unknown> | null)[];
    if (rows.length < 4) return text;
    rows[0] = null;
    delete rows[1]?.id;
    Object.assign(rows[2] ?? {}, { status: "pro\u0000c", customer_note: "half \ud83d" });
    return JSON.stringify(rows);
  });
  await stack.pass(2 * MINUTE, (item) => item.kind !== "pull" || !("stream" in item) || item.stream === "changed");
  const rejected = await stack.rows<{ reason: string }>(
    "select reason from rejected_records where external_id like 'row-without-id:%' order by reason",
  );
  expect(rejected.map(({ reason }) => reason)).toEqual(
    expect.arrayContaining(["is no order: it has no id", "is no order: it is null"]),
  );
  const stored = await stack.rows<{ external_status: string }>("select external_status from orders");
  expect(stored.map((row) => row.external_status)).toContain("pro\ufffdc");
  spoilt.stop();
});

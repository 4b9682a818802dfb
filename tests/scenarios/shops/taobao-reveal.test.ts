/** Receivers in the clear: asked for one at a time, within the day's allowance, and kept nowhere. */
import { expect, it } from "vitest";
import { createApp } from "../../../src/api/app.ts";
import { createKey } from "../../../src/api/keys.ts";
import { ROLES } from "../../../src/api/scopes.ts";
import { createInboxPump } from "../../../src/sync/receive-webhook.ts";
import { givenTaobaoStack, type TaobaoStack } from "../taobao-stack.ts";

async function givenReader({ engine }: TaobaoStack) {
  const app = createApp({
    engine,
    adapters: new Map(),
    pump: createInboxPump(engine),
    config: { publicUrl: null, version: "0.0.0-test" },
    auth: {},
  });
  const input = { name: "label printer", role: "admin" as const, scopes: [...ROLES.admin], stores: null };
  const { key } = await createKey(engine, { ...input, expiresAt: null, actor: "test" });
  return async (id: string, body: Record<string, unknown> = { reason: "print its label" }) => {
    const answer = await app.request(`/v1/orders/${id}/reveal`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": "once" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, never> };
  };
}

/** Everything in every table, as text. */
async function everything({ rows }: TaobaoStack): Promise<string> {
  const tables = await rows<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public'");
  const texts = await Promise.all(
    tables.map(({ name }) => rows<{ t: string }>(`select x::text as t from "${name}" x`)),
  );
  return texts.flatMap((list) => list.map((row) => row.t)).join("\n");
}

it("shows who receives an order, tells the audit log, and keeps nothing of the answer", async () => {
  const stack = await givenTaobaoStack();
  const shop = await stack.addShop();
  const tid = shop.fake.buyer.order();
  shop.fake.buyer.pay(tid);
  stack.clock.advance(600_000);
  await stack.work();
  const receiver = shop.fake.trades.get(tid)?.receiver;
  if (!receiver) throw new Error("the fake's trade has no receiver");
  const reveal = await givenReader(stack);
  const [order] = await stack.rows<{ id: string }>("select id from orders");
  const answer = await reveal(order?.id ?? "");
  expect(answer).toMatchObject({
    status: 200,
    body: {
      ship_to: {
        name: receiver.name,
        phone: receiver.mobile,
        lines: expect.arrayContaining([receiver.address]),
        country: "CN",
        privacy: "clear",
      },
      withheld: null,
    },
  });
  // A second look asks the platform again: the first answer is nowhere.
  expect((await reveal(order?.id ?? "", { reason: "print it again", purpose: "after_sales" })).body).toEqual(
    answer.body,
  );
  const audited = await stack.rows<{ cause: string; detail: unknown }>(
    "select cause, detail from audit_log where act = 'orders.reveal' order by id",
  );
  expect(audited).toEqual([
    { cause: "print its label", detail: { purpose: "shipping_label" } },
    { cause: "print it again", detail: { purpose: "after_sales" } },
  ]);
  const kept = `${await everything(stack)}\n${JSON.stringify(stack.logs.lines())}`;
  for (const secret of [receiver.name, receiver.mobile, receiver.address]) expect(kept).not.toContain(secret);
});

it.each([
  { whose: "ours", daily: 1, decryptBudget: 100, status: 429 },
  { whose: "the platform's", daily: 100, decryptBudget: 1, status: 424 },
])("stops at $whose allowance of the day", async ({ daily, decryptBudget, status }) => {
  const stack = await givenTaobaoStack();
  const quotas = { app: { capacity: 5000 }, method: { capacity: 5000 }, decrypt: { capacity: 5000, daily } };
  const shop = await stack.addShop({ decryptBudget, settings: { quotas } });
  shop.fake.buyer.pay(shop.fake.buyer.order());
  stack.clock.advance(600_000);
  await stack.work();
  const [order] = await stack.rows<{ id: string }>("select id from orders");
  const reveal = await givenReader(stack);
  expect((await reveal(order?.id ?? "")).status).toBe(200);
  expect(await reveal(order?.id ?? "")).toMatchObject({ status, body: { code: expect.any(String) } });
});

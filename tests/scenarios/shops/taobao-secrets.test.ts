/** A platform that quotes our secrets in whatever it answers: they are found nowhere that anybody can read. */
import { expect, it } from "vitest";
import { createApp } from "../../../src/api/app.ts";
import { createKey } from "../../../src/api/keys.ts";
import { ROLES } from "../../../src/api/scopes.ts";
import type { Adapter } from "../../../src/core/adapter.ts";
import { countStock } from "../../../src/core/stock/counts.ts";
import { requestAct } from "../../../src/sync/actions.ts";
import { createInboxPump } from "../../../src/sync/receive-webhook.ts";
import { GOODS, givenTaobaoStack, type TaobaoStack } from "../taobao-stack.ts";

/** Refusals of the store, of the app, of one call, and one that passes. */
const CODES = ["27", "25", "42", "isp.top-remote-service-unavailable"];

it("S73 keeps what a platform quotes of our secrets out of every table, log and answer", async () => {
  const stack = await givenTaobaoStack(new Date("2026-03-02T02:00:00Z"));
  const shop = await stack.addShop({ seed: 3 });
  const { session = "", app_secret: secret = "" } = shop.fake.connection;
  expect(Math.min(session.length, secret.length)).toBeGreaterThan(6);
  const sign = "0F0AAF3DA25B5B1B8E1C5F6D3A7E9C42";
  // A key that this process has never seen: one from before a re-authorisation.
  const older = "61009ZZb5d2f8e1a7c4b3d6e9f0a1b2c3d4e5f60718293a4b5c6";
  const message =
    `session ${session} of (${secret}) was ${older}, sign=${sign}, called with ` +
    `app_key=1&session=${session}&v=2.0&sign=${sign}`;
  const ask = await givenDoor(stack);
  const answers: string[] = [];
  const tid = shop.fake.buyer.order();
  shop.fake.buyer.pay(tid);
  // Acts and quantities meet the refusal, then the streams and the queue, then a person's own try.
  for (const code of CODES) {
    shop.fake.clearFaults();
    shop.fake.fail("*", [{ code, message }], { repeat: true });
    const act = { orderExternalId: tid, text: `note ${code}`, flag: null };
    const subject = { storeId: shop.id, subject: "order", subjectId: null, actor: "test" };
    await requestAct(stack.engine, { ...subject, kind: "orders.set_memo", input: act });
    const at = stack.clock.now();
    const quantity = 5 + CODES.indexOf(code);
    const counts = GOODS.map(({ sku }) => ({ sku, location: "main", quantity, basis: "available" as const }));
    const input = { counts: counts.map((row) => ({ ...row, countedAt: at })), actor: "test", confirmed: true };
    await countStock(stack.engine.db, input, at);
    for (const kinds of [["actions"], ["push"], ["pull", "inbox"]]) {
      await stack.rows("update stores set state = 'ok'");
      await stack.rows("update checkpoints set due_at = $1::timestamptz where resource in ('orders', 'messages')", [
        at.toISOString(),
      ]);
      await stack.work((item) => kinds.includes(item.kind));
    }
    answers.push((await ask(`POST /v1/stores/${shop.id}/test`)).text);
    for (const path of [`stores/${shop.id}/health`, `stores/${shop.id}`, "alerts", "actions", "offers", "rejected"])
      answers.push((await ask(`GET /v1/${path}`)).text);
  }
  expect(answers.join()).toContain("[secret]");
  expect(await stack.count("select count(*) as n from alerts")).toBeGreaterThan(2);
  const planted = [session, secret, sign, older];
  const tables = await stack.rows<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  const texts = [...answers.map((text, i) => [`answer ${i}`, text])];
  for (const { name } of tables)
    for (const { text } of await stack.rows<{ text: string }>(`select to_jsonb(t)::text as text from "${name}" t`))
      texts.push([`table ${name}`, text]);
  for (const [place, text] of texts)
    for (const value of planted) expect(text?.includes(value), `${place}: ${text?.slice(0, 600)}`).toBe(false);
  expect(stack.logs.lines().length).toBeGreaterThan(10);
  stack.logs.assertNone(planted);
});

/** The API of the stack, asked with an administrator's key. */
async function givenDoor({ engine }: TaobaoStack) {
  const adapters = new Map<string, Adapter>();
  const adapter = engine.adapterOf("taobao");
  if (adapter) adapters.set("taobao", adapter);
  const app = createApp({
    engine,
    adapters,
    pump: createInboxPump(engine),
    config: { publicUrl: null, version: "test" },
    auth: {},
  });
  const rights = { role: "admin" as const, scopes: [...ROLES.admin], stores: null, expiresAt: null };
  const { key } = await createKey(engine, { name: "test", actor: "test", ...rights });
  return async (request: string) => {
    const [method = "GET", path = "/"] = request.split(" ");
    const answer = await app.request(path, { method, headers: { authorization: `Bearer ${key}` } });
    return { status: answer.status, text: await answer.text() };
  };
}

/** A shop's owner consents: from the app to orders that are read, and back when a level has ended. */
import { expect, it, onTestFinished } from "vitest";
import { insertApp } from "../../../src/core/db/apps.ts";
import { newId } from "../../../src/core/ids.ts";
import { serveFake } from "../../../src/fakes/serve.ts";
import { createTaobaoFake } from "../../../src/fakes/taobao/index.ts";
import { beginConsent, finishConsent } from "../../../src/sync/consent.ts";
import { GOODS, givenTaobaoStack } from "../taobao-stack.ts";

it("connects a shop through the app and renews it when its owner consents again", async () => {
  const { engine, clock, signal, work, count, rows } = await givenTaobaoStack();
  const fake = createTaobaoFake({ clock, orders: 4, skus: GOODS, name: "consenting" });
  const served = await serveFake(fake);
  onTestFinished(() => served.close());
  const id = newId(clock.now());
  await insertApp(engine.db, engine.keyring, {
    id,
    platform: "taobao",
    name: "Our app",
    ...fake.app,
    settings: { root: served.baseUrl },
    createdAt: clock.now(),
  });
  const consent = async (wanted: Parameters<typeof beginConsent>[1]["wanted"]) => {
    const redirectUrl = "https://tallyport.test/v1/oauth/taobao/callback";
    const { url } = await beginConsent(engine, { appId: id, redirectUrl, wanted });
    const page = new URL(url);
    expect(page.searchParams.get("client_id")).toBe(fake.app.key);
    const query = { state: page.searchParams.get("state") ?? "", code: fake.consent() };
    return finishConsent(engine, { platform: "taobao", query }, signal);
  };
  const settings = { quotas: { app: { capacity: 5000 }, method: { capacity: 5000 } } };
  const made = await consent({ kind: "connect", name: "Shop", settings, adoptSkus: true, actor: "test" });
  expect(made).toMatchObject({ name: "Shop", isNew: true });
  await work();
  expect(await count("select count(*) as n from orders")).toBe(fake.books().counts.orders);
  fake.revoke();
  clock.advance(600_000);
  await work();
  expect(await rows("select state from stores")).toEqual([{ state: "auth_expired" }]);
  const again = await consent({ kind: "reconnect", storeId: made.storeId, actor: "test" });
  expect(again).toEqual({ storeId: made.storeId, name: "Shop", isNew: false });
  fake.buyer.pay(fake.buyer.order());
  clock.advance(600_000);
  await work();
  expect(await rows("select state from stores")).toEqual([{ state: "ok" }]);
  expect(await count("select count(*) as n from orders")).toBe(fake.books().counts.orders);
});

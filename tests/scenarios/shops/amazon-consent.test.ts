/** A seller consents on the platform's page: from the app to orders that are read, and back when the grant was withdrawn. */
import { expect, it, onTestFinished } from "vitest";
import { insertApp } from "../../../src/core/db/apps.ts";
import { newId } from "../../../src/core/ids.ts";
import { createAmazonFake } from "../../../src/fakes/amazon/index.ts";
import { serveFake } from "../../../src/fakes/serve.ts";
import { beginConsent, finishConsent } from "../../../src/sync/consent.ts";
import { givenAmazon, QUOTAS } from "../amazon-stack.ts";
import { MINUTE } from "../hour.ts";

it("connects a seller through the app and renews the grant when the seller consents again", async () => {
  const { engine, clock, signal, work, count, rows } = await givenAmazon();
  const fake = createAmazonFake({ clock, orders: 4, usage: false, name: "consenting" });
  const served = await serveFake(fake);
  onTestFinished(() => served.close());
  const id = newId(clock.now());
  await insertApp(engine.db, engine.keyring, {
    id,
    platform: "amazon",
    name: "Our app",
    ...fake.app,
    settings: { application_id: "amzn1.sp.solution.00000000-0000-4000-8000-000000000000", root: served.baseUrl },
    createdAt: clock.now(),
  });
  const consent = async (wanted: Parameters<typeof beginConsent>[1]["wanted"]) => {
    const redirectUrl = "https://tallyport.test/v1/oauth/amazon/callback";
    const { url } = await beginConsent(engine, { appId: id, redirectUrl, wanted });
    const page = await fetch(url, { redirect: "manual" });
    const back = new URL(page.headers.get("location") ?? "");
    expect(`${back.origin}${back.pathname}`).toBe(redirectUrl);
    return finishConsent(engine, { platform: "amazon", query: Object.fromEntries(back.searchParams) }, signal);
  };
  const settings = { quotas: QUOTAS };
  const made = await consent({ kind: "connect", name: "Shop", settings, adoptSkus: true, actor: "test" });
  expect(made).toMatchObject({ name: "Shop", isNew: true });
  expect(await rows("select external_id from stores")).toEqual([{ external_id: fake.settings.seller_id }]);
  await work();
  expect(await count("select count(*) as n from orders")).toBe(fake.books().counts.orders);
  fake.revoke();
  // Calls are denied as for a missing role; a new token, for which the first of them asks, is refused for good.
  clock.advance(6 * MINUTE);
  await work();
  expect(await rows("select state from stores")).toEqual([{ state: "auth_expired" }]);
  const again = await consent({ kind: "reconnect", storeId: made.storeId, actor: "test" });
  expect(again).toEqual({ storeId: made.storeId, name: "Shop", isNew: false });
  fake.buyer.order({ isPlain: true });
  clock.advance(10 * MINUTE);
  await work();
  expect(await rows("select state from stores")).toEqual([{ state: "ok" }]);
  expect(await count("select count(*) as n from orders")).toBe(fake.books().counts.orders);
});

import { describe, expect, it } from "vitest";
import { appSchema, consentSchema } from "../../src/api/schemas/apps.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

async function givenApp() {
  const api = await givenApi();
  const key = await api.key("admin");
  const body = { platform: "example", name: "Our app", key: "app-key", secret: "Zzapp-secret" };
  const app = appSchema.parse((await api.send(key, "POST /v1/apps", { body })).body);
  const ask = async (wanted: object) => api.send(key, `POST /v1/apps/${app.id}/consent`, { body: wanted });
  return { api, key, app, ask };
}

const stateOf = (url: string) => new URL(url).searchParams.get("state") ?? "";
/** The owner's browser brings no key. */
const comeBack = (api: GivenApi, query: Record<string, string>, platform = "example") =>
  api.send(null, `GET /v1/oauth/${platform}/callback?${new URLSearchParams(query)}`);

describe("apps", () => {
  it("keep their secret to themselves, in answers and in the database", async () => {
    const { api, key, app } = await givenApp();
    const list = await api.send(key, "GET /v1/apps");
    expect(list.body.data).toEqual([expect.objectContaining({ id: app.id, key: "app-key" })]);
    expect(list.text).not.toContain("Zzapp-secret");
    const rows = await api.db.query("select encode(secret, 'escape') as secret, settings from apps");
    expect(JSON.stringify(rows)).not.toContain("Zzapp");
  });

  it("are forgotten when no store uses them", async () => {
    const { api, key, app, ask } = await givenApp();
    const { url } = consentSchema.parse((await ask({ name: "Shop" })).body);
    await comeBack(api, { state: stateOf(url), code: "code-for-Zzapp-secret" });
    expect(await api.send(key, `DELETE /v1/apps/${app.id}`)).toMatchObject({
      status: 409,
      body: { code: "app_in_use" },
    });
    const [store] = (await api.send(key, "GET /v1/stores")).body.data;
    await api.send(key, `DELETE /v1/stores/${store.id}`);
    expect((await api.send(key, `DELETE /v1/apps/${app.id}`)).status).toBe(204);
    expect((await api.send(key, `DELETE /v1/apps/${app.id}`)).status).toBe(404);
  });
});

describe("consent", () => {
  it("connects a store that calls through the app, in observe mode, once", async () => {
    const { api, key, app, ask } = await givenApp();
    const asked = await ask({ name: "Shop", settings: { colour: "red" }, adopt_skus: true });
    const { url, redirect_url } = consentSchema.parse(asked.body);
    expect(redirect_url).toBe("https://tallyport.test/v1/oauth/example/callback");
    expect(new URL(url).searchParams.get("redirect")).toBe(redirect_url);
    const back = { state: stateOf(url), code: "code-for-Zzapp-secret" };
    const answer = await comeBack(api, back);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('"Shop" is connected');
    const [store] = (await api.send(key, "GET /v1/stores")).body.data;
    expect(store).toMatchObject({ name: "Shop", mode: "observe", state: "ok" });
    const [row] = await api.db.query<Record<string, unknown>>(
      "select app_id, settings, adopt_skus, authorised_until from stores",
    );
    expect(row).toMatchObject({ app_id: app.id, settings: { colour: "red" }, adopt_skus: true });
    expect(String(row?.authorised_until)).toContain("2027-01-01");
    expect(await comeBack(api, back)).toMatchObject({ status: 422, body: { code: "unknown_state" } });
  });

  it("gives a store new credentials, and refuses those of another shop", async () => {
    const { api, key, ask } = await givenApp();
    const connected = await api.send(key, "POST /v1/stores", {
      body: { platform: "example", name: "Shop", credentials: { token: "good-token" } },
    });
    const again = async () => {
      const { url } = (await ask({ store_id: connected.body.id })).body;
      return comeBack(api, { state: stateOf(url), code: "code-for-Zzapp-secret" });
    };
    await api.db.query("update stores set state = 'auth_expired'");
    expect((await again()).text).toContain("new credentials");
    expect((await api.send(key, `GET /v1/stores/${connected.body.id}`)).body.state).toBe("ok");
    api.platform.seller = "seller-2";
    expect(await again()).toMatchObject({ status: 409, body: { code: "another_store" } });
  });

  it("is good for a quarter of an hour, on its own platform, and only as we gave it", async () => {
    const { api, ask } = await givenApp();
    const state = async () => stateOf((await ask({ name: "Shop" })).body.url);
    const code = "code-for-Zzapp-secret";
    expect((await comeBack(api, { code })).body.code).toBe("unknown_state");
    expect((await comeBack(api, { code, state: "A".repeat(32) })).body.code).toBe("unknown_state");
    expect((await comeBack(api, { code, state: await state() }, "other")).body.code).toBe("unknown_state");
    const late = await state();
    api.clock.advance(15 * 60_000);
    expect((await comeBack(api, { code, state: late })).body.code).toBe("unknown_state");
    expect(await api.db.query("select 1 from stores")).toEqual([]);
  });

  it("that was not given, or whose code the platform refuses, connects nothing and says why", async () => {
    const { api, ask } = await givenApp();
    const state = async () => stateOf((await ask({ name: "Shop" })).body.url);
    const denied = await comeBack(api, { state: await state(), error: "access_denied", error_description: "not now" });
    expect(denied).toMatchObject({ status: 422, body: { code: "consent_refused" } });
    expect(denied.body.detail).toContain("not now");
    const wrong = await comeBack(api, { state: await state(), code: "guessed" });
    expect(wrong).toMatchObject({ status: 422, body: { code: "store_refused" } });
    expect(wrong.body.detail).toContain("bad code");
    expect(await api.db.query("select 1 from stores")).toEqual([]);
  });

  it("needs a name for a new store, settings that the platform has, and the address of this server", async () => {
    const { ask } = await givenApp();
    expect(await ask({})).toMatchObject({ status: 422, body: { code: "name_missing" } });
    expect(await ask({ name: "Shop", settings: { size: 1 } })).toMatchObject({ status: 422 });
    const api = await givenApi({ config: { publicUrl: null, version: "test" } });
    const key = await api.key("admin");
    const app = await api.send(key, "POST /v1/apps", {
      body: { platform: "example", name: "a", key: "k", secret: "s" },
    });
    const asked = await api.send(key, `POST /v1/apps/${app.body.id}/consent`, { body: { name: "Shop" } });
    expect(asked).toMatchObject({ status: 409, body: { code: "public_url_missing" } });
  });
});

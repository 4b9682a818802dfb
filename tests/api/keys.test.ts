import { describe, expect, it } from "vitest";
import { ROLES } from "../../src/api/scopes.ts";
import { givenApi } from "./given-api.ts";

describe("keys", () => {
  it("are shown once, stored as a hash, and listed by their first characters", async () => {
    const api = await givenApi();
    const admin = await api.key("admin");
    const made = await api.send(admin, "POST /v1/keys", { body: { name: "warehouse", role: "warehouse" } });
    expect(made).toMatchObject({
      status: 201,
      body: { role: "warehouse", stores: null, scopes: [...ROLES.warehouse] },
    });
    expect(made.body.key).toMatch(/^tp_[A-Za-z0-9_-]{43}$/);
    const { text, body } = await api.send(admin, "GET /v1/keys");
    expect(text).not.toContain(made.body.key);
    expect(body.data).toHaveLength(2);
    const listed = body.data.find((key: { id: string }) => key.id === made.body.id);
    expect(made.body.key.startsWith(listed.prefix)).toBe(true);
    const stored = JSON.stringify(await api.db.query("select * from api_keys"));
    expect(stored).not.toContain(made.body.key.slice(12));
    expect((await api.send(made.body.key, "GET /v1/me")).body).toMatchObject({ name: "warehouse", role: "warehouse" });
  });

  it("take either a role or scopes of their own", async () => {
    const api = await givenApi();
    const admin = await api.key("admin");
    const refused = await api.send(admin, "POST /v1/keys", {
      body: { name: "both", role: "admin", scopes: ["admin"] },
    });
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_body" } });
    const unknown = await api.send(admin, "POST /v1/keys", { body: { name: "odd", scopes: ["orders:delete"] } });
    expect(unknown.status).toBe(422);
    const made = await api.send(admin, "POST /v1/keys", { body: { name: "own", scopes: ["orders:read"] } });
    expect(made.body).toMatchObject({ role: null, scopes: ["orders:read"] });
  });

  it("that could never be used are not made", async () => {
    const api = await givenApi();
    const admin = await api.key("admin");
    const past = new Date(api.clock.now().getTime() - 1_000).toISOString();
    const make = (body: object) =>
      api.send(admin, "POST /v1/keys", { body: { name: "Key", role: "warehouse", ...body } });
    expect(await make({ expires_at: past })).toMatchObject({ status: 422, body: { code: "expired_key" } });
    expect(await make({ stores: ["0190a1b2-0000-7000-8000-000000000001"] })).toMatchObject({
      status: 422,
      body: { code: "unknown_store" },
    });
  });

  it("work no longer once they are revoked", async () => {
    const api = await givenApi();
    const admin = await api.key("admin");
    const { body } = await api.send(admin, "POST /v1/keys", { body: { name: "short", role: "finance" } });
    expect((await api.send(body.key, "GET /v1/me")).status).toBe(200);
    expect((await api.send(admin, `DELETE /v1/keys/${body.id}`)).status).toBe(204);
    expect(await api.send(body.key, "GET /v1/me")).toMatchObject({ status: 401, body: { code: "key_invalid" } });
    expect((await api.send(admin, `DELETE /v1/keys/${body.id}`)).status).toBe(404);
  });

  it("that another process revoked work no longer after ten seconds", async () => {
    const api = await givenApi();
    const key = await api.key("finance");
    expect((await api.send(key, "GET /v1/me")).status).toBe(200);
    await api.db.query("update api_keys set revoked_at = now()");
    api.clock.advance(9_000);
    expect((await api.send(key, "GET /v1/me")).status).toBe(200);
    api.clock.advance(1_001);
    expect((await api.send(key, "GET /v1/me")).status).toBe(401);
  });

  it("expire on time, also while they are remembered", async () => {
    const api = await givenApi();
    const admin = await api.key("admin");
    const expiresAt = new Date(api.clock.now().getTime() + 5_000);
    const { body } = await api.send(admin, "POST /v1/keys", {
      body: { name: "brief", role: "finance", expires_at: expiresAt },
    });
    expect((await api.send(body.key, "GET /v1/me")).status).toBe(200);
    api.clock.advance(5_000);
    expect((await api.send(body.key, "GET /v1/me")).status).toBe(401);
  });

  it("have their last use written at most once a minute", async () => {
    const api = await givenApi();
    const key = await api.key("finance");
    const lastUsed = async () =>
      (await api.db.query<{ at: string }>("select last_used_at as at from api_keys"))[0]?.at ?? null;
    expect(await lastUsed()).toBeNull();
    await api.send(key, "GET /v1/me");
    const first = await lastUsed();
    expect(first).not.toBeNull();
    api.clock.advance(30_000);
    await api.send(key, "GET /v1/me");
    expect(await lastUsed()).toBe(first);
    api.clock.advance(31_000);
    await api.send(key, "GET /v1/me");
    expect(await lastUsed()).not.toBe(first);
  });

  it("that are none of ours are refused, with what to send", async () => {
    const api = await givenApi();
    expect(await api.send(null, "GET /v1/me")).toMatchObject({ status: 401, body: { code: "key_missing" } });
    const other = `tp_${"A".repeat(43)}`;
    for (const key of [other, "tp_short", "x"])
      expect(await api.send(key, "GET /v1/me")).toMatchObject({ status: 401, body: { code: "key_invalid" } });
  });

  it("of the process have every right but to see buyers, and are not stored", async () => {
    const processKey = `tp_${"p".repeat(43)}`;
    const api = await givenApi({ auth: { processKey } });
    expect(await api.send(processKey, "GET /v1/keys")).toMatchObject({ status: 200, body: { data: [] } });
    expect((await api.send(processKey, "GET /v1/me")).body).toMatchObject({ role: "admin", scopes: ["admin"] });
    expect((await api.send(`${processKey.slice(0, -1)}q`, "GET /v1/me")).status).toBe(401);
  });

  it("that are limited to some stores neither make keys nor read the audit log", async () => {
    const api = await givenApi();
    const store = await api.store();
    const limited = await api.key("admin", [store.id]);
    for (const request of ["GET /v1/keys", "GET /v1/audit"])
      expect(await api.send(limited, request)).toMatchObject({ status: 403, body: { code: "key_limited" } });
    expect(await api.send(limited, "POST /v1/keys", { body: { name: "more", role: "admin" } })).toMatchObject({
      status: 403,
      body: { code: "key_limited" },
    });
  });

  it("leave their making and revoking in the audit log", async () => {
    const api = await givenApi();
    const admin = await api.key("admin");
    const { body } = await api.send(admin, "POST /v1/keys", { body: { name: "seen", role: "finance" } });
    await api.send(admin, `DELETE /v1/keys/${body.id}`);
    const audit = await api.send(admin, `GET /v1/audit?subject=${body.id}`);
    expect(audit.body.data.map((entry: { act: string }) => entry.act)).toEqual(["keys.revoke", "keys.create"]);
    expect(audit.body.data[0].actor).toContain("test key");
    expect(audit.text).not.toContain(body.key);
  });
});

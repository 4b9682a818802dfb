/** Sign-in: header vectors of the platform's own client, tokens and the first look. */
import { describe, expect, it } from "vitest";
import { authorization } from "../../../src/adapters/medusa/config.ts";
import { givenAdapter, givenStore, keysOf, listOf, refusal, SIGNAL } from "./stub.ts";

const STORE = {
  id: "store_1",
  name: "Shop",
  default_location_id: "sloc_1",
  supported_currencies: [
    { currency_code: "eur", is_default: false },
    { currency_code: "usd", is_default: true },
  ],
};
const USER = { email: "admin@example.test", password: "secret" };
const tokenUntil = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString("base64url")}.x`;
const storeWith = (values: Record<string, string>) => givenStore({ credentials: async () => keysOf(values) });

describe("a call", () => {
  it.each([
    ["sk_test", "Basic c2tfdGVzdDo="],
    ["sk_37639335", "Basic c2tfMzc2MzkzMzU6"],
  ])("with the key %s is signed as the platform's own client signs it", (api_key, header) => {
    expect(authorization({ api_key })).toEqual({ authorization: header });
  });

  it("of a signed-in user carries the token, and before that nothing", () => {
    expect(authorization({ ...USER, token: "t" })).toEqual({ authorization: "Bearer t" });
    expect(authorization(USER)).toEqual({});
  });
});

describe("credentials", () => {
  const { credentials } = givenAdapter().adapter.auth;

  it("are a key, or an address with a password", () => {
    expect(credentials.safeParse({ api_key: "sk_1" }).success).toBe(true);
    expect(credentials.safeParse(USER).success).toBe(true);
    for (const wrong of [{}, { api_key: "pk_1" }, { email: USER.email }, { token: "t" }])
      expect(credentials.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});

describe("a first look", () => {
  it("tells the shop, its default currency and location", async () => {
    const { adapter, sent } = givenAdapter(() => listOf("stores", [STORE]));
    expect(await adapter.auth.probe(givenStore(), SIGNAL)).toMatchObject({
      externalId: "store_1",
      currency: "USD",
      marketplaces: [{ currency: "USD", timeZone: "UTC" }],
      facts: { default_location: "sloc_1" },
      clockSkewMs: 0,
      warnings: [],
    });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.path).toBe("/admin/stores");
  });

  it("with a password signs in before, since there is no token yet", async () => {
    const token = tokenUntil(1_800_000_000);
    const { adapter, sent } = givenAdapter(({ path }) =>
      path === "/admin/stores" ? listOf("stores", [STORE]) : { token },
    );
    await adapter.auth.probe(storeWith(USER), SIGNAL);
    expect(sent.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/auth/user/emailpass", undefined],
      ["/admin/stores", `Bearer ${token}`],
    ]);
    expect(sent[0]?.body).toEqual(USER);
  });
});

describe("a lapsed token", () => {
  it("is asked for anew with the password, and says itself when it ends", async () => {
    const token = tokenUntil(1_800_000_000);
    const { adapter, sent } = givenAdapter(() => ({ token }));
    const old = { ...USER, token: "old" };
    expect(await adapter.auth.refresh?.(storeWith(old), keysOf(old), SIGNAL)).toEqual({
      values: { ...USER, token },
      expiresAt: new Date(1_800_000_000_000),
    });
    expect(sent[0]?.headers.authorization).toBeUndefined();
  });

  it("without an end of its own has none", async () => {
    const { adapter } = givenAdapter(() => ({ token: "opaque" }));
    expect(await adapter.auth.refresh?.(storeWith(USER), keysOf(USER), SIGNAL)).toMatchObject({ expiresAt: null });
  });

  it("is not got back with a wrong password, and a key never", async () => {
    const { adapter, sent } = givenAdapter(() => refusal(401, "unauthorized", "Invalid email or password"));
    const refresh = (values: Record<string, string>) =>
      adapter.auth.refresh?.(storeWith(values), keysOf(values), SIGNAL);
    await expect(refresh(USER)).rejects.toMatchObject({ category: "auth_expired" });
    await expect(refresh({ api_key: "sk_1" })).rejects.toThrow(/make a new one/);
    expect(sent).toHaveLength(1);
  });
});

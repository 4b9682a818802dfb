import { describe, expect, it } from "vitest";
import { signCall } from "../../../src/adapters/jd/auth/signing.ts";
import { givenAdapter, givenStore, SIGNAL } from "./stub.ts";

const SECRET = "fedcba9876543210fedcba9876543210";
const base = {
  app_key: "0123456789ABCDEF0123456789ABCDEF",
  access_token: "aaaabbbbccccddddeeeeffff00001111uijk",
  timestamp: "2026-01-15 10:20:30.000+0800",
  v: "2.0",
};

describe("signature of a call", () => {
  it.each<[string, string, Record<string, string>]>([
    [
      "one order",
      "104CA4A0B6A35C6592E3BFEE010C0D16",
      {
        ...base,
        method: "jingdong.pop.order.enGet",
        "360buy_param_json": '{"order_id":"290123456789","optional_fields":"orderId,orderState,itemInfoList"}',
      },
    ],
    [
      "a format that is sent",
      "5F7A01F76F40117F10BFF989638116BB",
      {
        ...base,
        method: "jingdong.stock.write.updateSkuStock",
        format: "json",
        timestamp: "2026-01-15 10:20:31",
        "360buy_param_json": '{"skuId":100012345678,"stockNum":42,"storeId":0}',
      },
    ],
    [
      "Chinese words",
      "6F711564F9E5614BC23C1BA28DB2B88F",
      {
        ...base,
        method: "jingdong.pop.order.modifyVenderRemark",
        "360buy_param_json": '{"flag":"1","order_id":290123456789,"remark":"加急 请用顺丰"}',
      },
    ],
    [
      "no token",
      "940959489DBCF5B2F9CB95D13CD0A54A",
      { ...base, method: "jingdong.areas.province.get", access_token: "", "360buy_param_json": "{}" },
    ],
  ])("is that of two other clients: %s", (_, expected, parameters) => {
    expect(signCall(SECRET, parameters)).toBe(expected);
  });

  it("is over what is sent, byte by byte", async () => {
    const { adapter, sent } = givenAdapter(() => ({ modifyvenderremark_result: { success: true } }));
    const act = adapter.orders.acts.set_memo;
    if ("absent" in act && act.absent !== undefined) throw new Error(act.absent);
    const input = { orderExternalId: "290123456789", text: "加急 & 请用顺丰", flag: "1" };
    await act.perform(givenStore(), { idempotencyKey: "k", input, progress: null }, SIGNAL);
    const { sign, ...form } = sent[0]?.form ?? {};
    expect(sign).toBe(signCall("fedcba9876543210", form));
    expect(form).toEqual({
      method: "jingdong.pop.order.modifyVenderRemark",
      v: "2.0",
      app_key: "0123456789ABCDEF",
      access_token: "aaaabbbbcccc",
      timestamp: "2026-01-20 20:00:00",
      "360buy_param_json": '{"order_id":290123456789,"flag":"1","remark":"加急 & 请用顺丰"}',
    });
  });
});

describe("where calls go", () => {
  it("is the platform, the app's root, or the shop's relay with its token", async () => {
    const { adapter, sent } = givenAdapter(() => ({ shop_jos_result: { vender_id: 10012345, shop_name: "店" } }));
    const keys = {
      purpose: "api" as const,
      version: 1,
      expiresAt: null,
      values: { access_token: "a", relay_token: "r3lay" },
    };
    const app = { id: "a", platform: "jd", key: "k", secret: "s", settings: { root: "https://fake.test/" } };
    await adapter.auth.probe(givenStore(), SIGNAL);
    await adapter.auth.probe(givenStore({ app }), SIGNAL);
    await adapter.auth.probe(
      givenStore({ app, baseUrl: "https://relay.test/jd/", credentials: async () => keys }),
      SIGNAL,
    );
    const probes = sent.filter((call) => call.method === "jingdong.vender.shop.query");
    expect(probes.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["https://api.jd.com/routerjson", undefined],
      ["https://fake.test/routerjson", undefined],
      ["https://relay.test/jd/routerjson", "Bearer r3lay"],
    ]);
  });
});

describe("consent", () => {
  const app = { id: "a", platform: "jd", key: "K1", secret: "S1", settings: {} };

  it("asks at the platform's address, without the secret", () => {
    const url = givenAdapter().adapter.auth.authoriseUrl?.(app, {
      state: "s&t",
      redirectUrl: "https://us.test/cb",
      settings: {},
    });
    expect(url).toBe(
      "https://open-oauth.jd.com/oauth2/to_login?app_key=K1&response_type=code&redirect_uri=https%3A%2F%2Fus.test%2Fcb&state=s%26t&scope=snsapi_base",
    );
  });

  it("gives a token whose end counts from the answer's time", async () => {
    const { adapter, sent } = givenAdapter(
      () =>
        '{"access_token":"t1","expires_in":3600,"refresh_token":"r1","time":1768443630000,"token_type":"bearer","code":0}',
    );
    const grant = await adapter.auth.exchange?.(app, { query: { code: "c0de" }, redirectUrl: "" }, SIGNAL);
    expect(grant).toEqual({
      values: { access_token: "t1", refresh_token: "r1" },
      expiresAt: new Date(1768443630000 + 3_600_000),
      authorisedUntil: null,
    });
    expect(sent[0]?.url).toBe(
      "https://open-oauth.jd.com/oauth2/access_token?app_key=K1&app_secret=S1&grant_type=authorization_code&code=c0de",
    );
  });

  it("is renewed with the refresh token, and keeps what was typed in", async () => {
    const { adapter, sent } = givenAdapter(() => '{"access_token":"t2","expires_in":60,"refresh_token":"r2"}');
    const current = {
      purpose: "api" as const,
      version: 1,
      expiresAt: null,
      values: { access_token: "t1", refresh_token: "r1", relay_token: "x" },
    };
    const grant = await adapter.auth.refresh?.(givenStore(), current, SIGNAL);
    expect(grant?.values).toEqual({ access_token: "t2", refresh_token: "r2", relay_token: "x" });
    expect(grant?.expiresAt).toEqual(new Date("2026-01-20T12:01:00Z"));
    expect(sent[0]?.url).toContain("/oauth2/refresh_token?");
    const without = adapter.auth.refresh?.(givenStore(), { ...current, values: { access_token: "t1" } }, SIGNAL);
    await expect(without).rejects.toMatchObject({ category: "auth_expired" });
  });
});

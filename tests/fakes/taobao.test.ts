/** The gateway of the fake shop: who may call, what a call must hold, what an answer looks like. */

import { describe, expect, it } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createTaobaoFake, type TaobaoFakeOptions } from "../../src/fakes/taobao/index.ts";
import { type SignMethod, signOf } from "../../src/fakes/taobao/signing.ts";
import { type Body, clientOf } from "./taobao-client.ts";

const NOW = "2026-03-01T08:00:00Z";

function open(options: TaobaoFakeOptions = {}) {
  const clock = createManualClock(NOW);
  const fake = createTaobaoFake({ clock, name: "zz", ...options });
  return { clock, fake, client: clientOf(fake, () => clock.now()) };
}

describe("signature", () => {
  const secret = "helloworldsecret0123456789abcdef";
  const system = {
    app_key: "12345678",
    session: "6100test0session1key2for3vectors",
    timestamp: "2024-01-15 12:00:00",
    format: "json",
    v: "2.0",
  };
  const list = {
    ...system,
    method: "taobao.trades.sold.increment.get",
    fields: "tid,status,payment,orders",
    start_modified: "2024-01-15 11:30:00",
    end_modified: "2024-01-15 12:00:00",
    page_no: "1",
    page_size: "50",
    use_has_next: "true",
  };
  const memo = {
    ...system,
    method: "taobao.trade.memo.update",
    tid: "4012345678901234567",
    memo: "缺货，等待补货 A&B=1",
    flag: "1",
    simplify: "",
  };
  const vectors: [string, SignMethod, Record<string, string>, string][] = [
    ["list", "md5", list, "4B693FF5FDE8E45E027A16B161851B68"],
    ["list", "hmac", list, "CFD760993AB52874EAC7C27CCBEA8A9A"],
    ["list", "hmac-sha256", list, "293F8FBD2155A29F9C89CBC2EC033CCCBDE5350369253F832C1106A865D63D4F"],
    ["memo", "md5", memo, "F7211F55E20C183EA2980CA8FB19DFE3"],
    ["memo", "hmac", memo, "72AA3E591F2AF2F371BDE24F5F3B60A2"],
    ["memo", "hmac-sha256", memo, "757A301A9DCC01D89D15E938E8BDB84195B77216B7D833BAB98D8719B7275444"],
  ];

  it.each(vectors)("of a %s call by %s equals the example", (_, method, values, expected) => {
    expect(signOf(secret, method, Object.entries({ ...values, sign_method: method }))).toBe(expected);
  });

  it("of the message channel equals the example", () => {
    const connect = { app_key: "12345678", group_name: "default", timestamp: "1705291200000" };
    expect(signOf(secret, "md5", Object.entries(connect))).toBe("CF05BCDC01144092310BCFD8E2232634");
  });

  it("equals the example of the vendor's page, and takes in a body that is no form", () => {
    const page = {
      method: "taobao.item.seller.get",
      app_key: "12345678",
      session: "test",
      timestamp: "2016-01-01 12:00:00",
      format: "json",
      v: "2.0",
      sign_method: "md5",
      fields: "num_iid,title,nick,price,num",
      num_iid: "11223344",
    };
    expect(signOf("helloworld", "md5", Object.entries(page))).toBe("66987CB115214E59E6EC978214934FB8");
    const body = {
      method: "taobao.modifyaddress.demo",
      app_key: "12345678",
      timestamp: "2024-01-15 12:00:00",
      sign_method: "md5",
      v: "2.0",
      format: "json",
    };
    expect(signOf(secret, "md5", Object.entries(body), '{"bizOrderId":"4012345678901234567"}')).toBe(
      "FE8ECC005DC6E81E1315AD0A24C754DC",
    );
  });
});

describe("gateway", () => {
  const { fake, client } = open();
  const probe = { fields: "user_id,nick,type,status" };

  it.each(["md5", "hmac", "hmac-sha256"])("takes calls signed by %s", async (sign_method) => {
    const { user } = await client.ok("taobao.user.seller.get", probe, { sign_method });
    expect(user).toEqual({
      user_id: Number(fake.shop.userId),
      nick: fake.shop.nick,
      type: "B",
      status: "normal",
    });
  });

  const refusals: [string, Record<string, string | undefined>, string][] = [
    ["no method", { method: undefined }, "21"],
    ["an unknown method", { method: "taobao.nothing.get" }, "22 isv.invalid-method"],
    ["an odd format", { format: "yaml" }, "23"],
    ["no signature", { sign: "" }, "24"],
    ["a wrong signature", { sign: "0".repeat(64) }, "25 isv.invalid-signature"],
    ["no session", { session: undefined }, "26 isv.missing-session"],
    ["a wrong session", { session: "6100none" }, "27 invalid-sessionkey"],
    ["no app", { app_key: undefined }, "28"],
    ["another app", { app_key: "1" }, "29 isv.appkey-not-exists"],
    ["no time", { timestamp: undefined }, "30"],
    ["a time eleven minutes ago", { timestamp: "2026-03-01 15:49:00" }, "31"],
    ["no version", { v: undefined }, "32"],
    ["an old version", { v: "1.0" }, "33"],
    ["no fields", { fields: undefined }, "40 isv.missing-parameter:fields"],
  ];

  it.each(refusals)("refuses %s", async (_, system, expected) => {
    expect(await client.refusal("taobao.user.seller.get", probe, { simplify: undefined, ...system })).toBe(expected);
  });

  it("refuses parameters of another kind, and another HTTP method", async () => {
    expect(await client.refusal("taobao.trade.fullinfo.get", { fields: "tid", tid: "x" })).toBe(
      "41 isv.invalid-parameter:tid",
    );
    const put = await fake.fetch(new Request("http://localhost/router/rest", { method: "PUT", body: "" }));
    expect(await put.text()).toContain("<code>9</code>");
  });

  it("answers refusals with HTTP 200, wrapped, lean and as XML alike", async () => {
    for (const simplify of ["true", undefined]) {
      const { status, body } = await client.call("taobao.user.seller.get", probe, { session: "no", simplify });
      expect([status, Object.keys(body)]).toEqual([200, ["error_response"]]);
      expect(body.error_response.request_id).toBeTruthy();
    }
    const { text } = await client.call("taobao.user.seller.get", probe, { session: "no", format: undefined });
    expect(text).toContain("<error_response><code>27</code>");
  });

  it("wraps lists twice unless told to be lean, leaves out empty ones, and answers XML by default", async () => {
    const id = [...fake.trades.keys()][0];
    const fields = { fields: "tid,tid_str,orders.oid", tid: id };
    const lean = await client.call("taobao.trade.fullinfo.get", fields);
    expect(lean.text).toMatch(new RegExp(`^{"trade":{"tid":${id},"tid_str":"${id}","orders":\\[{"oid":`));
    const wrapped = await client.call("taobao.trade.fullinfo.get", fields, { simplify: undefined });
    expect(wrapped.text).toMatch(/^{"trade_fullinfo_get_response":{"trade":{"tid":\d+,.*"orders":{"order":\[{"oid":/);
    const xml = await client.call("taobao.trade.fullinfo.get", fields, { format: undefined });
    expect(xml.text).toMatch(/<trade_fullinfo_get_response><trade><tid>\d+<\/tid>.*<orders list="true"><order><oid>/);
    const empty = await client.ok("taobao.items.custom.get", { fields: "num_iid", outer_id: "none" });
    expect(empty.items).toBeUndefined();
    const own = await client.call("taobao.time.get", {}, { simplify: undefined });
    expect(own.body.time_get_response.time).toBe("2026-03-01 16:00:00");
    const bare = await client.call(
      "tmall.item.outerid.update",
      { item_id: [...fake.books().variants.values()][0]?.listingId },
      { simplify: undefined },
    );
    expect(Object.keys(bare.body)).toEqual(["tmall_item_outerid_update_response"]);
  });

  it("notes what it was sent and does not know", async () => {
    await client.ok("taobao.user.seller.get", { ...probe, pagesize: 5 });
    expect([...fake.ignored]).toContain("taobao.user.seller.get pagesize");
  });

  it("keeps methods of one kind of shop from the other", async () => {
    const small = open({ sellerType: "C" }).client;
    expect(await small.refusal("tmall.dispute.receive.get", { fields: "refund_id" })).toBe("15 isv.invalid-permission");
    const item = { num_iid: 1, properties: "1:2", price: "1.00" };
    expect(await client.refusal("taobao.item.sku.price.update", item)).toBe("15 isv.invalid-permission");
    expect((await small.ok("taobao.user.seller.get", probe)).user.type).toBe("C");
  });
});

describe("grants", () => {
  const token = (fake: ReturnType<typeof open>["fake"], form: Record<string, string>) =>
    fake.fetch(
      new Request("http://localhost/token", {
        method: "POST",
        body: new URLSearchParams({ client_id: fake.app.key, client_secret: fake.app.secret, ...form }),
      }),
    );
  const probe = { fields: "nick" };

  it("come from a code once, and are refreshed with a token that changes", async () => {
    const { fake, client } = open();
    const form = { grant_type: "authorization_code", code: fake.consent(), redirect_uri: "https://a.example/back" };
    const grant = (await (await token(fake, form)).json()) as Body;
    expect(grant).toMatchObject({ token_type: "Bearer", r2_expires_in: 2_592_000, w2_expires_in: 86_400 });
    expect(decodeURIComponent(grant.taobao_user_nick)).toBe(fake.shop.nick);
    expect((await token(fake, form)).status).toBe(400);
    const refresh = { grant_type: "refresh_token", refresh_token: grant.refresh_token };
    const next = (await (await token(fake, refresh)).json()) as Body;
    expect(next.access_token).not.toBe(grant.access_token);
    expect((await token(fake, refresh)).status).toBe(400);
    expect(await client.refusal("taobao.user.seller.get", probe, { session: grant.access_token })).toContain("27");
    await client.ok("taobao.user.seller.get", probe, { session: next.access_token });
    const again = await client.ok("taobao.top.auth.token.refresh", { refresh_token: next.refresh_token });
    expect(JSON.parse(again.token_result).access_token).toBe(fake.credentials.session);
  });

  it("of the seller's own app last a year and cannot be refreshed", async () => {
    const { fake } = open({ appKind: "in_house" });
    const refresh = { grant_type: "refresh_token", refresh_token: fake.credentials.refresh_token };
    expect(await (await token(fake, refresh)).json()).toMatchObject({ error: "invalid_grant" });
  });

  it("lapse level by level, and are withdrawn whole", async () => {
    const { fake, client, clock } = open();
    clock.advance(2 * 86_400_000);
    await client.ok("taobao.user.seller.get", probe);
    expect(await client.refusal("taobao.rp.refunds.agree", { refund_infos: "1|1|1" })).toBe("27 session-expired");
    clock.advance(40 * 86_400_000);
    expect(await client.refusal("taobao.user.seller.get", probe)).toBe("27 session-expired");
    fake.revoke();
    expect(await client.refusal("taobao.user.seller.get", probe)).toBe("27 invalid-sessionkey");
  });

  it("begin on a page that sends the seller back with the state", async () => {
    const { fake } = open();
    const query = new URLSearchParams({
      response_type: "code",
      client_id: fake.app.key,
      redirect_uri: "https://a.example/back?x=1",
      state: "s&1",
      view: "web",
    });
    const answer = await fake.fetch(new Request(`http://localhost/authorize?${query}`));
    const back = new URL(answer.headers.get("location") ?? "");
    expect([answer.status, back.searchParams.get("x"), back.searchParams.get("state")]).toEqual([302, "1", "s&1"]);
    expect(back.searchParams.get("code")).toMatch(/^fa4ecode/);
  });
});

describe("quotas and failures", () => {
  const probe = ["taobao.user.seller.get", { fields: "nick" }] as const;

  it("name the time to wait, of all calls, of one method and of the day", async () => {
    const all = open({ quota: { limit: 2, windowMs: 3000 } });
    await all.client.ok(...probe);
    await all.client.ok(...probe);
    const { body } = await all.client.call(...probe);
    expect(body.error_response).toMatchObject({
      code: 7,
      msg: "App Call Limited",
      sub_code: "accesscontrol.limited-by-api-access-count",
      sub_msg: "This ban will last for 3 more seconds",
    });
    all.clock.advance(3000);
    await all.client.ok(...probe);

    const own = open({ methodQuotas: { "taobao.time.get": { limit: 1, windowMs: 1000 } } }).client;
    await own.ok("taobao.time.get");
    expect(await own.refusal("taobao.time.get")).toBe("7 accesscontrol.limited-by-app-api-access-count");
    await own.ok(...probe);

    const day = open({ dayQuota: 1 });
    await day.client.ok(...probe);
    expect((await day.client.call(...probe)).body.error_response).toMatchObject({
      sub_code: "accesscontrol.limited-by-app-access-count",
      sub_msg: "This ban will last for 28800 more seconds",
    });
    day.clock.advance(8 * 3_600_000);
    await day.client.ok(...probe);
  });

  it("by script come in the platform's own envelope", async () => {
    const { fake, client } = open();
    fake.fail("taobao.trades.sold.increment.get", [
      { code: "isv.trade-service-rejection" },
      { code: "isp.remote-service-timeout" },
      { code: "accesscontrol.limited-by-api-access-count" },
      { code: "50 isp.top-remote-connection-timeout", message: "again" },
      { code: "10" },
    ]);
    const window = { fields: "tid", start_modified: "2026-03-01 15:00:00", end_modified: "2026-03-01 16:00:00" };
    const method = "taobao.trades.sold.increment.get";
    const seen = [];
    for (let count = 0; count < 5; count += 1) seen.push(await client.refusal(method, window));
    expect(seen).toEqual([
      "15 isv.trade-service-rejection",
      "15 isp.remote-service-timeout",
      "7 accesscontrol.limited-by-api-access-count",
      "50 isp.top-remote-connection-timeout",
      "10",
    ]);
    await client.ok(method, window);
    expect(JSON.stringify(fake.requests)).not.toContain(fake.credentials.session);
  });
});

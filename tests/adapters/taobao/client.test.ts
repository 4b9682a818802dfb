import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { failureOf, fieldsOf } from "../../../src/adapters/taobao/client/envelope.ts";
import { ERRORS } from "../../../src/adapters/taobao/errors.ts";
import { QUOTAS } from "../../../src/adapters/taobao/limits.ts";
import {
  fenOfYuan,
  gbkLength,
  listOf,
  scalarsOf,
  yuanOfFen,
  yuanText,
} from "../../../src/adapters/taobao/schemas/helpers.ts";
import { toNotification } from "../../../src/adapters/taobao/webhooks.ts";
import type { HttpAnswer } from "../../../src/core/adapter.ts";
import { readAnswer } from "../../../src/core/answer.ts";
import type { Limiter } from "../../../src/core/limiter.ts";
import { createLog } from "../../../src/core/log.ts";
import { makeAlipayPairs } from "../../../src/fakes/taobao/index.ts";
import { createTestClock } from "../../support/clock.ts";
import { givenAdapter, givenStore, SIGNAL } from "./stub.ts";

describe("answers", () => {
  it("are the same fields in both forms, with every digit of an id", () => {
    const inner = '"trades":{"trade":[{"tid":4012345678901234567}]},"has_next":false';
    expect(fieldsOf(`{"trades_sold_increment_get_response":{${inner},"request_id":"a"}}`).trades).toEqual({
      trade: [{ tid: "4012345678901234567" }],
    });
    expect(fieldsOf('{"has_next":false,"request_id":"a"}')).toMatchObject({ has_next: false });
  });

  it("without a number and without a wrapper are none of the platform's", () => {
    expect(() => fieldsOf('{"zz":1}')).toThrow();
  });

  it.each(["null", "[]", '"busy"', "1"])("that are no object at all may pass: %s", async (text) => {
    const answer: HttpAnswer = {
      status: 200,
      headers: {},
      bytes: new TextEncoder().encode(text),
      text: () => text,
    };
    const reading = readAnswer(
      { limiter: {} as Limiter, clock: createTestClock(), log: createLog({ level: "silent" }) },
      { platform: "taobao", errors: ERRORS, quotas: QUOTAS, failure: failureOf },
      {
        store: givenStore(),
        operation: "taobao.time.get",
        effect: "read",
        quota: [],
        timeoutMs: 1000,
        request: () => ({ method: "GET", url: "https://example.com" }),
        parse: (read) => fieldsOf(read.text()),
      },
      answer,
    );
    await expect(reading).rejects.toMatchObject({ category: "transient" });
  });

  it("hold lists in every form", () => {
    for (const value of [[{ a: 1 }], { trade: [{ a: 1 }] }, { trade: { a: 1 } }])
      expect(listOf(value)).toEqual([{ a: 1 }]);
    expect(listOf({ a: 1, b: 2 })).toEqual([{ a: 1, b: 2 }]);
    for (const value of [undefined, null, "", {}, { trade: [] }]) expect(listOf(value)).toEqual([]);
    for (const value of ["1,2", { number: ["1", "2"] }, [1, 2], ["1", "2"]])
      expect(scalarsOf(value)).toEqual(["1", "2"]);
    expect(scalarsOf({ string: "a" })).toEqual(["a"]);
  });
});

describe("amounts", () => {
  it.each([
    ["20007", "200.07"],
    ["5", "0.05"],
    ["-5", "-0.05"],
    ["100", "1"],
    ["0", "0"],
    ["900719925474099301", "9007199254740993.01"],
  ])("%s fen are %s yuan, and back", (fen, yuan) => {
    expect(yuanOfFen(fen)).toBe(yuan);
    expect(fenOfYuan(yuan)).toBe(fen);
  });

  it("are written with two digits, and parts of a fen are refused", () => {
    expect(yuanText("1.5")).toBe("1.50");
    expect(yuanText("0")).toBe("0.00");
    expect(() => fenOfYuan("1.005")).toThrow(RangeError);
    expect(() => yuanOfFen("1.5")).toThrow(RangeError);
  });

  it("and lengths are counted as the platform does", () => {
    expect(gbkLength("缺货 A")).toBe(6);
  });
});

describe("pages of trades", () => {
  const window = { since: new Date("2024-01-15T00:00:00Z"), until: new Date("2024-01-15T01:00:00Z"), limit: 3 };
  const row = (tid: number, modified: string) => ({
    tid,
    status: "TRADE_FINISHED",
    modified: `2024-01-15 ${modified}`,
  });

  it("end where the last row was, and leave out what was seen there", async () => {
    const pages = [
      { has_next: true, trades: [row(5, "09:00:00"), row(4, "08:30:00"), row(3, "08:30:00")] },
      { has_next: false, trades: { trade: [row(4, "08:30:00"), row(3, "08:30:00"), row(2, "08:10:00")] } },
    ];
    const { adapter, sent } = givenAdapter(() => pages.shift() ?? {});
    const first = await adapter.orders.list(givenStore(), { ...window, stream: "changed", cursor: null }, SIGNAL);
    expect(first.references.map((reference) => reference.externalId)).toEqual(["5", "4", "3"]);
    const second = await adapter.orders.list(
      givenStore(),
      { ...window, stream: "changed", cursor: first.next },
      SIGNAL,
    );
    expect(second.references.map((reference) => reference.externalId)).toEqual(["2"]);
    expect(second.next).toBeNull();
    expect(
      sent.map(({ parameters }) => [parameters.start_modified, parameters.end_modified, parameters.page_no]),
    ).toEqual([
      ["2024-01-15 08:00:00", "2024-01-15 09:00:01", "1"],
      ["2024-01-15 08:00:00", "2024-01-15 08:30:01", "1"],
    ]);
    expect(sent[0]?.parameters.type).toContain("tmall_i18n");
    expect(sent[0]?.parameters.use_has_next).toBe("true");
  });

  it("count only within one second", async () => {
    const same = "09:00:00";
    const pages = [
      { has_next: true, trades: [row(9, same), row(8, same), row(7, same)] },
      { has_next: false, trades: [row(6, same)] },
    ];
    const { adapter, sent } = givenAdapter(() => pages.shift() ?? {});
    const first = await adapter.orders.list(givenStore(), { ...window, stream: "changed", cursor: null }, SIGNAL);
    const second = await adapter.orders.list(
      givenStore(),
      { ...window, stream: "changed", cursor: first.next },
      SIGNAL,
    );
    expect(second.references.map((reference) => reference.externalId)).toEqual(["6"]);
    expect(sent[1]?.parameters).toMatchObject({ page_no: "2", end_modified: "2024-01-15 09:00:01" });
  });

  it("may be absent altogether", async () => {
    const { adapter } = givenAdapter(() => ({ has_next: false }));
    const page = await adapter.orders.list(givenStore(), { ...window, stream: "created", cursor: null }, SIGNAL);
    expect(page).toEqual({ documents: [], references: [], next: null });
  });

  it("older than three months are not asked for", async () => {
    const { adapter, sent } = givenAdapter();
    const old = { since: new Date("2023-01-01T00:00:00Z"), until: new Date("2023-01-01T06:00:00Z"), limit: 3 };
    await adapter.orders.list(givenStore(), { ...old, stream: "changed", cursor: null }, SIGNAL);
    expect(sent).toEqual([]);
  });
});

describe("messages", () => {
  const message = (topic: string, content: unknown) => ({
    id: "7160600034567890123",
    topic,
    content: JSON.stringify(content).replaceAll(/"(\d{16,})"/g, "$1"),
    user_id: "2232800000",
    pub_time: new Date("2024-01-15T03:20:42Z"),
  });

  it.each([
    ["taobao_trade_TradeBuyerPay", { tid: "4012345678901234567" }, "orders", "4012345678901234567"],
    ["taobao_modifyaddress_ResultNotify", { biz_order_id: "4012345678901234567" }, "orders", "4012345678901234567"],
    ["taobao_refund_RefundCreated", { refund_id: 5, tid: 1 }, "disputes", "5"],
    ["taobao_dispute_ExchangeAgree", { refund_id: 5 }, "disputes", "5"],
    ["taobao_item_ItemStockChanged", { num_iid: 9 }, "listings", "9"],
    ["taobao_logistics_LogsticDetailTrace", { tid: 8 }, "shipments", "8"],
    ["taobao_something_New", { tid: 8 }, null, null],
    ["taobao_trade_TradeChanged", "no content", null, null],
  ])("%s names what to read", (topic, content, resource, externalId) => {
    expect(toNotification(message(topic, content))).toMatchObject({
      dedupKey: "7160600034567890123",
      topic,
      storeKey: "2232800000",
      resource,
      externalId,
    });
  });

  it("tell of a grant that was withdrawn", () => {
    expect(toNotification(message("taobao_top_AuthCancel", { user_id: 1 }))).toMatchObject({
      signal: "revoked",
      resource: null,
    });
  });

  it("are taken without a session, and confirmed by their ids", async () => {
    const { adapter, sent } = givenAdapter((call) =>
      call.method.endsWith("consume")
        ? {
            text: '{"tmc_messages_consume_response":{"messages":{"tmc_message":[{"id":7160600034567890123,"topic":"t","content":"{}","user_id":1}]},"request_id":"a"}}',
          }
        : { is_success: true },
    );
    const { receipt } = await adapter.webhooks.receive(givenStore(), SIGNAL);
    await adapter.webhooks.confirm(givenStore(), receipt ?? "", SIGNAL);
    expect(sent[1]?.parameters.s_message_ids).toBe("7160600034567890123");
    for (const call of sent) expect(call.parameters).not.toHaveProperty("session");
  });
});

describe("the first look", () => {
  it("tells the kind of shop, asks for messages, and warns before a level ends", async () => {
    const { adapter, sent } = givenAdapter((call) =>
      call.method === "taobao.user.seller.get"
        ? { user: { user_id: 2232800000, nick: "示例旗舰店", type: "B", status: "normal" } }
        : call.method === "taobao.tmc.user.get"
          ? { tmc_user: { is_valid: false } }
          : { is_success: true },
    );
    const store = givenStore({
      credentials: async () => ({
        purpose: "api",
        version: 1,
        expiresAt: null,
        values: { session: "s", w2_until: "2024-01-22T00:00:00.000Z" },
      }),
    });
    const facts = await adapter.auth.probe(store, SIGNAL);
    expect(facts).toMatchObject({
      externalId: "2232800000",
      name: "示例旗舰店",
      currency: "CNY",
      facts: { seller_type: "B" },
    });
    expect(facts.warnings).toMatchObject([{ code: "authorisation_ends" }]);
    expect(sent.map((call) => call.method)).toEqual([
      "taobao.user.seller.get",
      "taobao.tmc.user.get",
      "taobao.tmc.user.permit",
    ]);
    expect(sent[2]?.parameters).not.toHaveProperty("topics");
  });

  it("puts the shop into a queue of its own where it has one, and reads that", async () => {
    const { adapter, sent } = givenAdapter((call) =>
      call.method === "taobao.user.seller.get"
        ? { user: { user_id: 1, nick: "店", type: "C", status: "normal" } }
        : { tmc_user: { is_valid: true } },
    );
    const store = givenStore({ settings: { message_group: "shop-1" } });
    await adapter.auth.probe(store, SIGNAL);
    await adapter.webhooks.receive(store, SIGNAL);
    expect(sent.slice(-2)).toMatchObject([
      { method: "taobao.tmc.group.add", parameters: { group_name: "shop-1", nicks: "店" } },
      { method: "taobao.tmc.messages.consume", parameters: { group_name: "shop-1" } },
    ]);
  });

  it("signs with an app that is typed in where none is registered, and keeps to what is said of it", async () => {
    const values = { session: "s", refresh_token: "r", app_key: "777", app_secret: "secret" };
    const credentials = { purpose: "api" as const, version: 1, expiresAt: null, values };
    const store = givenStore({ app: null, credentials: async () => credentials });
    const { adapter, sent } = givenAdapter((call) =>
      call.method === "oauth.token"
        ? { access_token: "a" }
        : { user: { user_id: 1, nick: "店", type: "C", status: "normal" }, tmc_user: { is_valid: true } },
    );
    await adapter.auth.probe(store, SIGNAL);
    expect(sent[0]?.parameters).toMatchObject({ app_key: "777", sign: expect.stringMatching(/^[0-9A-F]{64}$/) });
    expect(JSON.stringify(sent)).not.toContain('secret"');
    const grant = await adapter.auth.refresh?.(store, credentials, SIGNAL);
    expect(sent.at(-1)?.parameters).toMatchObject({ client_id: "777", client_secret: "secret" });
    expect(grant?.values).toMatchObject({ session: "a", app_key: "777", app_secret: "secret" });
    const own = { ...store, settings: { app: { kind: "in_house" } } };
    await expect(adapter.auth.refresh?.(own, credentials, SIGNAL)).rejects.toMatchObject({ category: "auth_expired" });
    const without = givenStore({ app: null, credentials: async () => ({ ...credentials, values: { session: "s" } }) });
    await expect(adapter.auth.probe(without, SIGNAL)).rejects.toMatchObject({ code: "app_missing" });
  });

  it("refuses a statements key that cannot sign before anything is stored", () => {
    const { adapter } = givenAdapter();
    const pair = makeAlipayPairs().own;
    const short = makeAlipayPairs(1024).own.privateKey;
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "pkcs8",
      format: "pem",
    });
    const base64 = pair.privateKey.replace(/-----[A-Z ]+-----|\s/g, "");
    const faults = (values: Record<string, unknown>) => {
      const parsed = adapter.auth.credentials.safeParse({ session: "s", ...values });
      return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    };
    const key = (alipay_private_key: unknown) => faults({ alipay_app_id: "2021000000000001", alipay_private_key });
    expect(faults({})).toEqual([]);
    expect(key(pair.privateKey)).toEqual([]);
    expect(key(base64)).toEqual([]);
    expect(key("no key at all")).toEqual([
      expect.stringMatching(/^alipay_private_key: this is no private key; .*PKCS#8/),
    ]);
    expect(key(pair.publicKey)).toEqual([expect.stringContaining("public key")]);
    expect(key(short)).toEqual([expect.stringContaining("1024 bits")]);
    expect(key(curve)).toEqual([expect.stringContaining("kind ec")]);
    expect(key(base64.slice(0, -40))).toEqual([expect.stringContaining("no private key")]);
    expect(key("")).toEqual([expect.stringContaining("is missing")]);
    expect(faults({ alipay_private_key: base64 })).toEqual([expect.stringContaining("alipay_app_id")]);
    // What was typed in is not told again.
    expect(key(base64.slice(0, -40)).join()).not.toContain(base64.slice(0, 20));
  });

  it("of an in-house app's session does not renew it", async () => {
    const { adapter, sent } = givenAdapter();
    const store = givenStore({
      app: { id: "a", platform: "taobao", key: "k", secret: "s", settings: { kind: "in_house" } },
    });
    await expect(adapter.auth.refresh?.(store, await store.credentials(), SIGNAL)).rejects.toMatchObject({
      category: "auth_expired",
    });
    expect(sent).toEqual([]);
  });

  it("of a token answer keeps the end of each level", async () => {
    const { adapter } = givenAdapter(() => ({
      access_token: "a",
      refresh_token: "b",
      expires_in: 86400,
      re_expires_in: 864000,
      r1_expires_in: 86400,
      r2_expires_in: 3600,
      w1_expires_in: 86400,
      w2_expires_in: 0,
      taobao_user_id: "5",
      taobao_user_nick: "%E5%BA%97",
    }));
    const store = givenStore();
    const grant = await adapter.auth.refresh?.(store, await store.credentials(), SIGNAL);
    expect(grant).toMatchObject({
      values: { session: "a", refresh_token: "b", sub_session: "6102employee", r2_until: "2024-01-20T13:00:00.000Z" },
      expiresAt: new Date("2024-01-20T13:00:00Z"),
      authorisedUntil: new Date("2024-01-30T12:00:00Z"),
      stores: [{ externalId: "5", name: "店" }],
    });
    expect(grant?.values).not.toHaveProperty("w2_until");
  });
});

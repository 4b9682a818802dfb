import { describe, expect, it } from "vitest";
import { type SignMethod, signCall } from "../../../src/adapters/taobao/auth/signing.ts";
import { toPlatformTime } from "../../../src/adapters/taobao/client/index.ts";
import { multipartBody } from "../../../src/core/multipart.ts";

const SECRET = "helloworldsecret0123456789abcdef";
const base = {
  app_key: "12345678",
  session: "6100test0session1key2for3vectors",
  timestamp: "2024-01-15 12:00:00",
  format: "json",
  v: "2.0",
};
const increment = {
  ...base,
  method: "taobao.trades.sold.increment.get",
  fields: "tid,status,payment,orders",
  start_modified: "2024-01-15 11:30:00",
  end_modified: "2024-01-15 12:00:00",
  page_no: "1",
  page_size: "50",
  use_has_next: "true",
};
const memo = {
  ...base,
  method: "taobao.trade.memo.update",
  tid: "4012345678901234567",
  memo: "缺货，等待补货 A&B=1",
  flag: "1",
  simplify: "",
};

describe("signature of a call", () => {
  it.each<[string, Record<string, string>, SignMethod, string]>([
    ["a list", increment, "md5", "4B693FF5FDE8E45E027A16B161851B68"],
    ["a list", increment, "hmac", "CFD760993AB52874EAC7C27CCBEA8A9A"],
    ["a list", increment, "hmac-sha256", "293F8FBD2155A29F9C89CBC2EC033CCCBDE5350369253F832C1106A865D63D4F"],
    ["Chinese words and a blank", memo, "md5", "F7211F55E20C183EA2980CA8FB19DFE3"],
    ["Chinese words and a blank", memo, "hmac", "72AA3E591F2AF2F371BDE24F5F3B60A2"],
    [
      "Chinese words and a blank",
      memo,
      "hmac-sha256",
      "757A301A9DCC01D89D15E938E8BDB84195B77216B7D833BAB98D8719B7275444",
    ],
  ])("is the vendor's for %s (%#)", (_, parameters, method, expected) => {
    expect(signCall(method, SECRET, { ...parameters, sign_method: method })).toBe(expected);
  });

  it("is the one of the vendor's own page", () => {
    const parameters = {
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
    expect(signCall("md5", "helloworld", parameters)).toBe("66987CB115214E59E6EC978214934FB8");
    expect(signCall("md5", "helloworld", { ...parameters, sign: "old" }), "an old sign is no part of it").toBe(
      "66987CB115214E59E6EC978214934FB8",
    );
  });

  it("is the vendor's for the message channel and for a call with a body", () => {
    const connect = { app_key: "12345678", group_name: "default", timestamp: "1705291200000" };
    expect(signCall("md5", SECRET, connect)).toBe("CF05BCDC01144092310BCFD8E2232634");
    const call = {
      method: "taobao.modifyaddress.demo",
      app_key: "12345678",
      timestamp: "2024-01-15 12:00:00",
      sign_method: "md5",
      v: "2.0",
      format: "json",
    };
    expect(signCall("md5", SECRET, call, '{"bizOrderId":"4012345678901234567"}')).toBe(
      "FE8ECC005DC6E81E1315AD0A24C754DC",
    );
  });

  it("is made at the platform's time of day", () => {
    expect(toPlatformTime(new Date("2024-01-15T16:30:05.900Z"))).toBe("2024-01-16 00:30:05");
  });
});

describe("a call with a picture", () => {
  it("carries the parameters as text and the picture as bytes", () => {
    const bytes = new Uint8Array([0, 255, 13, 10]);
    const { contentType, body } = multipartBody({ content: "你好" }, [
      { name: "image", fileName: 'a"b.png', contentType: "image/png", bytes },
    ]);
    const boundary = contentType.replace("multipart/form-data; boundary=", "");
    const text = new TextDecoder().decode(body);
    expect(text).toContain(`--${boundary}\r\nContent-Disposition: form-data; name="content"`);
    expect(text).toContain("\r\n\r\n你好\r\n");
    expect(text).toContain('name="image"; filename="a_b.png"\r\nContent-Type: image/png');
    expect(text.endsWith(`--${boundary}--\r\n`)).toBe(true);
    expect(body.join()).toContain("13,10,13,10,0,255,13,10,13,10");
  });
});

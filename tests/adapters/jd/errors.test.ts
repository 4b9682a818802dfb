import { describe, expect, it } from "vitest";
import { givenAdapter, givenStore, SIGNAL } from "./stub.ts";

/** The error of a first look that is answered so. */
async function errorOf(answer: string) {
  const { adapter } = givenAdapter(() => answer);
  return adapter.auth.probe(givenStore(), SIGNAL).then(
    () => null,
    (error: unknown) => error,
  );
}

const gateway = (code: string | number, words = "错误") =>
  JSON.stringify({ error_response: { code, zh_desc: words, en_desc: "Error" } });

describe("refusals of the gateway", () => {
  it.each<[number, string, string]>([
    [1, "transient", "call"],
    [2, "throttled", "call"],
    [3, "permanent", "call"],
    [4, "permanent", "call"],
    [5, "permanent", "call"],
    [7, "permanent", "call"],
    [8, "permanent", "app"],
    [10, "permanent", "call"],
    [11, "permanent", "call"],
    [12, "permanent", "app"],
    [14, "permanent", "call"],
    [15, "permanent", "call"],
    [18, "auth_expired", "store"],
    [19, "auth_expired", "store"],
    [20, "permanent", "app"],
    [21, "permanent", "app"],
    [22, "permanent", "call"],
    [24, "permanent", "call"],
    [43, "transient", "call"],
    [50, "transient", "call"],
    [60, "permanent", "call"],
    [64, "permanent", "call"],
    [65, "transient", "call"],
    [66, "transient", "call"],
    [67, "transient", "call"],
  ])("%i is %s, and concerns the %s", async (code, category, scope) => {
    expect(await errorOf(gateway(String(code)))).toMatchObject({ category, scope, platformCode: String(code) });
  });

  it("of what may be asked only inside the platform's cloud names the relay", async () => {
    const error = await errorOf(gateway("15", "该API为敏感api，请将应用迁入云鼎"));
    expect(error).toMatchObject({ category: "permanent", remedy: expect.stringContaining("relay") });
  });
});

describe("refusals below the gateway", () => {
  const below = (result: unknown) => JSON.stringify({ x_responce: { code: "0", x_result: result } });

  it.each<[unknown, string, string | null]>([
    [{ apiResult: { success: false, chineseErrCode: "参数错误", numberCode: 1006 } }, "permanent", "business/1006"],
    [{ success: false, errorCode: "9", errorMsg: "系统繁忙，请稍后" }, "transient", "business/9"],
    [{ success: false, code: "E1", msg: "订单不存在" }, "not_found", "business/E1"],
    [{ api_jos_result: { success: false, result_code: "-1" } }, "permanent", "business/-1"],
    [{ success: "false" }, "permanent", "business"],
  ])("%# are told by the success flag: %j", async (result, category, platformCode) => {
    expect(await errorOf(below(result))).toMatchObject({ category, platformCode });
  });

  it("are told by a flag beside the code", async () => {
    expect(await errorOf('{"x_response":{"code":"0","success":false}}')).toMatchObject({ category: "permanent" });
  });

  it("are told by another code than 0, whatever the root is called", async () => {
    expect(await errorOf('{"anything":{"code":"66","zh_desc":"x"}}')).toMatchObject({ category: "transient" });
  });

  it("of the token address ask for consent again", async () => {
    for (const answer of ['{"code":400,"msg":"expired"}', '{"error":"invalid_grant"}', gateway("19")]) {
      const { adapter } = givenAdapter(() => answer);
      const app = { id: "a", platform: "jd", key: "k", secret: "s", settings: {} };
      const exchange = adapter.auth.exchange?.(app, { query: { code: "c" }, redirectUrl: "" }, SIGNAL);
      await expect(exchange).rejects.toMatchObject({ category: "auth_expired" });
    }
  });

  it("do not come from what stands before the gateway", async () => {
    await expect(errorOf('{"code":500,"message":"down"}')).resolves.toMatchObject({ name: "ZodError" });
  });
});

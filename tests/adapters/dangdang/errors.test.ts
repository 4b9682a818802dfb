import { describe, expect, it } from "vitest";
import { givenAdapter, givenPush, givenStore, SIGNAL } from "./stub.ts";

const SHAPES = {
  "of the call": (code: string, words: string) =>
    `<errorResponse><errorCode>${code}</errorCode><errorMessage>${words}</errorMessage></errorResponse>`,
  "of the business": (code: string, words: string) =>
    `<Error><operCode>${code}</operCode><operation>${words}</operation></Error>`,
};

const errorOf = (answer: string) =>
  givenAdapter(() => answer)
    .adapter.auth.probe(givenStore(), SIGNAL)
    .then(
      () => null,
      (error: unknown) => error,
    );

describe.each(Object.entries(SHAPES))("refusals %s", (_, shape) => {
  it.each([
    ["39", "", "invalid_request"],
    ["40", "", "invalid_request"],
    ["41", "", "invalid_request"],
    ["42", "", "invalid_request"],
    ["51", "", "conflict"],
    ["100", "", "permanent"],
    ["101", "", "invalid_request"],
    ["102", "", "permanent"],
    ["103", "", "transient"],
    ["403", "", "invalid_request"],
    ["410", "", "permanent"],
    ["411", "", "permanent"],
    ["500", "", "transient"],
    ["601", "", "conflict"],
    ["605", "", "conflict"],
    ["618", "", "conflict"],
    ["1203", "", "transient"],
    ["1204", "", "transient"],
    ["1205", "", "invalid_request"],
    ["2", "", "conflict"],
    ["4000", "", "permanent"],
    ["4001", "", "permanent"],
    ["5000", "", "permanent"],
    ["6000", "", "permanent"],
    ["7000", "", "transient"],
    ["77", "会话已过期", "auth_expired"],
    ["77", "invalid session", "auth_expired"],
    ["77", "未授权", "auth_expired"],
    ["77", "签名错误", "permanent"],
    ["77", "bad sign", "permanent"],
    ["77", "调用过于频繁", "throttled"],
    ["77", "超限", "throttled"],
    ["77", "次数", "throttled"],
    ["77", "流量", "throttled"],
  ])("with %s %s are %s", async (code, words, category) => {
    expect(await errorOf(shape(code, words))).toMatchObject({ category, platformCode: code });
  });
});

describe("a refusal that nobody has listed", () => {
  it("is repeated when it is of a read, and not when it is of a write", async () => {
    const answer = SHAPES["of the call"]("4711", "未知");
    expect(await errorOf(answer)).toMatchObject({ category: "transient" });
    const [outcome] = await givenAdapter(() => answer).adapter.stock.set(
      givenStore(),
      [givenPush("1", { sellerCode: null }), givenPush("2", { key: "b", sellerCode: null })],
      SIGNAL,
    );
    expect(outcome).toMatchObject({ outcome: "rejected", error: { category: "permanent" } });
  });
});

describe("an answer", () => {
  it.each(["<html><body>维护中</body></html>", '{"code":1}'])("that is no XML is none: %s", async (answer) => {
    expect(await errorOf(answer)).toBeInstanceOf(SyntaxError);
  });

  it("of another shape is no empty list", async () => {
    expect(await errorOf("<zz>1</zz>")).toMatchObject({ category: "permanent" });
  });
});

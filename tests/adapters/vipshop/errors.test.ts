/** What refusals mean, by their words. */
import { expect, it } from "vitest";
import { Envelope, givenAdapter, givenStore, refused, SIGNAL } from "./stub.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["sign is invalid", "permanent"],
  ["appKey 不存在", "permanent"],
  ["签名错误", "permanent"],
  ["timestamp expired", "permanent"],
  ["accessToken 已过期", "auth_expired"],
  ["未授权", "auth_expired"],
  ["IP 不在白名单", "permanent"],
  ["没有接口权限", "permanent"],
  ["调用频率超限", "throttled"],
  ["触发限流", "throttled"],
  ["rate limit", "throttled"],
  ["系统繁忙", "transient"],
  ["调用超时", "transient"],
  ["read timeout", "transient"],
  ["订单不存在", "not_found"],
  ["库存熔断", "conflict"],
  ["条码不属于该供应商", "permanent"],
];

const failureOf = async (answer: Envelope) => {
  const { adapter } = givenAdapter(() => answer);
  return adapter.auth.probe(givenStore(), SIGNAL).catch((error: unknown) => error);
};

it.each(CASES)("%s: %s", async (words, category) => {
  expect(await failureOf(refused(words))).toMatchObject({ category, platformCode: "100", platformMessage: words });
});

it("keeps the code, and takes success as number or text", async () => {
  const { adapter } = givenAdapter(() => new Envelope('{"returnCode":0,"result":[]}'));
  expect(await adapter.auth.probe(givenStore(), SIGNAL)).toMatchObject({ externalId: "550", name: "Vipshop 550" });
  expect(await failureOf(new Envelope('{"returnCode":500123,"returnMessage":"x"}'))).toMatchObject({
    platformCode: "500123",
  });
});

it.each([400, 403, 404, 502])("HTTP %i is trouble of the gateway", async (status) => {
  expect(await failureOf(new Envelope('{"returnCode":"0","result":[]}', status))).toMatchObject({
    category: "transient",
  });
});

it("what is no answer of the gateway is not taken for an empty list", async () => {
  await expect(failureOf(new Envelope('{"zz":1}'))).resolves.toBeInstanceOf(Error);
});

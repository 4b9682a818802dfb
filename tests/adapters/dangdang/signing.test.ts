import { expect, it } from "vitest";
import { signCall } from "../../../src/adapters/dangdang/auth/signing.ts";

const SECRET = "A1B2C3D4E5F60718293A4B5C6D7E8F90";
const COMMON = {
  app_key: "2100000001",
  session: "0123456789ABCDEF".repeat(4),
  timestamp: "2024-01-15 12:00:00",
  format: "xml",
  v: "1.0",
  sign_method: "md5",
};

it.each([
  ["dangdang.orders.list.get", "390E61678E672DB0306FF0A6825556EE"],
  ["dangdang.order.details.get", "016DF6013CDB20058BBC198D8F804EA3"],
  ["dangdang.item.stock.update", "BCBABDC54C19FD79611E0D5F3ADD4991"],
])("%s is signed as two other clients sign it", (method, expected) => {
  expect(signCall(SECRET, { ...COMMON, method })).toBe(expected);
});

it("takes no business parameter into the signature", () => {
  const parameters = { ...COMMON, method: "dangdang.orders.list.get" };
  expect(signCall(SECRET, { ...parameters, p: "1", pageSize: "20" })).toBe(signCall(SECRET, parameters));
});

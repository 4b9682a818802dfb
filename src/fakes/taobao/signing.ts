/**
 * The signature of a call: sorted names and values, digested with the app's secret.
 * https://open.taobao.com/doc.htm?docId=101617&docType=1
 */

import { createHash, createHmac, timingSafeEqual } from "node:crypto";

export type SignMethod = "md5" | "hmac" | "hmac-sha256";

export function isSignMethod(text: string | undefined): text is SignMethod {
  return text === "md5" || text === "hmac" || text === "hmac-sha256";
}

/** Upper-case hexadecimal digest over all parameters but `sign`; files and empty values take no part. */
export function signOf(
  secret: string,
  method: SignMethod,
  parameters: Iterable<readonly [string, string]>,
  body = "",
): string {
  const kept = [...parameters].filter(([name, value]) => name !== "sign" && name.trim() !== "" && value.trim() !== "");
  kept.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = kept.map(([name, value]) => name + value).join("") + body;
  if (method === "md5")
    return createHash("md5")
      .update(secret + text + secret, "utf8")
      .digest("hex")
      .toUpperCase();
  const digest = method === "hmac" ? "md5" : "sha256";
  return createHmac(digest, secret).update(text, "utf8").digest("hex").toUpperCase();
}

/** Compares in constant time. */
export function isSameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

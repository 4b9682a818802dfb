/** The platform's signature: MD5 over the secret, the sorted system parameters, and the secret again. */

import { createHash } from "node:crypto";

export const SIGNED = ["app_key", "format", "method", "session", "sign_method", "timestamp", "v"] as const;

/** Upper-case hex; no business parameter takes part. */
export function signOf(secret: string, values: ReadonlyMap<string, string>): string {
  const text = SIGNED.map((name) => name + (values.get(name) ?? "")).join("");
  return createHash("md5").update(`${secret}${text}${secret}`, "utf8").digest("hex").toUpperCase();
}

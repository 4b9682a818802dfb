/** The platform's signature: MD5 over the secret, sorted names and values, and the secret again. */

import { createHash } from "node:crypto";

/** Upper-case hex; what is empty takes no part. */
export function signOf(secret: string, values: ReadonlyMap<string, string>): string {
  const text = [...values]
    .filter(([name, value]) => name !== "sign" && name !== "" && value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join("");
  return createHash("md5").update(`${secret}${text}${secret}`, "utf8").digest("hex").toUpperCase();
}

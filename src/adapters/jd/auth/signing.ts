/**
 * Signature of a call: MD5 over secret, names and values sorted by name, secret, in upper-case hex. Blank parameters are
 * neither signed nor sent.
 */
import { md5, toHex } from "../../../core/crypto.ts";

/** Parameters that are sent: those with a value. */
export const withoutBlanks = (parameters: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).filter(([name, value]) => name !== "" && value.trim() !== ""));

export function signCall(secret: string, parameters: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(withoutBlanks(parameters))
    .filter(([name]) => name !== "sign")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value);
  return toHex(md5(`${secret}${pairs.join("")}${secret}`)).toUpperCase();
}

/**
 * Signature of a call: MD5 over secret, names and values of the seven system parameters sorted by name, secret, in
 * upper-case hex. Business parameters and files take no part.
 */
import { md5, toHex } from "../../../core/crypto.ts";

const SIGNED = ["app_key", "format", "method", "session", "sign_method", "timestamp", "v"];

export function signCall(secret: string, parameters: Readonly<Record<string, string>>): string {
  const text = SIGNED.map((name) => name + (parameters[name] ?? "")).join("");
  return toHex(md5(`${secret}${text}${secret}`)).toUpperCase();
}

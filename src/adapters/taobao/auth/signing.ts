/**
 * Signature of a call: names and values sorted by name, without separators, then the raw body where there is one.
 * https://open.taobao.com/doc.htm?docId=101617 (calls), section on signing
 */
import { hmac, md5, toHex } from "../../../core/crypto.ts";

export type SignMethod = "md5" | "hmac" | "hmac-sha256";

/**
 * Upper-case hex over all parameters but `sign` and files. Parameters whose value is blank are neither signed nor sent:
 * `withoutBlanks` takes them out.
 */
export function signCall(
  method: SignMethod,
  secret: string,
  parameters: Readonly<Record<string, string>>,
  body = "",
): string {
  const text = `${signedText(parameters)}${body}`;
  const digest =
    method === "md5" ? md5(`${secret}${text}${secret}`) : hmac(method === "hmac" ? "md5" : "sha256", secret, text);
  return toHex(digest).toUpperCase();
}

function signedText(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(withoutBlanks(parameters))
    .filter(([name]) => name !== "sign")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => name + value)
    .join("");
}

/** Parameters that are sent: those with a name and a value. */
export function withoutBlanks(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => name.trim() !== "" && value.trim() !== ""),
  );
}

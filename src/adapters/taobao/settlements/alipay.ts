/**
 * Calls of the bank's gateway: parameters sorted and joined as a query string, signed with RSA2 (SHA-256) by the shop's own
 * key. https://opendocs.alipay.com (alipay.data.dataservice.bill.downloadurl.query)
 */
import { signWithKey, toBase64 } from "../../../core/crypto.ts";
import { InputError } from "../../../core/errors.ts";

const EIGHT_HOURS_MS = 8 * 3_600_000;

export function alipayForm(
  method: string,
  content: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, string>>,
  now: Date,
): Record<string, string> {
  const form: Record<string, string> = {
    app_id: values.alipay_app_id ?? "",
    method,
    format: "JSON",
    charset: "utf-8",
    sign_type: "RSA2",
    timestamp: new Date(now.getTime() + EIGHT_HOURS_MS).toISOString().slice(0, 19).replace("T", " "),
    version: "1.0",
    biz_content: JSON.stringify(content),
  };
  if (values.alipay_app_auth_token) form.app_auth_token = values.alipay_app_auth_token;
  return { ...form, sign: signAlipay(form, values.alipay_private_key ?? "") };
}

/** The signature of a form, in base64. Throws `InputError` for a key that is none. */
function signAlipay(form: Readonly<Record<string, string>>, privateKey: string): string {
  try {
    return toBase64(signWithKey(privateKey, alipayText(form), "sha256"));
  } catch (cause) {
    throw new InputError("alipay_key_invalid", "alipay_private_key is no private key: PEM, or PKCS#8 in base64", {
      cause,
    });
  }
}

/** The text that is signed: `name=value` of all that has a value, sorted by name. */
function alipayText(form: Readonly<Record<string, string>>): string {
  return Object.entries(form)
    .filter(([name, value]) => name !== "sign" && value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

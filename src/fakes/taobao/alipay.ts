/**
 * The bank's gateway, of which one method matters here: the address of a statement, good for thirty seconds.
 * The page of alipay.data.dataservice.bill.downloadurl.query.
 */

import { createPrivateKey, createSign, createVerify, type KeyObject } from "node:crypto";
import { type AlipayPairs, makeAlipayPairs } from "./alipay-keys.ts";
import { STATEMENT_DELAY } from "./ledger.ts";
import { statementFile } from "./statement.ts";
import { nowOf, runDue, type Store } from "./store.ts";
import { DAY, MINUTE, parseTime, toText } from "./time.ts";

export const STATEMENT_METHOD = "alipay.data.dataservice.bill.downloadurl.query";
const LINK_LIFE = 30;
/** The registration at the bank: our pair of keys, and the bank's own. */
export interface AlipayKeys {
  appId: string;
  appAuthToken: string;
  privateKey: string;
  publicKey: string;
  alipayPublicKey: string;
}

export interface Alipay {
  readonly keys: AlipayKeys;
  answer(values: ReadonlyMap<string, string>): Response;
  download(token: string): Response;
  refusal(code: string, message: string | undefined): Response;
}

export function createAlipay(store: Store, given?: AlipayPairs): Alipay {
  let pairs: { keys: AlipayKeys; bankKey: KeyObject } | null = null;
  const links = new Map<string, { until: number; file: Buffer<ArrayBuffer> }>();

  /** Making keys takes a while, and few callers need them. */
  const pairOf = (): { keys: AlipayKeys; bankKey: KeyObject } => {
    if (pairs !== null) return pairs;
    const { own, bank } = given ?? makeAlipayPairs();
    const keys: AlipayKeys = {
      appId: `2021${store.shop.userId}`,
      appAuthToken: `202401BBfa4e${store.shop.userId}`,
      privateKey: own.privateKey,
      publicKey: own.publicKey,
      alipayPublicKey: bank.publicKey,
    };
    pairs = { keys, bankKey: createPrivateKey(bank.privateKey) };
    return pairs;
  };

  const signed = (row: Record<string, string>): Response => {
    const text = JSON.stringify(row);
    const signature = createSign("RSA-SHA256").update(text, "utf8").sign(pairOf().bankKey, "base64");
    const root = `${STATEMENT_METHOD.replaceAll(".", "_")}_response`;
    const headers = { "content-type": "text/html;charset=utf-8" };
    return new Response(`{"${root}":${text},"sign":${JSON.stringify(signature)}}`, { headers });
  };

  const refusal: Alipay["refusal"] = (code, message) => {
    const [top, msg] =
      code.startsWith("isv.") || code.startsWith("aop.")
        ? ["40002", "Invalid Arguments"]
        : ["40004", "Business Failed"];
    return signed({ code: top, msg, sub_code: code, sub_msg: message ?? code });
  };

  const problemOf = (values: ReadonlyMap<string, string>): string | null => {
    const { keys } = pairOf();
    if (values.get("app_id") !== keys.appId) return "isv.invalid-app-id";
    if (values.get("sign_type") !== "RSA2") return "isv.invalid-signature-type";
    if (values.get("version") !== "1.0") return "isv.missing-version";
    const at = parseTime(values.get("timestamp") ?? "");
    if (at === null || Math.abs(at - nowOf(store)) > 10 * MINUTE) return "isv.invalid-timestamp";
    const text = [...values]
      .filter(([name, value]) => name !== "sign" && value !== "")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join("&");
    const verify = createVerify("RSA-SHA256").update(text, "utf8");
    if (!verify.verify(keys.publicKey, values.get("sign") ?? "", "base64")) return "isv.invalid-signature";
    if (values.get("app_auth_token") !== keys.appAuthToken) return "aop.invalid-app-auth-token";
    return values.get("method") === STATEMENT_METHOD ? null : "isv.invalid-method";
  };

  return {
    get keys() {
      return pairOf().keys;
    },
    refusal,
    answer(values) {
      runDue(store);
      const problem = problemOf(values);
      if (problem !== null) return refusal(problem, undefined);
      const { bill_type: type, bill_date: date } = readContent(values.get("biz_content"));
      if ((type !== "signcustomer" && type !== "trade") || !/^\d{4}-\d{2}(-\d{2})?$/.test(date ?? ""))
        return refusal("INVAILID_ARGUMENTS", "参数不合法");
      const file = isClosed(date ?? "", nowOf(store)) ? statementFile(store, date ?? "") : null;
      if (file === null) return refusal("BILL_NOT_EXIST", "账单不存在");
      const token = `${date}-${links.size + 1}-fa4e`;
      links.set(token, { until: nowOf(store) + LINK_LIFE, file });
      const url = `${store.home}/downloadbill/${token}?bizType=acclog&fileType=csv.zip`;
      return signed({ code: "10000", msg: "Success", bill_download_url: url });
    },
    download(token) {
      const link = links.get(token);
      if (link === undefined || link.until < nowOf(store))
        return new Response("<html><body>error=bill_sign_expired</body></html>", {
          status: 403,
          headers: { "content-type": "text/html;charset=GBK" },
        });
      return new Response(link.file, { headers: { "content-type": "application/zip" } });
    },
  };
}

function readContent(text: string | undefined): { bill_type?: string; bill_date?: string } {
  try {
    const content: unknown = JSON.parse(text ?? "");
    return typeof content === "object" && content !== null ? content : {};
  } catch {
    return {};
  }
}

/** A day's statement is ready on the next morning, a month's on the first of the next. */
function isClosed(period: string, now: number): boolean {
  if (period.length === 10) return (parseTime(period) ?? now) + DAY + STATEMENT_DELAY <= now;
  return toText(now - STATEMENT_DELAY).slice(0, 7) > period;
}

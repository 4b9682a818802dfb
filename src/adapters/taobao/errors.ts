/**
 * What the gateway's refusals mean. Code first, then sub_code: `isp.*` is the platform's own trouble, `isv.*` ours.
 * Old numeric codes stand beside 15 and 50, so that the code alone never decides what a business refusal means.
 */
import type { ErrorRow } from "../../core/adapter.ts";

/** Any code of the gateway: the sub_code decides. */
const ANY = /^\d+$/;
/** Suffix of a refusal about shipping: `isv.logistics-offline-service-error:B04`. */
const shipping = (suffixes: string) => new RegExp(`^isv\\.logistics-[a-z-]+-error:(?:${suffixes})$`);

const AUTHORISE =
  "Authorise the shop again (`tallyport stores authorize`), with the app that calls for it; is the shop frozen, lift that first.";
const PERMISSION = "Ask for the permission in the console of the open platform, for this app.";
const PATH_TO_GATEWAY =
  "The call reached the gateway without what every call carries: see what stands between (the store's base_url, a relay, a proxy).";

/** What nothing of the app's is answered for: each of its shops waits. */
const ofApp = { category: "permanent", whose: "operator", scope: "app" } as const;

export const ERRORS: readonly ErrorRow[] = [
  { code: "26", category: "auth_expired", hint: "the call carried no session key", remedy: AUTHORISE },
  {
    code: "27",
    category: "auth_expired",
    hint: "the session key has lapsed, was withdrawn, or belongs to another app; a frozen shop loses it too",
    remedy: AUTHORISE,
  },
  {
    code: ANY,
    subCode: /^accesscontrol\.limited-by-app-access-count$/,
    category: "throttled",
    hint: "the app's calls of the day are used up (a day of GMT+8)",
  },
  {
    code: ANY,
    subCode: /^accesscontrol\.limited-by-/,
    category: "throttled",
    hint: "too many calls of this method, perhaps by all apps together",
  },
  {
    code: ANY,
    subCode: /^isv\.[a-z-]*-service-rejection$/,
    category: "throttled",
    retryAfterMs: 180_000,
    hint: "a service of the platform protects itself from slow queries: wait three minutes",
  },
  {
    code: ANY,
    subCode: shipping("B150|S01|R98"),
    category: "transient",
    hint: "the shipping service has trouble of its own",
  },
  { code: ANY, subCode: /^isp\./, category: "transient", hint: "a service behind the gateway did not answer" },
  {
    code: ANY,
    subCode: /CLOSE_TRADE_TOO_FAST/,
    category: "throttled",
    retryAfterMs: 10_000,
    hint: "a trade cannot be closed within ten seconds of its creation",
  },
  { code: ANY, subCode: shipping("B01|P02|ORDER_NOT_FOUND_ERROR"), category: "not_found" },
  { code: ANY, subCode: shipping("B02|B55"), category: "conflict", hint: "the order's state does not allow shipping" },
  { code: ANY, subCode: shipping("B04"), category: "conflict", hint: "the order is shipped or closed already" },
  { code: ANY, subCode: shipping("B27"), category: "conflict", hint: "a shipping order exists already" },
  { code: ANY, subCode: shipping("HD06"), category: "conflict", hint: "the shipment is confirmed already" },
  {
    code: ANY,
    subCode: shipping("B56|B57|P03"),
    category: "invalid_request",
    hint: "the carrier is missing, unknown, or not to be used for own shipping",
  },
  { code: ANY, subCode: shipping("B59"), category: "invalid_request", hint: "the tracking number is missing" },
  {
    code: ANY,
    subCode: shipping("B60|F|F0[1-6]|CD18|P10"),
    category: "invalid_request",
    hint: "the tracking number breaks the carrier's rule, was used before, or does not fit the address",
  },
  {
    code: ANY,
    subCode: shipping("B98|CD01"),
    category: "invalid_request",
    hint: "this kind of order is shipped another way: set method",
  },
  { code: ANY, subCode: shipping("B101"), category: "invalid_request", hint: "the address is none of the seller's" },
  { code: ANY, subCode: shipping("P01|P22"), category: "invalid_request" },
  {
    code: ANY,
    subCode: shipping("P25|P38|B05|B06|CD2[2-9]|CD3[01]"),
    category: "conflict",
    hint: "the order is split otherwise than this call says",
  },
  {
    code: ANY,
    subCode: shipping("CD19|P07|P08"),
    category: "conflict",
    hint: "the number cannot be changed: not shipped yet, the same already, or too late",
  },
  { code: ANY, subCode: /^isv\.[a-z-]*not-exist(?::|$)/, category: "not_found" },
  {
    code: ANY,
    subCode: /^isv\.invalid-permission:not_sub_user$/,
    category: "permanent",
    whose: "seller",
    hint: "only an employee's account may agree to refunds: give its session as sub_session",
  },
  {
    code: ANY,
    subCode: /^isv\.invalid-permission/,
    message: /refund_status|out of date/,
    category: "conflict",
    hint: "the refund has changed: read it again",
  },
  {
    ...ofApp,
    code: ANY,
    subCode: /^isv\.permission-ip-whitelist-limit$/,
    hint: "order data is answered only to servers that are on the app's list of addresses",
    remedy: "Put this server's address on the app's list, or run in the vendor's cloud zone.",
  },
  {
    ...ofApp,
    code: ANY,
    subCode: /^isv\.permission-api-package-empty$/,
    hint: "the app has no package of methods",
    remedy: PERMISSION,
  },
  {
    code: ANY,
    subCode: /^isv\.(?:permission-|invalid-permission)/,
    category: "permanent",
    whose: "operator",
    hint: "the app lacks the permission for this method",
    remedy: PERMISSION,
  },
  { code: ANY, subCode: /^isv\.oaid-field-miss$/, category: "permanent", hint: "the five receiver fields are missing" },
  { code: ANY, subCode: /^isv\.(?:invalid|missing)-parameter/, category: "invalid_request" },
  // The bank's gateway.
  { code: ANY, subCode: "BILL_NOT_EXIST", category: "not_found", hint: "no money moved on that day" },
  { code: ANY, subCode: "INVAILID_ARGUMENTS", category: "invalid_request" },
  { code: ANY, subCode: "UNKNOW_ERROR", category: "transient" },
  {
    code: ANY,
    subCode: /^aop\./,
    category: "permanent",
    whose: "operator",
    hint: "the bank's gateway refuses the app: check alipay_app_id, its key and alipay_app_auth_token",
  },
  // The token address.
  {
    code: /^(?:invalid_grant|invalid_refresh_token|access_denied)$/,
    category: "auth_expired",
    hint: "the code or refresh token is used, lapsed, or withdrawn",
  },
  {
    ...ofApp,
    code: /^(?:invalid_client|unauthorized_client)$/,
    hint: "wrong app key or secret",
    remedy: "Enter the app's key and secret as its console shows them.",
  },
  { code: "3", category: "invalid_request", hint: "the picture is too large, or of a kind that is not taken" },
  { code: "7", category: "throttled" },
  { code: /^[4568]$/, category: "throttled" },
  { code: "10", category: "transient", hint: "the service is not available; if it stays so, a parameter is wrong" },
  {
    ...ofApp,
    code: "25",
    hint: "the signature is wrong",
    remedy: "Enter the app's secret as its console shows it (after a reset there is a new one), and check sign_method.",
  },
  {
    ...ofApp,
    code: "29",
    hint: "the platform does not know the app, or has closed it",
    remedy:
      "Check app_key against the console of the open platform, and there whether the app is released and not closed.",
  },
  {
    ...ofApp,
    code: "31",
    hint: "our clock and the platform's differ by more than ten minutes",
    remedy: "Set this machine's clock by a time server (NTP); its zone does not matter.",
  },
  {
    ...ofApp,
    code: /^(?:2[348]|3[0234])$/,
    hint: "the call lacks its signature, app key, time, format or version",
    remedy: PATH_TO_GATEWAY,
  },
  // Without a sub_code the refusal names no method: nothing that the app asks for is answered.
  { ...ofApp, code: "11", hint: "the app lacks permissions", remedy: PERMISSION },
  {
    code: "12",
    category: "permanent",
    whose: "seller",
    hint: "the shop's account may not do this",
    remedy: "Let the shop's main account authorise, or give the account the right on the platform's page.",
  },
  {
    code: "13",
    category: "permanent",
    whose: "operator",
    hint: "the app's developer lacks the permission for this method",
    remedy: PERMISSION,
  },
  { code: /^(?:40|41|43)$/, category: "invalid_request" },
  {
    code: "9",
    category: "permanent",
    whose: "operator",
    hint: "the gateway takes POST alone",
    remedy: PATH_TO_GATEWAY,
  },
  {
    code: /^2[12]$/,
    category: "permanent",
    whose: "operator",
    hint: "the gateway does not know this method",
    remedy: "The platform may have withdrawn it: see whether a newer Tallyport does without.",
  },
  { code: "42", category: "permanent", whose: "operator", hint: "the platform forbids this request" },
];

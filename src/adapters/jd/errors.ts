/**
 * What refusals mean: codes of the gateway, `business` for the result below it (with its own code and words), `oauth:…` for
 * the token address. HTTP is 200 for all of them.
 */
import type { ErrorRow } from "../../core/adapter.ts";

const AUTHORISE = "Authorise the shop again (`tallyport stores authorize`), with the app that calls for it.";
const ASK = "Ask for the permission in the platform's console, for this app.";
const IN_THE_WAY = "See what stands between: the store's base_url, a relay, a proxy.";

/** What nothing of the app's is answered for: each of its shops waits. */
const ofApp = { category: "permanent", whose: "operator", scope: "app" } as const;
const ofOperator = { category: "permanent", whose: "operator" } as const;

export const ERRORS: readonly ErrorRow[] = [
  {
    ...ofOperator,
    message: /云鼎|敏感/,
    hint: "order methods are answered only to servers inside the platform's cloud",
    remedy: "Set the store's base_url to a relay inside that cloud (docs/relay.md), or run there.",
  },
  { code: "2", category: "throttled", hint: "the calls of the day are used up (a day of Beijing)" },
  { ...ofOperator, code: /^[45]$/, hint: "the call lacks its version", remedy: IN_THE_WAY },
  { ...ofOperator, code: "7", hint: "the call lacks its time", remedy: IN_THE_WAY },
  {
    ...ofApp,
    code: "8",
    hint: "our clock and the platform's differ by more than six minutes",
    remedy: "Set this machine's clock by a time server (NTP); its zone does not matter.",
  },
  { ...ofOperator, code: "11", hint: "the call lacks its signature", remedy: IN_THE_WAY },
  {
    ...ofApp,
    code: "12",
    hint: "the signature is wrong",
    remedy: "Enter the app's secret as its console shows it; a relay must pass the form on byte by byte.",
  },
  { ...ofOperator, code: /^1[45]$/, hint: "the gateway does not know this method", remedy: ASK },
  {
    code: /^1[89]$/,
    category: "auth_expired",
    hint: "the token is missing, has lapsed or was withdrawn",
    remedy: AUTHORISE,
  },
  {
    ...ofApp,
    code: /^2[01]$/,
    hint: "the platform does not know the app (keys of the sandbox are not known in production)",
    remedy: "Enter app_key as the console shows it.",
  },
  { ...ofOperator, code: "24", hint: "the app lacks the permission for this method", remedy: ASK },
  { code: "66", category: "transient", retryAfterMs: 500, hint: "the gateway failed; a repeat helps" },
  {
    code: /^(?:1|43|50|65|67)$/,
    category: "transient",
    retryAfterMs: 500,
    hint: "a service behind the gateway failed",
  },
  {
    ...ofOperator,
    code: /^(?:3|10|22|60|61|62|63|64)$/,
    hint: "forbidden, wrong parameters, or the app is not subscribed to or disabled",
    remedy: ASK,
  },
  {
    code: /^oauth:/,
    category: "auth_expired",
    hint: "the code or refresh token is used, lapsed or withdrawn, or the service was unsubscribed",
    remedy: AUTHORISE,
  },
  {
    ...ofOperator,
    code: "business",
    message: /商家不存在|(?:商家|店铺|用户|账号|应用|接口|方法|授权|vender|token).{0,8}(?:不存在|not exist)/i,
    hint: "the platform does not know who asks; it says nothing about the record",
    remedy: ASK,
  },
  { code: "business", message: /不存在|not exist/i, category: "not_found" },
  { code: "business", message: /超时|稍后|系统/, category: "transient", hint: "the platform asks to try again" },
  // The gateway answers 200 always: another status is of what stands before it.
  {
    ...ofOperator,
    status: [401, 403],
    hint: "what stands before the gateway refuses the call",
    remedy: `${IN_THE_WAY} A relay wants its relay_token.`,
  },
  { status: [400, 404, 405, 409, 410, 412, 413, 414, 422, 423], category: "transient" },
];

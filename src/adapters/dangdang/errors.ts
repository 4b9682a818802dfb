/**
 * What refusals mean, by code: of the call, of a result, or of a row in a file. Codes of expired sessions, wrong signatures
 * and throttled calls are not published: their words tell.
 */
import type { ErrorRow } from "../../core/adapter.ts";

const ofOperator = { category: "permanent", whose: "operator" } as const;
const AUTHORISE = "Authorise the shop again, or type a new token in (`tallyport stores authorize`).";
const REREAD = "Read the order again: it may be shipped or cancelled already.";

export const ERRORS: readonly ErrorRow[] = [
  { code: "39", category: "invalid_request", hint: "no piece of the order is sent: all quantities are 0" },
  {
    code: "40",
    category: "invalid_request",
    hint: "the platform refuses the carrier, its phone or the number",
    remedy: "Name a carrier of the list, set carrier_phones for it, and check the number.",
  },
  { code: "41", category: "invalid_request", hint: "these goods are not of this order" },
  { code: "42", category: "invalid_request", hint: "more or fewer pieces than the order has" },
  { code: "51", category: "conflict", hint: "the order's state forbids it", remedy: REREAD },
  { code: "100", ...ofOperator, hint: "the file did not arrive" },
  { code: "101", category: "invalid_request", hint: "the file is too large: fewer rows" },
  { code: "102", ...ofOperator, hint: "the file is not read as XML" },
  { code: "103", category: "transient", hint: "the file was not taken in" },
  {
    code: "403",
    category: "invalid_request",
    hint: "a price from 20 yuan on may not rise to double or more at once",
    remedy: "Raise it in steps, or in the platform's console.",
  },
  {
    code: /^(?:410|411)$/,
    ...ofOperator,
    hint: "the platform does not know the shop's number",
    remedy: "Set shop_id as the console shows it.",
  },
  { code: "500", category: "transient", retryAfterMs: 2000, hint: "the platform failed" },
  { code: "601", category: "conflict", hint: "the state of an order paid on delivery cannot be changed" },
  { code: "605", category: "conflict", hint: "the order's state forbids it", remedy: REREAD },
  { code: "618", category: "conflict", hint: "the order must be shipped whole" },
  { code: /^(?:1203|1204)$/, category: "transient", hint: "allocation or picking failed on the platform's side" },
  { code: "1205", category: "invalid_request", hint: "goods or promotion of another number" },
  { code: "2", category: "conflict", hint: "the exchange is in the platform's queue already" },
  { code: "7000", category: "transient", hint: "the vendor's client had no answer" },
  { code: /^(?:4000|4001|5000|6000)$/, category: "permanent", hint: "arguments are missing or wrong" },
  {
    code: /^oauth:/,
    category: "auth_expired",
    hint: "the code or refresh token is used, lapsed or withdrawn",
    remedy: AUTHORISE,
  },
  {
    message: /频繁|超限|次数|流量/,
    category: "throttled",
    retryAfterMs: 2000,
    hint: "too many calls",
  },
  {
    message: /签名|sign(?!ed)/i,
    category: "permanent",
    whose: "operator",
    scope: "app",
    hint: "the signature is wrong",
    remedy: "Enter the app's key and secret as the console shows them; our clock must be right.",
  },
  {
    message: /会话|session|授权/i,
    category: "auth_expired",
    hint: "the token has lapsed or was withdrawn",
    remedy: AUTHORISE,
  },
  { message: /不存在|not exist/i, category: "not_found" },
];

/** A code that nobody has listed: a read is repeated, a write is not. */
export const READ_ERRORS: readonly ErrorRow[] = [
  ...ERRORS,
  { code: /./, category: "transient", retryAfterMs: 2000, hint: "a refusal that the platform's pages do not list" },
];

/**
 * What refusals mean, by code: of the call, of a result, or of a row in a file. Codes of expired sessions, wrong signatures
 * and throttled calls are not published: their words tell.
 */
import type { ErrorRow } from "../../core/adapter.ts";
import type { ErrorCategory } from "../../core/errors.ts";

const AUTHORISE = "Authorise the shop again, or type a new token in (`tallyport stores authorize`).";
const PHONES = "Name a carrier of the list, set carrier_phones for it, and check the number.";
const REREAD = "Read the order again: it may be shipped or cancelled already.";
const NUMBER = "Set shop_id as the console shows it.";
const STEPS = "Raise it in steps, or in the platform's console.";
const KEYS = "Enter the app's key and secret as the console shows them; our clock must be right.";

const CODES: readonly (readonly [string | RegExp, ErrorCategory, string, string?])[] = [
  ["39", "invalid_request", "no piece of the order is sent: all quantities are 0"],
  ["40", "invalid_request", "the platform refuses the carrier, its phone or the number", PHONES],
  ["41", "invalid_request", "these goods are not of this order"],
  ["42", "invalid_request", "more or fewer pieces than the order has"],
  ["51", "conflict", "the order's state forbids it", REREAD],
  ["100", "permanent", "the file did not arrive"],
  ["101", "invalid_request", "the file is too large: fewer rows"],
  ["102", "permanent", "the file is not read as XML"],
  ["103", "transient", "the file was not taken in"],
  ["403", "invalid_request", "a price from 20 yuan on may not rise to double or more at once", STEPS],
  [/^(?:410|411)$/, "permanent", "the platform does not know the shop's number", NUMBER],
  ["500", "transient", "the platform failed"],
  ["601", "conflict", "the state of an order paid on delivery cannot be changed"],
  ["605", "conflict", "the order's state forbids it", REREAD],
  ["618", "conflict", "the order must be shipped whole"],
  [/^(?:1203|1204)$/, "transient", "allocation or picking failed on the platform's side"],
  ["1205", "invalid_request", "goods or promotion of another number"],
  ["2", "conflict", "the exchange is in the platform's queue already"],
  ["7000", "transient", "the vendor's client had no answer"],
  [/^(?:4000|4001|5000|6000)$/, "permanent", "arguments are missing or wrong"],
  [/^oauth:/, "auth_expired", "the code or refresh token is used, lapsed or withdrawn", AUTHORISE],
];

const WORDS: readonly (readonly [RegExp, Omit<ErrorRow, "message">])[] = [
  [/频繁|超限|次数|流量/, { category: "throttled", retryAfterMs: 2000, hint: "too many calls" }],
  [/签名|sign(?!ed)/i, { category: "permanent", scope: "app", hint: "the signature is wrong", remedy: KEYS }],
  [
    /会话|session|授权/i,
    { category: "auth_expired", hint: "the token has lapsed or was withdrawn", remedy: AUTHORISE },
  ],
  [
    /商家不存在|(?:商家|店铺|用户|账号|应用|接口|方法|shop|app).{0,8}(?:不存在|not exist)/i,
    {
      category: "permanent",
      hint: "the platform does not know who asks; it says nothing about the record",
      remedy: KEYS,
    },
  ],
  [/不存在|not exist/i, { category: "not_found" }],
];

const whose = (category: ErrorCategory) => (category === "permanent" ? ({ whose: "operator" } as const) : {});

export const ERRORS: readonly ErrorRow[] = [
  ...CODES.map(([code, category, hint, remedy]): ErrorRow => {
    const wait = category === "transient" ? { retryAfterMs: 2000 } : {};
    return { code, category, ...whose(category), ...wait, hint, ...(remedy === undefined ? {} : { remedy }) };
  }),
  ...WORDS.map(([message, row]): ErrorRow => ({ message, ...whose(row.category), ...row })),
];

/** A code that nobody has listed: a read is repeated, a write is not. */
export const READ_ERRORS: readonly ErrorRow[] = [
  ...ERRORS,
  { code: /./, category: "transient", retryAfterMs: 2000, hint: "a refusal that the platform's pages do not list" },
];

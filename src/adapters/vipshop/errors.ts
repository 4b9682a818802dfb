/**
 * What refusals mean. Codes are not published, so that the words of `returnMessage` decide; the first row that fits. Any HTTP
 * status but 200 is of the gateway or of what stands before it.
 */
import type { ErrorRow } from "../../core/adapter.ts";

const IN_CONSOLE = "See the app in the platform's console.";
const ofApp = { category: "permanent", whose: "operator", scope: "app" } as const;

export const ERRORS: readonly ErrorRow[] = [
  {
    ...ofApp,
    message: /timestamp|时间戳/i,
    hint: "our clock and the platform's differ by more than ten minutes",
    remedy: "Set this machine's clock by a time server (NTP); its zone does not matter.",
  },
  {
    ...ofApp,
    message: /appKey|签名|\bsign/i,
    hint: "the key of the app or its signature is wrong",
    remedy: `Enter key and secret as they are shown there; a relay must pass query and body on byte by byte. ${IN_CONSOLE}`,
  },
  {
    message: /token|授权/i,
    category: "auth_expired",
    hint: "the token is missing, has lapsed or was withdrawn",
    remedy: "Authorise the store again (`tallyport stores authorize`): once a year a person has to.",
  },
  {
    message: /白名单|权限|\bIP\b/,
    category: "permanent",
    whose: "operator",
    hint: "the caller's address is not registered for the app, or it was not granted this interface",
    remedy: `Register the address, or ask for the interface. ${IN_CONSOLE}`,
  },
  { message: /频率|限流|limit/i, category: "throttled", retryAfterMs: 1000, hint: "too many calls" },
  { message: /不存在|not exist|not found/i, category: "not_found" },
  {
    message: /熔断|circuit/i,
    category: "conflict",
    hint: "the platform stopped this quantity by a circuit break",
    remedy: "Look at the item in the platform's console, and confirm the quantity there.",
  },
  { message: /系统|超时|timeout/i, category: "transient", hint: "a service behind the gateway failed" },
  { status: [400, 401, 403, 404, 405, 409, 410, 412, 413, 414, 422, 423, 501, 505], category: "transient" },
];

/** What the platform's codes mean; what no row names goes to the default rows. https://docs.platform.example/errors */
import type { ErrorRow } from "../../core/adapter.ts";

export const ERRORS: readonly ErrorRow[] = [
  { code: "TOKEN_EXPIRED", category: "auth_expired" },
  { code: "TOKEN_REVOKED", category: "auth_expired", hint: "the seller withdrew the consent" },
  { code: "GRANT_REFUSED", category: "permanent", hint: "the refresh token was used before, or the consent withdrawn" },
  { code: "SIGN_INVALID", category: "permanent", whose: "operator", hint: "the app's secret is not the right one" },
  {
    code: "TIME_SKEW",
    category: "permanent",
    whose: "operator",
    hint: "this machine's clock is more than 5 minutes off",
  },
  // 403 means four things here; the defaults know only "permanent".
  { status: 403, code: "SCOPE_MISSING", category: "permanent", hint: "the app lacks the permission for this call" },
  { status: 403, code: "SHOP_CLOSED", category: "permanent", whose: "seller", hint: "the shop is closed" },
  { code: "TOO_MANY_CALLS", category: "throttled" },
  { code: "DAILY_LIMIT", category: "throttled", retryAfterMs: 3_600_000, hint: "the day's allowance is used up" },
  { code: "BUSY", category: "transient", retryAfterMs: 1_000 },
  { code: "WINDOW_TOO_FULL", category: "invalid_request", hint: "the platform pages no more than 1000 records" },
  { code: "PAGE_TOKEN_INVALID", category: "invalid_request", hint: "the page token has lapsed" },
  { code: /_NOT_FOUND$/, category: "not_found" },
  { code: /^(WRONG_STATE|STALE_VERSION)$/, category: "conflict" },
  {
    code: "CONFIRM_ON_SITE",
    category: "conflict",
    whose: "seller",
    hint: "the seller must confirm it on the platform's page",
  },
  {
    code: "INVALID_ARGUMENT",
    message: /currency/i,
    category: "invalid_request",
    hint: "the amount is in another currency",
  },
  { code: "INVALID_ARGUMENT", category: "invalid_request" },
];

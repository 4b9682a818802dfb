/**
 * What refusals mean. Codes differ by API ("InvalidInput", "Invalid Input", "BAD_REQUEST", "400"), so statuses lead; what no row
 * names has its common meaning. Rows are read from the top. https://developer-docs.amazon.com/sp-api/docs/sp-api-errors
 */
import type { ErrorRow } from "../../core/adapter.ts";

/** Ours: a submission that came back as INVALID inside an HTTP 200. */
export const INVALID = "SUBMISSION_INVALID";
/** Ours: the first look is denied, for which every app has the role. */
export const NO_GRANT = "NO_GRANT";

export const ERRORS: readonly ErrorRow[] = [
  {
    code: "invalid_grant",
    category: "auth_expired",
    hint: "the refresh token is not valid any more: the seller has to authorise the app again",
  },
  {
    code: "invalid_client",
    category: "permanent",
    scope: "app",
    whose: "operator",
    hint: "the app's secret is wrong or was rotated (it lapses after 180 days)",
  },
  {
    code: "unauthorized_client",
    category: "permanent",
    scope: "app",
    whose: "operator",
    hint: "the app may not ask for tokens so",
  },
  {
    code: NO_GRANT,
    category: "auth_expired",
    hint: "the seller has withdrawn the grant, or it is of another region",
  },
  { code: INVALID, category: "invalid_request", hint: "the platform does not take the value" },
  { code: "QuotaExceeded", category: "throttled", hint: "the operation's bucket is empty" },
  { status: 403, message: /expired/i, category: "auth_expired", hint: "the token has lapsed" },
  {
    status: 403,
    category: "permanent",
    whose: "seller",
    hint: "the app lacks the role for it, or the seller has not authorised the role yet",
  },
  {
    message: /PackageToUpdateNotFound/i,
    category: "conflict",
    hint: "the order is shipped already, or not released yet",
  },
  { status: 409, category: "conflict", hint: "it is there already" },
  { status: 413, category: "invalid_request", hint: "the call is too large" },
  { status: 415, category: "permanent", hint: "the body is not taken in this form" },
  { status: 503, category: "transient", retryAfterMs: 5000, hint: "the platform is not there for now" },
];

/** Of the hosts of files: an address that has lapsed is asked for anew. */
export const FILE_ERRORS: readonly ErrorRow[] = [
  { status: [403, 404, 410], category: "transient", hint: "the file's address has lapsed: it is asked for anew" },
];

/**
 * What refusals mean. Codes differ by API ("InvalidInput", "Invalid Input", "BAD_REQUEST", "400"), so statuses lead.
 * Rows are read from the top. https://developer-docs.amazon.com/sp-api/docs/sp-api-errors
 */
import type { ErrorRow } from "../../core/adapter.ts";

/** Ours: a submission that came back as INVALID inside an HTTP 200. */
export const INVALID = "SUBMISSION_INVALID";

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
    hint: "the app may not do so",
  },
  {
    operation: /^files\./,
    status: [403, 404, 410],
    category: "transient",
    hint: "the file's address has lapsed: it is asked for anew",
  },
  { code: INVALID, category: "invalid_request", hint: "the platform does not take the value" },
  { code: "QuotaExceeded", category: "throttled" },
  { status: 401, category: "auth_expired" },
  { status: 403, message: /expired/i, category: "auth_expired" },
  {
    status: 403,
    operation: "auth.probe",
    category: "auth_expired",
    hint: "the seller has withdrawn the grant, or it is of another region",
  },
  {
    status: 403,
    category: "permanent",
    whose: "seller",
    hint: "the app lacks the role for it, or the seller has not authorised the role yet",
  },
  {
    operation: "shipments.confirm",
    message: /PackageToUpdateNotFound/i,
    category: "conflict",
    hint: "the order is shipped already, or not released yet",
  },
  {
    status: 400,
    operation: "orders.list",
    category: "invalid_request",
    hint: "the window ends less than two minutes ago, or the page token has lapsed",
  },
  {
    status: 400,
    operation: "reports.get",
    category: "not_found",
    hint: "the report is not known (any more)",
  },
  { status: 404, category: "not_found" },
  { status: 409, category: "conflict", hint: "it is there already" },
  { status: 413, category: "invalid_request", hint: "the call is too large" },
  { status: 415, category: "permanent", hint: "the body is not taken in this form" },
  { status: 503, category: "transient", retryAfterMs: 5000 },
  { status: [400, 422], contentType: /json/i, category: "invalid_request" },
];

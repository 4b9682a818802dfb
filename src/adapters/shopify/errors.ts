/**
 * What refusals mean: codes of `errors[]` and of `userErrors[]` inside a 200, and statuses. Rows are read from the top.
 * https://shopify.dev/docs/api/usage/response-codes
 */
import type { ErrorRow } from "../../core/adapter.ts";

/** A user error that names no code (fulfilments, orders, webhooks). */
export const NO_CODE = "USER_ERROR";
export const TOO_COSTLY = "MAX_COST_EXCEEDED";
export const NOT_STOCKED = "ITEM_NOT_STOCKED_AT_LOCATION";

export const ERRORS: readonly ErrorRow[] = [
  { code: "THROTTLED", category: "throttled", hint: "the shop's points are used up" },
  { code: TOO_COSTLY, category: "invalid_request", hint: "one query may cost 1000 points" },
  {
    code: "ACCESS_DENIED",
    category: "permanent",
    whose: "seller",
    hint: "a scope or the approval for protected customer data is missing",
  },
  { code: "SHOP_INACTIVE", category: "permanent", whose: "seller", scope: "store", hint: "the shop is closed" },
  { code: "INTERNAL_SERVER_ERROR", category: "transient" },
  { code: "INTERNAL_ERROR", category: "transient" },
  { code: "IDEMPOTENCY_CONCURRENT_REQUEST", category: "transient", retryAfterMs: 2000, hint: "the first is under way" },
  { code: /^(?:CHANGE_FROM|COMPARE)_QUANTITY_STALE$/, category: "conflict", hint: "it shows another quantity by now" },
  {
    code: /^(?:INVALID_STATE|NOT_EDITABLE|ALREADY_EXISTS|EVIDENCE_ALREADY_ACCEPTED|EVIDENCE_PAST_DUE_DATE)$/,
    category: "conflict",
  },
  {
    code: /^(?:LIMIT_REACHED|OPERATION_IN_PROGRESS)$/,
    category: "throttled",
    retryAfterMs: 60_000,
    hint: "other bulk runs are under way",
  },
  {
    code: /^(?:NOT_FOUND|PRODUCT_DOES_NOT_EXIST|PRODUCT_VARIANT_DOES_NOT_EXIST|INVALID_INVENTORY_ITEM|INVALID_LOCATION|DISPUTE_EVIDENCE_NOT_FOUND)$/,
    category: "not_found",
  },
  { code: NO_CODE, message: /not (?:be )?found|does(?: not|n't) exist|invalid id/i, category: "not_found" },
  {
    code: NO_CODE,
    message: /already|cannot be|can't be|not in an? .*(?:status|state)|invalid (?:status|state)/i,
    category: "conflict",
    hint: "the record's state forbids it",
  },
  { code: /^(?:MISSING_PERMISSION|NO_REFUND_PERMISSION)$/, category: "permanent", whose: "seller" },
  { message: /invalid cursor/i, category: "invalid_request", hint: "the stored position is of another list" },
  // A code of a user error that is not told apart: our input.
  { code: /^[A-Z][A-Z0-9_]*$/, category: "invalid_request" },
  {
    status: 400,
    operation: /^auth\./,
    category: "auth_expired",
    hint: "the code, session or refresh token is used up",
  },
  { status: 401, category: "auth_expired", hint: "the token has lapsed, or the app was uninstalled" },
  { status: 402, category: "permanent", whose: "seller", scope: "store", hint: "the shop is frozen: its bill is open" },
  { status: 403, category: "permanent", whose: "seller", hint: "a scope or a staff permission is missing" },
  {
    status: 404,
    contentType: /json/i,
    category: "permanent",
    hint: "there is no such shop, or no such version of the API",
  },
  { status: 423, category: "permanent", whose: "seller", scope: "store", hint: "the shop is locked" },
  { status: 430, category: "throttled", retryAfterMs: 600_000, hint: "the platform suspects abuse: slower" },
];

/** Files of bulk runs lie with a host of its own, whose refusals say nothing of the shop. */
export const FILE_ERRORS: readonly ErrorRow[] = [
  {
    status: [400, 401, 403, 404, 410],
    category: "invalid_request",
    hint: "the address of the run's file has lapsed: it is made again",
  },
];

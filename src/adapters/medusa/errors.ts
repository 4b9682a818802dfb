/** What refusals mean: `{"type","message"}`; the statuses alone tell less. Rows are read from the top. */
import type { ErrorRow } from "../../core/adapter.ts";

const OPEN_CHANGE =
  "Confirm or drop the return, claim, exchange or edit that is begun in the shop's own pages, then repeat.";

export const ERRORS: readonly ErrorRow[] = [
  {
    code: "unauthorized",
    message: /email or password/i,
    category: "auth_expired",
    hint: "the e-mail address or the password is wrong",
  },
  { status: 401, category: "auth_expired", hint: "the API key was revoked, or the sign-in has lapsed" },
  { code: "not_found", category: "not_found" },
  {
    message: /existing active order change/i,
    category: "conflict",
    hint: "the order has a change that is begun and not confirmed; one alone may be open",
    remedy: OPEN_CHANGE,
  },
  {
    message: /exceeds the reserved quantity/i,
    category: "conflict",
    hint: "more is to be packed than the order still has open",
  },
  {
    message: /refund more than/i,
    category: "invalid_request",
    hint: "more is to be given back than was captured and is left",
  },
  { message: /has been canceled/i, category: "conflict", hint: "the order is cancelled" },
  { code: "not_allowed", category: "conflict", hint: "the record's state forbids it" },
  { code: /^(?:invalid_data|duplicate_error)$/, category: "invalid_request" },
  {
    code: "conflict",
    category: "transient",
    hint: "another change of the same record was under way; nothing was done",
  },
  { code: "payment_authorization_error", category: "permanent", hint: "the payment provider refused" },
  { status: 403, category: "permanent", whose: "seller", hint: "the key's role lacks the right" },
  {
    code: /^(?:unknown_error|database_error)$/,
    category: "transient",
    hint: "the store failed over the call; its own log says at what",
  },
];

import { describe, expect, it } from "vitest";
import { failureOf, parseBody } from "../../../src/adapters/woocommerce/client/body.ts";
import { ERRORS } from "../../../src/adapters/woocommerce/errors.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../src/core/error-table.ts";
import { toAnswer } from "./stub.ts";

const body = (code: string, message: string, data: unknown = {}) => JSON.stringify({ code, message, data });
const AUTH = "woocommerce_rest_authentication_error";
const REFUND = "woocommerce_rest_cannot_create_order_refund";
const PAGE = "<!doctype html><script>var a = { b: [1] };</script>";

/** Status, body, category, and words of the row's hint: one case or more for every row. */
const CASES: [number, string, string, string][] = [
  [401, body(AUTH, "Invalid nonce - nonce has already been used."), "transient", "one-time number"],
  [401, body(AUTH, "Invalid timestamp."), "auth_expired", "clock"],
  [401, body(AUTH, "Invalid signature - provided signature does not match."), "auth_expired", "home_url"],
  [401, body(AUTH, "The API key provided does not have write permissions."), "auth_expired", "read and write"],
  [401, body(AUTH, "Consumer secret is invalid."), "auth_expired", "wrong or was revoked"],
  [
    401,
    body("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    "auth_expired",
    "does not see HTTPS",
  ],
  [403, body("woocommerce_rest_cannot_edit", "Sorry, you are not allowed."), "permanent", "capability"],
  [403, PAGE, "transient", "firewall"],
  [403, body("rest_forbidden", "Sorry, you are not allowed to do that."), "permanent", "security plugin"],
  [404, body("rest_no_route", "No route was found."), "permanent", "plain permalinks"],
  [404, PAGE, "transient", "web page"],
  [
    404,
    body("woocommerce_rest_invalid_product_id", "To manipulate product variations you should use …"),
    "invalid_request",
    "below its product",
  ],
  [404, body("woocommerce_rest_shop_order_invalid_id", "Invalid ID."), "not_found", ""],
  [400, body("woocommerce_rest_product_invalid_id", "Invalid ID."), "not_found", ""],
  [400, body("rest_invalid_param", "Invalid parameter(s): orderby"), "invalid_request", "5.8"],
  [400, body("product_invalid_sku", "Invalid or duplicated SKU."), "invalid_request", "SKU"],
  [
    413,
    body("woocommerce_rest_request_entity_too_large", "Unable to accept more than 100 items."),
    "invalid_request",
    "100",
  ],
  [500, body(REFUND, "Invalid refund amount.", 500), "invalid_request", "left to refund"],
  [
    500,
    body(REFUND, "The payment gateway for this order does not support automatic refunds.", 500),
    "permanent",
    "by hand",
  ],
  [
    500,
    body("internal_server_error", "There has been a critical error on this website."),
    "transient",
    "PHP error log",
  ],
  [500, "<p>There has been a critical error on this website.</p>", "transient", "PHP error log"],
  [200, PAGE, "transient", "challenge"],
  [200, "", "transient", "challenge"],
];

const errorOf = (status: number, text: string) =>
  toAdapterError(ERRORS, DEFAULT_ROWS, {
    platform: "woocommerce",
    operation: "orders.list",
    effect: "read",
    status,
    failure: failureOf(toAnswer({ status, text })),
  });

describe("error table", () => {
  it.each(CASES)("HTTP %i %s", (status, text, category, hint) => {
    const error = errorOf(status, text);
    expect(error.category).toBe(category);
    expect(error.message).toContain(hint);
  });

  it("has a case for every row", () => {
    const reached = new Set(
      CASES.map(([status, text]) => errorOf(status, text)).map((error) =>
        error.message.split(": ").slice(2).join(": "),
      ),
    );
    const unreached = ERRORS.filter((row) => row.hint !== undefined && !reached.has(row.hint));
    expect(unreached).toEqual([]);
  });

  it.each([
    [429, "throttled"],
    [502, "transient"],
    [503, "transient"],
    [522, "transient"],
    [401, "auth_expired"],
  ])("leaves pages of hosts with status %i their common meaning", (status, category) => {
    expect(errorOf(status, PAGE).category).toBe(category);
  });

  it("names the parameters that were refused, and finds an error inside an HTTP 200", () => {
    const data = { status: 400, params: { per_page: "per_page must be between 1 and 100" } };
    expect(errorOf(400, body("rest_invalid_param", "Invalid parameter(s): per_page", data)).issues).toEqual([
      { path: "per_page", message: "per_page must be between 1 and 100" },
    ]);
    expect(errorOf(200, body("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", { status: 404 })).category).toBe(
      "not_found",
    );
  });

  it("says nothing of a redirect: its address does", () => {
    expect(failureOf(toAnswer({ status: 301, text: PAGE }))).toBeNull();
  });
});

describe("text before the JSON", () => {
  it.each([
    ["a byte order mark", '\ufeff{"id":1}'],
    ["a warning", '<b>Warning</b>: Array to string in <b>x.php</b><br />\n{"id":1}'],
    ["a warning with brackets", 'Notice: offset [2] of { in x.php\n{"id":1}'],
  ])("cuts %s", (_, text) => {
    expect(parseBody(text).value).toEqual({ id: 1 });
  });

  it.each([
    ["a warning with whole lists of its own", '<b>Warning</b>: [] of [1]\n[{"id":1}]', [{ id: 1 }]],
    ["a warning before an empty list", "<br />\n<b>Warning</b>: offset [2] {closure}<br />\n[]", []],
    ["output without a line's end", 'debug[{"id":1,"refunds":[]}]', [{ id: 1, refunds: [] }]],
  ])("cuts %s", (_, text, value) => {
    expect(parseBody(text).value).toEqual(value);
  });

  it.each([
    ["a list cut after its first inner list", '[{"id":1,"taxes":[]'],
    ["the same after a warning", 'Warning: x\n[{"id":1,"taxes":[]'],
    ["a record cut after an inner object", '{"id":1,"meta":{"a":1}'],
    ["the same after a byte order mark and white space", '\ufeff \n{"id":1,"meta":{"a":1}'],
    ["several records", '{"id":1}\n{"id":2}'],
    ["several records after a warning", 'Warning: x\n{"id":1}\n{"id":2}'],
    ["a broken record before a whole one", '{"id":1,\n{"id":2}'],
    ["a warning that ends like a list", "Warning: no offset []"],
    ["a bracket of a log's time", '[22-Nov-2026 06:00:00 UTC] Warning\n{"id":1}'],
  ])("reads nothing out of %s", (_, text) => {
    expect(() => parseBody(text)).toThrow();
  });

  it("does not take a page with a script for an answer", () => {
    expect(() => parseBody(PAGE)).toThrow();
  });
});

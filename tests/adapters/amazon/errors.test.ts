/** What refusals mean: each row of the platform's list, and of ours. */
import { describe, expect, it } from "vitest";
import { failureOf, lookFailureOf } from "../../../src/adapters/amazon/client/index.ts";
import { ERRORS, FILE_ERRORS } from "../../../src/adapters/amazon/errors.ts";
import type { HttpCall, Store } from "../../../src/core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../src/core/error-table.ts";
import { type AdapterError, adapterError } from "../../../src/core/errors.ts";
import { answered } from "../../support/answered-context.ts";
import { errorOf, givenAdapter, givenStore, inputOf, KEYS, NOW, SIGNAL } from "./stub.ts";

const JSON_TYPE = { "content-type": "application/json", "x-amzn-requestid": "req-1" };

function errorFor(
  operation: string,
  status: number,
  body: object | string,
  effect: HttpCall<unknown>["effect"] = "read",
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const isFile = operation.startsWith("files.");
  const find = operation === "auth.probe" ? lookFailureOf : failureOf;
  const failure = isFile ? null : find(answered({ text, status, headers: JSON_TYPE }));
  return toAdapterError(isFile ? FILE_ERRORS : ERRORS, DEFAULT_ROWS, {
    platform: "amazon",
    operation,
    effect,
    status,
    contentType: "application/json",
    failure,
  });
}
const api = (code: string, message: string, details?: string) => ({
  errors: [{ code, message, ...(details ? { details } : {}) }],
});
const lwa = (error: string) => ({ error, error_description: "words" });

describe("a refusal", () => {
  it.each([
    ["orders.list", 400, api("InvalidInput", "Invalid Input"), "invalid_request"],
    ["orders.get", 400, api("Invalid Input", "Invalid Input"), "invalid_request"],
    ["listings.list", 400, api("BAD_REQUEST", "Invalid input"), "invalid_request"],
    ["reports.create", 400, api("400", "Invalid input"), "invalid_request"],
    ["payouts.list", 400, api("InvalidParameterValue", "x"), "invalid_request"],
    ["reports.get", 400, api("400", "Invalid input"), "invalid_request"],
    ["auth.probe", 403, api("Unauthorized", "You may not."), "permanent"],
    ["orders.list", 401, api("Unauthorized", "Access token is missing"), "auth_expired"],
    ["orders.list", 403, api("Unauthorized", "The access token you provided has expired."), "auth_expired"],
    ["auth.probe", 403, api("Unauthorized", "Access to requested resource is denied."), "auth_expired"],
    ["transactions.list", 403, api("Unauthorized", "Access to requested resource is denied."), "permanent"],
    ["listings.get", 404, api("NotFound", "SKU not found"), "not_found"],
    ["orders.get", 404, api("InvalidInput", "x"), "not_found"],
    ["returns.external.list", 409, api("Conflict", "x"), "conflict"],
    ["stock.set", 413, api("RequestTooLarge", "x"), "invalid_request"],
    ["stock.set", 415, api("UnsupportedMediaType", "x"), "permanent"],
    ["orders.list", 429, api("QuotaExceeded", "You exceeded your quota for the requested resource."), "throttled"],
    ["orders.list", 500, api("InternalFailure", "x"), "transient"],
    ["orders.list", 503, api("ServiceUnavailable", "x"), "transient"],
    ["auth.token", 400, lwa("invalid_grant"), "auth_expired"],
    ["auth.token", 401, lwa("invalid_client"), "permanent"],
    ["auth.token", 400, lwa("unauthorized_client"), "permanent"],
    ["shipments.confirm", 400, api("InvalidInput", "Failed to create package: PackageToUpdateNotFound"), "conflict"],
    ["files.report", 403, api("AccessDenied", "Request has expired"), "transient"],
    ["orders.list", 200, api("InternalFailure", "x"), "permanent"],
  ] as const)("of %s by %i %j is %s", (operation, status, body, category) => {
    const platformRequestId = operation.startsWith("files.") ? null : "req-1";
    expect(errorFor(operation, status, body)).toMatchObject({ category, platformRequestId });
  });

  it("of the app's own secret concerns all of its stores", () => {
    expect(errorFor("auth.token", 401, lwa("invalid_client"))).toMatchObject({ scope: "app" });
  });

  it("waits where the platform is not there, for as long as it is known", () => {
    expect(errorFor("orders.list", 503, api("ServiceUnavailable", "x")).retryAfterMs).toBe(5000);
  });

  it("tells all of the platform's words", () => {
    const body = {
      errors: [
        { code: "NoDepositMethod", message: "No deposit." },
        { code: "Insufficient", message: "Too little." },
      ],
    };
    expect(errorFor("payouts.list", 400, body)).toMatchObject({
      platformCode: "NoDepositMethod",
      platformMessage: "No deposit.; Too little.",
    });
  });

  it("is not seen in an answer that holds errors further down", () => {
    expect(failureOf(answered({ text: '{"payload":{"errors":[{"code":"x","message":"y"}]}}' }))).toBeNull();
  });
});

describe("a call that is denied", () => {
  const DENIED = errorOf(403, "Unauthorized", "Access to requested resource is denied.");
  const MINUTE = 60_000;
  const deniedWith = async (sinceToken: number | null, refresh: Store["refresh"], until = 99) => {
    let calls = 0;
    const { adapter } = givenAdapter(() => {
      calls += 1;
      return calls <= until ? DENIED : { orders: [] };
    });
    const expiresAt = sinceToken === null ? null : new Date(Date.parse(NOW) + 60 * MINUTE - sinceToken);
    const store = givenStore({ credentials: async () => ({ ...KEYS, expiresAt }), refresh });
    const outcome = await adapter.orders.list(store, inputOf("changed"), SIGNAL).then(
      () => "answered",
      (error: AdapterError) => error.category,
    );
    return [outcome, calls];
  };
  const refreshed: Store["refresh"] = async () => KEYS;
  const refused: Store["refresh"] = () =>
    Promise.reject(adapterError("auth_expired", { platform: "amazon", operation: "auth.refresh", message: "no" }));

  it("asks for a new token, which is refused where the grant was withdrawn", async () => {
    expect(await deniedWith(20 * MINUTE, refused)).toEqual(["auth_expired", 1]);
    expect(await deniedWith(null, refused)).toEqual(["auth_expired", 1]);
  });

  it("lacks a role where a new token is denied too, and goes on where it is not", async () => {
    expect(await deniedWith(20 * MINUTE, refreshed)).toEqual(["permanent", 2]);
    expect(await deniedWith(20 * MINUTE, refreshed, 1)).toEqual(["answered", 2]);
  });

  it("asks for none where the last is of this minute: a missing role costs no token each time", async () => {
    expect(await deniedWith(MINUTE, refused)).toEqual(["permanent", 1]);
  });
});

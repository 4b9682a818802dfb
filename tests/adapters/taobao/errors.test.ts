import { describe, expect, it } from "vitest";
import { failureIn } from "../../../src/adapters/taobao/client/envelope.ts";
import { ERRORS } from "../../../src/adapters/taobao/errors.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../src/core/error-table.ts";

function errorOf(code: number | string, sub_code?: string, sub_msg?: string) {
  const failure = failureIn({
    error_response: { code, msg: "Remote service error", sub_code, sub_msg, request_id: "rx" },
  });
  return toAdapterError(ERRORS, DEFAULT_ROWS, {
    platform: "taobao",
    operation: "o",
    effect: "read",
    status: 200,
    failure,
  });
}

describe("refusals of the gateway", () => {
  it.each([
    [3, undefined, "invalid_request"],
    [4, undefined, "throttled"],
    [5, undefined, "throttled"],
    [6, undefined, "throttled"],
    [8, undefined, "throttled"],
    [7, "accesscontrol.limited-by-api-access-count", "throttled"],
    [7, "accesscontrol.limited-by-app-access-count", "throttled"],
    [7, "accesscontrol.limited-by-app-api-access-count", "throttled"],
    [9, undefined, "permanent"],
    [10, undefined, "transient"],
    [11, "isv.permission-api-package-empty", "permanent"],
    [11, "isv.permission-ip-whitelist-limit", "permanent"],
    [12, undefined, "permanent"],
    [13, undefined, "permanent"],
    [21, undefined, "permanent"],
    [25, undefined, "permanent"],
    [26, undefined, "auth_expired"],
    [27, "invalid-sessionkey", "auth_expired"],
    [27, "session-expired", "auth_expired"],
    [29, undefined, "permanent"],
    [31, undefined, "permanent"],
    [34, undefined, "permanent"],
    [40, undefined, "invalid_request"],
    [41, undefined, "invalid_request"],
    [42, undefined, "permanent"],
    [43, undefined, "invalid_request"],
    [15, "isp.remote-service-timeout", "transient"],
    [50, "isp.remote-connection-error", "transient"],
    [15, "isp.item-service-unavailable", "transient"],
    [15, "isp.logistics-online-service-error:S01", "transient"],
    [15, "isv.trade-service-rejection", "throttled"],
    [15, "isv.invalid-parameter:tid", "invalid_request"],
    [50, "isv.missing-parameter", "invalid_request"],
    [15, "isv.invalid-permission:not_sub_user", "permanent"],
    [15, "isv.invalid-permission", "permanent"],
    [15, "isv.trade-not-exist", "not_found"],
    [560, "isv.item-not-exist", "not_found"],
    [15, "isv.refund-not-exist", "not_found"],
    [15, "isv.user-not-exist:invalid-nick", "not_found"],
    [15, "isv.oaid-field-miss", "permanent"],
    [15, "isv.something-new", "permanent"],
    [15, "isv.logistics-offline-service-error:B01", "not_found"],
    [15, "isv.logistics-offline-service-error:P02", "not_found"],
    [15, "isv.logistics-offline-service-error:B02", "conflict"],
    [15, "isv.logistics-offline-service-error:B55", "conflict"],
    [15, "isv.logistics-offline-service-error:B04", "conflict"],
    [15, "isv.logistics-online-service-error:B27", "conflict"],
    [15, "isv.logistics-offline-service-error:B56", "invalid_request"],
    [15, "isv.logistics-offline-service-error:B57", "invalid_request"],
    [15, "isv.logistics-offline-service-error:P03", "invalid_request"],
    [15, "isv.logistics-offline-service-error:B59", "invalid_request"],
    [15, "isv.logistics-offline-service-error:B60", "invalid_request"],
    [15, "isv.logistics-offline-service-error:F", "invalid_request"],
    [15, "isv.logistics-offline-service-error:F06", "invalid_request"],
    [15, "isv.logistics-offline-service-error:CD18", "invalid_request"],
    [15, "isv.logistics-offline-service-error:P10", "invalid_request"],
    [15, "isv.logistics-dummy-service-error:B98", "invalid_request"],
    [15, "isv.logistics-offline-service-error:CD01", "invalid_request"],
    [15, "isv.logistics-offline-service-error:B101", "invalid_request"],
    [15, "isv.logistics-offline-service-error:B150", "transient"],
    [15, "isv.logistics-offline-service-error:R98", "transient"],
    [15, "isv.logistics-offline-service-error:P22", "invalid_request"],
    [15, "isv.logistics-offline-service-error:P25", "conflict"],
    [15, "isv.logistics-offline-service-error:P38", "conflict"],
    [15, "isv.logistics-offline-service-error:B06", "conflict"],
    [15, "isv.logistics-offline-service-error:CD22", "conflict"],
    [15, "isv.logistics-offline-service-error:CD31", "conflict"],
    [15, "isv.logistics-confirm-service-error:HD06", "conflict"],
    [15, "isv.logistics-update-company-or-mailno-error:P07", "conflict"],
    [15, "isv.logistics-update-company-or-mailno-error:CD19", "conflict"],
  ])("%s %s is %s", (code, subCode, category) => {
    expect(errorOf(code, subCode).category).toBe(category);
  });

  it.each([
    [11, undefined, "app", "permission"],
    [11, "isv.permission-api-package-empty", "app", "permission"],
    [11, "isv.permission-ip-whitelist-limit", "app", "address"],
    [11, "isv.permission-api-package-not-allowed", "call", "permission"],
    [11, "isv.permission-api-widget-only-limit", "call", "permission"],
    [12, undefined, "call", "main account"],
    [13, undefined, "call", "permission"],
    [21, undefined, "call", "newer Tallyport"],
    [22, undefined, "call", "newer Tallyport"],
    [23, undefined, "app", "relay"],
    [24, undefined, "app", "relay"],
    [25, undefined, "app", "secret"],
    [26, undefined, "store", "Authorise"],
    [27, "invalid-sessionkey", "store", "Authorise"],
    [28, undefined, "app", "relay"],
    [29, undefined, "app", "app_key"],
    [30, undefined, "app", "relay"],
    [31, undefined, "app", "clock"],
    [32, undefined, "app", "relay"],
    [34, undefined, "app", "relay"],
    ["invalid_client", undefined, "app", "secret"],
  ] as const)("%s %s concerns the %s and names the remedy", (code, subCode, scope, remedy) => {
    const error = errorOf(code, subCode);
    expect(error.scope).toBe(scope);
    expect(error.remedy?.toLowerCase()).toContain(remedy.toLowerCase());
  });

  it.each([
    [7, "accesscontrol.limited-by-app-access-count"],
    [15, "isv.trade-service-rejection"],
    [15, "isp.remote-service-timeout"],
    [15, "isv.invalid-permission:not_sub_user"],
    [40, undefined],
    [42, undefined],
  ] as const)("%s %s holds no other call up", (code, subCode) => {
    expect(errorOf(code, subCode).scope).toBe("call");
  });

  it("that ban for some time say how long, and a second is added", () => {
    expect(
      errorOf(7, "accesscontrol.limited-by-api-access-count", "This ban will last for 1 more seconds").retryAfterMs,
    ).toBe(2000);
    expect(
      errorOf(7, "accesscontrol.limited-by-app-access-count", "This ban will last for 31062 more seconds").retryAfterMs,
    ).toBe(31_063_000);
    expect(errorOf(15, "isv.trade-service-rejection").retryAfterMs).toBe(180_000);
  });

  it("of a refund that has changed are conflicts", () => {
    expect(errorOf(15, "isv.invalid-permission", "refund_status is invalid or refund is out of date").category).toBe(
      "conflict",
    );
  });

  it("keep code, words and number", () => {
    expect(errorOf(15, "isv.trade-not-exist", "交易不存在")).toMatchObject({
      platformCode: "15/isv.trade-not-exist",
      platformMessage: "交易不存在",
      platformRequestId: "rx",
    });
  });
});

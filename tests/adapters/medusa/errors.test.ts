/** What refusals mean. */
import { describe, expect, it } from "vitest";
import { isAdapterError } from "../../../src/core/errors.ts";
import { givenAdapter, givenStore, refusal, SIGNAL } from "./stub.ts";

const refusedWith = async (answer: object) => {
  const { adapter } = givenAdapter(() => answer);
  const error: unknown = await adapter.orders
    .getMany(givenStore(), [{ externalId: "order_1" }], SIGNAL)
    .catch((e: unknown) => e);
  if (!isAdapterError(error)) throw new Error(`nothing was refused: ${String(error)}`);
  return error;
};

describe("refusals", () => {
  it.each([
    [401, "unauthorized", "Invalid email or password", "auth_expired"],
    [404, "not_found", "Order id not found: order_nope", "not_found"],
    [400, "invalid_data", "Invalid request: Field 'title' is required", "invalid_request"],
    [400, "invalid_data", "Order (order_1) already has an existing active order change", "conflict"],
    [400, "invalid_data", "Quantity to fulfill exceeds the reserved quantity for the item: ordli_1", "conflict"],
    [400, "invalid_data", "You are not allowed to refund more than the captured amount", "invalid_request"],
    [400, "invalid_data", "Order with id order_1 has been canceled.", "conflict"],
    [400, "not_allowed", "All fulfillments must be canceled before canceling an order", "conflict"],
    [403, "forbidden", "Forbidden", "permanent"],
    [409, "conflict", "The request conflicted with another request", "transient"],
    [422, "duplicate_error", "exists", "invalid_request"],
    [422, "payment_authorization_error", "declined", "permanent"],
    [500, "unknown_error", "An unknown error occurred.", "transient"],
    [500, "database_error", "x", "transient"],
  ])("%s %s: %s", async (status, type, message, category) => {
    expect(await refusedWith(refusal(status, type, message))).toMatchObject({ category, platformCode: type });
  });

  it("without a type are told by their status", async () => {
    expect(await refusedWith({ status: 401, body: { message: "Unauthorized" } })).toMatchObject({
      category: "auth_expired",
      platformMessage: "Unauthorized",
    });
  });

  it("inside an answer of 200 are found, and documents with a type are none", async () => {
    expect(await refusedWith({ type: "invalid_data", message: "Invalid request" })).toMatchObject({
      category: "invalid_request",
      httpStatus: 200,
    });
    expect((await refusedWith({ type: "order", order: {} })).message).toContain("no list of orders");
  });

  it("that another change is open say what to do", async () => {
    const error = await refusedWith(
      refusal(400, "invalid_data", "Order (x) already has an existing active order change"),
    );
    expect(error.remedy).toContain("Confirm or drop");
  });
});

import { expect, it } from "vitest";
import type { Dispute } from "../../src/core/model/records.ts";
import { drainActions } from "../../src/sync/actions.ts";
import { ingestExamples } from "../support/example.ts";
import { givenApi } from "./given-api.ts";

const DISPUTE: Dispute = {
  externalId: "D-1",
  orderExternalId: "1001",
  system: "returns",
  kind: "return_refund",
  externalKind: "return",
  status: "open_awaiting_seller",
  externalStatus: "OPEN",
  reason: null,
  externalReason: null,
  amount: { amount: "10.00", currency: "EUR" },
  turn: "seller",
  dueAt: null,
  openedAt: new Date("2026-03-01T08:00:00Z"),
  closedAt: null,
  lines: [],
  events: [],
  returnTracking: null,
  lockToken: "v7",
  restockedByPlatform: null,
  warnings: [],
};

async function givenDispute(overrides: Partial<Dispute> = {}) {
  const api = await givenApi();
  const store = await api.store();
  const dispute = { ...DISPUTE, ...overrides };
  await ingestExamples(api.engine, store, "disputes", [
    { externalId: dispute.externalId, says: { disputes: [dispute] } },
  ]);
  const key = await api.key("operator");
  const [{ id }] = (await api.send(key, "GET /v1/disputes")).body.data;
  const answer = (body: unknown, headers: Record<string, string> = {}) =>
    api.send(key, `POST /v1/disputes/${id}/actions`, { body, headers });
  const drain = () => drainActions(api.engine, store.id, AbortSignal.timeout(10_000));
  return { api, key, answer, drain };
}

it("an answer reaches the platform as one act, with the dispute as it was read last", async () => {
  const { api, key, answer, drain } = await givenDispute();
  const file = { name: "photo.png", content_type: "image/png", base64: "AAEC" };
  const body = { act: "refuse", reason: "WORN", message: "It was worn.", files: [file] };
  const first = await answer(body, { "idempotency-key": "answer-1" });
  expect(first).toMatchObject({ status: 202, body: { kind: "disputes.refuse", status: "pending", repeated: false } });
  await api.db.query("delete from idempotency_keys");
  expect((await answer(body, { "idempotency-key": "answer-1" })).body).toMatchObject({ repeated: true });
  expect(await drain()).toBe(1);
  expect(api.platform.acts).toEqual([
    {
      kind: "disputes.refuse",
      input: expect.objectContaining({
        disputeExternalId: "D-1",
        orderExternalId: "1001",
        system: "returns",
        lockToken: "v7",
        reason: "WORN",
        message: "It was worn.",
        amount: null,
        files: [{ name: "photo.png", contentType: "image/png", base64: "AAEC" }],
      }),
    },
  ]);
  expect((await api.send(key, `GET ${first.headers.get("location")}`)).body).toMatchObject({ status: "done" });
});

it("names its amount in the dispute's currency", async () => {
  const { api, answer, drain } = await givenDispute();
  await answer({ act: "accept", amount: "7.50" });
  await drain();
  expect(api.platform.acts).toMatchObject([{ input: { amount: "7.50", currency: "EUR" } }]);
});

it("is refused at once where the platform has no such answer, the dispute is closed, or the words are wrong", async () => {
  const { answer } = await givenDispute();
  expect(await answer({ act: "receive_return" })).toMatchObject({ status: 422, body: { code: "not_available" } });
  expect(await answer({ act: "ignore" })).toMatchObject({ status: 422 });
  expect(await answer({ act: "accept", amount: "-1" })).toMatchObject({ status: 422 });
  const closed = await givenDispute({ status: "resolved_refunded", closedAt: new Date("2026-03-02T08:00:00Z") });
  expect(await closed.answer({ act: "accept" })).toMatchObject({ status: 409, body: { code: "dispute_closed" } });
});

/** Webhooks that are not taken: when they come again, when they come no more, and who is told. */
import { describe, expect, it } from "vitest";
import { JITTER, WAITS_MS } from "../../src/sync/webhook-retries.ts";
import { givenReceiver, verify } from "../support/webhook-receiver.ts";
import { DAY, engineWith, entityId, givenWebhooks, HOUR, orderChange, SECOND } from "./given-webhooks.ts";

describe("a webhook that is not taken", () => {
  it("comes again at the convention's times, with the same id and a signature of its own, and nothing before it", async () => {
    const given = await givenWebhooks();
    const { id, secret } = await given.endpoint();
    given.receiver.status(500, {}, "out of order");
    await given.append(given.store.id, orderChange(1));
    await given.work();
    await given.append(given.store.id, orderChange(2));
    let sent = 1;
    for (const wait of WAITS_MS) {
      expect(given.receiver.received).toHaveLength(sent);
      given.api.clock.advance(wait - SECOND);
      await given.work();
      expect(given.receiver.received).toHaveLength(sent);
      given.api.clock.advance(SECOND + wait * JITTER);
      await given.work();
      sent += 1;
    }
    expect(given.receiver.received).toHaveLength(10);
    expect(new Set(given.receiver.ids())).toEqual(new Set([entityId(1)]));
    expect(new Set(given.receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(new Set(given.receiver.received.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(10);
    for (const received of given.receiver.received) verify(secret, received);
    expect(await given.deliveries(id)).toMatchObject([
      { status: "pending", attempts: 10, response_status: 500, error: "answered 500: out of order" },
    ]);
  });

  it("is told of while it fails, and no more once it is taken", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint({ description: "Warehouse" });
    given.receiver.status(503);
    await given.append(given.store.id, orderChange(1));
    await given.work();
    for (const wait of WAITS_MS.slice(0, 2)) {
      given.api.clock.advance(wait * (1 + JITTER));
      await given.work();
    }
    expect(await given.alerts()).toEqual([]);
    given.api.clock.advance(2 * HOUR);
    await given.work();
    expect(await given.alerts()).toMatchObject([
      {
        code: "webhook_endpoint_failing",
        subject: "webhook_endpoint",
        subject_id: id,
        message: expect.stringMatching(/"Warehouse".*answered 503/),
      },
    ]);
    given.receiver.status(204);
    given.api.clock.advance(3 * HOUR);
    await given.work();
    expect(await given.alerts()).toEqual([]);
    expect(await given.get(id)).toMatchObject({ attempts: 0, failing_since: null, next_attempt_at: null, position: 1 });
  });

  it("disables its endpoint after three days, and enabled again goes on from where it stopped", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    given.receiver.status(500);
    await given.append(given.store.id, orderChange(1));
    await given.work();
    const start = given.api.clock.now().getTime();
    let days = 0;
    for (; days < 10 && (await given.get(id)).enabled; days += 1 / 24) {
      given.api.clock.advance(HOUR);
      await given.work();
    }
    expect((given.api.clock.now().getTime() - start) / DAY).toBeGreaterThan(3);
    expect((given.api.clock.now().getTime() - start) / DAY).toBeLessThan(4);
    expect(await given.get(id)).toMatchObject({
      enabled: false,
      disabled_reason: "failing",
      position: 0,
      attempts: 10,
    });
    const [alert] = await given.alerts();
    expect(alert).toMatchObject({ code: "webhook_endpoint_disabled", severity: "critical", subject_id: id });
    expect(alert.remedy).toContain(`PATCH /v1/webhook-endpoints/${id} {"enabled": true}`);
    const sent = given.receiver.received.length;
    await given.append(given.store.id, orderChange(2));
    given.api.clock.advance(DAY);
    given.receiver.status(200);
    await given.work();
    expect(given.receiver.received).toHaveLength(sent);
    expect(await given.send(`PATCH /v1/webhook-endpoints/${id}`, { enabled: true })).toMatchObject({
      status: 200,
      body: { enabled: true, disabled_reason: null, attempts: 0 },
    });
    await given.work();
    expect(given.receiver.ids().slice(sent)).toEqual([entityId(1), entityId(2)]);
    expect(await given.alerts()).toEqual([]);
  });

  it("disables its endpoint at once where the receiver is gone for good", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    given.receiver.status(410);
    await given.append(given.store.id, orderChange(1));
    await given.work();
    expect(await given.get(id)).toMatchObject({ enabled: false, disabled_reason: "gone", position: 0 });
    expect(await given.alerts()).toMatchObject([{ code: "webhook_endpoint_disabled" }]);
    given.api.clock.advance(4 * DAY);
    await given.work();
    expect(given.receiver.received).toHaveLength(1);
  });

  it.each([
    ["seconds", () => "7200"],
    ["a date", (now: Date) => new Date(now.getTime() + 2 * HOUR).toUTCString()],
  ])("waits as long as the receiver asks for in %s", async (_form, header) => {
    const given = await givenWebhooks();
    await given.endpoint();
    given.receiver.status(429, { "retry-after": header(given.api.clock.now()) });
    await given.append(given.store.id, orderChange(1));
    await given.work();
    given.api.clock.advance(2 * HOUR - 2 * SECOND);
    await given.work();
    expect(given.receiver.received).toHaveLength(1);
    given.api.clock.advance(HOUR);
    await given.work();
    expect(given.receiver.received).toHaveLength(2);
  });

  it("is not kept alive for weeks by a receiver that always asks for a day", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    given.receiver.status(429, { "retry-after": "999999999" });
    await given.append(given.store.id, orderChange(1));
    for (let day = 0; day < 6; day++) {
      await given.work();
      given.api.clock.advance(DAY * (1 + JITTER));
    }
    expect(await given.get(id)).toMatchObject({ enabled: false, disabled_reason: "failing" });
    expect(given.receiver.received.length).toBeLessThan(6);
  });

  it("has no redirect followed", async () => {
    const given = await givenWebhooks();
    const elsewhere = await givenReceiver(given.api.clock);
    const { id } = await given.endpoint();
    given.receiver.status(307, { location: elsewhere.url });
    await given.append(given.store.id, orderChange(1));
    await given.work();
    expect(elsewhere.connections).toBe(0);
    expect((await given.deliveries(id))[0]).toMatchObject({
      status: "pending",
      response_status: 307,
      error: expect.stringContaining("redirects are not followed"),
    });
  });

  it("is given up where no answer comes in time, and where no connection can be made", async () => {
    const given = await givenWebhooks();
    const hasty = engineWith(given, { send: { allowPrivateUrls: true, resolve: null, timeoutMs: 100 } });
    const { id } = await given.endpoint();
    given.receiver.answer = () => {};
    await given.append(given.store.id, orderChange(1));
    await given.work(hasty);
    expect((await given.deliveries(id))[0]).toMatchObject({ response_status: null, error: "no answer in time" });
    await given.send(`PATCH /v1/webhook-endpoints/${id}`, { url: "http://127.0.0.1:9/", enabled: true });
    await given.work();
    expect((await given.deliveries(id))[0]).toMatchObject({
      response_status: null,
      error: expect.stringContaining("could not be reached"),
      attempts: 2,
    });
  });

  it("has the beginning of its answer kept and no more, and none of it where buyers are sent", async () => {
    const given = await givenWebhooks();
    const long = `Zzecho ${"ä".repeat(3_000_000)}`;
    const plain = await given.endpoint();
    const clear = await given.endpoint({ include_buyer: true });
    given.receiver.status(400, {}, long);
    await given.append(given.store.id, orderChange(1));
    await given.work();
    const [kept] = await given.deliveries(plain.id);
    expect(kept.error).toBe(`answered 400: ${long.slice(0, 200)}`);
    expect((await given.deliveries(clear.id))[0].error).toBe("answered 400");
  });

  it("is put off where it could not be made, and what went wrong is in the log", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    const broken = engineWith(given, {});
    if (!broken.outbound) throw new Error("nothing to send with");
    broken.outbound = { ...broken.outbound, render: () => Promise.reject(new TypeError("Zzbuyer is not a function")) };
    await given.append(given.store.id, orderChange(1));
    await given.work(broken);
    await given.work(broken);
    expect(given.logs.withMessage("a webhook delivery failed by a bug")).toHaveLength(1);
    expect(await given.get(id)).toMatchObject({ attempts: 1, position: 0, next_attempt_at: expect.any(String) });
    given.api.clock.advance(10 * SECOND);
    await given.work();
    expect(given.receiver.ids()).toEqual([entityId(1)]);
  });

  it("was taken where the answer's status says so, whatever becomes of its body", async () => {
    const given = await givenWebhooks();
    const hasty = engineWith(given, { send: { allowPrivateUrls: true, resolve: null, timeoutMs: 2_000 } });
    const { id } = await given.endpoint();
    given.receiver.answer = (_request, response) => void response.writeHead(200).write("never ends");
    await given.append(given.store.id, orderChange(1));
    await given.work(hasty);
    expect((await given.deliveries(id))[0]).toMatchObject({ status: "delivered", response_status: 200, error: null });
  });
});

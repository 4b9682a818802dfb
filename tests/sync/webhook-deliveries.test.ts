/** Changes leave for those who read from us: in order, signed, to the address that was given. */
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { changesMessage } from "../../src/api/schemas/webhook-endpoints.ts";
import { InputError } from "../../src/core/errors.ts";
import { requestAct } from "../../src/sync/actions.ts";
import { runWork } from "../../src/sync/schedule.ts";
import { startWorker } from "../../src/sync/worker.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { givenReceiver, verify } from "../support/webhook-receiver.ts";
import { DAY, engineWith, entityId, givenWebhooks, numbers, orderChange, SECOND, SIGNAL } from "./given-webhooks.ts";

describe("webhook deliveries", () => {
  it("send every change once, in the order of the feed, signed by the convention", async () => {
    const given = await givenWebhooks();
    const { id, secret } = await given.endpoint();
    for (const n of numbers(5)) await given.append(given.store.id, orderChange(n));
    await given.work();
    expect(given.receiver.ids()).toEqual(numbers(5).map(entityId));
    for (const received of given.receiver.received) {
      changesMessage.parse(verify(secret, received));
      const forged = { ...received, body: received.body.replace('"order"', '"store"') };
      expect(() => verify(secret, forged)).toThrow("No matching signature");
    }
    expect(await given.get(id)).toMatchObject({ position: 5, behind: 0, attempts: 0 });
    await given.work();
    expect(given.receiver.received).toHaveLength(1);
    expect(await given.deliveries(id)).toMatchObject([
      {
        status: "delivered",
        first_position: 1,
        last_position: 5,
        change_count: 5,
        attempts: 1,
        response_status: 204,
        error: null,
      },
    ]);
    given.logs.assertNone([secret, secret.slice(6)]);
  });

  it("hold a hundred changes at most, each beginning where the one before ended", async () => {
    const given = await givenWebhooks();
    await given.endpoint();
    await given.append(given.store.id, ...numbers(250).map((n) => orderChange(n)));
    await given.work();
    const messages = given.receiver.received.map(({ message }) => message.data);
    expect(messages.map(({ after, next, changes }) => [after, next, changes.length])).toEqual([
      [0, 100, 100],
      [100, 200, 100],
      [200, 250, 50],
    ]);
    expect(given.receiver.ids()).toEqual(numbers(250).map(entityId));
    expect(given.receiver.mostAtOnce).toBe(1);
  });

  it("are shorter where the records are long, and leave none out", async () => {
    const given = await givenWebhooks();
    await given.endpoint({ entities: ["order"] });
    const orders = numbers(8).map((n) =>
      orderDocument(exampleOrder({ externalId: `long-${n}`, externalStatus: `${n}`.repeat(150_000) })),
    );
    await ingestExamples(given.engine, given.store, "orders", orders);
    await given.work();
    expect(given.receiver.received.length).toBeGreaterThan(2);
    for (const { body } of given.receiver.received) expect(body.length).toBeLessThan(530_000);
    expect(new Set(given.receiver.ids()).size).toBe(8);
    expect(given.receiver.positions()).toEqual([...given.receiver.positions()].sort((a, b) => a - b));
  });

  it("bring only what the endpoint asked for, and pass over the rest", async () => {
    const given = await givenWebhooks();
    const other = await given.api.store({ name: "Other" });
    const { id } = await given.endpoint({ entities: ["order", "sku"], stores: [given.store.id] });
    await given.append(other.id, orderChange(1));
    await given.append(given.store.id, { ...orderChange(2), entity: "shipment" }, orderChange(3));
    await given.append(null, { ...orderChange(4), entity: "sku" }, { ...orderChange(5), entity: "stock" });
    await given.work();
    expect(given.receiver.ids()).toEqual([entityId(3), entityId(4)]);
    expect(await given.get(id)).toMatchObject({ position: 5, behind: 0 });
    await given.append(other.id, orderChange(6));
    await given.work();
    expect(given.receiver.received).toHaveLength(1);
    expect(await given.get(id)).toMatchObject({ position: 6, behind: 0 });
  });

  it("show records as they are now, buyers masked unless the endpoint may see them", async () => {
    const given = await givenWebhooks();
    const clear = await givenReceiver(given.api.clock);
    await given.endpoint({ entities: ["order"] });
    await given.endpoint({ entities: ["order"], include_buyer: true }, clear);
    await ingestExamples(given.engine, given.store, "orders", [orderDocument(exampleOrder())]);
    await given.work();
    const current = (receiver: typeof clear) => receiver.received[0]?.message.data.changes[0].current;
    expect(current(given.receiver)).toMatchObject({ external_id: "1001", buyer: { name: "A**" } });
    expect(given.receiver.received[0]?.body).not.toContain("Zzbuyer");
    expect(current(clear).buyer.name).toContain("Zzbuyer");
    given.logs.assertNone(["Zzbuyer"]);
    const rows = await given.api.db.query("select * from webhook_deliveries");
    expect(JSON.stringify(rows)).not.toContain("Zzbuyer");
  });

  it("leave within moments of the change, while a receiver that does not answer holds up nobody", async () => {
    const given = await givenWebhooks();
    const stuck = await givenReceiver(given.api.clock);
    stuck.answer = () => {};
    await given.endpoint({}, stuck);
    const { id } = await given.endpoint();
    const worker = await startWorker(given.engine, { jobs: null, concurrency: 1, tickMs: 60_000 });
    onTestFinished(() => worker.stop());
    for (const n of numbers(3)) {
      await ingestExamples(given.engine, given.store, "orders", [orderDocument(exampleOrder({ externalId: `${n}` }))]);
      // No look of its own comes within a minute: it is the notification that wakes.
      await vi.waitFor(() => expect(new Set(given.receiver.ids()).size).toBe(n), { timeout: 15_000, interval: 20 });
      await vi.waitFor(async () => {
        const held = "select 1 from leases where name = $1 and owner is not null";
        expect(await given.api.db.query(held, [`webhooks:${id}`])).toEqual([]);
      });
      // The look that follows a delivery is over too.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(stuck.received).toHaveLength(1);
    // Nor the work that there is but one place for; long before the stuck one is given up.
    const [order] = await given.api.db.query<{ id: string }>("select id from orders limit 1");
    const act = { storeId: given.store.id, kind: "orders.set_memo", subject: "order", subjectId: order?.id ?? "" };
    await requestAct(given.engine, { ...act, input: {}, actor: "test" });
    worker.wake();
    await vi.waitFor(
      async () =>
        expect(await given.api.db.query("select 1 from actions where attempts = 0 and status = 'pending'")).toEqual([]),
      { timeout: 5_000, interval: 20 },
    );
  });

  it("resume after a stop in the middle of one, which counts as no failure", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    await given.append(given.store.id, orderChange(1));
    given.receiver.answer = () => {};
    const stopping = new AbortController();
    const working = runWork(given.engine, { kind: "sequence" }, SIGNAL).then(() =>
      runWork(given.engine, { kind: "webhooks", endpointId: id }, stopping.signal),
    );
    await vi.waitFor(() => expect(given.receiver.received).toHaveLength(1));
    stopping.abort();
    await working;
    expect(await given.get(id)).toMatchObject({ attempts: 0, position: 0 });
    given.receiver.status(200);
    await given.work();
    expect(given.receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual(
      Array(2).fill((await given.deliveries(id))[0].id),
    );
  });

  it("signs with the secret before a new one too, for a day", async () => {
    const given = await givenWebhooks();
    const { id, secret } = await given.endpoint();
    const rotate = () => given.send(`POST /v1/webhook-endpoints/${id}/rotate-secret`);
    const rotated = (await rotate()).body.secret as string;
    // A third within the day would cut off a receiver that has the first.
    given.api.clock.advance(DAY / 2);
    expect(await rotate()).toMatchObject({ status: 409, body: { code: "secret_rotated_already" } });
    given.api.clock.advance(-DAY / 2);
    await given.append(given.store.id, orderChange(1));
    await given.work();
    given.api.clock.advance(DAY + SECOND);
    await given.append(given.store.id, orderChange(2));
    await given.work();
    const [within, after] = given.receiver.received;
    if (!within || !after) throw new Error("two deliveries were wanted");
    expect(within.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    verify(secret, within);
    verify(rotated, within);
    expect(after.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
    verify(rotated, after);
    expect(() => verify(secret, after)).toThrow();
    expect((await rotate()).status).toBe(200);
  });
});

describe("S74 the address of a receiver", () => {
  it("is looked up anew by the connection, and one that has become private is not connected to", async () => {
    const given = await givenWebhooks();
    const { port } = new URL(given.receiver.url);
    let address = "93.184.216.34";
    const asked: string[] = [];
    const outside = engineWith(given, {
      send: {
        allowPrivateUrls: false,
        resolve: async (hostname) => {
          asked.push(hostname);
          if (address.startsWith("127."))
            throw new InputError("address_refused", `${hostname} is not on the public internet.`);
          return [{ address, family: 4 }];
        },
      },
    });
    await outside.outbound?.check(`https://receiver.example.com:${port}/`);
    const { id } = await given.endpoint({ url: `https://receiver.example.com:${port}/` });
    address = "127.0.0.1";
    await given.append(given.store.id, orderChange(1));
    await given.work(outside);
    expect(asked).toEqual(["receiver.example.com", "receiver.example.com"]);
    expect(given.receiver.connections).toBe(0);
    expect((await given.deliveries(id))[0]).toMatchObject({
      status: "pending",
      response_status: null,
      error: "receiver.example.com is not on the public internet.",
    });
  });

  it("is the one that was looked at: no second look-up decides where the connection goes", async () => {
    const given = await givenWebhooks();
    const { port } = new URL(given.receiver.url);
    const { id } = await given.endpoint({ url: `https://receiver.example.com:${port}/` });
    const looked = engineWith(given, {
      send: { allowPrivateUrls: false, resolve: async () => [{ address: "127.0.0.1", family: 4 }] },
    });
    await given.append(given.store.id, orderChange(1));
    await given.work(looked);
    // It was reached there, and does not speak TLS.
    expect(given.receiver.connections).toBe(1);
    expect(given.receiver.received).toEqual([]);
    expect((await given.deliveries(id))[0]).toMatchObject({ status: "pending", response_status: null });
  });

  it("is refused at the connection where it was given while private ones were allowed", async () => {
    const given = await givenWebhooks();
    const { port } = new URL(given.receiver.url);
    const strict = engineWith(given, {
      send: { allowPrivateUrls: false, resolve: () => Promise.reject(new Error("not asked")) },
    });
    for (const [i, url] of [given.receiver.url, `https://127.0.0.1:${port}/`, `https://[::1]:${port}/`].entries()) {
      const { id } = await given.endpoint({ url });
      await given.append(given.store.id, orderChange(i));
      await given.work(strict);
      expect((await given.deliveries(id))[0].error).toMatch(/only https|not on the public internet/);
    }
    expect(given.receiver.connections).toBe(0);
  });
});

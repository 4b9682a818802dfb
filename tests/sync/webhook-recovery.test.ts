/** Webhooks after crashes, beside other processes, and to receivers that were away. */
import { describe, expect, it } from "vitest";
import { pruneFeed } from "../../src/core/db/feed.ts";
import { takeLease } from "../../src/core/db/leases.ts";
import { runWork } from "../../src/sync/schedule.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { verify } from "../support/webhook-receiver.ts";
import {
  DAY,
  engineWith,
  entityId,
  type GivenWebhooks,
  givenWebhooks,
  HOUR,
  numbers,
  orderChange,
  SECOND,
  SIGNAL,
} from "./given-webhooks.ts";

describe("processes that deliver", () => {
  /** A process that dies once the receiver has answered: no statement of its reaches the database any more. */
  function dying(given: GivenWebhooks) {
    let dead = false;
    const { db } = given.engine;
    const gone = () => Promise.reject(new Error("the process is dead"));
    const engine = engineWith(given, {
      processId: "dying",
      db: {
        ...db,
        dialect: db.dialect,
        get orm() {
          return db.orm;
        },
        query: (text, params) => (dead ? gone() : db.query(text, params)),
        transaction: (run) => (dead ? gone() : db.transaction(run)),
      },
    });
    const { outbound } = engine;
    if (!outbound) throw new Error("nothing to send with");
    engine.outbound = {
      ...outbound,
      send: async (message, signal) => {
        const answer = await outbound.send(message, signal);
        dead = true;
        return answer;
      },
    };
    return engine;
  }

  it("send a delivery again under its id where one died between the answer and its note of it", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    await given.append(given.store.id, orderChange(1), orderChange(2));
    await runWork(given.engine, { kind: "sequence" }, SIGNAL);
    await expect(runWork(dying(given), { kind: "webhooks", endpointId: id }, SIGNAL)).rejects.toThrow("dead");
    expect(given.receiver.received).toHaveLength(1);
    expect(await given.get(id)).toMatchObject({ position: 0 });
    await given.append(given.store.id, orderChange(3));
    // Its lease is not over: nobody sends beside it.
    await given.work();
    expect(given.receiver.received).toHaveLength(1);
    await given.api.db.query("update leases set until = clock_timestamp() - interval '1 second'");
    await given.work();
    const [first, again, next] = given.receiver.received;
    expect(again?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(again?.message.data.changes.map((change: { id: string }) => change.id)).toEqual([entityId(1), entityId(2)]);
    expect(next?.message.data).toMatchObject({ after: 2, next: 3, changes: [{ id: entityId(3) }] });
    expect(given.receiver.received).toHaveLength(3);
    expect(await given.get(id)).toMatchObject({ position: 3 });
  });

  it("never send to one endpoint at the same time, however many they are", async () => {
    const given = await givenWebhooks();
    await given.endpoint();
    given.receiver.answer = async (_request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      response.writeHead(204).end();
    };
    await given.append(given.store.id, ...numbers(450).map((n) => orderChange(n)));
    const processes = numbers(4).map((n) => engineWith(given, { processId: `process ${n}` }));
    for (let round = 0; round < 5; round++) await Promise.all(processes.map((engine) => given.work(engine)));
    expect(given.receiver.ids()).toEqual(numbers(450).map(entityId));
    expect(given.receiver.mostAtOnce).toBe(1);
  });

  it("write nothing of a delivery that was taken over while they slept", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    await given.append(given.store.id, orderChange(1));
    given.receiver.answer = async (_request, response) => {
      await given.api.db.query("update leases set until = clock_timestamp() - interval '1 second'");
      await takeLease(given.api.db, `webhooks:${id}`, "another", 60_000);
      response.writeHead(500).end();
    };
    await given.work();
    expect(await given.get(id)).toMatchObject({ attempts: 0, position: 0 });
    expect((await given.deliveries(id))[0]).toMatchObject({ status: "pending", attempts: 0 });
    expect(given.logs.withMessage("webhook deliveries were taken over")).toHaveLength(1);
  });
});

describe("a receiver that was away", () => {
  it("S71 is sent every change at least once, signed and oldest first, after a day; the feed alone gives the same", async () => {
    const given = await givenWebhooks();
    const { id, secret } = await given.endpoint({ entities: ["order"] });
    given.receiver.status(503);
    const versions = new Map<string, number>();
    for (let hour = 0; hour < 24; hour++) {
      for (const externalId of [`${1000 + hour}`, "500"]) {
        versions.set(externalId, (versions.get(externalId) ?? 0) + 1);
        const order = exampleOrder({ externalId, externalStatus: `edit ${hour}` });
        await ingestExamples(given.engine, given.store, "orders", [orderDocument(order)]);
      }
      await given.work();
      given.api.clock.advance(HOUR);
    }
    expect((await given.get(id)).enabled).toBe(true);
    expect(await given.alerts()).toMatchObject([{ code: "webhook_endpoint_failing" }]);
    const before = given.receiver.received.length;
    given.receiver.status(200);
    given.api.clock.advance(DAY);
    await given.work();
    const taken = given.receiver.received.slice(before);
    for (const received of given.receiver.received) verify(secret, received);
    const changes = taken.flatMap(({ message }) => message.data.changes) as {
      id: string;
      version: number;
      position: number;
      current: { external_id: string };
    }[];
    const feed = (await given.send("GET /v1/changes?entity=order&limit=1000")).body.data as typeof changes;
    expect(changes.map(({ position }) => position)).toEqual(feed.map(({ position }) => position));
    for (const [externalId, count] of versions) {
      const own = changes.filter(({ current }) => current.external_id === externalId).map(({ version }) => version);
      expect(own).toEqual(numbers(count));
    }
    expect(await given.alerts()).toEqual([]);
  });

  it("is told of changes that are no longer kept, by an alert and in the next delivery, and goes on with the rest", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    await given.append(given.store.id, orderChange(1));
    await given.work();
    given.api.clock.advance(SECOND);
    given.receiver.status(500);
    await given.append(given.store.id, orderChange(2), orderChange(3));
    await given.work();
    await given.append(given.store.id, orderChange(4));
    await runWork(given.engine, { kind: "sequence" }, SIGNAL);
    await given.api.db.query("update changes set at = '2020-01-01T00:00:00Z' where position <= 3");
    await pruneFeed(given.api.db, "2021-01-01T00:00:00Z");
    given.receiver.status(200);
    given.api.clock.advance(10 * SECOND);
    await given.work();
    expect(given.receiver.received.at(-1)?.message.data).toMatchObject({
      after: 3,
      next: 4,
      changes: [{ id: entityId(4) }],
    });
    const [alert] = await given.alerts();
    expect(alert).toMatchObject({ code: "webhook_changes_lost", severity: "critical", subject_id: id });
    expect(alert.message).toContain("positions 2 to 3");
    expect((await given.deliveries(id)).map((delivery: { status: string }) => delivery.status)).toEqual([
      "delivered",
      "replaced",
      "delivered",
    ]);
  });

  it("is told by maintenance what the feed drops while its endpoint is disabled, once, and old deliveries are cleared", async () => {
    const given = await givenWebhooks();
    const { id } = await given.endpoint();
    await given.append(given.store.id, orderChange(1));
    await given.work();
    await given.send(`PATCH /v1/webhook-endpoints/${id}`, { enabled: false });
    // Its platform has no part in this.
    await given.api.db.query("update stores set mode = 'disconnected'");
    await given.append(given.store.id, orderChange(2), orderChange(3));
    await runWork(given.engine, { kind: "maintenance" }, SIGNAL);
    expect(await given.alerts()).toEqual([]);
    expect(await given.deliveries(id)).toHaveLength(1);
    await runWork(given.engine, { kind: "sequence" }, SIGNAL);
    await given.api.db.query("update changes set at = $1::timestamptz", [
      new Date(given.api.clock.now().getTime() - 31 * DAY).toISOString(),
    ]);
    given.api.clock.advance(15 * DAY);
    await runWork(given.engine, { kind: "maintenance" }, SIGNAL);
    await runWork(given.engine, { kind: "maintenance" }, SIGNAL);
    expect(await given.alerts()).toMatchObject([{ code: "webhook_changes_lost", subject_id: id, count: 1 }]);
    expect(await given.deliveries(id)).toEqual([]);
    const enabled = await given.send(`PATCH /v1/webhook-endpoints/${id}`, { enabled: true });
    expect(enabled).toMatchObject({ status: 410, body: { code: "changes_gone" } });
    expect(enabled.body.detail).toContain('{"after": 2}');
    await given.send(`POST /v1/webhook-endpoints/${id}/replay`, { after: 2 });
    expect(await given.alerts()).toEqual([]);
    expect((await given.send(`PATCH /v1/webhook-endpoints/${id}`, { enabled: true })).status).toBe(200);
    await given.work();
    expect(given.receiver.ids()).toEqual([entityId(1), entityId(3)]);
  });
});

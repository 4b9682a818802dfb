/** Messages: only what the platform signed, each once, none thrown away. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Adapter, HttpWebhooks, InboundRequest } from "../../src/core/adapter.ts";
import { isAbsent } from "../../src/core/adapter.ts";
import { drainInbox } from "../../src/sync/inbox.ts";
import { createInboxPump, receiveForPlatform, receiveForStore } from "../../src/sync/receive-webhook.ts";
import { type Bench, type Exchange, probed, receive } from "./bench.ts";
import { group, needed } from "./check.ts";
import { givenConnected } from "./engine.ts";
import { filesOf } from "./hygiene.ts";

const isHttp = (adapter: Adapter) => !isAbsent(adapter.webhooks) && adapter.webhooks.kind === "http";
const isQueue = (adapter: Adapter) => !isAbsent(adapter.webhooks) && adapter.webhooks.kind === "queue";

function httpOf(bench: Bench): HttpWebhooks {
  const { webhooks } = bench.adapter;
  if (isAbsent(webhooks) || webhooks.kind !== "http") throw new Error("no HTTP webhooks");
  return webhooks;
}

/** A message as the platform sends it: a buyer buys, and we had asked to be told. */
async function delivery(bench: Bench): Promise<InboundRequest> {
  const { subject } = bench;
  const { address, secret } = needed(subject.webhooks, "how messages are signed (webhooks)");
  await httpOf(bench).ensure?.(bench.store, address, secret, bench.signal);
  await subject.fake.settle();
  bench.inbound.length = 0;
  sell(bench);
  await subject.fake.settle();
  return needed(bench.inbound.at(-1), "anything: the fake has sent nothing");
}

function sell({ subject }: Bench): string {
  for (const { sku } of subject.fake.books().variants.values()) {
    const result = subject.fake.sell({ sku, quantity: 1 });
    if (result.sold) return result.orderId;
  }
  throw new Error("the fake sells nothing");
}

/** Whether a call asks for a change; in GraphQL a question is posted too. */
const isWrite = ({ method, body }: Exchange): boolean =>
  method !== "GET" && !/^\{"query":"\s*(?:query\b|\{)/.test(body);

const take = (bench: Bench, request: InboundRequest, secret?: string) =>
  receive(httpOf(bench), bench.subject, request, bench.clock, secret);

const http = group(
  "webhooks",
  [
    {
      name: "a message of the platform is taken, and names what changed",
      run: async (bench) => {
        await probed(bench);
        const { answer, notifications, verified } = take(bench, await delivery(bench));
        expect(verified).toBe(true);
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).toBeLessThan(300);
        expect(notifications).toHaveLength(1);
        expect(notifications[0]).toMatchObject({
          resource: expect.any(String),
          externalId: expect.any(String),
          dedupKey: expect.stringMatching(/./),
        });
        if (httpOf(bench).scope === "app") expect(notifications[0]?.storeKey).toBe(bench.store.externalId);
      },
    },
    {
      name: "a changed body, another secret and no signature are refused",
      run: async (bench) => {
        await probed(bench);
        const request = await delivery(bench);
        const changed = Uint8Array.from(request.body);
        changed[changed.length - 2] = (changed[changed.length - 2] ?? 0) ^ 1;
        const unsigned = {
          ...request,
          headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !/sign|hmac/i.test(name))),
        };
        const none = { ...request, headers: {} };
        const results = [
          take(bench, { ...request, body: changed }),
          take(bench, request, "another-secret"),
          take(bench, unsigned),
          take(bench, none),
          take(bench, request, ""),
        ];
        for (const result of results)
          expect(result).toMatchObject({ verified: false, notifications: [], answer: { status: 401 } });
      },
    },
    {
      name: "the signature is over the raw bytes",
      run: async (bench) => {
        await probed(bench);
        const request = await delivery(bench);
        const spaced = new TextEncoder().encode(`${new TextDecoder().decode(request.body)} `);
        expect(take(bench, { ...request, body: spaced }).verified).toBe(false);
      },
    },
    {
      name: "an old message is refused, whoever sends it again",
      run: async (bench) => {
        await probed(bench);
        const request = await delivery(bench);
        bench.clock.advance(24 * 3_600_000);
        expect(take(bench, request)).toMatchObject({ verified: false, notifications: [], answer: { status: 401 } });
      },
    },
    {
      name: "signatures are compared in constant time",
      run: ({ platform }) => {
        const sources = filesOf(platform.folder)
          .filter((file) => /webhooks/.test(file))
          .map((file) => readFileSync(file, "utf8"));
        expect(sources.some((text) => text.includes("timingSafeEqual"))).toBe(true);
      },
    },
    {
      name: "a repeated message has the same key, another change another one",
      run: async (bench) => {
        await probed(bench);
        const first = await delivery(bench);
        const keyOf = (request: InboundRequest) => take(bench, request).notifications[0]?.dedupKey;
        expect(keyOf(first)).toBe(keyOf({ ...first }));
        bench.clock.advance(1000);
        sell(bench);
        await bench.subject.fake.settle();
        const second = needed(bench.inbound.at(-1), "a second message");
        expect(keyOf(second)).not.toBe(keyOf(first));
      },
    },
    {
      name: "a topic that nobody knows is answered well and recorded",
      run: async (bench) => {
        await probed(bench);
        const request = needed(bench.subject.webhooks, "how messages are signed (webhooks)").unknownTopic();
        const { answer, notifications, verified } = take(bench, request);
        expect(verified).toBe(true);
        expect(answer.status).toBeLessThan(300);
        expect(notifications).toMatchObject([{ resource: null }]);
      },
    },
    {
      name: "bytes that are nothing are refused without an exception",
      run: (bench) => {
        for (const text of ["", "{", "null", "\u0000\u0001"]) {
          const request = {
            method: "POST",
            path: "/",
            query: {},
            headers: { "content-type": "application/json" },
            body: new TextEncoder().encode(text),
          };
          expect(take(bench, request)).toMatchObject({ verified: false, notifications: [] });
        }
      },
    },
    {
      name: "webhooks that are in place are left alone, those that are not are repaired",
      run: async (bench) => {
        await probed(bench);
        const { address, secret } = needed(bench.subject.webhooks, "how messages are signed (webhooks)");
        const webhooks = httpOf(bench);
        const first = await webhooks.ensure?.(bench.store, address, secret, bench.signal);
        expect(first?.topics.length).toBeGreaterThan(0);
        expect(first?.repaired).toEqual(first?.topics);
        const writes = () => bench.exchanges.filter(isWrite).length;
        const before = writes();
        expect(await webhooks.ensure?.(bench.store, address, secret, bench.signal)).toEqual({
          topics: first?.topics,
          repaired: [],
        });
        expect(writes()).toBe(before);
        await webhooks.remove?.(bench.store, address, bench.signal);
        expect((await webhooks.ensure?.(bench.store, address, secret, bench.signal))?.repaired).toEqual(first?.topics);
      },
      applies: (adapter) =>
        !isAbsent(adapter.webhooks) && adapter.webhooks.kind === "http" && adapter.webhooks.ensure !== undefined,
    },
    {
      name: "a delivery that comes twice has one effect",
      run: async (bench) => {
        const request = await probed(bench).then(() => delivery(bench));
        const connected = await givenConnected(bench);
        const { engine, db, storeId } = connected;
        const pump = createInboxPump(engine);
        const { app } = bench.subject;
        const secrets = app ? [{ key: app.key, secret: app.secret }] : [];
        const post = () =>
          httpOf(bench).scope === "app"
            ? receiveForPlatform(engine, pump, bench.adapter.id, request, secrets)
            : receiveForStore(engine, pump, storeId, request);
        const answers = [await post(), await post()];
        expect(answers.map((answer) => answer.accepted)).toEqual([1, 0]);
        expect(answers[1]?.answer).toEqual(answers[0]?.answer);
        await drainInbox(engine, storeId, bench.signal);
        await drainInbox(engine, storeId, bench.signal);
        const [row] = await db.query<{ orders: string; changes: string }>(
          "select (select count(*) from orders) as orders, (select count(*) from changes_pending where entity = 'order') as changes",
        );
        expect([Number(row?.orders), Number(row?.changes)]).toEqual([1, 1]);
      },
    },
    {
      name: "a challenge is answered by whoever owns the secret, and nobody else",
      run: (bench) => {
        const { challenge } = needed(bench.subject.webhooks, "how messages are signed (webhooks)");
        if (!challenge) return;
        const { request, answer } = challenge();
        expect(take(bench, request)).toMatchObject({ answer: { status: 200, body: answer }, notifications: [] });
        expect(take(bench, request, "another-secret").answer).toEqual({ status: 401 });
      },
    },
  ],
  isHttp,
);

/** Longer than any platform waits before what was not confirmed comes again. */
const REDELIVERY_MS = 15 * 60_000;

const queue = group(
  "messages",
  [
    {
      name: "a message comes again until it is confirmed, and then no more",
      run: async (bench) => {
        await probed(bench);
        const { webhooks } = bench.adapter;
        if (isAbsent(webhooks) || webhooks.kind !== "queue") throw new Error("no queue");
        sell(bench);
        const first = await webhooks.receive(bench.store, bench.signal);
        expect(first.notifications.length).toBeGreaterThan(0);
        expect(first.notifications[0]).toMatchObject({ storeKey: bench.store.externalId, resource: "orders" });
        const keys = first.notifications.map((one) => one.dedupKey);
        // A platform may leave the reader some minutes to confirm in; meanwhile it may have more to say.
        bench.clock.advance(REDELIVERY_MS);
        const again = await webhooks.receive(bench.store, bench.signal);
        expect(again.notifications.map((one) => one.dedupKey)).toEqual(expect.arrayContaining(keys));
        await webhooks.confirm(bench.store, needed(again.receipt ?? undefined, "a receipt"), bench.signal);
        const confirmed = new Set(again.notifications.map((one) => one.dedupKey));
        const orderId = sell(bench);
        const later = await webhooks.receive(bench.store, bench.signal);
        expect(later.notifications.map((one) => one.externalId)).toContain(orderId);
        expect(later.notifications.filter((one) => confirmed.has(one.dedupKey))).toEqual([]);
        await webhooks.confirm(bench.store, needed(later.receipt ?? undefined, "a receipt"), bench.signal);
        for (const { dedupKey } of later.notifications) confirmed.add(dedupKey);
        expect(await webhooks.receive(bench.store, bench.signal)).toEqual({ notifications: [], receipt: null });
        bench.clock.advance(REDELIVERY_MS);
        const last = await webhooks.receive(bench.store, bench.signal);
        expect(last.notifications.filter((one) => confirmed.has(one.dedupKey))).toEqual([]);
      },
    },
  ],
  isQueue,
);

export const webhooks = [...http, ...queue];

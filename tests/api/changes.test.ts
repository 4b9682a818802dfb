import { describe, expect, it } from "vitest";
import { changeSchema } from "../../src/api/schemas/operations.ts";
import { appendChanges, sequenceChanges } from "../../src/core/db/changes.ts";
import { pruneFeed } from "../../src/core/db/feed.ts";
import type { Change } from "../../src/core/ingest/types.ts";
import { itTwoConnections } from "../support/database.ts";
import { exampleListing, exampleOrder, ingestExamples, listingDocument, orderDocument } from "../support/example.ts";
import { type GivenApi, givenApi } from "./given-api.ts";

const entityId = (n: number) => `00000000-0000-8000-8000-${String(n).padStart(12, "0")}`;
const orderChange = (n: number, version = 1): Change => ({
  entity: "order",
  entityId: entityId(n),
  version,
  kind: "updated",
});

const append = (api: GivenApi, storeId: string | null, ...changes: Change[]) =>
  api.db.transaction((tx) => appendChanges(tx, storeId, changes));

async function givenFeed() {
  const api = await givenApi();
  const store = await api.store();
  const key = await api.key("operator");
  const read = (query: string, as = key) => api.send(as, `GET /v1/changes?${query}`);
  return { api, store, key, read };
}

describe("the change feed", () => {
  it("gives every change once, in order, and where to go on", async () => {
    const { api, store, read } = await givenFeed();
    await append(api, store.id, orderChange(1), orderChange(2), orderChange(1, 2));
    const first = (await read("after=0&limit=2")).body;
    for (const change of first.data) changeSchema.parse(change);
    expect(first.data.map((change: { id: string; version: number }) => [change.id, change.version])).toEqual([
      [entityId(1), 1],
      [entityId(2), 1],
    ]);
    const second = (await read(`after=${first.next}&limit=2`)).body;
    expect(second.data).toMatchObject([{ id: entityId(1), version: 2 }]);
    expect((await read(`after=${second.next}`)).body).toEqual({ data: [], next: second.next });
  });

  it("needs no worker beside it: what is pending is put in order by who reads", async () => {
    const { api, store, read } = await givenFeed();
    await append(api, store.id, orderChange(1));
    expect(await api.db.query("select 1 from changes")).toEqual([]);
    expect((await read("after=0")).body.data).toHaveLength(1);
  });

  itTwoConnections("S70 delivers a change whose transaction began first and committed last", async () => {
    const { api, store, read } = await givenFeed();
    let commit = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    const slow = api.db.transaction(async (tx) => {
      await appendChanges(tx, store.id, [orderChange(1)]);
      await held;
    });
    await append(api, store.id, orderChange(2));
    const first = (await read("after=0")).body;
    expect(first.data).toMatchObject([{ id: entityId(2) }]);
    commit();
    await slow;
    const second = (await read(`after=${first.next}`)).body;
    expect(second.data).toMatchObject([{ id: entityId(1) }]);
    expect(second.data[0].position).toBeGreaterThan(first.data[0].position);
  });

  it("moves a limited key on over what is not its own", async () => {
    const { api, store, read } = await givenFeed();
    const other = await api.store({ name: "Other" });
    await append(api, other.id, orderChange(1), orderChange(2));
    await append(api, null, { entity: "sku", entityId: entityId(9), version: 1, kind: "created" });
    const limited = await api.key("operator", [store.id]);
    const page = (await read("after=0", limited)).body;
    expect(page.data).toMatchObject([{ entity: "sku" }]);
    expect(page.next).toBe((await read("after=0")).body.next);
  });

  it("does not lose a limited key's changes behind a full page of others", async () => {
    const { api, store, read } = await givenFeed();
    const other = await api.store({ name: "Other" });
    for (let n = 0; n < 3; n++) {
      await append(api, other.id, orderChange(10 + n));
      await append(api, store.id, orderChange(n));
    }
    const limited = await api.key("operator", [store.id]);
    const seen: string[] = [];
    for (let after = 0; ; ) {
      const { data, next } = (await read(`after=${after}&limit=1`, limited)).body;
      seen.push(...data.map((change: { id: string }) => change.id));
      if (data.length === 0) break;
      after = next;
    }
    expect(seen).toEqual([entityId(0), entityId(1), entityId(2)]);
  });

  it("leaves out what the key may not read, and narrows to what is asked for", async () => {
    const { api, store, read } = await givenFeed();
    await append(api, store.id, orderChange(1), {
      entity: "settlement",
      entityId: entityId(2),
      version: 1,
      kind: "created",
    });
    expect((await read("after=0")).body.data).toMatchObject([{ entity: "order" }]);
    expect((await read("after=0", await api.key("finance"))).body.data).toHaveLength(2);
    expect((await read("after=0&entity=settlement", await api.key("finance"))).body.data).toMatchObject([
      { entity: "settlement" },
    ]);
    expect((await read("after=0&entity=nothing")).status).toBe(400);
  });

  it("shows records as they are now where that is asked for, buyers masked", async () => {
    const { api, store, read } = await givenFeed();
    await ingestExamples(api.engine, store, "listings", [listingDocument(exampleListing())]);
    await ingestExamples(api.engine, store, "orders", [orderDocument(exampleOrder())]);
    const { body, text } = await read("after=0&include=current");
    const current = (entity: string) =>
      body.data.find((change: { entity: string }) => change.entity === entity).current;
    expect(current("order")).toMatchObject({ external_id: "1001", buyer: { name: "A**" } });
    expect(current("listing")).toMatchObject({ external_id: "L1", variants: [{ external_id: "V1" }] });
    expect(text).not.toContain("Zzbuyer");
    await append(api, store.id, orderChange(77));
    expect((await read(`after=${body.next}&include=current`)).body.data).toMatchObject([
      { id: entityId(77), current: null },
    ]);
  });

  it("shows each kind of record that it names", async () => {
    const { api, store, read } = await givenFeed();
    const at = api.clock.now().toISOString();
    const id = entityId(5);
    for (const text of [
      `insert into shipments (id, store_id, external_id, order_id, order_external_id, status, fulfilled_by, read_seq, synced_at) values ('${id}', '${store.id}', 'p', '${id}', 'x', 'pending', 'seller', 1, '${at}')`,
      `insert into disputes (id, store_id, external_id, kind, status, external_status, opened_at, open, read_seq, synced_at) values ('${id}', '${store.id}', 'd', 'claim', 'withdrawn', 'x', '${at}', false, 1, '${at}')`,
      `insert into refunds (id, store_id, external_id, amount, currency, status, read_seq, synced_at) values ('${id}', '${store.id}', 'r', 1.5, 'EUR', 'done', 1, '${at}')`,
      `insert into settlements (id, store_id, external_id, period_start, period_end, currency, read_seq, synced_at) values ('${id}', '${store.id}', 't', '${at}', '${at}', 'EUR', 1, '${at}')`,
    ])
      await api.db.query(text);
    const kinds = ["shipment", "dispute", "refund", "settlement"] as const;
    await append(
      api,
      store.id,
      ...kinds.map((entity): Change => ({ entity, entityId: id, version: 1, kind: "created" })),
    );
    await append(api, store.id, { entity: "store", entityId: store.id, version: 1, kind: "updated" });
    const { body } = await read("after=0&include=current", await api.key("admin"));
    expect(
      body.data.map(
        (change: { current: { external_id: string; name?: string } }) =>
          change.current.external_id ?? change.current.name,
      ),
    ).toEqual(["p", "d", "r", "t", "Example store"]);
  });

  it("tells a reader who was away too long that changes are gone, and what to do", async () => {
    const { api, store, read } = await givenFeed();
    await append(api, store.id, orderChange(1), orderChange(2), orderChange(3));
    await sequenceChanges(api.db);
    await api.db.query("update changes set at = '2020-01-01T00:00:00Z' where position <= 2");
    await append(api, store.id, orderChange(4));
    const last = (await read("after=0")).body.next;
    expect(await pruneFeed(api.db, "2021-01-01T00:00:00Z")).toBe(2);
    const gone = await read("after=1");
    expect(gone).toMatchObject({ status: 410, body: { code: "changes_gone" } });
    expect(gone.body.detail).toContain(`after=${last}`);
    // Who copied the lists of an empty shop began at 0: dropped changes were missed, too.
    expect(await read("after=0")).toMatchObject({ status: 410, body: { code: "changes_gone" } });
    // Who had read all that was dropped has missed nothing; without a position the oldest kept comes first.
    expect((await read("after=2")).body.data).toHaveLength(2);
    expect((await read("")).body.data).toHaveLength(2);
  });

  it("keeps its newest position when everything is old, so that its end stays known", async () => {
    const { api, store, read } = await givenFeed();
    await append(api, store.id, orderChange(1), orderChange(2));
    await sequenceChanges(api.db);
    await pruneFeed(api.db, "2999-01-01T00:00:00Z");
    expect((await read("after=2")).body).toEqual({ data: [], next: 2 });
    expect((await read("after=1")).body.data).toHaveLength(1);
  });

  it("tells a reader from before a restore that its position is not known", async () => {
    const { api, store, read } = await givenFeed();
    await append(api, store.id, orderChange(1));
    expect(await read("after=500")).toMatchObject({
      status: 410,
      body: { code: "changes_gone", detail: expect.stringContaining("restored") },
    });
  });

  it("waits for a change, and answers as soon as one is committed", async () => {
    const { api, store, read } = await givenFeed();
    const started = performance.now();
    const waiting = read("after=0&wait=20");
    await new Promise((resolve) => setTimeout(resolve, 100));
    await append(api, store.id, orderChange(1));
    expect((await waiting).body.data).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("waits no longer than it was told to", async () => {
    const { read } = await givenFeed();
    expect((await read("after=0&wait=0.2")).body).toEqual({ data: [], next: 0 });
    expect((await read("after=0&wait=31")).status).toBe(400);
  });

  it("sends changes as events, and goes on after the last one that was seen", async () => {
    const { api, store, key } = await givenFeed();
    await append(api, store.id, orderChange(1), orderChange(2));
    const events = async (lastEventId: string | null) => {
      const answer = await api.app.request("/v1/changes?stream=sse", {
        headers: { authorization: `Bearer ${key}`, ...(lastEventId ? { "last-event-id": lastEventId } : {}) },
      });
      expect(answer.headers.get("content-type")).toContain("text/event-stream");
      const reader = answer.body!.getReader();
      let text = "";
      while (!text.includes("\n\n") || (lastEventId === null && text.split("\n\n").length < 3))
        text += new TextDecoder().decode((await reader.read()).value);
      await reader.cancel();
      return text;
    };
    const all = await events(null);
    expect(all.match(/event: change/g)).toHaveLength(2);
    expect(all).toContain("id: 1");
    expect(JSON.parse(/data: (.*)/.exec(all)![1]!)).toMatchObject({ entity: "order", id: entityId(1) });
    const rest = await events("1");
    expect(rest).not.toContain(entityId(1));
    expect(rest).toContain(entityId(2));
  });

  it("tells a stream whose position is gone", async () => {
    const { api, key } = await givenFeed();
    const answer = await api.send(key, "GET /v1/changes?stream=sse&after=9");
    expect(answer.text).toContain("event: problem");
    expect(answer.text).toContain("changes_gone");
  });
});

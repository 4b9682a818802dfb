import { expect, it } from "vitest";
import { createRandom } from "../../src/fakes/random.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { givenApi } from "./given-api.ts";

interface Copied {
  id: string;
  version: number;
}

it("S72 a copy of the lists made beside writers, with the feed from its first page on, is the producer's state", async () => {
  const seed = Number(process.env.FEED_SEED ?? Date.now() % 1_000_000);
  console.log(`bootstrap: FEED_SEED=${seed}`);
  const random = createRandom(seed);
  const api = await givenApi();
  const store = await api.store();
  const key = await api.key("operator");
  let written = 0;
  const write = async () => {
    written += 1;
    const orders = Array.from({ length: random.int(1, 4) }, () =>
      exampleOrder({ externalId: `o${random.int(1, 80)}`, externalStatus: `edit ${written}-${random.int(0, 1e9)}` }),
    );
    const unique = [...new Map(orders.map((order) => [order.externalId, order])).values()];
    await ingestExamples(
      api.engine,
      store,
      "orders",
      unique.map((order) => orderDocument(order)),
    );
    const code = `S${random.int(1, 40)}`;
    await api.send(key, "PUT /v1/skus", { body: { skus: [{ code, title: `title ${written}` }] } });
    const counts = [{ sku: code, quantity: random.int(0, 50), basis: "physical" }];
    await api.send(key, "PUT /v1/stock", { body: { counts } });
  };
  for (let n = 0; n < 40; n++) await write();

  let writing = true;
  const writer = (async () => {
    while (writing) await write();
  })();
  const copy: Record<"order" | "sku" | "stock", Map<string, unknown>> = {
    order: new Map(),
    sku: new Map(),
    stock: new Map(),
  };
  let position = Number.POSITIVE_INFINITY;
  const copyList = async (path: string, keep: (row: Copied & Record<string, unknown>) => void) => {
    for (let cursor = ""; ; ) {
      const { body } = await api.send(key, `GET ${path}?limit=7${cursor}`);
      // The first page alone names it; of several lists the lowest counts.
      if (cursor === "") position = Math.min(position, body.feed_position);
      else expect(body.feed_position).toBeUndefined();
      for (const row of body.data) keep(row);
      if (body.next === null) return;
      cursor = `&cursor=${body.next}`;
      // Something is written between any two pages.
      for (const seen = written; seen === written; ) await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const before = written;
  await copyList("/v1/orders", (row) => copy.order.set(row.id, row));
  await copyList("/v1/skus", (row) => copy.sku.set(row.id, row));
  await copyList("/v1/stock", (row) => copy.stock.set(String(row.sku_id), [row]));
  expect(written).toBeGreaterThan(before + 10);

  const follow = async () => {
    const { body } = await api.send(
      key,
      `GET /v1/changes?after=${position}&limit=50&include=current&entity=order,sku,stock`,
    );
    for (const { entity, id, current } of body.data as { entity: keyof typeof copy; id: string; current: Copied }[]) {
      if (entity === "stock") copy.stock.set(id, (current as unknown as { levels: unknown[] }).levels);
      else if (current.version >= ((copy[entity].get(id) as Copied | undefined)?.version ?? 0))
        copy[entity].set(id, current);
    }
    const moved = body.next !== position;
    position = body.next;
    return moved;
  };
  for (let n = 0; n < 10; n++) await follow();
  writing = false;
  await writer;
  while (await follow());

  const truth = async (path: string) => (await api.send(key, `GET ${path}?limit=200`)).body.data;
  const byId = (rows: Copied[]) => new Map(rows.map((row) => [row.id, row]));
  expect(copy.order).toEqual(byId(await truth("/v1/orders")));
  expect([...copy.sku.keys()].sort()).toEqual([...byId(await truth("/v1/skus")).keys()].sort());
  for (const [id, { version }] of byId(await truth("/v1/skus")))
    expect((copy.sku.get(id) as Copied).version).toBe(version);
  const levels = new Map((await truth("/v1/stock")).map((row: { sku_id: string }) => [row.sku_id, [row]]));
  expect(copy.stock).toEqual(levels);
});

it("who was away too long is told to copy once more, and from where to go on", async () => {
  const api = await givenApi();
  const store = await api.store();
  const key = await api.key("operator");
  const save = (externalId: string) =>
    ingestExamples(api.engine, store, "orders", [orderDocument(exampleOrder({ externalId }))]);
  await save("1");
  const { next } = (await api.send(key, "GET /v1/changes")).body;
  await save("2");
  await save("3");
  await api.send(key, "GET /v1/changes");
  await api.db.query("delete from changes where position <= $1::bigint", [String(next + 1)]);
  await api.db.query("insert into settings (name, value) values ('feed_pruned', to_jsonb($1::bigint))", [
    String(next + 1),
  ]);
  const gone = await api.send(key, `GET /v1/changes?after=${next}`);
  expect(gone).toMatchObject({ status: 410, body: { code: "changes_gone" } });
  const again = Number(/after=(\d+)/.exec(gone.body.detail)?.[1]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const list = (await api.send(key, "GET /v1/orders")).body;
  expect([list.data.length, list.feed_position]).toEqual([3, again]);
  expect((await api.send(key, `GET /v1/changes?after=${again}`)).body.data).toEqual([]);
});

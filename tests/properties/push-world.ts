/**
 * Five stores of the example platform with one stock, under one engine, and what passes between them: everything that is
 * sent is watched, and a platform may be told to take a call in late, long after its caller gave up.
 */
import { expect, onTestFinished } from "vitest";
import { template } from "../../src/adapters/_template/index.ts";
import {
  type AdapterContext,
  type AdapterEntry,
  isAbsent,
  type PushItem,
  type PushOutcome,
} from "../../src/core/adapter.ts";
import { sealText } from "../../src/core/secrets.ts";
import { upsertSkus } from "../../src/core/stock/catalogue.ts";
import { countStock } from "../../src/core/stock/counts.ts";
import { systemTimer, type Timer } from "../../src/core/timer.ts";
import { wire } from "../../src/entry/wire.ts";
import { createFake } from "../../src/fakes/_template/server.ts";
import { ConnectionLost, isConnectionLost } from "../../src/fakes/fake.ts";
import { serveFake } from "../../src/fakes/serve.ts";
import { connectStore } from "../../src/sync/connect-store.ts";
import { runUntilIdle, type WorkItem } from "../../src/sync/schedule.ts";
import { setStoreMode } from "../../src/sync/store-mode.ts";
import { createTestClock } from "../support/clock.ts";
import { createTestDatabase } from "../support/database.ts";
import { EXAMPLE_SECRET } from "../support/example.ts";
import { createLogCapture } from "../support/log-capture.ts";

const QUICK: Timer = { now: systemTimer.now, sleep: (ms, signal) => systemTimer.sleep(Math.min(ms, 1), signal) };
/** The third is two of the first and one of the second. */
export const CODES = ["SKU-1-One", "SKU-2-One", "SKU-4-One"] as const;
export const STORES = 5;
/** These set what they are told, whatever they show. */
const PLAIN = [3, 4];
/** This one works off what it is told by itself, a minute later. */
const FEEDING = 2;
/** So long an answer is waited for where the platform is told not to give one. */
const GIVEN_UP_MS = 40;

export type World = Awaited<ReturnType<typeof givenWorld>>;

/** A call that the platform has, and works off only when it is told to. */
interface Held {
  /** So many passes of time are left before. */
  passes: number;
  land(): Promise<unknown>;
}

/** Five live stores, each showing what is free. */
export async function givenWorld() {
  const { db } = await createTestDatabase();
  const clock = createTestClock();
  const shops: { id: string; fake: ReturnType<typeof createFake> }[] = [];
  const armed = new Map<string, { when: "before" | "after"; run: () => void | Promise<void> }[]>();
  const underWay = new Set<string>();
  const newest = new Map<string, number>();
  const wrong: string[] = [];
  const sent: string[] = [];
  const lateCalls = new Map<string, { times: number; passes: number }>();
  const held: Held[] = [];
  let landed = 0;
  let isTogether = false;

  const fire = async (storeId: string, when: "before" | "after") => {
    const all = armed.get(storeId) ?? [];
    armed.set(
      storeId,
      all.filter((one) => one.when !== when),
    );
    for (const one of all) if (one.when === when) await one.run();
  };
  const shown = (storeId: string, variant: string) =>
    shops
      .find(({ id }) => id === storeId)
      ?.fake.store.findOffer((offer) => offer.id === variant)
      ?.offer.places.find(({ place }) => place === "MAIN")?.quantity ?? null;
  /** Sales at the store itself that our books do not know yet. */
  const countUnread = async (storeId: string, variant: string): Promise<number> => {
    const known = new Set(
      (
        await db.query<{ external_id: string }>("select external_id from orders where store_id = $1::uuid", [storeId])
      ).map((row) => row.external_id),
    );
    const orders = [...(shops.find(({ id }) => id === storeId)?.fake.store.orders.values() ?? [])];
    return orders.filter(({ id, lines }) => !known.has(id) && lines.some((line) => line.offer_id === variant)).length;
  };

  /** Everything that goes to a platform passes here. */
  const watch = async (
    storeId: string,
    compares: boolean,
    items: readonly PushItem[],
    set: () => Promise<PushOutcome[]>,
  ): Promise<PushOutcome[]> => {
    for (const { key, idempotencyKey, value } of items) {
      const version = Number(idempotencyKey.split(":")[1]);
      if (underWay.has(key)) wrong.push(`${key} is sent twice at once`);
      if (version < (newest.get(key) ?? 0))
        wrong.push(`${key} goes back from version ${newest.get(key)} to ${version}`);
      newest.set(key, Math.max(version, newest.get(key) ?? 0));
      underWay.add(key);
      sent.push(`${key}:${version}=${value}`);
    }
    const rows = await db.query<{ id: string; desired: string; desired_version: string; confirmed_version: string }>(
      "select id, desired, desired_version, confirmed_version from offers where id = any($1::uuid[])",
      [items.map(({ key }) => key)],
    );
    for (const { id, desired, desired_version, confirmed_version } of rows) {
      const item = items.find(({ key }) => key === id);
      // Read beside the pushes, orders may have lowered it since it was given to this call; never without a new version.
      const isNewest = item?.idempotencyKey === `${id}:${desired_version}`;
      if (isNewest ? item?.value !== desired : !isTogether)
        wrong.push(`${id} is sent ${item?.value}, and ${desired} is free to show`);
      // A platform that knows the key answers as it did before, and sets nothing.
      if (Number(item?.idempotencyKey.split(":")[1]) <= Number(confirmed_version))
        wrong.push(`${item?.idempotencyKey} is sent again, and was confirmed`);
    }
    try {
      await fire(storeId, "before");
      const before = new Map(items.map((item) => [item.key, shown(storeId, item.variantExternalId)]));
      const unread = new Map<string, number>();
      for (const item of items) unread.set(item.key, await countUnread(storeId, item.variantExternalId));
      const outcomes = await set();
      for (const { key, outcome } of outcomes) {
        const item = items.find((one) => one.key === key);
        if (!compares || outcome !== "accepted" || !item || item.value === "0") continue;
        if (String(before.get(key)) !== item.value && (unread.get(key) ?? 0) > 0)
          wrong.push(`${key} shows ${item.value} over ${unread.get(key)} sales that were not read`);
      }
      return outcomes;
    } finally {
      for (const { key } of items) underWay.delete(key);
      await fire(storeId, "after");
    }
  };

  /** Where the platform is told not to answer, calls give up soon. */
  const impatient = (context: AdapterContext): AdapterContext => ({
    ...context,
    http: (definition) => {
      const client = context.http(definition);
      return {
        send: (call, signal) =>
          client.send(lateCalls.has(call.store.id) ? { ...call, timeoutMs: GIVEN_UP_MS } : call, signal),
      };
    },
  });

  /** The platform's door: a call that is to be late is kept, and its caller never answered. */
  const late = (fake: ReturnType<typeof createFake>, storeOf: () => string) =>
    Object.create(fake, {
      fetch: {
        value: async (request: Request): Promise<Response> => {
          const plan = lateCalls.get(storeOf());
          if (!plan || request.method !== "POST" || !/\/v1\/stock(-feeds)?$/.test(new URL(request.url).pathname))
            return fake.fetch(request);
          if (plan.times === 1) lateCalls.delete(storeOf());
          else lateCalls.set(storeOf(), { ...plan, times: plan.times - 1 });
          const { method, url, headers } = request;
          const body = await request.text();
          held.push({ passes: plan.passes, land: () => fake.fetch(new Request(url, { method, headers, body })) });
          return new Promise((_, reject) => {
            const giveUp = () => reject(new ConnectionLost("given up"));
            if (request.signal.aborted) giveUp();
            else request.signal.addEventListener("abort", giveUp, { once: true });
          });
        },
      },
    }) as typeof fake;

  /** What is late arrives; `all`: or would some time. */
  const land = async (all = false) => {
    const now = held.filter((one) => --one.passes <= 0 || all);
    held.splice(0, held.length, ...held.filter((one) => !now.includes(one)));
    landed += now.length;
    // A platform that breaks off at that moment breaks off for it too.
    for (const one of now) await one.land().catch((error: unknown) => expect(isConnectionLost(error)).toBe(true));
  };

  const watched = (id: string, compares: boolean): AdapterEntry => ({
    ...template,
    id,
    createAdapter: (context) => {
      const adapter = template.createAdapter(impatient(context));
      const { stock } = adapter;
      if (isAbsent(stock)) throw new Error("the example sets quantities");
      const quotas = adapter.quotas.map((group) => ({ ...group, capacity: 100_000, learned: false }));
      return {
        ...adapter,
        id,
        quotas,
        stock: {
          ...stock,
          compareAndSet: compares,
          set: (handle, items, signal) =>
            watch(handle.id, compares, items, () =>
              stock.set(handle, compares ? items : items.map((item) => ({ ...item, observed: null })), signal),
            ),
        },
      };
    },
  });

  const log = createLogCapture({ clock });
  const { engine } = await wire({
    db,
    registry: { template: watched("template", true), plain: watched("plain", false) },
    secret: EXAMPLE_SECRET,
    log: log.log,
    clock,
    timer: QUICK,
    allowPrivateUrls: true,
    checkAddress: null,
  });
  const signal = new AbortController().signal;
  const work = (only: (item: WorkItem) => boolean) => runUntilIdle(engine, signal, { maxItems: 500, only });
  // The past is empty, and takes long to be read.
  const reads = (item: WorkItem) =>
    item.kind === "pull" &&
    (item.resource === "orders" || item.resource === "listings") &&
    !/created|all|open|backfill/.test(item.stream);
  const sends = (item: WorkItem) => item.kind === "push" && item.aspect === "stock";

  await upsertSkus(
    db,
    [
      { code: CODES[0] },
      { code: CODES[1] },
      {
        code: CODES[2],
        components: [
          { code: CODES[0], quantity: 2 },
          { code: CODES[1], quantity: 1 },
        ],
      },
    ],
    clock.now(),
  );
  for (let index = 0; index < STORES; index++) {
    const name = `shop-${index}`;
    const fake = createFake({ clock, name, orders: 0, listings: 4, quota: { limit: 1_000_000, windowMs: 1000 } });
    fake.shop.id = `${fake.shop.id.slice(0, -1)}${index}`;
    for (const listing of fake.store.listings.values())
      for (const offer of listing.offers)
        for (const level of offer.places) level.quantity = level.place === "MAIN" ? 30 : 0;
    let storeId = "";
    const served = await serveFake(late(fake, () => storeId));
    onTestFinished(() => served.close());
    const platform = PLAIN.includes(index) ? "plain" : "template";
    const appId = `00000000-0000-4000-8000-00000000000${index + 1}`;
    await db.query(
      "insert into apps (id, platform, name, key, secret, settings) values ($1::uuid, $2, $3, $4, decode($5, 'hex'), '{}')",
      [
        appId,
        platform,
        name,
        fake.app.key,
        Buffer.from(sealText(engine.keyring, { table: "apps", store: "", id: appId }, fake.app.secret)).toString("hex"),
      ],
    );
    const row = await connectStore(
      engine,
      {
        platform,
        name,
        credentials: fake.credentials,
        settings: index === FEEDING ? { stock_by: "feed" } : {},
        baseUrl: served.baseUrl,
        appId,
        actor: "test",
      },
      signal,
    );
    await setStoreMode(engine, row.id, "live", "test");
    storeId = row.id;
    shops.push({ id: row.id, fake });
  }
  await moveTo(30);
  clock.advance(70_000);
  await work((item) => reads(item) || (item.kind === "pull" && item.resource === "listings" && item.stream === "all"));
  await work(sends);

  /** As many of each component as there should be to begin with. */
  async function moveTo(quantity: number): Promise<void> {
    const counts = CODES.slice(0, 2).map((sku) => ({
      sku,
      location: "main",
      quantity,
      basis: "available" as const,
      countedAt: clock.now(),
    }));
    await countStock(db, { counts, actor: "test", confirmed: true }, clock.now());
  }

  return {
    db,
    clock,
    shops,
    armed,
    wrong,
    sent,
    engine,
    moveTo,
    shown,
    /** The next `times` calls with quantities arrive, are never answered, and worked off at the end of so many `passes`. */
    delay: (index: number, times: number, passes: number) => {
      lateCalls.set(shops[index]?.id ?? "", { times, passes });
    },
    landed: () => landed,
    /** What was to go wrong and has not is forgotten; what is late arrives. */
    calm: async () => {
      armed.clear();
      lateCalls.clear();
      for (const { fake } of shops) fake.clearFaults();
      await land(true);
    },
    /** What is said to happen within the next push to the store. */
    arm: (index: number, when: "before" | "after", run: () => void | Promise<void>) => {
      const id = shops[index]?.id ?? "";
      armed.set(id, [...(armed.get(id) ?? []), { when, run }]);
    },
    pass: async (seconds: number, together = false) => {
      clock.advance(seconds * 1000);
      isTogether = together;
      if (together) await Promise.all([work(reads), work(sends)]);
      else {
        await work(reads);
        await work(sends);
      }
      isTogether = false;
      await land();
    },
  };
}

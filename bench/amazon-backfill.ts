/**
 * `npx tsx bench/amazon-backfill.ts [orders] [parcels]`: reads an account's whole past of orders through Amazon's adapter, before
 * its fake, and prints calls, the account's time on the documented quotas, and CPU seconds of ours and of the fake's apart. With
 * `parcels` each order is read once more by its id, as the engine does for its parcels. Waits pass at once; no database.
 */
import type { ListInput, Page } from "../src/core/adapter.ts";
import { cpuSeconds, givenAccountAtPace, SIGNAL } from "../tests/adapters/amazon/at-pace.ts";

const DAY_MS = 86_400_000;
const DAYS = 90;
const [count = "1000", parcels] = process.argv.slice(2);
const madeFrom = cpuSeconds();
const START = Date.parse("2026-03-01T08:00:00Z");
const account = givenAccountAtPace(
  { name: "backfill", seed: 3, orders: 0, fba: false },
  new Date(START - DAYS * DAY_MS).toISOString(),
);
const { fake, clock, adapter, storeOf, patiently, spent } = account;
const skus = [...fake.listings.values()].filter(({ theme }) => theme === null).map(({ sku }) => sku);
for (let made = 0; made < Number(count); made += 1) {
  clock.set(new Date(START - DAYS * DAY_MS + ((made + 0.5) * DAYS * DAY_MS) / Number(count)));
  if (made % 20 === 0) for (const sku of skus) fake.owner.setQuantity(sku, 500);
  const id = fake.buyer.order();
  // Some are not sent yet, and some have never been paid.
  if (made % 8 !== 0) fake.owner.ship(id);
  else if (made % 16 === 0) fake.owner.cancel(id);
}
clock.set(new Date(START));
console.log(`${fake.orders.size} orders in the account, made in ${(cpuSeconds() - madeFrom).toFixed(1)} CPU seconds`);

const { orders, shipments } = adapter;
const store = storeOf("background");
const context = { storeId: store.id, ...store };
const [stream] = orders.streams;
if (!stream) throw new Error("orders have no stream");
const [began, cpuBefore] = [clock.now().getTime(), cpuSeconds()];
const hoursSince = (from: number) => ((clock.now().getTime() - from) / 3_600_000).toFixed(2);
const seen = new Set<string>();
const windowMs = stream.window.maxMinutes * 60_000;
const end = began - stream.window.safetyLagSeconds * 1000;
for (let since = began - DAYS * DAY_MS, until = since; since < end; since = until) {
  until = Math.min(end, since + windowMs);
  let cursor: string | null = null;
  let isHalved = false;
  do {
    const input: ListInput = {
      stream: stream.name,
      since: new Date(since),
      until: new Date(until),
      cursor,
      limit: 500,
    };
    const page: Page = await patiently(() => orders.list(store, input, SIGNAL));
    if (page.tooMany) until = since + Math.floor((until - since) / 2);
    for (const raw of page.documents)
      for (const order of orders.toUnified(raw, context).orders) seen.add(order.externalId);
    cursor = page.next;
    isHalved = page.tooMany === true;
  } while (cursor !== null || isHalved);
}
console.log(`${seen.size} orders read in ${hoursSince(began)} hours of the account's time`);
if (parcels !== undefined) {
  const from = clock.now().getTime();
  const ids = [...seen];
  let found = 0;
  for (let at = 0; at < ids.length; at += shipments.getBatch) {
    const keys = ids.slice(at, at + shipments.getBatch).map((externalId) => ({ externalId }));
    const { documents } = await patiently(() => shipments.getMany(store, keys, SIGNAL));
    for (const raw of documents) found += shipments.toUnified(raw, context).shipments.length;
  }
  console.log(`${found} parcels of them read in ${hoursSince(from)} hours`);
}
const kinds = new Map<string, number>();
for (const { operation } of fake.requests) kinds.set(operation, (kinds.get(operation) ?? 0) + 1);
console.log(
  `calls: ${[...kinds].map(([name, times]) => `${name} ${times}`).join(", ")}; ${(spent.bytes / 1e6).toFixed(0)} MB of answers`,
);
const own = cpuSeconds() - cpuBefore - spent.fakeCpu;
console.log(`${own.toFixed(1)} CPU seconds of ours, ${spent.fakeCpu.toFixed(1)} of the fake's`);

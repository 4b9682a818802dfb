/** The state of one fake shop and the few primitives that change it. */

import type { FakeEventBody } from "../book-events.ts";
import { type Bookkeeper, createBookkeeper } from "../books.ts";
import { type Cause, type Clock, createRandom, createSystemClock, type Random, seedOf } from "../fake.ts";
import { createGrants, type Grants } from "./grants.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { createMessageQueue, type MessageQueue } from "./messages.ts";
import { yuan } from "./money.ts";
import type { AppKind, TaobaoFakeOptions } from "./options.ts";
import { createTimeIndex, type TimeIndex } from "./time-index.ts";
import { tradeTopic } from "./topics.ts";
import { paymentOf } from "./totals.ts";
import type { Item, JournalEntry, LedgerEntry, Refund, Sku, Trade } from "./types.ts";
import type { Row } from "./wire.ts";

export interface Shop {
  userId: string;
  nick: string;
  type: "B" | "C";
  status: string;
}

export interface Store {
  readonly name: string;
  readonly shop: Shop;
  readonly app: { key: string; secret: string };
  readonly appKind: AppKind;
  readonly smsAboveFen: number;
  readonly decryptBudget: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly bookkeeper: Bookkeeper;
  readonly jobs: Jobs;
  readonly messages: MessageQueue;
  readonly trades: Map<string, Trade>;
  lastTrade: Trade | null;
  readonly byCreated: TimeIndex<Trade>;
  readonly byModified: TimeIndex<Trade>;
  readonly lineOwner: Map<string, Trade>;
  readonly items: Map<string, Item>;
  readonly itemsByModified: TimeIndex<Item>;
  readonly skuOwner: Map<string, Item>;
  /** Seller's codes of what can be sold; several variants may share one. */
  readonly codes: Map<string, Choice[]>;
  readonly refunds: Map<string, Refund>;
  readonly refundsByModified: TimeIndex<Refund>;
  readonly ledger: LedgerEntry[];
  readonly ledgerByDay: Map<string, LedgerEntry[]>;
  readonly journal: JournalEntry[];
  /** Lists by time of change leave these trades out until then. */
  readonly hiddenFromChanges: Map<string, number>;
  /** `method parameter` of what callers sent and no method knows. */
  readonly ignored: Set<string>;
  readonly grants: Grants;
  /** The address under which the shop is served. */
  home: string;
  readonly ids: {
    trade: bigint;
    item: number;
    sku: number;
    refund: bigint;
    entry: bigint;
    parcel: number;
    request: number;
  };
  readonly decrypted: { day: string; count: number };
  /** The present while the past is made, or while a due job runs. */
  past: number | null;
}

/** What a buyer can put into a basket: a listing, with a variant where it has some. */
export interface Choice {
  item: Item;
  sku: Sku | null;
}

/** Creates an empty shop. */
export function createStore(options: TaobaoFakeOptions): Store {
  const name = options.name ?? "taobao";
  const seed = options.seed ?? seedOf(name);
  const clock = options.clock ?? createSystemClock();
  const random = createRandom(seed);
  const shop: Shop = {
    userId: String(2_200_000_000_000 + (seedOf(`user ${name}`) % 100_000_000_000)),
    nick: options.sellerType === "C" ? `${name}小店` : `${name}旗舰店`,
    type: options.sellerType ?? "B",
    status: "normal",
  };
  const number = seedOf(`ids ${name}`) % 1_000_000;
  const store: Store = {
    name,
    shop,
    app: options.app ?? {
      key: String(12_000_000 + (seedOf(`app ${name}`) % 1_000_000)),
      secret: `fa4eapp${hexOf(name)}`,
    },
    appKind: options.appKind ?? "service",
    smsAboveFen: options.smsAboveFen ?? 200_000,
    decryptBudget: options.decryptBudget ?? 1000,
    clock,
    random,
    bookkeeper: createBookkeeper(),
    jobs: createJobs(),
    messages: createMessageQueue({ now: () => nowOf(store), shop, random: createRandom(seed + 1) }),
    trades: new Map(),
    lastTrade: null,
    byCreated: createTimeIndex(
      (trade) => trade.created,
      (trade) => trade.tid,
    ),
    byModified: createTimeIndex(
      (trade) => trade.modified,
      (trade) => trade.tid,
    ),
    lineOwner: new Map(),
    items: new Map(),
    itemsByModified: createTimeIndex(
      (item) => item.modified,
      (item) => item.id,
    ),
    skuOwner: new Map(),
    codes: new Map(),
    refunds: new Map(),
    refundsByModified: createTimeIndex(
      (refund) => refund.modified,
      (refund) => refund.id,
    ),
    ledger: [],
    ledgerByDay: new Map(),
    journal: [],
    hiddenFromChanges: new Map(),
    ignored: new Set(),
    grants: createGrants(seedOf(`grants ${name}`)),
    home: new URL(options.baseUrl ?? "http://localhost").origin,
    ids: {
      trade: 4_012_000_000_000_000_000n + BigInt(number) * 100_000_000_000n,
      item: 539_000_000_000 + number * 100_000,
      sku: 3_208_000_000_000 + number * 100_000,
      refund: 104_000_000_000_000n + BigInt(number) * 1_000_000n,
      entry: 7_000_000_000_000_000n + BigInt(number) * 1_000_000_000n,
      parcel: 500_000_000 + number,
      request: 0,
    },
    decrypted: { day: "", count: 0 },
    past: null,
  };
  return store;
}

function hexOf(name: string): string {
  return seedOf(`secret ${name}`).toString(16).padStart(8, "0").repeat(3).slice(0, 24);
}

/** The present of the shop in seconds. */
export function nowOf(store: Store): number {
  return store.past ?? Math.floor(store.clock.now().getTime() / 1000);
}

export function log(store: Store, body: FakeEventBody): void {
  store.bookkeeper.append(new Date(nowOf(store) * 1000), body);
}

export function newTradeId(store: Store): string {
  store.ids.trade += BigInt(store.random.int(10_001, 9_999_999));
  return String(store.ids.trade);
}

export function newRefundId(store: Store): string {
  store.ids.refund += BigInt(store.random.int(11, 99_999));
  return String(store.ids.refund);
}

export function newEntryId(store: Store): string {
  store.ids.entry += 7n;
  return String(store.ids.entry);
}

/** Changes a trade so that its time of change moves, and tells who listens. */
export function changeTrade(
  store: Store,
  trade: Trade,
  what: string,
  by: Cause,
  change: () => void,
  topic?: string,
): void {
  store.byModified.remove(trade);
  change();
  trade.modified = Math.max(trade.modified, nowOf(store));
  store.byModified.add(trade);
  log(store, {
    kind: "order_changed",
    orderId: trade.tid,
    what,
    status: trade.status,
    total: yuan(paymentOf(trade)),
    by,
  });
  if (topic !== undefined) announceTrade(store, trade, topic);
  else announceTrade(store, trade, "taobao_trade_TradeChanged");
}

/** A message about a trade, or about one line of it. */
export function announceTrade(store: Store, trade: Trade, topic: string, more: Row = {}, oid?: string): void {
  if (store.messages.wants(topic)) store.messages.add(topic, { ...tradeTopic(store.shop, trade, topic, oid), ...more });
}

export function changeItem(store: Store, item: Item, change: () => void): void {
  store.itemsByModified.remove(item);
  change();
  item.modified = Math.max(item.modified, nowOf(store));
  store.itemsByModified.add(item);
}

/** Runs what the platform does of itself and what is due by now, each at its own time. */
export function runDue(store: Store): void {
  const now = nowOf(store);
  for (let job = store.jobs.next(now); job !== null; job = store.jobs.next(now)) {
    const before = store.past;
    store.past = job.at;
    try {
      job.run();
    } finally {
      store.past = before;
    }
  }
}

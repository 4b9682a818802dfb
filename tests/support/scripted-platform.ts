/** A platform in memory, whose adapter answers by script: for tests of the engine without a network. */

import { z } from "zod";
import {
  type Adapter,
  absent,
  type ListInput,
  type OrderCapability,
  type Page,
  type PushCapability,
  type PushItem,
  type PushOutcome,
  type RawDocument,
  type Stream,
} from "../../src/core/adapter.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { Database } from "../../src/core/db/database.ts";
import { NotFoundError } from "../../src/core/errors.ts";
import type { Order } from "../../src/core/model/records.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { givenContext, mapExample } from "./example.ts";

export interface PlatformRecord {
  order: Order;
  updatedAt: Date;
  /** Left out of the change list. */
  hidden?: boolean;
}

export interface ScriptedPlatform {
  records: Map<string, PlatformRecord>;
  /** Called before each list call: to change records while they are paged, or to throw. */
  beforeList: (input: ListInput, call: number) => Partial<Page> | undefined;
  /** Called before each record that getMany reads. */
  beforeGet: (externalId: string) => void;
  calls: { list: ListInput[]; get: string[]; set: PushItem[][] };
  shown: Map<string, string>;
  /** Called before values are shown; its outcomes are answered instead of that. */
  onSet: (items: readonly PushItem[]) => PushOutcome[] | null | Promise<PushOutcome[] | null>;
  /** What pushes can, beyond setting values. */
  push: Partial<PushCapability>;
  pageSize: number;
  /** More records than this in a window are too many. */
  most: number;
  asReferences: boolean;
  stream: Partial<Stream>;
  rereadOpenMinutes: number | undefined;
}

export const CHANGED: Stream = {
  name: "changed",
  by: "change",
  everySeconds: 60,
  window: { maxMinutes: 60, safetyLagSeconds: 5, overlapSeconds: 60, maxAgeDays: null, minSeconds: 1 },
};

export function createPlatform(): ScriptedPlatform {
  return {
    records: new Map(),
    beforeList: () => undefined,
    beforeGet: () => {},
    calls: { list: [], get: [], set: [] },
    shown: new Map(),
    onSet: () => null,
    push: {},
    pageSize: 20,
    most: Number.POSITIVE_INFINITY,
    asReferences: false,
    stream: {},
    rereadOpenMinutes: undefined,
  };
}

const document = (record: PlatformRecord): RawDocument => ({
  externalId: record.order.externalId,
  sourceUpdatedAt: record.updatedAt,
  sourceVersion: null,
  form: "example@1",
  payload: { orders: [record.order] },
});

function orderCapability(platform: ScriptedPlatform): OrderCapability {
  return {
    get streams() {
      return [
        { ...CHANGED, ...platform.stream },
        {
          ...CHANGED,
          name: "created",
          by: "creation",
          audit: true,
          everySeconds: 3600,
          window: { ...CHANGED.window, maxMinutes: 100_000, overlapSeconds: 172_800 },
        },
      ] as const;
    },
    get rereadOpenMinutes() {
      return platform.rereadOpenMinutes as number;
    },
    getBatch: 5,
    list: async (_store, input) => {
      platform.calls.list.push(input);
      const scripted = platform.beforeList(input, platform.calls.list.length);
      if (scripted) return { documents: [], references: [], next: null, ...scripted };
      const by = (record: PlatformRecord) => (input.stream === "created" ? record.order.placedAt : record.updatedAt);
      const found = [...platform.records.values()]
        .filter(
          (record) =>
            by(record) >= input.since && by(record) <= input.until && !(record.hidden && input.stream !== "created"),
        )
        .sort((a, b) => by(a).getTime() - by(b).getTime() || (a.order.externalId < b.order.externalId ? -1 : 1));
      if (found.length > platform.most) return { documents: [], references: [], next: null, tooMany: true };
      // Read from the last page to the first: what changes meanwhile moves to the end, and is in the next window.
      const pages = Math.max(1, Math.ceil(found.length / platform.pageSize));
      const page = input.cursor === null ? pages : Number(input.cursor);
      const part = found.slice((page - 1) * platform.pageSize, page * platform.pageSize);
      return {
        documents: platform.asReferences ? [] : part.map(document),
        references: platform.asReferences
          ? part.map((record) => ({
              externalId: record.order.externalId,
              sourceUpdatedAt: record.updatedAt,
              sourceVersion: null,
            }))
          : [],
        next: page > 1 ? String(page - 1) : null,
      };
    },
    getMany: async (_store, keys) => {
      const documents: RawDocument[] = [];
      const missing: { externalId: string; means: "gone" }[] = [];
      for (const { externalId } of keys) {
        platform.beforeGet(externalId);
        platform.calls.get.push(externalId);
        const record = platform.records.get(externalId);
        if (record) documents.push(document(record));
        else missing.push({ externalId, means: "gone" });
      }
      return { documents, missing };
    },
    toUnified: mapExample,
    parseFile: () => {
      throw new NotFoundError({ platform: "example", operation: "parseFile" });
    },
    acts: {
      set_memo: absent("not in this example"),
      acknowledge: absent("not in this example"),
      cancel: absent("not in this example"),
      refund: absent("not in this example"),
    },
  };
}

function stockCapability(platform: ScriptedPlatform): PushCapability {
  return {
    batch: { max: 10, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: [],
    set: async (_store, items) => {
      platform.calls.set.push([...items]);
      const scripted = await platform.onSet(items);
      if (scripted) return scripted;
      for (const item of items) platform.shown.set(item.variantExternalId, item.value);
      return items.map((item) => ({ key: item.key, outcome: "accepted" }));
    },
    ...platform.push,
  };
}

export function scriptedAdapter(platform: ScriptedPlatform): Adapter {
  const none = absent("not in this example");
  return {
    id: "example",
    label: "Example",
    docs: "https://example.test/docs",
    buyerData: "clear",
    auth: {
      kind: "keys",
      credentials: z.record(z.string(), z.string()),
      settings: z.record(z.string(), z.unknown()),
      probe: async () => ({
        externalId: null,
        name: null,
        marketplaces: [],
        currency: "EUR",
        timeZone: "UTC",
        facts: {},
        clockSkewMs: 0,
        warnings: [],
      }),
    },
    orders: orderCapability(platform),
    listings: none,
    get stock() {
      return stockCapability(platform);
    },
    prices: none,
    shipments: none,
    disputes: none,
    settlements: none,
    webhooks: none,
    quotas: [],
    errors: [],
    proof: {},
    unverified: [],
  };
}

/** An engine over a database and one scripted platform. */
export async function givenEngine(db: Database, platform: ScriptedPlatform, clock: Clock): Promise<Engine> {
  const adapter = scriptedAdapter(platform);
  return {
    ...(await givenContext(db, clock)),
    adapterOf: (id) => (id === "example" ? adapter : undefined),
    publicUrl: null,
    processId: Math.random().toString(36).slice(2),
    takeSlot: async () => ({ quota: [], spend: () => true }),
    wake: () => {},
  };
}

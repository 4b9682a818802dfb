/** A platform that lives in memory: its documents say directly what they mean, and its acts are written down. */
import { z } from "zod";
import {
  type Act,
  type ActCapability,
  type Adapter,
  absent,
  type InboundRequest,
  type PushItem,
  type PushOutcome,
  type RawDocument,
  type ReadCapability,
} from "../../src/core/adapter.ts";
import { AuthExpiredError } from "../../src/core/errors.ts";
import { mapExample } from "../support/example.ts";

export interface ExamplePlatform {
  adapter: Adapter;
  /** What was done at the platform, in order. */
  acts: { kind: string; input: unknown }[];
  pushed: PushItem[];
  /** Prices that were set, in order, call by call. */
  priced: PushItem[][];
  /** What the platform says to a price; default: yes. */
  answerPrice: (item: PushItem) => PushOutcome;
  /** Credentials with this token work. */
  token: string;
  /** Whose shop the token opens. */
  seller: string;
  webhooks: string[];
}

/** Signs a message as the example platform does. */
export const EXAMPLE_SIGNATURE = "signed-by-example";

/** `prices`: it takes prices, so many in one call. */
export function createExampleAdapter(options: { prices?: number } = {}): ExamplePlatform {
  const platform: Omit<ExamplePlatform, "adapter"> = {
    acts: [],
    pushed: [],
    priced: [],
    answerPrice: ({ key }) => ({ key, outcome: "accepted" }),
    token: "good-token",
    seller: "seller-1",
    webhooks: [],
  };
  const act = (kind: string): ActCapability<unknown> => ({
    input: z.looseObject({}) as z.ZodType<unknown>,
    idempotent: true,
    perform: async (_store, { input }: Act<unknown>) => {
      platform.acts.push({ kind, input });
      return { outcome: "done" };
    },
  });
  const adapter: Adapter = {
    id: "example",
    label: "Example",
    docs: "https://example.test/docs",
    buyerData: "clear",
    auth: {
      kind: "keys",
      credentials: z.strictObject({ token: z.string().min(1) }),
      settings: z.strictObject({ colour: z.string().optional() }) as z.ZodType<Record<string, unknown>>,
      authoriseUrl: (app, { state, redirectUrl }) =>
        `https://example.test/consent?${new URLSearchParams({ client: app.key, state, redirect: redirectUrl })}`,
      exchange: async (app, { query }) => {
        if (query.code !== `code-for-${app.secret}`)
          throw new AuthExpiredError({ platform: "example", operation: "auth.exchange", platformMessage: "bad code" });
        return {
          values: { token: platform.token },
          expiresAt: null,
          authorisedUntil: new Date("2027-01-01T00:00:00Z"),
        };
      },
      probe: async (store) => {
        if ((await store.credentials()).values.token !== platform.token)
          throw new AuthExpiredError({ platform: "example", operation: "auth.probe", platformMessage: "bad token" });
        return {
          externalId: platform.seller,
          name: "Seller one",
          marketplaces: [{ code: "DE", currency: "EUR", language: "de", timeZone: "Europe/Berlin", country: "DE" }],
          currency: "EUR",
          timeZone: "Europe/Berlin",
          facts: { plan: "basic" },
          clockSkewMs: 0,
          warnings: [],
        };
      },
    },
    orders: {
      ...reading("orders"),
      acts: {
        set_memo: act("orders.set_memo"),
        acknowledge: absent("orders are acknowledged by reading them", "https://example.test/ack"),
        cancel: act("orders.cancel"),
        refund: absent("refunds are made on the platform's own pages"),
      },
    },
    listings: { ...reading("listings"), acts: { activate: act("a"), deactivate: act("d") } },
    stock: {
      batch: { max: 10, groupBy: "none", complete: "item" },
      compareAndSet: false,
      quota: [],
      set: async (_store, items) => {
        platform.pushed.push(...items);
        return items.map((item) => ({ key: item.key, outcome: "accepted" as const }));
      },
    },
    prices: options.prices
      ? {
          batch: { max: options.prices, groupBy: "none", complete: "item" },
          compareAndSet: false,
          quota: [],
          set: async (_store, items) => {
            platform.priced.push([...items]);
            return items.map((item) => platform.answerPrice(item));
          },
        }
      : absent("prices are set on the platform's own pages", "https://example.test/prices"),
    shipments: {
      ...reading("shipments"),
      acts: {
        confirm: act("shipments.confirm"),
        correct: absent("no corrections"),
        arrange: absent("no pick-up"),
      },
    },
    disputes: {
      ...reading("disputes"),
      acts: {
        accept: act("disputes.accept"),
        refuse: act("disputes.refuse"),
        message: act("disputes.message"),
        receive_return: absent("returned goods are booked on the platform's own pages"),
      },
    },
    settlements: absent("no statements"),
    webhooks: {
      kind: "http",
      scope: "app",
      receive: (request) => receiveExample(request),
      ensure: async (_store, address) => {
        platform.webhooks.push(address);
        return { topics: ["orders"], repaired: [] };
      },
      remove: async (_store, address) => {
        platform.webhooks = platform.webhooks.filter((known) => known !== address);
      },
    },
    quotas: [],
    errors: [],
    proof: { orders: "a" },
    unverified: [],
    unavailable: (store): Record<string, string> =>
      store.facts.plan === "free" ? { stock: "the free plan cannot set stock" } : {},
  };
  return Object.assign(platform, { adapter });
}

function reading(resource: string): ReadCapability {
  return {
    streams: [
      {
        name: "changed",
        by: "change",
        everySeconds: 60,
        window: { maxMinutes: 60, safetyLagSeconds: 0, overlapSeconds: 0, maxAgeDays: null, minSeconds: 1 },
      },
    ],
    getBatch: 50,
    list: async () => ({ documents: [], references: [], next: null }),
    getMany: async () => ({ documents: [], missing: [] }),
    toUnified: mapExample,
    parseFile: (bytes) =>
      (JSON.parse(new TextDecoder().decode(bytes)) as { externalId: string; says: unknown }[]).map(
        ({ externalId, says }): RawDocument => ({
          externalId,
          sourceUpdatedAt: null,
          sourceVersion: null,
          form: `${resource}@1`,
          payload: reviveDates(says),
        }),
      ),
  };
}

/** Files hold text; the example's records hold dates. */
function reviveDates(value: unknown): unknown {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return new Date(value);
  if (Array.isArray(value)) return value.map(reviveDates);
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reviveDates(item)]));
  return value;
}

function receiveExample(request: InboundRequest) {
  if (request.query.challenge !== undefined)
    return { answer: { status: 200, body: request.query.challenge }, notifications: [], verified: true };
  if (request.headers["x-example-signature"] !== EXAMPLE_SIGNATURE)
    return { answer: { status: 401, body: "" }, notifications: [], verified: false };
  const message = JSON.parse(new TextDecoder().decode(request.body)) as { id: string; seller?: string; order: string };
  return {
    answer: { status: 200, body: "ok" },
    verified: true,
    notifications: [
      {
        dedupKey: message.id,
        topic: "order",
        storeKey: message.seller ?? null,
        resource: "orders" as const,
        externalId: message.order,
        occurredAt: null,
      },
    ],
  };
}

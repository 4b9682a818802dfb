/** The suite itself: a broken adapter is found out, by the check that is meant to. */
import { describe, expect, it } from "vitest";
import { sign } from "../../src/adapters/_template/auth.ts";
import { createClient } from "../../src/adapters/_template/client.ts";
import { createMessages } from "../../src/adapters/_template/webhooks.ts";
import type {
  ActCapability,
  Adapter,
  AdapterContext,
  ClientDefinition,
  HttpWebhooks,
  OrderCapability,
  PushCapability,
  QueueMessages,
  SettlementCapability,
  ShipmentCapability,
} from "../../src/core/adapter.ts";
import { unified } from "../../src/core/model/records.ts";
import { money } from "../../src/core/money.ts";
import type { Platform } from "./platform.ts";
import { platform } from "./platforms/template.ts";
import { CHECKS, runCheck, runExcepted } from "./suite.ts";

/** The platform with another adapter: `context` may lie to it, `change` replaces parts of it. */
function altered(
  change: (adapter: Adapter, context: AdapterContext) => Partial<Adapter>,
  context: (own: AdapterContext) => AdapterContext = (own) => own,
): Platform {
  const { entry } = platform;
  const createAdapter = (own: AdapterContext): Adapter => {
    const used = context(own);
    const adapter = entry.createAdapter(used);
    return { ...adapter, ...change(adapter, used) };
  };
  return { ...platform, entry: { ...entry, createAdapter } };
}

const withDefinition = (change: (definition: ClientDefinition) => Partial<ClientDefinition>) =>
  altered(
    () => ({}),
    (own) => ({ ...own, http: (definition) => own.http({ ...definition, ...change(definition) }) }),
  );
const orders = (adapter: Adapter) => adapter.orders as OrderCapability;
const stock = (adapter: Adapter) => adapter.stock as PushCapability;
const shipments = (adapter: Adapter) => adapter.shipments as ShipmentCapability;
const checkOf = (name: string) => {
  const check = CHECKS.find((candidate) => candidate.name === name);
  if (!check) throw new Error(`there is no check "${name}"`);
  return check;
};

const BROKEN: Record<string, Platform> = {
  "orders: a walk in small pages gives each record once": altered((adapter) => ({
    orders: {
      ...orders(adapter),
      list: async (...input) => ({ ...(await orders(adapter).list(...input)), next: null }),
    },
  })),
  "orders: a change at the edge of two windows is in one of them": altered((adapter) => ({
    orders: {
      ...orders(adapter),
      list: (store, input, signal) =>
        orders(adapter).list(store, { ...input, until: new Date(input.until.getTime() - 1) }, signal),
    },
  })),
  "orders: totals are the platform's to the digit, and their parts add up": altered((adapter) => ({
    orders: {
      ...orders(adapter),
      toUnified: (raw, context) => {
        const records = orders(adapter).toUnified(raw, context);
        for (const order of records.orders) order.total = money(Number(order.total?.amount).toFixed(1), order.currency);
        return records;
      },
    },
  })),
  "orders: a code that no table knows is unknown, with a warning": altered((adapter) => ({
    orders: {
      ...orders(adapter),
      toUnified: (raw, context) => {
        const records = orders(adapter).toUnified(raw, context);
        for (const order of records.orders) if (order.status === "unknown") order.status = "shipped";
        return records;
      },
    },
  })),
  "orders: a document of another shape throws, and maps to nothing": altered((adapter) => ({
    orders: {
      ...orders(adapter),
      toUnified: (raw, context) => {
        try {
          return orders(adapter).toUnified(raw, context);
        } catch {
          return unified({});
        }
      },
    },
  })),
  "stock: a full batch arrives, with an outcome per item in order": altered((adapter) => ({
    stock: { ...stock(adapter), set: async (...input) => (await stock(adapter).set(...input)).reverse() },
  })),
  "stock: zero is sent": altered((adapter) => ({
    stock: {
      ...stock(adapter),
      set: (store, items, signal) =>
        items[0]?.value === "0"
          ? Promise.resolve(items.map(({ key }) => ({ key, outcome: "accepted" as const })))
          : stock(adapter).set(store, items, signal),
    },
  })),
  "shipments: a lost answer is told, and the effect found or repeated without harm": altered((adapter) => {
    const confirm = shipments(adapter).acts.confirm as ActCapability<unknown>;
    const blind = { ...confirm, findEffect: async () => null, perform: twice(confirm.perform) };
    return { shipments: { ...shipments(adapter), acts: { ...shipments(adapter).acts, confirm: blind } } };
  }),
  "settlements: the entries of a statement sum to its total, whatever parts they come in": altered((adapter) => ({
    settlements: {
      ...(adapter.settlements as SettlementCapability),
      toUnified: (raw, context) => {
        const records = (adapter.settlements as SettlementCapability).toUnified(raw, context);
        return { ...records, entries: records.entries.slice(1) };
      },
    },
  })),
  "webhooks: a changed body, another secret and no signature are refused": altered((adapter) => ({
    webhooks: {
      ...(adapter.webhooks as HttpWebhooks),
      receive: () => ({ answer: { status: 200 }, notifications: [], verified: true }),
    },
  })),
  "auth: a refused token leads to one refresh and one repeat": altered((adapter) => ({
    auth: {
      ...adapter.auth,
      refresh: async (store, current, signal) => {
        const first = await adapter.auth.refresh?.(store, current, signal);
        const again = { ...current, values: first?.values ?? {} };
        return (await adapter.auth.refresh?.(store, again, signal)) ?? { values: {}, expiresAt: null };
      },
    },
  })),
  "errors: a failure inside an HTTP 200 is found": withDefinition(() => ({ failure: () => null })),
  "errors: every row of the error table is reached by an answer of the platform": withDefinition(({ errors }) => ({
    errors: [{ code: /./, category: "permanent" }, ...errors],
  })),
  // Credentials are masked wherever they are written; whoever writes a record writes its buyer.
  "hygiene: no secret and no buyer is in the log or in an error": altered((adapter, { log }) => ({
    orders: {
      ...orders(adapter),
      getMany: async (...input) => {
        const found = await orders(adapter).getMany(...input);
        for (const { payload } of found.documents) log.info("looking", { seen: JSON.stringify(payload) });
        return found;
      },
    },
  })),
  "shape: what is absent says why, and names the page that says so": altered(() => ({
    prices: { absent: "no", source: null },
  })),
};

/** Performs once more, whatever came of the first time. */
function twice<T extends (...input: never[]) => Promise<unknown>>(perform: T): T {
  return (async (...input: never[]) => {
    await perform(...input).catch(() => {});
    return perform(...input);
  }) as T;
}

describe("a broken adapter is found out", () => {
  it.each(Object.entries(BROKEN))("%s", async (name, broken) => {
    const check = checkOf(name);
    await runCheck(platform, check);
    await expect(runCheck(broken, check)).rejects.toThrow();
  });
});

it("an exception that is not needed fails", async () => {
  const check = checkOf("stock: zero is sent");
  const exception = { platform: "template", check: check.name, reason: "none", link: "https://example.test" };
  await expect(runExcepted(platform, check, exception)).rejects.toThrow("remove its entry");
  const { "stock: zero is sent": broken } = BROKEN;
  if (broken) await runExcepted(broken, check, exception);
});

describe("messages of a queue", () => {
  const name = "messages: a message comes again until it is confirmed, and then no more";
  const queue = (change: Partial<QueueMessages> = {}) =>
    altered((_, context) => ({ webhooks: { ...createMessages(createClient(context, sign)), ...change } }));

  it("are read and confirmed by the template's other way", () => runCheck(queue(), checkOf(name)));

  it("that are never confirmed are found out", async () => {
    await expect(runCheck(queue({ confirm: async () => {} }), checkOf(name))).rejects.toThrow();
  });
});

/**
 * What is due. Due times in the tables are the truth: jobs only wake, and all of them may be lost without loss. A slice of
 * work takes a lease, so that a job that runs twice finds nothing to do the second time.
 */
import { sequenceChanges } from "../core/db/changes.ts";
import type { Database } from "../core/db/database.ts";
import { IS_PUSH_DUE } from "../core/db/offers.ts";
import { listDueEndpoints } from "../core/db/webhook-endpoints.ts";
import { isReconciliationDue, reconcile, wasReconciled } from "../core/finance/reconcile.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { applyDuePrices, arePricesDue } from "../core/pricing/due.ts";
import { applyDueRules, areRulesDue } from "../core/stock/allocation-rules.ts";
import { drainActions } from "./actions.ts";
import { type Engine, hasPrices } from "./engine.ts";
import { drainInbox } from "./inbox.ts";
import { runMaintenance } from "./maintenance.ts";
import { MESSAGE_STREAM, receiveMessages } from "./messages.ts";
import { pullSlice } from "./pull.ts";
import { drainOffers } from "./push.ts";
import { retryStore } from "./retry-store.ts";
import { deliverWebhooks } from "./webhook-deliveries.ts";

export type WorkItem =
  | { kind: "pull"; storeId: string; resource: Resource; stream: string }
  | { kind: "inbox"; storeId: string }
  | { kind: "push"; storeId: string; aspect: "stock" | "price" }
  | { kind: "actions"; storeId: string }
  | { kind: "retry"; storeId: string }
  | { kind: "webhooks"; endpointId: string }
  | { kind: "rules" }
  | { kind: "reconcile" }
  | { kind: "sequence" }
  | { kind: "maintenance" };

/** What makes an item one at a time: two of the same key need not run at once. */
export function workKey(item: WorkItem): string {
  switch (item.kind) {
    case "pull":
      return `pull:${item.storeId}:${item.resource}:${item.stream}`;
    case "push":
      return `push:${item.storeId}:${item.aspect}`;
    case "inbox":
    case "actions":
    case "retry":
      return `${item.kind}:${item.storeId}`;
    case "webhooks":
      return `webhooks:${item.endpointId}`;
    case "rules":
    case "reconcile":
    case "sequence":
    case "maintenance":
      return item.kind;
  }
}

/** Everything due now, writes to platforms first, backfills last. */
export async function listDueWork(db: Database, at: Date): Promise<WorkItem[]> {
  const now = at.toISOString();
  const stores = await db.query<{ kind: "push" | "price" | "actions" | "inbox" | "retry"; store_id: string }>(
    `select 'actions' as kind, a.store_id from actions a join stores s on s.id = a.store_id
       where a.status in ('pending', 'running', 'submitted') and a.due_at <= $1::timestamptz and s.state = 'ok' and s.mode <> 'disconnected'
       and not s.push_stopped group by a.store_id
     union all select case when a.aspect = 'stock' then 'push' else 'price' end, s.id from stores s cross join (values ('stock'), ('price')) a (aspect)
       where s.mode = 'live' and s.state = 'ok' and not s.push_stopped and ${IS_PUSH_DUE}
     union all select 'inbox', i.store_id from inbox i join stores s on s.id = i.store_id
       where i.status = 'pending' and i.due_at <= $1::timestamptz and s.state = 'ok' group by i.store_id
     union all select 'retry', s.id from stores s
       where s.state in ('auth_expired', 'refused') and s.retry_at <= $1::timestamptz and s.mode <> 'disconnected'`,
    [now],
  );
  const streams = await db.query<{ store_id: string; resource: Resource; stream: string }>(
    `select c.store_id, c.resource, c.stream from checkpoints c join stores s on s.id = c.store_id
     where c.due_at <= $1::timestamptz and c.state not in ('paused', 'done') and (c.lease_until is null or c.lease_until < clock_timestamp())
       and s.state = 'ok' and s.mode <> 'disconnected'
     order by (c.stream like '%@backfill'), c.due_at limit 500`,
    [now],
  );
  return [
    ...((await areRulesDue(db, at)) || (await arePricesDue(db, at)) ? [{ kind: "rules" } as const] : []),
    ...stores.map(({ kind, store_id: storeId }): WorkItem => {
      if (kind === "push") return { kind: "push", storeId, aspect: "stock" };
      if (kind === "price") return { kind: "push", storeId, aspect: "price" };
      return { kind, storeId };
    }),
    ...(await listDueWebhooks(db, at)),
    ...streams.map(
      ({ store_id: storeId, resource, stream }): WorkItem => ({ kind: "pull", storeId, resource, stream }),
    ),
    ...((await isReconciliationDue(db, at)) ? [{ kind: "reconcile" } as const] : []),
  ];
}

/** Endpoints that have something to be sent. What is in the feed counts: sequence first. */
export async function listDueWebhooks(db: Database, at: Date): Promise<WorkItem[]> {
  return (await listDueEndpoints(db, at)).map((endpointId) => ({ kind: "webhooks", endpointId }));
}

/**
 * Does one item's slice of work; safe to repeat, and in any number of processes. False where nothing could be done for
 * now (another process is at it, a store's orders are not fresh): looking again at once would find the same.
 */
export async function runWork(engine: Engine, item: WorkItem, signal: AbortSignal): Promise<boolean> {
  switch (item.kind) {
    case "pull":
      if ((item.resource as string) !== MESSAGE_STREAM.resource)
        return (await pullSlice(engine, item, signal)).state !== "busy";
      await receiveMessages(engine, item, signal);
      return true;
    case "inbox":
      return (await drainInbox(engine, item.storeId, signal)) > 0;
    case "push":
      return (await drainOffers(engine, item.storeId, item.aspect, signal)).sent > 0;
    case "actions":
      return (await drainActions(engine, item.storeId, signal)) > 0;
    case "retry":
      return retryStore(engine, item.storeId, signal);
    case "webhooks":
      return deliverWebhooks(engine, item.endpointId, signal);
    case "rules":
      return applyTimely(engine);
    case "reconcile":
      return wasReconciled(await reconcile(engine.db, engine.clock.now()));
    case "sequence":
      await sequenceChanges(engine.db);
      return true;
    case "maintenance":
      await runMaintenance(engine, signal);
      return true;
  }
}

/** What time brought: rules of stock, then of prices. */
async function applyTimely(engine: Engine): Promise<boolean> {
  const at = engine.clock.now();
  const rules = await applyDueRules(engine.db, at);
  return (await applyDuePrices(engine.db, (platform) => hasPrices(engine, platform), at)) || rules;
}

/** Works until nothing that is due can be done: what `demo --once`, `sync` and tests do. Answers the number of items done. */
export async function runUntilIdle(
  engine: Engine,
  signal: AbortSignal,
  options: { maxItems?: number; only?: (item: WorkItem) => boolean } = {},
): Promise<number> {
  let done = 0;
  while (!signal.aborted && done < (options.maxItems ?? 100_000)) {
    const due = (await listDueWork(engine.db, engine.clock.now())).filter(options.only ?? (() => true));
    if (due.length === 0) break;
    // One store's calls wait on its own budget; different stores go side by side.
    const byStore = new Map<string, WorkItem[]>();
    for (const item of due) {
      const store = "storeId" in item ? item.storeId : workKey(item);
      byStore.set(store, [...(byStore.get(store) ?? []), item]);
    }
    let progress = false;
    await Promise.all(
      [...byStore.values()].map(async (items) => {
        for (const item of items) {
          if (signal.aborted) return;
          progress = (await runWork(engine, item, signal)) || progress;
          done++;
        }
      }),
    );
    await sequenceChanges(engine.db);
    if (!progress) break;
  }
  await sequenceChanges(engine.db);
  return done;
}

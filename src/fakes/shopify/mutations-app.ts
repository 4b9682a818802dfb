/** Bulk runs and subscriptions. */

import { nowOf } from "../living.ts";
import { bulkStatus, bulkView, startBulk } from "./bulk.ts";
import type { Context } from "./context.ts";
import { type Mutation, must } from "./mutation.ts";
import type { Store } from "./store.ts";
import { subscribe, subscriptionView } from "./subscriptions.ts";
import type { Subscription } from "./types.ts";
import { byGid, refused } from "./wire.ts";

interface BulkInput {
  query: string;
  groupObjects: boolean;
}

interface SubscribeInput {
  topic: string;
  webhookSubscription: Partial<Subscription>;
}

/** Changes of what the app itself has, by name; `root` answers bulk runs. */
export function appMutations(
  store: Store,
  root: Record<string, unknown>,
  version: string,
): Record<string, Mutation<never>> {
  const scopes = [...store.scopes];
  return {
    bulkOperationRunQuery: {
      scopes,
      run({ query, groupObjects }: BulkInput, context: Context) {
        return { bulkOperation: bulkView(store, startBulk(store, query, groupObjects, root, context)) };
      },
    },
    bulkOperationCancel: {
      scopes,
      run({ id }: { id: string }) {
        const run = must(byGid(store.bulkRuns, "BulkOperation", id), "Bulk operation", ["id"]);
        if (!/CREATED|RUNNING/.test(bulkStatus(store, run)))
          throw refused("A bulk operation cannot be canceled when it is terminal.", null);
        run.cancelled = nowOf(store);
        return { bulkOperation: bulkView(store, run) };
      },
    },
    webhookSubscriptionCreate: {
      scopes,
      run({ topic, webhookSubscription }: SubscribeInput) {
        return { webhookSubscription: subscriptionView(subscribe(store, topic, webhookSubscription, version)) };
      },
    },
    webhookSubscriptionDelete: {
      scopes,
      run({ id }: { id: string }) {
        const row = must(byGid(store.subscriptions, "WebhookSubscription", id), "Webhook subscription", ["id"]);
        store.subscriptions.delete(row.id);
        return { deletedWebhookSubscriptionId: id };
      },
    },
  };
}

/** The HTTP API as one app that runs in Node and in Workers: middleware in order, then each group of routes. */
import { OpenAPIHono } from "@hono/zod-openapi";
import { defineActions } from "./actions.ts";
import { defineAfterSales } from "./after-sales.ts";
import { defineAlerts } from "./alerts.ts";
import { defineAllocation } from "./allocation.ts";
import { defineApprovals } from "./approvals.ts";
import { defineApps, defineConsentReturn } from "./apps.ts";
import { authenticate, createKeyLookup } from "./auth.ts";
import { defineCampaigns } from "./campaigns.ts";
import { defineChanges } from "./changes.ts";
import { defineDisputeActs } from "./dispute-acts.ts";
import { defineDocs } from "./docs.ts";
import { onError, onInvalid, problem } from "./errors.ts";
import { defineExports } from "./exports.ts";
import { defineFinance } from "./finance.ts";
import { defineHealth } from "./health.ts";
import { defineJournal } from "./journal.ts";
import { defineKeys } from "./keys.ts";
import { defineListings } from "./listings.ts";
import { defineLocations } from "./locations.ts";
import { defineOffers } from "./offers.ts";
import { defineOrders } from "./orders.ts";
import { defineOversold } from "./oversold.ts";
import { definePlatforms } from "./platforms.ts";
import { definePriceRules } from "./price-rules.ts";
import { definePrices } from "./prices.ts";
import { defineProfit } from "./profit.ts";
import { definePush } from "./push.ts";
import { defineReceipts } from "./receipts.ts";
import { defineReconciliation } from "./reconciliation.ts";
import { defineRejected } from "./rejected.ts";
import { giveRequestId } from "./request-id.ts";
import { defineSkus } from "./skus.ts";
import { defineStock } from "./stock.ts";
import { defineStores } from "./stores.ts";
import type { Api, App, AppOptions, Env } from "./types.ts";
import { defineWebhookEndpoints } from "./webhook-endpoints.ts";
import { defineWebhooks } from "./webhooks.ts";

export type { App, AppOptions, Asset, Metrics } from "./types.ts";

/** Builds the app. It opens nothing: database, adapters and keys are handed in. */
export function createApp(options: AppOptions): App {
  const app = new OpenAPIHono<Env>({ defaultHook: onInvalid });
  const keys = createKeyLookup(options.engine, options.auth.processKey);
  const api: Api = { ...options, app, forgetKey: keys.forget };
  app.use(giveRequestId);
  defineConsentReturn(api);
  app.use("/v1/*", authenticate(keys));
  app.use("/metrics", authenticate(keys));
  app.onError((error, c) => onError(options.engine)(error, c));
  app.notFound((c) =>
    problem(c, { status: 404, code: "not_found", detail: "There is nothing at this address. See /docs." }),
  );
  for (const group of GROUPS) group(api);
  return app;
}

const GROUPS: readonly ((api: Api) => void)[] = [
  defineHealth,
  definePlatforms,
  defineKeys,
  defineStores,
  defineApps,
  defineOrders,
  defineListings,
  defineSkus,
  defineStock,
  defineAllocation,
  defineCampaigns,
  defineApprovals,
  defineLocations,
  defineDisputeActs,
  defineOversold,
  defineReconciliation,
  defineFinance,
  defineProfit,
  definePrices,
  definePriceRules,
  defineOffers,
  definePush,
  defineAfterSales,
  defineReceipts,
  defineChanges,
  defineWebhookEndpoints,
  defineAlerts,
  defineActions,
  defineRejected,
  defineExports,
  defineJournal,
  defineWebhooks,
  defineDocs,
];

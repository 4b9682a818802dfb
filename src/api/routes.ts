/**
 * The scope that each route asks for. A route cannot be defined without an entry here, and the test of who may see what
 * is generated from it. `key`: any valid key. `open`: no key.
 */
import type { Scope } from "./scopes.ts";

export const ROUTES = {
  "GET /v1/me": "key",
  "GET /v1/platforms": "key",

  "GET /v1/stores": "stores:read",
  "POST /v1/stores": "stores:write",
  "GET /v1/stores/{id}": "stores:read",
  "PATCH /v1/stores/{id}": "stores:write",
  "DELETE /v1/stores/{id}": "stores:write",
  "GET /v1/stores/{id}/health": "stores:read",
  "PUT /v1/stores/{id}/credentials": "stores:write",
  "POST /v1/stores/{id}/test": "sync:write",
  "POST /v1/stores/{id}/sync": "sync:write",
  "POST /v1/stores/{id}/push": "sync:write",
  "POST /v1/stores/{id}/import": "stores:write",

  "GET /v1/apps": "admin",
  "POST /v1/apps": "admin",
  "DELETE /v1/apps/{id}": "admin",
  "POST /v1/apps/{id}/consent": "stores:write",
  "GET /v1/oauth/{platform}/callback": "open",

  "GET /v1/orders": "orders:read",
  "GET /v1/orders/{id}": "orders:read",
  "GET /v1/orders/{id}/timeline": "orders:read",
  "GET /v1/orders/{id}/raw": "buyer:read",
  "PATCH /v1/orders/{id}": "orders:write",
  "POST /v1/orders/{id}/shipments": "shipments:write",
  "POST /v1/orders/{id}/cancel": "orders:write",
  "POST /v1/orders/{id}/acknowledge": "orders:write",
  "POST /v1/orders/{id}/reveal": "buyer:reveal",
  "POST /v1/orders/{id}/receipts": "stock:write",

  "GET /v1/listings": "listings:read",
  "GET /v1/listings/{id}": "listings:read",
  "PUT /v1/listing-variants/{id}/sku": "listings:write",
  "GET /v1/mapping/suggestions": "listings:read",

  "GET /v1/skus": "skus:read",
  "PUT /v1/skus": "skus:write",
  "GET /v1/skus/{code}": "skus:read",

  "GET /v1/stock": "stock:read",
  "PUT /v1/stock": "stock:write",
  "POST /v1/stock/movements": "stock:write",
  "GET /v1/stock/{sku}/explain": "stock:read",
  "GET /v1/allocation-rules": "stock:read",
  "PUT /v1/allocation-rules": "stock:write",
  "DELETE /v1/allocation-rules/{id}": "stock:write",
  "GET /v1/offers": "offers:read",

  "GET /v1/shipments": "shipments:read",
  "GET /v1/shipments/{id}": "shipments:read",
  "GET /v1/disputes": "disputes:read",
  "GET /v1/disputes/{id}": "disputes:read",
  "POST /v1/disputes/{id}/receipts": "stock:write",
  "GET /v1/settlements": "settlements:read",
  "GET /v1/settlements/{id}": "settlements:read",
  "GET /v1/settlements/{id}/entries": "settlements:read",

  "GET /v1/changes": "changes:read",
  "GET /v1/webhook-endpoints": "admin",
  "POST /v1/webhook-endpoints": "admin",
  "GET /v1/webhook-endpoints/{id}": "admin",
  "PATCH /v1/webhook-endpoints/{id}": "admin",
  "DELETE /v1/webhook-endpoints/{id}": "admin",
  "POST /v1/webhook-endpoints/{id}/rotate-secret": "admin",
  "GET /v1/webhook-endpoints/{id}/deliveries": "admin",
  "POST /v1/webhook-endpoints/{id}/replay": "admin",
  "POST /v1/webhook-endpoints/{id}/test": "admin",
  "GET /v1/alerts": "alerts:read",
  "POST /v1/alerts/{id}/resolve": "alerts:write",
  "GET /v1/actions": "actions:read",
  "GET /v1/actions/{id}": "actions:read",
  "POST /v1/actions/{id}/retry": "actions:write",
  "POST /v1/actions/{id}/cancel": "actions:write",
  "GET /v1/rejected": "rejected:read",
  "POST /v1/rejected/{id}/replay": "rejected:write",

  "GET /v1/exports/orders.csv": "orders:read",
  "GET /v1/exports/orders.ndjson": "orders:read",
  "GET /v1/exports/order-lines.csv": "orders:read",
  "GET /v1/exports/shipments.csv": "shipments:read",
  "GET /v1/exports/shipments.ndjson": "shipments:read",
  "GET /v1/exports/stock.csv": "stock:read",
  "GET /v1/exports/stock.ndjson": "stock:read",
  "GET /v1/exports/settlements.csv": "settlements:read",
  "GET /v1/exports/settlements.ndjson": "settlements:read",
  "GET /v1/exports/entries.csv": "settlements:read",
  "GET /v1/exports/entries.ndjson": "settlements:read",

  "GET /v1/keys": "admin",
  "POST /v1/keys": "admin",
  "DELETE /v1/keys/{id}": "admin",
  "GET /v1/audit": "admin",

  "GET /metrics": "metrics:read",
  "GET /healthz": "open",
  "GET /readyz": "open",
} as const satisfies Record<`${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`, Scope | "key" | "open">;

export type RouteId = keyof typeof ROUTES;

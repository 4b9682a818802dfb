/** Webhook endpoints and their deliveries as they are shown, and the description of what receivers are sent. */
import { z } from "zod";
import type { DeliveryRow } from "../core/db/webhook-deliveries.ts";
import type { EndpointRow } from "../core/db/webhook-endpoints.ts";
import { changesMessage } from "./schemas/webhook-endpoints.ts";
import type { Api } from "./types.ts";

/** What receivers are sent stands in the description beside the routes. */
export function describeWebhook(api: Api): void {
  const header = (description: string) => z.string().meta({ description });
  api.app.openAPIRegistry.registerWebhook({
    method: "post",
    path: "changes",
    summary: "Changes of the feed, sent to webhook endpoints",
    description:
      "Up to 100 changes, oldest first. Any 2xx within 15 s takes them; anything else, redirects included, is tried again after " +
      "5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, or later where `Retry-After` says so; then the endpoint is " +
      "disabled and an alert says what to do. 410 disables it at once. A delivery may come more than once: `webhook-id` is " +
      "then the same, and a change that came in another delivery has the same `position`.",
    tags: ["webhook-endpoints"],
    request: {
      headers: z.object({
        "webhook-id": header("Of the delivery: the same for every attempt."),
        "webhook-timestamp": header(
          "When this attempt left, in seconds since 1970. Refuse what is more than five minutes off.",
        ),
        "webhook-signature": header(
          "One or two signatures, separated by a space: `v1,` and the base64 HMAC-SHA256 of `<webhook-id>.<webhook-timestamp>.<body>` " +
            "under the bytes of the secret (base64 after `whsec_`).",
        ),
      }),
      body: { content: { "application/json": { schema: changesMessage } } },
    },
    responses: {
      "2XX": { description: "Taken: the next delivery may come." },
      410: { description: "Send nothing more." },
    },
  });
}

/** `last`: the newest position of the feed. */
export function renderEndpoint(row: EndpointRow, last: number) {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    entities: row.entities,
    stores: row.stores,
    include_buyer: row.includeBuyer,
    enabled: row.disabledAt === null,
    disabled_at: row.disabledAt,
    disabled_reason: row.disabledReason,
    position: row.position,
    behind: Math.max(0, last - row.position),
    attempts: row.attempts,
    failing_since: row.failingSince,
    next_attempt_at: row.dueAt,
    previous_secret_until: row.previousSecretUntil,
    version: row.version,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  };
}

export function renderDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    endpoint_id: row.endpointId,
    kind: row.kind,
    status: row.status,
    first_position: row.firstPosition,
    last_position: row.lastPosition,
    change_count: row.changeCount,
    attempts: row.attempts,
    response_status: row.responseStatus,
    error: row.error,
    created_at: row.createdAt,
    last_attempt_at: row.lastAttemptAt,
    finished_at: row.finishedAt,
  };
}

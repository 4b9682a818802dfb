import { z } from "zod";
import { DELIVERY_KINDS, DELIVERY_STATUSES } from "../../core/db/webhook-deliveries.ts";
import { instant, instantInput, instantOrNull, int, listQuery, text, textOrNull, uuid } from "./common.ts";
import { changeSchema, ENTITIES } from "./operations.ts";

const url = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .meta({
    description:
      "Where deliveries are sent by POST. https, and on the public internet, unless `TALLYPORT_ALLOW_PRIVATE_URLS` is on. " +
      "Without user name and password; redirects are not followed.",
  });
const description = z.string().trim().min(1).max(200).nullable().meta({ description: "What people call it." });
const entities = z
  .array(z.enum(ENTITIES))
  .min(1)
  .max(ENTITIES.length)
  .nullable()
  .meta({ description: "Only changes of these kinds of record; null: of all." });
const stores = z
  .array(z.uuid())
  .min(1)
  .max(1000)
  .nullable()
  .meta({
    description:
      "Only changes of these stores; null: of all. SKUs and stock levels belong to no store and are always among them, " +
      "unless `entities` leaves them out.",
  });
const includeBuyer = z.boolean().meta({
  description:
    "Buyer data in the clear; masked otherwise. Only a key with `buyer:read` may switch it on, or change such an endpoint.",
});

export const endpointInput = z.strictObject({
  url,
  description: description.default(null),
  entities: entities.default(null),
  stores: stores.default(null),
  include_buyer: includeBuyer.default(false),
});

export const endpointPatch = z
  .strictObject({
    url,
    description,
    entities,
    stores,
    include_buyer: includeBuyer,
    enabled: z.boolean().meta({
      description:
        "false: nothing is sent until it is true again; the place in the feed stays. true: goes on from there, at once, also " +
        "where it waits after a failure. 410 `changes_gone` where the feed no longer keeps what comes next.",
    }),
  })
  .partial();

export const endpointSchema = z
  .object({
    id: uuid,
    url,
    description,
    entities,
    stores,
    include_buyer: includeBuyer,
    enabled: z.boolean(),
    disabled_at: instantOrNull,
    disabled_reason: z
      .enum(["asked", "gone", "failing"])
      .nullable()
      .meta({ description: "asked: by a person; gone: the receiver answered 410; failing: three days without a 2xx." }),
    position: int.meta({ description: "Everything up to this position of the feed has been taken by the receiver." }),
    behind: int.meta({
      description: "Positions of the feed that come after it; not all of them are for this endpoint.",
    }),
    attempts: int.meta({ description: "Failed attempts in a row; 0 while deliveries are taken." }),
    failing_since: instantOrNull.meta({ description: "When the first of them was made." }),
    next_attempt_at: instantOrNull.meta({
      description: "When it is tried again after a failure; null: as soon as there is something.",
    }),
    previous_secret_until: instantOrNull.meta({ description: "Until then the secret before the newest signs too." }),
    version: int.meta({ description: "Counts the changes that people made; the ETag." }),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: "WebhookEndpoint" });

export const endpointWithSecret = endpointSchema
  .extend({
    secret: text.meta({
      description: "`whsec_…`: what receivers verify `webhook-signature` with. Shown this once.",
    }),
  })
  .meta({ id: "WebhookEndpointWithSecret" });

export const deliverySchema = z
  .object({
    id: uuid.meta({ description: "The header `webhook-id`: the same for every attempt." }),
    endpoint_id: uuid,
    kind: z.enum(DELIVERY_KINDS).meta({
      description: "changes: the next ones of the feed; replay: one delivery sent again by a person's wish; test.",
    }),
    status: z.enum(DELIVERY_STATUSES).meta({
      description:
        "pending: on its way, or waiting for its next attempt; delivered: taken with a 2xx; failed: given up; replaced: its " +
        "changes are sent anew, after a replay or with another filter.",
    }),
    first_position: int.meta({ description: "The delivery covers the feed from this position …" }),
    last_position: int.meta({ description: "… to this one." }),
    change_count: int.meta({ description: "Changes of the endpoint's kinds and stores among them." }),
    attempts: int,
    response_status: int.nullable().meta({ description: "HTTP status of the last answer; null where none came." }),
    error: textOrNull.meta({
      description:
        "Why the last attempt failed, with at most 200 characters of the answer; without any of it where buyer data are sent.",
    }),
    created_at: instant,
    last_attempt_at: instantOrNull,
    finished_at: instantOrNull,
  })
  .meta({ id: "WebhookDelivery" });

export const deliveryQuery = listQuery({ status: z.enum(DELIVERY_STATUSES).optional() });

export const replayInput = z
  .strictObject({
    after: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().meta({
      description: "Everything after this position of the feed.",
    }),
    since: instantInput.optional().meta({
      type: "string",
      format: "date-time",
      description: "Everything that was written since this time.",
    }),
    delivery: z.uuid().optional().meta({ description: "The changes of this delivery, once more, before all others." }),
  })
  .refine(
    (input) => [input.after, input.since, input.delivery].filter((given) => given !== undefined).length === 1,
    "give one of after, since and delivery",
  );

export const replayAnswer = z
  .object({
    position: int.meta({ description: "Where the endpoint goes on after." }),
    delivery: deliverySchema.nullable().meta({ description: "The new delivery, where one was asked for." }),
  })
  .meta({ id: "WebhookReplay" });

/** What receivers are sent. */
export const changesMessage = z
  .object({
    type: z.literal("changes"),
    timestamp: instant.meta({ description: "When the delivery was made; the attempt's time is `webhook-timestamp`." }),
    data: z.object({
      endpoint_id: uuid,
      after: int.meta({
        description:
          "The delivery begins after this position: the `next` of the one before. Where it is greater, changes between the two " +
          "were no longer kept: copy the lists you keep once more.",
      }),
      next: int.meta({ description: "It reaches to this position." }),
      changes: z.array(changeSchema).meta({
        description:
          "In the order of the feed, each with `current`: the record as it is at the time of sending, or null.",
      }),
    }),
  })
  .meta({ id: "WebhookChanges" });

/** Webhook endpoints: who is sent the change feed, what was sent to them, and sending again. */
import { feedHorizon } from "../core/db/feed.ts";
import { listDeliveries } from "../core/db/webhook-deliveries.ts";
import { type EndpointRow, findEndpoint, listEndpoints } from "../core/db/webhook-endpoints.ts";
import { InputError } from "../core/errors.ts";
import {
  changeEndpoint,
  createEndpoint,
  removeEndpoint,
  replayDelivery,
  replayFeed,
  rotateSecret,
  testEndpoint,
} from "../sync/webhook-endpoints.ts";
import { define, json } from "./define.ts";
import { checkMatch } from "./documents.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { idParams, listQuery, page } from "./schemas/common.ts";
import {
  deliveryQuery,
  deliverySchema,
  endpointInput,
  endpointPatch,
  endpointSchema,
  endpointWithSecret,
  replayAnswer,
  replayInput,
} from "./schemas/webhook-endpoints.ts";
import { allows } from "./scopes.ts";
import type { Api, ApiContext, Principal } from "./types.ts";
import { describeWebhook, renderDelivery, renderEndpoint } from "./webhook-views.ts";

const LIST: CursorForm = { list: "webhook-endpoints", kinds: ["instant", "uuid"] };
const DELIVERIES: CursorForm = { list: "webhook-deliveries", kinds: ["instant", "uuid"] };

export function defineWebhookEndpoints(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/webhook-endpoints",
    { summary: "Webhook endpoints", query: listQuery({}), answer: page(endpointSchema) },
    async ({ c, who, query }) => {
      const { last } = await feedHorizon(engine.db);
      const found = await listEndpoints(engine.db, who.stores, pageOf(LIST, query));
      return answerPage(c, LIST, found, (row) => renderEndpoint(row, last));
    },
  );
  define(
    api,
    "POST /v1/webhook-endpoints",
    {
      summary: "Makes a webhook endpoint, which is sent what changes from now on",
      description:
        "Deliveries follow the Standard Webhooks convention and the order of the change feed: at least once, one at a time, " +
        "the next one after a 2xx. The secret is shown this once.",
      body: endpointInput,
      answer: endpointWithSecret,
      status: 201,
    },
    async ({ c, who, body }) => {
      refuseForeignStores(who, body.stores);
      refuseBuyers(who, body.include_buyer);
      const { include_buyer: includeBuyer, ...rest } = body;
      const { row, secret } = await createEndpoint(engine, { ...rest, includeBuyer }, who.actor);
      const headers = { location: `/v1/webhook-endpoints/${row.id}` };
      return json(c, { ...renderEndpoint(row, row.position), secret }, 201, headers);
    },
  );
  define(
    api,
    "GET /v1/webhook-endpoints/{id}",
    { summary: "One webhook endpoint", params: idParams, answer: endpointSchema },
    async ({ c, who, params }) => answer(api, c, await visible(api, who, params.id)),
  );
  defineChange(api);
  defineDeliveries(api);
  describeWebhook(api);
}

function defineChange(api: Api): void {
  const { engine } = api;
  define(
    api,
    "PATCH /v1/webhook-endpoints/{id}",
    {
      summary: "Changes a webhook endpoint, switches it off or on",
      description: "New filters hold from its position on; they bring back nothing that it passed.",
      params: idParams,
      body: endpointPatch,
      answer: endpointSchema,
    },
    async ({ c, who, params, body }) => {
      const row = await visible(api, who, params.id);
      const refused = checkMatch(c, row.version);
      if (refused) return refused;
      if (body.stores !== undefined) refuseForeignStores(who, body.stores);
      // Another address would be sent the buyers too.
      refuseBuyers(who, body.include_buyer ?? row.includeBuyer);
      const { include_buyer: includeBuyer, ...rest } = body;
      const changed = await changeEndpoint(engine, row, { ...rest, includeBuyer }, who.actor);
      if (!changed) throw notFound("webhook endpoint");
      return answer(api, c, changed);
    },
  );
  define(
    api,
    "DELETE /v1/webhook-endpoints/{id}",
    { summary: "Deletes a webhook endpoint with its deliveries", params: idParams, status: 204 },
    async ({ c, who, params }) => {
      const row = await visible(api, who, params.id);
      const refused = checkMatch(c, row.version);
      if (refused) return refused;
      await removeEndpoint(engine, row, who.actor);
      return c.body(null, 204);
    },
  );
  define(
    api,
    "POST /v1/webhook-endpoints/{id}/rotate-secret",
    {
      summary: "Gives a new secret",
      description:
        "For 24 hours deliveries carry two signatures, by the new secret and by the one before; receivers accept either. A " +
        "second rotation within that time is refused (409 `secret_rotated_already`): it would cut off who has the older one.",
      params: idParams,
      answer: endpointWithSecret,
    },
    async ({ c, who, params }) => {
      const row = await visible(api, who, params.id);
      refuseBuyers(who, row.includeBuyer);
      const rotated = await rotateSecret(engine, row, who.actor);
      if (!rotated) throw notFound("webhook endpoint");
      const { last } = await feedHorizon(engine.db);
      return json(c, { ...renderEndpoint(rotated.row, last), secret: rotated.secret });
    },
  );
}

function defineDeliveries(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/webhook-endpoints/{id}/deliveries",
    {
      summary: "What was sent, newest first",
      description: "Without content, which is not kept. Deliveries that have ended are kept for 14 days.",
      params: idParams,
      query: deliveryQuery,
      answer: page(deliverySchema),
    },
    async ({ c, who, params, query }) => {
      const row = await visible(api, who, params.id);
      const filter = { endpointId: row.id, status: query.status };
      return answerPage(
        c,
        DELIVERIES,
        await listDeliveries(engine.db, filter, pageOf(DELIVERIES, query)),
        renderDelivery,
      );
    },
  );
  define(
    api,
    "POST /v1/webhook-endpoints/{id}/replay",
    {
      summary: "Sends changes again: after a position, since a time, or those of one delivery",
      description:
        "They come in new deliveries with ids of their own. An endpoint that is disabled stays so, and is sent them when it is " +
        "enabled. 410 `changes_gone` where the feed no longer keeps them.",
      params: idParams,
      body: replayInput,
      answer: replayAnswer,
      status: 202,
    },
    async ({ c, who, params, body }) => {
      const row = await visible(api, who, params.id);
      if (body.delivery !== undefined) {
        const delivery = await replayDelivery(engine, row, body.delivery, who.actor);
        return json(c, { position: row.position, delivery: renderDelivery(delivery) }, 202);
      }
      const from = body.since ? { since: body.since } : { after: body.after ?? 0 };
      const changed = await replayFeed(engine, row, from, who.actor);
      if (!changed) throw notFound("webhook endpoint");
      return json(c, { position: changed.position, delivery: null }, 202);
    },
  );
  define(
    api,
    "POST /v1/webhook-endpoints/{id}/test",
    {
      summary: 'Sends a message of type "test" now, and answers what came of it',
      description: "Also to an endpoint that is disabled. Signed as all others; its place in the feed stays.",
      params: idParams,
      answer: deliverySchema,
    },
    async ({ c, who, params }) => {
      const row = await visible(api, who, params.id);
      const delivery = await testEndpoint(engine, row, who.actor, c.req.raw.signal);
      if (!delivery) throw notFound("webhook endpoint");
      return json(c, renderDelivery(delivery));
    },
  );
}

async function visible(api: Api, who: Principal, id: string): Promise<EndpointRow> {
  const row = await findEndpoint(api.engine.db, id, who.stores);
  if (!row) throw notFound("webhook endpoint");
  return row;
}

/** A key that is limited to stores makes endpoints for those alone. */
function refuseForeignStores(who: Principal, stores: readonly string[] | null): void {
  if (who.stores === null || stores?.every((store) => who.stores?.includes(store))) return;
  throw new InputError("key_limited", "The key is limited to some stores: name stores of its own in `stores`.", {
    status: 403,
  });
}

function refuseBuyers(who: Principal, includesBuyers: boolean): void {
  if (!includesBuyers || allows(who.scopes, "buyer:read")) return;
  throw new InputError(
    "scope_missing",
    "An endpoint that is sent buyer data needs a key with the scope `buyer:read`.",
    {
      status: 403,
    },
  );
}

/** The version alone would not tell a reader that its position moved on: no answer here is a 304. */
async function answer(api: Api, c: ApiContext, row: EndpointRow): Promise<Response> {
  const { last } = await feedHorizon(api.engine.db);
  return json(c, renderEndpoint(row, last), 200, { etag: `"${row.version}"` });
}

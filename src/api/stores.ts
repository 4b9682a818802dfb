/** Stores: connect, look, change, disconnect. */

import { z } from "zod";
import { appendAudit } from "../core/db/audit.ts";
import { appendChanges } from "../core/db/changes.ts";
import { listStoreIds } from "../core/db/store-list.ts";
import { purgeStore } from "../core/db/store-purge.ts";
import { findStore, listMarketplaces, type StoreRow, updateStore } from "../core/db/stores.ts";
import { InputError } from "../core/errors.ts";
import { findSellingLocation } from "../core/stock/locations.ts";
import { connectStore, reconnectStore } from "../sync/connect-store.ts";
import { disconnectStore } from "../sync/disconnect-store.ts";
import { pushBlock } from "../sync/push.ts";
import { setStoreMode } from "../sync/store-mode.ts";
import { checkSettings } from "../sync/store-settings.ts";
import { define, json } from "./define.ts";
import { answerDocument, checkMatch } from "./documents.ts";
import { notFound } from "./errors.ts";
import { type CursorForm, pageOf, writeCursor } from "./lists.ts";
import { flag, idParams, listQuery, page } from "./schemas/common.ts";
import { connectInput, credentialsInput, storeDetailSchema, storePatch, storeSchema } from "./schemas/stores.ts";
import { visibleStore } from "./store-access.ts";
import { defineStoreActs } from "./store-acts.ts";
import { renderStore, renderStoreCapabilities } from "./store-views.ts";
import type { Api, Principal } from "./types.ts";

const LIST: CursorForm = { list: "stores", kinds: ["instant", "uuid"] };

export function defineStores(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/stores",
    {
      summary: "Connected stores",
      query: listQuery({ platform: z.string().optional(), mode: z.string().optional() }),
      answer: page(storeSchema),
    },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, platform: query.platform, mode: query.mode };
      const ids = await listStoreIds(engine.db, filter, pageOf(LIST, query));
      const rows = await Promise.all(ids.rows.map(({ id }) => findStore(engine.db, id)));
      const data = rows.filter((row) => row !== null).map(renderStore);
      return json(c, { data, next: writeCursor(LIST, ids.next) });
    },
  );
  defineConnect(api);
  define(
    api,
    "GET /v1/stores/{id}",
    { summary: "One store", params: idParams, answer: storeDetailSchema },
    async ({ c, who, params }) => {
      const row = await visibleStore(engine, who, params.id);
      return answerDocument(c, JSON.stringify(await renderDetail(api, row)), row.version);
    },
  );
  defineChange(api);
  define(
    api,
    "DELETE /v1/stores/{id}",
    {
      summary: "Disconnects a store",
      description:
        "Webhooks are removed, the grant is revoked where the platform can, credentials and buyer data are purged; " +
        "orders and money stay, marked. `purge=true` removes all that came from the store.",
      params: idParams,
      query: z.strictObject({ purge: flag }),
      status: 204,
    },
    async ({ c, who, params, query }) => {
      const row = await visibleStore(engine, who, params.id);
      const refused = checkMatch(c, row.version);
      if (refused) return refused;
      const input = { publicUrl: api.config.publicUrl, actor: who.actor };
      await disconnectStore(engine, row.id, input, c.req.raw.signal);
      if (query.purge) await purgeStore(engine.db, row.id, who.actor, engine.clock.now());
      return c.body(null, 204);
    },
  );
  define(
    api,
    "PUT /v1/stores/{id}/credentials",
    {
      summary: "New credentials for a store whose grant lapsed",
      description: "They are tried first; what waited is due at once and goes on from where it stopped.",
      params: idParams,
      body: credentialsInput,
      answer: storeDetailSchema,
    },
    async ({ c, who, params, body }) => {
      const row = await visibleStore(engine, who, params.id);
      await reconnectStore(engine, row.id, { credentials: body.credentials, actor: who.actor }, c.req.raw.signal);
      return json(c, await renderDetail(api, await visibleStore(engine, who, row.id)));
    },
  );
  defineStoreActs(api);
}

function defineConnect(api: Api): void {
  const { engine } = api;
  define(
    api,
    "POST /v1/stores",
    {
      summary: "Connects a store, in observe mode",
      description: "Tries the credentials, then reads the store; nothing is sent to it until its mode is `live`.",
      body: connectInput,
      answer: storeDetailSchema,
      status: 201,
    },
    async ({ c, who, body }) => {
      refuseLimitedConnect(who);
      const row = await connectStore(
        engine,
        {
          platform: body.platform,
          name: body.name,
          credentials: body.credentials,
          settings: body.settings,
          baseUrl: body.base_url,
          currency: body.currency,
          timeZone: body.time_zone,
          since: body.since,
          adoptSkus: body.adopt_skus,
          appId: body.app_id,
          actor: who.actor,
        },
        c.req.raw.signal,
      );
      return json(c, await renderDetail(api, row), 201, { location: `/v1/stores/${row.id}` });
    },
  );
}

function refuseLimitedConnect(who: Principal): void {
  if (who.stores !== null)
    throw new InputError("key_limited", "A key that is limited to some stores cannot connect another.", {
      status: 403,
    });
}

function defineChange(api: Api): void {
  const { engine } = api;
  define(
    api,
    "PATCH /v1/stores/{id}",
    { summary: "Changes a store", params: idParams, body: storePatch, answer: storeDetailSchema },
    async ({ c, who, params, body }) => {
      const row = await visibleStore(engine, who, params.id);
      const refused = checkMatch(c, row.version);
      if (refused) return refused;
      const settings = body.settings ? readSettings(api, row, body.settings) : undefined;
      if (body.mode && body.mode !== row.mode) await setStoreMode(engine, row.id, body.mode, who.actor);
      const set = {
        ...(body.name === undefined ? {} : { name: body.name }),
        ...(body.push_stopped === undefined ? {} : { pushStopped: body.push_stopped }),
        ...(body.adopt_skus === undefined ? {} : { adoptSkus: body.adopt_skus }),
        ...(settings === undefined ? {} : { settings }),
      };
      if (Object.keys(set).length > 0 || body.location !== undefined) await change(api, row, set, who, body.location);
      const changed = await visibleStore(engine, who, row.id);
      return answerDocument(c, JSON.stringify(await renderDetail(api, changed)), changed.version);
    },
  );
}

async function change(
  api: Api,
  row: StoreRow,
  fields: Partial<StoreRow>,
  who: Principal,
  location: string | undefined,
): Promise<void> {
  const { engine } = api;
  const at = engine.clock.now();
  await engine.db.transaction(async (tx) => {
    const set = location === undefined ? fields : { ...fields, locationId: await findSellingLocation(tx, location) };
    const changed = await updateStore(tx, row.id, set, at);
    if (!changed) throw notFound("store");
    await appendChanges(tx, row.id, [{ entity: "store", entityId: row.id, version: changed.version, kind: "updated" }]);
    const entry = { actor: who.actor, act: "stores.change", storeId: row.id, subject: "store", subjectId: row.id };
    await appendAudit(tx, [{ ...entry, cause: null, detail: { changed: Object.keys(set) }, outcome: "done" }], at);
  });
  engine.wake();
}

function readSettings({ engine }: Api, row: StoreRow, settings: Record<string, unknown>): Record<string, unknown> {
  const adapter = engine.adapterOf(row.platform);
  return adapter ? checkSettings(adapter, settings) : settings;
}

async function renderDetail(api: Api, row: StoreRow) {
  const marketplaces = await listMarketplaces(api.engine.db, row.id);
  return {
    ...renderStore(row),
    marketplaces: marketplaces.map(({ code, currency, language, timeZone, country }) => ({
      code,
      currency,
      language,
      time_zone: timeZone,
      country,
    })),
    capabilities: await renderStoreCapabilities(api, row),
    push_blocked: pushBlock(row),
    webhook_address: api.config.publicUrl
      ? `${api.config.publicUrl.replace(/\/$/, "")}/webhooks/${row.platform}/${row.id}`
      : null,
  };
}

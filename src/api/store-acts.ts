/** Acts on a store: test, read now, push now, import a file; and how it is doing. */

import { z } from "zod";
import { isAbsent } from "../core/adapter.ts";
import { countStoreWork, listStreams, type StreamHealth } from "../core/db/store-list.ts";
import { type StoreRow, updateStore } from "../core/db/stores.ts";
import { InputError } from "../core/errors.ts";
import { drainActions } from "../sync/actions.ts";
import { probe } from "../sync/connect-store.ts";
import { importFile } from "../sync/import-file.ts";
import { type DrainResult, drainOffers, pushBlock } from "../sync/push.ts";
import { requestSync } from "../sync/request-sync.ts";
import { reviveStore } from "../sync/store-refused.ts";
import { isBackfill } from "../sync/streams.ts";
import { define, json, MAX_IMPORT } from "./define.ts";
import { idParams, int } from "./schemas/common.ts";
import { healthSchema, importQuery, importSchema, pushSchema, syncInput, testSchema } from "./schemas/stores.ts";
import { visibleStore } from "./store-access.ts";
import type { Api } from "./types.ts";

/** What a request may take before its sender gives up. */
const PUSH_MS = 25_000;

export function defineStoreActs(api: Api): void {
  const { engine } = api;
  define(
    api,
    "POST /v1/stores/{id}/test",
    { summary: "Tries the store's credentials now", params: idParams, answer: testSchema },
    async ({ c, who, params }) =>
      json(c, await test(api, await visibleStore(engine, who, params.id), c.req.raw.signal)),
  );
  define(
    api,
    "POST /v1/stores/{id}/sync",
    {
      summary: "Reads the store now",
      description: "Makes its streams due. With `since`, the time from there is read again beside them.",
      params: idParams,
      body: syncInput,
      answer: z.object({ streams: int }),
      status: 202,
    },
    async ({ c, who, params, body }) => {
      const row = await visibleStore(engine, who, params.id);
      return json(c, { streams: await requestSync(engine, row.id, body) }, 202);
    },
  );
  define(
    api,
    "POST /v1/stores/{id}/push",
    {
      summary: "Sends what differs now",
      description: "Quantities, prices and acts that wait, within the platform's budget, for at most 25 s.",
      params: idParams,
      answer: pushSchema,
    },
    async ({ c, who, params }) => {
      const row = await visibleStore(engine, who, params.id);
      const signal = AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(PUSH_MS)]);
      const stock = renderDrain(await drainOffers(engine, row.id, "stock", signal));
      const prices = renderDrain(await drainOffers(engine, row.id, "price", signal));
      return json(c, { stock, prices, actions: await drainActions(engine, row.id, signal) });
    },
  );
  define(
    api,
    "POST /v1/stores/{id}/import",
    {
      summary: "Imports a file of the platform's own documents",
      params: idParams,
      query: importQuery,
      rawBody: "application/octet-stream",
      maxBody: MAX_IMPORT,
      answer: importSchema,
    },
    async ({ c, who, params, query }) => {
      const row = await visibleStore(engine, who, params.id);
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      const { records, ...counts } = await importFile(engine, row.id, query.resource, bytes);
      return json(c, {
        ...counts,
        records: records.map(({ externalId, outcome, reason }) => ({ external_id: externalId, outcome, reason })),
      });
    },
  );
  define(
    api,
    "GET /v1/stores/{id}/health",
    { summary: "How far behind the store is, and what waits", params: idParams, answer: healthSchema },
    async ({ c, who, params }) => json(c, await readHealth(api, await visibleStore(engine, who, params.id))),
  );
}

async function test(api: Api, row: StoreRow, signal: AbortSignal) {
  const { engine } = api;
  const adapter = engine.adapterOf(row.platform);
  if (!adapter || row.mode === "disconnected")
    throw new InputError("store_not_connected", "The store is disconnected.", { status: 409 });
  const facts = await probe(engine, adapter, row, null, signal);
  const at = engine.clock.now();
  await updateStore(engine.db, row.id, { facts: facts.facts, clockSkewMs: facts.clockSkewMs, probedAt: at }, at);
  if (row.state === "auth_expired" || row.state === "refused") {
    await reviveStore(engine.db, row.id, at);
    engine.wake();
  }
  return {
    ok: true,
    external_id: facts.externalId,
    name: facts.name,
    clock_skew_ms: facts.clockSkewMs,
    facts: facts.facts,
    warnings: facts.warnings,
  };
}

const renderDrain = ({ heldBack, ...counts }: DrainResult) => ({ ...counts, held_back: heldBack });

async function readHealth(api: Api, row: StoreRow) {
  const { engine } = api;
  const now = engine.clock.now().getTime();
  const counts = await countStoreWork(engine.db, row.id);
  const feeding = stockStreams(api, row);
  const streams = (await listStreams(engine.db, row.id)).map((stream) => renderStream(stream, feeding, now));
  const lagging = streams
    .filter((stream) => stream.feeds_stock)
    .sort((a, b) => (b.lag_seconds ?? Number.POSITIVE_INFINITY) - (a.lag_seconds ?? Number.POSITIVE_INFINITY))[0];
  const sinceWebhook = counts.lastWebhookAt ? now - counts.lastWebhookAt.getTime() : null;
  return {
    store_id: row.id,
    state: row.state,
    state_reason: row.stateReason,
    push_blocked: pushBlock(row),
    lag_seconds: lagging?.lag_seconds ?? null,
    worst_stream: lagging ? `${lagging.resource}/${lagging.stream}` : null,
    streams,
    offers: {
      dirty: counts.dirtyOffers,
      oldest_dirty_at: counts.oldestDirtyAt,
      rejected: counts.rejectedOffers,
      unknown: counts.unknownOffers,
    },
    unmapped_variants: counts.unmappedVariants,
    inbox: { pending: counts.inboxPending, failed: counts.inboxFailed },
    last_webhook_at: counts.lastWebhookAt,
    webhook_gap_seconds: sinceWebhook === null ? null : Math.round(sinceWebhook / 1000),
    actions: { open: counts.openActions, dead: counts.deadActions },
    rejected_records: counts.rejectedRecords,
    open_alerts: counts.openAlerts,
  };
}

/** Names of the streams that bring sales: how old they are decides what may be pushed. */
function stockStreams(api: Api, row: StoreRow): ReadonlySet<string> {
  const orders = api.engine.adapterOf(row.platform)?.orders;
  if (!orders || isAbsent(orders)) return new Set();
  return new Set(orders.streams.filter(({ by, audit }) => by === "change" && !audit).map(({ name }) => name));
}

function renderStream(stream: StreamHealth, feeding: ReadonlySet<string>, now: number) {
  const { watermark } = stream;
  const backfill = isBackfill(stream.stream);
  return {
    resource: stream.resource,
    stream: stream.stream,
    state: stream.state,
    feeds_stock: stream.resource === "orders" && feeding.has(stream.stream),
    watermark,
    lag_seconds: watermark && !backfill ? Math.max(0, Math.round((now - watermark.getTime()) / 1000)) : null,
    due_at: stream.dueAt,
    attempts: stream.attempts,
    error: stream.errorCategory ? { category: stream.errorCategory, text: stream.errorText, at: stream.errorAt } : null,
    backfill: backfill ? { from: stream.backfillFrom, until: stream.backfillUntil } : null,
    read_count: stream.readCount,
    changed_count: stream.changedCount,
    rejected_count: stream.rejectedCount,
  };
}

/** A store with a feed, and receivers that are sent it. */
import { createOutbound } from "../../src/api/outbound.ts";
import { appendChanges, sequenceChanges } from "../../src/core/db/changes.ts";
import type { Change } from "../../src/core/ingest/types.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { runUntilIdle } from "../../src/sync/schedule.ts";
import { givenApi } from "../api/given-api.ts";
import { createLogCapture } from "../support/log-capture.ts";
import { givenReceiver, type Receiver } from "../support/webhook-receiver.ts";

export const entityId = (n: number) => `00000000-0000-8000-8000-${String(n).padStart(12, "0")}`;

export const orderChange = (n: number, version = 1): Change => ({
  entity: "order",
  entityId: entityId(n),
  version,
  kind: "updated",
});

export const SECOND = 1_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** 1 to `count`. */
export const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

export const SIGNAL = new AbortController().signal;

export async function givenWebhooks(options: Parameters<typeof givenApi>[0] = {}) {
  const api = await givenApi(options);
  const store = await api.store();
  const key = await api.key(["admin", "buyer:read"]);
  const receiver = await givenReceiver(api.clock);
  const logs = createLogCapture();
  const engine: Engine = { ...api.engine, log: logs.log };
  return {
    api,
    engine,
    logs,
    store,
    key,
    receiver,
    /** Makes an endpoint for the receiver. */
    endpoint: async (input: Record<string, unknown> = {}, to: Receiver = receiver) =>
      (await api.send(key, "POST /v1/webhook-endpoints", { body: { url: to.url, ...input } })).body as {
        id: string;
        secret: string;
        position: number;
      },
    append: (storeId: string | null, ...changes: Change[]) =>
      api.db.transaction((tx) => appendChanges(tx, storeId, changes)),
    /** What a worker does until nothing is due. */
    work: async (as: Engine = engine) => {
      await sequenceChanges(api.db);
      return runUntilIdle(as, SIGNAL);
    },
    send: (request: string, body?: unknown) => api.send(key, request, body === undefined ? {} : { body }),
    get: async (id: string) => (await api.send(key, `GET /v1/webhook-endpoints/${id}`)).body,
    deliveries: async (id: string) =>
      (await api.send(key, `GET /v1/webhook-endpoints/${id}/deliveries?limit=200`)).body.data,
    alerts: async () => (await api.send(key, "GET /v1/alerts")).body.data,
  };
}

/** The engine of another process, or of one that sends in another way. */
export const engineWith = (
  { engine }: { engine: Engine },
  changes: Partial<Engine> & { send?: Parameters<typeof createOutbound>[1] },
): Engine => {
  const { send, ...rest } = changes;
  return { ...engine, ...(send ? { outbound: createOutbound(engine, send) } : {}), ...rest };
};

export type GivenWebhooks = Awaited<ReturnType<typeof givenWebhooks>>;

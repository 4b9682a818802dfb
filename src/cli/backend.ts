/**
 * What commands that need data work on. They speak to the API: in this process, or over HTTP where a server runs on the
 * embedded folder. What a server's workers would do is done here where there is none.
 */
import { type Config, readConfig } from "../core/config.ts";
import { InputError } from "../core/errors.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import type { Cli } from "./cli.ts";
import type { Place } from "./place.ts";
import type {
  ImportView,
  KeyView,
  NewKey,
  NewStore,
  PullRequest,
  PushView,
  RejectedView,
  ReplayView,
  StoreHealth,
  StoreView,
  StreamView,
} from "./views.ts";

export type Backend = ReturnType<typeof createBackend>;

/** How often streams that are being read are looked at. */
const LOOK_MS = 400;
/** A push that ends by its time limit is asked for again; more often than this it is stuck. */
const MAX_PUSHES = 1_000;

/** Commands are quiet unless LOG_LEVEL says otherwise. */
export function commandConfig(cli: Pick<Cli, "env">): Config {
  const config = readConfig(cli.env);
  return cli.env.LOG_LEVEL ? config : { ...config, logLevel: "warn" };
}

/** Runs `work` on the API of this process or of the running server, and closes what was opened. */
export async function withBackend<T>(cli: Cli, work: (backend: Backend) => Promise<T>): Promise<T> {
  const place = await openPlace(commandConfig(cli), cli.signal);
  try {
    return await work(createBackend(place, cli.signal));
  } finally {
    await place.close();
  }
}

/** Finds the server of the embedded folder; opens the database itself where there is none. */
export async function openPlace(
  config: Config,
  signal: AbortSignal,
  options: { migrate?: boolean } = {},
): Promise<Place> {
  if (config.databaseUrl === null) {
    const { findServer } = await import("../entry/data-folder.ts");
    const server = findServer(config.dataFolder);
    if (server) {
      const api = createApiClient({ ...server, fetch: (request) => fetch(request), signal });
      return { api, work: null, close: async () => {} };
    }
  }
  const { openLocalPlace } = await import("./local-place.ts");
  return openLocalPlace(config, signal, options);
}

export function createBackend({ api, work }: Pick<Place, "api" | "work">, signal: AbortSignal) {
  const listStores = () => api.list<StoreView>("/v1/stores");
  const health = (id: string) => api.call<StoreHealth>("GET", `/v1/stores/${id}/health`);
  const wanted = async (id: string | null) =>
    id === null
      ? (await listStores()).filter((store) => store.mode !== "disconnected")
      : [await api.call<StoreView>("GET", `/v1/stores/${id}`)];

  return {
    listStores,
    health,
    call: <T>(method: "POST" | "PUT" | "PATCH", path: string, body?: unknown) =>
      api.call<T>(method, path, body === undefined ? {} : { body }),
    get: <T>(path: string) => api.call<T>("GET", path),
    post: <T>(path: string) => api.call<T>("POST", path),
    remove: (path: string) => api.call<null>("DELETE", path),
    list: <T>(path: string) => api.list<T>(path),
    /** A body as it is in a file. */
    send: <T>(method: "PUT" | "POST", path: string, bytes: Uint8Array, type: string) =>
      api.call<T>(method, path, { bytes, type }),
    addStore: (input: NewStore) => api.call<StoreView>("POST", "/v1/stores", { body: input }),
    /** Asks the platform what it says of the store. */
    testStore: (id: string) => api.call<Record<string, unknown>>("POST", `/v1/stores/${id}/test`),
    setCredentials: (id: string, credentials: Record<string, unknown>) =>
      api.call<StoreView>("PUT", `/v1/stores/${id}/credentials`, { body: { credentials } }),
    removeStore: (id: string, { purge }: { purge: boolean }) =>
      api.call<null>("DELETE", `/v1/stores/${id}${purge ? "?purge=true" : ""}`),
    setMode: (id: string, mode: "observe" | "live") =>
      api.call<StoreView>("PATCH", `/v1/stores/${id}`, { body: { mode } }),
    /** Reads until nothing is left; `onProgress` sees the streams meanwhile. Answers them as they stand at the end. */
    pull: (request: PullRequest, onProgress: (streams: StreamView[]) => void) =>
      pull({ api, work }, health, request, onProgress, signal),
    /** Sends what differs now; null: of every connected store. */
    async push(id: string | null): Promise<PushView[]> {
      const stores = await wanted(id);
      return (await Promise.all(stores.map((store) => pushStore(api, store, signal)))).flat();
    },
    /** The emergency brake; null: on every connected store. */
    async setPushStopped(id: string | null, stopped: boolean, reason?: string): Promise<StoreView[]> {
      const body = { stopped, ...(id === null ? {} : { stores: [id] }), ...(reason === undefined ? {} : { reason }) };
      await api.call("PUT", "/v1/push-brake", { body });
      return wanted(id);
    },
    importFile: (id: string, resource: Resource, bytes: Uint8Array) => importFile(api, id, resource, bytes),
    /** A file of `/v1/exports/`, passed on as it comes. */
    exportFile: (name: string, write: (part: Uint8Array) => Promise<void>) => api.stream(`/v1/exports/${name}`, write),
    listKeys: async () => (await api.call<{ data: KeyView[] }>("GET", "/v1/keys")).data,
    createKey: (input: NewKey) => api.call<KeyView & { key: string }>("POST", "/v1/keys", { body: input }),
    revokeKey: (id: string) => api.call<null>("DELETE", `/v1/keys/${id}`),
    listRejected: () => api.list<RejectedView>("/v1/rejected"),
    async replay(id: string): Promise<ReplayView> {
      const { outcome, reason } = await api.call<Omit<ReplayView, "id">>("POST", `/v1/rejected/${id}/replay`);
      return { id, outcome, reason };
    },
  };
}

async function pull(
  { api, work }: Pick<Place, "api" | "work">,
  health: (id: string) => Promise<StoreHealth>,
  request: PullRequest,
  onProgress: (streams: StreamView[]) => void,
  signal: AbortSignal,
): Promise<StreamView[]> {
  const { storeId, resource, since, until, onlyDue } = request;
  const ofRequest = (stream: StreamView) => resource === null || stream.resource === resource;
  const look = async () => {
    const { state, state_reason: reason, streams } = await health(storeId);
    if (state !== "ok") throw new InputError("store_waits", `The store waits: ${reason ?? state}.`, { status: 409 });
    onProgress(streams);
    return streams.filter(ofRequest);
  };
  await look();
  const body = { ...(resource === null ? {} : { resource }), since, until };
  if (!onlyDue) await api.call("POST", `/v1/stores/${storeId}/sync`, { body });
  for (;;) {
    await whileLooking(
      async () => work?.(storeId, resource),
      () => look(),
    );
    const streams = await look();
    if (signal.aborted || !streams.some((stream) => isOutstanding(stream, new Date()))) return streams;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Due, being prepared by the platform, or paused for its quota for less than a minute. */
function isOutstanding(stream: StreamView, now: Date): boolean {
  if (stream.state === "paused" || stream.state === "done") return false;
  const waitMs = new Date(stream.due_at).getTime() - now.getTime();
  if (waitMs <= 0 || stream.state === "waiting") return true;
  return stream.state === "failed" && stream.error?.category === "throttled" && waitMs < 60_000;
}

/** Does the work and looks now and then; a look that fails ends nothing. */
async function whileLooking(work: () => Promise<unknown>, look: () => Promise<unknown>): Promise<void> {
  let looking: Promise<unknown> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    looking = look()
      .catch(() => {})
      .finally(() => {
        isBusy = false;
      });
  }, LOOK_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await looking;
  }
}

type Drained = Omit<PushView, "store_id" | "store" | "aspect">;

async function pushStore(api: ApiClient, store: StoreView, signal: AbortSignal): Promise<PushView[]> {
  const total = (aspect: PushView["aspect"]): PushView => ({
    store_id: store.id,
    store: store.name,
    aspect,
    sent: 0,
    accepted: 0,
    rejected: 0,
    unknown: 0,
    held_back: null,
  });
  const views = { stock: total("stock"), prices: total("price") };
  for (let round = 0; round < MAX_PUSHES && !signal.aborted; round++) {
    const answer = await api.call<{ stock: Drained; prices: Drained; actions: number }>(
      "POST",
      `/v1/stores/${store.id}/push`,
    );
    for (const name of ["stock", "prices"] as const) {
      const view = views[name];
      for (const count of ["sent", "accepted", "rejected", "unknown"] as const) view[count] += answer[name][count];
      view.held_back = answer[name].held_back;
    }
    if (answer.stock.sent + answer.prices.sent + answer.actions === 0) break;
  }
  return [views.stock, views.prices];
}

interface ImportAnswer extends Omit<ImportView, "rejected"> {
  records: { external_id: string; outcome: string; reason: string | null }[];
}

async function importFile(api: ApiClient, id: string, resource: Resource, bytes: Uint8Array): Promise<ImportView> {
  const path = `/v1/stores/${id}/import?resource=${resource}`;
  const { records, ...counts } = await api.call<ImportAnswer>("POST", path, { bytes });
  return {
    read: counts.read,
    created: counts.created,
    changed: counts.changed,
    unchanged: counts.unchanged,
    rejected: records.flatMap(({ external_id, outcome, reason }) =>
      outcome === "rejected" ? [{ external_id, reason: reason ?? "does not map" }] : [],
    ),
  };
}

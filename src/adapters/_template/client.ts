/** One function per endpoint: typed input, parsed payload. https://docs.platform.example/api (version 1) */

import { z } from "zod";
import type {
  AdapterContext,
  HttpAnswer,
  HttpCall,
  ListInput,
  Missing,
  Page,
  PlatformFailure,
  PushOutcome,
  QuotaUse,
  RawDocument,
  RecordKey,
  Store,
} from "../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../core/error-table.ts";
import { adapterError, InputError, isAdapterError } from "../../core/errors.ts";
import { parseWire } from "../../core/wire.ts";
import { rootOf } from "./config.ts";
import { ERRORS } from "./errors.ts";
import { CALL, observe, PAGE_SIZE, QUOTAS, TIMEOUT_MS } from "./limits.ts";
import { FAILURE, type Result, SHOP, TOKENS } from "./schemas.ts";

export interface Endpoint {
  operation: string;
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  /** A write whose repeat has the same effect as the first (absolute values, or a key of ours in it). */
  effect?: HttpCall<unknown>["effect"];
  quota?: readonly QuotaUse[];
}

const ENVELOPE = z.looseObject({ code: z.string(), data: z.unknown() });

/** The failure in an answer: the platform says 200 for most of them. Throws where the text is no JSON. */
export function failureOf(answer: HttpAnswer): PlatformFailure | null {
  const { value } = parseWire(answer.text());
  const { code, message, request_id, fields } = FAILURE.parse(value);
  if (code === "OK") return null;
  return {
    code,
    message,
    requestId: request_id,
    issues: (fields ?? []).map(({ path, problem }) => ({ path, message: problem })),
  };
}

export type Client = ReturnType<typeof createClient>;
/** The signature of a call; see auth.ts. */
export type Sign = (secret: string, call: { method: string; target: string; time: string; body: string }) => string;

export function createClient(context: AdapterContext, sign: Sign) {
  const http = context.http({ platform: "template", errors: ERRORS, quotas: QUOTAS, failure: failureOf, observe });

  const send = <T>(
    store: Store,
    endpoint: Endpoint,
    read: (data: unknown, answer: HttpAnswer) => T,
    signal: AbortSignal,
  ): Promise<T> =>
    http.send<T>(
      {
        store,
        operation: endpoint.operation,
        effect: endpoint.effect ?? "read",
        quota: endpoint.quota ?? CALL,
        timeoutMs: TIMEOUT_MS,
        request: ({ values }) => {
          if (!store.app)
            throw new InputError("app_missing", "a store of this platform needs the app that it was authorised for");
          const method = endpoint.body === undefined ? "GET" : "POST";
          const query = endpoint.query ? `?${new URLSearchParams(endpoint.query)}` : "";
          const body = endpoint.body === undefined ? "" : JSON.stringify(endpoint.body);
          const time = String(Math.floor(context.clock.now().getTime() / 1000));
          const target = `${endpoint.path}${query}`;
          const headers: Record<string, string> = {
            "x-app-key": store.app.key,
            "x-time": time,
            "x-sign": sign(store.app.secret, { method, target, time, body }),
          };
          if (values.access_token) headers.authorization = `Bearer ${values.access_token}`;
          if (method === "POST") headers["content-type"] = "application/json";
          return { method, url: rootOf(store) + target, headers, ...(method === "POST" ? { body } : {}) };
        },
        parse: (answer) => read(ENVELOPE.parse(parseWire(answer.text()).value).data, answer),
      },
      signal,
    );

  const call = <T>(store: Store, endpoint: Endpoint, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> =>
    send(store, endpoint, (data) => schema.parse(data), signal);

  return {
    call,
    /** A page of a list: its rows untouched, its token, and how many there are. */
    list: (store: Store, endpoint: Endpoint, signal: AbortSignal) => call(store, endpoint, LIST, signal),
    /** Records by id; those that the answer leaves out do not exist, and `archived` ones are too old to be read. */
    get: (store: Store, endpoint: Endpoint, signal: AbortSignal) => call(store, endpoint, FOUND, signal),
    shop: (store: Store, signal: AbortSignal) =>
      send(
        store,
        { operation: "shop.get", path: "/v1/shop" },
        (data, answer) => ({ shop: SHOP.parse(data), date: dateOf(answer) }),
        signal,
      ),
    token: (store: Store, body: Record<string, string>, signal: AbortSignal) =>
      // Not repeated when its answer is lost: the token in it is used once.
      call(store, { operation: "auth.token", path: "/oauth/token", body, effect: "write" }, TOKENS, signal),
    revoke: async (store: Store, signal: AbortSignal) => {
      await call(
        store,
        { operation: "auth.revoke", path: "/oauth/revoke", body: {}, effect: "keyed-write" },
        z.unknown(),
        signal,
      );
    },
  };
}

/** A page of a window: the platform's token is the cursor. */
export async function listPage(
  client: Client,
  store: Store,
  endpoint: Pick<Endpoint, "operation" | "path"> & { query?: Record<string, string> },
  input: ListInput,
  signal: AbortSignal,
): Promise<{ rows: unknown[]; page: Page }> {
  const query: Record<string, string> = {
    ...endpoint.query,
    limit: String(Math.max(1, Math.min(input.limit, PAGE_SIZE))),
  };
  if (input.cursor !== null) query.page_token = input.cursor;
  const page: Page = { documents: [], references: [], next: null };
  try {
    const { rows, next, total } = await client.list(store, { ...endpoint, query }, signal);
    return { rows, page: { ...page, next, total } };
  } catch (error) {
    if (!isAdapterError(error) || error.platformCode !== "WINDOW_TOO_FULL") throw error;
    return { rows: [], page: { ...page, tooMany: true } };
  }
}

/** Records by id, with what the answer does not name told apart: gone, or too old for the platform to answer. */
export async function readMany(
  client: Client,
  store: Store,
  endpoint: Pick<Endpoint, "operation" | "path">,
  keys: readonly RecordKey[],
  toDocument: (payload: unknown) => RawDocument,
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const ids = keys.map((key) => key.externalId);
  const body = { ids, ...(keys.some((key) => key.key) ? { orders: keys.map((key) => key.key?.order ?? null) } : {}) };
  const { found, archived } = await client.get(store, { ...endpoint, body }, signal);
  const documents = found.map(toDocument);
  const came = new Set(documents.map((document) => document.externalId));
  const missing = ids
    .filter((externalId) => !came.has(externalId))
    .map((externalId): Missing => ({ externalId, means: archived.includes(externalId) ? "beyond_reach" : "gone" }));
  return { documents, missing };
}

/** What became of one item of a write. An item that the answer does not name is unknown, never assumed to be well. */
export function outcomeOf(operation: string, key: string, results: readonly Result[]): PushOutcome {
  const result = results.find((candidate) => candidate.ref === key);
  const platform = "template";
  if (!result) {
    const error = adapterError("transient", {
      platform,
      operation,
      message: "the answer does not name this item",
      maybeApplied: true,
    });
    return { key, outcome: "unknown", error };
  }
  if (result.code === "OK") return { key, outcome: "accepted" };
  const failure = { code: result.code, message: result.message };
  return {
    key,
    outcome: "rejected",
    error: toAdapterError(ERRORS, DEFAULT_ROWS, { platform, operation, effect: "write", status: 200, failure }),
  };
}

/** Both bounds are inclusive on the platform. */
export const windowOf = ({ since, until }: ListInput): Record<string, string> => ({
  changed_from: since.toISOString(),
  changed_to: until.toISOString(),
});

/** The documents of a file: a whole answer, a list, or one bare document. Throws where it is none of them. */
export function documentsInFile(bytes: Uint8Array, toDocument: (payload: unknown) => RawDocument): RawDocument[] {
  const { value } = parseWire(new TextDecoder().decode(bytes));
  const answer = z.looseObject({ data: z.looseObject({ found: z.array(z.unknown()) }) }).safeParse(value);
  const payloads = answer.success ? answer.data.data.found : Array.isArray(value) ? value : [value];
  return payloads.map(toDocument);
}

const LIST = z.looseObject({ rows: z.array(z.unknown()), next: z.string().nullable(), total: z.number() });
const FOUND = z.looseObject({ found: z.array(z.unknown()), archived: z.array(z.string()).default([]) });

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

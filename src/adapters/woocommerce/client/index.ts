/**
 * One function per endpoint: typed input, parsed payload. Documents come back as `unknown` (they are kept whole); small
 * answers are parsed here. https://woocommerce.github.io/woocommerce-rest-api-docs/
 */
import type { AdapterContext, Credentials, HttpAnswer, HttpRequest, Store } from "../../../core/adapter.ts";
import { randomBytes, toBase64, toHex } from "../../../core/crypto.ts";
import { adapterError } from "../../../core/errors.ts";
import { type AuthMode, authModes, headerWasStripped, percentEncode, signOauth } from "../auth/signing.ts";
import { rootOf, settingsOf, signedRootOf } from "../config.ts";
import { ERRORS } from "../errors.ts";
import { QUOTAS, quotaOf, TIMEOUT_MS } from "../limits.ts";
import { CURRENCY, DISCOVERY, type Discovery, SYSTEM_STATUS, type SystemStatus } from "../schemas/index.ts";
import { failureOf, parseBody } from "./body.ts";

export type Params = Record<string, string | number | boolean | undefined>;

/** A call of the REST API. `route` begins with the namespace: `/wc/v3/orders`. */
export interface Endpoint {
  operation: string;
  method?: HttpRequest["method"];
  route: string;
  params?: Params;
  body?: unknown;
  /** Calls that only read, or that may be repeated although their method writes (absolute values). */
  effect?: "read" | "write" | "keyed-write";
}

export interface Rows {
  rows: unknown[];
  /** `X-WP-Total`; null where a cache or proxy dropped it. */
  total: number | null;
  /** `X-WP-TotalPages`; null likewise. */
  pages: number | null;
}

export interface Client {
  /** The answer's document. */
  one(store: Store, endpoint: Endpoint, signal: AbortSignal): Promise<unknown>;
  /** One page of a list. */
  rows(store: Store, endpoint: Endpoint, signal: AbortSignal): Promise<Rows>;
  /** As `one`; null where the record does not exist. */
  oneOrNull(store: Store, endpoint: Endpoint, signal: AbortSignal): Promise<unknown | null>;
  discover(
    store: Store,
    signal: AbortSignal,
  ): Promise<{ discovery: Discovery; date: { platform: Date; ours: Date } | null }>;
  systemStatus(store: Store, signal: AbortSignal): Promise<{ value: SystemStatus; mode: AuthMode }>;
  currentCurrency(store: Store, signal: AbortSignal): Promise<string>;
}

export function createClient(context: AdapterContext): Client {
  const http = context.http({ platform: "woocommerce", errors: ERRORS, quotas: QUOTAS, failure: failureOf });

  const attempt = <T>(
    store: Store,
    endpoint: Endpoint,
    mode: AuthMode | "none",
    parse: (a: HttpAnswer) => T,
    signal: AbortSignal,
  ) => {
    const effect = endpoint.effect ?? ((endpoint.method ?? "GET") === "GET" ? "read" : "write");
    return http.send<T>(
      {
        store,
        operation: endpoint.operation,
        effect,
        quota: quotaOf(store),
        request: (credentials) =>
          buildRequest(store, endpoint, mode, credentials, {
            nonce: toHex(randomBytes(16)),
            timestamp: Math.floor(context.clock.now().getTime() / 1000),
          }),
        parse,
        timeoutMs: effect === "read" ? TIMEOUT_MS.read : TIMEOUT_MS.write,
      },
      signal,
    );
  };

  const send = async <T>(store: Store, endpoint: Endpoint, parse: (a: HttpAnswer) => T, signal: AbortSignal) => {
    const [first, second] = authModes(store);
    try {
      return { value: await attempt(store, endpoint, first, parse, signal), mode: first };
    } catch (error) {
      if (second === undefined || !headerWasStripped(error)) throw error;
      return { value: await attempt(store, endpoint, second, parse, signal), mode: second };
    }
  };

  const json = (endpoint: Endpoint) => (answer: HttpAnswer) => {
    const { value, cut } = parseBody(answer.text());
    if (cut > 1) context.log.warn("text before the answer", { operation: endpoint.operation, bytes: cut });
    return value;
  };

  const one: Client["one"] = async (store, endpoint, signal) =>
    (await send(store, endpoint, json(endpoint), signal)).value;

  return {
    one,
    async oneOrNull(store, endpoint, signal) {
      let value: unknown;
      try {
        value = await one(store, endpoint, signal);
      } catch (error) {
        if ((error as { category?: unknown }).category === "not_found") return null;
        throw error;
      }
      // What does not exist is refused with 404; `null` says nothing about the record.
      if (value !== null) return value;
      const { operation } = endpoint;
      throw adapterError("transient", { platform: "woocommerce", operation, message: "the answer is empty" });
    },
    async rows(store, endpoint, signal) {
      const read = (answer: HttpAnswer): Rows => {
        const rows = json(endpoint)(answer);
        if (!Array.isArray(rows))
          throw adapterError("permanent", {
            platform: "woocommerce",
            operation: endpoint.operation,
            message: "the answer is no list",
          });
        return { rows, total: countIn(answer, "x-wp-total"), pages: countIn(answer, "x-wp-totalpages") };
      };
      return (await send(store, endpoint, read, signal)).value;
    },
    discover(store, signal) {
      const endpoint: Endpoint = { operation: "site.discover", route: "/" };
      const read = (answer: HttpAnswer) => ({
        discovery: DISCOVERY.parse(json(endpoint)(answer)),
        date: dateOf(answer, context.clock.now()),
      });
      return attempt(store, endpoint, "none", read, signal);
    },
    async systemStatus(store, signal) {
      const endpoint: Endpoint = {
        operation: "site.status",
        route: "/wc/v3/system_status",
        params: { _fields: "environment,settings" },
      };
      return send(store, endpoint, (answer) => SYSTEM_STATUS.parse(json(endpoint)(answer)), signal);
    },
    async currentCurrency(store, signal) {
      const endpoint: Endpoint = { operation: "site.currency", route: "/wc/v3/data/currencies/current" };
      return CURRENCY.parse(await one(store, endpoint, signal)).code;
    },
  };
}

function countIn(answer: HttpAnswer, header: string): number | null {
  const count = answer.headers[header];
  return count !== undefined && /^\d+$/.test(count) ? Number(count) : null;
}

function dateOf(answer: HttpAnswer, ours: Date): { platform: Date; ours: Date } | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : { platform: new Date(ms), ours };
}

/** The signed request of an endpoint. */
export function buildRequest(
  store: Store,
  endpoint: Endpoint,
  mode: AuthMode | "none",
  credentials: Credentials,
  once: { nonce: string; timestamp: number },
): HttpRequest {
  const method = endpoint.method ?? "GET";
  const plain = settingsOf(store.settings).rest_route;
  const path = plain ? "/" : `/wp-json${endpoint.route}`;
  const params: [string, string][] = plain ? [["rest_route", endpoint.route]] : [];
  for (const [name, value] of Object.entries(endpoint.params ?? {}))
    if (value !== undefined) params.push([name, String(value)]);
  const headers: Record<string, string> = { accept: "application/json" };
  if (mode === "basic") headers.authorization = `Basic ${toBase64(new TextEncoder().encode(keyPair(credentials)))}`;
  if (mode === "query")
    params.push(
      ["consumer_key", credentials.values.consumer_key ?? ""],
      ["consumer_secret", credentials.values.consumer_secret ?? ""],
    );
  if (mode === "oauth1")
    params.push(...signOauth({ method, url: signedRootOf(store) + path, params }, credentials, once));
  const query = params.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join("&");
  const url = `${rootOf(store)}${path}${query === "" ? "" : `?${query}`}`;
  if (endpoint.body === undefined) return { method, url, headers };
  return {
    method,
    url,
    headers: { ...headers, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(endpoint.body),
  };
}

function keyPair(credentials: Credentials): string {
  return `${credentials.values.consumer_key ?? ""}:${credentials.values.consumer_secret ?? ""}`;
}

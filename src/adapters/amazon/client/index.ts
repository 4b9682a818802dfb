/** The one way to the API: REST with JSON bodies, a token in a header of its own, and no signature. */
import { z } from "zod";
import type {
  AdapterContext,
  HttpAnswer,
  HttpCall,
  HttpRequest,
  PlatformFailure,
  Store,
} from "../../../core/adapter.ts";
import { isAdapterError } from "../../../core/errors.ts";
import { outcomesOf } from "../../../core/outcomes.ts";
import { pagingOf } from "../../../core/paging.ts";
import { type Fields, isFields, recordsOf, textIn } from "../../../core/tree.ts";
import { parseWire, printWire } from "../../../core/wire.ts";
import { ID, rootOf, tokenUrlOf } from "../config.ts";
import { ERRORS, FILE_ERRORS, NO_GRANT } from "../errors.ts";
import { MOST_BYTES, observe, type Plan, QUOTAS, quotaOf, TIMEOUT_MS } from "../limits.ts";
import { NEEDS } from "../schemas.ts";

export const OUTCOMES = outcomesOf(ID);
export const { refuse, refusable, done } = OUTCOMES;
export const { parseCursor } = pagingOf(ID);

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Endpoint {
  operation: string;
  plan: Plan;
  method?: HttpRequest["method"];
  path: string;
  query?: Query;
  body?: unknown;
  effect?: HttpCall<unknown>["effect"];
}

export type Client = ReturnType<typeof createClient>;
/** A store that is called until the signal says stop. */
export type Shop = ReturnType<Client["at"]>;

const RECORD = z.record(z.string(), z.unknown());
/** Tokens are given for an hour; whether a grant still stands is asked so often at most. */
const TOKEN_LIFE_MS = 3_600_000;
const LATELY_MS = 300_000;
const AGENT = "Tallyport/0.1 (Language=TypeScript)";

export function createClient(context: AdapterContext) {
  const about = { platform: ID, errors: ERRORS, quotas: QUOTAS };
  const http = context.http({ ...about, failure: failureOf, observe });
  const looks = context.http({ ...about, failure: lookFailureOf, observe });
  // Their hosts answer in no form of the platform's.
  const files = context.http({ ...about, errors: FILE_ERRORS, failure: () => null });

  const sendOnce = (store: Store, endpoint: Endpoint, signal: AbortSignal) =>
    (endpoint.plan === "marketplaces" ? looks : http).send<{ body: Fields; date: Date | null }>(
      {
        store,
        operation: endpoint.operation,
        effect: endpoint.effect ?? "read",
        quota: quotaOf(endpoint.plan),
        timeoutMs: TIMEOUT_MS,
        request: ({ values }) => ({
          method: endpoint.method ?? (endpoint.body === undefined ? "GET" : "POST"),
          url: `${rootOf(store)}${endpoint.path}${queryOf(endpoint.query ?? {})}`,
          headers: {
            accept: "application/json",
            "user-agent": AGENT,
            "x-amz-date": context.clock
              .now()
              .toISOString()
              .replace(/[-:]|\.\d+/g, ""),
            ...(values.access_token ? { "x-amz-access-token": values.access_token } : {}),
            ...(endpoint.body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
          },
          ...(endpoint.body === undefined ? {} : { body: printWire(endpoint.body) }),
        }),
        parse: (answer) => ({ body: bodyOf(answer, endpoint.operation), date: dateOf(answer) }),
      },
      signal,
    );

  /**
   * 403 says neither whether a role is missing nor whether the grant was withdrawn: a new token does. One that was given lately
   * answers it already.
   */
  const sendDated = async (store: Store, endpoint: Endpoint, signal: AbortSignal) => {
    try {
      return await sendOnce(store, endpoint, signal);
    } catch (error) {
      if (!isAdapterError(error) || error.httpStatus !== 403 || error.category !== "permanent") throw error;
      const credentials = await store.credentials();
      const given = (credentials.expiresAt?.getTime() ?? 0) - TOKEN_LIFE_MS;
      if (context.clock.now().getTime() - given < LATELY_MS) throw error;
      await store.refresh(credentials);
      return sendOnce(store, endpoint, signal);
    }
  };

  return {
    clock: context.clock,
    sendDated,
    /** A token of Login with Amazon. Its answer is repeated by nobody: a code is good once. */
    token: (store: Store, form: Record<string, string>, signal: AbortSignal): Promise<Fields> =>
      http.send(
        {
          store,
          operation: "auth.token",
          effect: "write",
          quota: quotaOf("tokens"),
          timeoutMs: TIMEOUT_MS,
          request: () => ({
            method: "POST",
            url: tokenUrlOf(store),
            headers: { accept: "application/json", "content-type": "application/json" },
            body: printWire(form),
          }),
          parse: (answer) => bodyOf(answer, "auth.token"),
        },
        signal,
      ),
    /** The API for one store, until the signal says stop. */
    at: (store: Store, signal: AbortSignal) => ({
      store,
      clock: context.clock,
      send: async (endpoint: Endpoint): Promise<Fields> => (await sendDated(store, endpoint, signal)).body,
      /** A file on a host of its own, to which no token goes. */
      file: (operation: string, request: HttpRequest): Promise<HttpAnswer> =>
        files.send(
          {
            store,
            operation,
            effect: request.method === "GET" ? "read" : "keyed-write",
            quota: quotaOf("files"),
            timeoutMs: TIMEOUT_MS,
            maxBytes: MOST_BYTES,
            request: () => request,
            parse: (answer) => answer,
          },
          signal,
        ),
    }),
  };
}

const NO_CONTENT = 204;

/** Throws where the answer does not hold what was asked for: an empty list is one that says so. */
function bodyOf(answer: HttpAnswer, operation: string): Fields {
  if (answer.status === NO_CONTENT) return {};
  const body = RECORD.parse(parseWire(answer.text()).value);
  for (const need of NEEDS[operation] ?? []) {
    const [, name = "", kind] = /^(.*?)(\[\]|\{\})?$/.exec(need) ?? [];
    const path = name.split("/");
    const value = path.reduce<unknown>((inner, key) => (isFields(inner) ? inner[key] : undefined), body);
    const isThere = kind === "[]" ? Array.isArray(value) : kind === "{}" ? isFields(value) : textIn(value) !== null;
    if (!isThere) throw new z.ZodError([{ code: "custom", path, message: "is missing", input: undefined }]);
  }
  return body;
}

/** RFC 3986, `! ' ( ) *` included: SKUs may hold any character. */
export const segment = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Lists are parted by commas, which are encoded too; what is undefined is left out. */
export function queryOf(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${segment(Array.isArray(value) ? value.join(",") : String(value))}`],
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

const FAILED = /^\s*\{\s*"error/;

/** The first of the errors that an answer names, as the API or Login with Amazon writes them. */
export function failureOf(answer: HttpAnswer): PlatformFailure | null {
  if (answer.status < 400 && !FAILED.test(answer.text())) return null;
  const requestId = answer.headers["x-amzn-requestid"] ?? null;
  return { ...failureIn(parseWire(answer.text()).value), requestId };
}

/** The same of the first look. No role is missing for it: what is denied there is the grant. */
export function lookFailureOf(answer: HttpAnswer): PlatformFailure | null {
  const failure = failureOf(answer);
  const isDenied = answer.status === 403 && /denied/i.test(failure?.message ?? "");
  return failure && isDenied ? { ...failure, code: NO_GRANT } : failure;
}

/** What a body says went wrong. */
export function failureIn(value: unknown): PlatformFailure {
  const body = isFields(value) ? value : {};
  if (typeof body.error === "string") return { code: body.error, message: textIn(body.error_description) };
  const errors = recordsOf(body.errors);
  const words = errors.map((error) => textIn(error.message) ?? textIn(error.details)).filter((text) => text !== null);
  return { code: textIn(errors[0]?.code), message: words.join("; ") || null };
}

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

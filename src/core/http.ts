/**
 * The one way to a platform, and the only home of axios: credentials, a start within the quota, the request, what the
 * answer means, and repeats. The HTTP library itself neither repeats, nor follows redirects (a signature or a token must
 * not go where it was not made for), nor reads the body.
 */
import axios, { AxiosHeaders, type AxiosRequestConfig } from "axios";
import type { ClientDefinition, Credentials, HttpAnswer, HttpCall, HttpClient, HttpRequest } from "./adapter.ts";
import { assertPublicUrl, type CheckAddress, parseHttpUrl } from "./address.ts";
import { factsOf, failureOf, readAnswer } from "./answer.ts";
import type { Clock } from "./clock.ts";
import { classifyTransport } from "./error-table.ts";
import {
  type AdapterError,
  AuthExpiredError,
  InputError,
  isAdapterError,
  PermanentError,
  ThrottledError,
} from "./errors.ts";
import { fetchAdapter } from "./fetch-adapter.ts";
import { type Limiter, QuotaWaitError, type Ticket } from "./limiter.ts";
import type { Log } from "./log.ts";
import { noteSecrets } from "./mask.ts";
import type { Retry } from "./retry.ts";
import { systemTimer, type Timer } from "./timer.ts";

/** One attempt, for counters. `outcome`: `ok`, an error category, `aborted`, or `bug`. */
export interface CallFacts {
  platform: string;
  storeId: string;
  operation: string;
  outcome: string;
  httpStatus: number | null;
  durationMs: number;
  waitedMs: number;
}

export interface HttpFactoryOptions {
  limiter: Limiter;
  retry: Retry;
  clock: Clock;
  log: Log;
  timer?: Timer;
  metrics?: { onCall(facts: CallFacts): void };
  /** Whether stores may be reached inside our own network. */
  allowPrivateUrls: boolean;
  /** Resolves names where the runtime can; needed where private addresses are refused. */
  checkAddress?: CheckAddress | null;
  /** `fetch` in both runtimes, unless a test or an entry knows better. */
  adapter?: NonNullable<AxiosRequestConfig["adapter"]>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 20 * 1024 * 1024;

type Adapter = Extract<AxiosRequestConfig["adapter"], (config: never) => unknown>;

/** What adapters are given as `context.http`. */
export function createHttpFactory(options: HttpFactoryOptions): (definition: ClientDefinition) => HttpClient {
  return (definition) => ({
    send: async (call, signal) => {
      let credentials = noted(call, await call.store.credentials(call.purpose));
      let number = 0;
      return options.retry.run(
        {
          effect: call.effect,
          signal,
          onRepeat: (error) => {
            if (error.maybeApplied) call.store.onDoubt?.();
          },
          refresh: async (refusal) => {
            credentials = noted(call, await refresh(definition, call, credentials, refusal));
          },
        },
        () => attempt(options, definition, call, credentials, ++number, signal),
      );
    },
  });
}

/** Whatever the platform answers to a call with these credentials, they are not shown. */
function noted<T>(call: HttpCall<T>, credentials: Credentials): Credentials {
  noteSecrets([...Object.values(credentials.values), call.store.app?.secret]);
  return credentials;
}

/** A refresh that the platform refuses ends the call; one that could not be made for now says so with its own category. */
async function refresh<T>(
  definition: ClientDefinition,
  call: HttpCall<T>,
  stale: Credentials,
  refusal: AdapterError,
): Promise<Credentials> {
  try {
    return await call.store.refresh(stale);
  } catch (cause) {
    if (isAdapterError(cause) && (["transient", "throttled"].includes(cause.category) || cause.scope === "app"))
      throw cause;
    const message = "the token was refused and could not be renewed: connect the store again";
    // What the refusal of the call means says more than that there was no way to renew.
    const said = [refusal.meaning, refusal.platformMessage].filter((words) => words).join(": ");
    throw new AuthExpiredError({
      platform: definition.platform,
      operation: call.operation,
      message: said === "" ? message : `${said} (${message})`,
      remedy: refusal.remedy,
      platformCode: refusal.platformCode,
      platformMessage: refusal.platformMessage,
      httpStatus: refusal.httpStatus,
      platformRequestId: refusal.platformRequestId,
      cause,
    });
  }
}

/** Sends once: waits for its start, and reports what came of it. */
async function attempt<T>(
  options: HttpFactoryOptions,
  definition: ClientDefinition,
  call: HttpCall<T>,
  credentials: Credentials,
  number: number,
  signal: AbortSignal,
): Promise<T> {
  const timer = options.timer ?? systemTimer;
  const ticket = await acquire(options, definition, call, signal);
  const start = timer.now();
  let answer: HttpAnswer | null = null;
  let failure: unknown = null;
  try {
    signal.throwIfAborted();
    answer = await transport(options, definition, call, call.request(credentials), signal);
    return await readAnswer(options, definition, call, answer);
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    ticket.release();
    report(options, call, { definition, number, answer, failure, signal, ticket, durationMs: timer.now() - start });
  }
}

async function acquire<T>(
  options: HttpFactoryOptions,
  definition: ClientDefinition,
  call: HttpCall<T>,
  signal: AbortSignal,
): Promise<Ticket> {
  try {
    return await options.limiter.acquire(call.store, definition.quotas, call.quota, call.store.priority, signal);
  } catch (cause) {
    if (!(cause instanceof QuotaWaitError)) throw cause;
    throw new ThrottledError({
      platform: definition.platform,
      operation: call.operation,
      message: `not sent: ${WAITING_FOR[cause.reason]}`,
      retryAfterMs: cause.waitMs,
      cause,
    });
  }
}

const WAITING_FOR = {
  busy: "our share of the quota is in use",
  paused: "the platform asked for a pause",
  daily: "the day's allowance is used up",
} as const;

/** Sends and takes in the whole body within one time limit. */
async function transport<T>(
  options: HttpFactoryOptions,
  definition: ClientDefinition,
  call: HttpCall<T>,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  await checkUrl(options, definition, call, request.url);
  const controller = new AbortController();
  let hasTimedOut = false;
  const timeout = setTimeout(() => {
    hasTimedOut = true;
    controller.abort();
  }, call.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const onAbort = () => controller.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  // Raced as well: a body that has stopped coming ends here, whatever the transport makes of the signal.
  const gaveUp = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(new Error("given up")), { once: true });
  });
  try {
    const answered = axios.request<ArrayBuffer | Uint8Array | null>({
      adapter: options.adapter ?? (fetchAdapter as Adapter),
      method: request.method,
      url: request.url,
      // Nothing is added to what was perhaps signed; `false` keeps the library from guessing a type.
      headers: withDefaults(request.headers ?? {}),
      data: request.body,
      responseType: "arraybuffer",
      transformRequest: [(data: unknown) => data],
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
      maxRedirects: 0,
      maxContentLength: call.maxBytes ?? DEFAULT_MAX_BYTES,
      maxBodyLength: Number.POSITIVE_INFINITY,
      proxy: false,
      signal: controller.signal,
    });
    const response = await Promise.race([answered, gaveUp]);
    return toAnswer(response.status, AxiosHeaders.from(response.headers as AxiosHeaders), response.data);
  } catch (error) {
    // A read that its caller gave up is over; of a write it must be known that it may have been made.
    if (signal.aborted && call.effect === "read") throw signal.reason;
    const kind = hasTimedOut ? "timeout" : signal.aborted ? "cancelled" : classifyTransport(error);
    throw failureOf(definition, { ...factsOf(definition, call), transport: kind, cause: bare(error) });
  } finally {
    clearTimeout(timeout);
    signal.removeEventListener("abort", onAbort);
  }
}

async function checkUrl<T>(
  options: HttpFactoryOptions,
  definition: ClientDefinition,
  call: HttpCall<T>,
  url: string,
): Promise<void> {
  try {
    parseHttpUrl(url);
    if (!options.allowPrivateUrls) await assertPublicUrl(url, options.checkAddress ?? null);
  } catch (cause) {
    if (!(cause instanceof InputError)) {
      throw failureOf(definition, { ...factsOf(definition, call), transport: "unreachable", cause });
    }
    const { platform } = definition;
    throw new PermanentError({ platform, operation: call.operation, message: cause.message, cause });
  }
}

function report<T>(
  options: HttpFactoryOptions,
  call: HttpCall<T>,
  made: {
    definition: ClientDefinition;
    number: number;
    answer: HttpAnswer | null;
    failure: unknown;
    signal: AbortSignal;
    ticket: Ticket;
    durationMs: number;
  },
): void {
  const { answer, failure } = made;
  const error = isAdapterError(failure) ? failure : null;
  const facts: CallFacts = {
    platform: made.definition.platform,
    storeId: call.store.id,
    operation: call.operation,
    outcome: failure === null ? "ok" : (error?.category ?? (made.signal.aborted ? "aborted" : "bug")),
    httpStatus: answer?.status ?? null,
    durationMs: Math.round(made.durationMs),
    waitedMs: made.ticket.waitedMs,
  };
  options.metrics?.onCall(facts);
  options.log.debug("platform call", {
    ...facts,
    attempt: made.number,
    bytes: answer?.bytes.byteLength,
    quotaGroup: call.quota.map((use) => use.group).join(","),
    ...(error && {
      platformCode: error.platformCode,
      platformRequestId: error.platformRequestId,
      retryAfterMs: error.retryAfterMs,
      maybeApplied: error.maybeApplied,
    }),
  });
}

function withDefaults(headers: Record<string, string>): AxiosHeaders {
  const out = new AxiosHeaders(headers);
  if (!out.has("content-type")) out.set("content-type", false);
  if (!out.has("user-agent")) out.set("user-agent", "tallyport");
  return out;
}

function toAnswer(status: number, received: AxiosHeaders, data: ArrayBuffer | Uint8Array | null): HttpAnswer {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received.toJSON())) headers[name.toLowerCase()] = String(value);
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data ?? new ArrayBuffer(0));
  let text: string | null = null;
  return {
    status,
    headers,
    bytes,
    text: () => {
      text ??= new TextDecoder().decode(bytes);
      return text;
    },
  };
}

/** The library's errors carry the request with its token: only kind and words of the chain are kept. */
function bare(error: unknown): Error {
  if (!(error instanceof Error)) return new Error("unknown failure");
  const { code } = error as { code?: unknown };
  const kept = new Error(error.message, error.cause === undefined ? undefined : { cause: bare(error.cause) });
  kept.name = error.name;
  return typeof code === "string" ? Object.assign(kept, { code }) : kept;
}

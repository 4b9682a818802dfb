/**
 * Sending to those who read from us by webhook. The address is typed in by people: it is looked at when it is given and
 * again at every connection, with the very addresses that are then connected to, so that a name which changes its mind
 * leads nowhere. Nothing is repeated here, no redirect is followed, and of the answer no more than its beginning is read.
 */
import axios, { AxiosHeaders, type AxiosRequestConfig } from "axios";
import { Webhook } from "standardwebhooks";
import { assertPublicUrl, parseHttpUrl, type ResolvePublic } from "./address.ts";
import { randomBytes, toBase64 } from "./crypto.ts";
import { classifyTransport, type TransportFailure } from "./error-table.ts";
import { InputError } from "./errors.ts";
import { storable } from "./storable-text.ts";
import { systemTimer, type Timer } from "./timer.ts";

export interface WebhookMessage {
  url: string;
  /** The same for every attempt: receivers recognise a repeat by it. */
  id: string;
  /** When this attempt leaves. */
  at: Date;
  body: string;
  /** Each of them signs. */
  secrets: readonly string[];
}

export interface WebhookAnswer {
  /** Null where none came. */
  status: number | null;
  /** The header `Retry-After`. */
  retryAfter: string | undefined;
  /** The first characters of the answer. */
  text: string;
  /** Why no answer came, in words; null where one came. */
  failure: string | null;
  durationMs: number;
}

export interface WebhookSender {
  /** Throws `InputError` where the address is not one that may be called. */
  check(url: string): Promise<void>;
  /** Sends once. Throws the signal's reason where it was given up; every other end is an answer. */
  send(message: WebhookMessage, signal: AbortSignal): Promise<WebhookAnswer>;
}

export interface WebhookSenderOptions {
  /** Whether receivers may be inside our own network, and may be called without TLS. */
  allowPrivateUrls: boolean;
  /** Null where the runtime reaches no private network by itself. */
  resolve: ResolvePublic | null;
  timeoutMs?: number;
  timer?: Timer;
}

const TIMEOUT_MS = 15_000;
const KEPT_CHARACTERS = 200;
/** UTF-8 takes four bytes at most. */
const READ_BYTES = KEPT_CHARACTERS * 4;
const SECRET_PREFIX = "whsec_";
const SECRET_BYTES = 32;

/** A new secret, in the convention's form. */
export const newWebhookSecret = (): string => `${SECRET_PREFIX}${toBase64(randomBytes(SECRET_BYTES))}`;

export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  return {
    check: async (url) => {
      checkText(options, url);
      if (!options.allowPrivateUrls) await assertPublicUrl(url, options.resolve && resolvable(options.resolve));
    },
    send: (message, signal) => send(options, message, signal),
  };
}

async function send(
  options: WebhookSenderOptions,
  message: WebhookMessage,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  signal.throwIfAborted();
  const timer = options.timer ?? systemTimer;
  const start = timer.now();
  const controller = new AbortController();
  let hasTimedOut = false;
  const timeout = setTimeout(() => {
    hasTimedOut = true;
    controller.abort();
  }, options.timeoutMs ?? TIMEOUT_MS);
  const onAbort = () => controller.abort();
  signal.addEventListener("abort", onAbort, { once: true });
  const none = { status: null, retryAfter: undefined, text: "" };
  try {
    checkText(options, message.url);
    // Names are looked up by the connection itself; what stands there as an address is judged here.
    if (!options.allowPrivateUrls) await assertPublicUrl(message.url, null);
    const response = await request(options, message, controller.signal);
    const headers = AxiosHeaders.from(response.headers as AxiosHeaders);
    return {
      status: response.status,
      retryAfter: headers.get("retry-after")?.toString(),
      text: await readStart(response.data),
      failure: null,
      durationMs: Math.round(timer.now() - start),
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const failure = hasTimedOut ? NO_ANSWER.timeout : explain(error);
    return { ...none, failure, durationMs: Math.round(timer.now() - start) };
  } finally {
    clearTimeout(timeout);
    signal.removeEventListener("abort", onAbort);
  }
}

function request(options: WebhookSenderOptions, message: WebhookMessage, signal: AbortSignal) {
  const seconds = Math.floor(message.at.getTime() / 1000);
  const { resolve } = options;
  const config: AxiosRequestConfig<string> = {
    // The one of Node lets us choose the addresses that are connected to.
    adapter: resolve ? "http" : "fetch",
    method: "POST",
    url: message.url,
    headers: {
      "content-type": "application/json",
      "user-agent": "tallyport",
      accept: "*/*",
      "accept-encoding": "identity",
      "webhook-id": message.id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": message.secrets
        .map((secret) => new Webhook(secret).sign(message.id, message.at, message.body))
        .join(" "),
    },
    data: message.body,
    responseType: "stream",
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    validateStatus: () => true,
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
    decompress: false,
    proxy: false,
    signal,
  };
  if (resolve && !options.allowPrivateUrls) config.lookup = async (hostname: string) => [await resolve(hostname)];
  return axios.request<AsyncIterable<Uint8Array>>(config);
}

/** The first characters of a body; the rest is not read. What stops coming is left, the status has said all. */
async function readStart(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const start = new Uint8Array(READ_BYTES);
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      const part = chunk.subarray(0, READ_BYTES - length);
      start.set(part, length);
      length += part.length;
      if (length === READ_BYTES) break;
    }
  } catch {
    // Cut off: what came is kept.
  }
  const text = new TextDecoder().decode(start.subarray(0, length));
  return storable([...text].slice(0, KEPT_CHARACTERS).join(""));
}

function checkText(options: WebhookSenderOptions, url: string): void {
  const { protocol } = parseHttpUrl(url);
  if (protocol !== "https:" && !options.allowPrivateUrls)
    throw new InputError(
      "address_refused",
      "only https addresses are called: what is sent must not be read on the way. TALLYPORT_ALLOW_PRIVATE_URLS=true allows http inside your own network.",
    );
}

/** A name that cannot be looked up is a mistake of whoever typed it. */
const resolvable = (resolve: ResolvePublic) => async (hostname: string) => {
  try {
    await resolve(hostname);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError("address_refused", `${hostname} cannot be looked up: no such name is known.`, { cause });
  }
};

const NO_ANSWER: Readonly<Record<TransportFailure, string>> = {
  timeout: "no answer in time",
  network: "the connection broke",
  unreachable: "the server could not be reached",
  cancelled: "given up before the answer came",
  too_large: "the answer is larger than allowed",
  unsendable: "the request could not be sent",
};

function explain(error: unknown): string {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof InputError) return e.message;
  const { code } = error as { code?: unknown };
  return `${NO_ANSWER[classifyTransport(error)]}${typeof code === "string" ? ` (${code})` : ""}`;
}

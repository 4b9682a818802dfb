/**
 * Who calls: Basic or key parameters over HTTPS, one-legged OAuth 1.0a otherwise. A key that is not understood leaves
 * the caller anonymous; a key that is understood and wrong is refused.
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Store } from "./store.ts";
import type { ApiKey } from "./types.ts";
import { WpError } from "./wp-error.ts";

/** Seconds that a timestamp may lie off, and that a nonce is remembered. */
const OAUTH_WINDOW = 15 * 60;

const OAUTH_REQUIRED = [
  "oauth_consumer_key",
  "oauth_timestamp",
  "oauth_nonce",
  "oauth_signature",
  "oauth_signature_method",
];

/** The key of a request; null for an anonymous caller. Throws what the platform refuses. */
export function authenticate(store: Store, request: Request, url: URL): ApiKey | null {
  const isSecure = isSsl(store, request, url);
  const key = (isSecure ? basicKey(store, request, url) : null) ?? oauthKey(store, request, url, isSecure);
  if (key !== null) checkPermission(key, request.method);
  return key;
}

/** What WordPress itself believes about the connection. */
export function isSsl(store: Store, request: Request, url: URL): boolean {
  if (request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim().toLowerCase() === "https") return true;
  return store.https ?? url.protocol === "https:";
}

/** The refusal of an anonymous caller, by what it wanted to do. */
export function anonymousError(method: string, path: string): WpError {
  const isOne = /\/\d+$/.test(path);
  const [code, message] = path.endsWith("/batch")
    ? ["batch", "Sorry, you are not allowed to batch manipulate this resource."]
    : method === "GET"
      ? ["view", isOne ? "Sorry, you cannot view this resource." : "Sorry, you cannot list resources."]
      : method === "DELETE"
        ? ["delete", "Sorry, you are not allowed to delete this resource."]
        : isOne
          ? ["edit", "Sorry, you are not allowed to edit this resource."]
          : ["create", "Sorry, you are not allowed to create resources."];
  return new WpError(`woocommerce_rest_cannot_${code}`, message ?? "", 401);
}

function basicKey(store: Store, request: Request, url: URL): ApiKey | null {
  let name = url.searchParams.get("consumer_key") ?? "";
  let secret = url.searchParams.get("consumer_secret") ?? "";
  if (name === "" || secret === "") {
    const encoded = /^Basic\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    const text = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
    const colon = text.indexOf(":");
    name = colon < 0 ? "" : text.slice(0, colon);
    secret = colon < 0 ? "" : text.slice(colon + 1);
  }
  if (name === "" || secret === "") return null;
  const key = store.keys.get(name);
  if (key === undefined) return null;
  if (!isEqual(key.secret, secret)) throw refused("Consumer secret is invalid.");
  return key;
}

function oauthKey(store: Store, request: Request, url: URL, isSecure: boolean): ApiKey | null {
  const params = new Map<string, string>(url.searchParams);
  for (const [name, value] of headerParams(request.headers.get("authorization") ?? "")) params.set(name, value);
  const missing = OAUTH_REQUIRED.filter((name) => (params.get(name) ?? "") === "");
  if (missing.length === OAUTH_REQUIRED.length) return null;
  if (missing.length > 0) {
    const word = missing.length === 1 ? "parameter" : "parameters";
    const message = `Missing OAuth ${word} ${missing.join(", ")}`;
    throw new WpError("woocommerce_rest_authentication_missing_parameter", message, 401);
  }
  const key = store.keys.get(params.get("oauth_consumer_key") ?? "");
  if (key === undefined) throw refused("Consumer key is invalid.");
  checkSignature(store, request.method, url, isSecure, params, key);
  checkFreshness(store, key, Number(params.get("oauth_timestamp")), params.get("oauth_nonce") ?? "");
  return key;
}

function headerParams(header: string): [string, string][] {
  if (!header.startsWith("OAuth ")) return [];
  return [...header.matchAll(/(oauth_[a-z_-]*)=(?:"([^"]*)"|([^,]*))/g)].map((match) => [
    match[1] ?? "",
    decodeURIComponent((match[2] ?? match[3] ?? "").trim().replaceAll("+", " ")),
  ]);
}

function checkSignature(
  store: Store,
  method: string,
  url: URL,
  isSecure: boolean,
  params: ReadonlyMap<string, string>,
  key: ApiKey,
): void {
  const given = (params.get("oauth_signature") ?? "").replaceAll(" ", "+");
  const algorithm = { "HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256" }[params.get("oauth_signature_method") ?? ""];
  if (algorithm === undefined) throw refused("Invalid signature - signature method is invalid.");
  const pairs = [...params]
    .filter(([name]) => name !== "oauth_signature")
    .map(([name, value]) => [enc(name), enc(value)]);
  pairs.sort(([a = ""], [b = ""]) => (a < b ? -1 : a > b ? 1 : 0));
  const joined = pairs.map((pair) => pair.join("=")).join("&");
  const home = new URL(store.home);
  const address = `${isSecure ? "https" : "http"}://${home.host}${url.pathname}`;
  const base = `${method.toUpperCase()}&${enc(address)}&${enc(joined)}`;
  const expected = createHmac(algorithm, `${key.secret}&`).update(base).digest("base64");
  if (!isEqual(expected, given)) throw refused("Invalid signature - provided signature does not match.");
}

function checkFreshness(store: Store, key: ApiKey, timestamp: number, nonce: string): void {
  const now = Math.floor(store.clock.now().getTime() / 1000);
  if (!(Math.abs(timestamp - now) <= OAUTH_WINDOW)) throw refused("Invalid timestamp.");
  const name = `${key.key} ${nonce}`;
  if (store.nonces.has(name)) throw refused("Invalid nonce - nonce has already been used.");
  store.nonces.set(name, timestamp);
  for (const [old, usedAt] of store.nonces) {
    if (usedAt >= now - OAUTH_WINDOW) break;
    store.nonces.delete(old);
  }
}

function checkPermission(key: ApiKey, method: string): void {
  const isRead = method === "GET" || method === "HEAD";
  if (method === "OPTIONS" || key.permissions === "read_write") return;
  if (isRead === (key.permissions === "read")) return;
  throw refused(`The API key provided does not have ${isRead ? "read" : "write"} permissions.`);
}

function refused(message: string): WpError {
  return new WpError("woocommerce_rest_authentication_error", message, 401);
}

function enc(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function isEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

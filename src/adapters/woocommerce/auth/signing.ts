/**
 * Keys of the REST API: Basic over HTTPS, a query string where a host strips that header, OAuth 1.0a without a token over
 * plain HTTP. https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication
 */
import type { Credentials, Store } from "../../../core/adapter.ts";
import { hmac, toBase64 } from "../../../core/crypto.ts";
import { isAdapterError } from "../../../core/errors.ts";
import { rootOf, settingsOf } from "../config.ts";

export type AuthMode = "basic" | "query" | "oauth1";

/** How calls of a store are signed; the second is tried once where the first is refused. */
export function authModes(store: Store): [AuthMode, ...AuthMode[]] {
  const { auth } = settingsOf(store.settings);
  if (auth !== "auto") return [auth];
  if (!rootOf(store).toLowerCase().startsWith("https:")) return ["oauth1"];
  return store.facts.auth_in_query === true ? ["query"] : ["basic", "query"];
}

/**
 * True for the refusal that a stripped header leads to: the store saw no key at all. A refusal that the client has
 * wrapped after a vain refresh names no code, and is tried too.
 */
export function headerWasStripped(error: unknown): boolean {
  if (!isAdapterError(error) || error.category !== "auth_expired") return false;
  return error.platformCode === null || error.platformCode.includes("_cannot_");
}

/** Parameters of an OAuth 1.0a request, signature included. `url` is without a query; the body is not signed. */
export function signOauth(
  request: { method: string; url: string; params: readonly (readonly [string, string])[] },
  credentials: Credentials,
  once: { nonce: string; timestamp: number },
  algorithm: "sha256" | "sha1" = "sha256",
): [string, string][] {
  const oauth: [string, string][] = [
    ["oauth_consumer_key", credentials.values.consumer_key ?? ""],
    ["oauth_nonce", once.nonce],
    ["oauth_signature_method", algorithm === "sha256" ? "HMAC-SHA256" : "HMAC-SHA1"],
    ["oauth_timestamp", String(once.timestamp)],
    ["oauth_version", "1.0"],
  ];
  const base = oauthBase(request.method, request.url, [...request.params, ...oauth]);
  const key = `${percentEncode(credentials.values.consumer_secret ?? "")}&`;
  return [...oauth, ["oauth_signature", toBase64(hmac(algorithm, key, base))]];
}

/** The text that is signed: method, address and sorted parameters, each encoded. */
export function oauthBase(method: string, url: string, params: readonly (readonly [string, string])[]): string {
  const pairs = params
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
  const joined = pairs.map(([name, value]) => `${name}=${value}`).join("&");
  return `${method.toUpperCase()}&${percentEncode(url)}&${percentEncode(joined)}`;
}

/** RFC 3986. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

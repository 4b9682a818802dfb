/** The signature of call backs, with the app's client secret; that of messages stands in webhooks.ts. */
import { fromHex, hmac, timingSafeEqual } from "../../../core/crypto.ts";

/** How old a call back may be, and how far ahead of our clock. */
const STALE_MS = 90_000;

/** Parameters without `hmac` and `signature`, by name, as a form in which a space is `%20` (as the platform's library writes it). */
export function signedText(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).filter(([name]) => name !== "hmac" && name !== "signature");
  return new URLSearchParams(pairs.sort(([a], [b]) => (a < b ? -1 : 1))).toString().replaceAll("+", "%20");
}

/** Whether a person really comes from the platform, and just now. */
export function isSignedQuery(query: Readonly<Record<string, string>>, secret: string, now: Date): boolean {
  const { hmac: signature = "", timestamp = "" } = query;
  if (secret === "" || !/^[0-9a-f]{64}$/.test(signature) || !/^\d+$/.test(timestamp)) return false;
  const isFresh = Math.abs(now.getTime() - Number(timestamp) * 1000) <= STALE_MS;
  return isFresh && timingSafeEqual(hmac("sha256", secret, signedText(query)), fromHex(signature));
}

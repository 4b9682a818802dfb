/**
 * Ids. What a platform owns has an id derived from (store, resource, external id): known before the write and the same
 * after replay, re-import or a move to another database. What we create is time-ordered.
 */
import { randomBytes, sha256Hex, toHex } from "./crypto.ts";

/** Derived id (UUIDv8 from SHA-256). The parts are joined with a separator that no external id contains. */
export function derivedId(storeId: string, resource: string, externalId: string): string {
  return asUuid(sha256Hex(`${storeId}\u001f${resource}\u001f${externalId}`), 8);
}

/** New time-ordered id (UUIDv7). */
export function newId(now: Date): string {
  const bytes = randomBytes(16);
  let ms = now.getTime();
  for (let i = 5; i >= 0; i--) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  return asUuid(toHex(bytes), 7);
}

/** Of the first 16 bytes. */
function asUuid(hex: string, version: 7 | 8): string {
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

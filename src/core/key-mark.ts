/** Our key at the end of a text that people read: for platforms whose calls take no idempotency key, and give the text back. */
import { sha256, toHex } from "./crypto.ts";

/** Short, so that the text stays readable. */
export const keyMark = (idempotencyKey: string): string => `[${toHex(sha256(idempotencyKey)).slice(0, 10)}]`;

export const withKeyMark = (text: string | null, idempotencyKey: string): string =>
  [text?.trim(), keyMark(idempotencyKey)].filter((part) => part).join(" ");

/** The text for people; null where there is nothing but our mark. */
export const withoutKeyMark = (text: string | null): string | null =>
  text?.replace(/\s*\[[0-9a-f]{10}\]$/, "").trim() || null;

/**
 * Which of several processes answers the news of a store at once. All of them hear it; the seat of a key belongs to one of
 * those that gave a sign of life within the last seconds, the same one in everybody's eyes, and nobody assigns it. A seat
 * is a hint, as jobs are: leases keep two processes from one work, and the look finds what a seat has let lie.
 */
import { endPresence, signPresence } from "../core/db/leases.ts";
import type { Engine } from "./engine.ts";

/** A process that has been silent for so long has lost its seats. */
const SILENT_MS = 5_000;
const SIGN_EVERY_MS = 1_000;

export interface Seats {
  /** Whether this process is the one that answers news of this key. */
  isMine(key: string): boolean;
  /** Gives a sign of life where the last one is old, and sees who else did. */
  refresh(): Promise<void>;
  leave(): Promise<void>;
}

/** A process that works alone has every seat. */
export const ALL_SEATS: Seats = { isMine: () => true, refresh: async () => {}, leave: async () => {} };

/** The seats of a process among others on the same database. Until its first sign of life it has none. */
export function createSeats(engine: Pick<Engine, "db" | "processId">): Seats {
  const own = engine.processId;
  let present: readonly string[] = [];
  let signedAt = Number.NEGATIVE_INFINITY;
  return {
    isMine: (key) => seatOf(key, present) === own,
    refresh: async () => {
      if (performance.now() - signedAt < SIGN_EVERY_MS) return;
      signedAt = performance.now();
      present = await signPresence(engine.db, own, SILENT_MS);
    },
    leave: () => endPresence(engine.db, own),
  };
}

/** By highest weight: who comes or goes moves no seat but those that it takes or leaves. Null where nobody is there. */
export function seatOf(key: string, present: readonly string[]): string | null {
  let best: { name: string; weight: number } | null = null;
  for (const name of present) {
    const weight = hashOf(`${name}/${key}`);
    if (!best || weight > best.weight || (weight === best.weight && name > best.name)) best = { name, weight };
  }
  return best?.name ?? null;
}

/** FNV-1a of 32 bits, with a last mixing: names that differ in their end alone must not stay neighbours. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

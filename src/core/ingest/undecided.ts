/**
 * Carried documents whose age cannot be told: a message that is delivered again days later takes a new read number, so
 * among contents of one and the same source time the one that arrives last would win (promise 3). These are read anew.
 */
import type { Database } from "../db/database.ts";
import type { Keyring } from "../secrets.ts";
import { documentHash, documentId, equalBytes, findStoredVersions } from "./documents.ts";
import type { ReadDocument } from "./types.ts";

/** External ids among `documents`, which messages carried, whose record must be read from the platform instead. */
export async function findUndecided(
  db: Database,
  keyring: Keyring,
  place: { storeId: string; resource: string },
  documents: readonly ReadDocument[],
): Promise<Set<string>> {
  const idOf = (document: ReadDocument) => documentId(place.storeId, place.resource, document.raw.externalId);
  const stored = await findStoredVersions(db, [...new Set(documents.map(idOf))]);
  const undecided = new Set<string>();
  const seen = new Map<string, { hash: Uint8Array; sourceUpdatedAt: Date | null }[]>();
  for (const document of documents) {
    const id = idOf(document);
    const { externalId, sourceUpdatedAt } = document.raw;
    const version = { hash: documentHash(keyring, document.raw), sourceUpdatedAt };
    const others = seen.get(id) ?? [...(stored.has(id) ? [stored.get(id) as typeof version] : [])];
    const isRival = (other: typeof version): boolean =>
      (!sourceUpdatedAt || !other.sourceUpdatedAt || sourceUpdatedAt.getTime() === other.sourceUpdatedAt.getTime()) &&
      !equalBytes(version.hash, other.hash);
    if (others.some(isRival)) undecided.add(externalId);
    seen.set(id, [...others, version]);
  }
  return undecided;
}

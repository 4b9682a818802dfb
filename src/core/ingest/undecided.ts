/**
 * Carried documents whose age cannot be told: a message that is delivered again days later takes a new read number, so
 * among contents of one and the same source time the one that arrives last would win (promise 3). These are read anew.
 */
import type { Database } from "../db/database.ts";
import type { Keyring } from "../secrets.ts";
import { documentHash, documentId, equalBytes, findStoredVersions } from "./documents.ts";
import type { ReadDocument } from "./types.ts";

interface Version {
  sourceUpdatedAt: Date | null;
  /** Made where times do not tell two versions apart, and nowhere else. */
  hash(): Uint8Array;
}

/** External ids among `documents`, which messages carried, whose record must be read from the platform instead. */
export async function findUndecided(
  db: Database,
  keyring: Keyring,
  place: { storeId: string; resource: string },
  documents: readonly ReadDocument[],
): Promise<Set<string>> {
  const idOf = (document: ReadDocument) => documentId(place.storeId, place.resource, document.raw.externalId);
  const stored = await findStoredVersions(db, [...new Set(documents.map(idOf))]);
  const seen = new Map<string, Version[]>(
    [...stored].map(([id, { sourceUpdatedAt, hash }]) => [id, [{ sourceUpdatedAt, hash: () => hash }]]),
  );
  const undecided = new Set<string>();
  for (const document of documents) {
    const { externalId, sourceUpdatedAt } = document.raw;
    const version: Version = { sourceUpdatedAt, hash: () => documentHash(keyring, document.raw) };
    const others = seen.get(idOf(document)) ?? [];
    if (others.some((other) => isRival(version, other))) undecided.add(externalId);
    seen.set(idOf(document), [...others, version]);
  }
  return undecided;
}

/** Two contents of which nothing says which one is newer. */
function isRival(version: Version, other: Version): boolean {
  const [a, b] = [version.sourceUpdatedAt, other.sourceUpdatedAt];
  return (!a || !b || a.getTime() === b.getTime()) && !equalBytes(version.hash(), other.hash());
}

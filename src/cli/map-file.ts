/** The documents of a file as unified records. */
import type { MapContext, RawDocument, ReadCapability } from "../core/adapter.ts";
import { explainRejection } from "../core/ingest/mapping.ts";
import { checkTotals } from "../core/ingest/totals.ts";
import type { Settlement, Unified } from "../core/model/records.ts";
import { renderUnified } from "../core/model/render.ts";
import { repaired } from "../core/model/repaired.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { documentsOfFile } from "../sync/file-documents.ts";
import { capabilityOf, offlineAdapter } from "./platforms.ts";

/** What did not map; without an id it is (a part of) the file itself. */
export interface Failure {
  externalId: string | null;
  reason: string;
}

/** Calls `emit` with each record; answers what does not map, with its reason. */
export function mapFile(
  input: { platform: string; resource: Resource; bytes: Uint8Array },
  context: MapContext,
  emit: (record: Record<string, unknown>) => void,
): Failure[] {
  const capability = capabilityOf(offlineAdapter(input.platform), input.resource);
  const { documents, failures } = documentsOf(capability, input.bytes, context);
  const heads = new Map<string, Settlement>();
  const all: Unified[] = [];
  for (const raw of documents) {
    try {
      const unified = repaired(capability.toUnified(raw, context));
      for (const order of unified.orders) {
        const warning = checkTotals(order);
        if (warning) order.warnings.push(warning);
      }
      all.push({ ...unified, settlements: unified.settlements.filter((head) => isFirst(heads, head)) });
    } catch (error) {
      failures.push({ externalId: raw.externalId, reason: explainRejection(error).reason });
    }
  }
  for (const record of all.flatMap(renderUnified)) emit(record);
  return failures;
}

/** The documents of a statement each name it: it is told once, with the warnings of all of them. */
function isFirst(heads: Map<string, Settlement>, head: Settlement): boolean {
  const known = heads.get(head.externalId);
  if (known) known.warnings.push(...head.warnings);
  else heads.set(head.externalId, head);
  return known === undefined;
}

/** The documents of a file, and the lines of it that are none. */
function documentsOf(
  capability: ReadCapability,
  bytes: Uint8Array,
  context: MapContext,
): { documents: RawDocument[]; failures: Failure[] } {
  try {
    const { documents, unread } = documentsOfFile(capability, bytes, context);
    return { documents, failures: unread.map(({ reason }) => ({ externalId: null, reason })) };
  } catch (error) {
    return { documents: [], failures: [{ externalId: null, reason: explainRejection(error).reason }] };
  }
}

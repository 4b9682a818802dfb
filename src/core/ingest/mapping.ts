/** Maps documents and makes their rows; one that does not map is set aside alone, with its reason. */
import { ZodError } from "zod";
import type { UnderWay } from "../db/overlap.ts";
import type { Issue } from "../errors.ts";
import { letOthersRun } from "../let-others-run.ts";
import { maskPlatformText } from "../mask.ts";
import type { Unified } from "../model/records.ts";
import { repaired } from "../model/repaired.ts";
import type { Keyring } from "../secrets.ts";
import { documentRow, isStale, type StoredVersion } from "./documents.ts";
import { prepareOrder } from "./order-rows.ts";
import { checkTotals } from "./totals.ts";
import type { IngestPage, MappedDocument, PreparedDocument, RejectedDocument } from "./types.ts";

/**
 * Those of a page that are news. While the stored versions are still asked for (an embedded database answers after the
 * page before is saved), documents are mapped all the same.
 */
export async function mapDocuments(
  page: IngestPage,
  keyring: Keyring,
  documents: readonly PreparedDocument[],
  stored: UnderWay<Map<string, StoredVersion>>,
): Promise<{ mapped: MappedDocument[]; rejected: RejectedDocument[] }> {
  const mapped: MappedDocument[] = [];
  const rejected: RejectedDocument[] = [];
  let known: Map<string, StoredVersion> | null = null;
  stored.result.then(
    (found) => {
      known = found;
    },
    () => {},
  );
  const isNews = (document: PreparedDocument) => !known || !isStale(document, known.get(document.id));
  for (const [index, document] of documents.entries()) {
    await letOthersRun(index);
    if (!isNews(document)) continue;
    const outcome = map(page, document);
    if ("reason" in outcome) rejected.push({ ...document, ...outcome });
    else
      mapped.push({
        ...document,
        unified: outcome,
        row: documentRow(keyring, page.store.id, document),
        orders: outcome.orders.map((order) => prepareOrder(keyring, page.store, order, document)),
      });
  }
  known = await stored.result;
  return { mapped: mapped.filter(isNews), rejected: rejected.filter(isNews) };
}

function map(page: IngestPage, { raw }: PreparedDocument): Unified | Explained {
  try {
    const unified = repaired(page.toUnified(raw));
    for (const order of unified.orders) {
      const warning = checkTotals(order);
      if (warning) order.warnings.push(warning);
    }
    return unified;
  } catch (error) {
    return explainRejection(error);
  }
}

interface Explained {
  reason: string;
  issues: Issue[];
}

/** Reason and places of a mapping failure, without the values (they may be buyer data). */
export function explainRejection(error: unknown): Explained {
  if (error instanceof ZodError) {
    const issues = error.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
    const first = issues[0];
    return {
      reason: `does not have the documented shape at ${first?.path || "its root"}: ${first?.message ?? ""}`,
      issues,
    };
  }
  return { reason: maskPlatformText(error instanceof Error ? error.message : String(error)), issues: [] };
}

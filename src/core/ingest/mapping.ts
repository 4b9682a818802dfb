/** Maps documents and makes their rows; one that does not map is set aside alone, with its reason. */
import { ZodError } from "zod";
import type { Issue } from "../errors.ts";
import { letOthersRun } from "../let-others-run.ts";
import type { Unified } from "../model/records.ts";
import type { Keyring } from "../secrets.ts";
import { documentRow } from "./documents.ts";
import { checkTotals } from "./totals.ts";
import type { IngestPage, MappedDocument, PreparedDocument, RejectedDocument } from "./types.ts";

export async function mapDocuments(
  page: IngestPage,
  keyring: Keyring,
  documents: readonly PreparedDocument[],
): Promise<{ mapped: MappedDocument[]; rejected: RejectedDocument[] }> {
  const mapped: MappedDocument[] = [];
  const rejected: RejectedDocument[] = [];
  for (const [index, document] of documents.entries()) {
    await letOthersRun(index);
    const outcome = map(page, document);
    if ("reason" in outcome) rejected.push({ ...document, ...outcome });
    else mapped.push({ ...document, unified: outcome, row: documentRow(keyring, page.store.id, document) });
  }
  return { mapped, rejected };
}

function map(page: IngestPage, { raw }: PreparedDocument): Unified | Explained {
  try {
    const unified = page.toUnified(raw);
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
  if (error instanceof Error) return { reason: error.message, issues: [] };
  return { reason: String(error), issues: [] };
}

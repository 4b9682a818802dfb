/** Rows without a number of their own: documents that do not map, so that each is set aside alone and the rest of its list goes on. */
import type { RawDocument } from "./adapter.ts";
import { sha256Hex } from "./crypto.ts";
import type { Unified } from "./model/records.ts";
import type { Fields } from "./tree.ts";

const FORM = "no-record@1";

/** `what` names the record that was expected ("order"), `field` what it lacks. The same row is the same document. */
export function noRecord(row: Fields, what: string, field: string): RawDocument {
  return {
    externalId: `row-without-id:${sha256Hex(JSON.stringify(row)).slice(0, 24)}`,
    via: { what, field },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: FORM,
    payload: row,
  };
}

export const isNoRecord = ({ form }: RawDocument): boolean => form === FORM;

/** The mapping of a capability, with the reason for rows without a number. */
export function refusingRows<Context>(
  map: (raw: RawDocument, context: Context) => Unified,
): (raw: RawDocument, context: Context) => Unified {
  return (raw, context) => {
    if (isNoRecord(raw)) throw new Error(`the ${raw.via?.what ?? "record"} has no ${raw.via?.field ?? "number"}`);
    return map(raw, context);
  };
}

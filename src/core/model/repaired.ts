/** Characters that no database keeps, in the records of a document. */
import { isStorable, storable } from "../storable-text.ts";
import type { Unified, Warning } from "./records.ts";

const WARNING: Warning = {
  code: "text_repaired",
  detail: "Characters that cannot be stored (NUL, half a character) stand as U+FFFD; correct the text in the shop.",
};

/** Repairs every text of the records that a document gave, in place; the first one says so. */
export function repaired(records: Unified): Unified {
  if (!holdsBadText(records)) return records;
  repairIn(records);
  const [first] = [records.orders, records.listings, records.shipments, records.disputes].flat();
  first?.warnings.push({ ...WARNING });
  return records;
}

/** Looked for in every record, and hardly ever there: apart from the repair, so that it costs little. */
function holdsBadText(holder: object): boolean {
  const values: readonly unknown[] = Array.isArray(holder) ? holder : Object.values(holder);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "string" ? !isStorable(value) : isHolder(value) && holdsBadText(value)) return true;
  }
  return false;
}

function repairIn(holder: object): void {
  const fields = holder as Record<string, unknown>;
  for (const [key, value] of Object.entries(holder)) {
    if (typeof value === "string") fields[key] = storable(value);
    else if (isHolder(value)) repairIn(value);
  }
}

const isHolder = (value: unknown): value is object => typeof value === "object" && value !== null;

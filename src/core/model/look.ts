import type { Warning } from "./records.ts";

/** A code's meaning; one that the table does not know is the fallback, with a warning. */
export function look<T>(
  table: Readonly<Record<string, T>>,
  name: string,
  code: string,
  fallback: T,
  warnings: Warning[],
): T {
  if (Object.hasOwn(table, code)) return table[code] as T;
  warnings.push({ code: "unknown_code", detail: `${name}: "${code}" is not known` });
  return fallback;
}

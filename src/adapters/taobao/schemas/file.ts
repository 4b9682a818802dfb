/** Files with documents: ours, whole answers in either form, and lists of them. */
import type { RawDocument } from "../../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import { InputError } from "../../../core/errors.ts";
import { parseWire } from "../../../core/wire.ts";
import { type Fields, failureIn, isFields, unwrap } from "../client/envelope.ts";
import { ERRORS } from "../errors.ts";

/** An id as text; null for what cannot be one. */
export function idIn(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0 ? String(value) : null;
  return typeof value === "string" && value.trim() !== "" && value.trim() !== "0" ? value.trim() : null;
}

/** Documents of a file. `read` answers null for an object that is none of its kind. Throws where the file holds none. */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  read: (value: Fields) => RawDocument[] | null,
): RawDocument[] {
  const { value } = parseWire(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item, index) => {
    const place = Array.isArray(value) ? ` (item ${index + 1})` : "";
    if (!isFields(item)) throw new InputError(`no_${what}`, `the file holds no ${what}${place}`, { status: 422 });
    const failure = failureIn(item);
    if (failure)
      throw toAdapterError(ERRORS, DEFAULT_ROWS, { platform: "taobao", operation: "file", effect: "read", failure });
    const found = read(unwrap(item) ?? item);
    if (!found) throw new InputError(`no_${what}`, `the file holds no ${what}${place}`, { status: 422 });
    return found;
  });
}

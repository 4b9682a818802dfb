/** Files: whole answers, lists of them, bare records. Any shape around the records is looked through. */
import type { RawDocument } from "../../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../core/error-table.ts";
import { InputError } from "../../../core/errors.ts";
import { parseWire } from "../../../core/wire.ts";
import { ERRORS } from "../errors.ts";
import { type Fields, isFields } from "../schemas.ts";
import { failureIn } from "./index.ts";

/** Throws for a refusal, and for a file without records that is no answer with empty lists either. */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  find: (root: unknown) => RawDocument[],
): RawDocument[] {
  const { value } = parseWire(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  const answers = (Array.isArray(value) ? value : [value]).filter(isFields).filter((item) => "returnCode" in item);
  for (const answer of answers) {
    const failure = failureIn(answer);
    if (failure === null) continue;
    throw toAdapterError(ERRORS, DEFAULT_ROWS, { platform: "vipshop", operation: "file", effect: "read", failure });
  }
  const found = find(value);
  if (found.length === 0 && !(answers.length > 0 && answers.every(isEmpty)))
    throw new InputError(`no_${what}`, `the file holds no ${what}`, { status: 422 });
  return found;
}

/** An answer whose lists are all empty. */
const isEmpty = ({ result }: Fields): boolean =>
  (isFields(result) ? Object.values(result) : [result])
    .filter((part) => typeof part === "object" && part !== null)
    .every((part) => Array.isArray(part) && part.length === 0);

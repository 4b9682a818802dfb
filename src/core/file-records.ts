/** Records of a file, at whatever depth they stand in it. */
import type { RawDocument } from "./adapter.ts";
import { InputError } from "./errors.ts";
import { type Fields, findIn } from "./tree.ts";

/**
 * The documents of what a file holds. `read` gives a record's documents, or null for what is none and is searched further.
 * Throws `InputError` for a file without records whose roots are not all empty lists by `isEmpty`.
 */
export function documentsIn(
  roots: readonly unknown[],
  what: string,
  read: (value: Fields) => RawDocument[] | null,
  isEmpty: (root: unknown) => boolean,
): RawDocument[] {
  const found = findIn(roots, read);
  if (found.length === 0 && !roots.every(isEmpty))
    throw new InputError(`no_${what}`, `the file holds no ${what}`, { status: 422 });
  return found;
}

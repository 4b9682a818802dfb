/** Computing while the database works: a page's statements and the making of their rows share its time. */

/** A statement under way. `result` must be awaited. */
export interface UnderWay<T> {
  result: Promise<T>;
}

/** Lets a statement leave, and answers before its result is there. */
export async function send<T>(statement: Promise<T>): Promise<UnderWay<T>> {
  // A failure is told where the result is awaited, and to nobody meanwhile.
  statement.catch(() => {});
  await new Promise<void>((resolve) => setImmediate(resolve));
  return { result: statement };
}

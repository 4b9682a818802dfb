/** What a call carries while it is answered. */

import { failure } from "./wire.ts";

export interface Context {
  scopes: ReadonlySet<string>;
  showsBuyers: boolean;
  /** That runs. */
  version: string;
  /** A bulk run reads whole lists. */
  isBulk?: boolean;
  /** And those of its root in slices, so that a large shop's past is never held whole. */
  slice?: { from: number; size: number };
}

/** A field about a person; withheld, with an error at its place, where the app may not see people. */
export function mayTellBuyer<T>(field: string, tell: () => T) {
  return (_: unknown, { showsBuyers }: Context): T => {
    if (showsBuyers) return tell();
    const message = `This app is not approved to access the ${field} field of protected customer data.`;
    throw failure("ACCESS_DENIED", message, {
      documentation: "https://shopify.dev/docs/apps/launch/protected-customer-data",
    });
  };
}

/** Throws where none of the scopes is granted. */
export function assertScope({ scopes }: Context, field: string, ...any: string[]): void {
  if (any.some((scope) => scopes.has(scope))) return;
  const requiredAccess = any.map((scope) => `\`${scope}\` access scope`).join(" or ");
  throw failure("ACCESS_DENIED", `Access denied for ${field} field. Required access: ${requiredAccess}.`, {
    requiredAccess,
  });
}

/** A word that came with a version; older ones say another in its place. */
export function sinceVersion(first: string, word: string, older: string, told: string) {
  return (_: unknown, { version }: Context): string => (told === word && version < first ? older : told);
}

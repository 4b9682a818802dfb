/** What the app asks for, and what a shop that has not granted it does without. */
import type { Store } from "../../../core/adapter.ts";

/** Scope that reads, its writing one where there is one, and what needs them. */
const NEEDED: readonly (readonly [capability: string, read: string, write: string | null])[] = [
  ["orders", "read_orders", "write_orders"],
  ["listings", "read_products", "write_products"],
  ["prices", "read_products", "write_products"],
  ["stock", "read_inventory", "write_inventory"],
  ["shipments", "read_merchant_managed_fulfillment_orders", "write_merchant_managed_fulfillment_orders"],
  ["disputes", "read_returns", "write_returns"],
  ["settlements", "read_shopify_payments_payouts", null],
];

const MORE = [
  "read_all_orders",
  "read_locations",
  "read_fulfillments",
  "write_fulfillments",
  "read_shopify_payments_disputes",
  "read_shopify_payments_accounts",
  "read_customers",
];

export const SCOPES: readonly string[] = [
  ...new Set([...NEEDED.flatMap(([, reads, writes]) => (writes === null ? [reads] : [reads, writes])), ...MORE]),
];

const grantedIn = ({ facts }: Pick<Store, "facts">): string[] | null =>
  typeof facts.scopes === "string" && facts.scopes !== "" ? facts.scopes.split(",") : null;

/** Whether the platform named what was granted, and this is not among it. */
export const lacksScope = (store: Pick<Store, "facts">, scope: string): boolean =>
  grantedIn(store)?.includes(scope) === false;

/** Capabilities without their scope; nothing is said where the platform named none. A scope to write opens reading too. */
export function unavailable(store: Pick<Store, "facts">): Record<string, string> {
  const granted = grantedIn(store);
  if (granted === null) return {};
  return Object.fromEntries(
    NEEDED.flatMap(([capability, reads, writes]): [string, string][] =>
      granted.includes(reads) || (writes !== null && granted.includes(writes))
        ? []
        : [[capability, `the app was not granted the scope ${reads}`]],
    ),
  );
}

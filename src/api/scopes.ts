/** What a key may do: a scope is `<area>:read` or `<area>:write`; some stand alone. Roles are named sets of them. */

const AREAS = [
  "stores",
  "orders",
  "listings",
  "skus",
  "stock",
  "offers",
  "prices",
  "shipments",
  "disputes",
  "settlements",
  "alerts",
  "actions",
  "rejected",
] as const;

/**
 * `stock:approve`: what would end the sale of much: confirm it, send it with `confirm=true`, say how much that is.
 * `sync:write`: test, read now, push now. `buyer:read`: buyer data in the clear, everywhere. `buyer:reveal`: one order's,
 * with a reason, audited. `admin`: everything but `buyer:read`, which is given by name alone.
 */
const SINGLE_SCOPES = [
  "stock:approve",
  "sync:write",
  "changes:read",
  "metrics:read",
  "buyer:read",
  "buyer:reveal",
  "admin",
] as const;

export type Scope = `${(typeof AREAS)[number]}:${"read" | "write"}` | (typeof SINGLE_SCOPES)[number];

export const SCOPES: readonly Scope[] = [
  ...AREAS.flatMap((area): Scope[] => [`${area}:read`, `${area}:write`]),
  ...SINGLE_SCOPES,
];

const both = (...areas: (typeof AREAS)[number][]): Scope[] =>
  areas.flatMap((area): Scope[] => [`${area}:read`, `${area}:write`]);

export const ROLES = {
  operator: [
    ...both("orders", "listings", "skus", "stock", "prices", "shipments", "disputes", "alerts", "actions", "rejected"),
    "stores:read",
    "stock:approve",
    "sync:write",
    "offers:read",
    "changes:read",
    "buyer:reveal",
  ],
  warehouse: [
    ...both("stock", "shipments", "alerts"),
    "stores:read",
    "orders:read",
    "listings:read",
    "skus:read",
    "offers:read",
    "disputes:read",
    "actions:read",
    "changes:read",
  ],
  finance: [
    ...both("settlements"),
    "stores:read",
    "orders:read",
    "skus:read",
    "stock:read",
    "prices:read",
    "shipments:read",
    "disputes:read",
    "alerts:read",
    "changes:read",
  ],
  admin: ["admin"],
} as const satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof ROLES;

/** Whether a set of scopes allows what `wanted` names. Writing an area does not include reading it. */
export function allows(scopes: ReadonlySet<string>, wanted: Scope): boolean {
  return scopes.has(wanted) || (wanted !== "buyer:read" && scopes.has("admin"));
}

/** A listing is a SKU on a marketplace, `<marketplace>/<SKU>`: a SKU may hold slashes, a marketplace's id none. */
export const variantId = (marketplace: string, sku: string): string => `${marketplace}/${sku}`;

/** The marketplace and the SKU of an id; null for what is none. */
export function partsOf(externalId: string): { marketplace: string; sku: string } | null {
  const at = externalId.indexOf("/");
  return at <= 0 || at === externalId.length - 1
    ? null
    : { marketplace: externalId.slice(0, at), sku: externalId.slice(at + 1) };
}

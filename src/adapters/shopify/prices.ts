/**
 * Prices of one product's variants: `price` is what the buyer pays; the struck price beside it is left as it is. Good rows
 * stand though others are refused. https://shopify.dev/docs/api/admin-graphql/latest/mutations/productVariantsBulkUpdate
 */
import type { PushCapability, PushItem, PushOutcome } from "../../core/adapter.ts";
import { canonicalDecimal } from "../../core/money.ts";
import { type Client, OUTCOMES, refusalError, refuse, type Shop } from "./client.ts";
import { NO_CODE } from "./errors.ts";
import { GET_BATCH, PUSH_BATCH, QUOTA } from "./limits.ts";
import { read } from "./schemas.ts";

const OPERATION = "prices.set";
const SET = `mutation PricePush($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: true) {
    productVariants { id price }
    userErrors { code field message }
  }
}`;
const READ = "query PricesById($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { id price } } }";

export function createPrices(client: Client): PushCapability {
  return {
    batch: { max: PUSH_BATCH, groupBy: "listing", complete: "item" },
    compareAndSet: false,
    quota: QUOTA.write,
    set: (store, items, signal) => setPrices(client.at(store, signal), items),
    async read(store, items, signal) {
      const shop = client.at(store, signal);
      const ids = [...new Set(items.map(({ variantExternalId }) => variantExternalId))];
      const found = new Map<string, string | null>();
      for (let at = 0; at < ids.length; at += 10 * GET_BATCH)
        for (const row of await shop.nodes(
          { operation: "prices.read", document: READ },
          ids.slice(at, at + 10 * GET_BATCH),
        ))
          found.set(String(row.id), read(row).decimal("price"));
      return items.map(({ key, variantExternalId }) => ({ key, value: found.get(variantExternalId) ?? null }));
    },
  };
}

/** The items of a call are of one product. */
async function setPrices(shop: Shop, items: readonly PushItem[]): Promise<PushOutcome[]> {
  const problem = ({ value, currency }: PushItem): string | null => {
    if (currency !== null && currency !== shop.store.currency)
      return `the shop's currency is ${shop.store.currency}, the price is in ${currency}`;
    const amount = canonicalDecimal(value);
    return amount === null || amount.startsWith("-") ? "a price is a decimal from zero" : null;
  };
  const sent = items.filter((item) => problem(item) === null);
  const shown = new Map<string, string | null>();
  const refused = new Map<string, PushOutcome>();
  if (sent[0]) {
    const variants = sent.map(({ variantExternalId: id, value }) => ({ id, price: value }));
    const variables = { productId: sent[0].listingExternalId, variants };
    const call = { operation: OPERATION, document: SET, variables, keepsUserErrors: true };
    const { data, refusal } = await shop.tell(call);
    for (const row of read(data).list("productVariantsBulkUpdate/productVariants"))
      shown.set(row.need("id"), row.decimal("price"));
    // Each row is refused for a reason of its own; what names no row concerns the product.
    const errors = refusal === null ? [] : read(data).list("productVariantsBulkUpdate/userErrors");
    const placed = errors.flatMap((error) => {
      const path = Array.isArray(error.fields.field) ? error.fields.field.join(".") : "";
      const item = sent[Number(/variants\.(\d+)/.exec(path)?.[1] ?? Number.NaN)];
      return item ? [{ item, code: error.text("code") ?? NO_CODE, message: error.text("message") }] : [];
    });
    if (refusal && placed.length === 0) throw refusalError(OPERATION, "keyed-write", refusal);
    for (const { item, code, message } of placed) {
      const error = refusalError(OPERATION, "keyed-write", { code, message });
      refused.set(item.key, { key: item.key, outcome: "rejected", error });
    }
  }
  return items.map((item): PushOutcome => {
    const { key, value } = item;
    const reason = problem(item);
    if (reason !== null) return { key, ...refuse("invalid_request", OPERATION, reason) };
    const amount = shown.get(item.variantExternalId) ?? null;
    const isSet = amount !== null && amount === canonicalDecimal(value);
    return (
      refused.get(key) ??
      (isSet
        ? { key, outcome: "accepted", shown: amount }
        : { key, outcome: "unknown", error: OUTCOMES.unconfirmed(OPERATION) })
    );
  });
}

/**
 * Prices. A variant has one price for each currency, and others for regions, quantities or customers. What is written replaces
 * them all: they are read first, and written again beside the one that is set. Sale prices stand in price lists, apart.
 */
import type { PushCapability, PushItem, PushOutcome } from "../../core/adapter.ts";
import { canonicalDecimal } from "../../core/money.ts";
import { type Fields, isFields, type Tree } from "../../core/tree.ts";
import { bareNumber } from "../../core/wire.ts";
import { type Client, OUTCOMES, readVariants, refuse, type Shop } from "./client.ts";
import { PUSH_BATCH, QUOTA } from "./limits.ts";
import { read } from "./schemas.ts";

const OPERATION = "prices.set";
/** Rules are left out of an answer that is not asked for their parts, and a regional price would look like the base price. */
export const PRICE_FIELDS = ["*prices", "*prices.price_rules"];
const READ = ["id", "product_id", ...PRICE_FIELDS];

/** For everybody who buys in the currency, one piece or more. */
export function isBasePrice(price: Tree, currency: string): boolean {
  const { rules, min_quantity: least, max_quantity: most } = price.fields;
  const isFree = !isFields(rules) || Object.keys(rules).length === 0;
  return (
    isFree &&
    (least ?? null) === null &&
    (most ?? null) === null &&
    price.text("currency_code")?.toUpperCase() === currency
  );
}

const shownOf = (variant: Tree, currency: string): string | null =>
  variant
    .list("prices")
    .find((price) => isBasePrice(price, currency))
    ?.decimal("amount") ?? null;

export function createPrices(client: Client): PushCapability {
  return {
    batch: { max: PUSH_BATCH, groupBy: "listing", complete: "item" },
    compareAndSet: false,
    quota: QUOTA,
    set: (store, items, signal) => setPrices(client.at(store, signal), items),
    async read(store, items, signal) {
      const variants = await readVariants(client.at(store, signal), "prices.read", READ, items);
      return items.map(({ key, variantExternalId }) => {
        const variant = variants.get(variantExternalId);
        return { key, value: variant ? shownOf(variant, store.currency) : null };
      });
    },
  };
}

/** The items of a call are of one product. */
async function setPrices(shop: Shop, items: readonly PushItem[]): Promise<PushOutcome[]> {
  const variants = await readVariants(shop, "prices.read", READ, items);
  const outcomes = new Map<string, PushOutcome>();
  const update = new Map<string, { id: string; prices: Fields[] }>();
  let product: string | null = null;
  for (const { key, variantExternalId: id, value, currency } of items) {
    const variant = variants.get(id);
    const amount = canonicalDecimal(value);
    if (!variant) outcomes.set(key, { key, ...refuse("not_found", OPERATION, "the variant does not exist") });
    else if (amount === null || amount.startsWith("-"))
      outcomes.set(key, { key, ...refuse("invalid_request", OPERATION, "a price is a decimal from zero") });
    else {
      product = variant.need("product_id");
      const prices = update.get(id)?.prices ?? variant.list("prices").map(kept);
      update.set(id, { id, prices: withPrice(prices, currency ?? shop.store.currency, amount) });
    }
  }
  const shown = product === null ? new Map() : await write(shop, product, [...update.values()]);
  return items.map(({ key, variantExternalId, value, currency }) => {
    const variant: Tree | undefined = shown.get(variantExternalId);
    const amount = variant ? shownOf(variant, currency ?? shop.store.currency) : null;
    return (
      outcomes.get(key) ??
      (amount !== null && amount === canonicalDecimal(value)
        ? { key, outcome: "accepted", shown: amount }
        : { key, outcome: "unknown", error: OUTCOMES.unconfirmed(OPERATION) })
    );
  });
}

/** A price as it is written again; its id changes each time. */
function kept(price: Tree): Fields {
  const { currency_code, min_quantity, max_quantity, rules } = price.fields;
  return { currency_code, amount: bareNumber(price.decimal("amount") ?? "0"), min_quantity, max_quantity, rules };
}

function withPrice(prices: readonly Fields[], currency: string, amount: string): Fields[] {
  const others = prices.filter((price) => !isBasePrice(read(price), currency));
  return [...others, { currency_code: currency.toLowerCase(), amount: bareNumber(amount) }];
}

async function write(shop: Shop, product: string, update: readonly Fields[]): Promise<Map<string, Tree>> {
  const path = `/admin/products/${product}/variants/batch`;
  const body = { create: [], update, delete: [] };
  const answer = read(await shop.post({ operation: OPERATION, path, body, effect: "keyed-write" }));
  return new Map(answer.list("updated").map((variant) => [variant.need("id"), variant]));
}

/** Shops of Shopify for scenarios. */
import { createShopifyFake, type ShopifyFake, type ShopifyFakeOptions } from "../../src/fakes/shopify/index.ts";
import { type FakeShop, type FakeStack, givenFakeStack } from "./fake-stack.ts";

export type ShopifyStack = FakeStack<ShopifyFake, Partial<ShopifyFakeOptions>>;
export type ShopifyShop = FakeShop<ShopifyFake>;

/** More points than a scenario asks for: nobody is kept waiting, while time stands still. */
const BUCKET = { size: 1_000_000, restore: 1_000_000 };
const QUOTAS = { calls: { capacity: 5000, concurrency: 8 }, points: { capacity: BUCKET.restore } };

/** Shops without a past; they send their webhooks only when they are told to. */
export const givenShopify = (start?: Date, pastMs?: number): Promise<ShopifyStack> =>
  givenFakeStack<ShopifyFake, Partial<ShopifyFakeOptions>>(
    {
      make: (common, own) =>
        createShopifyFake({ orders: 0, bucket: BUCKET, deliverByItself: false, ...common, ...own }),
      settings: { location: "gid://shopify/Location/71", quotas: QUOTAS },
      ...(pastMs === undefined ? {} : { pastMs }),
    },
    start,
  );

/** An order's own document with a word in the place of one of its fields. */
export function withWord(text: string, id: string, field: string, word: string): string {
  const at = text.indexOf(`"id":"${id}","name"`);
  return at < 0
    ? text
    : text.slice(0, at) + text.slice(at).replace(new RegExp(`"${field}":"[A-Z_]+"`), `"${field}":"${word}"`);
}

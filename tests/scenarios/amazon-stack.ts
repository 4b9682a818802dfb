/** Selling accounts of Amazon for scenarios. */
import { PLANS } from "../../src/adapters/amazon/limits.ts";
import { type AmazonFake, type AmazonFakeOptions, createAmazonFake } from "../../src/fakes/amazon/index.ts";
import { type FakeShop, type FakeStack, givenFakeStack } from "./fake-stack.ts";

export type AmazonStack = FakeStack<AmazonFake, Partial<AmazonFakeOptions>>;
export type AmazonShop = FakeShop<AmazonFake>;

/** More calls than a scenario asks for: nobody is kept waiting, while time stands still. */
export const QUOTAS = Object.fromEntries(
  [...Object.keys(PLANS), "tokens", "files"].map((name) => [name, { capacity: 10_000_000, concurrency: 8 }]),
);

/** Accounts without a past. */
export const givenAmazon = (start?: Date): Promise<AmazonStack> =>
  givenFakeStack<AmazonFake, Partial<AmazonFakeOptions>>(
    {
      make: (common, own) => createAmazonFake({ orders: 0, usage: false, ...common, ...own }),
      settings: { quotas: QUOTAS },
    },
    start,
  );

/** An order's own document with another word for where it stands. */
export function withStatus(text: string, id: string, word: string): string {
  const at = text.indexOf(`"orderId":"${id}","`);
  return at < 0
    ? text
    : text.slice(0, at) + text.slice(at).replace(/"fulfillmentStatus":"[A-Z_]+"/, `"fulfillmentStatus":"${word}"`);
}

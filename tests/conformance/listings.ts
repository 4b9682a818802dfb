/** Listings and their variants. */
import { expect } from "vitest";
import { isAbsent } from "../../src/core/adapter.ts";
import { actChecks } from "./acts.ts";
import { group, needed } from "./check.ts";
import { map, readCapability, readingChecks, readOnce } from "./reading.ts";

export const listings = group(
  "listings",
  [
    ...readingChecks("listings"),
    {
      name: "variants, their codes, prices and quantities are the platform's",
      run: async (given) => {
        const { bench, documents } = await readOnce(given, "listings");
        const capability = needed(readCapability(bench.adapter, "listings") ?? undefined, "nothing");
        const facts = bench.subject.fake.books().variants;
        const variants = documents
          .flatMap((raw) => map(bench, capability, raw).listings)
          .flatMap((listing) => listing.variants);
        expect(new Set(variants.map((variant) => variant.externalId)).size).toBe(variants.length);
        for (const [id, fact] of facts) {
          // Without a price it is for nobody to buy: the head of what has variants of its own.
          if (fact.price === "") continue;
          const variant = needed(
            variants.find((candidate) => candidate.externalId === id),
            `variant ${id}`,
          );
          expect(variant.sellerCode ?? "").toBe(fact.sku);
          if (variant.quantity !== null && fact.quantity !== null) expect(variant.quantity, id).toBe(fact.quantity);
          if (variant.price) expect(Number(variant.price.amount), id).toBe(Number(fact.price));
        }
      },
    },
    ...actChecks("listings"),
  ],
  (adapter) => !isAbsent(adapter.listings),
);

/** A shop's product goes on and off the shelf whole; what a supplier offers is on sale as long as its co-operation runs. */
import { z } from "zod";
import type { ActCapability, ListingStateInput } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { done, refusable, refuse } from "../client/outcomes.ts";
import { SHELF } from "../codes.ts";
import { isOn, settingsOf } from "../config.ts";
import { isFields, textIn } from "../schemas.ts";
import { shopProduct } from "./read.ts";

const INPUT = z.object({
  listingExternalId: z.string().min(1),
  variantExternalId: z.string().min(1).nullable(),
  reason: z.string().nullable(),
});

export function createShelfAct(client: Client, method: "onShelf" | "offShelf"): ActCapability<ListingStateInput> {
  const operation = `listings.${method}`;
  return {
    input: INPUT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { listingExternalId: id, variantExternalId } = input;
        if (variantExternalId !== null)
          return refuse(
            "invalid_request",
            operation,
            "a product goes on and off the shelf whole: set the SKU's quantity to 0",
          );
        const product = isOn(store, "marketplace") ? await shopProduct(client, store, id, signal) : null;
        if (product === null)
          return refuse("not_found", operation, "only products of the marketplace go on and off the shelf");
        const wanted = method === "onShelf" ? "active" : "inactive";
        if (SHELF[textIn(product.shelf_status)?.toLowerCase() ?? ""] === wanted) return done(id, "listings");
        const { off_shelf_reason } = settingsOf(store.settings);
        const args =
          method === "onShelf"
            ? { onShelfProduct: { spu_ids: [id] } }
            : { offShelfProduct: { spu_ids: [id], off_shelf_reason } };
        const result = await client.call(store, `sovProduct.${method}`, args, signal, "keyed-write");
        const verdict = isFields(result) && isFields(result.op_results) ? result.op_results[id] : undefined;
        return String(verdict) === "true" ? done(id, "listings") : refuse("conflict", operation, wordsIn(result, id));
      }),
  };
}

function wordsIn(result: unknown, id: string): string {
  const results = isFields(result) && isFields(result.shelf_results) ? result.shelf_results[id] : null;
  return (isFields(results) ? textIn(results.result_message) : null) ?? "the platform names no reason";
}

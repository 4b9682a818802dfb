/** A shop's product goes on and off the shelf whole; what a supplier offers is on sale as long as its co-operation runs. */
import type { ActCapability, ListingStateInput } from "../../../core/adapter.ts";
import { wholeListingAct } from "../../../core/whole-acts.ts";
import type { Client } from "../client/index.ts";
import { done, refuse } from "../client/outcomes.ts";
import { SHELF } from "../codes.ts";
import { isOn, settingsOf } from "../config.ts";
import { isFields, textIn } from "../schemas.ts";
import { shopProduct } from "./read.ts";

const WANTED = { onShelf: "active", offShelf: "inactive" } as const;

export function createShelfAct(client: Client, method: keyof typeof WANTED): ActCapability<ListingStateInput> {
  const operation = `listings.${method}`;
  return wholeListingAct(refuse, operation, async (store, id, signal) => {
    const product = isOn(store, "marketplace") ? await shopProduct(client, store, id, signal) : null;
    if (product === null)
      return refuse("not_found", operation, "only products of the marketplace go on and off the shelf");
    if (SHELF[textIn(product.shelf_status)?.toLowerCase() ?? ""] === WANTED[method]) return done(id, "listings");
    const { off_shelf_reason } = settingsOf(store.settings);
    const args =
      method === "onShelf"
        ? { onShelfProduct: { spu_ids: [id] } }
        : { offShelfProduct: { spu_ids: [id], off_shelf_reason } };
    const result = await client.call(store, `sovProduct.${method}`, args, signal, "keyed-write");
    const verdict = isFields(result) && isFields(result.op_results) ? result.op_results[id] : undefined;
    return String(verdict) === "true" ? done(id, "listings") : refuse("conflict", operation, wordsIn(result, id));
  });
}

function wordsIn(result: unknown, id: string): string {
  const results = isFields(result) && isFields(result.shelf_results) ? result.shelf_results[id] : null;
  return (isFields(results) ? textIn(results.result_message) : null) ?? "the platform names no reason";
}

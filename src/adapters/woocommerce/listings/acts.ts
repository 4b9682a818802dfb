/** On and off the shelf. https://woocommerce.github.io/woocommerce-rest-api-docs/#update-a-product */
import { z } from "zod";
import type { ActCapability, ListingCapability, ListingStateInput } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusable } from "../client/refusals.ts";

const INPUT = z.object({
  listingExternalId: z.string().min(1),
  variantExternalId: z.string().min(1).nullable(),
  reason: z.string().nullable(),
});

/** `private` hides a product from buyers and keeps it for the shop's own people; a variation so is not for sale. */
export function createListingActs(client: Client): ListingCapability["acts"] {
  return { activate: stateAct(client, "activate", "publish"), deactivate: stateAct(client, "deactivate", "private") };
}

function stateAct(client: Client, name: string, status: "publish" | "private"): ActCapability<ListingStateInput> {
  return {
    input: INPUT,
    // A status is absolute.
    idempotent: true,
    perform: (store, act, signal) =>
      refusable(async () => {
        const { listingExternalId, variantExternalId } = act.input;
        const product = `/wc/v3/products/${encodeURIComponent(listingExternalId)}`;
        const isWhole = variantExternalId === null || variantExternalId === listingExternalId;
        const route = isWhole ? product : `${product}/variations/${encodeURIComponent(variantExternalId)}`;
        const body = { status };
        await client.one(
          store,
          { operation: `listings.${name}`, method: "PUT", route, body, effect: "keyed-write" },
          signal,
        );
        return { outcome: "done", reread: [{ resource: "listings", externalId: listingExternalId }] };
      }),
  };
}

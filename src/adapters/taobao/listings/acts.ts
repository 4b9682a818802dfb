/** On and off the shelf. Listing again names the quantity; a variant alone cannot be switched. */
import { z } from "zod";
import type { ActCapability, ActOutcome, ListingCapability, ListingStateInput } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { currentItems } from "./read.ts";

const INPUT = z.object({
  listingExternalId: z.string().min(1),
  variantExternalId: z.string().min(1).nullable(),
  reason: z.string().nullable(),
});

export function createListingActs(client: Client): ListingCapability["acts"] {
  return {
    activate: stateAct(client, "onsale", "taobao.item.update.listing"),
    deactivate: stateAct(client, "instock", "taobao.item.update.delisting"),
  };
}

function stateAct(client: Client, wanted: "onsale" | "instock", method: string): ActCapability<ListingStateInput> {
  return {
    input: INPUT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { listingExternalId: num_iid, variantExternalId: variant } = input;
        const done: ActOutcome = { outcome: "done", reread: [{ resource: "listings", externalId: num_iid }] };
        if (variant !== null && variant !== num_iid)
          return refuse(
            "invalid_request",
            method,
            "a listing goes on and off the shelf whole: set the variant's quantity to 0",
          );
        const item = (await currentItems(client, store, [num_iid], signal)).get(num_iid);
        if (!item) return refuse("not_found", method, `listing ${num_iid} does not exist`);
        if (item.approve_status === wanted) return done;
        if (wanted === "onsale" && (item.num ?? 0) === 0)
          return refuse("conflict", method, "the listing has no stock: push a quantity first");
        const parameters = wanted === "onsale" ? { num_iid, num: item.num } : { num_iid };
        await client.call(store, { method, parameters, effect: "keyed-write" }, signal);
        return done;
      }),
  };
}

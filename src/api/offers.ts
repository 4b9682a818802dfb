/** What every variant should show, what was sent, what the platform confirmed and shows. */
import { listOffers } from "../core/db/stock.ts";
import { define } from "./define.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { offerQuery, offerSchema } from "./schemas/catalogue.ts";
import { page } from "./schemas/common.ts";
import { seenStore } from "./store-access.ts";
import type { Api } from "./types.ts";
import { renderOffer } from "./views.ts";

const LIST: CursorForm = { list: "offers", kinds: ["uuid"] };

export function defineOffers(api: Api): void {
  define(
    api,
    "GET /v1/offers",
    {
      summary: "Desired, sent, confirmed and observed values",
      description: "`differs=true` shows what would change at the platforms, also of stores that are only observed.",
      query: offerQuery,
      answer: page(offerSchema),
    },
    async ({ c, who, query }) => {
      const filter = {
        stores: who.stores,
        ...seenStore(who.stores, query.store),
        aspect: query.aspect,
        state: query.state,
        dirty: query.dirty,
        differs: query.differs,
        sku: query.sku,
        variant: query.variant,
      };
      return answerPage(c, LIST, await listOffers(api.engine.db, filter, pageOf(LIST, query)), renderOffer);
    },
  );
}

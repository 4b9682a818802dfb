/** The worklist of units that were sold and are not there. */
import { toDate } from "../core/db/database.ts";
import { listOversold, type OversoldView, proposeAct } from "../core/stock/oversold-list.ts";
import { findAct } from "../sync/actions.ts";
import { define } from "./define.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { page } from "./schemas/common.ts";
import { oversoldQuery, oversoldSchema } from "./schemas/oversold.ts";
import { seenStore } from "./store-access.ts";
import type { Api } from "./types.ts";

const LIST: CursorForm = { list: "oversold", kinds: ["instant", "uuid", "text"] };

export function defineOversold(api: Api): void {
  const { engine } = api;
  const cancelsOrders = (platform: string) => {
    const adapter = engine.adapterOf(platform);
    return adapter !== undefined && "act" in findAct(adapter, "orders.cancel");
  };
  define(
    api,
    "GET /v1/oversold",
    {
      summary: "Units that were sold and are not there, with a proposed act",
      description:
        "Soonest `ship_by` first. The act is the first that the data allows: ship from another location that has them; send a " +
        "SKU with the same barcode; wait, where a rule says that it can be had again; cancel before `ship_by`; wait.",
      query: oversoldQuery,
      answer: page(oversoldSchema),
    },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), sku: query.sku };
      const rows = await listOversold(engine.db, filter, pageOf(LIST, query));
      return answerPage(c, LIST, rows, (row) => renderOversold(row, cancelsOrders(row.platform)));
    },
  );
}

function renderOversold(row: OversoldView, cancelsOrders: boolean) {
  return {
    order_id: row.order_id,
    store_id: row.store_id,
    order_external_id: row.order_external_id,
    order_external_number: row.order_external_number,
    line_id: row.line_id,
    line_external_id: row.line_external_id,
    title: row.title,
    sku: row.sku,
    sold_sku: row.sold_sku,
    location: row.location,
    held: row.held,
    short: row.short,
    placed_at: toDate(row.placed_at),
    since: toDate(row.since),
    ship_by: toDate(row.ship_by),
    proposed: proposeAct(row, cancelsOrders),
  };
}

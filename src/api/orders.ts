/** Orders of all stores. The list passes on texts that were rendered when the orders were saved. */
import { findOrderFacts, findStoredDocument } from "../core/db/order-facts.ts";
import { listLineStock } from "../core/db/order-lines.ts";
import {
  findOrderText,
  listOrderBytes,
  listOrders,
  listTimeline,
  type OrderBytesPage,
  type OrderFilter,
  type OrderPosition,
} from "../core/db/orders.ts";
import { InputError } from "../core/errors.ts";
import type { Engine } from "../sync/engine.ts";
import { seesBuyers } from "./auth.ts";
import { define, json, jsonText } from "./define.ts";
import { answerDocument, orderEtag } from "./documents.ts";
import { notFound } from "./errors.ts";
import { feedStart } from "./feed-start.ts";
import { orderFilter } from "./list-filters.ts";
import { type CursorForm, readCursor, writeCursor } from "./lists.ts";
import { defineOrderActs } from "./order-acts.ts";
import { feedPage, idParams } from "./schemas/common.ts";
import { orderDetailSchema, orderListSchema, orderQuery, rawSchema, timelineSchema } from "./schemas/orders.ts";
import type { Api } from "./types.ts";

const LIST: CursorForm = { list: "orders", kinds: ["instant", "uuid"] };
/** A list by changes has cursors of its own. */
const CHANGED_LIST: CursorForm = { list: "orders by change", kinds: ["instant", "uuid"] };

export function defineOrders(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/orders",
    {
      summary: "Orders, newest first",
      description:
        "With `updated_since` the oldest change comes first, and an order that changes meanwhile comes again at the end. Programs that must miss nothing read `/v1/changes`.",
      query: orderQuery,
      answer: feedPage(orderListSchema),
    },
    async ({ c, who, query }) => {
      const clear = seesBuyers(c);
      const start = await feedStart(api, query);
      const form = query.updated_since ? CHANGED_LIST : LIST;
      const after = readCursor(form, query.cursor);
      const filter = orderFilter({ engine, stores: who.stores, clear }, query);
      const page = { limit: query.limit, after: after ? { at: after[0] ?? "", id: after[1] ?? "" } : null };
      const { parts, next } = clear
        ? await listOpenOrders(engine, filter, page)
        : await listOrderBytes(engine.db, filter, { ...page, between: "," });
      const cursor = writeCursor(form, next && [next.at, next.id]);
      const end = JSON.stringify({ next: cursor, ...start }).slice(1);
      return jsonText(c, Buffer.concat([Buffer.from('{"data":['), ...parts, Buffer.from(`],${end}`)]));
    },
  );
  define(
    api,
    "GET /v1/orders/{id}",
    { summary: "One order", params: idParams, answer: orderDetailSchema },
    async ({ c, who, params }) => {
      const clear = seesBuyers(c);
      const found = await findOrderText(engine.db, params.id, {
        stores: who.stores,
        openWith: clear ? engine.keyring : null,
      });
      if (!found) throw notFound("order");
      return answerDocument(c, await withLineStock(engine, params.id, found.text), orderEtag(found.version, clear));
    },
  );
  define(
    api,
    "GET /v1/orders/{id}/timeline",
    { summary: "What happened to an order, oldest first", params: idParams, answer: timelineSchema },
    async ({ c, who, params }) => {
      const order = await findOrderFacts(engine.db, params.id, who.stores);
      if (!order) throw notFound("order");
      return json(c, { data: await listTimeline(engine.db, order.id), next: null });
    },
  );
  define(
    api,
    "GET /v1/orders/{id}/raw",
    { summary: "The platform's own document", params: idParams, answer: rawSchema },
    async ({ c, who, params }) => {
      const order = await findOrderFacts(engine.db, params.id, who.stores);
      if (!order) throw notFound("order");
      const stored = await findStoredDocument(engine.db, engine.keyring, {
        storeId: order.storeId,
        resource: "orders",
        externalId: order.externalId,
      });
      if (!stored || stored.payload === null)
        throw new InputError("document_gone", "The platform's document is no longer kept.", { status: 404 });
      return json(c, {
        form: stored.form,
        read_at: stored.readAt,
        updated_at_source: stored.sourceUpdatedAt,
        via: stored.via,
        payload: stored.payload,
      });
    },
  );
  defineOrderActs(api);
}

async function listOpenOrders(
  { db, keyring }: Engine,
  filter: OrderFilter,
  page: { limit: number; after: OrderPosition | null },
): Promise<OrderBytesPage> {
  const { texts, next } = await listOrders(db, filter, { ...page, openWith: keyring });
  return { parts: [Buffer.from(texts.join(","))], next };
}

async function withLineStock(engine: Engine, id: string, text: string): Promise<string> {
  const stock = new Map((await listLineStock(engine.db, [id])).map((line) => [line.externalId, line]));
  const order = JSON.parse(text) as { lines: { external_id: string }[] };
  const lines = order.lines.map((line) => {
    const own = stock.get(line.external_id);
    const { skuCode = null, held = 0, oversold = 0, received = 0 } = own ?? {};
    return { ...line, mapped_sku: skuCode, held, oversold, received };
  });
  return JSON.stringify({ ...order, lines });
}

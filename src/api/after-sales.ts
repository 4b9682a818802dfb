/** Parcels, disputes, statements: lists and single records. */
import { listDisputes } from "../core/db/disputes.ts";
import { listEntries, listSettlements } from "../core/db/settlements.ts";
import { listShipments } from "../core/db/shipments.ts";
import { renderDispute, renderEntry, renderSettlement, renderShipment } from "./after-sales-views.ts";
import { define } from "./define.ts";
import { answerDocument } from "./documents.ts";
import { notFound } from "./errors.ts";
import { feedStart } from "./feed-start.ts";
import { settlementFilter, shipmentFilter } from "./list-filters.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import {
  disputeQuery,
  disputeViewSchema,
  entryQuery,
  entryViewSchema,
  settlementQuery,
  settlementViewSchema,
  shipmentQuery,
  shipmentViewSchema,
} from "./schemas/after-sales.ts";
import { feedPage, idParams, page } from "./schemas/common.ts";
import { findSettlement, renderFound } from "./settlement.ts";
import { seenStore } from "./store-access.ts";
import type { Api } from "./types.ts";

const SHIPMENTS: CursorForm = { list: "shipments", kinds: ["uuid"] };
const DISPUTES: CursorForm = { list: "disputes", kinds: ["instant", "uuid"] };
const DISPUTES_DUE: CursorForm = { list: "disputes-due", kinds: ["instant", "uuid"] };
const SETTLEMENTS: CursorForm = { list: "settlements", kinds: ["instant", "uuid"] };
const ENTRIES: CursorForm = { list: "entries", kinds: ["uuid"] };
const ONE = { limit: 1, after: null };

export function defineAfterSales(api: Api): void {
  defineShipments(api);
  defineDisputes(api);
  defineSettlements(api);
}

function defineShipments(api: Api): void {
  const { db } = api.engine;
  define(
    api,
    "GET /v1/shipments",
    { summary: "Parcels", query: shipmentQuery, answer: feedPage(shipmentViewSchema) },
    async ({ c, who, query }) => {
      const start = await feedStart(api, query);
      const filter = shipmentFilter(who, query);
      return answerPage(c, SHIPMENTS, await listShipments(db, filter, pageOf(SHIPMENTS, query)), renderShipment, start);
    },
  );
  define(
    api,
    "GET /v1/shipments/{id}",
    { summary: "One parcel with its tracking events", params: idParams, answer: shipmentViewSchema },
    async ({ c, who, params }) => {
      const { rows } = await listShipments(db, { stores: who.stores, ids: [params.id] }, ONE);
      const [row] = rows;
      if (!row) throw notFound("shipment");
      return answerDocument(c, JSON.stringify(renderShipment(row)), row.version);
    },
  );
}

function defineDisputes(api: Api): void {
  const { db } = api.engine;
  define(
    api,
    "GET /v1/disputes",
    {
      summary: "Disputes of all stores",
      description: "`sort=due`: the soonest deadline first; one whose deadline moves meanwhile may come twice.",
      query: disputeQuery,
      answer: feedPage(disputeViewSchema),
    },
    async ({ c, who, query }) => {
      const start = await feedStart(api, query);
      const filter = {
        stores: who.stores,
        ...seenStore(who.stores, query.store),
        order: query.order,
        kind: query.kind,
        status: query.status,
        turn: query.turn,
        open: query.open,
        externalId: query.external_id,
        updatedSince: query.updated_since,
      };
      const form = query.sort === "due" ? DISPUTES_DUE : DISPUTES;
      return answerPage(c, form, await listDisputes(db, filter, query.sort, pageOf(form, query)), renderDispute, start);
    },
  );
  define(
    api,
    "GET /v1/disputes/{id}",
    { summary: "One dispute", params: idParams, answer: disputeViewSchema },
    async ({ c, who, params }) => {
      const { rows } = await listDisputes(db, { stores: who.stores, ids: [params.id] }, "opened", ONE);
      const [row] = rows;
      if (!row) throw notFound("dispute");
      return answerDocument(c, JSON.stringify(renderDispute(row)), row.version);
    },
  );
}

function defineSettlements(api: Api): void {
  const { db } = api.engine;
  define(
    api,
    "GET /v1/settlements",
    { summary: "Statements, the newest period first", query: settlementQuery, answer: feedPage(settlementViewSchema) },
    async ({ c, who, query }) => {
      const start = await feedStart(api, query);
      const filter = settlementFilter(who, query);
      return answerPage(
        c,
        SETTLEMENTS,
        await listSettlements(db, filter, pageOf(SETTLEMENTS, query)),
        renderSettlement,
        start,
      );
    },
  );
  define(
    api,
    "GET /v1/settlements/{id}",
    { summary: "One statement", params: idParams, answer: settlementViewSchema },
    async ({ c, who, params }) => {
      return renderFound(c, await findSettlement(api, who, params.id));
    },
  );
  define(
    api,
    "GET /v1/settlements/{id}/entries",
    {
      summary: "The entries of a statement",
      params: idParams,
      query: entryQuery,
      answer: page(entryViewSchema),
    },
    async ({ c, who, params, query }) => {
      const settlement = (await findSettlement(api, who, params.id)).id;
      const found = await listEntries(db, { stores: who.stores, settlement, kind: query.kind }, pageOf(ENTRIES, query));
      return answerPage(c, ENTRIES, found, renderEntry);
    },
  );
}

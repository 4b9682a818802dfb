/**
 * Shipments: an order's document tells its parcels. The list of the work at locations (fulfilment orders) is read by change
 * beside it, and names the orders whose parcels may have moved.
 */
import { z } from "zod";
import { type ActCapability, absent, type ShipmentCapability, type Stream } from "../../../core/adapter.ts";
import { type Fields, isFields, recordsOf, type Tree } from "../../../core/tree.ts";
import { type Client, documentsInFile, done, listPage, refusable, refuse, windowOf } from "../client.ts";
import { EVENT_STATUSES, HOLD_REASONS } from "../codes.ts";
import { DOCS } from "../config.ts";
import { GET_BATCH, PAGE, WINDOW } from "../limits.ts";
import { PARCEL_LINES, withAllPieces } from "../orders/pieces.ts";
import { isOrder } from "../orders/read.ts";
import { kindOf, nodesIn, read } from "../schemas.ts";
import { CARRIERS } from "./carriers.ts";
import { createConfirmAct, createCorrectAct, readWork } from "./confirm.ts";
import { toUnified } from "./to-shipment.ts";

const LIST = `query FulfillmentOrdersChanged($first: Int!, $after: String, $q: String) {
  fulfillmentOrders(first: $first, after: $after, query: $q, includeClosed: true, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor } nodes { id orderId updatedAt }
  }
}`;
const NODES = `query ParcelsById($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Order {
      id
      fulfillments(first: 20) {
        id name status displayStatus createdAt updatedAt inTransitAt deliveredAt
        trackingInfo(first: 10) { company number url } location { id }
        fulfillmentLineItems(first: 15) { ${PARCEL_LINES} }
      }
    }
  }
}`;
const UNDO = `mutation FulfillmentUndo($id: ID!) {
  fulfillmentCancel(id: $id) { fulfillment { id status } userErrors { field message } }
}`;
const EVENT = `mutation TrackingEvent($e: FulfillmentEventInput!) {
  fulfillmentEventCreate(fulfillmentEvent: $e) { fulfillmentEvent { id } userErrors { field message } }
}`;
const HOLD = `mutation HoldFo($id: ID!, $hold: FulfillmentOrderHoldInput!) {
  fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) { fulfillmentOrder { id status } userErrors { field message code } }
}`;
const RELEASE = `mutation ReleaseFo($id: ID!) {
  fulfillmentOrderReleaseHold(id: $id) { fulfillmentOrder { id status } userErrors { field message code } }
}`;

const STREAMS: readonly Stream[] = [{ name: "work", by: "change", window: WINDOW, everySeconds: 300, backfill: true }];

const ID = z.string().min(1);
const PARCEL = z.object({ orderExternalId: ID, shipmentExternalId: ID });

export function createShipments(client: Client): ShipmentCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const { rows, ...page } = await listPage(client.at(store, signal), input, {
        operation: "shipments.list.work",
        document: LIST,
        variables: { q: windowOf("updated_at", input) },
        most: PAGE.money,
        connection: (data) => data.fulfillmentOrders,
      });
      const ids = new Set(rows.map((row) => read(row).need("orderId")));
      const references = [...ids].map((externalId) => ({ ...unversioned(externalId), key: { order: externalId } }));
      return { ...page, references };
    },
    async getMany(store, keys, signal) {
      const ids = [...new Set(keys.map(({ externalId, key }) => key?.order ?? externalId))];
      const shop = client.at(store, signal);
      const rows = await shop.nodes({ operation: "shipments.get", document: NODES }, ids);
      const found: Fields[] = [];
      for (const row of rows.filter(isParcels)) {
        const fulfillments: Fields[] = [];
        for (const parcel of recordsOf(row.fulfillments)) fulfillments.push(await withAllPieces(shop, parcel));
        if (fulfillments.length > 0) found.push({ ...row, fulfillments });
      }
      // An order without a parcel is no record that is missing; one that does not exist is.
      const missing = ids.filter((id) => !rows.some((row) => row.id === id));
      return {
        documents: found.map(toDocument),
        missing: missing.map((externalId) => ({ externalId, means: "gone" as const })),
      };
    },
    toUnified,
    parseFile: (bytes) =>
      documentsInFile(bytes, "shipment", (value) =>
        isOrder(value) ? [] : isParcels(value) ? [toDocument(value)] : null,
      ),
    carriers: async () => CARRIERS.list(),
    acts: {
      confirm: createConfirmAct(client),
      correct: createCorrectAct(client),
      arrange: absent("labels are bought in the shop's own pages; no call of the Admin API makes one", DOCS),
      /** Takes a parcel back that has not left. */
      cancel: cancelAct(client),
      /** What happened to a parcel, told to the buyer's pages. */
      add_event: act(
        client,
        "add_event",
        PARCEL.extend({
          status: z.enum(EVENT_STATUSES),
          happenedAt: z.iso.datetime(),
          message: z.string().nullable(),
        }),
        ({ shipmentExternalId: fulfillmentId, status, happenedAt, message }) => ({
          document: EVENT,
          variables: { e: { fulfillmentId, status, happenedAt, ...(message === null ? {} : { message }) } },
        }),
      ),
      hold: holdAct(client),
      release: releaseAct(client),
    },
  };
}

const unversioned = (externalId: string) => ({ externalId, sourceUpdatedAt: null, sourceVersion: null });

const isParcels = (value: Fields): boolean =>
  isFields(value) && kindOf(String(value.id)) === "Order" && Array.isArray(value.fulfillments);

/** What a parcel needs of its order; goods, buyer and money stay with the order. */
const toDocument = ({ id, fulfillments }: Fields) => ({
  ...unversioned(String(id)),
  key: { order: String(id) },
  form: "fulfillments@2026-07",
  payload: { id, fulfillments },
});

/** One call whose repeat ends in the same state. */
const act = <Input extends { orderExternalId: string }>(
  client: Client,
  name: string,
  input: z.ZodType<Input>,
  call: (input: Input) => { document: string; variables: Fields },
): ActCapability<Input> => ({
  input,
  idempotent: true,
  perform: (store, { input: asked }, signal) =>
    refusable(async () => {
      await client.at(store, signal).set({ operation: `shipments.${name}`, ...call(asked) });
      return done(asked.orderExternalId, "orders", "shipments");
    }),
});

/** One that was taken back already is left as it is. */
const cancelAct = (client: Client): ActCapability<z.infer<typeof PARCEL>> => ({
  input: PARCEL,
  idempotent: true,
  perform: (store, { input: { orderExternalId, shipmentExternalId: id } }, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      const order = await readWork(shop, orderExternalId);
      const parcel = order?.list("fulfillments").find((each) => each.text("id") === id);
      if (!parcel) return refuse("not_found", "shipments.cancel", `the order has no parcel ${id}`);
      const call = { operation: "shipments.cancel", document: UNDO, variables: { id } };
      if (parcel.text("status") !== "CANCELLED") await shop.set(call);
      return done(orderExternalId, "orders", "shipments");
    }),
});

const RELEASE_INPUT = z.object({ orderExternalId: ID });

/** Lets all work on an order go on; one on which nothing is held is left as it is. */
const releaseAct = (client: Client): ActCapability<z.infer<typeof RELEASE_INPUT>> => ({
  input: RELEASE_INPUT,
  idempotent: true,
  perform: (store, { input: { orderExternalId } }, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      const order = await readWork(shop, orderExternalId);
      if (!order) return refuse("not_found", "shipments.release", `order ${orderExternalId} does not exist`);
      for (const work of nodesIn(order, "fulfillmentOrders"))
        if (allows(work, "RELEASE_HOLD"))
          await shop.set({ operation: "shipments.release", document: RELEASE, variables: { id: work.need("id") } });
      return done(orderExternalId, "orders");
    }),
});

const allows = (work: Tree, action: string): boolean =>
  work.list("supportedActions").some((each) => each.text("action") === action);

const HOLD_INPUT = z.object({ orderExternalId: ID, reason: z.enum(HOLD_REASONS), notes: z.string().nullable() });

/** Stops the work on all that is still open of an order. */
const holdAct = (client: Client): ActCapability<z.infer<typeof HOLD_INPUT>> => ({
  input: HOLD_INPUT,
  idempotent: true,
  perform: (store, { input: { orderExternalId, reason, notes } }, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      const order = await readWork(shop, orderExternalId);
      if (!order) return refuse("not_found", "shipments.hold", `order ${orderExternalId} does not exist`);
      for (const work of nodesIn(order, "fulfillmentOrders")) {
        if (!allows(work, "HOLD")) continue;
        const hold = { reason, ...(notes === null ? {} : { reasonNotes: notes }) };
        const variables = { id: work.need("id"), hold };
        await shop.set({ operation: "shipments.hold", document: HOLD, variables });
      }
      return done(orderExternalId, "orders");
    }),
});

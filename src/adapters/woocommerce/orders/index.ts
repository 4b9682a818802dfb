/** Orders: by change, by creation for the audit, and what lies in the bin. */
import type { ListInput, OrderCapability, Page, Stream } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { type PagedList, readPage } from "../client/pages.ts";
import { GET_BATCH, PAGE } from "../limits.ts";
import { noRecord, referenceOf, rowProblem } from "../schemas/index.ts";
import { createOrderActs } from "./acts.ts";
import { ordersInFile, toDocuments, VERSION_FIELDS } from "./documents.ts";
import { readOrders } from "./read.ts";
import { toUnified } from "./to-order.ts";

/** The platform answers however old an order is; a change shows within the second, and the clocks may differ a little. */
const WINDOW = { maxMinutes: 60 * 24 * 31, safetyLagSeconds: 5, overlapSeconds: 60, maxAgeDays: null, minSeconds: 2 };

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 60, backfill: true },
  // Finds what the change list left out: ids and versions alone, so that what is known costs nothing.
  { name: "created", by: "creation", window: { ...WINDOW, overlapSeconds: 86_400 }, everySeconds: 3600, audit: true },
  // The list above leaves the bin out; an order in it has released its units.
  { name: "trashed", by: "change", window: WINDOW, everySeconds: 900, audit: true },
];

const ROUTE = "/wc/v3/orders";

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    // An order deleted for good leaves no trace in any list: open ones are asked for by id once a day.
    rereadOpenMinutes: 1440,
    getBatch: GET_BATCH.orders,
    async list(store, input, signal) {
      const list = listOf(input);
      const page = await readPage(client, store, list, input, signal);
      const found: Page = { documents: [], references: [], next: page.next };
      if (page.total !== undefined) found.total = page.total;
      if (input.stream !== "created") found.documents = toDocuments(page.rows);
      else
        for (const row of page.rows)
          if (rowProblem(row) === null) found.references.push(referenceOf(row, VERSION_FIELDS));
          else found.documents.push(noRecord(row));
      return found;
    },
    getMany: (store, keys, signal) => readOrders(client, store, keys, signal),
    toUnified,
    parseFile: (bytes) => ordersInFile(bytes),
    acts: createOrderActs(client),
  };
}

function listOf(input: ListInput): PagedList {
  const perPage = Math.max(1, Math.min(input.limit, input.stream === "created" ? PAGE.light : PAGE.orders));
  const operation = `orders.list.${input.stream}`;
  switch (input.stream) {
    case "changed":
      return { operation, route: ROUTE, perPage, params: {}, orderby: "modified", window: BY_CHANGE };
    case "trashed":
      return { operation, route: ROUTE, perPage, params: { status: "trash" }, orderby: "modified", window: BY_CHANGE };
    case "created":
      return {
        operation,
        route: ROUTE,
        perPage,
        params: { _fields: "id,status,total,date_created_gmt,date_modified_gmt" },
        orderby: "date",
        window: { after: "after", before: "before", field: "date_created_gmt" },
      };
    default:
      throw new Error(`orders have no stream "${input.stream}"`);
  }
}

const BY_CHANGE = { after: "modified_after", before: "modified_before", field: "date_modified_gmt" } as const;

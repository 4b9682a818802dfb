/** Order documents: what is asked for, and reading them. https://developer-docs.amazon.com/sp-api/docs/orders-api (2026-01-01) */
import { z } from "zod";
import type { ListInput, Page, RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { orNull } from "../../../core/outcomes.ts";
import { readEach } from "../../../core/paging.ts";
import { type Fields, isFields, recordsOf } from "../../../core/tree.ts";
import { parseCursor, type Shop, segment } from "../client/index.ts";
import { marketplacesOf, settingsOf, ZONE } from "../config.ts";
import { PAGE, PAGES_OF_A_TOKEN, YOUNGEST_MS } from "../limits.ts";
import { read } from "../schemas.ts";

const PATH = "/orders/2026-01-01/orders";
const FORM = "order@2026-01-01";

const PERSONAL = ["BUYER", "RECIPIENT"];
/** The state stands in FULFILLMENT; items come always. */
const INCLUDED = ["FULFILLMENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "PACKAGES", "TAX", "PAYMENT"];

const includedData = ({ settings }: Pick<Store, "settings">): string[] =>
  settingsOf(settings).personal_data ? [...PERSONAL, ...INCLUDED] : INCLUDED;

const POSITION = z.object({ token: z.string().min(1), pages: z.int().min(1), until: z.iso.datetime() });

/** One list holds all marketplaces of the seller: a list for each would starve. */
export async function listOrders(shop: Shop, input: ListInput): Promise<Page> {
  const operation = "orders.list";
  const page: Page = { documents: [], references: [], next: null };
  const position = input.cursor === null ? null : parseCursor(POSITION, input.cursor, operation);
  const youngest = shop.clock.now().getTime() - YOUNGEST_MS;
  const until = position?.until ?? new Date(Math.min(input.until.getTime(), youngest)).toISOString();
  if (Date.parse(until) < input.since.getTime()) return page;
  const by = input.stream === "created" ? "created" : "lastUpdated";
  const query = {
    [`${by}After`]: input.since.toISOString(),
    [`${by}Before`]: until,
    marketplaceIds: marketplacesOf(shop.store),
    maxResultsPerPage: Math.max(1, Math.min(input.limit, PAGE.orders)),
    includedData: includedData(shop.store),
    paginationToken: position?.token,
  };
  const body = await shop.send({ operation, plan: "search_orders", path: PATH, query });
  const token = read(body).text("pagination/nextToken");
  const pages = (position?.pages ?? 0) + 1;
  // The rest would lapse with its token.
  if (token !== null && pages >= PAGES_OF_A_TOKEN) return { ...page, tooMany: true };
  return {
    ...page,
    documents: recordsOf(body.orders).map(toDocument),
    next: token && JSON.stringify({ token, pages, until }),
  };
}

export const getOrders = (shop: Shop, keys: readonly RecordKey[]) =>
  readEach(keys, async ({ externalId }) => {
    const order = await getOrder(shop, externalId);
    return order && toDocument(order);
  });

/** Null for an order that the platform does not know (any more). */
export async function getOrder(shop: Shop, id: string): Promise<Fields | null> {
  const path = `${PATH}/${segment(id)}`;
  const endpoint = {
    operation: "orders.get",
    plan: "get_order",
    path,
    query: { includedData: includedData(shop.store) },
  } as const;
  const body = await orNull(() => shop.send(endpoint));
  return body && isFields(body.order) ? body.order : null;
}

export const isOrder = (value: Fields): boolean =>
  typeof value.orderId === "string" && typeof value.lastUpdatedTime === "string" && Array.isArray(value.orderItems);

export function toDocument(payload: Fields): RawDocument {
  const order = read(payload);
  return {
    // One that cannot be read is set aside alone, by the mapper.
    externalId: order.text("orderId") ?? "",
    sourceUpdatedAt: localToInstant(order.text("lastUpdatedTime") ?? "", ZONE),
    sourceVersion: null,
    form: FORM,
    payload,
  };
}

/** What a query says, as the filter of its table: lists and exports of one kind are narrowed alike. */
import type { z } from "zod";
import { toHex } from "../core/crypto.ts";
import type { OrderFilter } from "../core/db/orders.ts";
import type { EntryFilter, SettlementFilter } from "../core/db/settlements.ts";
import type { ShipmentFilter } from "../core/db/shipments.ts";
import type { LevelFilter } from "../core/db/stock.ts";
import { InputError } from "../core/errors.ts";
import type { TrustedBook } from "../core/finance/counted-books.ts";
import { keyedHash } from "../core/secrets.ts";
import type { Engine } from "../sync/engine.ts";
import type { entryFilters, settlementFilters, shipmentFilters } from "./schemas/after-sales.ts";
import type { stockFilters } from "./schemas/catalogue.ts";
import type { orderFilters } from "./schemas/orders.ts";
import { seenStore } from "./store-access.ts";

/** Who reads a list. */
export interface ListReader {
  engine: Pick<Engine, "db" | "keyring">;
  /** The stores that the reader may see; null: all. */
  stores: readonly string[] | null;
  /** Whether buyers are shown in the clear. */
  clear: boolean;
  /** The books of each platform that money is summed of. */
  trusted: readonly TrustedBook[];
}

type OrderReader = Pick<ListReader, "engine" | "stores" | "clear">;
type Query<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

export function orderFilter(reader: OrderReader, query: Query<typeof orderFilters>): OrderFilter {
  const { stores } = reader;
  return {
    stores,
    ...seenStore(stores, query.store),
    status: query.status,
    paymentStatus: query.payment_status,
    externalId: query.external_id,
    buyerHash: query.buyer === undefined ? undefined : buyerKey(reader, query.buyer),
    attention: query.needs_attention,
    updatedSince: query.updated_since,
    placedFrom: query.placed_from,
    placedUntil: query.placed_until,
  };
}

/** The hash by which a buyer's orders are found; from an address only for those who may see it. */
function buyerKey({ engine, clear }: OrderReader, buyer: string): string {
  const [, kind, value] = /^(email|phone):(.*)$/.exec(buyer) ?? [];
  if (kind === undefined || value === undefined) return buyer;
  if (!clear)
    throw new InputError("scope_missing", "Looking for a buyer by address needs the scope `buyer:read`.", {
      status: 403,
    });
  const key = kind === "email" ? `email:${value.trim().toLowerCase()}` : `phone:${value.replace(/\D/g, "")}`;
  return toHex(keyedHash(engine.keyring, "buyer", key).subarray(0, 16));
}

export function shipmentFilter(
  { stores }: Pick<ListReader, "stores">,
  query: Query<typeof shipmentFilters>,
): ShipmentFilter {
  return {
    stores,
    ...seenStore(stores, query.store),
    order: query.order,
    status: query.status,
    externalId: query.external_id,
    trackingNumber: query.tracking_number,
    updatedSince: query.updated_since,
  };
}

export function levelFilter({ stores }: Pick<ListReader, "stores">, query: Query<typeof stockFilters>): LevelFilter {
  return {
    stores,
    sku: query.sku,
    location: query.location,
    below: query.below,
    updatedSince: query.updated_since,
  };
}

export function settlementFilter(
  { stores }: Pick<ListReader, "stores">,
  query: Query<typeof settlementFilters>,
): SettlementFilter {
  return {
    stores,
    ...seenStore(stores, query.store),
    state: query.state,
    currency: query.currency,
    externalId: query.external_id,
    endsFrom: query.ends_from,
    endsUntil: query.ends_until,
  };
}

export function entryFilter({ stores }: Pick<ListReader, "stores">, query: Query<typeof entryFilters>): EntryFilter {
  return {
    stores,
    ...seenStore(stores, query.store),
    settlement: query.settlement,
    kind: query.kind,
    orderExternalId: query.order_external_id,
    postedFrom: query.posted_from,
    postedUntil: query.posted_until,
  };
}

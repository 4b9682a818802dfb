/** A platform without a network: documents that say directly what they mean. For tests of what follows the mapping. */

import type { RawDocument } from "../../src/core/adapter.ts";
import { type Clock, systemClock } from "../../src/core/clock.ts";
import { randomBytes } from "../../src/core/crypto.ts";
import type { Database } from "../../src/core/db/database.ts";
import { loadKeyring } from "../../src/core/db/keyring.ts";
import { defaultLocation, insertStore } from "../../src/core/db/stores.ts";
import { newId } from "../../src/core/ids.ts";
import { ingest } from "../../src/core/ingest/ingest.ts";
import type { IngestContext, IngestPage, IngestResult, IngestStore } from "../../src/core/ingest/types.ts";
import { createLog } from "../../src/core/log.ts";
import { type Listing, type Order, type OrderLine, type Unified, unified } from "../../src/core/model/records.ts";
import type { Resource } from "../../src/core/model/vocabulary.ts";
import { parseMasterKeys } from "../../src/core/secrets.ts";

export const EXAMPLE_SECRET = randomBytes(32).reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");

export async function givenContext(db: Database, clock: Clock = systemClock): Promise<IngestContext> {
  return {
    db,
    clock,
    keyring: await loadKeyring(db, parseMasterKeys(EXAMPLE_SECRET)),
    log: createLog({ level: "silent" }),
  };
}

/** A connected store of the example platform. */
export async function givenStore(
  context: IngestContext,
  overrides: Partial<{ name: string; mode: string; adoptSkus: boolean; stockFrom: Date; platform: string }> = {},
): Promise<IngestStore> {
  const at = context.clock.now();
  const id = newId(at);
  const locationId = await defaultLocation(context.db, at);
  const row = {
    id,
    platform: "example",
    name: "Example store",
    externalId: null,
    appId: null,
    baseUrl: null,
    settings: {},
    facts: {},
    currency: "EUR",
    timeZone: "UTC",
    mode: "live",
    state: "ok",
    stateReason: null,
    retryAt: null,
    retryAttempts: 0,
    pushStopped: false,
    stockFrom: new Date(at.getTime() - 86_400_000),
    adoptSkus: false,
    locationId,
    authorisedUntil: null,
    clockSkewMs: null,
    webhookSecret: null,
    webhookCheckedAt: null,
    probedAt: at,
    version: 1,
    createdAt: at,
    updatedAt: at,
    disconnectedAt: null,
    booksOpenFrom: null,
    ...overrides,
  };
  await insertStore(context.db, row, []);
  return { id, platform: row.platform, stockFrom: row.stockFrom, adoptSkus: row.adoptSkus, locationId };
}

const eur = (amount: string) => ({ amount, currency: "EUR" });

export function exampleLine(overrides: Partial<OrderLine> = {}): OrderLine {
  return {
    externalId: "1",
    listingExternalId: "L1",
    variantExternalId: "V1",
    sellerCode: "SKU-1",
    title: "Linen shirt",
    options: null,
    quantity: 1,
    unitPrice: eur("10.00"),
    discount: eur("0.00"),
    tax: eur("0.00"),
    total: eur("10.00"),
    fulfilmentStatus: "unfulfilled",
    shippedQuantity: 0,
    cancelledQuantity: 0,
    returnedQuantity: 0,
    fulfilledBy: "seller",
    place: null,
    gift: false,
    parentExternalId: null,
    ...overrides,
  };
}

export function exampleOrder(overrides: Partial<Order> = {}): Order {
  return {
    externalId: "1001",
    externalNumber: "1001",
    parentExternalId: null,
    externalKind: null,
    marketplace: null,
    place: null,
    status: "awaiting_shipment",
    externalStatus: "paid",
    paymentStatus: "paid",
    fulfilledBy: "seller",
    placedAt: new Date(Date.now() - 60_000),
    paidAt: null,
    shipBy: null,
    deliverBy: null,
    completedAt: null,
    cancelledAt: null,
    currency: "EUR",
    total: eur("10.00"),
    paid: null,
    refunded: null,
    taxIncluded: true,
    deductsStockOn: "order",
    lines: [exampleLine()],
    charges: [],
    payments: [],
    buyer: { externalId: "B1", name: "Ada Zzbuyer", email: "ada@zzbuyer.test", phone: "+49 30 1234567", taxId: null },
    shipTo: {
      name: "Ada Zzbuyer",
      phone: "+49 30 1234567",
      company: null,
      lines: ["Zzbuyer street 1"],
      district: null,
      city: "Berlin",
      region: null,
      postcode: "10115",
      country: "DE",
      privacy: "clear",
      encrypted: null,
    },
    notes: { buyer: "Ring at Zzbuyer, second floor", seller: null, flag: null },
    extra: {},
    warnings: [],
    ...overrides,
  };
}

export function exampleListing(overrides: Partial<Listing> = {}): Listing {
  return {
    externalId: "L1",
    marketplace: null,
    title: "Linen shirt",
    status: "active",
    externalStatus: "active",
    category: null,
    url: null,
    imageUrl: null,
    variants: [
      {
        externalId: "V1",
        sellerCode: "SKU-1",
        barcode: null,
        title: null,
        options: {},
        price: eur("10.00"),
        regularPrice: null,
        quantity: 10,
        places: [],
        externalProductId: null,
        codes: {},
        fulfilledBy: "seller",
        active: true,
      },
    ],
    partial: false,
    warnings: [],
    ...overrides,
  };
}

let lastSeq = 1_000_000;

export interface ExampleDocument {
  externalId: string;
  updatedAt?: Date | null;
  readSeq?: number;
  says: Partial<Unified> | "poison";
}

/** Ingests documents that say directly what they mean. */
export function ingestExamples(
  context: IngestContext,
  store: IngestStore,
  resource: Resource,
  documents: readonly ExampleDocument[],
  conclude?: IngestPage["conclude"],
): Promise<IngestResult> {
  return ingest(context, {
    store,
    resource,
    documents: documents.map((document) => ({
      readSeq: document.readSeq ?? ++lastSeq,
      raw: {
        externalId: document.externalId,
        sourceUpdatedAt: document.updatedAt ?? null,
        sourceVersion: null,
        form: "example@1",
        payload: document.says,
      },
    })),
    toUnified: mapExample,
    ...(conclude ? { conclude } : {}),
  });
}

export function mapExample(raw: RawDocument): Unified {
  if (raw.payload === "poison") throw new Error("the total is no number");
  return unified(structuredClone(raw.payload) as Partial<Unified>);
}

export const orderDocument = (order: Order, updatedAt?: Date): ExampleDocument => ({
  externalId: order.externalId,
  updatedAt: updatedAt ?? null,
  says: { orders: [order] },
});

export const listingDocument = (listing: Listing, updatedAt?: Date): ExampleDocument => ({
  externalId: listing.externalId,
  updatedAt: updatedAt ?? null,
  says: { listings: [listing] },
});

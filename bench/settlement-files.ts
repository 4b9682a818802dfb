/** Statements of a marketplace as flat files, with the orders that they pay. Everything follows from the number of the order. */
import type { Database } from "../src/core/db/database.ts";
import { derivedId } from "../src/core/ids.ts";
import type { IngestStore } from "../src/core/ingest/types.ts";

/** Entries of one order, and orders of one statement: as many as a busy seller has in two weeks. */
export const LINES = 10;
export const STATEMENT_ORDERS = 1_000;
export const STATEMENT_ENTRIES = LINES * STATEMENT_ORDERS;

const FIRST_DAY = Date.UTC(2026, 0, 5, 12);
const DAY_MS = 86_400_000;
const LOCATION = derivedId("bench", "locations", "main");

export const STORE: IngestStore = {
  id: derivedId("bench", "stores", "settlements"),
  platform: "amazon",
  stockFrom: new Date("2025-01-01T00:00:00Z"),
  adoptSkus: false,
  locationId: LOCATION,
};

const orderId = (n: number) =>
  `302-${String(n % 10_000_000).padStart(7, "0")}-${String((n * 7919) % 10_000_000).padStart(7, "0")}`;

const COLUMNS =
  "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id shipment-id marketplace-name amount-type amount-description amount fulfillment-id posted-date posted-date-time order-item-code sku quantity-purchased";

/** What an order of `cents` brings and costs, in cents. */
const PARTS: readonly (readonly [type: string, description: string, of: (cents: number) => number])[] = [
  ["ItemPrice", "Principal", (cents) => cents],
  ["ItemPrice", "Shipping", () => 399],
  ["ItemPrice", "Tax", (cents) => Math.round(cents * 0.19)],
  ["ItemPrice", "ShippingTax", () => 76],
  ["ItemFees", "Commission", (cents) => -Math.round(cents * 0.15)],
  ["ItemFees", "FBAPerUnitFulfillmentFee", () => -312],
  ["ItemFees", "FixedClosingFee", () => -25],
  ["ItemFees", "ShippingChargeback", () => -399],
  ["ItemFees", "VariableClosingFee", () => -40],
  ["ItemFees", "GiftwrapChargeback", () => -10],
];

const money = (cents: number) =>
  `${cents < 0 ? "-" : ""}${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, "0")}`;
const at = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace("T", " ").concat(" UTC");

/** The file of a statement, from 0. */
export function statementFile(statement: number): Uint8Array {
  const id = String(25_000_000_000 + statement);
  const start = FIRST_DAY + statement * DAY_MS;
  const lines: string[] = [];
  let total = 0;
  for (let i = 0; i < STATEMENT_ORDERS; i++) {
    const n = statement * STATEMENT_ORDERS + i;
    const cents = 900 + ((n * 131) % 9_000);
    const posted = start + i * 60_000;
    for (const [type, description, of] of PARTS) {
      const amount = of(cents);
      total += amount;
      const place = `\t${orderId(n)}\tS${n}\tAmazon.de\t${type}\t${description}\t${money(amount)}\tAFN`;
      lines.push(
        `${id}\t\t\t\t\t\tOrder${place}\t${at(posted).slice(0, 10)}\t${at(posted)}\t${60_000_000_000 + n}\tSKU-${n % 500}\t1`,
      );
    }
  }
  const summary = `${id}\t${at(start)}\t${at(start + DAY_MS)}\t${at(start + 2 * DAY_MS)}\t${money(total)}\tEUR${"\t".repeat(13)}`;
  return new TextEncoder().encode(`${[COLUMNS.replaceAll(" ", "\t"), summary, ...lines].join("\n")}\n`);
}

/** The store and its orders, made by PostgreSQL. */
export async function seedOrders(db: Database, orders: number): Promise<void> {
  await db.query("insert into locations (id, code, name) values ($1::uuid, 'main', 'Main')", [LOCATION]);
  await db.query(
    `insert into stores (id, platform, name, currency, time_zone, mode, stock_from, location_id)
     values ($1::uuid, 'amazon', 'Statements', 'EUR', 'Europe/Berlin', 'live', $2::timestamptz, $3::uuid)`,
    [STORE.id, STORE.stockFrom.toISOString(), LOCATION],
  );
  await db.query(
    `insert into orders (id, store_id, external_id, external_number, status, external_status, payment_status, fulfilled_by, placed_at, currency,
       total, tax_included, open, document, read_seq, synced_at)
     select overlay(overlay(md5('order ' || n) placing '8' from 13) placing '8' from 17)::uuid, $1::uuid, x.id, x.id, 'completed', 'Shipped', 'paid', 'platform',
       $3::timestamptz + n * interval '1 minute', 'EUR', 30, true, false, '{}', 1, now()
     from generate_series(0, $2::int - 1) n, lateral (select '302-' || lpad((n % 10000000)::text, 7, '0') || '-' || lpad(((n::bigint * 7919) % 10000000)::text, 7, '0') as id) x`,
    [STORE.id, orders, new Date(FIRST_DAY - 5 * DAY_MS).toISOString()],
  );
}

/**
 * Movements long before they are settled, and payouts. Books of their own: statements tell the same money again.
 * https://developer-docs.amazon.com/sp-api/docs/finances-api-v2024-06-19-reference
 */
import { z } from "zod";
import type { ListInput, Page, RawDocument, RecordKey } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { type LedgerEntry, type Money, type Unified, unified } from "../../../core/model/records.ts";
import type { EntryKind } from "../../../core/model/vocabulary.ts";
import { compare, isZero, neg, sum } from "../../../core/money.ts";
import { type Fields, recordsOf, type Tree } from "../../../core/tree.ts";
import { type Endpoint, parseCursor, type Shop } from "../client/index.ts";
import { movedKind } from "../codes.ts";
import { marketplacesOf, ZONE } from "../config.ts";
import { YOUNGEST_MS } from "../limits.ts";
import { documentOf, moneyIn, read } from "../schemas.ts";

export const TRANSACTION_FORM = "transaction@2024-06-19";
export const PAYOUT_FORM = "payout@2024-06-01";
const PAYOUTS = "/finances/transfers/2024-06-01/payouts";
const TRANSACTIONS = {
  operation: "transactions.list",
  plan: "transactions",
  path: "/finances/2024-06-19/transactions",
} as const;

const POSITION = z.object({ token: z.string().min(1), until: z.iso.datetime() });

/** The same arguments go with each token; pages may be empty before the last. */
async function listPages(
  shop: Shop,
  input: ListInput,
  endpointOf: (since: string, until: string, nextToken: string | undefined) => Endpoint,
  rowsOf: (body: Tree) => { rows: unknown; token: string | null },
): Promise<{ rows: Fields[]; next: string | null }> {
  const position =
    input.cursor === null ? null : parseCursor(POSITION, input.cursor, `settlements.list.${input.stream}`);
  const youngest = shop.clock.now().getTime() - YOUNGEST_MS;
  const until = position?.until ?? new Date(Math.min(input.until.getTime(), youngest)).toISOString();
  if (Date.parse(until) <= input.since.getTime()) return { rows: [], next: null };
  const endpoint = endpointOf(input.since.toISOString(), until, position?.token);
  const { rows, token } = rowsOf(read(await shop.send(endpoint)));
  return { rows: recordsOf(rows), next: token && JSON.stringify({ token, until }) };
}

const transactionsIn = (body: Tree) => ({
  rows: (body.fields.payload as Fields | undefined)?.transactions,
  token: body.text("payload/nextToken"),
});

/** No marketplace is named: with one, orders that the seller ships in the US are left out. */
export async function listTransactions(shop: Shop, input: ListInput): Promise<Page> {
  const { rows, next } = await listPages(
    shop,
    input,
    (postedAfter, postedBefore, nextToken) => ({ ...TRANSACTIONS, query: { postedAfter, postedBefore, nextToken } }),
    transactionsIn,
  );
  return { documents: rows.map(toTransactionDocument), references: [], next };
}

export async function listPayouts(shop: Shop, input: ListInput): Promise<Page> {
  const marketplaceIds = marketplacesOf(shop.store);
  const { rows, next } = await listPages(
    shop,
    input,
    (createdAfter, createdBefore, nextToken) => ({
      operation: "payouts.list",
      plan: "payouts",
      path: PAYOUTS,
      query: { marketplaceIds, createdAfter, createdBefore, nextToken },
    }),
    (body) => ({ rows: body.fields.payouts, token: body.text("nextToken") }),
  );
  return { documents: rows.map(toPayoutDocument), references: [], next };
}

/** No call gives one transaction: it is looked for at its time. */
export async function getTransaction(shop: Shop, { externalId, key }: RecordKey): Promise<RawDocument | null> {
  const posted = localToInstant(key?.posted ?? "", ZONE)?.getTime();
  if (posted === undefined) return null;
  const [postedAfter, postedBefore] = [posted - 1000, posted + 1000].map((ms) => new Date(ms).toISOString());
  for (let nextToken: string | undefined; ; ) {
    const body = read(await shop.send({ ...TRANSACTIONS, query: { postedAfter, postedBefore, nextToken } }));
    const { rows, token } = transactionsIn(body);
    const found = recordsOf(rows)
      .map(toTransactionDocument)
      .find((document) => document.externalId === externalId);
    if (found || token === null) return found ?? null;
    nextToken = token;
  }
}

export async function getPayout(shop: Shop, externalId: string): Promise<RawDocument | null> {
  const query = { marketplaceIds: marketplacesOf(shop.store), payoutId: externalId.replace(/^payout:/, "") };
  const body = await shop.send({ operation: "payouts.list", plan: "payouts", path: PAYOUTS, query });
  return (
    recordsOf(body.payouts)
      .map(toPayoutDocument)
      .find((document) => document.externalId === externalId) ?? null
  );
}

export const isTransaction = ({ transactionId, postedDate }: Fields): boolean =>
  typeof transactionId === "string" && typeof postedDate === "string";
export const isPayout = ({ id, currentStatus }: Fields): boolean =>
  id !== undefined && typeof currentStatus === "string";

export function toTransactionDocument(row: Fields): RawDocument {
  const transaction = read(row);
  const key = { posted: transaction.text("postedDate") ?? "" };
  return { ...documentOf(`transaction:${transaction.text("transactionId") ?? ""}`, TRANSACTION_FORM, row), key };
}

export const toPayoutDocument = (row: Fields): RawDocument =>
  documentOf(`payout:${read(row).text("id") ?? ""}`, PAYOUT_FORM, row);

const UNSAID = {
  settlementExternalId: null,
  orderLineExternalId: null,
  shipmentExternalId: null,
  refundExternalId: null,
} as const;

const named = (record: Tree, name: string): string | null =>
  record
    .list("relatedIdentifiers")
    .find((row) => row.text("relatedIdentifierName") === name)
    ?.text("relatedIdentifierValue") ?? null;

interface Leaf {
  type: string;
  amount: Money;
  path: string;
  sku: string | null;
}

/** Parents hold their children's amounts already. */
const leavesOf = (record: Tree, path: string, sku: string | null): Leaf[] =>
  record.list("breakdowns").flatMap((row, i) => {
    const inner = leavesOf(row, `${path}.${i}`, sku);
    if (inner.length > 0) return inner;
    const amount = moneyIn(row, "breakdownAmount");
    return amount === null ? [] : [{ type: row.text("breakdownType") ?? "", amount, path: `${path}.${i}`, sku }];
  });

const HELD = "DEFERRED";
const FREED = "DEFERREDRELEASED";
const STATUSES = [HELD, FREED, "RELEASED"];

/** The model writes `DEFERRED_RELEASED` in its list and `Released` in its example. Throws for a word that is neither. */
function statusOf(transaction: Tree): string {
  const told = transaction.text("transactionStatus") ?? "RELEASED";
  const status = told.toUpperCase().replaceAll(/[^A-Z]+/g, "");
  // Whether the money counts is not known.
  if (!STATUSES.includes(status)) throw new TypeError(`transactionStatus "${told}" is not known`);
  return status;
}

/**
 * A movement that was held back is told again when it is released, under a number of its own: the second has the entries of the
 * first, which has none any more.
 */
export function transactionToUnified(raw: RawDocument): Unified {
  const transaction = read(raw.payload);
  const [total, postedAt] = [moneyIn(transaction, "totalAmount"), transaction.time("postedDate")];
  if (total === null || postedAt === null) throw new TypeError("a transaction has no amount or no date");
  const status = statusOf(transaction);
  if (status === FREED && named(transaction, "RELEASE_TRANSACTION_ID") !== null) return unified({});
  const type = transaction.text("transactionType") ?? "";
  const root = named(transaction, "DEFERRED_TRANSACTION_ID") ?? transaction.need("transactionId");
  const about = {
    ...UNSAID,
    book: "transactions",
    state: status === HELD ? ("deferred" as const) : ("posted" as const),
    postedAt,
    orderExternalId: named(transaction, "ORDER_ID"),
    description: transaction.text("description"),
  };
  const entryOf = ({ type: leaf, amount, path, sku }: Leaf, kind: EntryKind): LedgerEntry => ({
    ...about,
    externalId: `transaction:${root}${path}`,
    kind,
    externalKind: leaf === "" ? type : `${type}/${leaf}`,
    amount,
    sellerCode: sku,
  });
  const items = transaction.list("items");
  const ofItems = items.flatMap((item, i) => {
    const sku =
      item
        .list("contexts")
        .map((each) => each.text("sku", "product/sku"))
        .find((code) => code !== null) ?? null;
    return leavesOf(item, `/${i}`, sku);
  });
  // Items may lack what belongs to the order alone.
  const leaves = [ofItems, leavesOf(transaction, "", null)].find((each) => isWhole(each, total));
  // Parts that do not make up the sum are not believed.
  if (leaves === undefined)
    return unified({ entries: [entryOf({ type: "", amount: total, path: "", sku: null }, WHOLE[type] ?? "other")] });
  return unified({
    entries: leaves
      .filter(({ amount }) => !isZero(amount))
      .map((leaf) => entryOf(leaf, movedKind(type, leaf.type) ?? WHOLE_FEES[type] ?? "other")),
  });
}

const isWhole = (leaves: readonly Leaf[], total: Money): boolean =>
  leaves.some(({ amount }) => !isZero(amount)) &&
  leaves.every(({ amount }) => amount.currency === total.currency) &&
  compare(
    sum(
      leaves.map(({ amount }) => amount),
      total.currency,
    ),
    total,
  ) === 0;

const WHOLE: Readonly<Record<string, EntryKind>> = {
  Shipment: "sale",
  Refund: "refund",
  ServiceFee: "service_fee",
  Adjustment: "adjustment",
};
const WHOLE_FEES: Readonly<Record<string, EntryKind>> = { ServiceFee: "service_fee", Adjustment: "adjustment" };

const PAYOUT_STATE: Readonly<Record<string, LedgerEntry["state"]>> = {
  STARTED: "estimated",
  IN_TRANSIT: "estimated",
  PAID: "paid",
};
/** No money left. */
const UNPAID = new Set(["FAILED", "CANCELLED", "NO_PAYOUT"]);

export function payoutToUnified(raw: RawDocument): Unified {
  const payout = read(raw.payload);
  const status = payout.need("currentStatus");
  const [amount, created] = [moneyIn(payout, "amount"), payout.time("creationDate")];
  const paid =
    payout
      .list("statusHistory")
      .find((row) => row.text("status") === status)
      ?.time("lastUpdatedDate") ?? null;
  if (UNPAID.has(status)) return unified({});
  const postedAt = paid ?? created;
  if (amount === null || postedAt === null) throw new TypeError("a payout has no amount or no date");
  const settlement = named(payout, "SETTLEMENT_ID");
  const entry: LedgerEntry = {
    ...UNSAID,
    externalId: `payout:${payout.need("id")}`,
    book: "payouts",
    state: PAYOUT_STATE[status] ?? "estimated",
    kind: "payout",
    externalKind: status,
    amount: neg(amount),
    postedAt,
    orderExternalId: null,
    sellerCode: null,
    description: settlement === null ? null : `settlement ${settlement}`,
  };
  return unified({ entries: [entry] });
}

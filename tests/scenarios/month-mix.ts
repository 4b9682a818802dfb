/** How a month's entries are told: what each names, by a seeded draw, and which of them a person with the same data could decide. */
import type { LedgerEntry } from "../../src/core/model/records.ts";
import { add, money, sub } from "../../src/core/money.ts";

export const MIX = {
  byPart: 0.03,
  byNothing: 0.01,
  split: 0.0025,
  merged: 0.0025,
  rounded: 0.005,
  elsewhere: 0.01,
  again: 0.02,
};
const DAYS = 60 * 86_400_000;

/** An entry as the platform tells it, and the order that its own books say it is money of; null where a person could not tell. */
export interface Told {
  entry: LedgerEntry;
  store: "own" | "other";
  truth: string | null;
  decidable: boolean;
}

export interface Known {
  shipments: Map<string, string[]>;
  refunds: Map<string, string[]>;
  orders: Map<string, { total: string | null; currency: string; placedAt: number; cancelled: boolean }>;
}

/** How often each part of the mix was drawn, over all platforms. */
export const drawn = new Map<string, number>();
export const count = (what: string) => drawn.set(what, (drawn.get(what) ?? 0) + 1);

const NO_IDS = { orderExternalId: null, orderLineExternalId: null, shipmentExternalId: null, refundExternalId: null };

/** Half of an amount in whole smallest units, and the rest. */
function halves(whole: LedgerEntry["amount"]) {
  const half = money((Math.trunc(Number(whole.amount) * 50) / 100).toFixed(2), whole.currency);
  return [half, sub(whole, half)];
}

/** Tells the fake's entries in the way of the mix. */
export function mixed(entries: readonly LedgerEntry[], known: Known, random: () => number): Told[] {
  const told: Told[] = [];
  let before: Told | null = null;
  let owed = 0;
  for (const entry of entries) {
    const truth =
      entry.orderExternalId !== null && known.orders.has(entry.orderExternalId) ? entry.orderExternalId : null;
    const plain: Told = { entry, store: "own", truth, decidable: truth !== null };
    if (truth === null) {
      told.push(plain);
      continue;
    }
    let draw = random();
    const is = (what: keyof typeof MIX) => {
      const hit = draw >= 0 && draw < MIX[what];
      draw -= MIX[what];
      return hit;
    };
    const parcel = known.shipments.get(truth)?.[0];
    const refund = known.refunds.get(truth)?.[0];
    if (is("byPart") && (parcel !== undefined || refund !== undefined)) {
      count("byPart");
      // Some platforms put the parcel's id where the order's should be.
      const place =
        random() < 0.5
          ? { orderExternalId: parcel ?? refund ?? null }
          : { shipmentExternalId: parcel ?? null, refundExternalId: parcel === undefined ? (refund ?? null) : null };
      told.push({ ...plain, entry: { ...entry, ...NO_IDS, ...place, description: null } });
    } else if (is("byNothing")) {
      count("byNothing");
      told.push({ ...plain, entry: { ...entry, ...NO_IDS, sellerCode: null, description: null } });
    } else if (is("split")) {
      count("split");
      for (const [n, amount] of halves(entry.amount).entries())
        told.push({ ...plain, entry: { ...entry, externalId: `${entry.externalId}/${n}`, amount } });
    } else if (is("merged")) {
      // Of the next two that can be one.
      owed += 1;
      told.push(plain);
      before = plain;
      continue;
    } else if (is("rounded")) {
      count("rounded");
      told.push({
        ...plain,
        entry: { ...entry, amount: money(Math.round(Number(entry.amount.amount)).toFixed(0), entry.amount.currency) },
      });
    } else if (is("elsewhere")) {
      count("elsewhere");
      told.push({ ...plain, store: "other" });
    } else if (owed > 0 && before && canBeOne(before, plain)) {
      count("merged");
      owed -= 1;
      // Two orders in one: a person sees both named, and cannot tell how much is whose.
      before.entry = {
        ...before.entry,
        ...NO_IDS,
        amount: add(before.entry.amount, entry.amount),
        description: `${before.truth} ${truth}`,
      };
      before.decidable = false;
    } else {
      told.push(plain);
      before = plain;
      continue;
    }
    before = null;
  }
  for (const one of told)
    if (one.truth !== null && one.decidable && isBare(one.entry)) one.decidable = hasOneOrder(one, told, known);
  return told;
}

const canBeOne = (one: Told, other: Told) =>
  one.truth !== other.truth &&
  one.entry.amount.currency === other.entry.amount.currency &&
  one.entry.settlementExternalId === other.entry.settlementExternalId;

export const isBare = (entry: LedgerEntry) =>
  entry.orderExternalId === null &&
  entry.orderLineExternalId === null &&
  entry.shipmentExternalId === null &&
  entry.refundExternalId === null;

/** What a person does with a sale that names nothing: one living order of that total before it, which no other sale pays. */
function hasOneOrder({ entry, truth }: Told, told: readonly Told[], known: Known): boolean {
  if (entry.kind !== "sale" || entry.amount.amount.startsWith("-")) return false;
  const posted = entry.postedAt.getTime();
  const sales = told.filter((one) => one.entry.kind === "sale" && one.entry.book === entry.book && one.entry !== entry);
  if (sales.some((one) => isBare(one.entry) && Number(one.entry.amount.amount) === Number(entry.amount.amount)))
    return false;
  const paid = new Set(sales.filter((one) => !isBare(one.entry)).map((one) => one.truth));
  const fits = [...known.orders].filter(
    ([id, order]) =>
      !paid.has(id) &&
      order.currency === entry.amount.currency &&
      order.total !== null &&
      Number(order.total) === Number(entry.amount.amount) &&
      order.placedAt <= posted &&
      order.placedAt > posted - DAYS,
  );
  return fits.length === 1 && fits[0]?.[0] === truth && fits[0][1].cancelled === false;
}

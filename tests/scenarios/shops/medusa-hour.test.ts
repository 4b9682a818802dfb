/** An hour in which a shop lives by itself and the engine follows: at its end both have the same books. */
import { expect, it } from "vitest";
import { fulfillmentStatus } from "../../../src/fakes/medusa/fulfillments.ts";
import { createMedusaFake, type MedusaFake, type MedusaFakeOptions } from "../../../src/fakes/medusa/index.ts";
import { collectionStatus, owedOf, paidOf, paymentStatus } from "../../../src/fakes/medusa/payments.ts";
import type { Complaint, Fulfillment, Order, Return } from "../../../src/fakes/medusa/types.ts";
import { type FakeShop, type FakeStack, givenFakeStack } from "../fake-stack.ts";
import { expectOwnOrders, firstId, liveAnHour, settle, sorted, unknownIn } from "../hour.ts";
import { addMoney } from "../taobao-sums.ts";

type Stack = FakeStack<MedusaFake, Partial<MedusaFakeOptions>>;
type Shop = FakeShop<MedusaFake>;

const HOUR = 3_600_000;
const PLANTED = "zz_planted";
const QUOTAS = { admin: { capacity: 5000, concurrency: 8 } };
const dollars = (cents: number): string => addMoney("0", (cents / 100).toFixed(2));

/** Every word of the platform's vocabularies. */
const WORDS = {
  order: "archived canceled completed draft pending requires_action",
  payment:
    "authorized awaiting canceled captured not_paid partially_authorized partially_captured partially_refunded refunded requires_action",
  collection: "authorized awaiting canceled completed failed not_paid partially_authorized partially_captured",
  fulfilment:
    "canceled delivered fulfilled not_fulfilled partially_delivered partially_fulfilled partially_shipped shipped",
  return: "canceled open partially_received received requested",
  complaint: "claim/refund claim/replace exchange/null",
  reason: "missing_item other production_failure wrong_item",
  parcel: "cancelled delivered in_transit pending",
  product: "draft proposed published rejected",
};
type Seen = Record<keyof typeof WORDS, Set<string>>;

/** What each payment status means. */
const PAYMENTS: Readonly<Record<string, string>> = {
  not_paid: "unpaid",
  awaiting: "unpaid",
  requires_action: "unpaid",
  canceled: "unpaid",
  authorized: "authorized",
  partially_authorized: "authorized",
  partially_captured: "authorized",
  captured: "paid",
  partially_refunded: "partially_refunded",
  refunded: "refunded",
};

/** The last of its times tells. */
function parcelState({ canceled, delivered, shipped }: Fulfillment): string {
  if (canceled !== null) return "cancelled";
  if (delivered !== null) return "delivered";
  return shipped !== null ? "in_transit" : "pending";
}

/** Notes every word that the shop's records have at this moment. */
function see(fake: MedusaFake, seen: Seen): void {
  for (const order of fake.orders.values()) {
    seen.order.add(order.status);
    seen.payment.add(paymentStatus(order));
    seen.collection.add(collectionStatus(order));
    seen.fulfilment.add(fulfillmentStatus(order));
    for (const parcel of order.fulfillments) seen.parcel.add(parcelState(parcel));
  }
  for (const { status } of fake.returns.values()) seen.return.add(status);
  for (const { kind, type, reason, isConfirmed } of fake.complaints.values())
    if (isConfirmed) {
      seen.complaint.add(`${kind}/${type}`);
      seen.reason.add(reason);
    }
  for (const { status } of fake.products.values()) seen.product.add(status);
}

it("follows an hour of life: orders, money, parcels, returns, claims, exchanges and goods are the shop's own", async () => {
  const stack: Stack = await givenFakeStack<MedusaFake, Partial<MedusaFakeOptions>>(
    { make: (common, own) => createMedusaFake({ orders: 0, ...common, ...own }), settings: { quotas: QUOTAS } },
    new Date("2026-03-02T02:00:00Z"),
  );
  const shop = await stack.addShop({ seed: 1 });
  const { fake } = shop;
  // Words that nobody knows, in one order and in one return.
  const planted: { order: string | null; dispute: string | null } = { order: null, dispute: null };
  shop.tamper((text) => withWords(text, [planted.order, planted.dispute]));
  const seen = Object.fromEntries(Object.keys(WORDS).map((name) => [name, new Set()])) as unknown as Seen;
  await liveAnHour(stack, shop, () => {
    planted.order ??= firstId(fake.events, "order_placed");
    planted.dispute ??= [...fake.returns.keys()][0] ?? null;
    see(fake, seen);
  });
  expect(Object.fromEntries(Object.entries(seen).map(([name, words]) => [name, [...words].sort().join(" ")]))).toEqual(
    WORDS,
  );
  await settle(stack, shop);
  // Open disputes, and goods whose stock was moved, are read again every hour.
  stack.clock.advance(2 * HOUR);
  await settle(stack, shop);

  await expectOwnOrders(stack, shop, { statusOf: (id, status) => (id === planted.order ? PLANTED : status) });
  await expectStates(stack, shop, planted.order);
  await expectParcels(stack, shop);
  await expectRefunds(stack, shop);
  await expectDisputes(stack, shop, planted.dispute);
  await expectGoods(stack, shop);
  expect(await unknownIn(stack, "orders")).toEqual([planted.order]);
  expect(await unknownIn(stack, "shipments")).toEqual([]);
  expect(await unknownIn(stack, "disputes")).toEqual([planted.dispute]);
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
});

/** The answer with another state of these records. */
function withWords(text: string, ids: readonly (string | null)[]): string {
  if (!ids.some((id) => id !== null && text.includes(id))) return text;
  const plant = (_: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && "id" in value && "status" in value && ids.includes(String(value.id))
      ? { ...value, status: PLANTED }
      : value;
  return JSON.stringify(JSON.parse(text, plant));
}

/** Where an order stands, by its own status, its parcels and its money. */
function stateOf(order: Order): string {
  const ends: Partial<Record<Order["status"], string>> = {
    canceled: "cancelled",
    completed: "completed",
    requires_action: "on_hold",
  };
  const end = ends[order.status];
  if (end !== undefined) return end;
  const word = fulfillmentStatus(order);
  const isAllSent = order.lines.every((line) => line.shipped >= line.quantity);
  if (word === "delivered" || word === "shipped") return word;
  if (word === "partially_delivered") return isAllSent ? "shipped" : "partially_shipped";
  if (word === "partially_shipped") return word;
  return PAYMENTS[paymentStatus(order)] === "unpaid" ? "awaiting_payment" : "awaiting_shipment";
}

async function expectStates(stack: Stack, { fake }: Shop, planted: string | null): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "status" | "payment_status", string>>(
    "select external_id, status, payment_status from orders",
  );
  const orders = [...fake.orders.values()].filter(({ status }) => status !== "draft");
  expect(sorted(rows.map((row) => [row.external_id, row.status, row.payment_status]))).toEqual(
    sorted(
      orders.map((order) => [
        order.id,
        order.id === planted ? "unknown" : stateOf(order),
        PAYMENTS[paymentStatus(order)],
      ]),
    ),
  );
}

async function expectParcels(stack: Stack, { fake }: Shop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "status" | "tracking_number", string>>(
    "select external_id, status, tracking_number from shipments where gone_at is null",
  );
  const parcels = [...fake.orders.values()].flatMap(({ fulfillments }) => fulfillments);
  expect(sorted(rows.map((row) => [row.external_id, row.status, row.tracking_number]))).toEqual(
    sorted(parcels.map((parcel) => [parcel.id, parcelState(parcel), parcel.labels[0]?.number ?? null])),
  );
}

async function expectRefunds(stack: Stack, { fake }: Shop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "order_external_id" | "amount", string>>(
    "select external_id, order_external_id, amount from refunds",
  );
  const given = [...fake.orders.values()].flatMap(({ id: order, payments }) =>
    payments.flatMap(({ refunds }) => refunds.map(({ id, amount }) => [id, order, dollars(amount)])),
  );
  expect(sorted(rows.map((row) => [row.external_id, row.order_external_id, addMoney("0", row.amount)]))).toEqual(
    sorted(given),
  );
}

/** A return that was received is over once nothing is owed for it. */
function returnState({ status, order }: Return): string {
  if (status === "received") return owedOf(order) > 0 ? "open_awaiting_seller" : "resolved_refunded";
  return {
    open: "open_awaiting_seller",
    requested: "open_awaiting_buyer",
    partially_received: "return_in_transit",
    canceled: "withdrawn",
  }[status];
}

/** What has no state of its own: money that was given back, or goods that came back, tell it. */
function complaintState({ kind, type, canceled, back, order, refundAmount }: Complaint): string {
  if (canceled !== null) return "withdrawn";
  if (type === "replace") return "resolved_replaced";
  const isBack = back?.status === "received";
  if (kind === "exchange") return isBack ? "resolved_replaced" : "open_awaiting_buyer";
  const isPaid = paidOf(order).refunded >= (refundAmount ?? 0);
  return (isBack || isPaid) && owedOf(order) <= 0 ? "resolved_refunded" : "open_awaiting_seller";
}

/** Returns inside of claims and exchanges are told by these, and half-made ones not at all. */
async function expectDisputes(stack: Stack, { fake }: Shop, planted: string | null): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "external_status" | "status", string>>(
    "select external_id, external_status, status from disputes where gone_at is null",
  );
  const returns = [...fake.returns.values()].filter(({ parent }) => parent === null);
  const complaints = [...fake.complaints.values()].filter(({ isConfirmed }) => isConfirmed);
  expect(sorted(rows.map((row) => [row.external_id, row.external_status, row.status]))).toEqual(
    sorted([
      ...returns.map((one) =>
        one.id === planted ? [one.id, PLANTED, "unknown"] : [one.id, one.status, returnState(one)],
      ),
      ...complaints.map((one) => {
        const { id, back, canceled } = one;
        return [id, back?.status ?? (canceled === null ? "confirmed" : "canceled"), complaintState(one)];
      }),
    ]),
  );
}

async function expectGoods(stack: Stack, { fake }: Shop): Promise<void> {
  const listings = await stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from listings where gone_at is null",
  );
  expect(sorted(listings.map((row) => [row.external_id, row.external_status]))).toEqual(
    sorted([...fake.products.values()].map(({ id, status }) => [id, status])),
  );
  const variants = await stack.rows<{ external_id: string; price: string; quantity: number | null }>(
    "select external_id, price, quantity from listing_variants where gone_at is null",
  );
  expect(sorted(variants.map((row) => [row.external_id, addMoney("0", row.price), row.quantity]))).toEqual(
    sorted(
      [...fake.books().variants.values()].map(({ variantId, price, quantity }) => [
        variantId,
        addMoney("0", price),
        quantity,
      ]),
    ),
  );
}

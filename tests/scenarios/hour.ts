/** An hour in which a shop lives by itself and the engine follows, and what must be the same at its end. */
import { expect } from "vitest";
import type { Fake, FakeEvent } from "../../src/fakes/fake.ts";
import type { FakeShop, FakeStack } from "./fake-stack.ts";
import { addMoney } from "./taobao-sums.ts";

export const MINUTE = 60_000;

type Stack = Pick<FakeStack<Fake, object>, "clock" | "work" | "rows" | "count">;
type Shop = Pick<FakeShop<Fake>, "fake">;

/** The shop lives for an hour; every ten minutes the engine reads. `eachMinute` sees what has happened. */
export async function liveAnHour(
  stack: Stack,
  { fake }: Shop,
  eachMinute: (minute: number) => void | Promise<void> = () => {},
): Promise<void> {
  for (let minute = 0; minute < 60; minute += 1) {
    fake.tick(MINUTE);
    await eachMinute(minute);
    stack.clock.advance(MINUTE);
    if (minute % 10 === 9) await stack.work();
  }
}

/** Reads until the shop has nothing new to tell; `wait` is how far its lists lag behind. */
export async function settle(stack: Stack, { fake }: Shop, wait = 5 * MINUTE): Promise<void> {
  for (let before = -1; before !== fake.events.length; ) {
    before = fake.events.length;
    stack.clock.advance(wait);
    fake.books();
    await stack.work();
  }
}

/** Sorted by their first cells, which are ids. */
export const sorted = (rows: readonly (readonly unknown[])[]) =>
  [...rows].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

/** The first id of an event of this kind. */
export function firstId(events: readonly FakeEvent[], kind: "order_placed" | "dispute_opened"): string | null {
  const event = events.find((one) => one.kind === kind);
  if (!event) return null;
  return "disputeId" in event ? event.disputeId : "orderId" in event ? event.orderId : null;
}

/** States that occurred. */
export const statesOf = (events: readonly FakeEvent[], ...kinds: string[]): Set<string> =>
  new Set(
    events.flatMap((event) => (kinds.includes(event.kind) && "status" in event && event.status ? [event.status] : [])),
  );

/** Orders that a seller sees, their state, money and lines are those of the shop's books. */
export async function expectOwnOrders(
  stack: Stack,
  { fake }: Shop,
  told: {
    statusOf?: (orderId: string, status: string) => string;
    totalOf?: (orderId: string, total: string) => string;
    refundedOf?: (orderId: string, refunded: string) => string;
    /** Orders that the books do not hold, and that are compared elsewhere. */
    isOther?: (orderId: string) => boolean;
  } = {},
): Promise<void> {
  const { statusOf = (_, status) => status, totalOf = (_, total) => total, refundedOf = (_, money) => money } = told;
  const { isOther = () => false } = told;
  const all = await stack.rows<Record<"external_id" | "external_status" | "total" | "refunded", string>>(
    "select external_id, external_status, total, refunded from orders where gone_at is null",
  );
  const ours = all.filter((row) => !isOther(row.external_id));
  // What a seller does not see may be read, and need not be.
  const read = new Set(ours.map((row) => row.external_id));
  const facts = [...fake.books().orders.values()].filter((fact) => !fact.isHidden || read.has(fact.orderId));
  const ids = new Set(facts.map((fact) => fact.orderId));
  expect(sorted(ours.map((row) => [row.external_id]))).toEqual(sorted([...ids].map((id) => [id])));
  expect(
    sorted(
      ours.map((row) => [
        row.external_id,
        row.external_status,
        addMoney("0", row.total),
        addMoney("0", row.refunded ?? "0"),
      ]),
    ),
  ).toEqual(
    sorted(
      facts.map(({ orderId, status, total, refunded }) => [
        orderId,
        statusOf(orderId, status),
        addMoney("0", totalOf(orderId, total)),
        addMoney("0", refundedOf(orderId, refunded)),
      ]),
    ),
  );
  const lines = await stack.rows<Record<"line" | "quantity" | "variant" | "order_id", string>>(
    `select l.external_id as line, l.quantity, l.variant_external_id as variant, o.external_id as order_id
     from order_lines l join orders o on o.id = l.order_id where o.gone_at is null`,
  );
  // Of an order that the seller does not see yet, the lines may not have their ids.
  const hidden = new Set(facts.filter((fact) => fact.isHidden).map((fact) => fact.orderId));
  const nameOf = (order: string, line: string, variant: string) => `${order} ${hidden.has(order) ? variant : line}`;
  expect(
    sorted(
      lines
        .filter((row) => !isOther(row.order_id))
        .map((row) => [nameOf(row.order_id, row.line, row.variant), Number(row.quantity), row.variant]),
    ),
  ).toEqual(
    sorted(
      facts.flatMap(({ orderId, lines: own }) =>
        own.map(({ lineId, variantId, quantity }) => [nameOf(orderId, lineId, variantId), quantity, variantId]),
      ),
    ),
  );
}

/** Ids of records that are unknown, and that nothing was set aside. */
export async function unknownIn(stack: Stack, table: "orders" | "disputes" | "shipments"): Promise<string[]> {
  const rows = await stack.rows<{ external_id: string }>(
    `select external_id from ${table} where status = 'unknown' and gone_at is null order by external_id`,
  );
  return rows.map((row) => row.external_id);
}

/** Sums of a book by kind, with how many entries there are. */
export async function sumsOf(stack: Stack, book: string): Promise<Record<string, { amount: string; count: number }>> {
  const rows = await stack.rows<Record<"kind" | "amount" | "n", string>>(
    "select kind, sum(amount) as amount, count(*) as n from ledger_entries where book = $1 group by kind",
    [book],
  );
  return Object.fromEntries(
    rows.map(({ kind, amount, n }) => [kind, { amount: addMoney("0", amount), count: Number(n) }]),
  );
}

/** What `reconcile` lists beside the entries that wait: the worklist, orders with their money, ageing, commission due back. */
import { type Command, Option } from "commander";
import { type Backend, withBackend } from "../backend.ts";
import type { Cli } from "../cli.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";

interface Money {
  amount: string;
  currency: string;
}

interface Problem {
  kind: string;
  id: string;
  external_id: string;
  amount: Money;
  since: string;
  next_step: string;
}

interface OrderMoney {
  external_id: string;
  state: string;
  total: Money;
  expected: Money | null;
  received: Money;
  difference: Money | null;
  age_days: number;
  basis: { orders: number; share: string } | null;
}

interface Ageing {
  store: string;
  buckets: { days_from: number; days_until: number | null; orders: number; total: Money; expected: Money | null }[];
}

interface CommissionDue {
  external_id: string;
  refund: Money;
  commission_charged: Money;
  commission_returned: Money;
  due: Money;
}

const STATES = ["unsettled", "as_expected", "short", "over", "no_basis", "nothing_due"];
const KINDS = ["unbalanced", "duplicate", "short_paid", "unsettled", "unexplained"];
const STORE: [string, string] = ["[store]", "id or name; all where absent"];

const words = (money: Money | null) => money && `${money.amount} ${money.currency}`;

export function addFinanceLists(reconcile: Command, cli: Cli): void {
  reconcile
    .command("worklist")
    .description("what finance has to work off, each with the next step; --json tells the evidence")
    .argument(...STORE)
    .addOption(new Option("--kind <kind>", "one kind alone").choices(KINDS))
    .action((reference: string | undefined, options: { kind?: string }) =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<Problem>(await path(backend, "worklist", reference, options));
        cli.output.result(rows, () => (rows.length === 0 ? "Nothing is to be done." : showProblems(rows)));
      }),
    );
  reconcile
    .command("orders")
    .description("what orders should have brought, by what is usual in the store, and what they did")
    .argument(...STORE)
    .addOption(new Option("--state <state>", "orders of one state alone").choices(STATES))
    .action((reference: string | undefined, options: { state?: string }) =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<OrderMoney>(await path(backend, "orders", reference, options));
        cli.output.result(rows, () => (rows.length === 0 ? "There is no such order." : showOrders(rows)));
      }),
    );
  reconcile
    .command("ageing")
    .description("orders that wait for their money, by how long they do")
    .argument(...STORE)
    .action((reference: string | undefined) =>
      withBackend(cli, async (backend) => {
        const { data } = await backend.get<{ data: Ageing[] }>(await path(backend, "ageing", reference, {}));
        cli.output.result(data, () => (data.length === 0 ? "No order waits for its money." : showAgeing(data)));
      }),
    );
  reconcile
    .command("commission")
    .description("commission that is due back after refunds: an estimate, in proportion to them")
    .argument(...STORE)
    .action((reference: string | undefined) =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<CommissionDue>(await path(backend, "commission", reference, {}));
        cli.output.result(rows, () => (rows.length === 0 ? "No commission is due back." : showCommission(rows)));
      }),
    );
}

async function path(
  backend: Backend,
  list: string,
  reference: string | undefined,
  options: Record<string, string | undefined>,
): Promise<string> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) if (value !== undefined) query.set(name, value);
  if (reference !== undefined) query.set("store", (await findStore(backend, reference)).id);
  return `/v1/reconciliation/${list}${query.size === 0 ? "" : `?${query}`}`;
}

const showProblems = (rows: readonly Problem[]) =>
  table(
    ["kind", "what", "amount", "since", "next step"],
    rows.map((row) => [
      row.kind.replace("_", " "),
      row.external_id,
      words(row.amount),
      row.since.slice(0, 10),
      row.next_step,
    ]),
  );

const showOrders = (rows: readonly OrderMoney[]) =>
  table(
    ["order", "state", "total", "expected (estimate)", "received", "difference", "days", "basis"],
    rows.map((row) => [
      row.external_id,
      row.state.replace("_", " "),
      words(row.total),
      words(row.expected),
      words(row.received),
      words(row.difference),
      String(row.age_days),
      row.basis && `${row.basis.share} of the total, by ${row.basis.orders} settled orders`,
    ]),
  );

const showAgeing = (rows: readonly Ageing[]) =>
  table(
    ["store", "days", "orders", "total", "expected (estimate)"],
    rows.flatMap(({ store, buckets }) =>
      buckets.map((bucket) => [
        store,
        bucket.days_until === null ? `${bucket.days_from} and more` : `${bucket.days_from} to ${bucket.days_until}`,
        String(bucket.orders),
        words(bucket.total),
        words(bucket.expected),
      ]),
    ),
  );

const showCommission = (rows: readonly CommissionDue[]) =>
  table(
    ["order", "given back", "commission", "came back", "due (estimate)"],
    rows.map((row) => [
      row.external_id,
      words(row.refund),
      words(row.commission_charged),
      words(row.commission_returned),
      words(row.due),
    ]),
  );

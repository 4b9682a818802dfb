/** `reconcile`: entries find their orders, statements are added up; what waits, and a person's word for it. */
import { type Backend, withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { UsageError } from "../cli.ts";
import { addFinanceLists } from "../finance/lists.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";

interface Money {
  amount: string;
  currency: string;
}

interface Books {
  store_id: string;
  store: string;
  books_open_from: string | null;
  waiting: { amount: Money; entries: number; oldest: string }[];
  settlements: { state: string; count: number }[];
}

interface WaitingEntry {
  id: string;
  kind: string;
  external_kind: string;
  amount: Money;
  posted_at: string;
  order_external_id: string | null;
  candidates: { order_id: string; external_id: string; total: Money; why: string }[];
}

export const define: Define = (program, cli) => {
  const reconcile = program
    .command("reconcile")
    .description("match entries of statements with orders and add statements up; what waits, and your word for it")
    .action(() =>
      withBackend(cli, async (backend) => {
        const run = await backend.call<{ matched: Record<string, number>; left: number; checked: number }>(
          "POST",
          "/v1/reconciliation",
        );
        const { data } = await backend.get<{ data: Books[] }>("/v1/reconciliation");
        cli.output.result({ ...run, stores: data }, () => `${sentence(run)}\n${showBooks(data)}`);
      }),
    );
  reconcile
    .command("entries")
    .description("entries that wait for an order, with the order that is nearest")
    .argument("[store]", "id or name; all where absent")
    .action((reference: string | undefined) =>
      withBackend(cli, async (backend) => {
        const query = reference === undefined ? "" : `?store=${(await findStore(backend, reference)).id}`;
        const entries = await backend.list<WaitingEntry>(`/v1/reconciliation/entries${query}`);
        cli.output.result(entries, () => (entries.length === 0 ? "No entry waits." : showEntries(entries)));
      }),
    );
  addFinanceLists(reconcile, cli);
  reconcile
    .command("match")
    .description("say which orders an entry is money of; with none, that it is explained")
    .argument("<entry>", "the entry's id, as `reconcile entries` shows it")
    .argument("[order...]", "an order's id; of several each with its part: <id>=<amount>")
    .requiredOption("--reason <words>", "why, for the audit log")
    .action((entry: string, orders: string[], { reason }: { reason: string }) =>
      withBackend(cli, async (backend) => {
        const body = { entry_id: entry, orders: orders.map(toPart), reason };
        const answer = await backend.call<{ ids: string[] }>("POST", "/v1/reconciliation/matches", body);
        cli.output.result(answer, () => (orders.length === 0 ? "It is explained." : "It is matched."));
      }),
    );
  reconcile
    .command("unmatch")
    .description("take back what an entry is matched with; it then waits for people")
    .argument("<entry>", "the entry's id")
    .requiredOption("--reason <words>", "why, for the audit log")
    .action((entry: string, { reason }: { reason: string }) =>
      withBackend(cli, async (backend) => {
        const path = `/v1/reconciliation/entries/${encodeURIComponent(entry)}/unmatch`;
        const answer = await backend.call<{ undone: boolean }>("POST", path, { reason });
        cli.output.result(answer, () => (answer.undone ? "It waits again." : "It was matched with nothing."));
      }),
    );
  reconcile
    .command("close")
    .description("close a store's months up to one, its books stay open from the next; `--open` opens them all again")
    .argument("<store>", "id or name")
    .argument("[month]", "the last month that is closed, such as 2026-02")
    .option("--open", "open all months")
    .requiredOption("--reason <words>", "why, for the audit log")
    .action((reference: string, month: string | undefined, options: { open?: boolean; reason: string }) =>
      withBackend(cli, (backend) => close(cli, backend, reference, month, options)),
    );
};

async function close(
  cli: Cli,
  backend: Backend,
  reference: string,
  month: string | undefined,
  options: { open?: boolean; reason: string },
): Promise<void> {
  if ((month === undefined) !== (options.open === true)) throw new UsageError("Name a month, or say --open.");
  const openFrom = month === undefined ? null : monthAfter(month);
  const store = await findStore(backend, reference);
  const body = { open_from: openFrom, reason: options.reason };
  const answer = await backend.call<{ books_open_from: string | null }>("PUT", `/v1/stores/${store.id}/books`, body);
  cli.output.result(answer, () =>
    openFrom === null
      ? `All months of "${store.name}" are open.`
      : `"${store.name}": months before ${openFrom} are closed.`,
  );
}

function monthAfter(month: string): string {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined) throw new UsageError(`"${month}" is no month such as 2026-02.`);
  return new Date(Date.UTC(Number(year), Number(number), 1)).toISOString().slice(0, 10);
}

function toPart(text: string): { order_id: string; amount?: string } {
  const [id = "", amount] = text.split("=");
  return { order_id: id, ...(amount === undefined ? {} : { amount }) };
}

function sentence({ matched, left, checked }: { matched: Record<string, number>; left: number; checked: number }) {
  const total = Object.values(matched).reduce((sum, count) => sum + count, 0);
  const passes = Object.entries(matched).map(([pass, count]) => `${pass.replace("_", " ")} ${count}`);
  const by = passes.length > 0 ? ` (${passes.join(", ")})` : "";
  return `Entries matched ${total}${by}, tried and left ${left}; statements added up ${checked}.`;
}

function showBooks(books: readonly Books[]): string {
  const rows = books.map((one) => [
    one.store,
    one.waiting.map(({ entries, amount }) => `${entries} (${amount.amount} ${amount.currency})`).join(", ") || null,
    one.settlements.map(({ state, count }) => `${count} ${state.replace("_", " ")}`).join(", ") || null,
    one.books_open_from,
  ]);
  return table(["store", "entries that wait", "statements", "open from"], rows);
}

function showEntries(entries: readonly WaitingEntry[]): string {
  const rows = entries.map((entry) => {
    const [nearest] = entry.candidates;
    return [
      entry.id,
      entry.posted_at.slice(0, 10),
      entry.kind,
      `${entry.amount.amount} ${entry.amount.currency}`,
      entry.order_external_id,
      nearest ? `${nearest.external_id} (${nearest.order_id}, ${nearest.total.amount})` : null,
    ];
  });
  return table(["entry", "posted", "kind", "amount", "names", "nearest order"], rows);
}

/** `profit`: what was earned by order, SKU, store or month. */
import { Option } from "commander";
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { table } from "../output.ts";
import { findStore } from "../store-reference.ts";

interface Money {
  amount: string;
  currency: string;
}

interface Profit {
  label: string;
  currency: string;
  sale: Money;
  received: Money;
  cost_of_goods: Money;
  units_without_cost: number;
  profit: Money | null;
}

export const define: Define = (program, cli) => {
  program
    .command("profit")
    .description(
      "what was earned, from the platforms' statements and the standard cost of the goods; one row for each currency",
    )
    .argument("[store]", "id or name; all where absent")
    .addOption(new Option("--by <what>", "a row for each").choices(["order", "sku", "store", "month"]).default("store"))
    .option("--from <month>", "the first month, such as 2026-01")
    .option("--until <month>", "the last month")
    .action((reference: string | undefined, options: { by: string; from?: string; until?: string }) =>
      withBackend(cli, async (backend) => {
        const query = new URLSearchParams({ ...options });
        if (reference !== undefined) query.set("store", (await findStore(backend, reference)).id);
        const rows = await backend.list<Profit>(`/v1/profit?${query}`);
        cli.output.result(rows, () =>
          rows.length === 0 ? "No statement tells of money yet." : `${show(options.by, rows)}\n${VAT}`,
        );
      }),
    );
};

const VAT = "Tax inside your prices that you owe yourself (VAT) is not taken off: no statement tells it.";

const show = (by: string, rows: readonly Profit[]) =>
  table(
    [by, "currency", "sale", "received", "cost of goods", "profit"],
    rows.map((row) => [
      row.label,
      row.currency,
      row.sale.amount,
      row.received.amount,
      row.cost_of_goods.amount,
      row.profit?.amount ?? `cost of ${row.units_without_cost} units unknown`,
    ]),
  );

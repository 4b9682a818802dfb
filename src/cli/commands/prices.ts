/** `prices`: base prices and rules of prices. */
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { table } from "../output.ts";
import { sendRows } from "../rows.ts";

interface Amount {
  amount: string;
  currency: string;
}

interface HeldRow {
  sku: string | null;
  code: string;
  detail: string;
  price: Amount | null;
}

export const define: Define = (program, cli) => {
  const prices = program
    .command("prices")
    .description("list base prices, or set those of a file; `prices rules` and `prices held`")
    .argument("[file]", "CSV or JSON; - reads standard input")
    .action((file: string | undefined) =>
      withBackend(cli, async (backend) => {
        if (file !== undefined) return sendRows(cli, backend, { method: "PUT", path: "/v1/prices" }, file);
        const rows = await backend.list<{ sku: string; price: Amount; floor: Amount | null; ceiling: Amount | null }>(
          "/v1/prices",
        );
        const shown = rows.map(({ sku, price, floor, ceiling }) => [
          sku,
          price.currency,
          price.amount,
          floor?.amount ?? null,
          ceiling?.amount ?? null,
        ]);
        cli.output.result(rows, () =>
          rows.length === 0
            ? "There is no base price yet."
            : table(["sku", "currency", "price", "floor", "ceiling"], shown),
        );
      }),
    );
  prices
    .command("rules")
    .description("list the rules of prices, or set those of a file")
    .argument("[file]", "CSV or JSON; - reads standard input")
    .action((file: string | undefined) =>
      withBackend(cli, async (backend) => {
        if (file !== undefined) return sendRows(cli, backend, { method: "PUT", path: "/v1/prices/rules" }, file);
        const rows = await backend.list<{
          id: string;
          kind: string;
          sku: string | null;
          params: Record<string, unknown>;
        }>("/v1/prices/rules");
        const shown = rows.map(({ id, kind, sku, params }) => [id, kind, JSON.stringify(params), sku]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "No rule of prices is set." : table(["id", "kind", "says", "sku"], shown),
        );
      }),
    );
  prices
    .command("held")
    .description("computed prices that are held back, and why")
    .action(() =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<HeldRow>("/v1/prices/held");
        const shown = rows.map(({ sku, code, detail }) => [sku, code, detail]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "No price is held back." : table(["sku", "code", "why"], shown),
        );
      }),
    );
};

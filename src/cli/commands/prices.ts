/** `prices`: base prices, costs, rates and rules, why a price is what it is, and a person's word for those that wait. */
import type { Command } from "commander";
import { withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { table } from "../output.ts";
import { type ExplainedPrice, tellPrice } from "../price-text.ts";
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
    .description("list base prices, or set those of a file; rules, costs, rates, held, explain, approve, history")
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
  definePricesOfDays(prices, cli);
  defineWord(prices, cli);
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

function definePricesOfDays(prices: Command, cli: Cli): void {
  prices
    .command("costs")
    .description("list standard costs, or set those of a file")
    .argument("[file]", "CSV or JSON; - reads standard input")
    .action((file: string | undefined) =>
      withBackend(cli, async (backend) => {
        if (file !== undefined) return sendRows(cli, backend, { method: "PUT", path: "/v1/prices/costs" }, file);
        const rows = await backend.list<{ sku: string; cost: Amount; valid_from: string }>("/v1/prices/costs");
        const shown = rows.map(({ sku, cost, valid_from }) => [sku, cost.currency, cost.amount, valid_from]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "There is no standard cost yet." : table(["sku", "currency", "cost", "from"], shown),
        );
      }),
    );
  prices
    .command("rates")
    .description("list exchange rates, or set those of a file")
    .argument("[file]", "CSV or JSON; - reads standard input")
    .action((file: string | undefined) =>
      withBackend(cli, async (backend) => {
        if (file !== undefined) return sendRows(cli, backend, { method: "PUT", path: "/v1/prices/rates" }, file);
        const rows = await backend.list<Record<"base" | "quote" | "valid_on" | "rate", string>>("/v1/prices/rates");
        const shown = rows.map(({ base, quote, valid_on, rate }) => [base, quote, valid_on, rate]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "There is no exchange rate yet." : table(["from", "to", "day", "rate"], shown),
        );
      }),
    );
}

function defineWord(prices: Command, cli: Cli): void {
  prices
    .command("explain")
    .description("why a variant costs what it costs")
    .argument("<variant>", "the id of a variant")
    .action((variant: string) =>
      withBackend(cli, async (backend) => {
        const told = await backend.get<ExplainedPrice>(`/v1/prices/${encodeURIComponent(variant)}/explain`);
        cli.output.result(told, () => tellPrice(told));
      }),
    );
  prices
    .command("approve")
    .description("approve exactly this price of an offer: one that waits, or ours against what somebody else set")
    .argument("<offer>", "the id of the offer, as `prices held --json` and `prices explain` show it")
    .argument("<amount>", "as it is shown")
    .argument("<currency>", "as it is shown")
    .action((offer: string, amount: string, currency: string) =>
      withBackend(cli, async (backend) => {
        const path = `/v1/prices/${encodeURIComponent(offer)}/approve`;
        const done = await backend.call("POST", path, { amount, currency: currency.toUpperCase() });
        cli.output.result(done, () => `${amount} ${currency.toUpperCase()} is approved, and goes out.`);
      }),
    );
  prices
    .command("history")
    .description("who changed which price, why, from what to what, and what the platform answered; the last fifty")
    .option("--sku <code>", "of this SKU")
    .action((options: { sku?: string }) =>
      withBackend(cli, async (backend) => {
        const of = options.sku === undefined ? "" : `&sku=${encodeURIComponent(options.sku)}`;
        const { data } = await backend.get<{ data: PriceChange[] }>(`/v1/prices/history?limit=50${of}`);
        const shown = data.map(({ at, sku, before, after, source, actor, answer }) => [
          at,
          sku,
          before === null ? null : `${before.amount} ${before.currency}`,
          after === null ? null : `${after.amount} ${after.currency}`,
          source,
          actor,
          answer,
        ]);
        cli.output.result(data, () =>
          data.length === 0
            ? "No price was changed yet."
            : table(["at", "sku", "from", "to", "why", "by", "the platform's answer"], shown),
        );
      }),
    );
}

interface PriceChange {
  at: string;
  sku: string | null;
  before: Amount | null;
  after: Amount | null;
  source: string | null;
  actor: string | null;
  answer: string | null;
}

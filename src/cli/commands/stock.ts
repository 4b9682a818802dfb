/** `stock`: counts, movements, rules of what stores show, why they show it, what is missing, what waits. */
import { type Command, Option } from "commander";
import { instant } from "../arguments.ts";
import { withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { table } from "../output.ts";
import { sendRows } from "../rows.ts";
import { explain } from "./explain.ts";

interface CountOptions {
  absent?: string;
  basis?: string;
  location?: string;
  countedAt?: Date;
  confirm?: boolean;
}

export const define: Define = (program, cli) => {
  const stock = program
    .command("stock")
    .description("stock: count, move, rules, explain, oversold, approvals, confirm, withdraw");
  stock
    .command("count")
    .description("take counts from a file (sku, quantity, basis …)")
    .argument("<file>", "CSV or JSON; - reads standard input")
    .addOption(new Option("--absent <what>", "SKUs that the file does not name").choices(["zero", "unchanged"]))
    .addOption(new Option("--basis <basis>", "of lines without their own").choices(["physical", "available"]))
    .option("--location <code>", "of lines without their own (default: main)")
    .option("--counted-at <time>", "when the goods were counted (default: now)", instant)
    .option("--confirm", "also where much would end its sale")
    .action((file: string, options: CountOptions) =>
      withBackend(cli, (backend) => {
        const { absent, basis, location, countedAt, confirm } = options;
        const query = { absent, basis, location, counted_at: countedAt?.toISOString(), confirm: yes(confirm) };
        return sendRows(cli, backend, { method: "PUT", path: "/v1/stock", query }, file);
      }),
    );
  stock
    .command("move")
    .description("book movements from a file (sku, kind, quantity, reference …)")
    .argument("<file>", "CSV or JSON; - reads standard input")
    .action((file: string) =>
      withBackend(cli, (backend) => sendRows(cli, backend, { method: "POST", path: "/v1/stock/movements" }, file)),
    );
  stock
    .command("rules")
    .description("list the rules of what stores show, or set those of a file")
    .argument("[file]", "CSV or JSON; - reads standard input")
    .option("--confirm", "also where much would end its sale")
    .action((file: string | undefined, options: { confirm?: boolean }) =>
      withBackend(cli, async (backend) => {
        const request = {
          method: "PUT" as const,
          path: "/v1/allocation-rules",
          query: { confirm: yes(options.confirm) },
        };
        if (file !== undefined) return sendRows(cli, backend, request, file);
        const rules = await backend.list<RuleView>("/v1/allocation-rules");
        cli.output.result(rules, () =>
          rules.length === 0
            ? "No rule is set: every offer shows what is available."
            : table(["id", "kind", "figure", "store", "sku", "from", "until"], rules.map(ruleRow)),
        );
      }),
    );
  stock
    .command("explain")
    .description("why stores show what they show")
    .argument("<sku>", "a SKU, or the id of a variant")
    .action((what: string) => explain(cli, what));
  stock
    .command("oversold")
    .description("units that were sold and are not there, with a proposed act each")
    .action(() =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<OversoldRow>("/v1/oversold");
        const shown = rows.map((row) => [
          row.order_external_number ?? row.order_external_id,
          row.sku,
          row.short,
          row.ship_by,
          row.proposed.reason,
        ]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "Nothing is oversold." : table(["order", "sku", "short", "ship by", "proposed"], shown),
        );
      }),
    );
  defineApprovals(stock, cli);
};

function defineApprovals(stock: Command, cli: Cli): void {
  stock
    .command("approvals")
    .description("writes that wait, because they would end the sale of much")
    .action(() =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<ApprovalRow>("/v1/approvals?status=waiting");
        const shown = rows.map((row) => [row.id, row.kind, row.actor, row.rows, `${row.ended} of ${row.on_sale}`]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "Nothing waits." : table(["id", "what", "by", "rows", "would end"], shown),
        );
      }),
    );
  for (const act of ["confirm", "withdraw"] as const)
    stock
      .command(act)
      .description(`${act} a write that waits`)
      .argument("<id>", "as `stock approvals` shows it")
      .action((id: string) =>
        withBackend(cli, async (backend) => {
          const path = `/v1/approvals/${encodeURIComponent(id)}/${act}`;
          const done = await backend.post<{ status: string; done: number; rejected: number }>(path);
          cli.output.result(done, () => `It is ${done.status}: ${done.done} done, ${done.rejected} rejected.`);
          if (done.rejected > 0) cli.exitCode = done.done > 0 ? 3 : 1;
        }),
      );
}

interface RuleView {
  id: string;
  kind: string;
  quantity: number | null;
  percent: number | null;
  locations: string[] | null;
  store_id: string | null;
  sku: string | null;
  valid_from: string | null;
  valid_until: string | null;
}

const ruleRow = (rule: RuleView) => [
  rule.id,
  rule.kind,
  rule.percent === null ? (rule.quantity ?? rule.locations?.join(" ") ?? null) : `${rule.percent} %`,
  rule.store_id,
  rule.sku,
  rule.valid_from,
  rule.valid_until,
];

interface OversoldRow {
  order_external_id: string;
  order_external_number: string | null;
  sku: string;
  short: number;
  ship_by: string | null;
  proposed: { reason: string };
}

interface ApprovalRow {
  id: string;
  kind: string;
  actor: string;
  rows: number;
  ended: number;
  on_sale: number;
}

const yes = (flag: boolean | undefined) => (flag ? "true" : undefined);

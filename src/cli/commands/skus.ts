/** `skus`: the merchant's own catalogue. */
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { table } from "../output.ts";
import { sendRows } from "../rows.ts";

interface SkuRow {
  code: string;
  title: string | null;
  barcode: string | null;
  bundle: boolean;
  retired_at: string | null;
  on_hand: number | null;
  reserved: number | null;
  available: number | null;
}

export const define: Define = (program, cli) => {
  program
    .command("skus")
    .description("list SKUs, or create and change those of a file")
    .argument("[file]", "CSV or JSON; - reads standard input")
    .option("--prefix <text>", "codes that begin so")
    .option("--confirm", "also where much would end its sale")
    .action((file: string | undefined, options: { prefix?: string; confirm?: boolean }) =>
      withBackend(cli, async (backend) => {
        const query = { confirm: options.confirm ? "true" : undefined };
        if (file !== undefined) return sendRows(cli, backend, { method: "PUT", path: "/v1/skus", query }, file);
        const prefix = options.prefix === undefined ? "" : `?code_prefix=${encodeURIComponent(options.prefix)}`;
        const rows = await backend.list<SkuRow>(`/v1/skus${prefix}`);
        const shown = rows.map((row) => [
          row.code,
          row.title,
          row.bundle ? "bundle" : row.retired_at ? "retired" : "",
          row.on_hand,
          row.reserved,
          row.available,
        ]);
        cli.output.result(rows, () =>
          rows.length === 0
            ? "There is no SKU yet: tallyport skus FILE"
            : table(["code", "title", "", "on hand", "reserved", "available"], shown),
        );
      }),
    );
};

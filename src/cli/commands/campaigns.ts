/** `campaigns`: stock set apart for a time and a place. */
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { table } from "../output.ts";
import { sendRows } from "../rows.ts";

interface CampaignRow {
  id: string;
  title: string;
  place: string | null;
  starts_at: string;
  ends_at: string;
  state: string;
  held: number;
  sold: number;
  released: number;
}

export const define: Define = (program, cli) => {
  const campaigns = program
    .command("campaigns")
    .description("list campaigns, or set those of a file; `campaigns end` ends one of your own")
    .argument("[file]", "CSV or JSON; - reads standard input")
    .option("--confirm", "also where much would end its sale")
    .action((file: string | undefined, options: { confirm?: boolean }) =>
      withBackend(cli, async (backend) => {
        const query = { confirm: options.confirm ? "true" : undefined };
        if (file !== undefined) return sendRows(cli, backend, { method: "PUT", path: "/v1/campaigns", query }, file);
        const rows = await backend.list<CampaignRow>("/v1/campaigns");
        const shown = rows.map((row) => [
          row.id,
          row.title,
          row.state,
          row.starts_at,
          row.ends_at,
          row.held,
          row.sold,
          row.released,
        ]);
        cli.output.result(rows, () =>
          rows.length === 0
            ? "There is no campaign."
            : table(["id", "title", "state", "starts", "ends", "held", "sold", "given back"], shown),
        );
      }),
    );
  campaigns
    .command("end")
    .description("end a campaign of your own now: what it holds goes back")
    .argument("<id>", "as `campaigns` shows it")
    .action((id: string) =>
      withBackend(cli, async (backend) => {
        await backend.remove(`/v1/campaigns/${encodeURIComponent(id)}`);
        cli.output.result({ id, state: "cancelled" }, () => "It has ended.");
      }),
    );
};

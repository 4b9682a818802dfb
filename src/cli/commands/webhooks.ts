/** `webhooks`: who is told of changes. */
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { table } from "../output.ts";

export const define: Define = (program, cli) => {
  program
    .command("webhooks")
    .description("list the endpoints that are told of changes")
    .action(() =>
      withBackend(cli, async (backend) => {
        const rows = await backend.list<{
          id: string;
          url: string;
          description: string | null;
          enabled: boolean;
          behind: number;
        }>("/v1/webhook-endpoints");
        const shown = rows.map(({ id, url, description, enabled, behind }) => [
          id,
          url,
          description,
          enabled ? "on" : "off",
          behind,
        ]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "Nobody is told yet." : table(["id", "address", "for", "", "behind"], shown),
        );
      }),
    );
};

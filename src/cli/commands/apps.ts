/** `apps`: our registrations with platforms. */
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { table } from "../output.ts";

export const define: Define = (program, cli) => {
  program
    .command("apps")
    .description("list your registrations with platforms")
    .action(() =>
      withBackend(cli, async (backend) => {
        const { data: rows } = await backend.get<{ data: { id: string; platform: string; name: string }[] }>(
          "/v1/apps",
        );
        const shown = rows.map(({ id, platform, name }) => [id, platform, name]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "There is no app yet." : table(["id", "platform", "name"], shown),
        );
      }),
    );
};

/** `apps`: our registrations with platforms. */
import type { Command } from "commander";
import { jsonObject, readInput } from "../arguments.ts";
import { withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { table } from "../output.ts";

interface AppView {
  id: string;
  platform: string;
  name: string;
}

export const define: Define = (program, cli) => {
  const apps = program
    .command("apps")
    .description("list your registrations with platforms; `apps add` and `apps remove`")
    .action(() =>
      withBackend(cli, async (backend) => {
        const { data: rows } = await backend.get<{ data: AppView[] }>("/v1/apps");
        const shown = rows.map(({ id, platform, name }) => [id, platform, name]);
        cli.output.result(rows, () =>
          rows.length === 0 ? "There is no app yet." : table(["id", "platform", "name"], shown),
        );
      }),
    );
  defineAdd(apps, cli);
  apps
    .command("remove")
    .description("forget a registration that no store uses")
    .argument("<id>", "as `apps` shows it")
    .action((id: string) =>
      withBackend(cli, async (backend) => {
        await backend.remove(`/v1/apps/${encodeURIComponent(id)}`);
        cli.output.result({ id, removed: true }, () => "The app is forgotten.");
      }),
    );
};

function defineAdd(apps: Command, cli: Cli): void {
  apps
    .command("add")
    .description("note a registration with a platform; its secret is kept sealed")
    .argument("<platform>", "as `stores add` takes it")
    .requiredOption("--name <name>", "what it is called here")
    .requiredOption(
      "--credentials <file>",
      "JSON file with `key`, `secret` and perhaps `settings`; - reads standard input",
    )
    .action(async (platform: string, options: { name: string; credentials: string }) => {
      // Out of a file: what is typed as an argument stands in the shell's history and in the list of processes.
      const text = new TextDecoder().decode(await readInput(cli, options.credentials));
      const registration = jsonObject(text, "The file of --credentials");
      await withBackend(cli, async (backend) => {
        const app = await backend.call<AppView>("POST", "/v1/apps", { platform, name: options.name, ...registration });
        cli.output.result(app, () => app.id);
      });
    });
}

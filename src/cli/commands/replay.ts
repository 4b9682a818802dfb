/** `replay`: documents that were set aside, mapped again. */
import { withBackend } from "../backend.ts";
import { type Define, UsageError } from "../cli.ts";
import type { ReplayView } from "../views.ts";

export const define: Define = (program, cli) => {
  program
    .command("replay")
    .description("map documents again that were set aside")
    .argument("[rejected...]", "their ids, as /v1/rejected shows them")
    .option("--all", "all that are set aside")
    .action(async (ids: string[], options: { all?: boolean }) => {
      if (ids.length > 0 === (options.all === true))
        throw new UsageError("Name the documents by their ids, or give --all.");
      await withBackend(cli, async (backend) => {
        const wanted = options.all ? (await backend.listRejected()).map((record) => record.id) : ids;
        const views: ReplayView[] = [];
        for (const id of wanted) {
          cli.output.progress(`${views.length} of ${wanted.length}`);
          views.push(await backend.replay(id));
        }
        cli.output.progressEnd();
        const failed = views.filter((view) => view.outcome !== "stored");
        cli.output.result(views, () =>
          [`${views.length - failed.length} of ${views.length} map now.`, ...failed.map(lineOf)].join("\n"),
        );
        if (failed.length > 0) cli.exitCode = failed.length === views.length ? 1 : 3;
      });
    });
};

const lineOf = (view: ReplayView) => `${view.id}: ${view.reason ?? "does not map"}`;

/** `move`: all data into an empty PostgreSQL. */
import { commandConfig } from "../backend.ts";
import type { Define } from "../cli.ts";

interface Options {
  to: string;
  from?: string;
}

export const define: Define = (program, cli) => {
  program
    .command("move")
    .description("copy all data to an empty PostgreSQL; ids and feed positions stay as they are")
    .requiredOption("--to <url>", "the PostgreSQL that takes the data: postgres://…")
    .option("--from <file>", "a backup instead of the data folder (or DATABASE_URL)")
    .action(async (options: Options) => {
      const { moveTo } = await import("../copy/move.ts");
      const view = await moveTo(commandConfig(cli), { to: options.to, from: options.from }, (table, rows) =>
        cli.output.progress(`${rows} rows, ${table}`),
      );
      cli.output.progressEnd();
      cli.output.result(view, () =>
        [
          `${view.rows} rows of ${view.tables} tables are moved; all counts agree.`,
          ...(view.observed.length > 0
            ? [
                `These stores only read until you switch them live again, once their orders have caught up: ${view.observed.join(", ")}`,
              ]
            : []),
          ...(view.secret_file === null
            ? []
            : [`Start with DATABASE_URL, and with TALLYPORT_SECRET set to the content of ${view.secret_file}.`]),
          "Do not start the old place again: two would write to the same stores.",
        ].join("\n"),
      );
    });
};

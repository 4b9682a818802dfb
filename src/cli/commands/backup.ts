/** `backup`: a consistent copy of all data in one file. */
import { commandConfig } from "../backend.ts";
import type { Define } from "../cli.ts";

export const define: Define = (program, cli) => {
  program
    .command("backup")
    .description("write a consistent copy of all data to a file; `move --from FILE` reads it")
    .argument("<file>", "the file to write")
    .action(async (file: string) => {
      const config = commandConfig(cli);
      const { backUp } = await import("../copy/move.ts");
      const view = await backUp(config, file, (table, rows) => cli.output.progress(`${rows} rows, ${table}`));
      cli.output.progressEnd();
      const secret =
        config.databaseUrl === null && config.secret === null
          ? `the file "secret" in ${config.dataFolder}`
          : "TALLYPORT_SECRET";
      cli.output.result({ file, ...view }, () => `${view.rows} rows of ${view.tables} tables are in ${file}.`);
      cli.output.note(`It opens with the master key alone: keep a copy of ${secret} too, in another place.`);
    });
};

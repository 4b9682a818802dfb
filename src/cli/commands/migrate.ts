/** `migrate`: brings the database to the schema of this program. */
import { commandConfig } from "../backend.ts";
import type { Define } from "../cli.ts";

export const define: Define = (program, cli) => {
  program
    .command("migrate")
    .description("bring the database to the schema of this program")
    .action(async () => {
      const { migrateDatabase } = await import("../migrate-database.ts");
      const result = await migrateDatabase(commandConfig(cli));
      cli.output.result(result, () =>
        result.applied.length === 0
          ? `${result.database} is up to date.`
          : `${result.database}: applied ${result.applied.join(", ")}.`,
      );
    });
};

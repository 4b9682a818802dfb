/** `export`: whole lists as files, on standard output. */
import { Argument, Option } from "commander";
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";

export const define: Define = (program, cli) => {
  program
    .command("export")
    .description("write all orders to standard output")
    .addArgument(new Argument("<what>", "orders").choices(["orders"]))
    .addOption(new Option("--format <format>", "the form of the file").choices(["csv", "ndjson"]).default("ndjson"))
    .action((_what: string, options: { format: "csv" | "ndjson" }) =>
      withBackend(cli, (backend) => backend.exportOrders(options.format, (text) => cli.output.write(text))),
    );
};

/** `export`: whole lists as files, on standard output. */
import { Argument, Option } from "commander";
import { withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";

const LISTS = ["orders", "order-lines", "shipments", "stock", "settlements", "entries"];

export const define: Define = (program, cli) => {
  program
    .command("export")
    .description("write a whole list to standard output")
    .addArgument(new Argument("<what>", "the list; order-lines is CSV alone").choices(LISTS))
    .addOption(
      new Option("--format <format>", "the form of the file: ndjson, unless the list has only csv").choices([
        "csv",
        "ndjson",
      ]),
    )
    .action((what: string, options: { format?: "csv" | "ndjson" }) => {
      const format = options.format ?? (what === "order-lines" ? "csv" : "ndjson");
      return withBackend(cli, (backend) => backend.exportList(what, format, (text) => cli.output.write(text)));
    });
};

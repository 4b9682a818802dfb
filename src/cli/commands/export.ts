/** `export`: whole lists as files, and a store's month as a journal, on standard output. */
import { Argument, Option } from "commander";
import { type Backend, withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { UsageError } from "../cli.ts";
import { findStore } from "../store-reference.ts";

const LISTS = ["orders", "order-lines", "shipments", "stock", "settlements", "entries"];

interface Options {
  format?: "csv" | "ndjson";
  store?: string;
  month?: string;
  opening: boolean;
}

export const define: Define = (program, cli) => {
  program
    .command("export")
    .description("write a whole list, or a store's month as a journal for hledger, to standard output")
    .addArgument(new Argument("<what>", "the list; order-lines is CSV alone").choices([...LISTS, "journal"]))
    .addOption(
      new Option("--format <format>", "the form of the file: ndjson, unless the list has only csv").choices([
        "csv",
        "ndjson",
      ]),
    )
    .option("--store <store>", "journal: id or name")
    .option("--month <month>", "journal: such as 2026-02")
    .option("--no-opening", "journal: without opening balances, to follow the journal of the month before")
    .action((what: string, options: Options) =>
      withBackend(cli, async (backend) => {
        const name = what === "journal" ? await journal(backend, options) : list(what, options);
        await backend.exportFile(name, (text) => cli.output.write(text));
      }),
    );
};

function list(what: string, { format, store, month }: Options): string {
  if (store !== undefined || month !== undefined) throw new UsageError("--store and --month are those of a journal.");
  return `${what}.${format ?? (what === "order-lines" ? "csv" : "ndjson")}`;
}

async function journal(backend: Backend, { format, store, month, opening }: Options): Promise<string> {
  if (format !== undefined) throw new UsageError("A journal has one form: leave --format out.");
  if (store === undefined || month === undefined) throw new UsageError("A journal needs --store and --month.");
  const query = new URLSearchParams({ store: (await findStore(backend, store)).id, month, opening: String(opening) });
  return `journal?${query}`;
}

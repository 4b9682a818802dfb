/** `export`: whole lists as files, and a store's month as a journal, on standard output. */
import { Argument, Option } from "commander";
import { type Backend, withBackend } from "../backend.ts";
import type { Define } from "../cli.ts";
import { UsageError } from "../cli.ts";
import { findStore } from "../store-reference.ts";

const LISTS = ["orders", "order-lines", "shipments", "stock", "settlements", "entries", "profit"];

interface Options {
  format?: "csv" | "ndjson" | "xlsx";
  by?: string;
  store?: string;
  month?: string;
  opening: boolean;
}

export const define: Define = (program, cli) => {
  program
    .command("export")
    .description("write a whole list, or a store's month as a journal for hledger, to standard output")
    .addArgument(
      new Argument("<what>", "the list; order-lines is CSV alone, profit CSV or XLSX").choices([...LISTS, "journal"]),
    )
    .addOption(
      new Option(
        "--format <format>",
        "the form of the file: ndjson, unless the list has none; settlements, entries and profit also xlsx",
      ).choices(["csv", "ndjson", "xlsx"]),
    )
    .addOption(new Option("--by <what>", "profit: a row for each").choices(["order", "sku", "store", "month"]))
    .option("--store <store>", "journal: id or name")
    .option("--month <month>", "journal: such as 2026-02")
    .option("--no-opening", "journal: without opening balances, to follow the journal of the month before")
    .action((what: string, options: Options) =>
      withBackend(cli, async (backend) => {
        const name = what === "journal" ? await journal(backend, options) : list(what, options);
        await backend.exportFile(name, (part) => cli.output.write(part));
      }),
    );
};

const WITHOUT_NDJSON = ["order-lines", "profit"];
const WITH_XLSX = ["settlements", "entries", "profit"];

function list(what: string, { format, store, month, by }: Options): string {
  if (store !== undefined || month !== undefined) throw new UsageError("--store and --month are those of a journal.");
  if (by !== undefined && what !== "profit") throw new UsageError("--by is that of profit.");
  if (format === "xlsx" && !WITH_XLSX.includes(what)) throw new UsageError(`There is no XLSX of ${what}: take csv.`);
  if (format === "ndjson" && WITHOUT_NDJSON.includes(what)) throw new UsageError(`There is no NDJSON of ${what}.`);
  return `${what}.${format ?? (WITHOUT_NDJSON.includes(what) ? "csv" : "ndjson")}${by === undefined ? "" : `?by=${by}`}`;
}

async function journal(backend: Backend, { format, store, month, opening, by }: Options): Promise<string> {
  if (format !== undefined || by !== undefined)
    throw new UsageError("A journal has one form: leave --format and --by out.");
  if (store === undefined || month === undefined) throw new UsageError("A journal needs --store and --month.");
  const query = new URLSearchParams({ store: (await findStore(backend, store)).id, month, opening: String(opening) });
  return `journal?${query}`;
}

/** `map`: raw documents in, unified records out. Pure: no database, no network. */

import type { Resource } from "../../core/model/vocabulary.ts";
import { jsonObject, readInput, resource } from "../arguments.ts";
import type { Define } from "../cli.ts";

interface Options {
  currency: string;
  timeZone: string;
  settings?: string;
}

/** ISO 4217's code for "no currency": shown where neither the document nor an option names one. */
const NO_CURRENCY = "XXX";

export const define: Define = (program, cli) => {
  program
    .command("map")
    .description("map a platform's documents to unified records, one JSON line each; no database, no network")
    .argument("<platform>", "the platform, such as woocommerce")
    .argument("<resource>", "orders, listings, shipments, disputes or settlements", resource)
    .argument("[file]", "a file of documents or recorded answers; standard input when absent or -")
    .option("--currency <code>", "the store's currency, for documents that name none", NO_CURRENCY)
    .option("--time-zone <zone>", "the store's time zone, for local times", "UTC")
    .option("--settings <json>", "the store's settings, as a JSON object")
    .action(async (platform: string, name: Resource, file: string | undefined, options: Options) => {
      const { mapFile } = await import("../map-file.ts");
      const bytes = await readInput(cli, file);
      const failures = mapFile(
        { platform, resource: name, bytes },
        {
          storeId: "00000000-0000-8000-8000-000000000000",
          currency: options.currency.toUpperCase(),
          timeZone: options.timeZone,
          marketplaces: [],
          settings: options.settings === undefined ? {} : jsonObject(options.settings, "--settings"),
        },
        (record) => cli.output.record(record),
      );
      for (const { externalId, reason } of failures) {
        const what = externalId === null ? (file ?? "standard input") : `${name} ${externalId}`;
        cli.output.problem({ external_id: externalId, reason }, () => `${what} does not map: ${reason}`);
      }
      if (failures.length > 0) cli.exitCode = 3;
    });
};

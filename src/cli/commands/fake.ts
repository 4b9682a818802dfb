/** `fake`: serves one fake platform and prints where it is and what opens it. */

import { count, port, readInput } from "../arguments.ts";
import type { Define } from "../cli.ts";

interface Options {
  port: number;
  host: string;
  seed?: number;
  orders?: number;
  listings?: number;
  currency?: string;
  name?: string;
  faults?: string;
  tickEvery?: number;
}

export const define: Define = (program, cli) => {
  program
    .command("fake")
    .description("serve a fake platform; prints its base URL and credentials as one JSON line")
    .argument("<platform>", "the platform, such as woocommerce")
    .option("--port <number>", "port to listen on; 0 takes a free one", port, 0)
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option("--seed <number>", "the same seed makes the same store", count)
    .option("--orders <number>", "orders of the past", count)
    .option("--listings <number>", "listings", count)
    .option("--currency <code>", "the store's currency")
    .option("--name <name>", "the store's name")
    .option("--faults <script>", "a JSON file (or JSON text) of failures by operation")
    .option("--tick-every <ms>", "the store lives on: one act of a buyer or the owner in each such time", count)
    .action(async (platform: string, options: Options) => {
      const { startFake } = await import("../fake/serve-fake.ts");
      const script = options.faults;
      const faults =
        script === undefined || script.trimStart().startsWith("{")
          ? script
          : new TextDecoder().decode(await readInput(cli, script));
      const running = await startFake(platform, { ...options, faults });
      cli.output.record(running.description);
      await new Promise<void>((resolve) => {
        if (cli.signal.aborted) resolve();
        cli.signal.addEventListener("abort", () => resolve(), { once: true });
      });
      await running.close();
    });
};

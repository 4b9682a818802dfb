/** `demo`: fake stores, the engine and the API in one process. */
import { port } from "../arguments.ts";
import { commandConfig } from "../backend.ts";
import type { Define } from "../cli.ts";

interface Options {
  once?: boolean;
  port?: number;
  keep?: boolean;
}

export const define: Define = (program, cli) => {
  program
    .command("demo")
    .description("five lively fake stores, synced and kept in step before your eyes")
    .option("--once", "read and push everything once, print the counts, and end")
    .option("--port <number>", "port of the API (default: PORT, or 8080; the next free one where it is taken)", port)
    .option("--keep", "keep the data in the data folder instead of in memory")
    .action(async (options: Options) => {
      // The demo brings its own database and its own stores, whatever is set for the real ones.
      const env = { ...cli.env, DATABASE_URL: undefined, TALLYPORT_ALLOW_PRIVATE_URLS: "on" };
      const config = { ...commandConfig({ ...cli, env }), publicUrl: null };
      if (options.once) {
        const { runOnce } = await import("../demo/once.ts");
        await runOnce(cli, config);
        return;
      }
      const { runDemo } = await import("../demo/live.ts");
      await runDemo(cli, config, options);
    });
};

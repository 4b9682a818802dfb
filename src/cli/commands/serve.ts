/** `serve`: the API, the workers, or both. */
import { Option } from "commander";
import { port } from "../arguments.ts";
import type { Define } from "../cli.ts";

interface Options {
  role: "all" | "api" | "worker";
  port?: number;
  host: string;
}

export const define: Define = (program, cli) => {
  program
    .command("serve")
    .description("serve the API and do the work, until it is stopped")
    .addOption(new Option("--role <role>", "what this process does").choices(["all", "api", "worker"]).default("all"))
    .option("--port <number>", "port of the API (default: PORT, or 8080)", port)
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .action(async (options: Options) => {
      const { readConfig } = await import("../../core/config.ts");
      const { runServer } = await import("../run-server.ts");
      await runServer(cli, readConfig(cli.env), options);
    });
};

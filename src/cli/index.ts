/** The command line. Each command is one file; only the one that was asked for is loaded. */
import { setMaxListeners } from "node:events";
import { Command } from "commander";
import { createCli, type Define, reportFailure } from "./cli.ts";
import { createOutput } from "./output.ts";
import { VERSION } from "./version.ts";

const COMMANDS: Readonly<Record<string, () => Promise<{ define: Define }>>> = {
  demo: () => import("./commands/demo.ts"),
  serve: () => import("./commands/serve.ts"),
  migrate: () => import("./commands/migrate.ts"),
  doctor: () => import("./commands/doctor.ts"),
  stores: () => import("./commands/stores.ts"),
  sync: () => import("./commands/sync.ts"),
  push: () => import("./commands/push.ts"),
  stock: () => import("./commands/stock.ts"),
  explain: () => import("./commands/explain.ts"),
  campaigns: () => import("./commands/campaigns.ts"),
  prices: () => import("./commands/prices.ts"),
  skus: () => import("./commands/skus.ts"),
  map: () => import("./commands/map.ts"),
  import: () => import("./commands/import.ts"),
  export: () => import("./commands/export.ts"),
  replay: () => import("./commands/replay.ts"),
  keys: () => import("./commands/keys.ts"),
  apps: () => import("./commands/apps.ts"),
  webhooks: () => import("./commands/webhooks.ts"),
  fake: () => import("./commands/fake.ts"),
  move: () => import("./commands/move.ts"),
  backup: () => import("./commands/backup.ts"),
};

// One signal stops everything, and every call that waits listens to it: dozens are no leak.
setMaxListeners(1_000);

async function main(argv: readonly string[]): Promise<number> {
  const stopping = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort(new Error("stopped by a signal"));
    });
  }
  // A reader that has seen enough (`| head`) ends the command without a word.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const cli = createCli(process.env, stopping.signal);
  const program = new Command("tallyport")
    .description("Marketplace integration middleware: orders, stock, prices and money of many platforms in one place.")
    .version(VERSION, "-V, --version", "print the version")
    .option("--json", "results as JSON on standard output")
    .helpOption("-h, --help", "print this help")
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true)
    .showHelpAfterError("(--help tells more)")
    .exitOverride()
    .hook("preAction", (_, action) => {
      cli.output = createOutput({ json: action.optsWithGlobals<{ json?: boolean }>().json === true });
    });
  const asked = argv.find((word) => !word.startsWith("-"));
  const load = asked === undefined ? undefined : COMMANDS[asked];
  for (const entry of load ? [load] : Object.values(COMMANDS)) (await entry()).define(program, cli);
  try {
    await program.parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" });
    return cli.exitCode;
  } catch (error) {
    return reportFailure(cli, error);
  }
}

const exitCode = await main(process.argv.slice(2));
// What was written leaves first; then nothing that was forgotten keeps the process alive.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));

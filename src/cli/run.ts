/** The command line, given its words and streams. Each command is one file; only the one that was asked for is loaded. */
import { Command } from "commander";
import { type Cli, createCli, type Define, type ExitCode, reportFailure } from "./cli.ts";
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
  reconcile: () => import("./commands/reconcile.ts"),
  profit: () => import("./commands/profit.ts"),
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

/** Runs one command to its end, and answers its exit code; nothing is thrown. */
export async function runCommand(
  argv: readonly string[],
  given: Pick<Cli, "env" | "streams" | "signal">,
): Promise<ExitCode> {
  const cli = createCli(given);
  const { stdout, stderr } = given.streams;
  const program = new Command("tallyport")
    .description("Marketplace integration middleware: orders, stock, prices and money of many platforms in one place.")
    .version(VERSION, "-V, --version", "print the version")
    .option("--json", "results as JSON on standard output")
    .helpOption("-h, --help", "print this help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showSuggestionAfterError(true)
    .showHelpAfterError("(--help tells more)")
    .exitOverride()
    .hook("preAction", (_, action) => {
      cli.output = createOutput(given.streams, { json: action.optsWithGlobals<{ json?: boolean }>().json === true });
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

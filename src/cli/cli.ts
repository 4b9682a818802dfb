/** What every command is given, and how its end becomes an exit code. */
import { type Command, CommanderError } from "commander";
import { InputError, isAdapterError } from "../core/errors.ts";
import { createOutput, type Output, type Streams } from "./output.ts";

/** 0 done, 1 failed, 2 wrong usage, 3 partly done. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface Cli {
  /** Set when the options are known, before a command's action runs. */
  output: Output;
  exitCode: ExitCode;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly streams: Streams;
  /** Aborted by Ctrl-C or a request to stop. */
  readonly signal: AbortSignal;
}

/** Adds a command to the program. Its module loads what it needs when its action runs. */
export type Define = (program: Command, cli: Cli) => void;

/** The command was called wrongly: exit code 2. */
export class UsageError extends InputError {
  readonly isUsage = true;
  constructor(message: string) {
    super("usage", message);
  }
}

/** Settings are part of how a command is called. */
const USAGE_CODES = new Set(["usage", "invalid_configuration", "secret_missing", "secret_too_short", "secret_empty"]);

export function createCli({ env, streams, signal }: Pick<Cli, "env" | "streams" | "signal">): Cli {
  return { output: createOutput(streams, { json: false }), exitCode: 0, env, streams, signal };
}

/** Writes why a command failed and answers its exit code. Only mistakes of ours show where they happened. */
export function reportFailure(cli: Cli, error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (cli.signal.aborted) {
    cli.output.note("tallyport: stopped; what was done is kept, and the next start goes on from there.");
    return 1;
  }
  cli.output.progressEnd();
  if (error instanceof InputError) return report(cli, error.code, error.message, USAGE_CODES.has(error.code) ? 2 : 1);
  if (isAdapterError(error)) return report(cli, error.category, error.message, 1);
  cli.output.note(`tallyport: this is a mistake of the program, please report it.\n${stackOf(error)}`);
  return 1;
}

function report(cli: Cli, code: string, message: string, exitCode: ExitCode): ExitCode {
  cli.output.problem({ error: { code, message } }, () => `tallyport: ${message}`);
  return exitCode;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

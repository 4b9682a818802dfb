/** The real command line: in this process, where its words and its work are asked about, or as a child process. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { onTestFinished } from "vitest";
import { runCommand } from "../../src/cli/run.ts";

export const ROOT = join(import.meta.dirname, "../..");
/** A new embedded database takes seconds, and more where other tests run beside it. */
export const SLOW_MS = 180_000;

export interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  input?: string;
}

/** Variables of this process that are no settings, and those of the test. */
function environment({ env }: RunOptions): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TALLYPORT_|DATABASE_URL$|PORT$|PUBLIC_URL$|LOG_LEVEL$)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...env };
}

function start(args: readonly string[], options: RunOptions): ChildProcess {
  return spawn(process.execPath, [join(ROOT, "bin/tallyport.js"), ...args], {
    cwd: ROOT,
    env: environment(options),
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Runs a command to its end, in this process. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const output = { stdout: "", stderr: "" };
  const into = (name: keyof typeof output) =>
    new Writable({
      decodeStrings: false,
      write(chunk: string | Buffer, _encoding, done) {
        output[name] += chunk.toString();
        done();
      },
    });
  const code = await runCommand(args, {
    env: environment(options),
    streams: {
      stdin: Readable.from([Buffer.from(options.input ?? "")]),
      stdout: into("stdout"),
      stderr: into("stderr"),
    },
    signal: new AbortController().signal,
  });
  return { code, ...output };
}

/** Runs a command to its end, as a process of its own. */
export async function runProcess(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = start(args, options);
  const output = collect(child);
  child.stdin?.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...output };
}

export interface Running {
  /** The first line on standard output, parsed. */
  first: Record<string, unknown>;
  output: { stdout: string; stderr: string };
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command that goes on, and waits for its first line of JSON; it is stopped after the test. */
export async function startCli(args: readonly string[], options: RunOptions = {}): Promise<Running> {
  const child = start(args, options);
  child.stdin?.end();
  const output = collect(child);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const stop = (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return ended;
  };
  try {
    onTestFinished(() => void child.kill("SIGKILL"));
  } catch {
    // Called for a whole file: its caller stops it.
  }
  const first = await new Promise<Record<string, unknown>>((resolve, reject) => {
    child.stdout?.on("data", () => {
      const end = output.stdout.indexOf("\n");
      if (end >= 0) resolve(JSON.parse(output.stdout.slice(0, end)));
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${output.stderr}`)));
  });
  return { first, output, stop };
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8");
    child[name]?.on("data", (text: string) => {
      output[name] += text;
    });
  }
  return output;
}

/** The JSON documents of lines. */
export const jsonLines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

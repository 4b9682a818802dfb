/** The command line as a process: its signals, its streams, its end. */
import { setMaxListeners } from "node:events";
import { runCommand } from "./run.ts";

// One signal stops everything, and every call that waits listens to it: dozens are no leak.
setMaxListeners(1_000);

const stopping = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort(new Error("stopped by a signal"));
  });
}
// A reader that has seen enough (`| head`) ends the command without a word.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  streams: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  signal: stopping.signal,
});
// What was written leaves first; then nothing that was forgotten keeps the process alive.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));

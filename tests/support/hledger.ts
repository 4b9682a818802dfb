/** hledger of this machine, where there is one: the journal is judged by the program that it is for. */
import { spawnSync } from "node:child_process";

export const hasHledger = spawnSync("hledger", ["--version"]).status === 0;

/** Said in the names of tests, so that a run without it is seen to have left them out. */
export const NEEDS_HLEDGER = hasHledger ? "" : " (left out: hledger is not installed)";

/** Runs hledger over a journal. Its locale is set: it refuses to read UTF-8 in none. */
export function hledger(journal: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const options = {
    input: journal,
    encoding: "utf8",
    env: { ...process.env, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" },
  } as const;
  return spawnSync("hledger", ["-f", "-", ...args], options);
}

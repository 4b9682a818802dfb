/**
 * `npm run test:oracles`: our signing and checking against code of others, whose packages are installed apart from ours:
 * `npm --prefix tests/oracles ci`. Arguments go to vitest.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const FOLDER = "tests/oracles";

function run(program: string, ...args: string[]): void {
  if (process.exitCode === undefined)
    process.exitCode = spawnSync(`node_modules/.bin/${program}`, args, { stdio: "inherit" }).status || undefined;
}

if (existsSync(`${FOLDER}/node_modules`)) {
  run("tsc", "--noEmit", "--project", FOLDER);
  run("vitest", "run", "--config", `${FOLDER}/vitest.config.ts`, ...process.argv.slice(2));
} else {
  console.log(`The packages of ${FOLDER} are not installed: run \`npm --prefix ${FOLDER} ci\` first.`);
  process.exitCode = 1;
}

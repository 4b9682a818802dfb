/** What every check of this folder finds: where, which rule, and what to do about it. */
export interface Problem {
  file: string;
  rule: string;
  remedy: string;
}

/** One problem as the three lines that `npm run check` prints. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}\n    rule:   ${problem.rule}\n    remedy: ${problem.remedy}`;
}

/** Prints the problems of a check that was started alone and sets the exit code. */
export function finish(name: string, problems: readonly Problem[]): void {
  for (const problem of problems) console.error(formatProblem(problem));
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${name}: ok`);
}

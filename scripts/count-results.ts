/** Adds up the JSON reports of vitest below a folder and prints `N passed, N failed` as the last line. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** What is read of the report of vitest's json reporter. */
export interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; assertionResults: { title: string; status: string }[] }[];
}

/** Counts tests; a file that failed before its first test counts as one that failed. */
export function countResults(reports: readonly VitestReport[]): { passed: number; failed: number } {
  let passed = 0;
  let failed = 0;
  for (const report of reports) {
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    failed += report.testResults.filter(
      (file) => file.status === "failed" && !hasFailure(file.assertionResults),
    ).length;
  }
  return { passed, failed };
}

const hasFailure = (tests: readonly { status: string }[]) => tests.some((test) => test.status === "failed");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = process.argv[2] ?? ".";
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  const { passed, failed } = countResults(files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8"))));
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

import { expect, it } from "vitest";
import { countResults } from "../../scripts/count-results.ts";

it("adds up the reports and counts a file that failed to load as one failure", () => {
  const passed = { title: "a", status: "passed" };
  const failed = { title: "b", status: "failed" };
  expect(
    countResults([
      {
        numPassedTests: 2,
        numFailedTests: 1,
        testResults: [{ status: "failed", assertionResults: [passed, passed, failed] }],
      },
      { numPassedTests: 0, numFailedTests: 0, testResults: [{ status: "failed", assertionResults: [] }] },
    ]),
  ).toEqual({ passed: 2, failed: 2 });
});

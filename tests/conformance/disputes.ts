/** Refunds, returns, claims and the answers to them. */
import { isAbsent } from "../../src/core/adapter.ts";
import { actChecks } from "./acts.ts";
import { group } from "./check.ts";
import { readingChecks } from "./reading.ts";

export const disputes = group(
  "disputes",
  [...readingChecks("disputes"), ...actChecks("disputes")],
  (adapter) => !isAbsent(adapter.disputes),
);

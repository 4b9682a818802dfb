/** The conformance suite: every question to one adapter, as tests. */
import { describe, it } from "vitest";
import { auth } from "./auth.ts";
import { createBench } from "./bench.ts";
import type { Check } from "./check.ts";
import { disputes } from "./disputes.ts";
import { errors } from "./errors.ts";
import { EXCEPTIONS, type Exception } from "./exceptions.ts";
import { hygiene } from "./hygiene.ts";
import { limits } from "./limits.ts";
import { listings } from "./listings.ts";
import { orders } from "./orders.ts";
import type { Platform } from "./platform.ts";
import { pushGroup } from "./push.ts";
import { settlements } from "./settlements.ts";
import { shape } from "./shape.ts";
import { shipments } from "./shipments.ts";
import { webhooks } from "./webhooks.ts";

export const CHECKS: readonly Check[] = [
  ...shape,
  ...auth,
  ...orders,
  ...listings,
  ...pushGroup("stock"),
  ...pushGroup("prices"),
  ...shipments,
  ...disputes,
  ...settlements,
  ...webhooks,
  ...errors,
  ...limits,
  ...hygiene,
];

/** The checks that make sense for a platform. */
export function checksFor(platform: Platform): Check[] {
  const { adapter } = createBench(platform);
  return CHECKS.filter((check) => check.applies?.(adapter) ?? true);
}

/** Asks one check of a platform, with a fake of its own. */
export async function runCheck(platform: Platform, check: Check): Promise<void> {
  await check.run(createBench(platform, check.setup));
}

/** As `runCheck`; with an exception the check must fail, or the exception is not needed any more. */
export async function runExcepted(platform: Platform, check: Check, exception: Exception): Promise<void> {
  const failed = await runCheck(platform, check).then(
    () => false,
    () => true,
  );
  if (!failed) throw new Error(`"${check.name}" holds for ${exception.platform}: remove its entry from exceptions.ts`);
}

/** Makes a test of every check for the platform. */
export function describeAdapter(platform: Platform): void {
  const { id } = platform.entry;
  describe(id, () => {
    for (const check of checksFor(platform)) {
      const exception = EXCEPTIONS.find((entry) => entry.platform === id && entry.check === check.name);
      if (exception) it(`${check.name} (excepted: ${exception.reason})`, () => runExcepted(platform, check, exception));
      else it(check.name, () => runCheck(platform, check));
    }
  });
}

import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest, by the seconds of a run. A file that is not named here begins after them, a large one before a small one. */
export const LONGEST = [
  "tests/conformance/all.test.ts",
  "tests/scenarios/shops/vipshop-orders.test.ts",
  "tests/scenarios/shops/vipshop-after.test.ts",
  "tests/properties/push.test.ts",
  "tests/scenarios/shops/polled-orders.test.ts",
  "tests/cli/stores.test.ts",
  "tests/scenarios/shops/polled.test.ts",
  "tests/scenarios/shops/polled-after.test.ts",
  "tests/scenarios/feed.test.ts",
  "tests/scenarios/shops/vipshop-hour.test.ts",
  "tests/entry/pglite-thread.test.ts",
  "tests/scenarios/shops/taobao-hour.test.ts",
  "tests/scenarios/shops/vipshop-reservations.test.ts",
];

/**
 * The order of files: a clean checkout knows no durations, and a file that takes a minute, begun last, keeps one worker busy
 * while the others have nothing left.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.indexOf(relative(root, moduleId).replaceAll("\\", "/"));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

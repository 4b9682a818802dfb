/** The stores live on while one watches: buyers mostly, and now and then the owner. */
import { createRandom } from "../../fakes/fake.ts";
import type { RunningFake } from "../fake/serve-fake.ts";
import { WATCHED_SKUS } from "./stores.ts";

/** Slow enough to read, fast enough to see something. */
const ACT_EVERY_MS = 2_500;
/** Acts that sell what all stores share; the others are whatever buyers and owners do. */
const SHARED_SALES = 0.65;

export function startLife(fakes: readonly RunningFake[]): { stop(): void } {
  const random = createRandom(7);
  const timer = setInterval(() => {
    const { fake } = random.pick(fakes);
    if (!random.chance(SHARED_SALES)) {
      fake.tick(1);
      return;
    }
    const sale = fake.sell({ sku: random.pick(WATCHED_SKUS), quantity: random.chance(0.8) ? 1 : 2 });
    // Sold out: the owner of the goods restocks by and by, and meanwhile other things happen.
    if (!sale.sold) fake.tick(1);
  }, ACT_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

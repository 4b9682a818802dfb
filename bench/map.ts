/** Mapping: from wire text to the unified record on one core, against JSON.parse with the same schema and mapper. */
import { toOrderDocument } from "../src/adapters/woocommerce/orders/documents.ts";
import { toUnified } from "../src/adapters/woocommerce/orders/to-order.ts";
import type { MapContext } from "../src/core/adapter.ts";
import { parseWire } from "../src/core/wire.ts";
import { type Benchmark, describeRatios, median } from "./harness.ts";
import { wireOrders } from "./wire-orders.ts";

const ORDERS = 4_000;
const ROUNDS = 5;

const CONTEXT: MapContext = {
  storeId: "bench",
  currency: "EUR",
  timeZone: "Europe/Berlin",
  marketplaces: [],
  settings: {},
};

type Parse = (text: string) => unknown;
const exactly: Parse = (text) => parseWire(text).value;
/** What cannot be used: it spoils long ids and fractions. These orders hold none that the mapper reads. */
const plainly: Parse = (text) => JSON.parse(text);

export const map: Benchmark = {
  figures: {
    map: { unit: "orders/s of CPU", goal: "ratio >= 0.5" },
    parse: { unit: "orders/s of CPU", goal: null },
  },
  run: async (bench) => {
    const texts = wireOrders(ORDERS);
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length;
    bench.say(`${ORDERS} orders of ${(bytes / 1_000).toFixed(2)} KB`);
    const mapWith = (parse: Parse) => async () =>
      rate(texts, (text) => toUnified(toOrderDocument(parse(text) as Record<string, unknown>), CONTEXT));
    const parseWith = (parse: Parse) => async () => rate(texts, parse);
    for (const [name, side] of Object.entries({ map: mapWith, parse: parseWith })) {
      const sides = { ours: side(exactly), floor: side(plainly) };
      // Once each beforehand, until the compiler has seen it all.
      await bench.interleave(1, sides);
      const { ours = [], floor = [] } = await bench.interleave(ROUNDS, sides);
      bench.report(name, median(ours), median(floor));
      bench.say(`${name}: ${describeRatios(ours, floor)}`);
    }
  },
};

/** By the processor time of this process: on a busy machine the clock tells of the others. */
function rate(texts: readonly string[], work: (text: string) => unknown): number {
  const before = process.cpuUsage();
  for (const text of texts) work(text);
  const { user, system } = process.cpuUsage(before);
  return (texts.length / (user + system)) * 1e6;
}

/**
 * Pushes: how fast stores are emptied of what differs, against a bare program that makes the same calls, with one process
 * and with three. The platform answers in 20 ms and limits nothing: what is measured is what we do beside its calls.
 */

import { type BenchDatabase, type Benchmark, describeRatios, type Helper, median } from "./harness.ts";
import type { PushQuestion } from "./push-helper.ts";
import { ANSWER_MS, STORES } from "./push-plan.ts";
import type { PlatformAnswer, PlatformQuestion } from "./push-platform-helper.ts";
import { DIRTY, makeDiffer, seed, VARIANTS } from "./push-seed.ts";

const ROUNDS = 5;
const PROCESSES = 3;

export const push: Benchmark = {
  figures: {
    one_process: { unit: "offers/s", goal: "ratio >= 0.8" },
    three_processes: { unit: "offers/s", goal: "ratio >= 0.7" },
    calls: { unit: "offers a call", goal: "ours >= 45" },
  },
  run: async (bench) => {
    const platform = bench.startHelper<PlatformQuestion, PlatformAnswer>("push-platform-helper.ts");
    const { port } = await platform.ask({ ask: "open" });
    const template = await bench.createTemplate((db) => seed(db, port));
    const databases = {
      ours: await bench.createDatabase({ like: template }),
      bare: await bench.createDatabase({ like: template }),
    };
    const helpers = Array.from({ length: PROCESSES }, () =>
      bench.startHelper<PushQuestion, { sent: number }>("push-helper.ts"),
    );
    for (const helper of helpers)
      for (const kind of ["ours", "bare"] as const)
        await helper.ask({ ask: "open", kind, databaseUrl: databases[kind].url, port });
    const batches: number[] = [];
    const side = (kind: "ours" | "bare", processes: number) => async () => {
      const perSecond = await drainAll(databases[kind], helpers.slice(0, processes), kind);
      const { calls, offers } = await platform.ask({ ask: "counts" });
      if (offers < STORES * DIRTY) throw new Error(`the platform was sent ${offers} values of ${STORES * DIRTY}`);
      if (kind === "ours") batches.push(offers / calls);
      return perSecond;
    };
    for (const kind of ["ours", "bare"] as const) await side(kind, PROCESSES)();
    for (const [name, processes] of [
      ["one_process", 1],
      ["three_processes", PROCESSES],
    ] as const) {
      const { ours = [], bare = [] } = await bench.interleave(ROUNDS, {
        ours: side("ours", processes),
        bare: side("bare", processes),
      });
      bench.report(name, median(ours), median(bare));
      bench.say(
        `${STORES} stores, ${STORES * DIRTY} of ${STORES * VARIANTS} offers, answers after ${ANSWER_MS} ms, ${name.replace("_", " ")}: ${describeRatios(ours, bare)}`,
      );
    }
    bench.report("calls", median(batches));
  },
};

/** Makes values differ, then lets the processes share the stores. Answers offers a second. */
async function drainAll(
  { db }: BenchDatabase,
  helpers: readonly Helper<PushQuestion, { sent: number }>[],
  kind: "ours" | "bare",
): Promise<number> {
  await makeDiffer(db);
  const shares = helpers.map((_, process) =>
    Array.from({ length: STORES }, (_, index) => index).filter((index) => index % helpers.length === process),
  );
  const start = performance.now();
  const answers = await Promise.all(
    helpers.map((helper, process) => helper.ask({ ask: "drain", kind, stores: shares[process] ?? [] })),
  );
  const seconds = (performance.now() - start) / 1_000;
  const sent = answers.reduce((sum, answer) => sum + answer.sent, 0);
  if (sent !== STORES * DIRTY) throw new Error(`${kind}: ${sent} of ${STORES * DIRTY} offers were confirmed`);
  return sent / seconds;
}

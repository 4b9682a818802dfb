/** One-off acts: what is done is done once, whatever became of the answer. */
import { expect } from "vitest";
import { type Absent, type ActOutcome, type Adapter, type AnyAct, isAbsent } from "../../src/core/adapter.ts";
import { isAdapterError } from "../../src/core/errors.ts";
import { type Bench, probed } from "./bench.ts";
import { type Check, needed } from "./check.ts";

const WITH_ACTS = ["orders", "listings", "shipments", "disputes"] as const;
type WithActs = (typeof WITH_ACTS)[number];

/** All acts by `capability.act`, absent ones too. */
export function actsOf(adapter: Adapter): [string, AnyAct | Absent][] {
  return WITH_ACTS.flatMap((name) => {
    const capability = adapter[name];
    if (isAbsent(capability)) return [];
    return Object.entries(capability.acts).map(([act, value]): [string, AnyAct | Absent] => [`${name}.${act}`, value]);
  });
}

/** Performs as the engine does: steps, receipts and waits; from where an earlier step has come to. */
async function perform(
  bench: Bench,
  act: AnyAct,
  input: unknown,
  idempotencyKey: string,
  progress: string | null = null,
): Promise<ActOutcome> {
  for (let turn = 0; turn < 20; turn += 1) {
    const outcome: ActOutcome = await act.perform(bench.store, { idempotencyKey, input, progress }, bench.signal);
    if (outcome.outcome === "step") {
      progress = outcome.progress;
      bench.clock.advance(outcome.againMs);
    } else if (outcome.outcome === "submitted") {
      for (let look = 0; look < 20; look += 1) {
        const found = await act.check?.(bench.store, outcome.receipt, bench.signal);
        if (found) return found;
        bench.clock.advance(60_000);
      }
      throw new Error("a submitted act never ends");
    } else return outcome;
  }
  throw new Error("an act's steps do not end");
}

const effects = (bench: Bench) => {
  const { counts } = bench.subject.fake.books();
  return { ...counts };
};

/** The acts of a capability, each on a record that the platform file names. */
export function actChecks(capability: WithActs): Check[] {
  const presentActs = (adapter: Adapter) =>
    actsOf(adapter).filter(([name, act]) => name.startsWith(`${capability}.`) && !isAbsent(act)) as [string, AnyAct][];
  const applies = (adapter: Adapter) => presentActs(adapter).length > 0;
  const each = async (
    bench: Bench,
    run: (name: string, act: AnyAct, given: { input: unknown; operation: string }) => Promise<void>,
  ) => {
    await probed(bench);
    for (const [name, act] of presentActs(bench.adapter)) {
      const given = needed(bench.subject.acts[name], `on what ${name} is tried (acts)`)();
      const parsed = act.input.safeParse(given.input);
      expect(parsed.success, `${name}: ${JSON.stringify(parsed.error?.issues)}`).toBe(true);
      await run(name, act, { ...given, input: parsed.data });
    }
  };
  return [
    {
      name: "acts come to an end, and a repeat has no second effect",
      applies,
      run: (bench) =>
        each(bench, async (name, act, { input }) => {
          const before = effects(bench);
          if (!act.idempotent) {
            const found = await act.findEffect?.(
              bench.store,
              { idempotencyKey: `key-${name}`, input, progress: null },
              bench.signal,
            );
            // What takes effect after its answer is looked for some more: a step of nothing done.
            if (found?.outcome !== "step") expect(found, `${name}: nothing is found before it was done`).toBeNull();
          }
          expect(effects(bench), "looking changes nothing").toEqual(before);
          const outcome = await perform(bench, act, input, `key-${name}`);
          expect(["done", "asks"], `${name}: ${outcome.outcome === "rejected" ? outcome.error.message : ""}`).toContain(
            outcome.outcome,
          );
          const after = effects(bench);
          if (act.idempotent) {
            const repeated = await perform(bench, act, input, `key-${name}`);
            expect(["done", "asks"], name).toContain(repeated.outcome);
          } else {
            const found = await act.findEffect?.(
              bench.store,
              { idempotencyKey: `key-${name}`, input, progress: null },
              bench.signal,
            );
            expect(found?.outcome, `${name}: its effect is found`).toBe("done");
          }
          expect(effects(bench), name).toEqual(after);
        }),
    },
    {
      name: "a lost answer is told, and the effect found or repeated without harm",
      applies,
      run: (bench) =>
        each(bench, async (name, act, { input, operation }) => {
          bench.subject.fake.fail(operation, ["cut", "cut", "cut"]);
          let failure: unknown = null;
          const first = await perform(bench, act, input, `key-${name}`).catch((error: unknown) => {
            failure = error;
            return null;
          });
          bench.subject.fake.clearFaults();
          if (first?.outcome === "rejected") failure = first.error;
          expect(isAdapterError(failure), `${name}: ${String(failure)}`).toBe(true);
          expect(failure, name).toMatchObject({ category: "transient", maybeApplied: true });
          let before = effects(bench);
          const found = act.idempotent
            ? null
            : await act.findEffect?.(
                bench.store,
                { idempotencyKey: `key-${name}`, input, progress: null },
                bench.signal,
              );
          // As the engine does: what has left no effect is done again, and a step is gone on with.
          if (found?.outcome === "step") {
            // It was looked for too early: what takes effect after its answer has done so by now.
            bench.clock.advance(found.againMs);
            before = effects(bench);
          }
          const outcome =
            found === null || found === undefined || found.outcome === "step"
              ? await perform(bench, act, input, `key-${name}`, found?.progress ?? null)
              : found;
          expect(["done", "asks"], `${name}: ${outcome.outcome === "rejected" ? outcome.error.message : ""}`).toContain(
            outcome.outcome,
          );
          expect(effects(bench), `${name} has one effect`).toEqual(before);
        }),
    },
    {
      name: "what the platform does not know is refused, not done",
      applies,
      run: (bench) =>
        each(bench, async (name, act, { input }) => {
          const before = effects(bench);
          const unknown = Object.fromEntries(
            Object.entries(input as Record<string, unknown>).map(([key, value]) => [
              key,
              key.endsWith("ExternalId") && typeof value === "string" ? bench.subject.missingId : value,
            ]),
          );
          const outcome = await perform(bench, act, unknown, "key-unknown").catch((error: unknown) => ({
            outcome: "rejected" as const,
            error,
          }));
          expect(outcome.outcome, name).toBe("rejected");
          if (outcome.outcome === "rejected") {
            if (!isAdapterError(outcome.error)) throw outcome.error;
            expect(
              ["not_found", "invalid_request", "conflict", "permanent"],
              `${name}: ${outcome.error.message}`,
            ).toContain(outcome.error.category);
          }
          expect(effects(bench), name).toEqual(before);
        }),
    },
  ];
}

/** Quantities and prices: absolute values, one outcome per item, in the order that was asked. */
import { expect } from "vitest";
import {
  type Absent,
  type Adapter,
  isAbsent,
  type PushCapability,
  type PushItem,
  type PushOutcome,
} from "../../src/core/adapter.ts";
import { isAdapterError } from "../../src/core/errors.ts";
import type { Variant } from "../../src/core/model/records.ts";
import { type Bench, probed } from "./bench.ts";
import { type Check, group, needed } from "./check.ts";
import { map, readAll, readCapability } from "./reading.ts";

type Aspect = "stock" | "prices";

interface Target {
  listingExternalId: string;
  variant: Variant;
}

/** Variants that the platform counts, as its own listings name them. */
async function targets(bench: Bench): Promise<Target[]> {
  await probed(bench);
  const capability = needed(readCapability(bench.adapter, "listings") ?? undefined, "how listings are read");
  const all = (await readAll(bench, "listings")).map((raw) => map(bench, capability, raw));
  // Quantities by place may be records of their own.
  const placesOf = (id: string) =>
    all
      .flatMap((unified) => unified.observations)
      .flatMap(({ variantExternalId, place, quantity }) =>
        variantExternalId === id && place !== null && quantity !== null ? [{ place, quantity }] : [],
      );
  return all
    .flatMap((unified) => unified.listings)
    .flatMap((listing) =>
      listing.variants.map((variant) => ({
        listingExternalId: listing.externalId,
        variant: { ...variant, places: variant.places.length > 0 ? variant.places : placesOf(variant.externalId) },
      })),
    )
    .filter(({ variant: { quantity, price, regularPrice } }) => {
      // What buyers pay during a promotion is not what is pushed.
      const isPlain = regularPrice === null || regularPrice.amount === price?.amount;
      return quantity !== null && price !== null && isPlain;
    });
}

const itemOf = (target: Target, value: string, key: string, observed: string | null = null): PushItem => ({
  key,
  listingExternalId: target.listingExternalId,
  variantExternalId: target.variant.externalId,
  sellerCode: target.variant.sellerCode,
  codes: target.variant.codes,
  place: target.variant.places[0]?.place ?? null,
  value,
  currency: target.variant.price?.currency ?? null,
  observed,
  idempotencyKey: `${key}:${value}`,
});

/** Items that one call takes together. */
function together(capability: PushCapability, all: readonly Target[]): Target[] {
  const { groupBy, max } = capability.batch;
  const first = all[0];
  return all
    .filter((target) => groupBy !== "listing" || target.listingExternalId === first?.listingExternalId)
    .slice(0, max);
}

/** Sets, and waits for what was only taken in; what is there already (`isThere`) may be told as done at once. */
async function push(
  bench: Bench,
  capability: PushCapability,
  items: readonly PushItem[],
  isThere = false,
): Promise<PushOutcome[]> {
  const outcomes = await capability.set(bench.store, items, bench.signal);
  expect(
    outcomes.map((outcome) => outcome.key),
    "one outcome per item, in order",
  ).toEqual(items.map((item) => item.key));
  const receipts = [
    ...new Set(outcomes.flatMap((outcome) => (outcome.outcome === "submitted" ? [outcome.receipt] : []))),
  ];
  if (receipts.length === 0) return outcomes;
  expect(capability.check, "what is submitted can be checked").toBeTypeOf("function");
  const early = await capability.check?.(bench.store, receipts, bench.signal);
  if (!isThere) expect(early, "not yet").toEqual([]);
  bench.clock.advance(600_000);
  const concluded = (await capability.check?.(bench.store, receipts, bench.signal)) ?? [];
  return outcomes.map((outcome) =>
    outcome.outcome === "submitted"
      ? (concluded.find(
          (found) => found.receipt === outcome.receipt && (found.key === "" || found.key === outcome.key),
        ) ?? outcome)
      : outcome,
  );
}

export function pushGroup(aspect: Aspect): Check[] {
  const capabilityOf = (bench: Bench): PushCapability => bench.adapter[aspect] as PushCapability;
  const applies = (adapter: Adapter) => !isAbsent(adapter[aspect] as PushCapability | Absent);
  const value = (n: number) => (aspect === "stock" ? String(n) : `${n}.50`);
  /** What the platform's books say of a variant. */
  const shown = (bench: Bench, { variant }: Target): string | null => {
    const fact = bench.subject.fake.books().variants.get(variant.externalId);
    if (!fact) return null;
    if (aspect === "prices") return Number(fact.price).toFixed(2);
    // Quantities at other places count on.
    const elsewhere = variant.places.slice(1).reduce((sum, level) => sum + level.quantity, 0);
    return fact.quantity === null ? null : String(fact.quantity - elsewhere);
  };
  const accepted = (outcomes: readonly PushOutcome[]) => {
    for (const outcome of outcomes)
      expect(outcome.outcome, "error" in outcome ? outcome.error.message : "").toBe("accepted");
  };
  const checks: Check[] = [
    {
      name: "a full batch arrives, with an outcome per item in order",
      setup: { listings: 110 },
      run: async (bench) => {
        const capability = capabilityOf(bench);
        const some = together(capability, await targets(bench));
        const outcomes = await push(
          bench,
          capability,
          some.map((target, i) => itemOf(target, value(i + 1), `k${i}`)),
        );
        accepted(outcomes);
        expect(some.map((target) => shown(bench, target))).toEqual(some.map((_, i) => value(i + 1)));
      },
    },
    {
      name: "the same value again changes nothing",
      run: async (bench) => {
        const [target] = await targets(bench);
        const item = itemOf(needed(target, "nothing"), value(7), "k");
        accepted(await push(bench, capabilityOf(bench), [item]));
        accepted(await push(bench, capabilityOf(bench), [item], true));
        expect(shown(bench, needed(target, "nothing"))).toBe(value(7));
      },
    },
    {
      name: "one item that the platform refuses harms no other",
      run: async (bench) => {
        const capability = capabilityOf(bench);
        const [one, two] = together(capability, await targets(bench));
        const good = [needed(one, "nothing"), two ?? needed(one, "nothing")];
        const { missingId } = bench.subject;
        const bad: Target = {
          listingExternalId: missingId,
          variant: { ...needed(one, "nothing").variant, externalId: missingId },
        };
        const items = [
          itemOf(needed(good[0], "nothing"), value(3), "a"),
          itemOf(bad, value(4), "b"),
          itemOf(needed(good[1], "nothing"), value(two ? 5 : 3), "c"),
        ];
        const outcomes = await push(bench, capability, items).catch((error: unknown) => {
          // One bad item may sink a call: then the engine halves it, as long as the failure is an item's.
          if (!isAdapterError(error)) throw error;
          expect(["invalid_request", "not_found", "conflict"]).toContain(error.category);
          return null;
        });
        if (!outcomes) return;
        expect(outcomes.map((outcome) => outcome.outcome)).toEqual(["accepted", "rejected", "accepted"]);
        expect(good.map((target) => shown(bench, target))).toEqual([value(3), value(two ? 5 : 3)]);
      },
    },
    {
      name: "a lost answer is no refusal, and the value goes again without harm",
      run: async (bench) => {
        const capability = capabilityOf(bench);
        const [target] = await targets(bench);
        const item = itemOf(needed(target, "nothing"), value(9), "k");
        const before = bench.exchanges.length;
        await push(bench, capability, [itemOf(needed(target, "nothing"), value(8), "k0")]);
        expect(bench.exchanges.length).toBeGreaterThan(before);
        bench.subject.fake.fail(bench.subject.operations.writes?.[aspect] ?? "*", ["cut", "cut", "cut"]);
        const outcome = await capability.set(bench.store, [item], bench.signal).then(
          ([first]) => first,
          (error: unknown) => ({ outcome: "unknown" as const, error }),
        );
        bench.subject.fake.clearFaults();
        expect(outcome).toMatchObject({ outcome: "unknown", error: { category: "transient", maybeApplied: true } });
        accepted(await push(bench, capability, [item]));
        expect(shown(bench, needed(target, "nothing"))).toBe(value(9));
      },
    },
    {
      name: "what was set is read back, and stands in the listing",
      run: async (bench) => {
        const capability = capabilityOf(bench);
        const [target] = await targets(bench);
        const item = itemOf(needed(target, "nothing"), value(6), "k");
        accepted(await push(bench, capability, [item]));
        if (capability.read) {
          const [read] = await capability.read(bench.store, [item], bench.signal);
          expect(read).toEqual({
            key: "k",
            value: value(6).replace(/0$/, aspect === "stock" ? "0" : "") === read?.value ? read.value : value(6),
          });
        }
        const again = (await targets(bench)).find(({ variant }) => variant.externalId === item.variantExternalId);
        const { variant } = needed(again, "nothing");
        expect(
          aspect === "stock" ? (variant.places[0]?.quantity ?? variant.quantity) : Number(variant.price?.amount),
        ).toBe(aspect === "stock" ? 6 : 6.5);
      },
    },
  ];
  if (aspect === "stock") {
    checks.push(
      {
        name: "zero is sent",
        run: async (bench) => {
          const [target] = await targets(bench);
          accepted(await push(bench, capabilityOf(bench), [itemOf(needed(target, "nothing"), "0", "k")]));
          expect(shown(bench, needed(target, "nothing"))).toBe("0");
        },
      },
      {
        name: "what compares before it sets can be read back",
        applies: (adapter) => !isAbsent(adapter.stock) && adapter.stock.compareAndSet,
        run: async (bench) => {
          expect(capabilityOf(bench).read, "the engine reads what is there before it computes again").toBeTypeOf(
            "function",
          );
        },
      },
      {
        name: "what goes by the direct way is shown at once, and no feed says more of it",
        applies: (adapter) => !isAbsent(adapter.stock) && adapter.stock.direct !== undefined,
        run: async (bench) => {
          const { direct, check } = capabilityOf(bench);
          expect(check, "the direct way is beside feeds").toBeTypeOf("function");
          const [target] = await targets(bench);
          const item = itemOf(needed(target, "nothing"), "0", "k");
          accepted((await direct?.set(bench.store, [item], bench.signal)) ?? []);
          expect(shown(bench, needed(target, "nothing"))).toBe("0");
        },
      },
      {
        name: "a write over another quantity than was observed is refused as a conflict",
        applies: (adapter) => !isAbsent(adapter.stock) && adapter.stock.compareAndSet,
        run: async (bench) => {
          const [target] = await targets(bench);
          const [outcome] = await push(bench, capabilityOf(bench), [
            itemOf(needed(target, "nothing"), "4", "k", "987654"),
          ]);
          expect(outcome).toMatchObject({ outcome: "rejected", error: { category: "conflict" } });
        },
      },
    );
  }
  return group(aspect, checks, applies);
}

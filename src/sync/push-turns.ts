/**
 * What the lanes of a drain share. A TURN is one short transaction that writes down what calls brought and gives offers to
 * the lanes that wait; while one runs, the next gathers. Each offer is in one call at most (promise 5), whatever the number
 * of lanes.
 */
import type { PushOutcome, PushRoute } from "../core/adapter.ts";
import type { Database } from "../core/db/database.ts";
import { concludeOffers } from "../core/db/offer-conclusions.ts";
import { countDueCalls, type DirtyOffer, markSent, type PushFilter, takeDirtyOffers } from "../core/db/offers.ts";
import { type PushState, renewPush } from "../core/db/push-state.ts";
import type { AdapterError } from "../core/errors.ts";
import { LEASE_MS } from "./engine.ts";
import { cutIntoCalls } from "./push-batch.ts";
import { type Concluded, concludeOffer, isItemsFault, tellRefused } from "./push-conclude.ts";
import { type CallResult, type Drain, pushBlock } from "./push-drain.ts";
import { type Freshness, freshnessOf, readFreshness, saleStreams } from "./push-freshness.ts";
import { type Part, partsAfterFailure, partsAfterSuccess } from "./push-isolate.ts";
import { concernsStore, holdRefused } from "./store-refused.ts";

export interface LaneOptions {
  route: PushRoute;
  pick: PushFilter["pick"];
  /** Told of offers that the platform compared and found changed. */
  onChanged?(offers: readonly DirtyOffer[]): Promise<void>;
}

/** Offers of one call, and what they are a part of where a bad item is looked for. */
interface Sent {
  offers: readonly DirtyOffer[];
  part: Part | null;
}

interface Waiting {
  give(sent: Sent | null): void;
}

interface Finished {
  sent: Sent;
  answer: CallResult;
}

/** An answer waits for so long to be written down with others. */
const GATHER_MS = 15;
/** A look counts so many calls: what is beyond is found when they are made. */
const CALLS_LOOKED_AT = 16;
/** Offers that one statement looks at. */
const MOST_LOOKED_AT = 1_000;

/** What lanes share: who has which offers, what is to be written down, and the turns in which both happen. */
export function createTurns(drain: Drain, options: LaneOptions, on: { stop(): void; onEnd(): void }) {
  const { engine, store, aspect, capability, lease, result } = drain;
  const { route } = options;
  const waiting: Waiting[] = [];
  const finished: Finished[] = [];
  const underWay = new Set<Sent>();
  const parts: Part[] = [];
  /** Refused with a call that another item has sunk: sent again, they are no repeat of what may have arrived. */
  const notApplied = new Set<string>();
  const failures: unknown[] = [];
  let calls = 0;
  let urgency = 3;
  let reserved = 0;
  let besides = 0;
  let isTurning = false;
  /** The last choice found less than was asked for: looking again at once would find the same. */
  let isDry = false;
  let soon: ReturnType<typeof setTimeout> | null = null;
  let looking: Promise<void> | null = null;

  let isEnded = false;
  const end = () => {
    isEnded = true;
    calls = 0;
    on.stop();
  };
  const fail = (error: unknown) => {
    failures.push(error);
    end();
  };

  /** Offers that no other call may take. */
  const taken = (ended: ReadonlySet<Sent>): string[] =>
    [...underWay]
      .filter((sent) => !ended.has(sent))
      .flatMap(({ offers, part }) => [...offers.map(({ id }) => id), ...(part?.otherwise ?? [])]);
  const inParts = (): string[] => parts.flatMap(({ ids, otherwise }) => [...ids, ...(otherwise ?? [])]);

  const streams = saleStreams(engine, store.row.platform).map((stream) => stream.name);

  function filter(freshness: Freshness, ended: ReadonlySet<Sent>): PushFilter {
    if (!freshness.isFresh) result.heldBack ??= "its orders were not read recently: only zeroes go out";
    return {
      storeId: store.row.id,
      aspect,
      at: engine.clock.now(),
      onlyZero: !freshness.isFresh,
      observedBefore: capability.compareAndSet ? freshness.readUntil : null,
      inFlight: taken(ended),
      only: null,
      pick: options.pick,
    };
  }

  async function lookOnce(): Promise<void> {
    const due = filter(await readFreshness(engine, engine.db, store.row, aspect), new Set());
    const besideParts = { ...due, inFlight: [...due.inFlight, ...inParts()] };
    const found = await countDueCalls(
      engine.db,
      besideParts,
      route.batch,
      Math.min(MOST_LOOKED_AT, route.batch.max * CALLS_LOOKED_AT),
    );
    urgency = found.urgency;
    calls = isEnded ? 0 : Math.max(0, found.calls + parts.length - reserved);
    isDry = calls === 0;
  }

  /** How many calls there are to make. `afresh`: some time has passed, or nothing else is under way. */
  async function look(afresh = false): Promise<number> {
    // A look that began before is no answer to what has come since.
    if (afresh && looking) await looking;
    if (calls > 0 || isEnded || (isDry && !afresh)) return calls;
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    await looking;
    return calls;
  }

  function dry(): void {
    isDry = true;
    calls = 0;
  }

  async function turn(): Promise<void> {
    if (soon) clearTimeout(soon);
    soon = null;
    if (isTurning) return;
    isTurning = true;
    while (waiting.length > 0 || finished.length > 0) {
      const lanes = waiting.splice(0);
      try {
        await turnOnce(lanes, finished.splice(0));
      } catch (error) {
        fail(error);
        for (const lane of lanes) lane.give(null);
      }
    }
    isTurning = false;
    on.onEnd();
  }

  async function turnOnce(lanes: readonly Waiting[], done: readonly Finished[]): Promise<void> {
    const at = engine.clock.now();
    const concluded = done.flatMap((one) => settle(one, at));
    const ended = new Set(done.map(({ sent }) => sent));
    const mayChoose = lanes.length > 0 && !isEnded && !drain.signal.aborted;
    const given = await engine.db.transaction(async (tx) => {
      // Both leave at once: neither needs the other's answer.
      const [now] = await Promise.all([
        renewPush(tx, lease, LEASE_MS, store.row.id, streams),
        concludeOffers(tx, aspect, concluded, at),
      ]);
      return mayChoose ? choose(tx, now, lanes.length, ended) : [];
    });
    for (const sent of ended) underWay.delete(sent);
    for (const sent of given) underWay.add(sent);
    reserved -= lanes.length;
    if (given.length < lanes.length) dry();
    result.sent += given.reduce((sum, { offers }) => sum + offers.length, 0);
    for (const [index, { give }] of lanes.entries()) give(given[index] ?? null);
    if (done.length > 0) await conclude(done, concluded, at);
  }

  /** What goes next, by the newest state: parts in which a bad item is looked for, then the most dangerous offers. */
  async function choose(tx: Database, now: PushState, lanes: number, ended: ReadonlySet<Sent>): Promise<Sent[]> {
    const block = now.store ? pushBlock(now.store) : "the store is gone";
    if (block) {
      result.heldBack = block;
      end();
      return [];
    }
    const due = filter(freshnessOf(engine, store.row, aspect, now.watermark), ended);
    const given: Sent[] = [];
    while (given.length < lanes && parts.length > 0) {
      const part = parts.shift() as Part;
      const offers = await takeDirtyOffers(tx, { ...due, only: part.ids }, part.ids.length);
      const inOrder = part.ids.flatMap((id) => offers.filter((offer) => offer.id === id));
      if (inOrder.length > 0) given.push({ offers: inOrder, part: { ...part, ids: inOrder.map(({ id }) => id) } });
      else if (part.otherwise) parts.push({ ids: part.otherwise, otherwise: null });
    }
    const left = lanes - given.length;
    if (left > 0) {
      const inFlight = [...due.inFlight, ...inParts(), ...given.flatMap(({ offers }) => offers.map(({ id }) => id))];
      const wide = route.batch.groupBy === "none" ? 1 : 4;
      const limit = Math.min(left * route.batch.max * wide, MOST_LOOKED_AT);
      const offers = await takeDirtyOffers(tx, { ...due, inFlight }, limit);
      const busy = [...underWay, ...given].filter((sent) => !ended.has(sent)).flatMap((sent) => sent.offers);
      const listings = new Set(busy.map((offer) => offer.listingExternalId));
      for (const call of cutIntoCalls(route.batch, offers, left, listings)) given.push({ offers: call, part: null });
      // As many as were asked for: there are more, and nobody need look.
      if (offers.length === limit && given.length === lanes) calls = Math.max(calls, lanes);
      else if (offers.length < limit) dry();
    }
    const sending = given.flatMap(({ offers }) => offers);
    for (const offer of sending) if (notApplied.has(offer.id)) offer.wasUnknown = false;
    if (sending.length > 0) await markSent(tx, sending, engine.clock.now());
    return given;
  }

  function add(more: readonly Part[]): void {
    parts.push(...more);
    if (more.length > 0) isDry = false;
  }

  /** What is written of a call's offers. Of one that a bad item has sunk, nothing: its parts go again. */
  function settle({ sent, answer }: Finished, at: Date): Concluded[] {
    const part = sent.part ?? { ids: sent.offers.map(({ id }) => id), otherwise: null };
    if ("failure" in answer && isItemsFault(answer.failure)) {
      for (const { id, wasUnknown } of sent.offers) if (!wasUnknown) notApplied.add(id);
      if (part.ids.length > 1) {
        add(partsAfterFailure(part, answer.failure));
        return [];
      }
      if (part.otherwise) add([{ ids: part.otherwise, otherwise: null }]);
    } else if (!("failure" in answer)) add(partsAfterSuccess(part));
    return sent.offers.map((offer) => concludeOffer(drain, offer, answer, at));
  }

  /** What follows from what was written: counts, alerts, whether to go on. */
  async function conclude(done: readonly Finished[], concluded: readonly Concluded[], at: Date): Promise<void> {
    for (const { state } of concluded) {
      if (state === "idle" || state === "checking") result.accepted++;
      else if (state === "rejected") result.rejected++;
      else if (state === "unknown" || state === "waiting") result.unknown++;
    }
    const offers = done.flatMap(({ sent }) => sent.offers);
    await tellRefused(drain, concluded, new Set(offers.filter((offer) => offer.hadError).map(({ id }) => id)), at);
    for (const { answer } of done) await stopWhere(answer);
    const again = new Set(concluded.filter(({ state }) => state === "waiting").map(({ id }) => id));
    const conflicts = done.flatMap(({ sent, answer }) =>
      sent.offers.filter(({ id }) => again.has(id) && isConflict(answer, id)),
    );
    if (conflicts.length === 0 || !options.onChanged) return;
    besides += 1;
    void options
      .onChanged(conflicts)
      .catch(fail)
      .finally(() => {
        besides -= 1;
        on.onEnd();
      });
  }

  /** What the platform does not take as a whole it will not take now: the drain ends, and the offers' due times tell when to go on. */
  async function stopWhere(answer: CallResult): Promise<void> {
    const isWhole = "failure" in answer;
    const errors = isWhole ? [answer.failure] : unknownErrors(answer.outcomes);
    const error = errors.find(concernsStore) ?? errors[0];
    if (!error || (isWhole && isItemsFault(error))) return;
    await holdRefused(engine, store.row, error);
    result.heldBack = error.message;
    if (isWhole || concernsStore(error) || error.category === "throttled") end();
  }

  return {
    look,
    fail,
    urgency: () => urgency,
    /** One call to make; false where there is none. */
    reserve: async () => {
      if (calls <= 0) await look();
      if (calls <= 0) return false;
      calls -= 1;
      reserved += 1;
      return true;
    },
    giveBack: () => {
      reserved -= 1;
    },
    nextCall: (): Promise<Sent | null> =>
      new Promise((give) => {
        waiting.push({ give });
        void turn();
      }),
    finish: (sent: Sent, answer: CallResult) => {
      finished.push({ sent, answer });
      // What its lane asks for next may come with the same transaction.
      if (isDry || isEnded) void turn();
      else soon ??= setTimeout(() => void turn(), GATHER_MS);
    },
    isQuiet: () => !isTurning && soon === null && besides === 0 && finished.length === 0,
    rethrow: () => {
      if (failures.length > 0) throw failures[0];
    },
  };
}

function unknownErrors(outcomes: ReadonlyMap<string, PushOutcome>): AdapterError[] {
  return [...outcomes.values()].flatMap((outcome) => (outcome.outcome === "unknown" ? [outcome.error] : []));
}

function isConflict(answer: CallResult, id: string): boolean {
  if ("failure" in answer) return answer.failure.category === "conflict";
  const outcome = answer.outcomes.get(id);
  return outcome !== undefined && "error" in outcome && outcome.error.category === "conflict";
}

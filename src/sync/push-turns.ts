/**
 * What the lanes of a drain share. Offers are GIVEN to the lanes that wait, and what calls brought is WRITTEN down, each in
 * one statement and beside each other: whoever waits for an offer's row to write it down keeps no lane waiting. While one of
 * a kind runs, the next gathers. Each offer is in one call at most (promise 5), whatever the number of lanes: it is nobody
 * else's until what came of it is written.
 */

import { LeaseLostError } from "../core/db/leases.ts";
import { type Conclusion, concludeUnderLease } from "../core/db/offer-conclusions.ts";
import { countDueCalls, type DirtyOffer } from "../core/db/offers.ts";
import { type ChooseOptions, createChooser, type Hands, MOST_LOOKED_AT, type Sent } from "./push-choose.ts";
import { concludeOffer, isConflict, isItemsFault, stopping, tellRefused } from "./push-conclude.ts";
import type { CallResult, Drain } from "./push-drain.ts";
import { type Part, partsAfterFailure, partsAfterSuccess } from "./push-isolate.ts";
import { concernsStore, holdRefused } from "./store-refused.ts";

export interface TurnOptions extends ChooseOptions {
  /** Calls that are under way together at most. */
  lanes: number;
  /** Milliseconds from one start to the next that the platform's budget allows. */
  paceMs: number;
  /** Told of offers that the platform compared and found changed. */
  onChanged?(offers: readonly DirtyOffer[]): Promise<void>;
}

interface Waiting {
  give(sent: Sent | null): void;
}

interface Finished {
  sent: Sent;
  answer: CallResult;
  concluded: readonly Conclusion[];
}

/** A lane that has its answer waits for so long for others: what they brought is written together, and they go on together. */
const GATHER_MS = 15;

/** What lanes share: who has which offers, what is to be written down, and the turns in which both happen. */
export function createTurns(drain: Drain, options: TurnOptions, on: { stop(): void; onEnd(): void }) {
  const { engine, store, aspect, lease, result } = drain;
  const { route } = options;
  const waiting: Waiting[] = [];
  const finished: Finished[] = [];
  const gathered: (() => void)[] = [];
  const hands: Hands = { underWay: new Set(), unwritten: new Set(), parts: [], notApplied: new Set() };
  const { underWay, unwritten, parts, notApplied } = hands;
  const chooser = createChooser(drain, options, hands);
  const failures: unknown[] = [];
  let calls = 0;
  let urgency = 3;
  let reserved = 0;
  let besides = 0;
  const isQuick = options.paceMs * options.lanes < GATHER_MS;
  let onWaiting = () => {};
  let isGiving = false;
  let isWriting = false;
  /** The last choice found less than was asked for: looking again at once would find the same. */
  let isDry = false;
  /** It found as many as were asked for, and a start for nothing costs nothing: the next call is there, and nobody looks. */
  let isPlenty = false;
  let soon: ReturnType<typeof setTimeout> | null = null;
  let looking: Promise<void> | null = null;

  let isEnded = false;
  const end = () => {
    isEnded = true;
    calls = 0;
    isPlenty = false;
    on.stop();
  };
  const fail = (error: unknown) => {
    failures.push(error);
    if (error instanceof LeaseLostError) drain.lose(error);
    end();
  };

  async function lookOnce(): Promise<void> {
    const most = Math.min(MOST_LOOKED_AT, route.batch.max * options.lanes);
    const found = await countDueCalls(engine.db, await chooser.filterNow(), route.batch, most);
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
    isPlenty = false;
    calls = 0;
  }

  /** Where starts follow each other closely, lanes that are to come are waited for: one statement gives to all of them. */
  function othersHaveCome(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      onWaiting = () => {
        if (waiting.length < reserved) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function give(): Promise<void> {
    if (isGiving) return;
    isGiving = true;
    while (waiting.length > 0) {
      if (isQuick && reserved > waiting.length) await othersHaveCome();
      const lanes = waiting.splice(0);
      const given: Sent[] = [];
      try {
        if (!isEnded && !drain.signal.aborted) await choose(lanes.length, given);
      } catch (error) {
        fail(error);
        // The lease may be another's by now. What was taken is marked, and goes again.
        given.length = 0;
      }
      for (const sent of given) underWay.add(sent);
      reserved -= lanes.length;
      if (given.length < lanes.length) dry();
      result.sent += given.reduce((sum, { offers }) => sum + offers.length, 0);
      for (const [index, lane] of lanes.entries()) lane.give(given[index] ?? null);
    }
    isGiving = false;
    on.onEnd();
  }

  async function choose(lanes: number, given: Sent[]): Promise<void> {
    const { block, left } = await chooser.choose(lanes, given);
    isPlenty = isQuick && left === "more" && !isEnded;
    // Taken in order of danger: what is left is no more dangerous than the last of them.
    if (isPlenty) urgency = given.at(-1)?.offers.at(-1)?.urgency ?? urgency;
    if (block) {
      result.heldBack = block;
      end();
    } else if (left === "more") calls = Math.max(calls, lanes);
    else if (left === "none") dry();
  }

  async function write(): Promise<void> {
    if (soon) clearTimeout(soon);
    soon = null;
    for (const goOn of gathered.splice(0)) goOn();
    if (isWriting) return;
    isWriting = true;
    while (finished.length > 0) {
      const done = finished.splice(0);
      try {
        await writeOnce(done);
      } catch (error) {
        fail(error);
      }
    }
    isWriting = false;
    on.onEnd();
  }

  async function writeOnce(done: readonly Finished[]): Promise<void> {
    const at = engine.clock.now();
    const concluded = done.flatMap((one) => one.concluded);
    if (concluded.length > 0) {
      // An offer that changed while it was under way may go at once.
      if (await concludeUnderLease(engine.db, lease, aspect, concluded, at)) isDry = false;
      for (const { id } of concluded) unwritten.delete(id);
    }
    await conclude(done, concluded, at);
  }

  function add(more: readonly Part[]): void {
    parts.push(...more);
    if (more.length > 0) isDry = false;
  }

  /** What is to be written of a call's offers. Of one that a bad item has sunk, nothing: its parts go again. */
  function settle(sent: Sent, answer: CallResult, at: Date): Conclusion[] {
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
  async function conclude(done: readonly Finished[], concluded: readonly Conclusion[], at: Date): Promise<void> {
    for (const { state } of concluded) {
      if (state === "idle" || state === "checking") result.accepted++;
      else if (state === "rejected") result.rejected++;
      else if (state === "unknown" || state === "waiting") result.unknown++;
    }
    const offers = done.flatMap(({ sent }) => sent.offers);
    await tellRefused(drain, concluded, new Set(offers.filter((offer) => offer.hadError).map(({ id }) => id)), at);
    for (const { answer } of done) {
      const error = stopping(answer);
      if (error) await holdRefused(engine, store.row, error);
    }
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

  return {
    look,
    fail,
    urgency: () => urgency,
    /** One call to make; false where there is none. */
    reserve: async () => {
      if (calls <= 0 && isPlenty) calls = 1;
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
      new Promise((resolve) => {
        waiting.push({ give: resolve });
        onWaiting();
        void give();
      }),
    /** Resolves when the lane may go on. */
    finish: (sent: Sent, answer: CallResult): Promise<void> => {
      const at = engine.clock.now();
      const concluded = settle(sent, answer, at);
      for (const { id } of concluded) unwritten.add(id);
      underWay.delete(sent);
      finished.push({ sent, answer, concluded });
      const error = stopping(answer);
      if (error) {
        result.heldBack = error.message;
        if ("failure" in answer || concernsStore(error) || error.category === "throttled") end();
      }
      const goesOn = new Promise<void>((resolve) => gathered.push(resolve));
      if (underWay.size === 0 || isDry || isEnded) void write();
      else soon ??= setTimeout(() => void write(), GATHER_MS);
      return isQuick ? goesOn : Promise.resolve();
    },
    isQuiet: () => !isGiving && !isWriting && soon === null && besides === 0 && finished.length === 0,
    rethrow: () => {
      if (failures.length > 0) throw failures[0];
    },
  };
}

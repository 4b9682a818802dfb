/**
 * Drains what differs, for one store and aspect: slot first, then what to send, so that the newest value goes; one push
 * in flight per offer by the store's lease; absolute values only (promise 5).
 */
import type { PushCapability, PushItem, PushOutcome } from "../core/adapter.ts";
import { isAbsent } from "../core/adapter.ts";
import { raiseAlert } from "../core/db/alerts.ts";
import { appendAudit } from "../core/db/audit.ts";
import { type Lease, releaseLease, renewLease, takeLease } from "../core/db/leases.ts";
import {
  concludeOffers,
  type DirtyOffer,
  listDirtyOffers,
  listSubmittedOffers,
  markSent,
  type OfferConclusion,
  orderWatermark,
  putOffSubmitted,
} from "../core/db/offers.ts";
import { type AdapterError, TransientError } from "../core/errors.ts";
import { dueAgain } from "./due.ts";
import { type Engine, LEASE_MS } from "./engine.ts";
import { toFailure } from "./failure.ts";
import { type OpenedStore, openStore, withSlot } from "./store-handle.ts";
import { concernsStore, holdRefused } from "./store-refused.ts";

export type Aspect = "stock" | "price";

/** How long a platform is left to work on what it took in before it is asked again. */
const SUBMITTED_LOOK_MS = 30_000;
/** After an unknown outcome the newest value goes again no earlier than a late first write could still arrive. */
const UNKNOWN_WAIT_MS = 60_000;

export interface DrainResult {
  sent: number;
  accepted: number;
  rejected: number;
  unknown: number;
  /** Why nothing was sent, in words for people; null where there was nothing to hold back. */
  heldBack: string | null;
}

/** Why a store's offers wait; null where they may go. */
export function pushBlock(store: OpenedStore["row"]): string | null {
  if (store.mode === "observe") return "the store is in observe mode: switch it to live to let quantities go out";
  if (store.mode !== "live") return "the store is disconnected";
  if (store.pushStopped) return "pushes are stopped for this store";
  if (store.state !== "ok") return `the store waits: ${store.stateReason ?? store.state}`;
  return null;
}

/** Sends what differs until nothing is left, the budget says wait, or the signal stops it. */
export async function drainOffers(
  engine: Engine,
  storeId: string,
  aspect: Aspect,
  signal: AbortSignal,
): Promise<DrainResult> {
  const result: DrainResult = { sent: 0, accepted: 0, rejected: 0, unknown: 0, heldBack: null };
  const store = await openStore(engine, storeId, "normal");
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter?.[aspect === "stock" ? "stock" : "prices"];
  if (!capability || isAbsent(capability)) return result;
  result.heldBack = pushBlock(store.row);
  if (result.heldBack) return result;
  const lease = await takeLease(engine.db, `push:${aspect}:${storeId}`, engine.processId, LEASE_MS);
  if (!lease) return result;
  try {
    await checkSubmitted(engine, store, aspect, capability, signal);
    while (!signal.aborted) {
      const fresh = aspect === "price" || (await ordersAreFresh(engine, store));
      const [peek] = await listDirtyOffers(engine.db, {
        storeId,
        aspect,
        limit: 1,
        onlyZero: !fresh,
        at: engine.clock.now(),
      });
      if (!peek) {
        if (!fresh) result.heldBack = "its orders were not read recently: only zeroes go out";
        return result;
      }
      const priority = peek.urgency === 0 ? "zero" : "normal";
      const slot = await engine.takeSlot(store.handle, capability.quota, priority, signal);
      const offers = groupForCall(
        capability,
        await listDirtyOffers(engine.db, {
          storeId,
          aspect,
          limit: capability.batch.max * 4,
          onlyZero: !fresh,
          at: engine.clock.now(),
        }),
      );
      if (offers.length === 0) return result;
      await sendBatch(
        engine,
        { ...store, handle: withSlot(store.handle, slot) },
        aspect,
        capability,
        lease,
        offers,
        result,
        signal,
      );
      if (result.heldBack) return result;
    }
    return result;
  } finally {
    await releaseLease(engine.db, lease);
  }
}

/** Whether the store's own orders were read so recently that a quantity above zero may go to it (promise 4). */
async function ordersAreFresh(engine: Engine, store: OpenedStore): Promise<boolean> {
  const orders = engine.adapterOf(store.row.platform)?.orders;
  if (!orders || isAbsent(orders)) return true;
  const streams = orders.streams.filter((stream) => stream.by === "change" && !stream.audit);
  if (streams.length === 0) return true;
  const watermark = await orderWatermark(
    engine.db,
    store.row.id,
    streams.map((stream) => stream.name),
  );
  if (!watermark) return false;
  const set = store.row.settings.stock_max_age_seconds;
  const longest = Math.max(...streams.map((stream) => stream.everySeconds * 2 + stream.window.safetyLagSeconds));
  const maxAge = typeof set === "number" && set > 0 ? set : longest;
  // The watermark is told by the platform's clock.
  const platformNow = engine.clock.now().getTime() + (store.row.clockSkewMs ?? 0);
  return platformNow - watermark.getTime() <= maxAge * 1000;
}

/** The first offers that one call can take: all of one listing or place where the platform wants that. */
function groupForCall(capability: PushCapability, offers: readonly DirtyOffer[]): DirtyOffer[] {
  const { max, groupBy } = capability.batch;
  const groupOf = (offer: DirtyOffer) =>
    groupBy === "listing" ? offer.listingExternalId : groupBy === "place" ? (offer.place ?? "") : "";
  const first = offers[0];
  if (!first) return [];
  return offers.filter((offer) => groupOf(offer) === groupOf(first)).slice(0, max);
}

async function sendBatch(
  engine: Engine,
  store: OpenedStore,
  aspect: Aspect,
  capability: PushCapability,
  lease: Lease,
  offers: readonly DirtyOffer[],
  result: DrainResult,
  signal: AbortSignal,
): Promise<void> {
  await engine.db.transaction(async (tx) => {
    await renewLease(tx, lease, LEASE_MS);
    await markSent(tx, offers, engine.clock.now());
  });
  result.sent += offers.length;
  const outcomes = await setValues(engine, store, aspect, capability, offers, signal);
  const at = engine.clock.now();
  const conclusions = offers.map((offer) => conclude(offer, outcomes.get(offer.id), at));
  await engine.db.transaction(async (tx) => {
    await renewLease(tx, lease, LEASE_MS);
    await concludeOffers(tx, conclusions, at);
    await appendAudit(
      tx,
      offers.map((offer, i) => ({
        actor: "tallyport",
        act: aspect === "stock" ? "stock.set" : "prices.set",
        storeId: store.row.id,
        subject: "offer",
        subjectId: offer.id,
        cause: offer.cause,
        detail: {
          variant: offer.variantExternalId,
          value: offer.desired,
          version: offer.desiredVersion,
          place: offer.place,
        },
        outcome:
          conclusions[i]?.errorText ?? (conclusions[i]?.state === "idle" ? "accepted" : (conclusions[i]?.state ?? "")),
      })),
      at,
    );
  });
  for (const conclusion of conclusions) {
    if (conclusion.state === "idle") result.accepted++;
    else if (conclusion.state === "rejected") result.rejected++;
    else if (conclusion.state === "unknown") result.unknown++;
  }
  await alertRejected(engine, store, conclusions, at);
  const failures = [...outcomes.values()].filter((outcome) => outcome.outcome === "unknown");
  const failure = failures.find(({ error }) => concernsStore(error)) ?? failures[0];
  if (failure) {
    await holdRefused(engine, store.row, failure.error);
    result.heldBack = failure.error.message;
  }
}

/** Calls the adapter; where one bad item sinks the whole call, halves it until the bad one stands alone. */
async function setValues(
  engine: Engine,
  store: OpenedStore,
  aspect: Aspect,
  capability: PushCapability,
  offers: readonly DirtyOffer[],
  signal: AbortSignal,
): Promise<Map<string, PushOutcome>> {
  const outcomes = new Map<string, PushOutcome>();
  const attempt = async (part: readonly DirtyOffer[]): Promise<void> => {
    try {
      for (const outcome of await capability.set(store.handle, part.map(toItem), signal))
        outcomes.set(outcome.key, outcome);
    } catch (cause) {
      const operation = aspect === "stock" ? "stock.set" : "prices.set";
      const error = toFailure(engine, cause, { platform: store.row.platform, operation, storeId: store.row.id });
      const single = part.length === 1;
      const isItemsFault =
        error.category === "invalid_request" || error.category === "not_found" || error.category === "conflict";
      if (isItemsFault && !single) {
        const middle = Math.ceil(part.length / 2);
        await attempt(part.slice(0, middle));
        await attempt(part.slice(middle));
        return;
      }
      for (const offer of part)
        outcomes.set(
          offer.id,
          isItemsFault ? { key: offer.id, outcome: "rejected", error } : { key: offer.id, outcome: "unknown", error },
        );
    }
  };
  await attempt(offers);
  return outcomes;
}

function toItem(offer: DirtyOffer): PushItem {
  return {
    key: offer.id,
    listingExternalId: offer.listingExternalId,
    variantExternalId: offer.variantExternalId,
    sellerCode: offer.sellerCode,
    codes: offer.codes,
    place: offer.place,
    value: offer.desired,
    currency: offer.currency,
    observed: offer.observed,
    idempotencyKey: `${offer.id}:${offer.desiredVersion}`,
  };
}

function conclude(offer: DirtyOffer, outcome: PushOutcome | undefined, at: Date): OfferConclusion {
  const base = {
    id: offer.id,
    version: offer.desiredVersion,
    value: offer.desired,
    receipt: null,
    errorCode: null,
    errorText: null,
  };
  if (outcome?.outcome === "accepted") return { ...base, state: "idle", attempts: 0, dueAt: null };
  if (outcome?.outcome === "submitted")
    return {
      ...base,
      state: "submitted",
      receipt: outcome.receipt,
      attempts: 0,
      dueAt: new Date(at.getTime() + SUBMITTED_LOOK_MS),
    };
  const error: AdapterError =
    outcome && "error" in outcome
      ? outcome.error
      : new TransientError({
          platform: "",
          operation: "push",
          message: "the platform's answer did not name this item",
        });
  const failed = {
    ...base,
    errorCode: error.platformCode ?? error.category,
    errorText: error.message,
    attempts: offer.attempts + 1,
  };
  if (outcome?.outcome === "rejected") return { ...failed, state: "rejected", dueAt: null };
  // Refused for the whole store, the value waits with it.
  const due = concernsStore(error) ? at : dueAgain(error.category, offer.attempts + 1, error.retryAfterMs, at);
  const earliest = new Date(at.getTime() + UNKNOWN_WAIT_MS);
  return { ...failed, state: "unknown", dueAt: error.maybeApplied && due < earliest ? earliest : due };
}

async function alertRejected(
  engine: Engine,
  store: OpenedStore,
  conclusions: readonly OfferConclusion[],
  at: Date,
): Promise<void> {
  const rejected = conclusions.filter((conclusion) => conclusion.state === "rejected");
  for (const conclusion of rejected)
    await raiseAlert(
      engine.db,
      {
        code: "push_rejected",
        severity: "warning",
        storeId: store.row.id,
        subject: "offer",
        subjectId: conclusion.id,
        message: `"${store.row.name}" refuses ${conclusion.value}: ${conclusion.errorText ?? ""}`,
        remedy: "Mend the listing at the platform, or unmap it. The next change of the quantity is tried again.",
      },
      at,
    );
}

/** Asks what became of values that the platform took in for later. */
async function checkSubmitted(
  engine: Engine,
  store: OpenedStore,
  aspect: Aspect,
  capability: PushCapability,
  signal: AbortSignal,
): Promise<void> {
  if (!capability.check) return;
  const open = await listSubmittedOffers(engine.db, store.row.id, aspect, 1_000, engine.clock.now());
  if (open.length === 0) return;
  const receipts = [...new Set(open.map((offer) => offer.receipt))];
  // What is not ready yet is asked for again later, also where asking fails.
  await putOffSubmitted(engine.db, open, new Date(engine.clock.now().getTime() + SUBMITTED_LOOK_MS));
  const outcomes = await capability.check(store.handle, receipts, signal);
  const at = engine.clock.now();
  const conclusions: OfferConclusion[] = [];
  for (const outcome of outcomes) {
    for (const offer of open.filter(
      (candidate) => candidate.receipt === outcome.receipt && (outcome.key === "" || candidate.id === outcome.key),
    )) {
      const base = {
        id: offer.id,
        version: offer.version,
        value: offer.value,
        receipt: null,
        attempts: 0,
        dueAt: null,
      };
      if (outcome.outcome === "accepted")
        conclusions.push({ ...base, state: "idle", errorCode: null, errorText: null });
      else if (outcome.outcome === "rejected" || outcome.outcome === "unknown")
        conclusions.push({
          ...base,
          state: outcome.outcome,
          errorCode: outcome.error.platformCode ?? outcome.error.category,
          errorText: outcome.error.message,
        });
    }
  }
  await concludeOffers(engine.db, conclusions, at);
  await alertRejected(engine, store, conclusions, at);
}

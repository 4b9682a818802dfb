/**
 * Values that a platform works off by itself: what became of them, and the way out where it does not get there. What is
 * dangerous then goes by the direct way, and whatever the feed still does afterwards is overwritten by the newest value.
 */
import type { PushOutcome } from "../core/adapter.ts";
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import { renewLease } from "../core/db/leases.ts";
import { type Conclusion, concludeOffers } from "../core/db/offer-conclusions.ts";
import {
  closeReceipts,
  findOverdue,
  listGivenUp,
  listSubmittedOffers,
  putOffSubmitted,
  type SubmittedOffer,
} from "../core/db/submitted-offers.ts";
import { LEASE_MS } from "./engine.ts";
import { toFailure } from "./failure.ts";
import { SUBMITTED_LOOK_MS, tellRefused } from "./push-conclude.ts";
import { type Drain, operationOf } from "./push-drain.ts";
import { runLanes } from "./push-lanes.ts";
import { readChanged } from "./push-readback.ts";
import { pushSettings } from "./push-settings.ts";
import { holdRefused } from "./store-refused.ts";

const MOST_AT_ONCE = 1_000;
/** A feed of which nothing was heard for so long will not write any more. */
const GIVE_UP_MS = 24 * 3_600_000;

/** Asks what became of values that the platform took in for later; answers whether anything ended. */
export async function checkSubmitted(drain: Drain): Promise<boolean> {
  const { engine, store, aspect, capability, signal, result } = drain;
  if (!capability.check) return false;
  const open = await listSubmittedOffers(engine.db, store.row.id, aspect, MOST_AT_ONCE, engine.clock.now());
  if (open.length === 0) return false;
  const receipts = [...new Set(open.map((offer) => offer.receipt))];
  // What is not ready yet is asked for again later, also where asking fails.
  await putOffSubmitted(engine.db, open, new Date(engine.clock.now().getTime() + SUBMITTED_LOOK_MS));
  try {
    return await writeEnds(drain, open, await capability.check(store.handle, receipts, signal));
  } catch (cause) {
    const error = toFailure(engine, cause, {
      platform: store.row.platform,
      operation: operationOf(aspect),
      storeId: store.row.id,
    });
    result.heldBack = error.message;
    await holdRefused(engine, store.row, error);
    return false;
  }
}

async function writeEnds(
  drain: Drain,
  open: readonly SubmittedOffer[],
  outcomes: readonly (PushOutcome & { receipt: string })[],
): Promise<boolean> {
  const { engine, aspect, lease, result } = drain;
  const at = engine.clock.now();
  const ended = outcomes.flatMap((outcome) =>
    outcome.outcome === "submitted"
      ? []
      : open
          .filter(({ receipt, id }) => receipt === outcome.receipt && (outcome.key === "" || outcome.key === id))
          .map((offer) => ({ offer, outcome })),
  );
  const conclusions = ended.flatMap(({ offer, outcome }) =>
    offer.isOvertaken ? [] : [conclusionOf(drain, offer, outcome, at)],
  );
  const overtaken = ended.flatMap(({ offer }) => (offer.isOvertaken ? [offer] : []));
  await engine.db.transaction(async (tx) => {
    await concludeOffers(tx, aspect, conclusions, at);
    if (overtaken.length > 0) await closeReceipts(tx, overtaken);
    // Last, as offers' rows are locked before the lease's (core/db/offer-conclusions.ts).
    await renewLease(tx, lease, LEASE_MS);
  });
  for (const { state } of conclusions) {
    if (state === "idle") result.accepted++;
    else if (state === "rejected") result.rejected++;
    else result.unknown++;
  }
  await tellRefused(drain, conclusions, new Set(), at);
  const changed = conclusions.filter(({ state }) => state === "waiting");
  if (changed.length > 0) await readChanged(drain, changed);
  return ended.length > 0;
}

function conclusionOf(
  { aspect, capability }: Drain,
  offer: SubmittedOffer,
  outcome: Exclude<PushOutcome, { outcome: "submitted" }>,
  at: Date,
): Conclusion {
  const error = "error" in outcome ? outcome.error : null;
  // Compared and found changed: computed again when the orders of that moment are read.
  const isChanged = error?.category === "conflict" && capability.compareAndSet && aspect === "stock";
  const state = outcome.outcome === "accepted" ? "idle" : isChanged ? "waiting" : outcome.outcome;
  return {
    id: offer.id,
    version: offer.version,
    value: offer.value,
    state,
    wasUnknown: false,
    shown: outcome.outcome === "accepted" ? (outcome.shown ?? null) : null,
    receipt: null,
    closes: offer.receipt,
    attempts: error ? 1 : 0,
    dueAt: state === "unknown" || state === "waiting" ? new Date(at.getTime() + SUBMITTED_LOOK_MS) : null,
    errorCode: error ? (error.platformCode ?? error.category) : null,
    errorText: error?.message ?? null,
    audit: {
      outcome: error?.message ?? "accepted",
      cause: offer.cause,
      detail: {
        variant: offer.variantExternalId,
        value: offer.value,
        version: offer.version,
        place: offer.place || null,
        receipt: offer.receipt,
      },
    },
  };
}

/**
 * Where a feed hangs: an alert, and what is dangerous goes by the direct way where the platform has one. Answers whether
 * anything was given up, and goes again on the usual way.
 */
export async function sendOverdue(drain: Drain): Promise<boolean> {
  const { engine, store, aspect, capability } = drain;
  if (!capability.check) return false;
  const at = engine.clock.now();
  const { feedPatienceMs, overdueUrgency } = pushSettings(store.row.settings);
  const before = new Date(at.getTime() - feedPatienceMs);
  const isGivenUp = await giveUp(drain, at);
  const overdue = await findOverdue(engine.db, store.row.id, aspect, before);
  const alert = { code: "feed_hangs", subject: "store", subjectId: `${store.row.id}/${aspect}` };
  if (overdue.offers === 0) await settleAlert(engine.db, alert, at);
  else
    await raiseAlert(
      engine.db,
      {
        ...alert,
        severity: overdue.zeroes > 0 && !capability.direct ? "critical" : "warning",
        storeId: store.row.id,
        message: `"${store.row.name}" has not worked off ${overdue.offers} values for more than ${Math.round(feedPatienceMs / 60_000)} minutes.`,
        remedy: capability.direct
          ? "What must not be sold any more goes by single calls. Look at the platform's state page; nothing is lost."
          : "The platform has no other way: end the sale of what is sold out there by hand.",
      },
      at,
    );
  if (!capability.direct) return isGivenUp;
  await runLanes(drain, {
    route: capability.direct,
    pick: { of: "overdue", sentBefore: before, urgency: aspect === "stock" ? overdueUrgency : -1 },
  });
  return isGivenUp;
}

/** A receipt of which nothing was heard for a day: the newest value goes again on the usual way. */
async function giveUp({ engine, store, aspect }: Drain, at: Date): Promise<boolean> {
  const before = new Date(at.getTime() - GIVE_UP_MS);
  const lost = await listGivenUp(engine.db, store.row.id, aspect, before);
  if (lost.length > 0) await closeReceipts(engine.db, lost);
  return lost.length > 0;
}

/** From what a platform answered to what is written of an offer, and what people are told. */
import type { PushCapability, PushOutcome } from "../core/adapter.ts";
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import type { Conclusion, OfferConclusion } from "../core/db/offer-conclusions.ts";
import type { Aspect, DirtyOffer } from "../core/db/offers.ts";
import { type AdapterError, TransientError } from "../core/errors.ts";
import { dueAgain } from "./due.ts";
import type { CallResult, Drain } from "./push-drain.ts";
import { concernsStore } from "./store-refused.ts";

/** How long a platform is left to work on what it took in before it is asked again. */
export const SUBMITTED_LOOK_MS = 30_000;
/** After an unknown outcome the newest value goes again no earlier than a late first write could still arrive. */
const UNKNOWN_WAIT_MS = 60_000;
/** A value that followed an unknown one is read back after this time: a late first write may have come over it. */
const READ_BACK_MS = 60_000;

/** The first wait after a comparison that failed; it doubles. */
const CONFLICT_WAIT_MS = 5_000;

/** Failures for the fault of an item, not of the call. */
export const isItemsFault = (error: AdapterError): boolean =>
  error.category === "invalid_request" || error.category === "not_found" || error.category === "conflict";

/** What is written of an offer after a call. */
export function concludeOffer(
  { aspect, capability }: { aspect: Aspect; capability: PushCapability },
  offer: DirtyOffer,
  answer: CallResult,
  at: Date,
): Conclusion {
  const later = (ms: number) => new Date(at.getTime() + ms);
  const of = (state: OfferConclusion["state"], more: Partial<OfferConclusion> = {}): Conclusion => ({
    id: offer.id,
    version: offer.desiredVersion,
    value: offer.desired,
    wasUnknown: offer.wasUnknown,
    state,
    shown: null,
    receipt: null,
    attempts: 0,
    dueAt: null,
    errorCode: null,
    errorText: null,
    audit: {
      outcome: more.errorText ?? (state === "idle" || state === "checking" ? "accepted" : state),
      cause: offer.cause,
      detail: {
        variant: offer.variantExternalId,
        value: offer.desired,
        version: offer.desiredVersion,
        place: offer.place,
      },
    },
    ...more,
  });
  const outcome = outcomeOf(offer, answer);
  switch (outcome.outcome) {
    case "accepted": {
      const isChecked = offer.wasUnknown && capability.read !== undefined;
      return isChecked
        ? of("checking", { shown: outcome.shown ?? null, dueAt: later(READ_BACK_MS) })
        : of("idle", { shown: outcome.shown ?? null });
    }
    case "submitted":
      return of("submitted", { receipt: outcome.receipt, dueAt: later(SUBMITTED_LOOK_MS) });
    case "rejected": {
      const failed = failureOf(offer, outcome.error);
      // Compared and found changed: its orders are read, the quantity is computed again, and goes over what is there now.
      if (capability.compareAndSet && aspect === "stock" && outcome.error.category === "conflict")
        return of("waiting", {
          ...failed,
          dueAt: later(Math.min(CONFLICT_WAIT_MS * 2 ** Math.min(offer.attempts, 9), 900_000)),
        });
      return of("rejected", failed);
    }
    case "unknown": {
      const { error } = outcome;
      // Refused for the whole store, the value waits with it.
      const due = concernsStore(error) ? at : dueAgain(error.category, offer.attempts + 1, error.retryAfterMs, at);
      const failed = failureOf(offer, error);
      if (!error.maybeApplied) return of("waiting", { ...failed, dueAt: due });
      return of("unknown", { ...failed, dueAt: due < later(UNKNOWN_WAIT_MS) ? later(UNKNOWN_WAIT_MS) : due });
    }
  }
}

function outcomeOf(offer: DirtyOffer, answer: CallResult): PushOutcome {
  if ("failure" in answer) {
    const { failure: error } = answer;
    return { key: offer.id, outcome: isItemsFault(error) ? "rejected" : "unknown", error };
  }
  const outcome = answer.outcomes.get(offer.id);
  if (outcome) return outcome;
  const message = "the platform's answer did not name this item";
  const error = new TransientError({ platform: "", operation: "push", message, maybeApplied: true });
  return { key: offer.id, outcome: "unknown", error };
}

const failureOf = (offer: DirtyOffer, error: AdapterError) => ({
  errorCode: error.platformCode ?? error.category,
  errorText: error.message,
  attempts: offer.attempts + 1,
});

/** Tells of refused values, and no longer of those that went through after all. */
export async function tellRefused(
  { engine, store }: Pick<Drain, "engine" | "store">,
  conclusions: readonly OfferConclusion[],
  hadError: ReadonlySet<string>,
  at: Date,
): Promise<void> {
  for (const { id, state, value, errorText } of conclusions) {
    const alert = { code: "push_rejected", subject: "offer", subjectId: id };
    if (state === "rejected")
      await raiseAlert(
        engine.db,
        {
          ...alert,
          severity: "warning",
          storeId: store.row.id,
          message: `"${store.row.name}" refuses ${value}: ${errorText ?? ""}`,
          remedy: "Mend the listing at the platform, or unmap it. The next change of the quantity is tried again.",
        },
        at,
      );
    else if ((state === "idle" || state === "checking") && hadError.has(id)) await settleAlert(engine.db, alert, at);
  }
}

/** What the platform does not take as a whole it will not take now, and the offers' due times tell when to go on. */
export function stopping(answer: CallResult): AdapterError | null {
  const isWhole = "failure" in answer;
  const errors = isWhole ? [answer.failure] : unknownErrors(answer.outcomes);
  const error = errors.find(concernsStore) ?? errors[0];
  return error && !(isWhole && isItemsFault(error)) ? error : null;
}

function unknownErrors(outcomes: ReadonlyMap<string, PushOutcome>): AdapterError[] {
  return [...outcomes.values()].flatMap((outcome) => (outcome.outcome === "unknown" ? [outcome.error] : []));
}

/** Whether the platform compared, and found an offer changed. */
export function isConflict(answer: CallResult, id: string): boolean {
  if ("failure" in answer) return answer.failure.category === "conflict";
  const outcome = answer.outcomes.get(id);
  return outcome !== undefined && "error" in outcome && outcome.error.category === "conflict";
}

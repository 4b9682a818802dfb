/** What a platform answers to credentials that a person gave, in words for that person. */
import { type AdapterError, type ErrorCategory, InputError, isAdapterError } from "../core/errors.ts";
import { QuotaWaitError } from "../core/limiter.ts";

/** What a platform says of credentials, as `InputError` with its words where it refuses them. */
export async function checkGrant<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isAdapterError(error)) throw error;
    if (error.category === "throttled") throw notTried(error);
    const words = `${error.message}${error.platformMessage ? ` - the platform says: ${error.platformMessage}` : ""}`;
    throw new InputError("store_refused", `${words.replace(/[.]$/, "")}. ${error.remedy ?? ADVICE[error.category]}`, {
      status: 422,
      cause: error,
    });
  }
}

const SEE = "See the platform's answer.";
const ADVICE: Readonly<Record<Exclude<ErrorCategory, "throttled">, string>> = {
  auth_expired: "Check the credentials and their permissions.",
  transient: "Check the store's address and that it can be reached from here.",
  invalid_request: SEE,
  not_found: SEE,
  conflict: SEE,
  permanent: SEE,
};

const OWN_PACE = {
  busy: "our own pacing holds the call back, because our share of the platform's quota is in use",
  paused: "the platform asked for a pause before, which we keep",
  daily: "the day's allowance is used up",
} as const;

/** Pacing says nothing of credentials: ours, of a quota that is in use, or the platform's, which wants us to wait. */
function notTried(error: AdapterError): InputError {
  const why = error.cause instanceof QuotaWaitError ? OWN_PACE[error.cause.reason] : "the platform asks us to wait";
  const when = error.retryAfterMs === null ? "in a minute" : `in ${Math.ceil(error.retryAfterMs / 1000)} s`;
  const message = `The store's credentials were not tried: ${why}. Nothing is wrong with them as far as we know; try again ${when}.`;
  return new InputError("store_not_tried", message, { status: 429, cause: error });
}

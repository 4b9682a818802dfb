/** Refusals as outcomes of acts and pushes, for adapters: what a repeat may cure is thrown on, never told as refused. */
import type { ActOutcome, PushItem, PushOutcome } from "./adapter.ts";
import { type AdapterError, adapterError, type ErrorCategory, isAdapterError } from "./errors.ts";
import type { Resource } from "./model/vocabulary.ts";

const REFUSALS: readonly ErrorCategory[] = ["invalid_request", "not_found", "conflict", "permanent"];

type Refused = ActOutcome & { outcome: "rejected" };

/** The helpers of one platform, whose errors bear its name. */
export function outcomesOf(platform: string) {
  const unconfirmed = (operation: string): AdapterError =>
    adapterError("transient", {
      platform,
      operation,
      message: "the answer does not confirm the value",
      maybeApplied: true,
    });

  return {
    isRefusal,
    refusable,
    done,
    unconfirmed,
    /** A refusal of ours, before anything is sent. */
    refuse: (
      category: "invalid_request" | "not_found" | "conflict" | "permanent",
      operation: string,
      message: string,
    ): Refused => ({ outcome: "rejected", error: adapterError(category, { platform, operation, message }) }),
    /** One call per item. An item that its answer does not confirm is unknown; a failure of the only item is thrown. */
    async pushEach(
      items: readonly PushItem[],
      operation: string,
      write: (item: PushItem) => Promise<PushOutcome | boolean>,
    ): Promise<PushOutcome[]> {
      const outcomes: PushOutcome[] = [];
      let stopped: AdapterError | null = null;
      for (const item of items) {
        const { key, value } = item;
        try {
          if (stopped) throw stopped;
          const answer = await write(item);
          if (typeof answer === "object") outcomes.push(answer);
          else if (answer) outcomes.push({ key, outcome: "accepted", shown: value });
          else outcomes.push({ key, outcome: "unknown", error: unconfirmed(operation) });
        } catch (error) {
          if (!isAdapterError(error) || (items.length === 1 && !isRefusal(error))) throw error;
          outcomes.push({ key, outcome: isRefusal(error) ? "rejected" : "unknown", error });
          if (error.scope !== "call" || error.category === "throttled") stopped = error;
        }
      }
      return outcomes;
    },
  };
}

/** A refusal of this call that a repeat does not cure. */
const isRefusal = (error: unknown): error is AdapterError =>
  isAdapterError(error) && REFUSALS.includes(error.category) && !error.maybeApplied && error.scope === "call";

/** A refusal as an outcome; whatever a repeat may cure, or concerns more than this call, is thrown on. */
export async function refusable(perform: () => Promise<ActOutcome>): Promise<ActOutcome> {
  try {
    return await perform();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { outcome: "rejected", error };
  }
}

const done = (externalId: string, ...resources: Resource[]): ActOutcome => ({
  outcome: "done",
  reread: resources.map((resource) => ({ resource, externalId })),
});

/** What is asked for, or null where the platform says that it does not exist. */
export async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isAdapterError(error) && error.category === "not_found") return null;
    throw error;
  }
}

/** Refusals as outcomes of acts and pushes. */
import type { ActOutcome, PushItem, PushOutcome } from "../../../core/adapter.ts";
import { type AdapterError, adapterError, type ErrorCategory, isAdapterError } from "../../../core/errors.ts";
import type { Resource } from "../../../core/model/vocabulary.ts";

const REFUSALS: readonly ErrorCategory[] = ["invalid_request", "not_found", "conflict", "permanent"];

/** A refusal of this call that a repeat does not cure. */
export const isRefusal = (error: unknown): error is AdapterError =>
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

/** A refusal of ours, before anything is sent. */
export const refuse = (
  category: "invalid_request" | "not_found" | "conflict" | "permanent",
  operation: string,
  message: string,
): ActOutcome & { outcome: "rejected" } => ({
  outcome: "rejected",
  error: adapterError(category, { platform: "jd", operation, message }),
});

export const done = (externalId: string, ...resources: Resource[]): ActOutcome => ({
  outcome: "done",
  reread: resources.map((resource) => ({ resource, externalId })),
});

/** One call per item. An item that its answer does not confirm is unknown; a failure of the only item is thrown. */
export async function pushEach(
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
}

const unconfirmed = (operation: string): AdapterError =>
  adapterError("transient", {
    platform: "jd",
    operation,
    message: "the answer does not confirm the value",
    maybeApplied: true,
  });

/** Writes of values: items of one listing share a call, and each gets an outcome of its own, in the order asked. */
import type { PushItem, PushOutcome } from "../../../core/adapter.ts";
import { type AdapterError, adapterError, isAdapterError } from "../../../core/errors.ts";
import { isRefusal } from "./refusals.ts";

/** Runs `write` per listing. A failure of the only listing is thrown, so that the engine can halve what sank the call. */
export async function pushByListing(
  items: readonly PushItem[],
  operation: string,
  write: (group: readonly PushItem[]) => Promise<PushOutcome[]>,
): Promise<PushOutcome[]> {
  const groups = new Map<string, PushItem[]>();
  for (const item of items) {
    const group = groups.get(item.listingExternalId);
    if (group) group.push(item);
    else groups.set(item.listingExternalId, [item]);
  }
  const outcomes = new Map<string, PushOutcome>();
  let stopped: AdapterError | null = null;
  for (const group of groups.values()) {
    try {
      if (stopped) throw stopped;
      for (const outcome of await write(group)) outcomes.set(outcome.key, outcome);
    } catch (error) {
      if (!isAdapterError(error) || groups.size === 1) throw error;
      for (const item of group)
        outcomes.set(item.key, { key: item.key, outcome: isRefusal(error) ? "rejected" : "unknown", error });
      if (error.category === "auth_expired" || error.category === "throttled") stopped = error;
    }
  }
  return items.map((item) => outcomes.get(item.key) ?? unanswered(item.key, operation));
}

/** An item that the answer does not name is unknown, never assumed to be well. */
export function unanswered(key: string, operation: string): PushOutcome {
  const error = adapterError("transient", {
    platform: "taobao",
    operation,
    message: "the answer does not name the item",
    maybeApplied: true,
  });
  return { key, outcome: "unknown", error };
}

/** A refusal of ours, of one item. */
export function rejected(
  key: string,
  category: "invalid_request" | "conflict" | "not_found",
  operation: string,
  message: string,
): PushOutcome {
  return { key, outcome: "rejected", error: adapterError(category, { platform: "taobao", operation, message }) };
}

/** Refusals as outcomes of acts and pushes. */
import type { ActOutcome, PushItem, PushOutcome } from "../../../core/adapter.ts";
import { type AdapterError, adapterError, type ErrorCategory, isAdapterError } from "../../../core/errors.ts";
import type { Resource } from "../../../core/model/vocabulary.ts";
import { type Fields, textIn } from "../schemas.ts";
import { rowsOf } from "./lists.ts";

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

/** A refusal of ours, before anything is sent, or the platform's of one item. */
export const refusal = (category: ErrorCategory, operation: string, message: string): AdapterError =>
  adapterError(category, { platform: "vipshop", operation, message, platformMessage: message });

export const refuse = (category: ErrorCategory, operation: string, message: string): ActOutcome => ({
  outcome: "rejected",
  error: refusal(category, operation, message),
});

export const done = (externalId: string, ...resources: Resource[]): ActOutcome => ({
  outcome: "done",
  reread: resources.map((resource) => ({ resource, externalId })),
});

/** What a list of failed items says of the first of them; null where none failed. */
export function failedItem(result: unknown, ...names: string[]): string | null {
  const [item] = names.flatMap((name) => rowsOf(result, name));
  if (!item) return null;
  const words = ["result_desc", "error_msg", "msg", "result_message"].map((name) => textIn((item as Fields)[name]));
  return words.find((text) => text !== null) ?? "the platform names no reason";
}

/** One call per item. A failure of the only item is thrown; after one that concerns more than its item none is sent. */
export async function pushEach(
  items: readonly PushItem[],
  write: (item: PushItem) => Promise<PushOutcome>,
): Promise<PushOutcome[]> {
  const outcomes: PushOutcome[] = [];
  let stopped: AdapterError | null = null;
  for (const item of items) {
    try {
      if (stopped) throw stopped;
      outcomes.push(await write(item));
    } catch (error) {
      if (!isAdapterError(error) || (items.length === 1 && !isRefusal(error))) throw error;
      outcomes.push({ key: item.key, outcome: isRefusal(error) ? "rejected" : "unknown", error });
      if (error.scope !== "call" || error.category === "throttled") stopped = error;
    }
  }
  return outcomes;
}

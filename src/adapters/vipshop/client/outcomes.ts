/** Refusals as outcomes of acts and pushes, and what a batch's answer says of its only item. */
import type { ActOutcome } from "../../../core/adapter.ts";
import { type AdapterError, adapterError, type ErrorCategory } from "../../../core/errors.ts";
import { outcomesOf } from "../../../core/outcomes.ts";
import { isFields, recordsOf, textIn } from "../schemas.ts";

export const { done, isRefusal, pushEach, refusable, refuse } = outcomesOf("vipshop");

/** A refusal to be thrown: of ours, or the platform's of one item. */
export const refusal = (category: ErrorCategory, operation: string, message: string): AdapterError =>
  adapterError(category, { platform: "vipshop", operation, message, platformMessage: message });

const FAILED = ["fail_data", "failed_list"];
const WORDS = ["result_desc", "error_msg", "msg"];

/** Done, unless the answer lists the item among those that failed. */
export function doneUnlessFailed(result: unknown, operation: string, outcome: ActOutcome): ActOutcome {
  const [item] = isFields(result) ? FAILED.flatMap((name) => recordsOf(result[name])) : [];
  if (!item) return outcome;
  const words = WORDS.map((name) => textIn(item[name])).find((text) => text !== null);
  return refuse("conflict", operation, words ?? "the platform names no reason");
}

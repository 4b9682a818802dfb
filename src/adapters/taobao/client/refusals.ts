/** Refusals of acts, as outcomes. */
import type { ActOutcome } from "../../../core/adapter.ts";
import { type AdapterError, adapterError, type ErrorCategory, isAdapterError } from "../../../core/errors.ts";

const REFUSALS: readonly ErrorCategory[] = ["invalid_request", "not_found", "conflict", "permanent"];

/** A refusal that a repeat does not cure. An answer that was not understood is none: the write may have been made. */
export function isRefusal(error: unknown): error is AdapterError {
  return isAdapterError(error) && REFUSALS.includes(error.category) && !error.maybeApplied;
}

/** A refusal as an outcome; whatever a repeat may cure is thrown on. */
export async function refusable(perform: () => Promise<ActOutcome>): Promise<ActOutcome> {
  try {
    return await perform();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { outcome: "rejected", error };
  }
}

/** A refusal of ours, before anything is sent. */
export function refuse(
  category: "invalid_request" | "not_found" | "conflict" | "permanent",
  operation: string,
  message: string,
): ActOutcome {
  return { outcome: "rejected", error: adapterError(category, { platform: "taobao", operation, message }) };
}

/** Whether the gateway's sub_code ends in one of these suffixes. */
export function hasSuffix(error: unknown, ...suffixes: string[]): boolean {
  return isAdapterError(error) && suffixes.some((suffix) => error.platformCode?.endsWith(`:${suffix}`) ?? false);
}

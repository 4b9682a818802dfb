/** Refusals of acts, as outcomes. */
import type { ActOutcome } from "../../../core/adapter.ts";
import { adapterError, isAdapterError } from "../../../core/errors.ts";

/** A refusal as an outcome; whatever a repeat may cure is thrown on. */
export async function refusable(perform: () => Promise<ActOutcome>): Promise<ActOutcome> {
  try {
    return await perform();
  } catch (error) {
    const isRefusal =
      isAdapterError(error) && ["invalid_request", "not_found", "conflict", "permanent"].includes(error.category);
    if (!isRefusal) throw error;
    return { outcome: "rejected", error };
  }
}

/** A refusal of ours, before anything is sent. */
export function refuse(
  category: "invalid_request" | "not_found" | "conflict",
  operation: string,
  message: string,
): ActOutcome {
  return { outcome: "rejected", error: adapterError(category, { platform: "woocommerce", operation, message }) };
}

/** What a failure of an adapter's function means for its work. */
import { sqlState } from "../core/db/database.ts";
import { LeaseLostError } from "../core/db/leases.ts";
import { type AdapterError, isAdapterError, TransientError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";

/**
 * The failure by its category. What is no platform's answer is a bug: it is logged and counts as one that may pass, so
 * that it is put off and told like others, and the rest goes on. Throws what is the database's, or a lease that was lost.
 */
export function toFailure(
  engine: Pick<Engine, "log">,
  error: unknown,
  place: { platform: string; operation: string; storeId: string },
): AdapterError {
  if (isAdapterError(error)) return error;
  if (error instanceof LeaseLostError || sqlState(error) !== null) throw error;
  engine.log.error("work failed by a bug", { ...place, err: error });
  // The error's own words may quote what was read.
  const message = `the answer was not understood (${error instanceof Error ? error.name : typeof error})`;
  const { platform, operation } = place;
  return new TransientError({ platform, operation, message, maybeApplied: true, cause: error });
}

/** A check of the suite: a question that every adapter is asked, by a name under which it can be excepted. */
import type { Adapter } from "../../src/core/adapter.ts";
import { type AdapterError, isAdapterError } from "../../src/core/errors.ts";
import type { Bench, Setup } from "./bench.ts";

export interface Check {
  /** `group: sentence`; this is what `exceptions.ts` names. */
  name: string;
  /** False where the question makes no sense: what it asks about is absent, with a reason of its own. */
  applies?(adapter: Adapter): boolean;
  setup?: Setup;
  run(bench: Bench): Promise<void> | void;
}

/** Checks of a group, in which each is named after it. */
export function group(name: string, checks: readonly Check[], applies?: (adapter: Adapter) => boolean): Check[] {
  return checks.map((check) => ({
    ...check,
    name: `${name}: ${check.name}`,
    applies: (adapter) => (applies?.(adapter) ?? true) && (check.applies?.(adapter) ?? true),
  }));
}

/** What the platform file has to say for this check; its absence fails the check by name. */
export function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`tests/conformance/platforms does not say ${what}`);
  return value;
}

/** The failure that a call ends with; fails where it ends well, or with something that is no failure of the platform's. */
export async function failureOf(call: Promise<unknown>): Promise<AdapterError> {
  let value: unknown;
  try {
    value = await call;
  } catch (error) {
    if (isAdapterError(error)) return error;
    throw new Error(`expected an AdapterError, got ${String(error)}`, { cause: error });
  }
  throw new Error(`expected a failure, got ${JSON.stringify(value)?.slice(0, 200)}`);
}

/** Adapters without a network: what `map` and the checks of arguments need. */
import { registry } from "../adapters/index.ts";
import type { Adapter, AdapterContext, ReadCapability, Registry } from "../core/adapter.ts";
import { isAbsent } from "../core/adapter.ts";
import { systemClock } from "../core/clock.ts";
import { createLog } from "../core/log.ts";
import type { Resource } from "../core/model/vocabulary.ts";
import { UsageError } from "./cli.ts";

const OFFLINE: AdapterContext = {
  http: () => ({ send: () => Promise.reject(new Error("this command makes no calls")) }),
  clock: systemClock,
  log: createLog({ level: "silent" }),
};

/** The adapter of a platform, unable to call it. Throws `UsageError` with the names that exist. */
export function offlineAdapter(platform: string): Adapter {
  const known: Registry = registry;
  const entry = Object.hasOwn(known, platform) ? known[platform] : undefined;
  if (!entry)
    throw new UsageError(`There is no platform "${platform}". Known: ${Object.keys(known).sort().join(", ")}.`);
  return entry.createAdapter(OFFLINE);
}

/** The reading of a resource. Throws `UsageError` with the adapter's reason where the platform has none. */
export function capabilityOf(adapter: Adapter, resource: Resource): ReadCapability {
  const capability = adapter[resource];
  if (isAbsent(capability)) throw new UsageError(`${adapter.label} has no ${resource}: ${capability.absent}.`);
  return capability;
}

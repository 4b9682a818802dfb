/** What each platform can do here, and why not where it cannot: read from the adapters' own data. */
import { z } from "zod";
import { type Adapter, CAPABILITIES, type CapabilityName, isAbsent } from "../core/adapter.ts";
import { define, json } from "./define.ts";
import { platformSchema } from "./schemas/platforms.ts";
import type { Api } from "./types.ts";

export function definePlatforms(api: Api): void {
  define(
    api,
    "GET /v1/platforms",
    {
      summary: "Platforms and their capabilities",
      answer: z.object({ data: z.array(platformSchema), next: z.null() }),
    },
    ({ c }) => json(c, { data: [...api.adapters.values()].map(renderPlatform), next: null }),
  );
}

function renderPlatform(adapter: Adapter) {
  return {
    id: adapter.id,
    label: adapter.label,
    docs: adapter.docs,
    buyer_data: adapter.buyerData,
    connect: {
      kind: adapter.auth.kind,
      credentials: describeInput(adapter.auth.credentials),
      settings: describeInput(adapter.auth.settings),
    },
    capabilities: CAPABILITIES.map((name) => renderCapability(adapter, name)),
    unverified: adapter.unverified.map(({ fact, capability, ifWrong }) => ({ fact, capability, if_wrong: ifWrong })),
  };
}

/** One row of the capability table. */
export function renderCapability(adapter: Adapter, name: CapabilityName) {
  const capability = adapter[name];
  const lacking = isAbsent(capability) ? capability : null;
  return {
    name,
    available: lacking === null,
    reason: lacking?.absent ?? null,
    source: lacking?.source ?? null,
    proof: adapter.proof[name] ?? null,
    acts: "acts" in capability ? renderActs({ ...capability.acts, ...revealOf(capability) }) : [],
    streams: "streams" in capability ? capability.streams.map(({ name: stream, by }) => ({ name: stream, by })) : [],
  };
}

/** Listed beside the acts, though its answer is kept nowhere, as that of an act would be. */
const revealOf = (capability: object): Record<string, object> =>
  "receivers" in capability && capability.receivers ? { reveal: capability.receivers } : {};

function renderActs(acts: Readonly<Record<string, object>>) {
  return Object.entries(acts).map(([name, act]) => ({
    name,
    available: !isAbsent(act),
    reason: isAbsent(act) ? act.absent : null,
    source: isAbsent(act) ? act.source : null,
  }));
}

/** What to type in, as JSON Schema. */
function describeInput(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}

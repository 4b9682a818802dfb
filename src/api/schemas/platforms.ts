import { z } from "zod";
import { text, textOrNull } from "./common.ts";

const act = z.object({ name: text, available: z.boolean(), reason: textOrNull, source: textOrNull });

export const capabilitySchema = z
  .object({
    name: text,
    available: z.boolean(),
    reason: textOrNull.meta({ description: "Why the platform, or this store, cannot do it." }),
    source: textOrNull,
    proof: textOrNull.meta({
      description:
        "a: documented, tried on a fake; b: checked against public code or vectors; c: valid by the platform's own " +
        "specification or recorded answers; d: run against the real software.",
    }),
    acts: z.array(act),
    streams: z.array(z.object({ name: text, by: text })),
  })
  .meta({ id: "Capability" });

export const platformSchema = z
  .object({
    id: text,
    label: text,
    docs: text,
    buyer_data: text,
    connect: z.object({ kind: text, credentials: z.unknown(), settings: z.unknown() }),
    capabilities: z.array(capabilitySchema),
    unverified: z.array(z.object({ fact: text, capability: text, if_wrong: text })),
  })
  .meta({ id: "Platform" });

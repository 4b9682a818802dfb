import { z } from "zod";
import { instantOrNull, int, textOrNull, uuid } from "./common.ts";

export const brakeInput = z.strictObject({
  stopped: z.boolean(),
  stores: z
    .array(z.uuid())
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: "Left out: every connected store that the key may see." }),
  reason: z.string().trim().min(1).max(500).optional().meta({ description: "For the audit log." }),
});

export const brakeSchema = z
  .object({ data: z.array(z.object({ store_id: uuid, push_stopped: z.boolean(), changed: z.boolean() })) })
  .meta({ id: "PushBrake" });

const forecast = z.object({
  differing: int.meta({ description: "Values that differ from what the platform shows." }),
  to_zero: int,
  less: int,
  more: int,
  same: int.meta({ description: "To be sent although the platform shows them already." }),
  waiting: int.meta({ description: "Refused, taken in by the platform, or due later." }),
  calls: int,
  expected_end_at: instantOrNull.meta({ description: "When the platform's budget will have let them through." }),
});

export const forecastSchema = z
  .object({ store_id: uuid, blocked: textOrNull, stock: forecast.nullable(), prices: forecast.nullable() })
  .meta({ id: "PushForecast" });

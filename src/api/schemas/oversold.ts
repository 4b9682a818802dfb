import { z } from "zod";
import { instant, instantOrNull, int, listQuery, text, textOrNull, uuid } from "./common.ts";

export const oversoldQuery = listQuery({ store: z.uuid().optional(), sku: z.string().max(200).optional() });

export const oversoldSchema = z
  .object({
    order_id: uuid,
    store_id: uuid,
    order_external_id: text,
    order_external_number: textOrNull,
    line_id: uuid,
    line_external_id: text,
    title: text,
    sku: text.meta({ description: "What is short; of a bundle that was sold, its part." }),
    sold_sku: text,
    location: text,
    held: int,
    short: int.meta({ description: "Units of the held that are not there." }),
    placed_at: instant,
    since: instant,
    ship_by: instantOrNull.meta({ description: "The platform's date; after it, it may penalise." }),
    proposed: z.object({
      act: z.enum(["ship_from", "substitute", "wait", "cancel"]),
      reason: text,
      location: textOrNull,
      sku: textOrNull,
      until: instantOrNull,
    }),
  })
  .meta({ id: "Oversold" });

import { z } from "zod";
import { instant, int, text, uuid } from "./common.ts";

export const locationInput = z.strictObject({
  code: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^:]+$/, "may hold no colon"),
  name: z.string().trim().min(1).max(200),
  sellable: z.boolean().default(true).meta({ description: "Whether its goods count for what offers show." }),
});

export const locationPatch = z
  .strictObject({ name: z.string().trim().min(1).max(200).optional(), sellable: z.boolean().optional() })
  .refine((row) => Object.keys(row).length > 0, "name what is to change");

export const locationSchema = z
  .object({
    id: uuid,
    code: text,
    name: text,
    kind: z.enum(["own", "platform"]),
    store_id: uuid.nullable().meta({ description: "The store whose platform keeps it; null: yours." }),
    sellable: z.boolean(),
    skus: int.meta({ description: "SKUs that lie there or are reserved there." }),
    on_hand: int,
    reserved: int,
    created_at: instant,
  })
  .meta({ id: "Location" });

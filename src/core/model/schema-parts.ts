/** What the schemas of the API's shape are made of. */
import { z } from "zod";

export const text = z.string();
export const textOrNull = z.string().nullable();
export const externalId = z.string().min(1);
export const count = z.number().int();

/** Or null, as a reference to the schema rather than a changed copy of it. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);

/** An instant: RFC 3339, UTC. */
export const instantSchema = z.iso.datetime();
export const instantOrNull = z.iso.datetime().nullable();

export const moneySchema = z
  .strictObject({
    amount: z.string().regex(/^-?\d+(\.\d+)?$/),
    currency: z.string().regex(/^[A-Z]{3}$/),
  })
  .meta({ id: "Money", description: "Exact amount; padded to the digits of its ISO 4217 currency." });

export const moneyOrNull = orNull(moneySchema);

export const warningSchema = z.strictObject({ code: text, detail: text }).meta({ id: "Warning" });

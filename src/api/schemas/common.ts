/** What many routes take and answer. */
import { z } from "zod";
import { instantSchema } from "../../core/model/api-schemas.ts";

export const idParams = z.object({ id: z.uuid() });

const MAX_LIMIT = 200;

/** Query of a list: its own filters, a limit and a cursor. Names that are not known are refused. */
export const listQuery = <S extends z.ZodRawShape>(filters: S) =>
  z.strictObject({
    ...filters,
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50).meta({ type: "integer" }),
    cursor: z.string().max(2000).optional().meta({ description: "`next` of the page before." }),
  });

/** A yes or no in a query. */
export const flag = z.stringbool().optional();

/** An instant in a query or body: RFC 3339 with any offset. */
export const instantInput = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const page = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item), next: z.string().nullable() });

/** A page of what the feed tells of. */
export const feedPage = <T extends z.ZodType>(item: T) =>
  page(item).extend({
    feed_position: z.number().int().optional().meta({
      description: "On the first page: `GET /v1/changes?after=` this tells all that changes after the list was read.",
    }),
  });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().meta({ description: "Stable: what programs look at." }),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    request_id: z.string(),
  })
  .meta({ id: "Problem" });

/** What each row of a bulk write came to. */
export const rowResult = <S extends z.ZodRawShape>(own: S) =>
  z.object({
    ...own,
    outcome: z.string(),
    error: z.object({ code: z.string(), detail: z.string() }).optional(),
  });

export const acceptedAction = z
  .object({
    id: z.uuid(),
    kind: z.string(),
    status: z.string(),
    repeated: z.boolean().meta({ description: "The same act was asked for before: it has one effect." }),
  })
  .meta({ id: "AcceptedAction" });

export const uuid = z.uuid();
export const text = z.string();
export const textOrNull = z.string().nullable();
export const instant = instantSchema;
export const instantOrNull = instantSchema.nullable();
export const int = z.number().int();

import { z } from "zod";
import { int, text, uuid } from "./common.ts";

const fault = z.object({ line: int, code: text, detail: text });

/** What a file of rows came to. */
export const csvAnswerSchema = z
  .object({
    read: int,
    done: int,
    unchanged: int,
    rejected: int,
    waiting: int.meta({ description: "Rows that would end the sale of much and wait for approval." }),
    approval_id: uuid.nullable(),
    errors: z.array(fault).meta({ description: "Each rejected row with its line; the first is that of the columns." }),
    errors_left_out: int,
    broken: fault.nullable().meta({ description: "Why the file was not read to its end. What was read is written." }),
    absent: z
      .object({ zeroed: int, left: z.string().nullable() })
      .optional()
      .meta({ description: "With `absent=zero`: SKUs that the file does not name, or why they were left." }),
  })
  .meta({ id: "CsvAnswer" });

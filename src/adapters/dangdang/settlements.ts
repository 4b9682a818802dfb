/** No method gives statements, fees or payouts. */
import { absent } from "../../core/adapter.ts";
import { DOCS } from "./codes.ts";

export const settlements = absent(
  "no method gives statements, and the form of the console's statement file is not published",
  DOCS,
);

/** Parcels of a trade, their tracking, and the carriers that the platform lists. */
import { z } from "zod";
import { id, idOrNull, instantOrNull, text, textOrNull } from "../../../core/wire.ts";
import { ZONE } from "../config.ts";
import { flag, list, scalars, wordsOrNull } from "./helpers.ts";

const PARCEL = z.looseObject({
  tid: id(),
  order_code: idOrNull(),
  out_sid: wordsOrNull(),
  company_name: wordsOrNull(),
  status: text(),
  created: instantOrNull(ZONE),
  modified: instantOrNull(ZONE),
  is_split: flag(),
  sub_tids: scalars(),
  seller_confirm: wordsOrNull(),
});
export type ParcelDocument = z.infer<typeof PARCEL>;

const STEP = z.looseObject({ status_time: textOrNull(), status_desc: textOrNull(), action: wordsOrNull() });
const TRACE = z.looseObject({
  out_sid: wordsOrNull(),
  company_name: wordsOrNull(),
  status: wordsOrNull(),
  trace_list: list(STEP),
});
export type TraceDocument = z.infer<typeof TRACE>;

/** `units`: what each line of the trade holds, from the trade itself. */
export const SHIPPING = z.looseObject({
  tid: id(),
  parcels: z.array(PARCEL),
  traces: list(TRACE),
  units: z.record(z.string(), z.int()).optional(),
});

export const PARCELS = list(PARCEL);
const COMPANY = z.looseObject({ id: idOrNull(), code: text(), name: text(), reg_mail_no: textOrNull() });
export const COMPANIES = list(COMPANY);

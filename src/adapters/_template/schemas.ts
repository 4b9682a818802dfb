/** Payloads that are read. Loose: a field that the platform adds passes. https://docs.platform.example/schemas */
import { z } from "zod";
import {
  decimal,
  decimalOrNull,
  decimalOrZero,
  id,
  idOrNull,
  instant,
  instantOrNull,
  int,
  intOrNull,
  text,
  textOrNull,
} from "../../core/wire.ts";

export const FAILURE = z.looseObject({
  code: text(),
  message: textOrNull(),
  request_id: textOrNull(),
  fields: z.array(z.looseObject({ path: text(), problem: text() })).optional(),
});

/** What a list names a record by; everything else in the row is the document's own matter. */
export const ROW = z.looseObject({ id: id(), version: text(), changed_at: instant() });

export const SHOP = z.looseObject({
  id: id(),
  name: text(),
  currency: text(),
  time_zone: text(),
  country: text(),
  plan: text(),
});
export const TOKENS = z.looseObject({
  access_token: text(),
  refresh_token: text(),
  expires_in: int(),
  consent_until: instantOrNull(),
  shop_id: id(),
  shop_name: text(),
});

const PARCEL = z.looseObject({
  id: id(),
  state: text(),
  carrier: textOrNull(),
  number: textOrNull(),
  url: textOrNull(),
  place: textOrNull(),
  reference: textOrNull(),
  shipped_at: instantOrNull(),
  delivered_at: instantOrNull(),
  lines: z.array(z.looseObject({ line_id: id(), quantity: int() })),
  events: z.array(z.looseObject({ at: instant(), code: text(), text: textOrNull(), where: textOrNull() })),
});
export type Parcel = z.infer<typeof PARCEL>;

const REFUND = z.looseObject({
  id: id(),
  amount: decimal(),
  reason: textOrNull(),
  state: text(),
  made_at: instantOrNull(),
  reference: textOrNull(),
  case_id: idOrNull(),
});

export const ORDER = z.looseObject({
  id: id(),
  number: text(),
  version: text(),
  state: text(),
  payment: text(),
  placed_at: instant(),
  changed_at: instant(),
  paid_at: instantOrNull(),
  ship_by: instantOrNull(),
  currency: text(),
  total: decimal(),
  shipping: decimalOrZero(),
  coupon: decimalOrZero(),
  place: textOrNull(),
  memo: textOrNull(),
  flag: textOrNull(),
  note: textOrNull(),
  buyer: z.looseObject({ id: idOrNull(), name: textOrNull(), phone: textOrNull() }).nullish(),
  address: z
    .looseObject({
      lines: z.array(text()),
      city: textOrNull(),
      postcode: textOrNull(),
      country: textOrNull(),
      sealed: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
  lines: z.array(
    z.looseObject({
      id: id(),
      listing_id: idOrNull(),
      offer_id: idOrNull(),
      code: textOrNull(),
      title: text(),
      options: textOrNull(),
      quantity: int(),
      cancelled: intOrNull(),
      price: decimal(),
      tax: decimalOrZero(),
    }),
  ),
  parcels: z.array(PARCEL),
  refunds: z.array(REFUND),
});
export type OrderDocument = z.infer<typeof ORDER>;

export const CASE_ROW = ROW.extend({ order_id: id() });

export const TRACKING = z.looseObject({ order_id: id(), parcels: z.array(PARCEL) });

export const LISTING = z.looseObject({
  id: id(),
  version: text(),
  changed_at: instant(),
  state: text(),
  title: text(),
  url: textOrNull(),
  currency: text(),
  offers: z.array(
    z.looseObject({
      id: id(),
      code: textOrNull(),
      barcode: textOrNull(),
      options: z.record(z.string(), text()),
      price: decimal(),
      list_price: decimalOrNull(),
      batch: text(),
      places: z.array(z.looseObject({ place: text(), quantity: int() })),
    }),
  ),
});

export const CASE = z.looseObject({
  id: id(),
  order_id: id(),
  version: text(),
  changed_at: instant(),
  kind: text(),
  state: text(),
  reason: textOrNull(),
  amount: decimalOrNull(),
  currency: text(),
  due_at: instantOrNull(),
  opened_at: instant(),
  closed_at: instantOrNull(),
  messages: z.array(z.looseObject({ at: instant(), by: text(), text: text(), reference: textOrNull() })),
});

export const REPORT = z.looseObject({ id: id(), state: text(), parts: int() });
const ENTRY = z.looseObject({
  id: id(),
  kind: text(),
  amount: decimal(),
  at: instant(),
  order_id: idOrNull(),
  text: textOrNull(),
});
export const STATEMENT_PART = z.looseObject({
  statement_id: id(),
  index: int(),
  last: z.boolean(),
  from: instant(),
  to: instant(),
  currency: text(),
  total: decimal(),
  paid_out: decimalOrNull(),
  paid_at: instantOrNull(),
  state: text(),
  entries: z.array(ENTRY),
});

/** One line per item of a write. */
const RESULT = z.looseObject({ ref: text(), code: text(), message: textOrNull() });
export const RESULTS = z.looseObject({ results: z.array(RESULT) });
export type Result = z.infer<typeof RESULT>;
export const QUANTITIES = z.looseObject({ results: z.array(z.looseObject({ ref: text(), quantity: int() })) });
export const FEED = z.looseObject({ id: id(), state: text(), results: z.array(RESULT) });
export const EFFECT = z.looseObject({ id: idOrNull(), state: text() });

export const MESSAGE = z.looseObject({
  event_id: id(),
  topic: text(),
  shop_id: id(),
  object_id: idOrNull(),
  order_id: idOrNull(),
  run_id: idOrNull(),
  at: instant(),
});
export const SUBSCRIPTION = z.looseObject({ address: z.string().nullable(), topics: z.array(z.string()) });

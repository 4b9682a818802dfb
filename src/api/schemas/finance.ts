import { z } from "zod";
import { SETTLED_STATES } from "../../core/finance/expected.ts";
import { PROBLEM_KINDS } from "../../core/finance/problems.ts";
import { moneyOrNull, moneySchema, orNull } from "../../core/model/schema-parts.ts";
import { instant, int, listQuery, text, uuid } from "./common.ts";
import { currencyCode } from "./profit.ts";

const share = z.string().regex(/^-?\d+(\.\d+)?$/);
const ESTIMATE = "An estimate: it says what it rests on, and is null where there is nothing to rest on.";

export const basisSchema = z
  .object({
    orders: int.meta({ description: "The store's last settled orders without a refund, in this currency." }),
    share: share.meta({
      description: "The middle one of what reached the store of their totals: `expected` is this share.",
    }),
    low: share.meta({
      description: "Below this share an order is short-paid: three quartile distances under the first quartile.",
    }),
    high: share,
    days: int.meta({ description: "Days within which 95 of 100 of them were settled." }),
    placed_from: instant,
    placed_until: instant,
  })
  .meta({ id: "SettledBasis" });

export const orderMoneySchema = z
  .object({
    order_id: uuid,
    store_id: uuid,
    external_id: text,
    status: text,
    placed_at: instant,
    total: moneySchema,
    refunded: moneySchema,
    state: z.enum(SETTLED_STATES),
    expected: moneyOrNull.meta({ description: ESTIMATE }),
    received: moneySchema,
    difference: moneyOrNull.meta({ description: "Received less expected." }),
    entries: int,
    entries_of_other_currencies: int.meta({ description: "They are in none of the sums." }),
    since: instant,
    since_event: z.enum(["shipped", "paid", "placed"]),
    age_days: int,
    patience_days: int.meta({ description: "Days after which an unsettled order has waited too long." }),
    basis: orNull(basisSchema),
  })
  .meta({ id: "OrderMoney" });

const narrowed = { store: z.uuid().optional(), currency: currencyCode.optional() };
export const orderMoneyQuery = listQuery({ ...narrowed, state: z.enum(SETTLED_STATES).optional() });
export const commissionQuery = listQuery(narrowed);
export const ageingQuery = z.strictObject(narrowed);

export const ageingSchema = z
  .object({
    store_id: uuid,
    store: text,
    currency: currencyCode,
    buckets: z.array(
      z.object({
        days_from: int,
        days_until: int.nullable(),
        orders: int,
        total: moneySchema,
        expected: moneyOrNull.meta({ description: ESTIMATE }),
      }),
    ),
  })
  .meta({ id: "Ageing" });

export const commissionDueSchema = z
  .object({
    order_id: uuid,
    store_id: uuid,
    external_id: text,
    sale: moneySchema,
    refund: moneySchema,
    commission_charged: moneySchema,
    commission_returned: moneySchema,
    due: moneySchema.meta({
      description:
        "An estimate: the commission in proportion to the refund, less what came back. The platform's terms may say otherwise.",
    }),
  })
  .meta({ id: "CommissionDue" });

export const problemsQuery = listQuery({ store: z.uuid().optional(), kind: z.enum(PROBLEM_KINDS).optional() });

export const financeProblemSchema = z
  .object({
    kind: z.enum(PROBLEM_KINDS),
    subject: z.enum(["settlement", "entry", "order"]),
    id: uuid,
    store_id: uuid,
    external_id: text,
    amount: moneySchema.meta({ description: "What is at stake." }),
    since: instant,
    evidence: z.record(z.string(), z.unknown()),
    next_step: text,
  })
  .meta({ id: "FinanceProblem" });

/** Reading disputes and refunds. */
import type { Database } from "./database.ts";
import { conditions, type Keyset, type PageRequest, type RowPage, readPage } from "./page.ts";

interface LineView {
  order_line_external_id: string | null;
  variant_external_id: string | null;
  quantity: number;
  amount: string | null;
}

export interface DisputeView {
  id: string;
  store_id: string | null;
  external_id: string;
  order_id: string | null;
  order_external_id: string | null;
  system: string | null;
  kind: string;
  external_kind: string | null;
  status: string;
  external_status: string;
  reason: string | null;
  external_reason: string | null;
  amount: string | null;
  currency: string | null;
  turn: string | null;
  due_at: string | null;
  opened_at: string;
  closed_at: string | null;
  open: boolean;
  return_carrier: string | null;
  return_tracking_number: string | null;
  severity: string | null;
  responsible: string | null;
  own_due_at: string | null;
  warnings: unknown[];
  source_updated_at: string | null;
  version: string;
  synced_at: string;
  updated_at: string;
  gone_at: string | null;
  lines: LineView[];
  events: { at: string; by: string | null; text: string }[];
  receipts: ReceiptView[];
}

/** Goods of a line that came back, as the warehouse found them. */
export interface ReceiptView {
  id: string;
  order_line_external_id: string;
  sku: string | null;
  quantity: number;
  condition: string;
  location: string;
  note: string | null;
  actor: string;
  at: string;
}

export interface DisputeFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  order?: string | undefined;
  kind?: string | undefined;
  status?: string | undefined;
  turn?: string | undefined;
  open?: boolean | undefined;
  externalId?: string | undefined;
  updatedSince?: Date | undefined;
  ids?: readonly string[] | undefined;
}

const NEWEST: Keyset = {
  columns: [
    { sql: "d.opened_at", cast: "timestamptz" },
    { sql: "d.id", cast: "uuid" },
  ],
  direction: "desc",
};

/** The earlier of the platform's time and ours; those without any come last. */
const SOONEST: Keyset = {
  columns: [
    { sql: "coalesce(least(d.due_at, d.own_due_at), 'infinity'::timestamptz)", cast: "timestamptz" },
    { sql: "d.id", cast: "uuid" },
  ],
  direction: "asc",
};

const RECEIPTS = `select b.id, l.external_id as order_line_external_id, s.code as sku, b.quantity, b.condition, o.code as location, b.note, b.actor, b.at
  from return_receipts b join order_lines l on l.id = b.line_id left join skus s on s.id = l.sku_id join locations o on o.id = b.location_id`;

/** Receipts in the order of their ids as given. */
export async function findReceipts(db: Database, ids: readonly string[]): Promise<ReceiptView[]> {
  return db.query<ReceiptView>(`${RECEIPTS} where b.id = any($1::uuid[]) order by array_position($1::uuid[], b.id)`, [
    ids,
  ]);
}

/** Disputes, newest first or soonest deadline first. Deadlines move: a dispute whose deadline does may come twice. */
export async function listDisputes(
  db: Database,
  filter: DisputeFilter,
  sort: "opened" | "due",
  page: PageRequest,
): Promise<RowPage<DisputeView>> {
  const where = conditions();
  where.visible("d.store_id", filter.stores);
  where.equal("d.store_id", filter.store, "uuid");
  where.equal("d.order_id", filter.order, "uuid");
  where.equal("d.kind", filter.kind);
  where.equal("d.status", filter.status);
  where.equal("d.turn", filter.turn);
  where.equal("d.external_id", filter.externalId);
  if (filter.open !== undefined) where.add(filter.open ? "d.open" : "not d.open");
  if (filter.updatedSince) where.add(`d.updated_at >= ${where.bind(filter.updatedSince.toISOString())}::timestamptz`);
  if (filter.ids) where.add(`d.id = any(${where.bind(filter.ids)}::uuid[])`);
  return readPage<DisputeView>(db, {
    select: `d.id, d.store_id, d.external_id, d.order_id, d.order_external_id, d.system, d.kind, d.external_kind, d.status,
      d.external_status, d.reason, d.external_reason, d.amount, d.currency, d.turn, d.due_at, d.opened_at, d.closed_at, d.open,
      d.return_carrier, d.return_tracking_number, d.severity, d.responsible, d.own_due_at, d.warnings, d.source_updated_at,
      d.version, d.synced_at, d.updated_at, d.gone_at,
      coalesce((select json_agg(json_build_object('order_line_external_id', l.order_line_external_id, 'variant_external_id',
        l.variant_external_id, 'quantity', l.quantity, 'amount', l.amount::text) order by l.position)
        from dispute_lines l where l.dispute_id = d.id), '[]') as lines,
      coalesce((select json_agg(json_build_object('at', e.at, 'by', e.by, 'text', e.text) order by e.at, e.id)
        from dispute_events e where e.dispute_id = d.id), '[]') as events,
      coalesce((select json_agg(b) from (${RECEIPTS} where b.dispute_id = d.id order by b.at, l.position, b.id) b), '[]') as receipts`,
    from: "disputes d",
    where,
    keyset: sort === "due" ? SOONEST : NEWEST,
    page,
  });
}

export interface RefundView {
  id: string;
  store_id: string;
  external_id: string;
  order_id: string | null;
  order_external_id: string | null;
  dispute_external_id: string | null;
  amount: string;
  currency: string;
  shipping_amount: string | null;
  reason: string | null;
  status: string;
  refunded_at: string | null;
  version: string;
  updated_at: string;
}

/** Refunds by id. */
export async function findRefunds(
  db: Database,
  ids: readonly string[],
  stores: readonly string[] | null,
): Promise<RefundView[]> {
  return db.query<RefundView>(
    `select id, store_id, external_id, order_id, order_external_id, dispute_external_id, amount, currency, shipping_amount, reason, status,
       refunded_at, version, updated_at from refunds
     where id = any($1::uuid[]) and ($2::uuid[] is null or store_id = any($2::uuid[]))`,
    [ids, stores],
  );
}

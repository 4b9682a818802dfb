/** Units that were sold and are not there, with what to do about each: soonest promised date first. */
import { type Database, toDate } from "../db/database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "../db/page.ts";

export interface OversoldView {
  line_id: string;
  order_id: string;
  store_id: string;
  platform: string;
  order_external_id: string;
  order_external_number: string | null;
  line_external_id: string;
  title: string;
  /** The SKU that is short, and the one that was sold: a bundle's part, and the bundle. */
  sku: string;
  sold_sku: string;
  location: string;
  held: number;
  short: number;
  placed_at: string;
  since: string;
  ship_by: string | null;
  elsewhere: { code: string; free: number } | null;
  substitute: { code: string; free: number } | null;
  replenishable: number | null;
}

export interface ProposedAct {
  act: "ship_from" | "substitute" | "wait" | "cancel";
  reason: string;
  location: string | null;
  sku: string | null;
  until: Date | null;
}

const NEVER = "'infinity'::timestamptz";

/**
 * Each unit elsewhere is proposed once: a line is offered what is left after the lines before it, whoever looks. Goods
 * under another code are the same where both codes have one barcode.
 */
const SHORT = `(
  select s.*, (select json_build_object('code', l.code, 'free', e.on_hand - e.reserved) from stock_levels e
      join locations l on l.id = e.location_id and l.kind = 'own'
      where e.sku_id = s.sku_id and e.location_id <> s.location_id and e.on_hand - e.reserved >= s.upto
      order by e.on_hand - e.reserved desc, l.code limit 1) as elsewhere,
    (select json_build_object('code', t.code, 'free', e.on_hand - e.reserved) from skus t
      join stock_levels e on e.sku_id = t.id and e.location_id = s.location_id
      where t.barcode = s.barcode and t.barcode <> '' and t.id <> s.sku_id and not t.bundle and t.retired_at is null
        and e.on_hand - e.reserved - t.safety_stock - t.set_apart >= s.upto
      order by e.on_hand - e.reserved desc, t.code limit 1) as substitute,
    (select max(f.replenishable) from offers o join offer_rules f on f.offer_id = o.id
      where o.sku_id = s.sold_sku_id and o.store_id = s.store_id and o.aspect = 'stock') as replenishable
  from (
    select r.line_id, r.order_id, o.store_id, st.platform, o.external_id as order_external_id, o.external_number as order_external_number,
      l.external_id as line_external_id, l.title, r.sku_id, k.code as sku, k.barcode, b.id as sold_sku_id, b.code as sold_sku, r.location_id,
      p.code as location, r.held, r.oversold as short, o.placed_at, r.updated_at as since, o.ship_by, coalesce(o.ship_by, ${NEVER}) as due,
      sum(r.oversold) over (partition by r.sku_id order by coalesce(o.ship_by, ${NEVER}), o.placed_at, r.line_id) as upto
    from orders o join reservations r on r.order_id = o.id and r.oversold > 0 join order_lines l on l.id = r.line_id
    join stores st on st.id = o.store_id join skus k on k.id = r.sku_id join skus b on b.id = l.sku_id join locations p on p.id = r.location_id
    where o.attention
  ) s
) x`;

/** The worklist of what a reader may see (null: all stores). */
export async function listOversold(
  db: Database,
  filter: { stores: readonly string[] | null; store?: string | undefined; sku?: string | undefined },
  page: PageRequest,
): Promise<RowPage<OversoldView>> {
  const where = conditions();
  where.visible("x.store_id", filter.stores);
  where.equal("x.store_id", filter.store, "uuid");
  where.equal("x.sku", filter.sku);
  return readPage<OversoldView>(db, {
    select: `x.line_id, x.order_id, x.store_id, x.platform, x.order_external_id, x.order_external_number, x.line_external_id, x.title, x.sku,
      x.sold_sku, x.location, x.held, x.short, x.placed_at, x.since, x.ship_by, x.elsewhere, x.substitute, x.replenishable`,
    from: SHORT,
    where,
    keyset: {
      columns: [
        { sql: "x.due", cast: "timestamptz" },
        { sql: "x.line_id", cast: "uuid" },
        { sql: "x.sku", cast: "text" },
      ],
      direction: "asc",
    },
    page,
  });
}

/** One act for a line, with its reason. Pure. */
export function proposeAct(row: OversoldView, cancelsOrders: boolean): ProposedAct {
  const none = { location: null, sku: null, until: null };
  const shipBy = toDate(row.ship_by);
  const units = `${row.short} ${row.short === 1 ? "unit" : "units"} of ${row.sku}`;
  if (row.elsewhere)
    return {
      ...none,
      act: "ship_from",
      location: row.elsewhere.code,
      until: shipBy,
      reason: `${row.elsewhere.code} has ${row.elsewhere.free} of ${row.sku} free: send ${units} from there.`,
    };
  if (row.substitute)
    return {
      ...none,
      act: "substitute",
      sku: row.substitute.code,
      until: shipBy,
      reason: `${row.substitute.code} has the same barcode and ${row.substitute.free} free: send it in place of ${row.sku}.`,
    };
  if (row.replenishable)
    return {
      ...none,
      act: "wait",
      until: shipBy,
      reason: `${units} are not there, and a rule says that it can be had again: wait for the delivery${shipBy ? ", until it has to be shipped" : ""}.`,
    };
  if (shipBy && cancelsOrders)
    return {
      ...none,
      act: "cancel",
      until: shipBy,
      reason: `${units} are nowhere, and the order has to be shipped by ${shipBy.toISOString()}: cancel before, or the platform counts it as late.`,
    };
  return {
    ...none,
    act: "wait",
    until: shipBy,
    reason: shipBy
      ? `${units} are nowhere, and this platform takes no cancellation from here: wait for a delivery until ${shipBy.toISOString()}, or settle it with the buyer there.`
      : `${units} are nowhere, and the order has no date to be shipped by: wait for a delivery.`,
  };
}

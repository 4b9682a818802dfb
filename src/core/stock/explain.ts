/** Why the offers of a SKU show what they show: what is on the shelves, what each rule makes of it. */
import { type Database, toDate } from "../db/database.ts";
import { conditions } from "../db/page.ts";
import { allocate, type OfferRules, type Step } from "./allocation.ts";

export interface Explained {
  /** Of a bundle its components, else the SKU itself. */
  parts: {
    sku: string;
    /** Units of it in one of the SKU asked about. */
    quantity: number;
    safetyStock: number;
    retired: boolean;
    /** Units of it that campaigns hold. */
    setApart: number;
    levels: { location: string; locationId: string; onHand: number; reserved: number; counts: boolean }[];
    /** Orders that hold units of it, oldest first, and the units held by those that are not named. */
    orders: { orderId: string; storeId: string; number: string; held: number; oversold: number }[];
    heldByOthers: number;
    /** Campaigns that hold units of it. */
    campaigns: { id: string; title: string; endsAt: Date; held: number }[];
  }[];
  offers: {
    offerId: string;
    storeId: string;
    store: string;
    place: string | null;
    variantId: string;
    listingExternalId: string;
    variantExternalId: string;
    /** Ids of the rules behind the steps, by kind. */
    rules: Record<string, string>;
    /** Codes of the only locations that count for this offer; null: all that sell. */
    locations: string[] | null;
    steps: Step[];
    /** What the steps come to, and what stands written: they differ only while a change is being made. */
    shows: number;
    desired: number | null;
    /** Since when it is to be shown, and why it changed last. */
    desiredAt: Date | null;
    cause: string | null;
    /** What the platform confirmed last, and when. */
    confirmed: number | null;
    confirmedAt: Date | null;
  }[];
}

interface OfferRow {
  offer_id: string;
  store_id: string;
  store: string;
  place: string;
  desired_at: string | null;
  cause: string | null;
  confirmed_value: string | null;
  confirmed_at: string | null;
  variant_id: string;
  listing_external_id: string;
  external_id: string;
  desired: string | null;
  has_rules: boolean;
  locations: string[] | null;
  replenishable: number | null;
  fixed: number | null;
  buffer: number | null;
  share: number | null;
  cap: number | null;
  zero_below: number | null;
  pause: boolean | null;
  campaign: number | null;
  sources: Record<string, string> | null;
}

/** Explains a SKU's offers in the stores that the reader may see (null: all). */
export async function explainStock(
  db: Database,
  sku: { id: string; retired: boolean },
  stores: readonly string[] | null,
): Promise<Explained> {
  const parts = await readParts(db, sku.id);
  await nameHolders(db, parts, stores);
  const where = conditions();
  where.equal("o.sku_id", sku.id, "uuid");
  where.equal("o.aspect", "stock");
  where.visible("o.store_id", stores);
  const rows = await db.query<OfferRow>(
    `select o.id as offer_id, o.store_id, o.variant_id, v.listing_external_id, v.external_id, o.desired, st.name as store, o.place, o.desired_at, o.cause,
       o.confirmed_value, o.confirmed_at, r.offer_id is not null as has_rules,
       r.locations, r.replenishable, r.fixed, r.buffer, r.share, r.cap, r.zero_below, r.pause, r.sources,
       case when r.campaign_item_id is not null then coalesce(greatest(0, i.quantity - i.sold), 0) end as campaign
     from offers o join listing_variants v on v.id = o.variant_id join stores st on st.id = o.store_id left join offer_rules r on r.offer_id = o.id
       left join campaign_items i on i.id = r.campaign_item_id
     ${where.text} order by st.name, o.store_id, o.place, o.id`,
    where.params,
  );
  const isRetired = sku.retired || parts.some((part) => part.retired);
  return { parts, offers: rows.map((row) => explainOffer(row, parts, isRetired)) };
}

function explainOffer(row: OfferRow, parts: Explained["parts"], isRetired: boolean): Explained["offers"][number] {
  const rules: OfferRules | null = row.has_rules
    ? {
        locations: row.locations,
        replenishable: row.replenishable,
        fixed: row.fixed,
        buffer: row.buffer,
        share: row.share,
        cap: row.cap,
        zeroBelow: row.zero_below,
        pause: row.pause ?? false,
        campaign: row.campaign,
      }
    : null;
  // Whatever rule says which locations count, a campaign holds of all.
  const counted = row.campaign === null ? row.locations : null;
  const steps = allocate(available(parts, counted), rules, isRetired);
  const codes = parts.flatMap((part) => part.levels.filter(({ locationId }) => counted?.includes(locationId)));
  return {
    offerId: row.offer_id,
    storeId: row.store_id,
    store: row.store,
    place: row.place === "" ? null : row.place,
    variantId: row.variant_id,
    listingExternalId: row.listing_external_id,
    variantExternalId: row.external_id,
    rules: row.sources ?? {},
    locations: counted === null ? null : [...new Set(codes.map(({ location }) => location))].sort(),
    steps,
    shows: steps.at(-1)?.quantity ?? 0,
    desired: row.desired === null ? null : Number(row.desired),
    desiredAt: toDate(row.desired_at),
    cause: row.cause,
    confirmed: row.confirmed_value === null ? null : Number(row.confirmed_value),
    confirmedAt: toDate(row.confirmed_at),
  };
}

/** Whole units that the least of the parts allows. */
function available(parts: Explained["parts"], locations: readonly string[] | null): number {
  const each = parts.map(({ levels, safetyStock, setApart, quantity }) => {
    const counted = levels.filter((level) =>
      locations === null ? level.counts : locations.includes(level.locationId),
    );
    const freeOf = (of: typeof levels) => of.reduce((sum, { onHand, reserved }) => sum + onHand - reserved, 0);
    const others = levels.filter((level) => level.counts && !counted.includes(level));
    // What orders hold beyond what lies elsewhere comes out of these.
    const free = freeOf(counted) + Math.min(0, freeOf(others));
    // A part that lies nowhere has nothing to keep back either.
    const own = locations === null && counted.length === 0 ? 0 : free - safetyStock;
    return Math.floor((own - setApart) / quantity);
  });
  return each.length === 0 ? 0 : Math.min(...each);
}

async function readParts(db: Database, skuId: string): Promise<Explained["parts"]> {
  const rows = await db.query<{
    code: string;
    quantity: number;
    safety_stock: number;
    set_apart: number;
    retired: boolean;
    location: string | null;
    location_id: string;
    on_hand: number;
    reserved: number;
    counts: boolean;
  }>(
    `select p.code, coalesce(c.quantity, 1) as quantity, p.safety_stock, p.set_apart, p.retired_at is not null as retired, o.code as location, o.id as location_id, l.on_hand, l.reserved,
       o.sellable and o.kind = 'own' as counts
     from skus s left join sku_components c on c.bundle_id = s.id join skus p on p.id = coalesce(c.component_id, s.id)
     left join stock_levels l on l.sku_id = p.id left join locations o on o.id = l.location_id
     where s.id = $1::uuid order by p.code, o.code`,
    [skuId],
  );
  const parts = new Map<string, Explained["parts"][number]>();
  for (const row of rows) {
    const part = parts.get(row.code) ?? {
      sku: row.code,
      quantity: row.quantity,
      safetyStock: row.safety_stock,
      setApart: row.set_apart,
      retired: row.retired,
      levels: [],
      orders: [],
      heldByOthers: 0,
      campaigns: [],
    };
    parts.set(row.code, part);
    if (row.location !== null)
      part.levels.push({
        location: row.location,
        locationId: row.location_id,
        onHand: row.on_hand,
        reserved: row.reserved,
        counts: row.counts,
      });
  }
  return [...parts.values()];
}

/** Orders of a part that are named. */
const NAMED_ORDERS = 50;

/** Who holds units of the parts: open orders of the stores that the reader may see, and campaigns. */
async function nameHolders(db: Database, parts: Explained["parts"], stores: readonly string[] | null): Promise<void> {
  const codes = parts.map((part) => part.sku);
  const byCode = new Map(parts.map((part) => [part.sku, part]));
  const orders = await db.query<{
    sku: string;
    order_id: string | null;
    store_id: string;
    number: string;
    held: string;
    oversold: string;
    place: string;
  }>(
    `select * from (
       select s.code as sku, o.id as order_id, o.store_id, coalesce(o.external_number, o.external_id) as number, sum(r.held) as held,
         sum(r.oversold) as oversold, row_number() over (partition by s.code order by o.placed_at, o.id) as place
       from skus s join reservations r on r.sku_id = s.id and r.held > 0 join orders o on o.id = r.order_id
       where s.code = any($1::text[]) and ($2::uuid[] is null or o.store_id = any($2::uuid[])) group by s.code, o.id
     ) x where place <= ${NAMED_ORDERS} order by sku, place`,
    [codes, stores],
  );
  for (const { sku, order_id, store_id, number, held, oversold } of orders)
    if (order_id !== null)
      byCode.get(sku)?.orders.push({
        orderId: order_id,
        storeId: store_id,
        number,
        held: Number(held),
        oversold: Number(oversold),
      });
  for (const part of parts) {
    const reserved = part.levels.reduce((sum, level) => sum + level.reserved, 0);
    part.heldByOthers = Math.max(0, reserved - part.orders.reduce((sum, order) => sum + order.held, 0));
  }
  const campaigns = await db.query<{ sku: string; id: string; title: string; ends_at: string; held: string }>(
    `select s.code as sku, c.id, c.title, c.ends_at, sum(greatest(0, i.quantity - i.sold) * coalesce(k.quantity, 1)) as held
     from campaigns c join campaign_items i on i.campaign_id = c.id left join sku_components k on k.bundle_id = i.sku_id
     join skus s on s.id = coalesce(k.component_id, i.sku_id)
     where c.state in ('holding', 'ended') and s.code = any($1::text[]) and ($2::uuid[] is null or c.store_id = any($2::uuid[]))
     group by s.code, c.id having sum(greatest(0, i.quantity - i.sold)) > 0 order by c.ends_at, c.id`,
    [codes, stores],
  );
  for (const { sku, id, title, ends_at, held } of campaigns)
    byCode.get(sku)?.campaigns.push({ id, title, endsAt: toDate(ends_at), held: Number(held) });
}

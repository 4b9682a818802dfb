/** What the items of campaigns name, found among variants and SKUs. */
import type { Database } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import { MAX_UNITS } from "./campaign-sales.ts";

interface Wanted {
  id: string;
  campaign: string;
  position: number;
  name: string;
  variant: string | null;
  code: string | null;
  quantity: number;
}

/**
 * Writes what campaigns hold by what their items name now: a variant by the platform's id or ours, or a seller code or SKU.
 * What names nothing that is mapped waits for it. An item that is no longer named holds nothing; what it sold stays.
 */
export async function resolveItems(tx: Database, ids: readonly string[]): Promise<void> {
  const campaigns = await tx.query<{
    id: string;
    store_id: string;
    items: { variantExternalId: string | null; sellerCode: string | null; quantity: number | null }[];
    own_items: { variant?: string; code?: string; quantity: number }[] | null;
  }>("select id, store_id, items, own_items from campaigns where id = any($1::uuid[]) order by id", [ids]);
  const wanted = new Map<string, Wanted>();
  for (const { id: campaign, store_id, items, own_items } of campaigns) {
    const named = own_items
      ? own_items.map((item) => ({ variant: item.variant ?? null, code: item.code ?? null, quantity: item.quantity }))
      : items.map((item) => ({
          variant:
            item.variantExternalId === null ? null : derivedId(store_id, "listing_variants", item.variantExternalId),
          code: item.sellerCode,
          quantity: item.quantity ?? 0,
        }));
    for (const [position, { variant, code, quantity }] of named.entries()) {
      const name = items[position]?.variantExternalId ?? variant;
      const id = derivedId(campaign, "campaign_items", JSON.stringify([variant, variant === null ? code : null]));
      const known = wanted.get(id);
      if (known) known.quantity = Math.min(MAX_UNITS, known.quantity + quantity);
      else
        wanted.set(id, {
          id,
          campaign,
          position,
          name: code ?? (own_items ? variant : name) ?? "",
          variant,
          code,
          quantity: Math.min(MAX_UNITS, quantity),
        });
    }
  }
  await tx.query(
    `with r as (
       select * from json_to_recordset($1::text::json) as r(id uuid, campaign uuid, position integer, name text, variant uuid, code text, quantity integer)
     ), found as (
       select r.*, v.id as variant_id, coalesce(v.sku_id, case when v.id is null then coalesce(s.id, u.sku_id) end) as sku_id
       from r join campaigns c on c.id = r.campaign
       left join listing_variants v on v.id = r.variant and v.store_id = c.store_id
       left join skus s on s.code = r.code
       left join lateral (select min(x.sku_id::text)::uuid as sku_id from listing_variants x
         where s.id is null and x.store_id = c.store_id and x.seller_code = r.code and x.sku_id is not null and x.gone_at is null) u on true
     ), gone as (
       update campaign_items i set quantity = 0 where i.campaign_id = any($2::uuid[]) and i.quantity <> 0
         and not exists (select 1 from r where r.id = i.id)
     )
     insert into campaign_items as t (id, campaign_id, position, variant_id, sku_id, name, quantity)
     select id, campaign, position, variant_id, sku_id, name, quantity from found order by id
     on conflict (id) do update set position = excluded.position, variant_id = excluded.variant_id, sku_id = excluded.sku_id,
       name = excluded.name, quantity = excluded.quantity`,
    [JSON.stringify([...wanted.values()]), ids],
  );
}

/** Campaigns of stores whose items wait for a SKU are looked at again after variants were mapped. */
export async function wakeCampaigns(tx: Database, variantIds: readonly string[], at: Date): Promise<void> {
  await tx.query(
    `update campaigns c set next_at = $2::timestamptz
     where c.state in ('planned', 'holding', 'ended') and c.store_id in (select store_id from listing_variants where id = any($1::uuid[]))
       and (c.next_at is null or c.next_at > $2::timestamptz)
       and exists (select 1 from campaign_items i left join listing_variants v on v.id = i.variant_id where i.campaign_id = c.id
         and (i.sku_id is null or v.id = any($1::uuid[]) and v.sku_id is distinct from i.sku_id
           or i.variant_id is null and i.sku_id in (select sku_id from listing_variants where id = any($1::uuid[]))))`,
    [variantIds, at.toISOString()],
  );
}

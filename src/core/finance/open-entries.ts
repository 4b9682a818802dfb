/**
 * Entries that wait to be matched. An entry concerns an order where the platform names one, or something of one, or where
 * its kind only comes with a sale; others (transfers, reserves, subscriptions) belong to the account and wait for nobody.
 */
export const CONCERNS_ORDER = (e: string) =>
  `(coalesce(${e}.order_external_id, ${e}.order_line_external_id, ${e}.shipment_external_id, ${e}.refund_external_id) is not null
    or ${e}.kind in ('sale', 'refund', 'commission', 'payment_fee', 'shipping_income', 'platform_subsidy', 'seller_discount', 'tax_collected'))`;

/** The month that an entry counts in, of a store `s`: that of its posting in the store's zone, or the first that is not closed. */
export const PERIOD = (postedAt: string, s: string) =>
  `greatest(date_trunc('month', ${postedAt} at time zone ${s}.time_zone)::date, coalesce(${s}.books_open_from, '-infinity'::date))`;

/** Written entries (a CTE `written` of id, store_id, settlement_id, created and the columns of `CONCERNS_ORDER`) wait to be matched, anew where they changed. */
export const OPEN_WRITTEN = `
unmatched as (delete from reconciliation_matches m using written w
  where not w.created and m.entry_id = w.id and m.actor is null and m.undone_at is null),
opened as (insert into open_entries as o (entry_id, store_id, due_at)
  select w.id, w.store_id, $3::timestamptz from written w
  where ${CONCERNS_ORDER("w")} and not exists (
    select 1 from reconciliation_matches m where m.entry_id = w.id and m.undone_at is null and m.actor is not null)
  on conflict (entry_id) do update set attempts = 0, due_at = case when o.due_at is null then null else excluded.due_at end),
unchecked as (update settlements s set state = 'unchecked', difference = null
  where s.state <> 'unchecked' and s.id in (select settlement_id from written))
select count(*) from written`;

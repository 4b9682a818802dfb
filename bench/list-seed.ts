/**
 * A million orders with four lines each, made by PostgreSQL itself. Everything about order `n` follows from `n`, so that
 * a reader can name cursors, stores and buyers that exist without asking first.
 */
import { createHash } from "node:crypto";
import type { Database } from "../src/core/db/database.ts";

export const ORDERS = 1_000_000;
export const STORES = 10;
export const BUYERS = 200_000;
const LINES = 4;
const PRODUCTS = 10_000;
/** Parts of the load, so that both of two cores have work and no statement is long. */
const PARTS = 10;
const AT_ONCE = 2;

/** Seconds between two orders: a million are a year and a half. */
const SECONDS_BETWEEN = 47;
/** The newest of them, which so many are new that they still wait for something. */
const NEW_ORDERS = 40_000;

const FIRST_PLACED = Date.UTC(2025, 0, 1);
/** With the bits of a UUID of version 8. */
const uuidSql = (text: string) => `overlay(overlay(md5(${text}) placing '8' from 13) placing '8' from 17)::uuid`;

/** What follows from a number, and the same as SQL of an expression. */
export const storeId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
export const storeIdSql = (n: string) => `('00000000-0000-4000-8000-' || lpad(${n}::text, 12, '0'))::uuid`;
export const buyerHash = (n: number) => createHash("md5").update(`buyer ${n}`).digest("hex");
export const buyerHashSql = (n: string) => `md5('buyer ' || ${n})`;
export const placedAt = (n: number) => new Date(FIRST_PLACED + n * SECONDS_BETWEEN * 1_000);
export const placedAtSql = (n: string) =>
  `(timestamptz '${new Date(FIRST_PLACED).toISOString()}' + ${n} * interval '${SECONDS_BETWEEN} seconds')`;

/** A number from 0 to `size` - 1 that looks random; `salt` tells several of one `n` apart. */
const drawn = (n: string, salt: number, size: number) => `abs(hashint8extended(${n}, ${salt}) % ${size})`;

/** The result of the share that `value`, from 0 to the sum of the shares, falls into. */
function byShare(value: string, shares: readonly (readonly [number, string])[]): string {
  let until = 0;
  const branches = shares.map(([share, result]) => {
    until += share;
    return `when ${value} < ${until} then ${result}`;
  });
  return `case ${branches.join(" ")} end`;
}

/** The first store has four orders in ten, the last one in a hundred. */
const STORE = byShare(
  drawn("n", 1, 100),
  [40, 20, 12, 8, 6, 5, 4, 2, 2, 1].map((share, index) => [share, String(index + 1)] as const),
);

/** Old orders have ended but for a few; new ones are on their way. */
const STATUS = `case when n > ${ORDERS - NEW_ORDERS} then ${byShare(drawn("n", 2, 1_000), [
  [600, "'awaiting_shipment'"],
  [200, "'shipped'"],
  [120, "'completed'"],
  [50, "'awaiting_payment'"],
  [25, "'cancelled'"],
  [5, "'on_hold'"],
])} else ${byShare(drawn("n", 2, 1_000), [
  [860, "'completed'"],
  [80, "'delivered'"],
  [55, "'cancelled'"],
  [4, "'awaiting_shipment'"],
  [1, "'on_hold'"],
])} end`;

/** Most change for the last time within three days of the sale, one in fifty up to three months later, none in the future. */
const CHANGED = `${placedAtSql("n")} + ${drawn("n", 3, 259_200)} * interval '1 second'
    + case when ${drawn("n", 4, 50)} = 0 then ${drawn("n", 5, 90)} * interval '1 day' else interval '0' end`;
const UPDATED = `case when ${CHANGED} > ${placedAtSql(String(ORDERS))} then ${placedAtSql("n")} else ${CHANGED} end`;

/** `offset 0` keeps the planner from computing a fact again at each use. */
const FACTS = `
select n, n::text as external, ${uuidSql("'order ' || n")} as id, store, ${storeIdSql("store")} as store_id, status,
  case when status = 'awaiting_payment' then 'unpaid' when status = 'cancelled' then 'voided' else 'paid' end as payment,
  status in ('awaiting_payment', 'awaiting_shipment', 'on_hold') as open,
  ${drawn("n", 6, 100)} = 0 as attention, ${buyerHashSql(`(1 + ${drawn("n", 7, BUYERS)})`)} as buyer,
  ${placedAtSql("n")} as placed, ${UPDATED} as updated
from generate_series($1::bigint, $2::bigint) as n, lateral (select ${STORE} as store, ${STATUS} as status offset 0) s offset 0`;

const json = (value: string) => `{"amount":"' || ${value} || '","currency":"EUR"}`;
const iso = (value: string) => `to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * The lines that orders are made of: of each product in three quantities, shipped and not. Texts as the API answers them,
 * but for the id at their beginning: what ingest renders of a WooCommerce order.
 */
const CREATE_GOODS = `
create table bench_goods as
select product * 6 + (quantity - 1) * 2 + shipped::int as key, product, code, title, quantity, shipped, price, price * quantity as total, tax,
  '","listing_external_id":"' || product || '","variant_external_id":"' || product || '","sku":"' || code || '","title":"' || title
    || '","options":null,"quantity":' || quantity || ',"unit_price":${json("price")},"discount":${json("'0.00'")},"tax":${json("tax")},'
    || '"total":${json("price * quantity")},"fulfilment_status":"' || case when shipped then 'fulfilled' else 'unfulfilled' end
    || '","shipped_quantity":' || case when shipped then quantity else 0 end || ',"cancelled_quantity":0,"returned_quantity":0,'
    || '"fulfilled_by":"seller","place":null,"gift":false,"parent_external_id":null}' as text
from generate_series(0, ${PRODUCTS - 1}) as product, generate_series(1, 3) as quantity, (values (false), (true)) as s(shipped),
  lateral (select 'SKU-' || lpad(product::text, 5, '0') as code,
    (array['Canvas','Merino','Oak','Recycled','Slim','Heavy','Soft','Brushed'])[1 + product % 8] || ' '
      || (array['Tote Bag','T-Shirt','Cutting Board','Notebook','Water Bottle','Beanie','Desk Lamp'])[1 + product % 7] as title,
    round(2.90 + product % 8900 / 100.0, 2) as price) p,
  lateral (select round(price * quantity * 0.19, 2) as tax) t`;

/** Lines of the order \`n\`, each with its number. */
const linesOf = (n: string) => `
select position, ${n} * 10 + position as number, g.*
from generate_series(0, ${LINES - 1}) as position
join bench_goods g on g.key = ${drawn(`(${n} * ${LINES} + position)`, 8, PRODUCTS)} * 6 + (${n} + position) % 3 * 2
  + (status in ('completed', 'delivered', 'shipped'))::int`;

const ORDER_TEXT = `'{"external_id":"' || external || '","external_number":"' || external || '","parent_external_id":null,"external_kind":null,'
  || '"marketplace":null,"place":null,"status":"' || status || '","external_status":"processing","payment_status":"' || payment
  || '","fulfilled_by":"seller","placed_at":"' || ${iso("placed")} || '","paid_at":"' || ${iso("placed")}
  || '","ship_by":null,"deliver_by":null,"completed_at":null,"cancelled_at":null,"currency":"EUR","total":${json("total")},'
  || '"paid":${json("total")},"refunded":${json("'0.00'")},"tax_included":false,"lines":[' || lines || '],"charges":['
  || '{"kind":"shipping","payer":"buyer","amount":${json("'4.90'")},"label":"DHL","in_total":true},'
  || '{"kind":"tax","payer":"buyer","amount":${json("round(total * 0.19, 2)")},"label":null,"in_total":true}],'
  || '"payments":[{"external_id":"ch_' || substr(buyer, 1, 11) || '","method":"stripe","amount":${json("total")},"paid_at":"'
  || ${iso("placed")} || '","due_at":null,"status":"paid"}],"notes":{"buyer":null,"seller":null,"flag":null},'
  || '"extra":{"created_via":"checkout","prices_include_tax":false,"payment_method_title":"Credit card","version":"9.8.5"},'
  || '"warnings":[],"buyer":{"external_id":null,"name":"F**","email":null,"phone":"****' || right(external, 4) || '","tax_id":null},'
  || '"ship_to":{"name":"F**","phone":"****' || right(external, 4) || '","company":null,"lines":[],"district":null,"city":"Berlin",'
  || '"region":"DE-BE","postcode":null,"country":"DE","privacy":"masked"}}'`;

/** The sealed buyer data are never opened here: bytes of their length. */
const PERSONAL = `decode(repeat(md5('personal ' || n), 11), 'hex')`;

const INSERT_ORDERS = `
  insert into orders (id, store_id, external_id, external_number, status, external_status, payment_status, fulfilled_by, placed_at, paid_at,
    currency, total, paid, refunded, tax_included, open, document, personal, buyer_hash, attention, unmapped_lines, source_updated_at,
    read_seq, created_at, synced_at, updated_at)
  select id, store_id, external, external, status, 'processing', payment, 'seller', placed, placed,
    'EUR', total, total, 0, false, open, ${ORDER_TEXT}, ${PERSONAL}, buyer, attention, attention::int, updated,
    n, placed, updated, updated
  from (${FACTS}) f,
    lateral (select string_agg('{"external_id":"' || number || text, ',') as lines, sum(total) as total from (${linesOf("n")}) l) parts`;

const INSERT_WITH_LINES = `
with made as (${INSERT_ORDERS}
  returning read_seq as n, id, store_id, status, attention
)
insert into order_lines (id, order_id, store_id, position, external_id, listing_external_id, variant_external_id, seller_code, sku_id,
  title, quantity, unit_price, discount, tax, total, fulfilment_status, shipped_quantity, cancelled_quantity, returned_quantity,
  fulfilled_by, gift, hold_quantity, take_quantity)
select ${uuidSql("'line ' || number")}, id, store_id, position, number, product, product, code,
  case when attention and position = 0 then null else ${uuidSql("code")} end, title, quantity, price, 0, tax,
  total, case when shipped then 'fulfilled' else 'unfulfilled' end, case when shipped then quantity else 0 end, 0, 0,
  'seller', false, 0, quantity
from made, lateral (${linesOf("made.n")}) l`;

const INSERT_STORES = `
insert into stores (id, platform, name, currency, time_zone, stock_from)
select ${storeIdSql("n")}, 'woocommerce', 'Store ' || n, 'EUR', 'Europe/Berlin', now() from generate_series(1, ${STORES}) as n`;

/** Fills the tables without their indexes, which are made afterwards as the schema has them. `lines: false`: the orders alone. */
export async function seedOrders(db: Database, { lines = true } = {}): Promise<void> {
  await db.query(INSERT_STORES);
  await db.exec(`${CREATE_GOODS}; alter table bench_goods add primary key (key); analyze bench_goods`);
  const restore = await dropIndexes(db, ["orders", "order_lines"]);
  const size = ORDERS / PARTS;
  const parts = Array.from({ length: PARTS }, (_, part) => [part * size + 1, (part + 1) * size] as const);
  await eachOf(AT_ONCE, parts, ([from, until]) =>
    db.transaction(async (tx) => {
      await tx.query("set local jit = off");
      await tx.query(lines ? INSERT_WITH_LINES : INSERT_ORDERS, [from, until]);
    }),
  );
  await db.exec("drop table bench_goods");
  await eachOf(AT_ONCE, restore, (statement) =>
    db.transaction(async (tx) => {
      await tx.query("set local maintenance_work_mem = '256MB'");
      await tx.query("set local max_parallel_maintenance_workers = 0");
      await tx.query(statement);
    }),
  );
  await eachOf(AT_ONCE, ["orders", "order_lines"], (table) => db.exec(`vacuum analyze ${table}`));
}

/** Answers the statements that make them again, primary keys first. */
async function dropIndexes(db: Database, tables: readonly string[]): Promise<string[]> {
  const keys = await db.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'p' and conrelid::regclass::text = any($1::text[])`,
    [tables],
  );
  for (const { table, name } of keys) await db.exec(`alter table ${table} drop constraint ${name}`);
  const indexes = await db.query<{ name: string; definition: string }>(
    "select indexname as name, indexdef as definition from pg_indexes where schemaname = 'public' and tablename = any($1::text[])",
    [tables],
  );
  for (const { name } of indexes) await db.exec(`drop index ${name}`);
  return [
    ...keys.map(({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`),
    ...indexes.map(({ definition }) => definition),
  ];
}

async function eachOf<T>(atOnce: number, items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

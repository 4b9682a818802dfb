/** The demo's stores: five fakes on two platforms that sell the same goods in four currencies. */
import type { Database } from "../../core/db/database.ts";
import { createTaobaoFake } from "../../fakes/taobao/index.ts";
import { createWooCommerceFake } from "../../fakes/woocommerce/index.ts";
import { type RunningFake, serve } from "../fake/serve-fake.ts";

type Currency = "EUR" | "USD" | "JPY" | "CNY";

/** Goods by code, with a price in each currency. */
const GOODS: readonly (Record<"sku" | "name" | Currency, string> & { stock: number })[] = [
  { sku: "TEE-S-INK", name: "Merino Tee S, ink", stock: 24, EUR: "47.20", USD: "52.00", JPY: "7800", CNY: "368.00" },
  { sku: "TEE-M-INK", name: "Merino Tee M, ink", stock: 31, EUR: "47.20", USD: "52.00", JPY: "7800", CNY: "368.00" },
  { sku: "TEE-L-INK", name: "Merino Tee L, ink", stock: 12, EUR: "47.20", USD: "52.00", JPY: "7800", CNY: "368.00" },
  { sku: "TOTE-SAND", name: "Canvas Tote, sand", stock: 60, EUR: "19.90", USD: "21.50", JPY: "3200", CNY: "155.00" },
  { sku: "MUG-MOSS", name: "Enamel Mug, moss", stock: 45, EUR: "14.50", USD: "15.75", JPY: "2300", CNY: "112.00" },
  { sku: "LAMP-DESK", name: "Desk Lamp", stock: 9, EUR: "89.00", USD: "96.00", JPY: "14200", CNY: "690.00" },
  { sku: "SOCK-WOOL", name: "Wool Socks", stock: 80, EUR: "12.00", USD: "13.25", JPY: "1900", CNY: "93.00" },
  { sku: "NOTE-A5", name: "Notebook A5", stock: 120, EUR: "8.40", USD: "9.25", JPY: "1350", CNY: "65.00" },
  { sku: "TEA-GREEN", name: "绿茶 Green Tea 100 g", stock: 38, EUR: "11.80", USD: "12.90", JPY: "1850", CNY: "92.00" },
  { sku: "BOWL-MATCHA", name: "抹茶碗 Matcha Bowl", stock: 17, EUR: "34.00", USD: "37.00", JPY: "5400", CNY: "265.00" },
];

const WOOCOMMERCE = [
  {
    name: "Nordlicht",
    seed: 11,
    currency: "EUR",
    timeZone: "Europe/Berlin",
    pricesIncludeTax: true,
    shownMore: 0,
  },
  {
    name: "Harbor & Pine",
    seed: 23,
    currency: "USD",
    timeZone: "America/New_York",
    pricesIncludeTax: false,
    shownMore: 5,
  },
  { name: "青空雑貨", seed: 37, currency: "JPY", timeZone: "Asia/Tokyo", pricesIncludeTax: true, shownMore: -4 },
] as const;

/** `B` is a Tmall shop, `C` a Taobao shop. */
const TAOBAO = [
  { name: "青禾旗舰店", seed: 53, sellerType: "B", shownMore: 3 },
  { name: "山茶小铺", seed: 71, sellerType: "C", shownMore: -2 },
] as const;

/** What the demo looks at. */
export const WATCHED_SKUS = ["TEE-S-INK", "TEE-L-INK", "LAMP-DESK", "MUG-MOSS", "BOWL-MATCHA", "NOTE-A5"] as const;

/** Fakes bear more than the adapters assume of a platform of which they know nothing. */
const FAKE_SETTINGS: Readonly<Record<string, Record<string, unknown>>> = {
  woocommerce: { quotas: { rest: { capacity: 20, concurrency: 4 } } },
  taobao: { quotas: { app: { capacity: 200 }, method: { capacity: 150 }, alipay: { capacity: 150 } } },
};

export const settingsOf = (platform: string): Record<string, unknown> => FAKE_SETTINGS[platform] ?? {};

/**
 * Starts the fakes on free ports. Their past is complete, and their shelves do not agree yet: the first push makes them.
 */
export async function startDemoFakes(options: { orders: number }): Promise<RunningFake[]> {
  const fakes = [
    ...WOOCOMMERCE.map(({ shownMore, ...made }) =>
      createWooCommerceFake({
        ...made,
        ...options,
        // Replaced by the address it is served at; a name is no host.
        baseUrl: "http://localhost",
        // Some goods of its own beside those that all share.
        listings: GOODS.length + 6,
        fulfillments: true,
        skus: goodsIn(made.currency, shownMore),
      }),
    ),
    ...TAOBAO.map(({ shownMore, ...made }) =>
      createTaobaoFake({ ...made, ...options, skus: goodsIn("CNY", shownMore) }),
    ),
  ];
  return Promise.all(fakes.map((fake) => serve(fake, { port: 0 })));
}

const goodsIn = (currency: Currency, shownMore: number) =>
  GOODS.map(({ sku, name, stock, ...prices }) => ({ sku, name, price: prices[currency], stock: stock + shownMore }));

/** Counts that a platform's books and our tables both have. */
export const COUNTED = ["orders", "listings", "disputes", "settlements", "shipments"] as const;
export type Counted = (typeof COUNTED)[number];
export type Counts = Readonly<Record<Counted, number>>;

/** Our own counts of what a store has now. */
export async function countOurs(db: Database, storeId: string): Promise<Counts> {
  const parts = COUNTED.map(
    (name) => `(select count(*) from ${name} where store_id = $1::uuid and gone_at is null) as ${name}`,
  );
  const [row] = await db.query<Record<Counted, string>>(`select ${parts.join(", ")}`, [storeId]);
  return Object.fromEntries(COUNTED.map((name) => [name, Number(row?.[name] ?? 0)])) as Record<Counted, number>;
}

/** The platform's own counts, asked over HTTP. */
export async function countPlatforms(baseUrl: string): Promise<Counts> {
  const answer = await fetch(`${baseUrl}/__fake/books?facts=none`);
  const { counts } = (await answer.json()) as { counts: Record<string, number> };
  return Object.fromEntries(COUNTED.map((name) => [name, counts[name] ?? 0])) as Record<Counted, number>;
}

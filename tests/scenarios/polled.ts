/** Platforms whose changes are polled for, as rows for the scenarios that are asked of each of them, over the real stack. */

import { countStock } from "../../src/core/stock/counts.ts";
import { parseWire } from "../../src/core/wire.ts";
import { createDangdangFake, type DangdangFake, type DangdangFakeOptions } from "../../src/fakes/dangdang/index.ts";
import { createJdFake, type JdFake, type JdFakeOptions } from "../../src/fakes/jd/index.ts";
import { createShopifyFake, type ShopifyFakeOptions } from "../../src/fakes/shopify/index.ts";
import { createVipshopFake, type VipshopFakeOptions } from "../../src/fakes/vipshop/index.ts";
import { requestAct } from "../../src/sync/actions.ts";
import { reconnectWithGrant } from "../../src/sync/connect-store.ts";
import { type FakeShop, type FakeStack, givenFakeStack } from "./fake-stack.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const GOODS = [
  { sku: "MUG", name: "Mug", price: "112.00", stock: 40 },
  { sku: "TEE", name: "Tee", price: "368.00", stock: 25 },
];
const QUOTAS = { app: { capacity: 5000 }, shop: { capacity: 5000, concurrency: 8 } };
/** More points than are asked for while time stands still. */
const BUCKET = { size: 1_000_000, restore: 1_000_000 };
/** The account of the supplier at Vipshop; another one has another number. */
const VENDOR = 550;

type Polled = JdFake | DangdangFake | ReturnType<typeof vipshopShop> | ReturnType<typeof shopifyShop>;
interface Options {
  seed?: number;
  name?: string;
  vendorId?: number;
  skus?: typeof GOODS;
}
export type Stack = FakeStack<Polled, Options>;
export type Shop = FakeShop<Polled>;

export interface Row {
  name: string;
  /** The adapter's id. */
  id: string;
  given(start?: Date): Promise<Stack>;
  /** The fake's names of what is called in these cases. */
  list: string;
  details: string;
  setStock: string;
  ship: string;
  /** Whether an order tells its waybill; else one that has left counts as told, whatever the number. */
  tellsWaybill: boolean;
  /** An answer without this order, where it is of the list by change. */
  hide(text: string, asked: string, orderId: string): string;
  /** Edits an open order in a way that moves no time of change. */
  edit(shop: Shop, orderId: string): void;
  /** An order's whole life, or whatever brings money. */
  earn(shop: Shop): void;
  /** The platform splits a paid order; answers the ids of its parts. Null: nothing says that it splits orders. */
  split: ((shop: Shop, orderId: string) => string[]) | null;
  /** Some forty minutes before a midnight of the shop's; default: of China's. */
  beforeMidnight?: string;
  /** A second shop whose orders have the same numbers. */
  addTwin(stack: Stack, first: Shop): Promise<Shop>;
}

export const PLATFORMS: readonly Row[] = [
  {
    name: "JD.com",
    id: "jd",
    given: (start) =>
      givenFakeStack<Polled, Options>(
        {
          make: (common, { vendorId: _, ...own }) =>
            createJdFake({ orders: 0, skus: GOODS, ...common, ...own } satisfies JdFakeOptions),
          settings: { quotas: { ...QUOTAS, method: { capacity: 5000 } } },
        },
        start,
      ),
    list: "jingdong.pop.order.enSearch",
    details: "jingdong.pop.order.enSearch",
    setStock: "jingdong.stock.write.updateSkuStock",
    ship: "jingdong.pop.order.shipment",
    tellsWaybill: true,
    hide: (text, asked, id) =>
      asked.includes("pop.order.enSearch") && decodeURIComponent(asked).includes('"dateType":"2"')
        ? withoutOrder(text, id, "orderId")
        : text,
    edit({ fake }, id) {
      if (fake.platform !== "jd") return;
      const order = fake.orders.get(id);
      if (order) order.memo = { text: "Zzedited", flag: "1", created: order.created, modified: order.modified };
    },
    earn: sellWhole,
    // The whole order stays in the lists: nothing of its own says that it was split.
    split: splitIn,
    // Shops are told by a number of their own, so that the same number of an order is put into the answers.
    async addTwin(stack, first) {
      const twin = await stack.addShop({ name: "twin" });
      const ids = () => [[...first.fake.books().orders.keys()][0], [...twin.fake.books().orders.keys()][0]];
      twin.tamper((text) => {
        const [theirs, own] = ids();
        return theirs && own ? text.replaceAll(own, theirs) : text;
      });
      return twin;
    },
  },
  {
    name: "Dangdang",
    id: "dangdang",
    given: (start) =>
      givenFakeStack<Polled, Options>(
        {
          make: (common, { vendorId: _, ...own }) =>
            createDangdangFake({ orders: 0, skus: GOODS, ...common, ...own } satisfies DangdangFakeOptions),
          settings: { quotas: QUOTAS },
        },
        start,
      ),
    list: "dangdang.orders.list.get",
    details: "dangdang.order.details.get",
    setStock: "dangdang.items.stock.update",
    ship: "dangdang.order.goods.send",
    tellsWaybill: true,
    hide: (text, asked, id) =>
      asked.includes("dangdang.orders.list.get") && asked.includes("lastModifyTime_start")
        ? text.replace(new RegExp(`<OrderInfo>(?:(?!</OrderInfo>)[\\s\\S])*?${id}[\\s\\S]*?</OrderInfo>`), "")
        : text,
    edit({ fake }, id) {
      if (fake.platform !== "dangdang") return;
      const order = fake.orders.get(id);
      if (order) order.remark = "Zzedited";
    },
    earn: sellWhole,
    split(shop, id) {
      if (shop.fake.platform !== "dangdang") return [];
      const order = shop.fake.orders.get(id);
      if (order) order.state = -200;
      return splitIn(shop, id);
    },
    addTwin: (stack) => stack.addShop({ name: "shop-1" }),
  },
  {
    name: "Vipshop",
    id: "vipshop",
    given: (start) =>
      givenFakeStack<Polled, Options>(
        {
          make: (common, own) => vipshopShop({ ...common, ...own }),
          settings: {
            vendor_id: String(VENDOR),
            modes: ["marketplace"],
            quotas: { app: { capacity: 5000 }, service: { capacity: 5000, concurrency: 8 } },
          },
        },
        start,
      ),
    list: "SovDeliveryService.getOrders",
    details: "SovDeliveryService.getOrderDetail",
    setStock: "MarketInventoryService.updateSkuStock",
    ship: "SovDeliveryService.ship",
    tellsWaybill: false,
    hide: (text, asked, id) =>
      asked.includes("getOrders") && asked.includes('"date_type":2') ? withoutOrder(text, id, "order_id") : text,
    edit({ fake }, id) {
      if (fake.platform !== "vipshop") return;
      const order = fake.orders.get(id);
      if (order) order.remark = "Zzedited";
    },
    split: null,
    earn({ fake }) {
      if (fake.platform === "vipshop") for (const amount of [12_000, 4_550]) fake.owner.book("CR_CUST", amount);
    },
    addTwin: (stack) =>
      stack.addShop({ name: "shop-1", vendorId: VENDOR + 1, settings: { vendor_id: String(VENDOR + 1) } }),
  },
  {
    name: "Shopify",
    id: "shopify",
    given: (start) =>
      givenFakeStack<Polled, Options>(
        {
          make: (common, { vendorId: _, ...own }) => shopifyShop({ ...common, ...own }),
          settings: {
            location: "gid://shopify/Location/71",
            quotas: { calls: { capacity: 5000, concurrency: 8 }, points: { capacity: BUCKET.restore } },
          },
        },
        start,
      ),
    list: "query.orders",
    details: "query.orders",
    setStock: "mutation.inventorySetQuantities",
    ship: "mutation.fulfillmentCreate",
    tellsWaybill: true,
    hide: (text, asked, id) => (asked.includes("updated_at") ? withoutOrder(text, id, "id") : text),
    edit({ fake }, id) {
      if (fake.platform !== "shopify") return;
      const order = fake.orders.get(Number(/\d+$/.exec(id)?.[0]));
      if (order) order.note = "Zzedited";
    },
    earn(shop) {
      sellWhole(shop);
      if (shop.fake.platform === "shopify") shop.fake.owner.payOut();
    },
    split: null,
    beforeMidnight: "2026-03-02T04:20:00Z",
    // Ids are the platform's, not the shop's: the same one is put into the answers.
    async addTwin(stack, first) {
      const twin = await stack.addShop({ name: "twin" });
      const ids = () => [[...first.fake.books().orders.keys()][0], [...twin.fake.books().orders.keys()][0]];
      twin.tamper((text) => {
        const [theirs, own] = ids();
        return theirs && own ? text.replaceAll(own, theirs) : text;
      });
      return twin;
    },
  },
];

/** JSON without the records of this order, at whatever depth they stand. */
function withoutOrder(text: string, id: string, name: string): string {
  const { value } = parseWire(text);
  return JSON.stringify(value, (_, inner: unknown) =>
    Array.isArray(inner) ? inner.filter((row: Record<string, unknown>) => row?.[name] !== id) : inner,
  );
}

/** A shop of its marketplace, whose orders are paid when they come. */
function vipshopShop(options: VipshopFakeOptions) {
  const fake = createVipshopFake({ orders: 0, skus: GOODS, modes: ["mp"], vendorId: VENDOR, ...options });
  const buyer = { ...fake.buyer, order: () => fake.buyer.order("mp"), pay: (_id: string) => {} };
  return Object.assign(Object.create(fake) as Omit<typeof fake, "buyer">, { buyer });
}

/** A shop whose orders are paid when they come. */
function shopifyShop(options: ShopifyFakeOptions) {
  const fake = createShopifyFake({ orders: 0, skus: GOODS, bucket: BUCKET, deliverByItself: false, ...options });
  const buyer = {
    ...fake.buyer,
    order: () => fake.buyer.order({ isPlain: true }),
    pay: (_id: string) => {},
    receive: fake.owner.deliver,
  };
  const consent = () => fake.consentQuery("state");
  return Object.assign(Object.create(fake) as Omit<typeof fake, "buyer" | "consent">, { buyer, consent });
}

export const paid = ({ fake }: Shop): string => {
  const id = fake.buyer.order();
  fake.buyer.pay(id);
  return id;
};

function splitIn({ fake }: Shop, parentId: string): string[] {
  if (fake.platform === "vipshop" || fake.platform === "shopify") return [];
  const { buyer } = fake;
  return [1, 2].map(() => {
    const id = buyer.order({ parentId });
    buyer.pay(id);
    return id;
  });
}

function sellWhole(shop: Shop): void {
  const id = paid(shop);
  shop.fake.owner.ship(id);
  shop.fake.buyer.receive(id);
}

/** Time passes, and what is due is done. */
export async function pass(stack: Stack, ms: number): Promise<void> {
  stack.clock.advance(ms);
  await stack.work();
}

export const shown = ({ fake }: Shop, sku: string) =>
  [...fake.books().variants.values()].find((variant) => variant.sku === sku)?.quantity;

export const counted = (stack: Stack, sku: string, quantity: number) =>
  countStock(
    stack.engine.db,
    {
      counts: [{ sku, location: "main", quantity, basis: "physical", countedAt: stack.clock.now() }],
      actor: "test",
      confirmed: true,
    },
    stack.clock.now(),
  );

export const ordersOf = (stack: Stack) =>
  stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from orders order by external_id",
  );

/** Asks for a parcel to be told to the platform. */
export async function confirm(
  stack: Stack,
  shop: Shop,
  orderExternalId: string,
  parcel: { carrier: string; trackingNumber: string },
): Promise<void> {
  const [order] = await stack.rows<{ id: string }>("select id from orders where external_id = $1", [orderExternalId]);
  await requestAct(stack.engine, {
    storeId: shop.id,
    kind: "shipments.confirm",
    subject: "order",
    subjectId: order?.id ?? null,
    input: {
      orderExternalId,
      ...parcel,
      trackingUrl: null,
      shippedAt: null,
      place: null,
      lines: [],
      notifyBuyer: true,
      method: null,
    },
    idempotencyKey: `ship-${orderExternalId}`,
    actor: "test",
  });
}

/** The seller consents again: the code is exchanged for a new grant. */
export async function regrant(stack: Stack, { id, fake }: Shop): Promise<void> {
  const [store] = await stack.rows<{ base_url: string }>("select base_url from stores where id = $1::uuid", [id]);
  const settings = { root: store?.base_url, authorize_path: "/authorize", token_path: "/token" };
  const app = { id: "app", platform: fake.platform, ...fake.app, settings };
  const { exchange } = stack.engine.adapterOf(fake.platform)?.auth ?? {};
  const consent = fake.consent();
  const query = typeof consent === "string" ? { code: consent } : consent;
  const answer = { query, redirectUrl: "https://tallyport.example/callback" };
  const grant = await exchange?.(app, answer, stack.signal);
  if (!grant) throw new Error("the platform grants nothing");
  const values = { ...fake.connection, ...grant.values };
  await reconnectWithGrant(stack.engine, id, { grant: { ...grant, values }, actor: "test" }, stack.signal);
}

/** Platforms whose changes are polled for, as rows for the scenarios that are asked of each of them, over the real stack. */
import { createDangdangFake, type DangdangFakeOptions } from "../../src/fakes/dangdang/index.ts";
import { createJdFake, type JdFakeOptions } from "../../src/fakes/jd/index.ts";
import { givenFakeStack } from "./fake-stack.ts";
import {
  addTwinById,
  BUCKET,
  GOODS,
  medusaShop,
  type Options,
  type Polled,
  QUOTAS,
  type Shop,
  type Stack,
  sellWhole,
  shopifyShop,
  splitIn,
  VENDOR,
  vipshopShop,
  withoutOrder,
} from "./polled-shops.ts";

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
  /** The second source is read so often that what the list by change hides is seen within half an hour. */
  isFoundSoon?: boolean;
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
    addTwin: addTwinById,
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
    addTwin: addTwinById,
  },
  {
    name: "Medusa",
    id: "medusa",
    given: (start) =>
      givenFakeStack<Polled, Options>(
        {
          make: (common, { vendorId: _, ...own }) => medusaShop({ ...common, ...own }),
          settings: { quotas: { admin: { capacity: 5000, concurrency: 8 } } },
        },
        start,
      ),
    list: "orders.list",
    details: "orders.list",
    setStock: "levels.batch",
    ship: "fulfillments.ship",
    tellsWaybill: true,
    hide: (text, asked, id) => (asked.includes("updated_at%5B%24gte%5D") ? withoutOrder(text, id, "id") : text),
    isFoundSoon: true,
    edit({ fake }, id) {
      if (fake.platform !== "medusa") return;
      const order = fake.orders.get(id);
      if (order) order.metadata = { memo: "Zzedited" };
    },
    // Payouts are the payment provider's.
    earn: () => {},
    split: null,
    beforeMidnight: "2026-03-01T23:20:00Z",
    addTwin: addTwinById,
  },
];

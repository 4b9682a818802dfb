/** Vipshop's ways of working that are no shop's, as rows for the scenarios that are asked of each of them. */
import { countStock } from "../../src/core/stock/counts.ts";
import { givenVipshop, pass, type Shop, type Stack } from "./vipshop-stack.ts";

export const BARCODE = "6901234567892";
export const GOODS = [
  { sku: BARCODE, name: "Dress", price: "112.00", stock: 40 },
  { sku: "6901234567908", name: "Skirt", price: "368.00", stock: 25 },
];
/** The co-operation that the fake's goods are in. */
export const PLACE = "100120/VIP_NH";

export interface Way {
  name: string;
  mode: "jit" | "jitx" | "dvd";
  /** An order that waits to be shipped; its number. */
  order(shop: Shop): string;
  /** It leaves without us. */
  leave(shop: Shop, id: string): void;
  /** Its waybill: null where the platform gives it. */
  waybill: string | null;
  /** The fake's names of what is called. */
  list: string;
  details: string;
  sales: string;
  ship: string;
}

export const WAYS: readonly Way[] = [
  {
    name: "JIT",
    mode: "jit",
    order: ({ fake }) => {
      fake.buyer.reserve();
      return fake.owner.pick();
    },
    leave: ({ fake }, id) => void fake.owner.deliver(id),
    waybill: "TRUCK-1",
    list: "JitDeliveryService.getPickList",
    details: "JitDeliveryService.getMultiPoPickDetail",
    sales: "InventoryService.getInventoryOccupiedOrders",
    ship: "JitDeliveryService.deliveryGoods",
  },
  {
    name: "JITX",
    mode: "jitx",
    order: ({ fake }) => fake.buyer.order("jitx"),
    leave: ({ fake }, id) => fake.owner.ship(id),
    waybill: null,
    list: "JitXService.getOrders",
    details: "JitXService.getOrders",
    sales: "JitXService.getOrders",
    ship: "JitXService.ship",
  },
  {
    name: "direct delivery",
    mode: "dvd",
    order: ({ fake }) => fake.buyer.order("dvd"),
    leave: ({ fake }, id) => fake.owner.ship(id),
    waybill: "SF1000000000001",
    list: "DvdDeliveryService.getOrderListByCreateTime",
    details: "DvdDeliveryService.getOrderDetail",
    sales: "DvdDeliveryService.getOrderListByCreateTime",
    ship: "DvdDeliveryService.ship",
  },
];

export const given = ({ mode }: Way): Promise<Stack> =>
  givenVipshop([mode], { skus: GOODS, settings: { standing_place: PLACE } });

export const ordersOf = (stack: Stack) =>
  stack.rows<Record<"external_id" | "external_status", string>>(
    `select external_id, external_status from orders where external_id not like 'occupied:%' and gone_at is null
     order by external_id`,
  );

/** The row of this order tells nowhere when it was placed. */
export function withoutTimes(text: string, id: string): string {
  const start = text.search(new RegExp(`"(?:pick_no|order_sn|order_id)":"${id}"`));
  if (start < 0) return text;
  const end = text.indexOf("}", start);
  const row = text.slice(start, end).replace(/"(add|create|vis_add)_time":"[^"]*"/g, '"$1_time":""');
  return text.slice(0, start) + row + text.slice(end);
}

export async function turns(stack: Stack, count: number, ms: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await pass(stack, ms);
}

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

export const shown = ({ fake }: Shop, sku: string) => fake.books().variants.get(sku)?.quantity;

/** Taobao and Tmall shops for scenarios. */
import { createTaobaoFake, type TaobaoFake, type TaobaoFakeOptions } from "../../src/fakes/taobao/index.ts";
import { type FakeShop, type FakeStack, givenFakeStack } from "./fake-stack.ts";

const FAST = { quotas: { app: { capacity: 5000 }, method: { capacity: 5000 }, alipay: { capacity: 5000 } } };

/** Goods that shops share. */
export const GOODS = [
  { sku: "MUG", name: "Mug", price: "112.00", stock: 40 },
  { sku: "TEE", name: "Tee", price: "368.00", stock: 25 },
];

export type TaobaoShop = FakeShop<TaobaoFake>;

export interface TaobaoStack extends FakeStack<TaobaoFake, TaobaoFakeOptions> {
  /** Takes what waits in the shops' queues and follows it up; no list is read. */
  readMessages(): Promise<void>;
}

/** An empty stack. The clock starts at the present second, or at the time that is given. */
export async function givenTaobaoStack(start?: Date): Promise<TaobaoStack> {
  const make = (common: TaobaoFakeOptions, own: TaobaoFakeOptions) =>
    createTaobaoFake({ orders: 0, skus: GOODS, ...common, ...own });
  const stack = await givenFakeStack<TaobaoFake, TaobaoFakeOptions>({ make, settings: FAST }, start);
  return {
    ...stack,
    readMessages: async () => {
      stack.clock.advance(6_000);
      await stack.work((item) => (item.kind === "pull" ? (item.resource as string) === "messages" : true));
    },
  };
}

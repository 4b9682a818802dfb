/** Shops of platforms whose changes are polled for, made alike: what is bought there is paid, and its goods have the same names. */
import { parseWire } from "../../src/core/wire.ts";
import type { DangdangFake } from "../../src/fakes/dangdang/index.ts";
import type { JdFake } from "../../src/fakes/jd/index.ts";
import { createMedusaFake, type MedusaFakeOptions } from "../../src/fakes/medusa/index.ts";
import { createShopifyFake, type ShopifyFakeOptions } from "../../src/fakes/shopify/index.ts";
import { createVipshopFake, type VipshopFakeOptions } from "../../src/fakes/vipshop/index.ts";
import type { FakeShop, FakeStack } from "./fake-stack.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const GOODS = [
  { sku: "MUG", name: "Mug", price: "112.00", stock: 40 },
  { sku: "TEE", name: "Tee", price: "368.00", stock: 25 },
];
export const QUOTAS = { app: { capacity: 5000 }, shop: { capacity: 5000, concurrency: 8 } };
/** More points than are asked for while time stands still. */
export const BUCKET = { size: 1_000_000, restore: 1_000_000 };
/** The account of the supplier at Vipshop; another one has another number. */
export const VENDOR = 550;

export type Polled =
  | JdFake
  | DangdangFake
  | ReturnType<typeof vipshopShop>
  | ReturnType<typeof shopifyShop>
  | ReturnType<typeof medusaShop>;
export interface Options {
  seed?: number;
  name?: string;
  vendorId?: number;
  skus?: typeof GOODS;
}
export type Stack = FakeStack<Polled, Options>;
export type Shop = FakeShop<Polled>;

/** Where ids are the platform's, not the shop's: the same one is put into the answers. */
export async function addTwinById(stack: Stack, first: Shop): Promise<Shop> {
  const twin = await stack.addShop({ name: "twin" });
  const ids = () => [[...first.fake.books().orders.keys()][0], [...twin.fake.books().orders.keys()][0]];
  twin.tamper((text) => {
    const [theirs, own] = ids();
    return theirs && own ? text.replaceAll(own, theirs) : text;
  });
  return twin;
}

/** JSON without the records of this order, at whatever depth they stand. */
export function withoutOrder(text: string, id: string, name: string): string {
  const { value } = parseWire(text);
  return JSON.stringify(value, (_, inner: unknown) =>
    Array.isArray(inner) ? inner.filter((row: Record<string, unknown>) => row?.[name] !== id) : inner,
  );
}

/** A shop of its marketplace, whose orders are paid when they come. */
export function vipshopShop(options: VipshopFakeOptions) {
  const fake = createVipshopFake({ orders: 0, skus: GOODS, modes: ["mp"], vendorId: VENDOR, ...options });
  const buyer = { ...fake.buyer, order: () => fake.buyer.order("mp"), pay: (_id: string) => {} };
  return Object.assign(Object.create(fake) as Omit<typeof fake, "buyer">, { buyer });
}

/** A shop whose orders are paid when they come. */
export function shopifyShop(options: ShopifyFakeOptions) {
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

/** A self-hosted shop: nobody consents, a key is made in its own pages. */
export function medusaShop(options: MedusaFakeOptions) {
  const fake = createMedusaFake({ orders: 0, skus: GOODS, ...options });
  const buyer = {
    ...fake.buyer,
    order: () => fake.buyer.order({ isPlain: true }),
    pay: fake.owner.capture,
    receive: fake.owner.deliver,
  };
  const more = { buyer, revoke: fake.revokeKey, app: null };
  return Object.assign(Object.create(fake) as Omit<typeof fake, "buyer">, more);
}

/** The address of the shop's pages takes a signed-in person's wish for another key. */
export async function newKey({ fake }: Shop): Promise<Record<string, string>> {
  if (fake.platform !== "medusa") throw new Error("the platform has no keys");
  const headers = { authorization: `Bearer ${fake.signIn()}`, "content-type": "application/json" };
  const body = JSON.stringify({ title: "Another", type: "secret" });
  const answer = await fake.fetch(
    new Request(`${fake.settings.storeUrl}/admin/api-keys`, { method: "POST", headers, body }),
  );
  const { api_key } = (await answer.json()) as { api_key: { token: string } };
  return { api_key: api_key.token };
}

export const paid = ({ fake }: Shop): string => {
  const id = fake.buyer.order();
  fake.buyer.pay(id);
  return id;
};

export function splitIn({ fake }: Shop, parentId: string): string[] {
  if (fake.platform !== "jd" && fake.platform !== "dangdang") return [];
  const { buyer } = fake;
  return [1, 2].map(() => {
    const id = buyer.order({ parentId });
    buyer.pay(id);
    return id;
  });
}

export function sellWhole(shop: Shop): void {
  const id = paid(shop);
  shop.fake.owner.ship(id);
  shop.fake.buyer.receive(id);
}

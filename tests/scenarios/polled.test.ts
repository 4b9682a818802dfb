/** The scenarios of platforms that send no messages: each row is asked of every one of them, over the real stack. */
import { describe, expect, it } from "vitest";
import { countStock } from "../../src/core/stock/counts.ts";
import { createDangdangFake, type DangdangFake, type DangdangFakeOptions } from "../../src/fakes/dangdang/index.ts";
import { createJdFake, type JdFake, type JdFakeOptions } from "../../src/fakes/jd/index.ts";
import { createVipshopFake, type VipshopFakeOptions } from "../../src/fakes/vipshop/index.ts";
import { requestAct } from "../../src/sync/actions.ts";
import { reconnectStore } from "../../src/sync/connect-store.ts";
import { type FakeShop, type FakeStack, givenFakeStack } from "./fake-stack.ts";

const MINUTE = 60_000;
const GOODS = [
  { sku: "MUG", name: "Mug", price: "112.00", stock: 40 },
  { sku: "TEE", name: "Tee", price: "368.00", stock: 25 },
];
const QUOTAS = { app: { capacity: 5000 }, shop: { capacity: 5000, concurrency: 8 } };

type Polled = JdFake | DangdangFake | ReturnType<typeof vipshopShop>;
type Options = { seed?: number; name?: string };
type Stack = FakeStack<Polled, Options>;
type Shop = FakeShop<Polled>;

interface Row {
  name: string;
  given(): Promise<Stack>;
  /** The fake's names of what is called in these cases. */
  list: string;
  details: string;
  setStock: string;
  ship: string;
}

const PLATFORMS: readonly Row[] = [
  {
    name: "JD.com",
    given: () =>
      givenFakeStack<Polled, Options>({
        make: (common, own) => createJdFake({ orders: 0, skus: GOODS, ...common, ...own } satisfies JdFakeOptions),
        settings: { quotas: { ...QUOTAS, method: { capacity: 5000 } } },
      }),
    list: "jingdong.pop.order.enSearch",
    details: "jingdong.pop.order.enSearch",
    setStock: "jingdong.stock.write.updateSkuStock",
    ship: "jingdong.pop.order.shipment",
  },
  {
    name: "Dangdang",
    given: givenDangdang,
    list: "dangdang.orders.list.get",
    details: "dangdang.order.details.get",
    setStock: "dangdang.items.stock.update",
    ship: "dangdang.order.goods.send",
  },
  {
    name: "Vipshop",
    given: () =>
      givenFakeStack<Polled, Options>({
        make: (common, own) => vipshopShop({ ...common, ...own }),
        settings: {
          vendor_id: "550",
          modes: ["marketplace"],
          quotas: { app: { capacity: 5000 }, service: { capacity: 5000, concurrency: 8 } },
        },
      }),
    list: "SovDeliveryService.getOrders",
    details: "SovDeliveryService.getOrderDetail",
    setStock: "MarketInventoryService.updateSkuStock",
    ship: "SovDeliveryService.ship",
  },
];

/** A shop of its marketplace, whose orders are paid when they come. */
function vipshopShop(options: VipshopFakeOptions) {
  const fake = createVipshopFake({ orders: 0, skus: GOODS, modes: ["mp"], vendorId: 550, ...options });
  const buyer = { ...fake.buyer, order: () => fake.buyer.order("mp"), pay: (_id: string) => {} };
  return Object.assign(Object.create(fake) as Omit<typeof fake, "buyer">, { buyer });
}

function givenDangdang(): Promise<Stack> {
  return givenFakeStack<Polled, Options>({
    make: (common, own) =>
      createDangdangFake({ orders: 0, skus: GOODS, ...common, ...own } satisfies DangdangFakeOptions),
    settings: { quotas: QUOTAS },
  });
}

const paid = ({ fake }: Shop): string => {
  const id = fake.buyer.order();
  fake.buyer.pay(id);
  return id;
};

/** Time passes, and what is due is done. */
async function pass(stack: Stack, ms: number): Promise<void> {
  stack.clock.advance(ms);
  await stack.work();
}

const shown = ({ fake }: Shop, sku: string) =>
  [...fake.books().variants.values()].find((variant) => variant.sku === sku)?.quantity;

const counted = (stack: Stack, sku: string, quantity: number) =>
  countStock(
    stack.engine.db,
    {
      counts: [{ sku, location: "main", quantity, basis: "physical", countedAt: stack.clock.now() }],
      actor: "test",
      confirmed: true,
    },
    stack.clock.now(),
  );

const ordersOf = (stack: Stack) =>
  stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from orders order by external_id",
  );

describe.each(PLATFORMS)("$name", ({ given, list, details, setStock, ship }) => {
  it("S03 S06: changes within one second all end in the database, read in between or not", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const ids = [paid(shop), paid(shop), paid(shop)];
    await pass(stack, 10 * MINUTE);
    shop.fake.owner.ship(ids[0] ?? "");
    await stack.work();
    shop.fake.buyer.receive(ids[0] ?? "");
    shop.fake.owner.ship(ids[1] ?? "");
    await pass(stack, 10 * MINUTE);
    const facts = shop.fake.books().orders;
    expect(await ordersOf(stack)).toEqual(
      [...ids].sort().map((id) => ({ external_id: id, external_status: facts.get(id)?.status })),
    );
  });

  it("S07 S16: a reading that breaks off is taken up again, and nothing is skipped or doubled", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const ids = Array.from({ length: 30 }, () => paid(shop));
    shop.fake.fail(details, ["ok", "reset", "ok", { status: 503 }, "cut", "ok", { html: "<p>busy" }]);
    for (let turn = 0; turn < 6; turn += 1) await pass(stack, 6 * MINUTE);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([...ids].sort());
  });

  it("S08: an order of goods that nobody has mapped is visible at once", async () => {
    const stack = await given();
    const shop = await stack.addShop({ adoptSkus: false });
    const id = paid(shop);
    await pass(stack, 10 * MINUTE);
    expect(await ordersOf(stack)).toMatchObject([{ external_id: id }]);
    expect(await stack.count("select count(*) as n from order_lines where sku_id is null")).toBeGreaterThan(0);
  });

  it("S13 S50: our own shipment comes back as no news, and is asked for once though its answer is lost", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    const id = paid(shop);
    await pass(stack, 10 * MINUTE);
    const [order] = await stack.rows<{ id: string }>("select id from orders");
    shop.fake.fail(ship, ["cut"]);
    await requestAct(stack.engine, {
      storeId: shop.id,
      kind: "shipments.confirm",
      subject: "order",
      subjectId: order?.id ?? null,
      input: {
        orderExternalId: id,
        carrier: "sf",
        trackingNumber: "SF1000000000001",
        trackingUrl: null,
        shippedAt: null,
        place: null,
        lines: [],
        notifyBuyer: true,
        method: null,
      },
      idempotencyKey: "ship-1",
      actor: "test",
    });
    for (let turn = 0; turn < 6; turn += 1) await pass(stack, 5 * MINUTE);
    expect(await stack.rows("select status, error_text from actions")).toEqual([{ status: "done", error_text: null }]);
    expect(shop.fake.requests.filter((request) => request.operation === ship)).toHaveLength(1);
    expect(shop.fake.books().counts.shipments).toBe(1);
    expect(await ordersOf(stack)).toEqual([
      { external_id: id, external_status: shop.fake.books().orders.get(id)?.status },
    ]);
  });

  it("S20 S26: the last quantity stands, though answers are cut and the same value comes again", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.fail(setStock, ["cut", "ok", "ok"], { repeat: true });
    for (const quantity of [1, 0, 1, 0]) {
      await counted(stack, "MUG", quantity);
      await pass(stack, 5 * MINUTE);
    }
    for (let turn = 0; turn < 4; turn += 1) await pass(stack, 10 * MINUTE);
    expect(shown(shop, "MUG")).toBe(0);
    expect(shown(shop, "TEE")).toBe(25);
  });

  it("S22 S32: nothing is raised while its orders cannot be read; a unit sold meanwhile is counted first", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.fail(list, [{ status: 503 }], { repeat: true });
    await pass(stack, 25 * MINUTE);
    await counted(stack, "MUG", 60);
    await counted(stack, "TEE", 0);
    await pass(stack, MINUTE);
    expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([40, 0]);
    shop.fake.sell({ sku: "MUG" });
    shop.fake.clearFaults();
    for (let turn = 0; turn < 5; turn += 1) await pass(stack, 10 * MINUTE);
    expect(shown(shop, "MUG")).toBeLessThanOrEqual(59);
    expect(await stack.count("select count(*) as n from offers where dirty")).toBe(0);
  });

  it("S41: a withdrawn grant is flagged at the first refusal; after it was given again the gap is read", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    await pass(stack, 10 * MINUTE);
    shop.fake.revoke();
    await pass(stack, 10 * MINUTE);
    const states = () => stack.rows<{ state: string }>("select state from stores");
    expect(await states()).toEqual([{ state: "auth_expired" }]);
    const missed = paid(shop);
    const before = shop.fake.requests.length;
    for (let hour = 0; hour < 12; hour += 1) await pass(stack, 60 * MINUTE);
    expect(shop.fake.requests.length - before).toBeLessThan(20);
    await regrant(stack, shop);
    await pass(stack, 10 * MINUTE);
    expect(await states()).toEqual([{ state: "ok" }]);
    expect((await ordersOf(stack)).map((row) => row.external_id)).toEqual([missed]);
  });
});

// JD.com numbers its shops, and one that is connected already is refused.
it("S14: two stores with the same order number have two orders", async () => {
  const stack = await givenDangdang();
  const one = await stack.addShop({ seed: 7, name: "same" });
  const two = await stack.addShop({ seed: 7, name: "same" });
  expect(paid(one)).toBe(paid(two));
  await pass(stack, 10 * MINUTE);
  expect(await ordersOf(stack)).toHaveLength(2);
});

/** The seller consents again: the code is exchanged for a new grant. */
async function regrant(stack: Stack, { id, fake }: Shop): Promise<void> {
  const [store] = await stack.rows<{ base_url: string }>("select base_url from stores where id = $1::uuid", [id]);
  const settings = { root: store?.base_url, authorize_path: "/authorize", token_path: "/token" };
  const app = { id: "app", platform: fake.platform, ...fake.app, settings };
  const { exchange } = stack.engine.adapterOf(fake.platform)?.auth ?? {};
  const consent = fake.consent();
  const query = typeof consent === "string" ? { code: consent } : consent;
  const answer = { query, redirectUrl: "https://tallyport.example/callback" };
  const grant = await exchange?.(app, answer, stack.signal);
  const credentials = { ...fake.connection, ...grant?.values };
  await reconnectStore(stack.engine, id, { credentials, actor: "test" }, stack.signal);
}

import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import type { ShopifyFakeOptions } from "../../src/fakes/shopify/index.ts";
import { type Body, type GivenShopify, givenShopify, orderOf, START } from "./shopify-client.ts";

const USER_ERRORS = "userErrors { field message }";
const SET = /* GraphQL */ `
  mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $input) @idempotent(key: $key) {
      inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } } userErrors { code field message }
    }
  }
`;
const PRICES = /* GraphQL */ `
  mutation Prices($productId: ID!, $variants: [ProductVariantsBulkInput!]!, $partly: Boolean) {
    productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: $partly) {
      productVariants { id price compareAtPrice } userErrors { code field message }
    }
  }
`;
const SHIP = /* GraphQL */ `
  mutation Ship($fulfillment: FulfillmentInput!) {
    fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status displayStatus trackingInfo { company number url } } ${USER_ERRORS} }
  }
`;
const REFUND = /* GraphQL */ `
  mutation Refund($input: RefundInput!, $key: String!) {
    refundCreate(input: $input) @idempotent(key: $key) {
      refund { id totalRefundedSet { shopMoney { amount } } } order { displayFinancialStatus } ${USER_ERRORS}
    }
  }
`;
const ACCOUNT = /* GraphQL */ `
  query Account($after: String, $q: String) {
    shopifyPaymentsAccount {
      payouts(first: 50) { nodes { id legacyResourceId status transactionType net { amount } } }
      balanceTransactions(first: 100, after: $after, query: $q) {
        pageInfo { hasNextPage endCursor }
        nodes { id type amount { amount } fee { amount } net { amount } associatedOrder { name } associatedPayout { id status } }
      }
    }
  }
`;

const GOODS: ShopifyFakeOptions = { orders: 0, skus: [{ sku: "TOTE", name: "Tote", price: "20.50", stock: 40 }] };

let shop: GivenShopify;
let variant: { id: string; item: string };

beforeEach(() => {
  shop = givenShopify(GOODS);
  const [one] = [...shop.fake.variants.values()];
  variant = { id: `gid://shopify/ProductVariant/${one?.id}`, item: `gid://shopify/InventoryItem/${one?.item.id}` };
});

const LOCATION = "gid://shopify/Location/71";

async function levelOf(): Promise<Record<string, number>> {
  const { inventoryItem } = await shop.ask(
    'query I($id: ID!) { inventoryItem(id: $id) { inventoryLevels(first: 5) { nodes { quantities(names: ["available", "on_hand", "committed"]) { name quantity } } } } }',
    { id: variant.item },
  );
  const { quantities } = inventoryItem.inventoryLevels.nodes[0];
  return Object.fromEntries(quantities.map(({ name, quantity }: Body) => [name, quantity]));
}

async function set(rows: Body[], more: Body = {}, key: string = randomUUID()): Promise<Body> {
  const input = { name: "available", reason: "correction", quantities: rows, ...more };
  return (await shop.ask(SET, { input, key })).inventorySetQuantities;
}

const row = (quantity: number, more: Body = { changeFromQuantity: null }): Body => ({
  inventoryItemId: variant.item,
  locationId: LOCATION,
  quantity,
  ...more,
});

const codes = ({ userErrors }: Body): string[] => userErrors.map(({ code }: Body) => code);

describe("stock", () => {
  it("is set where nobody has changed it meanwhile, and counts what is committed apart", async () => {
    shop.fake.sell({ sku: "TOTE", quantity: 3 });
    expect(await levelOf()).toEqual({ available: 37, on_hand: 40, committed: 3 });
    const stale = await set([row(38, { changeFromQuantity: 40 })]);
    expect(stale).toMatchObject({ inventoryAdjustmentGroup: null });
    expect(stale.userErrors[0]).toMatchObject({
      code: "CHANGE_FROM_QUANTITY_STALE",
      field: ["input", "quantities", "0", "changeFromQuantity"],
    });
    const done = await set([row(38, { changeFromQuantity: 37 })]);
    expect(done.inventoryAdjustmentGroup.changes).toContainEqual({
      name: "available",
      delta: 1,
      quantityAfterChange: 38,
    });
    expect(await levelOf()).toEqual({ available: 38, on_hand: 41, committed: 3 });
    await set([row(50)], { name: "on_hand" });
    expect(await levelOf()).toEqual({ available: 47, on_hand: 50, committed: 3 });
    expect(shop.fake.books().variants.get(variant.id)?.quantity).toBe(47);
  });

  it("refuses the whole call for one bad row, and names it", async () => {
    expect(codes(await set([row(1, {})]))).toEqual(["COMPARE_QUANTITY_REQUIRED"]);
    expect(codes(await set([row(-1)]))).toEqual(["INVALID_QUANTITY_NEGATIVE"]);
    expect(codes(await set([row(2_000_000_000)]))).toEqual(["INVALID_QUANTITY_TOO_HIGH"]);
    expect(codes(await set([row(1)], { name: "committed" }))).toEqual(["INVALID_NAME"]);
    expect(codes(await set([row(1)], { reason: "because" }))).toEqual(["INVALID_REASON"]);
    expect(codes(await set([row(1)], { referenceDocumentUri: "x" }))).toEqual(["INVALID_REFERENCE_DOCUMENT"]);
    expect(codes(await set([row(1), row(2)]))).toEqual(["NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"]);
    const [elsewhere, unknown] = [
      { locationId: "gid://shopify/Location/9" },
      { inventoryItemId: "gid://shopify/InventoryItem/9" },
    ];
    const mixed = await set([row(5), { ...row(1), ...elsewhere }, { ...row(1), ...unknown }]);
    expect(codes(mixed)).toEqual(["INVALID_LOCATION", "INVALID_INVENTORY_ITEM"]);
    expect(mixed.userErrors[1].field).toEqual(["input", "quantities", "2", "inventoryItemId"]);
    expect((await levelOf()).available).toBe(40);
    const many = await set(Array.from({ length: 251 }, () => row(1)));
    expect(many.userErrors).toHaveLength(1);
  });

  it("does a key's work once, and refuses the key for other work", async () => {
    const missing = await shop.send(SET.replace("@idempotent(key: $key)", "").replace(", $key: String!", ""), {
      input: { name: "available", reason: "correction", quantities: [row(1)] },
    });
    expect(missing.errors[0].message).toContain("@idempotent");
    const first = await set([row(30)], {}, "k-1");
    shop.fake.sell({ sku: "TOTE" });
    expect(await set([row(30)], {}, "k-1")).toEqual(first);
    expect((await levelOf()).available).toBe(29);
    expect(codes(await set([row(31)], {}, "k-1"))).toEqual(["IDEMPOTENCY_KEY_PARAMETER_MISMATCH"]);
    const letGo = shop.fake.holdKey("k-2");
    expect(codes(await set([row(31)], {}, "k-2"))).toEqual(["IDEMPOTENCY_CONCURRENT_REQUEST"]);
    letGo();
    expect(codes(await set([row(31)], {}, "k-2"))).toEqual([]);
    expect(codes(await set([row(-1)], {}, "k-3"))).toEqual(["INVALID_QUANTITY_NEGATIVE"]);
    expect(codes(await set([row(-1)], {}, "k-3"))).toEqual(["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]);
  });

  it("lies at another location once it is activated there, and moves by differences", async () => {
    const other = "gid://shopify/Location/72";
    const activate =
      "mutation A($item: ID!, $loc: ID!, $key: String!, $n: Int) { inventoryActivate(inventoryItemId: $item, locationId: $loc, available: $n) @idempotent(key: $key) { inventoryLevel { id } userErrors { field message } } }";
    expect(codes(await set([{ ...row(1), locationId: other }]))).toEqual(["INVALID_INVENTORY_ITEM"]);
    const done = await shop.ask(activate, { item: variant.item, loc: other, key: "a", n: 4 });
    expect(done.inventoryActivate).toMatchObject({ inventoryLevel: { id: expect.any(String) }, userErrors: [] });
    expect(
      (await shop.ask(activate, { item: variant.item, loc: other, key: "b", n: 4 })).inventoryActivate.userErrors,
    ).toHaveLength(1);
    expect(shop.fake.books().variants.get(variant.id)?.quantity).toBe(44);
    const adjust =
      "mutation D($input: InventoryAdjustQuantitiesInput!, $key: String!) { inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }";
    const changes = [{ delta: -5, inventoryItemId: variant.item, locationId: LOCATION, changeFromQuantity: 40 }];
    const input = { name: "available", reason: "correction", changes };
    expect(codes((await shop.ask(adjust, { input, key: "c" })).inventoryAdjustQuantities)).toEqual([]);
    expect(codes((await shop.ask(adjust, { input, key: "d" })).inventoryAdjustQuantities)).toEqual([
      "CHANGE_FROM_QUANTITY_STALE",
    ]);
    expect((await levelOf()).available).toBe(35);
  });
});

describe("prices and listings", () => {
  const productId = (): string => `gid://shopify/Product/${[...shop.fake.products.keys()][0]}`;
  const price = async (rows: Body[], partly = false): Promise<Body> =>
    (await shop.ask(PRICES, { productId: productId(), variants: rows, partly })).productVariantsBulkUpdate;

  it("change row by row, all or what can", async () => {
    const good = { id: variant.id, price: "24.90", compareAtPrice: "29.90" };
    const done = await price([good]);
    expect(done).toMatchObject({ productVariants: [{ price: "24.90", compareAtPrice: "29.90" }], userErrors: [] });
    expect((await price([{ id: variant.id, compareAtPrice: null }])).productVariants[0].compareAtPrice).toBeNull();
    const bad = { id: "gid://shopify/ProductVariant/1", price: "1" };
    const none = await price([{ ...good, price: "1.00" }, bad]);
    expect(none.userErrors).toMatchObject([{ code: "PRODUCT_VARIANT_DOES_NOT_EXIST", field: ["variants", "1", "id"] }]);
    expect(shop.fake.books().variants.get(variant.id)?.price).toBe("24.90");
    await price([{ ...good, price: "1.00" }, bad], true);
    expect(shop.fake.books().variants.get(variant.id)?.price).toBe("1.00");
    expect(codes(await price([{ price: "1" }]))).toEqual(["PRODUCT_VARIANT_ID_MISSING"]);
    expect(codes(await price([{ id: variant.id, price: "-1" }]))).toEqual(["NEGATIVE_PRICE_VALUE"]);
    const stocked = { id: variant.id, inventoryQuantities: [{ availableQuantity: 1, locationId: LOCATION }] };
    expect(codes(await price([stocked]))).toEqual(["NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"]);
  });

  it("take a listing off the shelf, after which nobody buys it", async () => {
    const update =
      "mutation P($p: ProductUpdateInput!) { productUpdate(product: $p) { product { status } userErrors { field message } } }";
    const done = await shop.ask(update, { p: { id: productId(), status: "DRAFT" } });
    expect(done.productUpdate.product.status).toBe("DRAFT");
    expect(shop.fake.sell({ sku: "TOTE" })).toMatchObject({ sold: false, reason: "not_for_sale" });
    expect(shop.fake.sell({ sku: "NONE" })).toMatchObject({ sold: false, reason: "unknown_sku" });
    shop.fake.owner.deleteProduct(productId());
    expect(shop.fake.books().counts.listings).toBe(0);
    expect((await shop.ask("{ products(first: 5) { nodes { id } } }")).products.nodes).toEqual([]);
  });
});

describe("shipping", () => {
  async function given(
    pieces = 2,
  ): Promise<{ id: string; work: Body; ship: (rows: Body[], tracking?: Body) => Promise<Body> }> {
    const id = shop.fake.buyer.order({ isPlain: true }, 1, pieces);
    const work = (await orderOf(shop, id)).fulfillmentOrders.nodes[0];
    const ship = async (rows: Body[], trackingInfo?: Body): Promise<Body> =>
      (await shop.ask(SHIP, { fulfillment: { lineItemsByFulfillmentOrder: rows, trackingInfo } })).fulfillmentCreate;
    return { id, work, ship };
  }

  it("sends what is named of the work, and the work goes on under this id or another", async () => {
    for (const expected of [["IN_PROGRESS"], ["CLOSED", "OPEN"]]) {
      const { id, work, ship } = await given();
      const [line] = work.lineItems.nodes;
      const some = (quantity: number): Body => ({
        fulfillmentOrderId: work.id,
        fulfillmentOrderLineItems: [{ id: line.id, quantity }],
      });
      expect((await ship([some(3)])).userErrors[0].message).toContain("quantity");
      const sent = await ship([some(1)], { company: "UPS", number: "1Z9" });
      expect(sent.fulfillment.trackingInfo).toEqual([
        { company: "UPS", number: "1Z9", url: "https://www.ups.com/track?tracknum=1Z9" },
      ]);
      const order = await orderOf(shop, id);
      expect(order.displayFulfillmentStatus).toBe("PARTIALLY_FULFILLED");
      expect(order.fulfillmentOrders.nodes.map(({ status }: Body) => status)).toEqual(expected);
      const rest = order.fulfillmentOrders.nodes.at(-1);
      await ship([{ fulfillmentOrderId: rest.id }], {
        numbers: ["a", "b"],
        urls: ["https://t.example.test/a", "https://t.example.test/b"],
      });
      const whole = await orderOf(shop, id);
      expect(whole.displayFulfillmentStatus).toBe("FULFILLED");
      expect(whole.fulfillments[1].trackingInfo).toHaveLength(2);
      expect((await ship([{ fulfillmentOrderId: rest.id }])).userErrors[0].message).toContain("closed");
    }
    expect((await levelOf()).committed).toBe(0);
    expect(shop.fake.books().counts.shipments).toBe(4);
  });

  it("waits while it is held, tells events, and is undone", async () => {
    const { id, work, ship } = await given();
    const hold =
      "mutation H($id: ID!, $hold: FulfillmentOrderHoldInput!) { fulfillmentOrderHold(id: $id, fulfillmentHold: $hold) { fulfillmentHold { id } fulfillmentOrder { status } userErrors { code } } }";
    const reason = { reason: "OTHER", reasonNotes: "wait" };
    const held = (await shop.ask(hold, { id: work.id, hold: reason })).fulfillmentOrderHold;
    expect(held).toMatchObject({
      fulfillmentOrder: { status: "ON_HOLD" },
      fulfillmentHold: { id: expect.any(String) },
    });
    expect((await orderOf(shop, id)).displayFulfillmentStatus).toBe("ON_HOLD");
    expect((await ship([{ fulfillmentOrderId: work.id }])).userErrors[0].message).toContain("on_hold");
    await shop.ask(`mutation R($id: ID!) { fulfillmentOrderReleaseHold(id: $id) { ${USER_ERRORS} } }`, { id: work.id });
    const sent = (await ship([{ fulfillmentOrderId: work.id }])).fulfillment;
    const event =
      "mutation E($e: FulfillmentEventInput!) { fulfillmentEventCreate(fulfillmentEvent: $e) { fulfillmentEvent { status } userErrors { field message } } }";
    await shop.ask(event, { e: { fulfillmentId: sent.id, status: "DELIVERED", happenedAt: "2026-03-01T07:00:00Z" } });
    const [parcel] = (await orderOf(shop, id)).fulfillments;
    expect(parcel).toMatchObject({ displayStatus: "DELIVERED", deliveredAt: "2026-03-01T07:00:00Z" });
    const undo = `mutation U($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } ${USER_ERRORS} } }`;
    expect((await shop.ask(undo, { id: sent.id })).fulfillmentCancel.fulfillment.status).toBe("CANCELLED");
    expect((await shop.ask(undo, { id: sent.id })).fulfillmentCancel.userErrors).toHaveLength(1);
    expect((await orderOf(shop, id)).displayFulfillmentStatus).toBe("UNFULFILLED");
    expect((await levelOf()).committed).toBe(2);
  });

  it("refuses parcels of two orders", async () => {
    const [one, two] = [await given(), await given()];
    const rows = [one, two].map(({ work }) => ({ fulfillmentOrderId: work.id }));
    expect((await one.ship(rows)).userErrors).toHaveLength(1);
  });
});

describe("orders", () => {
  it("are cancelled after a while, with their pieces and their money given back", async () => {
    const { fake, ask, clock } = shop;
    const id = fake.buyer.order({ isPlain: true }, 1, 2);
    const cancel =
      "mutation C($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true, refundMethod: { originalPaymentMethodsRefund: true }) { job { id done } orderCancelUserErrors { code field } } }";
    const { job } = (await ask(cancel, { id })).orderCancel;
    expect(job.done).toBe(false);
    expect((await orderOf(shop, id)).cancelledAt).toBeNull();
    clock.advance(5000);
    expect(await orderOf(shop, id)).toMatchObject({
      cancelReason: "CUSTOMER",
      displayFinancialStatus: "REFUNDED",
      displayFulfillmentStatus: "RESTOCKED",
      currentTotalPriceSet: { shopMoney: { amount: "0.00" } },
      totalPriceSet: { shopMoney: { amount: "41.00" } },
      lineItems: { nodes: [{ quantity: 2, currentQuantity: 0 }] },
    });
    expect((await ask("query J($id: ID!) { job(id: $id) { done } }", { id: job.id })).job.done).toBe(true);
    expect((await levelOf()).available).toBe(40);
    expect(fake.books().orders.get(id)).toMatchObject({ status: "CANCELLED", refunded: "41.00", total: "41.00" });
    expect((await ask(cancel, { id })).orderCancel).toMatchObject({
      job: null,
      orderCancelUserErrors: [{ code: "INVALID" }],
    });
    const sent = fake.buyer.order();
    fake.owner.ship(sent);
    expect((await ask(cancel, { id: sent })).orderCancel.orderCancelUserErrors).toHaveLength(1);
  });

  it("take notes that replace, tags that add, and move by them", async () => {
    const { fake, ask, clock } = shop;
    const id = fake.buyer.order();
    clock.advance(1000);
    await ask(`mutation N($i: OrderInput!) { orderUpdate(input: $i) { ${USER_ERRORS} } }`, {
      i: { id, note: "x", tags: ["b", "a"] },
    });
    await ask(`mutation T($id: ID!) { tagsAdd(id: $id, tags: ["c", "a"]) { ${USER_ERRORS} } }`, { id });
    expect(await orderOf(shop, id)).toMatchObject({
      note: "x",
      tags: ["a", "b", "c"],
      updatedAt: "2026-03-01T08:00:01Z",
    });
    const none = await ask(`mutation T { tagsAdd(id: "gid://shopify/Order/1", tags: []) { ${USER_ERRORS} } }`);
    expect(none.tagsAdd.userErrors).toHaveLength(1);
  });
});

describe("refunds and returns", () => {
  async function refund(input: Body, key: string = randomUUID()): Promise<Body> {
    return (await shop.ask(REFUND, { input, key })).refundCreate;
  }

  it("give money and pieces back, no more than there are", async () => {
    const { fake } = shop;
    const orderId = fake.buyer.order({ isPlain: true }, 1, 2);
    const order = await orderOf(shop, orderId);
    const parentId = order.transactions[0].id;
    const money = (amount: string): Body[] => [
      { orderId, parentId, kind: "REFUND", gateway: "shopify_payments", amount },
    ];
    const refundLineItems = [
      { lineItemId: order.lineItems.nodes[0].id, quantity: 1, restockType: "CANCEL", locationId: LOCATION },
    ];
    const suggested = await shop.ask(
      "query S($id: ID!, $rows: [RefundLineItemInput!]) { order(id: $id) { suggestedRefund(refundLineItems: $rows) { amountSet { shopMoney { amount } } } } }",
      { id: orderId, rows: refundLineItems },
    );
    expect(suggested.order.suggestedRefund.amountSet.shopMoney.amount).toBe("20.50");
    const input = { orderId, note: "n", currency: "USD", refundLineItems, transactions: money("20.50") };
    const done = await refund(input, "r-1");
    expect(done).toMatchObject({ order: { displayFinancialStatus: "PARTIALLY_REFUNDED" }, userErrors: [] });
    expect((await refund(input, "r-1")).refund.id).toBe(done.refund.id);
    const now = await orderOf(shop, orderId);
    expect(now.lineItems.nodes[0]).toMatchObject({ quantity: 2, currentQuantity: 1, unfulfilledQuantity: 1 });
    expect(now.fulfillmentOrders.nodes[0].lineItems.nodes[0].remainingQuantity).toBe(1);
    expect(await levelOf()).toEqual({ available: 39, on_hand: 40, committed: 1 });
    for (const wrong of [
      { orderId, transactions: money("20.51") },
      { orderId, refundLineItems: [{ ...refundLineItems[0], quantity: 2 }] },
      { orderId, shipping: { amount: "1.00" } },
      { orderId },
      { orderId, transactions: [{ ...money("1.00")[0], parentId: "gid://shopify/OrderTransaction/1" }] },
    ])
      expect((await refund(wrong)).userErrors).toHaveLength(1);
    expect(fake.books().orders.get(orderId)?.refunded).toBe("20.50");
    expect(fake.books().counts.refunds).toBe(1);
  });

  const RETURN = /* GraphQL */ `
    query R($id: ID!) {
      return(id: $id) {
        id status order { returnStatus }
        returnLineItems(first: 5) { nodes { __typename id quantity processedQuantity refundedQuantity ... on ReturnLineItem { fulfillmentLineItem { lineItem { sku } } } } }
        reverseFulfillmentOrders(first: 5) { nodes { id status lineItems(first: 5) { nodes { id totalQuantity } } reverseDeliveries(first: 5) { nodes { id } } } }
        refunds(first: 5) { nodes { id } }
      }
    }
  `;

  async function asked(): Promise<{ orderId: string; id: string; act: (name: string, input: Body) => Promise<Body> }> {
    const orderId = shop.fake.buyer.order({ isPlain: true }, 1, 2);
    shop.fake.owner.ship(orderId);
    shop.fake.owner.deliver(orderId);
    const id = shop.fake.buyer.askReturn(orderId);
    const act = async (name: string, input: Body): Promise<Body> => {
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const query = `mutation M($input: ${type}!) { ${name}(input: $input) { return { id status } userErrors { code field } } }`;
      return (await shop.ask(query, { input }))[name];
    };
    return { orderId, id, act };
  }

  it("are approved, processed with their goods and money, and end", async () => {
    const { orderId, id, act } = await asked();
    expect((await shop.ask(RETURN, { id })).return).toMatchObject({
      status: "REQUESTED",
      order: { returnStatus: "RETURN_REQUESTED" },
    });
    expect(codes(await act("returnProcess", { returnId: id, returnLineItems: [] }))).toEqual(["INVALID_STATE"]);
    expect((await act("returnApproveRequest", { id })).return.status).toBe("OPEN");
    const open = (await shop.ask(RETURN, { id })).return;
    expect(open.returnLineItems.nodes).toMatchObject([
      { __typename: "ReturnLineItem", quantity: 1, fulfillmentLineItem: { lineItem: { sku: "TOTE" } } },
    ]);
    const [line] = open.returnLineItems.nodes;
    const [reverse] = open.reverseFulfillmentOrders.nodes[0].lineItems.nodes;
    const dispositions = [
      {
        reverseFulfillmentOrderLineItemId: reverse.id,
        quantity: 1,
        dispositionType: "RESTOCKED",
        locationId: LOCATION,
      },
    ];
    const parentId = (await orderOf(shop, orderId)).transactions[0].id;
    const issueRefund = {
      orderTransactions: [{ parentId, transactionAmount: { amount: "20.50", currencyCode: "USD" } }],
    };
    const input = {
      returnId: id,
      returnLineItems: [{ id: line.id, quantity: 1, dispositions }],
      financialTransfer: { issueRefund },
    };
    const tooMany = { ...input, returnLineItems: [{ id: line.id, quantity: 2, dispositions }] };
    expect(codes(await act("returnProcess", tooMany))).toEqual(["INVALID"]);
    expect((await act("returnProcess", input)).return.status).toBe("CLOSED");
    expect((await shop.ask(RETURN, { id })).return).toMatchObject({
      order: { returnStatus: "RETURNED" },
      returnLineItems: { nodes: [{ processedQuantity: 1, refundedQuantity: 1 }] },
      refunds: { nodes: [{ id: expect.any(String) }] },
    });
    expect((await levelOf()).available).toBe(39);
    expect(shop.fake.books().orders.get(orderId)?.refunded).toBe("20.50");
  });

  it("are declined once", async () => {
    const { id, act } = await asked();
    const input = { id, declineReason: "FINAL_SALE", declineNote: "x", notifyCustomer: true };
    expect((await act("returnDeclineRequest", input)).return.status).toBe("DECLINED");
    expect(codes(await act("returnDeclineRequest", input))).toEqual(["INVALID_STATE"]);
    expect(codes(await act("returnApproveRequest", { id: "gid://shopify/Return/1" }))).toEqual(["NOT_FOUND"]);
  });
});

describe("the payments account", () => {
  const lines = (q = ""): Promise<Body[]> =>
    shop.all(ACCOUNT, (data) => data.shopifyPaymentsAccount.balanceTransactions, { q });

  it("pays out what its lines come to, and books disputes", async () => {
    const { fake, ask, clock } = shop;
    const id = fake.buyer.order({ isPlain: true }, 1, 2);
    fake.buyer.order({ gateway: "manual" });
    fake.owner.refund(id, 1000);
    const disputeId = fake.buyer.dispute(id, "CHARGEBACK");
    const payoutId = fake.owner.payOut();
    const all = await lines();
    expect(all.map(({ type, amount }) => [type, amount.amount])).toEqual([
      ["CHARGE", "41.00"],
      ["REFUND", "-10.00"],
      ["DISPUTE_WITHDRAWAL", "-41.00"],
      ["CHARGEBACK_FEE", "-15.00"],
      ["TRANSFER", "26.49"],
    ]);
    expect(all[0]).toMatchObject({
      fee: { amount: "1.49" },
      net: { amount: "39.51" },
      associatedOrder: { name: "#1001" },
    });
    const { payouts } = (await ask(ACCOUNT, { q: "" })).shopifyPaymentsAccount;
    expect(payouts.nodes).toMatchObject([
      { id: payoutId, net: { amount: "-26.49" }, transactionType: "WITHDRAWAL", status: "SCHEDULED" },
    ]);
    const own = await lines(`payments_transfer_id:${payouts.nodes[0].legacyResourceId}`);
    const net = own
      .filter(({ type }) => type !== "TRANSFER")
      .reduce((sum, one) => sum + Math.round(Number(one.net.amount) * 100), 0);
    expect(net).toBe(-2649);
    fake.owner.movePayout(payoutId, "PAID");
    expect(new Set((await lines()).map(({ associatedPayout }) => associatedPayout.status))).toEqual(new Set(["PAID"]));

    const query = "{ disputes(first: 5) { nodes { id status evidenceDueBy disputeEvidence { id submitted } } } }";
    const [dispute] = (await ask(query)).disputes.nodes;
    expect(dispute).toMatchObject({ id: disputeId, status: "NEEDS_RESPONSE", disputeEvidence: { submitted: false } });
    const defend =
      "mutation D($id: ID!, $i: ShopifyPaymentsDisputeEvidenceUpdateInput!) { disputeEvidenceUpdate(id: $id, input: $i) { disputeEvidence { submitted } userErrors { code } } }";
    const evidence = { id: dispute.disputeEvidence.id, i: { uncategorizedText: "x", submitEvidence: true } };
    expect((await ask(defend, evidence)).disputeEvidenceUpdate.disputeEvidence.submitted).toBe(true);
    expect(codes((await ask(defend, evidence)).disputeEvidenceUpdate)).toEqual(["EVIDENCE_ALREADY_ACCEPTED"]);
    expect(codes((await ask(defend, { ...evidence, id: disputeId })).disputeEvidenceUpdate)).toEqual([
      "DISPUTE_EVIDENCE_NOT_FOUND",
    ]);
    fake.owner.moveDispute(disputeId, "WON");
    expect((await lines()).at(-1)).toMatchObject({ type: "DISPUTE_REVERSAL", amount: { amount: "41.00" } });
    const late = fake.buyer.dispute(fake.buyer.order({ isPlain: true }), "INQUIRY");
    clock.advance(8 * 86_400_000);
    const open = (await ask(query)).disputes.nodes.find((one: Body) => one.id === late);
    const past = await ask(defend, { ...evidence, id: open.disputeEvidence.id });
    expect(codes(past.disputeEvidenceUpdate)).toEqual(["EVIDENCE_PAST_DUE_DATE"]);
    expect(START.getTime()).toBeLessThan(clock.now().getTime());
  });

  it("is not there where the shop is paid otherwise", async () => {
    const other = givenShopify({ ...GOODS, hasPayments: false });
    const id = other.fake.buyer.order();
    expect((await other.ask(ACCOUNT, { q: "" })).shopifyPaymentsAccount).toBeNull();
    expect((await orderOf(other, id)).displayFinancialStatus).toBe("PAID");
    expect(other.fake.books().counts.settlements).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import {
  type Body,
  beijing,
  DAY,
  DVD,
  type Given,
  given,
  JIT,
  JITX,
  MARKET,
  NOW,
  SCHEDULE,
  STOCK,
} from "./vipshop-client.ts";

const VRETURN = "vipapis.vreturn.VendorReturnService";
const GOODS = "vipapis.product.VendorProductService";
const PRODUCT = "vipapis.marketplace.product.ProductService";
const window = (from: number, to = NOW) => ({ start_time: from, end_time: to });

describe("bulk supply", () => {
  const supply = { orders: 0, modes: ["jit"] } as const;

  /** A pick list that was cut by a call, from what waited. */
  async function picked(account: Given): Promise<{ po: Body; pick: string }> {
    for (let number = 0; number < 4; number += 1) account.fake.buyer.reserve();
    const vendor_id = String(account.vendor);
    const { purchase_order_list } = await account.ok(JIT, "getPoList", { vendor_id });
    const po = purchase_order_list.find(({ not_pick }: Body) => Number(not_pick) > 0);
    const [row] = await account.ok(JIT, "createPick", { vendor_id: account.vendor, po_no: po.po_no, co_mode: "jit" });
    return { po, pick: row.pick_no };
  }

  const headOf = (po: Body, more: Body = {}): Body => ({
    po_no: po.po_no,
    delivery_no: "WB1",
    warehouse: po.warehouse,
    delivery_time: beijing(NOW),
    arrival_time: beijing(NOW + DAY),
    carrier_code: "1000000458",
    carrier_name: "顺丰速运",
    delivery_method: "1",
    ...more,
  });

  it("a pick list is cut by a write, once, over all that waits; its lines come in two answers", async () => {
    const account = given(supply);
    const { ok, refusal, vendor: vendor_id, fake } = account;
    const { po, pick } = await picked(account);
    expect(await refusal(JIT, "createPick", { vendor_id, po_no: po.po_no })).toMatch(/没有未拣货/);
    const list = await ok(JIT, "getPickList", { vendor_id, po_no: po.po_no });
    expect(list).toMatchObject({
      total: 1,
      picks: [{ pick_no: pick, pick_num: Number(po.not_pick), delivery_status: 0 }],
    });
    const { pick_product_list } = await ok(JIT, "getPickDetail", { vendor_id, po_no: po.po_no, pick_no: pick });
    const { pick_detail_list } = await ok(JIT, "getMultiPoPickDetail", {
      getPickDetailRequest: { vendor_id, pick_no: pick },
    });
    expect(pick_detail_list.map(({ barcode }: Body) => barcode)).toEqual(
      pick_product_list.map(({ barcode }: Body) => barcode),
    );
    const total = pick_detail_list.reduce(
      (sum: number, { pick_num }: Body, index: number) => sum + pick_num * pick_product_list[index].actual_unit_price,
      0,
    );
    expect(Number(fake.books().orders.get(pick)?.total)).toBeCloseTo(total);
    const sns = (await ok(STOCK, "getInventoryDeductOrders", {
      inventoryDeductOrdersRequest: { vendor_id, pick_no: pick, po_no: po.po_no },
    })) as Body;
    expect(sns.orders.every((sn: string) => fake.consumers.some(({ occupiedSn }) => occupiedSn === sn))).toBe(true);
    await ok(JIT, "getPickFinancialData", { request: { vendor_id, po_no: po.po_no, pick_no: pick } });
    await ok(JIT, "getPoSkuList", { vendor_id, po_no: po.po_no });
    await ok(JIT, "getPoOrders", { vendor_id: String(vendor_id) });
  });

  it("a delivery arrives at a slot, is filled, confirmed, on its road, and counted", async () => {
    const account = given(supply);
    const { ok, refusal, vendor: vendor_id, clock } = account;
    const { po, pick } = await picked(account);
    const bad = headOf(po, { vendor_id, arrival_time: beijing(NOW + DAY + 60) });
    expect(await refusal(JIT, "createDelivery", bad)).toMatch(/到货时间/);
    expect(await refusal(JIT, "createDelivery", headOf(po, { vendor_id, carrier_code: "1" }))).toMatch(/承运商/);
    const { storage_no } = await ok(JIT, "createDelivery", headOf(po, { vendor_id }));
    expect(await refusal(JIT, "createDelivery", headOf(po, { vendor_id }))).toMatch(/已存在/);
    const confirm = { vendor_id, storage_no, po_no: po.po_no };
    expect(await refusal(JIT, "confirmDelivery", confirm)).toMatch(/没有明细/);
    const { pick_detail_list } = await ok(JIT, "getMultiPoPickDetail", {
      getPickDetailRequest: { vendor_id, pick_no: pick },
    });
    const boxes = (more = 0): Body[] =>
      pick_detail_list.map(({ barcode, pick_num }: Body) => ({
        vendor_type: "COMMON",
        barcode,
        box_no: "1",
        pick_no: pick,
        amount: pick_num + more,
        po_no: po.po_no,
      }));
    const fill = { ...confirm, delivery_list: boxes(1) };
    expect(await refusal(JIT, "importDeliveryDetail", fill)).toMatch(/超过/);
    await ok(JIT, "importDeliveryDetail", { ...fill, delivery_list: boxes() });
    await ok(JIT, "confirmDelivery", confirm);
    expect(await refusal(JIT, "confirmDelivery", confirm)).toMatch(/已确认/);
    const storage = async (): Promise<Body> => ok(JIT, "getActualStorageInfo", { request: { vendor_id, storage_no } });
    expect((await storage()).total).toBe(0);
    clock.advance(31 * 60_000);
    expect((await storage()).actual_storage_list.map((row: Body) => row.differ_amount)).toEqual(boxes().map(() => 0));
    const { delivery_list } = await ok(JIT, "getDeliveryList", { vendor_id: String(vendor_id), storage_no });
    expect(delivery_list[0]).toMatchObject({ out_flag: "1", real_arrive_time: beijing(NOW + 20 * 60) });
    const trace = await ok(JIT, "getDeliveryTraceInfo", { request: { vendor_id, storage_no } });
    expect(trace.delivery_trace_infoes[0].traces.length).toBe(2);
    const { picks } = await ok(JIT, "getPickList", { vendor_id, pick_no: pick });
    expect(picks[0]).toMatchObject({ delivery_status: 1, delivery_num: picks[0].pick_num });
    expect(account.fake.fees.filter(({ type }) => type === "CR_CUST").length).toBeGreaterThan(0);
    await ok(JIT, "getDeliveryGoods", { vendor_id: String(vendor_id), storage_no });
  });

  it("reservations come, are dropped, and are large numbers of sale", async () => {
    const { ok, fake, vendor: vendor_id, clock } = given(supply);
    const [kept, dropped] = [fake.buyer.reserve(false), fake.buyer.reserve(false)];
    clock.advance(60_000);
    fake.buyer.dropReservation(dropped);
    const query = { vendor_id, st_query_time: NOW - 60, et_query_time: NOW + 120, limit: 1 };
    const rows = async (method: string, name: string, page: number): Promise<Body> =>
      ok(STOCK, method, { [name]: { ...query, page } });
    const occupied = [
      await rows("getInventoryOccupiedOrders", "inventoryOccupiedOrdersRequest", 1),
      await rows("getInventoryOccupiedOrders", "inventoryOccupiedOrdersRequest", 2),
    ];
    expect(occupied.map(({ has_next }) => has_next)).toEqual([true, false]);
    expect(occupied.map(({ occupied_orders }) => occupied_orders[0].occupied_order_sn)).toEqual([kept, dropped]);
    expect(occupied[0].occupied_orders[0].barcodes[0].sales_no).toMatch(/^\d{17,}$/);
    const cancelled = await rows("getInventoryCancelledOrders", "inventoryCancelledOrdersRequest", 1);
    expect(cancelled.occupied_orders.map(({ occupied_order_sn }: Body) => occupied_order_sn)).toEqual([dropped]);
  });

  it("goods come back to the supplier; campaigns and the catalogue are listed", async () => {
    const account = given(supply);
    const { ok, fake, vendor: vendor_id } = account;
    await picked(account);
    const sn = fake.owner.sendBack();
    const found: Body[] = [];
    for (const warehouse of ["VIP_NH", "VIP_SH"])
      found.push(...(await ok(VRETURN, "getReturnInfo", { vendor_id, warehouse })).returnInfos);
    expect(found.map(({ return_sn }) => return_sn)).toEqual([sn]);
    const { return_orders } = await ok("com.vip.isv.vreturn.ReturnOrderService", "getReturnOrder", {
      request: { vendor_id, return_sn: sn },
    });
    expect(return_orders[0].order_id).toMatch(/^\d{17,}$/);
    const { schedules } = await ok(SCHEDULE, "getSchedules", { start_date: "2026-03-02", end_date: "2026-03-03" });
    expect(schedules.length).toBe(3);
    const spus = await ok(GOODS, "multiGetProductSpuInfo", { vendor_id, limit: 100 });
    const skus = await ok(GOODS, "multiGetProductSkuInfo", { vendor_id, limit: 100 });
    expect(skus.total).toBe(fake.books().counts.listings);
    expect(new Set(spus.products.map(({ status }: Body) => status)).size).toBeGreaterThan(1);
    const { list } = await ok(STOCK, "getSkuList", { criteria: { vendor_id } });
    expect(new Set(list.map(({ cooperation_no }: Body) => cooperation_no)).size).toBe(3);
    await ok(STOCK, "getAdvisedSkuList", { vendor_id, cooperation_no: 100120, warehouse: "VIP_NH" });
  });
});

describe("parcels with the platform's waybills", () => {
  const parcels = { orders: 0, modes: ["jitx"] } as const;

  it("an order looks for a warehouse, is answered, and only then seen", async () => {
    const { ok, fake, vendor: vendor_id, clock } = given(parcels);
    const [taken, late, refused] = [fake.buyer.search(), fake.buyer.search(), fake.buyer.search()];
    const orders = async (): Promise<Body> =>
      ok(JITX, "getOrders", { request: { vendor_id, ...window(NOW - 60, NOW + 60), page: 1, limit: 200 } });
    expect((await orders()).total).toBe(0);
    const search = { request: { vendor_id, ...window(NOW - DAY, NOW + 3 * DAY) } };
    expect((await ok(JITX, "getDeliveryOrders", search)).total).toBe(3);
    const results = [
      { order_sn: taken, feedback_status: "SUCCESS", warehouse: "WH001" },
      { order_sn: late, feedback_status: "SUCCESS", warehouse: "WH009" },
      { order_sn: refused, feedback_status: "FAIL" },
    ];
    const answers = await ok(JITX, "feedbackDeliveryResult", { request: { vendor_id, results } });
    expect(answers.map(({ status }: Body) => status)).toEqual(["SUCCESS", "FAIL", "SUCCESS"]);
    const [again] = await ok(JITX, "feedbackDeliveryResult", { request: { vendor_id, results: [results[0]] } });
    expect(again.status).toBe("FAIL");
    expect((await orders()).orders).toMatchObject([
      { order_sn: taken, order_status: "10", delivery_warehouse: "WH001", buyer: "Z*" },
    ]);
    clock.advance(2 * DAY * 1000);
    const { delivery_orders } = await ok(JITX, "getDeliveryOrders", search);
    expect(delivery_orders.map(({ status }: Body) => status)).toEqual(["2", "3", "3"]);
    expect(fake.books().counts).toMatchObject({ orders: 1, hiddenOrders: 2 });
  });

  it("windows are half an hour at most; pages shift when an order leaves the window", async () => {
    const { refusal, ok, fake, vendor: vendor_id, clock } = given(parcels);
    const ask = (more: Body): Body => ({ request: { vendor_id, ...window(NOW - 60), ...more } });
    expect(await refusal(JITX, "getOrders", ask(window(NOW - 1801)))).toMatch(/30分钟/);
    expect(await refusal(JITX, "getOrders", ask(window(NOW - 93 * DAY, NOW - 93 * DAY + 60)))).toMatch(/3个月/);
    expect(await refusal(JITX, "getOrders", ask({ order_status: ["STATUS_10"] }))).toMatch(/order_status/);
    expect(await refusal(JITX, "getOrders", ask({ limit: 1001 }))).toMatch(/limit/);
    for (let number = 0; number < 4; number += 1) fake.buyer.order("jitx");
    clock.advance(60_000);
    const read = async (page: number): Promise<string[]> =>
      (await ok(JITX, "getOrders", ask({ page, limit: 2 }))).orders.map(({ order_sn }: Body) => order_sn);
    const first = await read(1);
    fake.owner.touch(first[0] ?? "");
    expect(new Set([...first, ...(await read(2))]).size).toBe(3);
  });

  it("ships whole orders, with numbers that the platform gave, from the warehouse that was found", async () => {
    const { ok, refusal, fake, vendor: vendor_id, clock } = given(parcels);
    const order_sn = fake.buyer.order("jitx", 2);
    const [order] = (await ok(JITX, "getOrdersByOrderSn", { request: { vendor_id, order_sns: [order_sn] } })).orders;
    const total = order.order_goods.reduce((sum: number, { price }: Body) => sum + Number(price), 0);
    expect(total, "a line's price is that of all its pieces").toBeCloseTo(
      Number(fake.books().orders.get(order_sn)?.total),
    );
    const numbers = { vendor_id, order_sn, carrier_code: order.carrier_code };
    expect(await refusal(JITX, "getTransportNos", { request: { ...numbers, carrier_code: "1" } })).toMatch(/承运商/);
    const [transport_no] = await ok(JITX, "getTransportNos", { request: numbers });
    const details = order.order_goods.map(({ barcode, quantity }: Body) => ({ barcode, quantity }));
    const ship = async (one: Body = {}, box: Body = {}): Promise<Body> => {
      const packages = [{ box_no: 1, oqc_date: NOW, transport_no, package_no: "1", details, ...box }];
      const ships = [{ order_sn, delivery_warehouse: order.delivery_warehouse, total_package: 1, packages, ...one }];
      return ok(JITX, "ship", { request: { vendor_id, ships } });
    };
    expect((await ship({}, { transport_no: "SF1" })).failed_list[0].msg).toMatch(/运单号/);
    expect((await ship({ delivery_warehouse: "WH002" })).failed_list[0].msg).toMatch(/仓库/);
    expect((await ship({}, { details: details.slice(1) })).failed_list[0].msg).toMatch(/数量/);
    expect((await ship({ total_package: 2 })).failed_list[0].msg).toMatch(/包裹/);
    expect(await ship()).toMatchObject({ success_num: 1, failed_num: 0 });
    expect((await ship()).failed_list[0].msg).toMatch(/状态/);
    expect(fake.orders.get(order_sn)?.status).toBe("22");
    clock.advance(16 * 60_000);
    await ok(JITX, "getWarehouses", { request: { vendor_id } });
    expect(fake.orders.get(order_sn)?.status).toBe("23");
    const label = {
      order_sn,
      transport_no,
      box_no: 1,
      carrier_code: order.carrier_code,
      total_package: 1,
      goods_info: [],
    };
    const [shown] = await ok(JITX, "getOrderLabel", { request: { vendor_id, print_details: [label] } });
    expect(shown.order_label).toContain("Zzbuyer");
  });
});

describe("direct delivery", () => {
  it("lists orders with names or numbers of status, ships each by itself, and takes returns back", async () => {
    const { ok, refusal, fake, vendor: vendor_id, clock } = given({ orders: 0, modes: ["dvd"] });
    const [first, second] = [fake.buyer.order("dvd"), fake.buyer.order("dvd")];
    clock.advance(120_000);
    const times = { st_create_time: beijing(NOW), et_create_time: beijing(NOW + 60), po_no: "" };
    const byTime = { ...times, vendor_id: String(vendor_id), order_status: "STATUS_10" };
    const { order_list_by_create_time } = await ok(DVD, "getOrderListByCreateTime", byTime);
    expect(order_list_by_create_time.map(({ order_id, order_status }: Body) => [order_id, order_status])).toEqual([
      [first, "10"],
      [second, "STATUS_10"],
    ]);
    expect(await refusal(DVD, "getOrderListByCreateTime", { ...byTime, limit: 101 })).toMatch(/limit/);
    const placed = { st_add_time: beijing(NOW), et_add_time: beijing(NOW), vendor_id: String(vendor_id) };
    const { dvd_order_list } = await ok(DVD, "getOrderList", placed);
    for (const row of dvd_order_list)
      expect(row.actual_payment_amount).toBe(Number(fake.books().orders.get(row.order_id)?.total));
    const { orderDetails } = await ok(DVD, "getOrderDetail", { vendor_id, order_id: `${first},${second}` });
    expect(orderDetails.length).toBe(2);
    const [line] = orderDetails;
    const parcel = (order_id: string, barcode: string, more: Body = {}): Body => ({
      order_id,
      carrier_code: "1000000458",
      carrier_name: "顺丰速运",
      package_type: "1",
      packages: [{ transport_no: "SF1", package_product_list: [{ barcode, amount: line.amount }] }],
      ...more,
    });
    const result = await ok(DVD, "ship", { vendor_id, ship_list: [parcel(first, line.barcode), parcel(second, "x")] });
    expect(result).toMatchObject({
      success_num: 1,
      fail_num: 1,
      fail_data: [{ order_id: second, error_msg: expect.stringMatching(/商品/) }],
    });
    expect(await ok(DVD, "getOrderStatusById", { vendor_id, order_id: first })).toMatchObject([
      { order_status: "STATUS_22" },
    ]);
    fake.buyer.receive(first);
    const order_return_id = fake.buyer.returnGoods(first);
    const list = { vendor_id, st_time: beijing(NOW), et_time: beijing(NOW + 600) };
    expect((await ok(DVD, "getOrderReturnList", list)).order_return_list).toMatchObject([
      { order_return_id, order_id: first, return_type: 1, vendor_need_audit: 1 },
    ]);
    const audit = { vendor_id, order_id: first, order_return_id, vendor_audit_stat: 1, vendor_audit_opinion: "" };
    expect(await refusal(DVD, "auditReturnResult", { request: { ...audit, vendor_audit_stat: 3 } })).toMatch(
      /audit_stat/,
    );
    expect(await ok(DVD, "auditReturnResult", { request: audit })).toBe(true);
    expect(await refusal(DVD, "auditReturnResult", { request: audit })).toMatch(/不需要审核/);
    const goods_list = [{ barcode: line.barcode, product_name: line.product_name, amount: 1 }];
    const receipt = { vendor_id, order_id: first, carrier_name: "顺丰", delivery_no: "RT1", goods_list };
    await ok(DVD, "confirmReturnResult", { request: receipt });
    expect(await refusal(DVD, "confirmReturnResult", { request: receipt })).toMatch(/没有待确认/);
    expect(fake.orders.get(first)?.status).toBe("58");
    await ok(DVD, "getOrderReturnDetails", { request: { vendor_id, order_return_id } });
    await ok(DVD, "exportOrderById", { vendor_id, order_id: `${first},1` });
    await ok(DVD, "getCarrierList", { vendor_id: String(vendor_id) });
  });
});

describe("the marketplace", () => {
  it("orders add up, ship in parcels of their own carriers, and are cancelled on request", async () => {
    const { ok, refusal, fake } = given({ orders: 60, modes: ["mp"] });
    const ask = { query_start_time: beijing(NOW - 90 * DAY), query_end_time: beijing(NOW), limit: 200 };
    const { orders, total } = await ok(MARKET, "getOrders", { request: ask });
    expect(total).toBe(fake.books().counts.orders);
    for (const { order_id, total_fee, post_fee, discount_fee, ex_discount_fee, payable_fee } of orders) {
      expect(payable_fee).toBe(fake.books().orders.get(order_id)?.total);
      expect(Number(total_fee) + Number(post_fee) - discount_fee - ex_discount_fee).toBeCloseTo(Number(payable_fee));
    }
    const early = { ...ask, query_start_time: beijing(NOW - 93 * DAY) };
    expect(await refusal(MARKET, "getOrders", { request: early })).toMatch(/3个月/);
    expect(await refusal(MARKET, "getOrders", { request: { ...ask, status: ["STATUS_10"] } })).toMatch(/status/);
    const order_id = fake.buyer.order("mp", 2);
    const [{ order_products }] = await ok(MARKET, "getOrderDetail", { order_ids: [order_id] });
    const packages = order_products.map(({ sku_id, num }: Body, index: number) => ({
      transport_no: `SF${index}`,
      carrier_code: "1000000454",
      package_product_list: [{ sku_id, amount: Number(num) }],
    }));
    const ship = async (boxes: Body[]): Promise<Body> => {
      const ships = [
        { order_id, carrier_code: "1000000458", carrier_name: "顺丰速运", package_type: 1, packages: boxes },
      ];
      return ok(MARKET, "ship", { request: { ships } });
    };
    expect((await ship(packages.slice(1))).fail_data[0].result_desc).toMatch(/数量/);
    expect((await ship(packages)).success_num).toBe(1);
    expect(fake.orders.get(order_id)?.parcels.map(({ carrierName }) => carrierName)).toEqual(
      packages.map(() => "中通快递"),
    );
    const other = fake.buyer.order("mp");
    const apply_sn = fake.buyer.applyCancel(other);
    const { cancelInfos } = await ok(MARKET, "batchGetCancelInfo", { request: { order_id: other } });
    expect(cancelInfos).toMatchObject([{ apply_sn, audit_status: 1, is_system: "否" }]);
    await ok(MARKET, "auditCancelApply", { request: { apply_sn, audit_status: 2 } });
    expect(await refusal(MARKET, "auditCancelApply", { request: { apply_sn, audit_status: 2 } })).toMatch(/已审核/);
    expect(fake.books().orders.get(other)).toMatchObject({ status: "97" });
  });

  it("products are listed in pages; stock and prices are written by SKU", async () => {
    const { ok, refusal, fake } = given({ orders: 0, modes: ["mp"] });
    const products: Body[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await ok(PRODUCT, "getProducts", { request: { page, limit: 3 } });
      products.push(...answer.products);
      if (!answer.has_next) break;
    }
    expect(products.length).toBe(fake.books().counts.listings);
    const [{ spu_id, sku_ids }] = products;
    const [sku_id] = sku_ids;
    const INVENTORY = "vipapis.marketplace.inventory.InventoryService";
    await ok(INVENTORY, "updateSkuStock", { updateSkuStockRequest: { sku_id, quantity: 3 } });
    const { sku_stocks } = await ok(INVENTORY, "getSkuStock", { getSkuStockRequest: { sku_id } });
    expect(sku_stocks).toMatchObject([{ leaving_stock: 3, order_hold: 0 }]);
    const PRICES = "vipapis.marketplace.price.PriceService";
    expect(await refusal(PRICES, "updateSkuPrice", { sku_id, sale_price: 9.5 })).toMatch(/market_price/);
    expect(await refusal(PRICES, "updateSkuPrice", { sku_id, market_price: 9, sale_price: 9.5 })).toMatch(/市场价/);
    await ok(PRICES, "updateSkuPrice", { sku_id, market_price: 19.9, sale_price: 9.5 });
    expect(await ok(PRICES, "getSkuPrice", { sku_id })).toEqual({ sku_id, market_price: 19.9, sale_price: 9.5 });
    expect(fake.books().variants.get(sku_id)).toMatchObject({ quantity: 3, price: "9.50" });
    const off = await ok(PRODUCT, "offShelf", { offShelfProduct: { spu_ids: [spu_id, "1"], off_shelf_reason: 1 } });
    expect(off.op_results).toEqual({ [spu_id]: true, 1: false });
    const { skus } = await ok(PRODUCT, "getProductById", { spu_id });
    expect(skus.map((sku: Body) => sku.sku_id)).toEqual(sku_ids);
  });
});

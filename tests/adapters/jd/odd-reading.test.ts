/** Lists and answers that are allowed and rare: what is wrong with one row or one word of theirs harms no other. */
import { describe, expect, it } from "vitest";
import {
  CONTEXT,
  type Fields,
  file,
  givenAdapter,
  givenOrder,
  givenPush,
  givenRefund,
  givenService,
  givenStore,
  SIGNAL,
  WINDOW,
} from "./stub.ts";

describe("words of a refusal", () => {
  const lookUp = async (chineseErrCode: string) => {
    const { adapter } = givenAdapter(() => ({ orderDetailInfo: { apiResult: { success: false, chineseErrCode } } }));
    return adapter.orders.getMany(givenStore(), [{ externalId: "290123456789" }], SIGNAL).then(
      ({ missing }) => missing,
      (error: { category: string }) => error.category,
    );
  };

  it("about the order say that it is gone; about who asks they say nothing of it", async () => {
    expect(await lookUp("订单不存在")).toEqual([{ externalId: "290123456789", means: "gone" }]);
    for (const words of ["商家不存在", "venderId不存在", "用户token已失效或不存在", "该接口不存在"])
      expect(await lookUp(words), words).toBe("permanent");
  });
});

describe("a read-back", () => {
  it("of a SKU that is gone harms no other", async () => {
    const { adapter } = givenAdapter(({ parameters }) =>
      parameters.skuId === 1
        ? { success: false, message: "sku不存在" }
        : { skuStocks: [{ storeId: 0, stockNum: 4, canUsedNum: 3 }] },
    );
    const items = ["1", "2"].map((variantExternalId) => givenPush("4", { key: variantExternalId, variantExternalId }));
    expect(await adapter.stock.read?.(givenStore(), items, SIGNAL)).toEqual([
      { key: "1", value: null },
      { key: "2", value: "3" },
    ]);
  });
});

describe("the SKUs of a ware", () => {
  const read = async (answer: (page: number) => Fields) => {
    const { adapter, sent } = givenAdapter(({ method, parameters }) =>
      method.endsWith("findWareById") ? { ware: { wareId: 1, wareStatus: 8 } } : answer(Number(parameters.pageNo)),
    );
    const { documents } = await adapter.listings.getMany(givenStore(), [{ externalId: "1" }], SIGNAL);
    const [payload] = documents.map((raw) => raw.payload as { skus: Fields[] });
    return { skus: payload?.skus.length, calls: sent.length - 1 };
  };
  const rows = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ wareId: 1, skuId: from + index }));

  it("are all read, though a page holds fewer than asked for", async () => {
    expect(await read((page) => ({ page: { totalItem: 45, data: rows(page * 20, page === 3 ? 5 : 20) } }))).toEqual({
      skus: 45,
      calls: 3,
    });
  });

  it("end with a page that brings nothing new, whatever the total says", async () => {
    expect(await read(() => ({ page: { totalItem: 99, data: rows(1, 20) } }))).toEqual({ skus: 20, calls: 2 });
  });
});

describe("rows without a number of their own", () => {
  const bad = { parts: [{ zz: 1 }], modified: "2026-01-19 10:00:00" };
  const LISTS: [string, "orders" | "disputes" | "listings", string, Fields, RegExp][] = [
    [
      "orders",
      "orders",
      "changed",
      { searchorderinfo_result: { orderTotal: 2, orderInfoList: [bad, givenOrder()] } },
      /order has no orderId/,
    ],
    [
      "unpaid orders",
      "orders",
      "unpaid",
      { paginatedInfo: { total: 2, list: [bad, { orderId: 5 }] } },
      /order has no orderId/,
    ],
    [
      "service orders",
      "disputes",
      "services_changed",
      { pageResult: { totalCount: 2, data: [bad, givenService()] } },
      /service has no number/,
    ],
    [
      "applications to refund",
      "disputes",
      "refunds_applied",
      { queryResult: { totalCount: 2, result: [bad, givenRefund()] } },
      /refund has no number/,
    ],
    [
      "claims",
      "disputes",
      "claims",
      { queryResult: { totalCount: 2, result: [bad, { compensateId: 7 }] } },
      /claim has no number/,
    ],
    ["wares", "listings", "changed", { page: { totalItem: 2, data: [bad, { wareId: 3 }] } }, /ware has no wareId/],
  ];

  it.each(LISTS)(
    "in a list of %s are set aside alone, the same way each time",
    async (_, resource, stream, answer, reason) => {
      const { adapter } = givenAdapter(() => answer);
      const store = givenStore({ settings: { unpaid_orders: true } });
      const read = () => adapter[resource].list(store, { ...WINDOW, stream }, SIGNAL);
      const { documents, references } = await read();
      const [nameless, ...others] = documents;
      expect(others.length + references.length).toBe(1);
      expect(() => nameless && adapter[resource].toUnified(nameless, CONTEXT)).toThrow(reason);
      expect((await read()).documents[0]?.externalId).toBe(nameless?.externalId);
    },
  );

  it("in a file are set aside alone", () => {
    const { orders } = givenAdapter().adapter;
    const [nameless, good] = orders.parseFile(file([{ ...givenOrder(), orderId: null }, givenOrder()]), CONTEXT);
    expect(() => nameless && orders.toUnified(nameless, CONTEXT)).toThrow("has no orderId");
    expect(good && orders.toUnified(good, CONTEXT).orders).toHaveLength(1);
  });
});

/** The adapter with calls that are answered by a script, and documents as the platform's pages show them. */
import { jd } from "../../../src/adapters/jd/index.ts";
import type { RawDocument } from "../../../src/core/adapter.ts";
import { CHINA, keysOf, mapContext, present, pushStub, storeStub } from "../../support/adapter-stub.ts";
import { answered, answeredContext } from "../../support/answered-context.ts";

export { SIGNAL } from "../../support/adapter-stub.ts";

export const NOW = "2026-01-20T12:00:00Z";
export type Fields = Record<string, unknown>;

const KEYS = keysOf({ access_token: "aaaabbbbcccc", refresh_token: "ddddeeeeffff" });

export const CONTEXT = mapContext(CHINA);

export const givenStore = storeStub(CHINA, KEYS, {
  platform: "jd",
  externalId: "10012345",
  app: { id: "app", platform: "jd", key: "0123456789ABCDEF", secret: "fedcba9876543210", settings: {} },
});

export interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  form: Record<string, string>;
  parameters: Fields;
}

/** Makes the adapter. A record is wrapped as the method's answer; a text is answered as it is. */
export function givenAdapter(answer: (call: Sent) => Fields | string = () => ({})) {
  const sent: Sent[] = [];
  const adapter = jd.createAdapter(
    answeredContext(NOW, ({ url, headers = {}, body }, operation) => {
      const form = Object.fromEntries(new URLSearchParams(String(body ?? new URL(url).search)));
      const call = {
        method: operation,
        url,
        headers,
        form,
        parameters: JSON.parse(form["360buy_param_json"] ?? "{}") as Fields,
      };
      sent.push(call);
      const got = answer(call);
      const root = `${operation.replaceAll(".", "_")}_responce`;
      return answered({ text: typeof got === "string" ? got : JSON.stringify({ [root]: { code: "0", ...got } }) });
    }),
  );
  return { adapter: present(adapter), sent };
}

export const file = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

/** A day of any list. */
export const WINDOW = {
  since: new Date("2026-01-19T00:00:00Z"),
  until: new Date("2026-01-20T00:00:00Z"),
  cursor: null,
  limit: 50,
};

/** The one document of a file, mapped; that the parents of a part have ended is said by documents of their own. */
export function mapOf(
  resource: "orders" | "listings" | "shipments" | "disputes" | "settlements",
  value: unknown,
  settings = {},
) {
  const capability = givenAdapter().adapter[resource];
  const all: RawDocument[] = capability.parseFile(file(value), CONTEXT);
  const documents = all.filter(({ form }) => !form.startsWith("split-order"));
  if (documents.length !== 1 || !documents[0]) throw new Error(`${documents.length} documents`);
  return capability.toUnified(documents[0], { ...CONTEXT, settings });
}

export function givenOrder(overrides: Fields = {}): Fields {
  return {
    orderId: "290123456789",
    venderId: "10012345",
    orderType: "22",
    payType: "4-在线支付",
    orderTotalPrice: "398.00",
    orderSellerPrice: "378.00",
    orderPayment: "368.00",
    freightPrice: "0.00",
    sellerDiscount: "20.00",
    orderState: "WAIT_SELLER_STOCK_OUT",
    orderStateRemark: "等待出库",
    deliveryType: "3",
    invoiceInfo: "不需要开具发票",
    orderRemark: "",
    venderRemark: "",
    orderStartTime: "2026-01-15 10:02:11",
    paymentConfirmTime: "2026-01-15 10:02:40",
    orderEndTime: "1970-01-01 00:00:00",
    modified: "2026-01-15 10:02:41",
    balanceUsed: "0.00",
    returnOrder: "0",
    parentOrderId: "0",
    directParentOrderId: "0",
    storeOrder: "",
    idSopShipmenttype: 0,
    vatInfo: [],
    pin: "AAJhbGljZWFsaWNlYWxpY2VhbGljZQ==",
    open_id_buyer: "o1AbC",
    waybill: "",
    logisticsId: "",
    consigneeInfo: {
      fullname: "AWNmdWxsbmFtZWZ1bGxuYW1l",
      mobile: "AWNtb2JpbGVtb2JpbGVtb2JpbGU=",
      telephone: "AWNtb2JpbGVtb2JpbGVtb2JpbGU=",
      desen_mobile: "138****0000",
      fullAddress: "AWNhZGRyZXNzYWRkcmVzc2FkZHJlc3M=",
      province: "北京",
      city: "朝阳区",
      county: "三环到四环之间",
      town: "",
    },
    itemInfoList: [givenItem()],
    couponDetailList: [
      { orderId: "290123456789", skuId: "", couponType: "100-店铺优惠", couponPrice: "20.00" },
      { orderId: "290123456789", skuId: "", couponType: "41-京东券优惠", couponPrice: "10.00" },
    ],
    ...overrides,
  };
}

export const givenItem = (overrides: Fields = {}): Fields => ({
  skuId: "100012345678",
  outerSkuId: "TS-RED-M",
  skuName: "T恤 红色 M",
  jdPrice: "199.00",
  itemTotal: "2",
  wareId: "10087654321",
  ...overrides,
});

export const givenService = (overrides: Fields = {}): Fields => ({
  applyId: 1800123456,
  serviceId: 2700654321,
  orderId: 290123456789,
  applyTime: 1768530000000,
  updateDate: 1768533600000,
  customerExpect: 10,
  customerExpectName: "退货",
  serviceStatus: 10001,
  skuId: 100012345678,
  skuUuid: "1_100012345678_1",
  serviceCount: 1,
  actualPayPrice: 184,
  customerName: "张**",
  approveResult: 0,
  ...overrides,
});

export const givenRefund = (overrides: Fields = {}): Fields => ({
  id: 46001234,
  orderId: "290123456789",
  buyerId: "***",
  applyTime: "2026-01-16 09:00:00",
  checkTime: "0001-01-01 00:00:00",
  applyRefundSum: 36850,
  status: 0,
  reason: "不想要了",
  ...overrides,
});

export const givenFee = (overrides: Fields = {}): Fields => ({
  detailId: "D1",
  skuId: 100012345678,
  count: 2,
  money: 378,
  direction: 1,
  feeType: 1,
  currency: "CNY",
  settlementStatus: 1,
  settlementTime: "2026-01-28 00:00:00",
  billNo: "B20260128001",
  billType: 1,
  ...overrides,
});

export const givenPush = pushStub({
  listingExternalId: "10087654321",
  variantExternalId: "100012345678",
  currency: "CNY",
});

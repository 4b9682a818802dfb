/** The adapter with calls that are answered by a script, and rows as the vendor's SDK reads them. */
import { vipshop } from "../../../src/adapters/vipshop/index.ts";
import type { PushItem, RawDocument } from "../../../src/core/adapter.ts";
import { CHINA, keysOf, mapContext, present, pushStub, storeStub } from "../../support/adapter-stub.ts";
import { answered, answeredContext } from "../../support/answered-context.ts";

export { SIGNAL } from "../../support/adapter-stub.ts";

export const NOW = "2026-01-20T04:00:00Z";
export type Fields = Record<string, unknown>;

const KEYS = keysOf({
  access_token: "0F1E2D3C4B5A69788796A5B4C3D2E1F0",
  refresh_token: "FFEEDDCCBBAA99887766554433221100",
});

export const CONTEXT = mapContext(CHINA);

export const ALL_MODES = { vendor_id: "550", modes: ["marketplace", "jitx", "dvd", "jit"] };

export const givenStore = storeStub(CHINA, KEYS, {
  platform: "vipshop",
  name: "Supplier",
  externalId: "550",
  settings: ALL_MODES,
  app: { id: "app", platform: "vipshop", key: "a1b2c3d4", secret: "77780A5819EF3CFBA8F8E4A9C5D1B2E3", settings: {} },
});

export interface Sent {
  service: string;
  method: string;
  url: string;
  query: Record<string, string>;
  args: Fields;
  body: string;
}

/** Makes the adapter. What the script answers is the result; an `Envelope` is answered as it stands. */
export class Envelope {
  readonly text: string;
  readonly status: number;
  constructor(text: string, status = 200) {
    this.text = text;
    this.status = status;
  }
}
export const refused = (returnMessage: string, returnCode = "100") =>
  new Envelope(JSON.stringify({ returnCode, returnMessage }));

export function givenAdapter(answer: (call: Sent) => unknown = () => null) {
  const sent: Sent[] = [];
  const adapter = vipshop.createAdapter(
    answeredContext(NOW, ({ url, body }, operation) => {
      const query = Object.fromEntries(new URL(url).searchParams);
      const text = String(body ?? "");
      const isGateway = query.service !== undefined;
      const call = {
        service: query.service ?? "",
        method: query.method ?? operation,
        url,
        query,
        args: isGateway ? (JSON.parse(text) as Fields) : Object.fromEntries(new URLSearchParams(text)),
        body: text,
      };
      sent.push(call);
      const got = answer(call);
      if (got instanceof Envelope) return answered({ text: got.text, status: got.status });
      return answered({ text: JSON.stringify({ returnCode: "0", result: got }) });
    }),
  );
  return { adapter: present(adapter), sent };
}

export const file = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
export const answerOf = (result: unknown) => ({ returnCode: "0", result });

type Readable = "orders" | "listings" | "shipments" | "disputes" | "settlements";

export function documentsOf(resource: Readable, value: unknown): RawDocument[] {
  return givenAdapter().adapter[resource].parseFile(file(value), CONTEXT);
}

/** The one document of a file, mapped. */
export function mapOf(resource: Readable, value: unknown, settings = {}) {
  const documents = documentsOf(resource, value);
  if (documents.length !== 1 || !documents[0]) throw new Error(`${documents.length} documents`);
  return givenAdapter().adapter[resource].toUnified(documents[0], { ...CONTEXT, settings });
}

export const givenGoods = (overrides: Fields = {}): Fields => ({
  barcode: "6901234567892",
  quantity: 2,
  price: "398.00",
  product_name: "连衣裙",
  brand_name: "ABC",
  size: "M",
  sn: "A1001",
  po_no: "2000123456",
  cooperation_no: "100123",
  ...overrides,
});

export const givenJitx = (overrides: Fields = {}): Fields => ({
  order_sn: "26011500012345",
  delivery_warehouse: "WH001",
  add_time: "2026-01-15 09:40:00",
  last_update_time: "2026-01-15 09:45:12",
  order_status: "10",
  buyer: "张*",
  buyer_address: "北京市.朝阳区.***",
  buyer_mobile: "138****0000",
  buyer_province: "北京市",
  buyer_city: "北京市",
  buyer_county: "朝阳区",
  pay_type: "1",
  remark: "",
  vendor_id: 550,
  transport_no: "",
  carrier_code: "1000000458",
  carrier_name: "顺丰速运",
  order_goods: [givenGoods()],
  ...overrides,
});

export const givenRequest = (overrides: Fields = {}): Fields => ({
  order_sn: "26011500012345",
  available_warehouses: ["WH001", "WH002"],
  status: "0",
  status_remark: "",
  buyer_address: "北京市.朝阳区.***",
  update_time: "2026-01-15 09:40:00",
  vendor_id: 550,
  delivery_order_details: [givenGoods()],
  ...overrides,
});

export const givenShopOrder = (overrides: Fields = {}): Fields => ({
  order_id: "26011500098765",
  status: "10",
  created: "2026-01-15 10:02:11",
  store_add_time: "2026-01-15 10:03:00",
  receiver_name: "李*",
  receiver_mobile: "139****1111",
  receiver_state: "广东省",
  receiver_city: "广州市",
  receiver_district: "荔湾区",
  receiver_address: "***",
  total_fee: "398.00",
  post_fee: "0.00",
  discount_fee: "20.00",
  ex_discount_fee: "10.00",
  payable_fee: "368.00",
  pay_type: "1",
  is_export: "0",
  warehouse: "VIP_NH",
  ...overrides,
});

export const givenProducts = (overrides: Fields = {}): Fields => ({
  order_id: "26011500098765",
  order_products: [
    { sku_id: "7001", spu_id: "700", outer_sku_id: "TS-RED-M", num: "2", title: "T恤", size: "M", price: "199.00" },
  ],
  ...overrides,
});

export const givenDirect = (overrides: Fields = {}): Fields => ({
  order_id: "26011500055555",
  order_status: "STATUS_10",
  buyer: "王五",
  address: "天河路1号",
  mobile: "13800000000",
  city: "广州市",
  province: "广东省",
  carriage: "10.00",
  product_money: "199.00",
  promo_discount_amount: "0.00",
  discount_amount: "9.00",
  vip_order_total_amount: 200,
  add_time: "2026-01-15 09:00:00",
  po_no: "2000123456",
  vendor_id: 550,
  ...overrides,
});

export const givenDirectLine = (overrides: Fields = {}): Fields => ({
  order_id: "26011500055555",
  barcode: "6901234567892",
  amount: 1,
  sell_price: 199,
  product_name: "连衣裙",
  size: "M",
  art_no: "A1001",
  ...overrides,
});

export const givenPick = (overrides: Fields = {}): Fields => ({
  po_no: "2000123456",
  pick_no: "PICK-2000123456-10",
  co_mode: "jit",
  sell_site: "VIP_NH",
  order_cate: "normal",
  pick_num: 35,
  create_time: "2026-01-15 10:00:00",
  export_num: 0,
  delivery_status: 0,
  delivery_num: 0,
  ...overrides,
});

export const givenPickLine = (overrides: Fields = {}): Fields => ({
  po_no: "2000123456",
  pick_no: "PICK-2000123456-10",
  warehouse: "VIP_NH",
  barcode: "6901234567892",
  sn: "A1001",
  product_name: "连衣裙",
  size: "M",
  pick_num: 35,
  not_delivery_num: 35,
  ...overrides,
});

export const givenPickPrices = (overrides: Fields = {}): Fields => ({
  po_no: "2000123456",
  sell_st_time: "2026-01-15 10:00:00",
  sell_et_time: "2026-01-18 10:00:00",
  warehouse: "VIP_NH",
  pick_product_list: [
    { barcode: "6901234567892", stock: 35, actual_unit_price: "120.50", actual_market_price: "399.00" },
  ],
  total: 1,
  ...overrides,
});

export const givenPurchase = (overrides: Fields = {}): Fields => ({
  po_no: "2000123456",
  co_mode: "jit",
  sell_st_time: "2026-01-15 10:00:00",
  sell_et_time: "2026-01-18 10:00:00",
  stock: "100",
  sales_volume: "40",
  not_pick: "5",
  schedule_id: "987654",
  schedule_name: "冬季专场",
  brand_name: "ABC",
  vendor_name: "某某服饰",
  warehouse: "VIP_NH",
  cooperation_no: "100123",
  unpick_list: [{ warehouse_not_pick: 5, supply_num: 0, sub_warehouse: "VIP_NH" }],
  ...overrides,
});

export const givenOccupied = (overrides: Fields = {}): Fields => ({
  occupied_order_sn: "OCC1",
  sale_warehouse: "VIP_NH",
  address_code: "104104",
  barcodes: [
    {
      barcode: "6901234567892",
      amount: 2,
      brand_id: 1,
      cooperation_no: 100123,
      warehouse: "VIP_NH",
      sales_source_indicator: 1,
      sales_no: 987654,
      create_time: "2026-01-15 09:30:00",
    },
  ],
  ...overrides,
});

export const givenBillLine = (overrides: Fields = {}): Fields => ({
  globalId: 9007199254740,
  billNumber: "B202601001",
  billStatus: "CONFIRMED",
  poNo: "2000123456",
  scheduleId: "987654",
  orderNum: "26011500012345",
  itemNo: "6901234567892",
  transactionQuantity: 2,
  dataSign: 1,
  orderPrice: "199.00",
  billAmount: 246.55,
  totalBillAmount: 278.6,
  taxRate: "0.13",
  currencyCode: "CNY",
  transactionDate: 1768445000000,
  detailLineType: "CR_CUST",
  detailLineName: "销售",
  ...overrides,
});

export const givenPush = pushStub({
  listingExternalId: "6901234567892",
  variantExternalId: "6901234567892",
  place: "100123/VIP_NH",
  currency: "CNY",
});

export const givenShopPush = (value: string, overrides: Partial<PushItem> = {}): PushItem =>
  givenPush(value, {
    listingExternalId: "700",
    variantExternalId: "7001",
    codes: { spu_id: "700" },
    place: null,
    ...overrides,
  });

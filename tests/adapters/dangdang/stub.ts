/** The adapter with calls that are answered by a script in GBK, and the documents that the platform's pages show. */
import { dangdang } from "../../../src/adapters/dangdang/index.ts";
import { encodeGbk } from "../../../src/core/gbk.ts";
import { CHINA, keysOf, present, pushStub, storeStub } from "../../support/adapter-stub.ts";
import { answeredContext } from "../../support/answered-context.ts";

export { SIGNAL } from "../../support/adapter-stub.ts";

export const NOW = "2024-01-15T04:00:00Z";

const KEYS = keysOf({ access_token: "0123456789ABCDEF".repeat(4), refresh_token: "r" });
export const APP = {
  id: "app",
  platform: "dangdang",
  key: "2100000001",
  secret: "A1B2C3D4E5F60718293A4B5C6D7E8F90",
  settings: {},
};

export const givenStore = storeStub(CHINA, KEYS, { platform: "dangdang", externalId: "25452", app: APP });

export interface Sent {
  method: string;
  verb: string;
  url: string;
  query: Record<string, string>;
  /** Form or file, as GBK. */
  body: string;
}

export const xml = (inner: string): string => `<?xml version="1.0" encoding="GBK"?>\n<response>${inner}</response>`;

/** Percent-encoded GBK as text. */
const gbkOf = (text: string): string => {
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return new TextDecoder("gbk").decode(Uint8Array.from([...bytes].map((byte) => byte.charCodeAt(0))));
};

/** Makes the adapter. What a script answers stands inside `response`, unless it is a document of its own. */
export function givenAdapter(answer: (call: Sent) => string = () => "") {
  const sent: Sent[] = [];
  const adapter = dangdang.createAdapter(
    answeredContext(NOW, ({ url, method: verb, body }, method) => {
      const query = Object.fromEntries(
        url
          .slice(url.indexOf("?") + 1)
          .split("&")
          .map((pair) => [pair.slice(0, pair.indexOf("=")), gbkOf(pair.slice(pair.indexOf("=") + 1))]),
      );
      const text = body === undefined ? "" : typeof body === "string" ? body : new TextDecoder("gbk").decode(body);
      const call = { method, verb, url, query, body: text };
      sent.push(call);
      const got = answer(call);
      const bytes = encodeGbk(/^[<{]\??(?:xml|html|")/.test(got) ? got : xml(got));
      return { status: 200, headers: {}, bytes, text: () => new TextDecoder().decode(bytes) };
    }),
  );
  return { adapter: present(adapter), sent };
}

export const givenPush = pushStub({
  listingExternalId: "1234567000",
  variantExternalId: "1234567890",
  sellerCode: "TEE-BLK-M",
  currency: "CNY",
});

/** Details of an order as the platform's page shows them; `edit` changes the text. */
export const givenOrder = (edit: (text: string) => string = (text) => text): string =>
  edit(`<orderID>41234567890</orderID><orderState>101</orderState><orderMode>1</orderMode><isPresale>0</isPresale>
  <message>请发顺丰</message><remark></remark><label>1</label>
  <lastModifyTime>2024-01-15 11:21:04</lastModifyTime><paymentDate>2024-01-15 11:21:02</paymentDate>
  <OrderOperateList><OperateInfo><operateTime>2024-01-15 11:20:31</operateTime><operateDetails>顾客下单</operateDetails></OperateInfo></OrderOperateList>
  <buyerInfo>
    <buyerPayMode>网上支付</buyerPayMode><goodsMoney>125.50</goodsMoney><realPaidAmount>128.50</realPaidAmount>
    <deductAmount>0.00</deductAmount><promoDeductAmount>5.00</promoDeductAmount><totalBarginPrice>118.50</totalBarginPrice>
    <postage>8.00</postage><giftCertMoney>0.00</giftCertMoney><giftCardMoney>10.00</giftCardMoney>
    <accountBalance>0.00</accountBalance><activityDeductAmount>0.00</activityDeductAmount>
  </buyerInfo>
  <sendGoodsInfo>
    <dangdangAccountID>98765432</dangdangAccountID><consigneeName>张*</consigneeName>
    <consigneeAddr>北京市 ****</consigneeAddr><consigneeAddr_State>中国</consigneeAddr_State>
    <consigneeAddr_Province>北京</consigneeAddr_Province><consigneeAddr_City>北京市</consigneeAddr_City>
    <consigneeAddr_Area>东城区</consigneeAddr_Area><consigneePostcode>100010</consigneePostcode>
    <consigneeTel/><consigneeMobileTel>138****0000</consigneeMobileTel>
  </sendGoodsInfo>
  <encrypt_content>Q0lQSEVSVEVYVA==</encrypt_content>
  <ItemsList>
    <ItemInfo>
      <itemID>1234567890</itemID><outerItemID>TEE-BLK-M</outerItemID><itemName>T恤</itemName><itemType>0</itemType>
      <specialAttribute>颜色&gt;&gt;黑;尺码&gt;&gt;M</specialAttribute><marketPrice>99.00</marketPrice><unitPrice>62.75</unitPrice>
      <orderCount>2</orderCount><sendGoodsCount>0</sendGoodsCount><productItemId>556677</productItemId>
    </ItemInfo>
  </ItemsList>
  <PromoList/>`);

export const LISTING = `<ItemDetail>
  <itemID>1234567000</itemID><itemName>T恤</itemName><marketPrice>99.00</marketPrice><unitPrice>62.75</unitPrice><itemState>上架</itemState>
  <SpecilaItemInfo><subItemID>1234567890</subItemID><outerItemID>TEE-BLK-M</outerItemID><specialAttribute>颜色&gt;&gt;黑;尺码&gt;&gt;M</specialAttribute><unitPrice>62.75</unitPrice><stockCount>17</stockCount></SpecilaItemInfo>
</ItemDetail>`;

export const REQUESTS = `<totalInfo><totalOrderCount>1</totalOrderCount><pageTotal>1</pageTotal></totalInfo><OrdersList><OrderInfo>
  <returnExchangeCode>7700112233</returnExchangeCode><returnExchangeStatus>1</returnExchangeStatus>
  <orderID>41234567890</orderID><orderMoney>62.75</orderMoney>
  <itemsList><ItemInfo><itemID>1234567890</itemID><itemName>T恤</itemName><unitPrice>62.75</unitPrice><orderCount>1</orderCount>
  <oneLevelReverseReason>质量问题</oneLevelReverseReason><reverseDetailReason>破损</reverseDetailReason></ItemInfo></itemsList>
</OrderInfo></OrdersList>`;

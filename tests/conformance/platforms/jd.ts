/** How the suite drives the fake of JD. */
import { signCall } from "../../../src/adapters/jd/auth/signing.ts";
import { jd } from "../../../src/adapters/jd/index.ts";
import type { ErrorRow } from "../../../src/core/adapter.ts";
import type { FaultAnswer } from "../../../src/fakes/fake.ts";
import { createJdFake } from "../../../src/fakes/jd/index.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const APP_ID = "00000000-0000-4000-8000-000000000003";

function makeFake({ name, webhookFetch: _none, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.jd.example`;
  const fake = createJdFake({ ...setup, name, baseUrl, seed: 13 });
  const paid = (): string => {
    const id = fake.buyer.order();
    fake.buyer.pay(id);
    return id;
  };
  const delivered = (): string => {
    const id = paid();
    fake.owner.ship(id);
    fake.buyer.receive(id);
    return id;
  };
  let parcels = 0;
  const listing = () => ({
    listingExternalId: [...fake.books().variants.values()][0]?.listingId ?? "",
    variantExternalId: null,
    reason: null,
  });
  const answer = (system: "refund" | "service", id: string, orderExternalId: string) => ({
    disputeExternalId: `${system}:${id}`,
    orderExternalId,
    system: null,
    reason: null,
    message: "The parcel was sent on time",
    lockToken: null,
    amount: null,
    currency: null,
    files: [],
    returnAddressId: null,
  });
  const refund = () => {
    const order = paid();
    return answer("refund", fake.buyer.applyRefund(order), order);
  };
  return {
    fake,
    baseUrl,
    credentials: fake.credentials,
    settings: {
      cancel_type: "1",
      return_address: { name: "Store", mobile: "13800000000", province: "1", city: "72", county: "2799", detail: "1" },
    },
    app: { id: APP_ID, platform: "jd", ...fake.app, settings: { root: baseUrl } },
    // Buyers come encrypted: this is how all their names begin.
    secrets: ["AWNWnpidXllc"],
    operations: {
      probe: "jingdong.vender.shop.query",
      listOrders: "jingdong.pop.order.enSearch",
      setStock: "jingdong.stock.write.updateSkuStock",
      refresh: "oauth.refresh",
    },
    editOrder: (id) => fake.owner.touch(id),
    expireToken: () => fake.expireToken(),
    revoke: () => fake.revoke(),
    consent: { query: { code: fake.consent() } },
    missingId: "8999999999999999999",
    spoil: (text) =>
      text.includes('"orderInfoList"') ? text.replace(/"orderStartTime":"[^"]*"/, '"orderStartTime":{}') : text,
    drift: {
      orders: (payload) => Object.assign(payload, { orderState: "ZZ" }),
      listings: (payload) => Object.assign(payload.ware ?? payload, { wareStatus: 9999 }),
      disputes: (payload) => Object.assign(payload, { status: 99, serviceStatus: 99 }),
      settlements: (payload) =>
        Object.assign((payload.feeList as object[])[0] ?? {}, { feeType: 99, direction: 2, settleRemark: "怪" }),
      shipments: (payload) => {
        Object.assign(payload, { traces: [] });
        Object.assign(payload.order as object, { orderState: "ZZ" });
      },
    },
    refusal,
    failureIn200: { code: "66", message: "busy" },
    acts: {
      "orders.set_memo": () => ({
        input: { orderExternalId: paid(), text: "pack well", flag: "1" },
        operation: "jingdong.pop.order.modifyVenderRemark",
      }),
      "orders.cancel": () => ({
        input: { orderExternalId: paid(), reason: "no goods", lines: [], restock: true },
        operation: "jingdong.order.orderDelete.apply",
      }),
      "orders.set_address": () => ({
        input: {
          orderExternalId: paid(),
          name: "Zzbuyer",
          phone: "13800000000",
          provinceId: 1,
          cityId: 72,
          countyId: 2799,
          townId: 0,
          street: "Zzbuyer 1",
        },
        operation: "jingdong.pop.order.modifyOrderAddr",
      }),
      "listings.activate": () => {
        const input = listing();
        fake.owner.takeDown(input.listingExternalId);
        return { input, operation: "jingdong.ware.write.upOrDown" };
      },
      "listings.deactivate": () => ({ input: listing(), operation: "jingdong.ware.write.upOrDown" }),
      "shipments.confirm": () => {
        parcels += 1;
        return {
          input: {
            orderExternalId: paid(),
            carrier: "sf",
            trackingNumber: `SF20000000${parcels}`,
            trackingUrl: null,
            shippedAt: null,
            place: null,
            lines: [],
            notifyBuyer: false,
            method: null,
          },
          operation: "jingdong.pop.order.shipment",
        };
      },
      "disputes.accept": () => ({
        input: refund(),
        operation: "jingdong.pop.afs.soa.refundapply.replyRefund",
      }),
      "disputes.refuse": () => ({
        input: refund(),
        operation: "jingdong.pop.afs.soa.refundapply.replyRefund",
      }),
      "disputes.message": () => {
        const order = delivered();
        return {
          input: answer("service", fake.buyer.openService(order, 10), order),
          operation: "jingdong.asc.audit.waitFeedback",
        };
      },
      "disputes.receive_return": () => {
        const order = delivered();
        return {
          input: answer("service", fake.buyer.returnGoods(order), order),
          operation: "jingdong.asc.receive.register",
        };
      },
    },
  };
}

/** A scripted refusal in the gateway's own words, for rows that the text or the second layer decides. */
function refusal(row: ErrorRow): FaultAnswer | undefined {
  const text =
    row.message instanceof RegExp ? (row.message.source.split("|")[0] ?? "refused") : (row.message ?? "refused");
  if (row.code === "business")
    return {
      body: { jingdong_vender_shop_query_responce: { code: "0", shop_jos_result: { success: false, errorMsg: text } } },
      status: 200,
    };
  if (row.code === undefined && row.message !== undefined) return { code: "3", message: text };
  if (row.code instanceof RegExp) {
    const [first = "1"] = row.code.source
      .replace(/\((?:\?:)?([^|()]*)\|[^()]*\)/, "$1")
      .replace(/\[(.).*?\]/, "$1")
      .split("|");
    return { code: first.replace(/[\^$]/g, ""), message: text };
  }
  return undefined;
}

const COMMON = {
  method: "jingdong.pop.order.enGet",
  app_key: "0123456789ABCDEF0123456789ABCDEF",
  v: "2.0",
  access_token: "aaaabbbbccccddddeeeeffff00001111uijk",
  timestamp: "2026-01-15 10:20:30.000+0800",
};
const SECRET = "fedcba9876543210fedcba9876543210";

export const platform: Platform = {
  entry: jd,
  folder: "jd",
  signatures: [
    {
      example: "one order, as the vendor's own clients sign it",
      ours: signCall(SECRET, {
        ...COMMON,
        "360buy_param_json": '{"order_id":"290123456789","optional_fields":"orderId,orderState,itemInfoList"}',
      }),
      theirs: "104CA4A0B6A35C6592E3BFEE010C0D16",
    },
    {
      example: "stock, with the optional parameter `format`",
      ours: signCall(SECRET, {
        ...COMMON,
        method: "jingdong.stock.write.updateSkuStock",
        format: "json",
        timestamp: "2026-01-15 10:20:31",
        "360buy_param_json": '{"skuId":100012345678,"stockNum":42,"storeId":0}',
      }),
      theirs: "5F7A01F76F40117F10BFF989638116BB",
    },
    {
      example: "a memo outside ASCII",
      ours: signCall(SECRET, {
        ...COMMON,
        method: "jingdong.pop.order.modifyVenderRemark",
        "360buy_param_json": '{"flag":"1","order_id":290123456789,"remark":"加急 请用顺丰"}',
      }),
      theirs: "6F711564F9E5614BC23C1BA28DB2B88F",
    },
    {
      example: "an empty token takes no part",
      ours: signCall(SECRET, {
        ...COMMON,
        method: "jingdong.areas.province.get",
        access_token: "",
        "360buy_param_json": "{}",
      }),
      theirs: "940959489DBCF5B2F9CB95D13CD0A54A",
    },
  ],
  makeFake,
};

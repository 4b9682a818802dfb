/** How the suite drives the fake of Taobao and Tmall. */
import { signCall } from "../../../src/adapters/taobao/auth/signing.ts";
import { taobao } from "../../../src/adapters/taobao/index.ts";
import { isZip, readZip } from "../../../src/adapters/taobao/settlements/zip.ts";
import type { ErrorRow } from "../../../src/core/adapter.ts";
import type { FaultAnswer } from "../../../src/fakes/fake.ts";
import { createTaobaoFake, makeAlipayPairs, type TaobaoFake } from "../../../src/fakes/taobao/index.ts";
import type { FakeSetup, Platform, Subject } from "../platform.ts";

const APP_ID = "00000000-0000-4000-8000-000000000002";
/** Each check has a fake of its own; keys are made once. */
const ALIPAY = makeAlipayPairs();
const PICTURE = { name: "proof.png", contentType: "image/png", base64: "iVBORw0KGgo=" };

function makeFake({ name, ...setup }: FakeSetup): Subject {
  const baseUrl = `https://${name}.taobao.example`;
  const made = createTaobaoFake({ ...setup, name, baseUrl, seed: 11, alipay: ALIPAY });
  const fake: TaobaoFake = Object.create(made, { fetch: { value: (request: Request) => fetchText(made, request) } });
  const { clock } = setup;
  const paid = (): string => {
    const tid = fake.buyer.order();
    fake.buyer.pay(tid);
    return tid;
  };
  let parcels = 0;
  const number = () => {
    parcels += 1;
    return `SF10000000${String(parcels).padStart(5, "0")}`;
  };
  const sent = (): string => {
    const tid = paid();
    fake.owner.ship(tid, number());
    return tid;
  };
  const arranged = (): string => {
    const tid = paid();
    fake.owner.arrange(tid);
    return tid;
  };
  const listing = (shelf: (item: { listingId: string; sku: string }) => void = () => {}) => {
    const [variant] = fake.books().variants.values();
    if (!variant) throw new Error("the fake has no listing");
    shelf(variant);
    return { listingExternalId: variant.listingId, variantExternalId: null, reason: null };
  };
  const parcel = (orderExternalId: string) => ({
    orderExternalId,
    carrier: "sf",
    trackingNumber: number(),
    trackingUrl: null,
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: false,
    method: null,
  });
  const answer = (disputeExternalId: string) => ({
    disputeExternalId,
    orderExternalId: null,
    system: null,
    reason: null,
    message: "The parcel was sent on time",
    lockToken: null,
    amount: null,
    currency: null,
    files: [PICTURE],
    returnAddressId: null,
  });
  return {
    fake,
    baseUrl,
    credentials: withoutApp(fake.connection),
    app: { id: APP_ID, platform: "taobao", ...fake.app, settings: { root: baseUrl } },
    // Buyers come masked: this is what is left of their streets.
    secrets: ["Z**路***号"],
    operations: {
      probe: "taobao.user.seller.get",
      listOrders: "taobao.trades.sold.increment.get",
      setStock: "tmall.item.quantity.update",
      refresh: "oauth.token",
    },
    editOrder: (id) => fake.owner.setMemo(id, `memo ${fake.events.length}`),
    expireToken: () => fake.expireToken(),
    revoke: () => fake.revoke(),
    consent: { query: { code: fake.consent() } },
    missingId: "8999999999999999999",
    // An old one: the newest trades are read again by another stream, and so mend themselves.
    spoil: (text) =>
      text.includes('"trade":') ? text.replace(/"created":"2026-0(?:1|2-[01])[^"]*"/, '"created":{}') : text,
    drift: {
      orders: (payload) => Object.assign(payload.trade as object, { status: "ZZ" }),
      listings: (payload) => Object.assign(payload, { approve_status: "zz" }),
      disputes: (payload) => Object.assign(payload, { status: "ZZ", cs_status: 1 }),
      shipments: (payload) => Object.assign((payload.parcels as object[])[0] ?? {}, { status: "ZZ" }),
      settlements: (payload) =>
        Object.assign((payload.rows as object[])[0] ?? {}, { 业务类型: "怪", 备注: "", 业务描述: "" }),
    },
    refusal,
    failureIn200: { code: "41", message: "Invalid Arguments" },
    acts: {
      "orders.set_memo": () => ({
        input: { orderExternalId: paid(), text: "pack well", flag: "red" },
        operation: "taobao.trade.memo.update",
      }),
      "orders.cancel": () => {
        const tid = fake.buyer.order();
        clock.advance(60_000);
        return {
          input: { orderExternalId: tid, reason: null, lines: [], restock: true },
          operation: "taobao.trade.close",
        };
      },
      "orders.delay_receipt": () => ({
        input: {
          orderExternalId: sent(),
          days: 3,
          deadlineAt: new Date(clock.now().getTime() + 11 * 86_400_000).toISOString(),
        },
        operation: "taobao.trade.receivetime.delay",
      }),
      "orders.set_address": () => ({
        input: {
          orderExternalId: paid(),
          name: "Zzbuyer",
          mobile: "13800000000",
          phone: null,
          region: "浙江省",
          city: "杭州市",
          district: "余杭区",
          town: null,
          street: "Zzbuyer 1",
          postcode: null,
        },
        operation: "taobao.trade.shippingaddress.update",
      }),
      "orders.find_same_receiver": () => ({
        input: { orderExternalId: paid(), otherExternalIds: [paid()] },
        operation: "taobao.top.oaid.merge",
      }),
      "listings.activate": () => ({
        input: listing(({ sku }) => fake.owner.setShelf(sku, "off_shelf")),
        operation: "taobao.item.update.listing",
      }),
      "listings.deactivate": () => ({ input: listing(), operation: "taobao.item.update.delisting" }),
      "shipments.confirm": () => ({ input: parcel(paid()), operation: "taobao.logistics.offline.send" }),
      "shipments.correct": () => {
        const tid = sent();
        const made = fake.events.findLast((event) => event.kind === "shipment_made" && event.orderId === tid);
        return {
          input: { ...parcel(tid), shipmentExternalId: made?.kind === "shipment_made" ? made.shipmentId : "" },
          operation: "taobao.logistics.consign.resend",
        };
      },
      "shipments.arrange": () => ({
        input: { orderExternalId: paid(), carrier: "sf" },
        operation: "taobao.logistics.online.send",
      }),
      "shipments.cancel_pickup": () => ({
        input: { orderExternalId: arranged() },
        operation: "taobao.logistics.online.cancel",
      }),
      "disputes.negotiate_return": () => ({
        input: {
          disputeExternalId: fake.buyer.askRefund(sent(), { kind: "REFUND" }),
          lockToken: null,
          amount: null,
          returnAddressId: null,
        },
        operation: "taobao.refund.negotiatereturn",
      }),
      "disputes.fill_return": () => {
        const refund = fake.buyer.askRefund(sent(), { kind: "REFUND_AND_RETURN" });
        fake.owner.agreeReturn(refund);
        return {
          input: { disputeExternalId: refund, carrier: "sf", trackingNumber: number() },
          operation: "taobao.rp.returngoods.refill",
        };
      },
      "disputes.stop_parcel": () => ({
        input: { disputeExternalId: fake.buyer.askRefund(sent(), { kind: "REFUND" }), lockToken: null },
        operation: "taobao.rp.refund.intercept",
      }),
      "disputes.accept": () => ({
        input: answer(fake.buyer.askRefund(paid(), { kind: "REFUND" })),
        operation: "taobao.rp.refunds.agree",
      }),
      "disputes.refuse": () => ({
        input: answer(fake.buyer.askRefund(sent(), { kind: "REFUND" })),
        operation: "taobao.refund.refuse",
      }),
      "disputes.message": () => ({
        input: answer(fake.buyer.askRefund(sent(), { kind: "REFUND" })),
        operation: "taobao.refund.message.add",
      }),
      "disputes.receive_return": () => {
        const refund = fake.buyer.askRefund(sent(), { kind: "REFUND" });
        fake.owner.agreeReturn(refund);
        fake.buyer.sendBack(refund);
        return { input: answer(refund), operation: "taobao.rp.refunds.agree" };
      },
    },
  };
}

/** The suite hands the app in as the engine does. */
function withoutApp({ app_key: _key, app_secret: _secret, ...credentials }: Readonly<Record<string, string>>) {
  return credentials;
}

/** The suite's wire carries text: a statement goes over it unpacked (tests/adapters reads the archive itself). */
async function fetchText(fake: TaobaoFake, request: Request): Promise<Response> {
  const response = await fake.fetch(request);
  const bytes = new Uint8Array(await response.clone().arrayBuffer());
  if (!isZip(bytes)) return response;
  const file = readZip(bytes).find((entry) => !entry.name.includes("汇总"));
  return new Response(new TextDecoder("gbk").decode(file?.bytes()), { status: response.status });
}

/** A scripted refusal in the gateway's own words, for rows that a sub_code decides. */
function refusal(row: ErrorRow): FaultAnswer {
  const code = sample(row.code) ?? "15";
  const sub_code = sample(row.subCode);
  const sub_msg = sample(row.message) ?? "refused";
  if (code.startsWith("invalid") || code.startsWith("unauthorized"))
    return { status: 400, body: { error: code, error_description: sub_msg } };
  return {
    status: 200,
    body: { error_response: { code: Number(code), msg: "refused", sub_code, sub_msg, request_id: "r1" } },
  };
}

/** A text that a pattern of the table matches: its first alternatives. */
function sample(pattern: string | RegExp | undefined): string | undefined {
  if (pattern === undefined || typeof pattern === "string") return pattern;
  if (pattern.source === "^\\d+$") return "15";
  let text = pattern.source;
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)/, "$1");
  }
  return (text.split("|")[0] ?? "")
    .replace(/\[a-z-\][*+]/g, "x")
    .replace(/\[(.)[^\]]*\]/g, "$1")
    .replace(/[\^$]/g, "")
    .replace(/\\(.)/g, "$1");
}

const SECRET = "helloworldsecret0123456789abcdef";
const VECTOR = {
  method: "taobao.trades.sold.increment.get",
  app_key: "12345678",
  session: "6100test0session1key2for3vectors",
  timestamp: "2024-01-15 12:00:00",
  format: "json",
  v: "2.0",
  fields: "tid,status,payment,orders",
  start_modified: "2024-01-15 11:30:00",
  end_modified: "2024-01-15 12:00:00",
  page_no: "1",
  page_size: "50",
  use_has_next: "true",
};

export const platform: Platform = {
  entry: taobao,
  folder: "taobao",
  signatures: [
    {
      example: "a list of trades, HMAC-SHA256, by the vendor's own client",
      ours: signCall("hmac-sha256", SECRET, { ...VECTOR, sign_method: "hmac-sha256" }),
      theirs: "293F8FBD2155A29F9C89CBC2EC033CCCBDE5350369253F832C1106A865D63D4F",
    },
    {
      example: "the same with MD5",
      ours: signCall("md5", SECRET, { ...VECTOR, sign_method: "md5" }),
      theirs: "4B693FF5FDE8E45E027A16B161851B68",
    },
  ],
  makeFake,
};

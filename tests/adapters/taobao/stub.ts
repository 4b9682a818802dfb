/** An adapter whose calls are answered by a script, and the calls that it made. Nothing is sent. */
import { taobao } from "../../../src/adapters/taobao/index.ts";
import type { HttpAnswer, HttpRequest, QueueMessages, RawDocument } from "../../../src/core/adapter.ts";
import { CHINA, keysOf, mapContext, present, storeStub } from "../../support/adapter-stub.ts";
import { answeredContext } from "../../support/answered-context.ts";

export { SIGNAL } from "../../support/adapter-stub.ts";

export const NOW = "2024-01-20T12:00:00Z";

const KEYS = keysOf({ session: "6100session", refresh_token: "6101refresh", sub_session: "6102employee" });

export const CONTEXT = mapContext(CHINA);

export const givenStore = storeStub(CHINA, KEYS, {
  platform: "taobao",
  externalId: "2232800000",
  app: { id: "app", platform: "taobao", key: "12345678", secret: "helloworld", settings: {} },
  facts: { seller_type: "B" },
});

export interface Sent {
  /** The gateway's method, or the operation of what does not go through it. */
  method: string;
  url: string;
  parameters: Record<string, string>;
  /** Names of parameters that are files. */
  files: string[];
}

type Answer = Record<string, unknown> | Uint8Array | { text: string; status?: number };

/** Makes the adapter; `answer` says what each call gets. What is a record gets a number unless it has a wrapper of its own. */
export function givenAdapter(answer: (call: Sent) => Answer = () => ({})) {
  const sent: Sent[] = [];
  const adapter = taobao.createAdapter(
    answeredContext(NOW, (request, operation) => {
      const call = toSent(operation, request);
      sent.push(call);
      return toAnswer(answer(call));
    }),
  );
  return { adapter: { ...present(adapter), webhooks: adapter.webhooks as QueueMessages }, sent };
}

function toSent(operation: string, request: HttpRequest): Sent {
  const { body = "", headers = {}, url } = request;
  if (headers["content-type"]?.startsWith("multipart/")) return { ...fromMultipart(body), url };
  const parameters = Object.fromEntries(new URLSearchParams(String(body)));
  return { method: parameters.method ?? operation, url, parameters, files: [] };
}

function fromMultipart(body: string | Uint8Array): Omit<Sent, "url"> {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const parameters: Record<string, string> = {};
  const files: string[] = [];
  for (const [, name = "", file, value = ""] of text.matchAll(
    /name="([^"]+)"(; filename="[^"]*")?\r\n[^\r]*\r\n\r\n([\s\S]*?)\r\n--/g,
  ))
    if (file === undefined) parameters[name] = value;
    else files.push(name);
  return { method: parameters.method ?? "", parameters, files };
}

function toAnswer(answer: Answer): HttpAnswer {
  const isBytes = answer instanceof Uint8Array;
  const own = !isBytes && typeof answer.text === "string" ? (answer as { text: string; status?: number }) : null;
  const bytes = isBytes
    ? answer
    : new TextEncoder().encode(own ? own.text : JSON.stringify({ request_id: "r1", ...(answer as object) }));
  return { status: own?.status ?? 200, headers: {}, bytes, text: () => new TextDecoder().decode(bytes) };
}

export const raw = (payload: unknown, form = "trade.fullinfo@2.0", more: Partial<RawDocument> = {}): RawDocument => ({
  externalId: "1",
  sourceUpdatedAt: null,
  sourceVersion: null,
  form,
  payload,
  ...more,
});

/** A paid trade of two lines, as the platform's page shows one. */
export function givenTrade(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    tid: "4012345678901234567",
    tid_str: "4012345678901234567",
    status: "WAIT_SELLER_SEND_GOODS",
    type: "fixed",
    created: "2024-01-15 11:20:03",
    pay_time: "2024-01-15 11:20:41",
    modified: "2024-01-15 11:20:42",
    payment: "226.00",
    total_fee: "256.00",
    post_fee: "10.00",
    discount_fee: "20.00",
    seller_flag: 3,
    buyer_nick: "t**x",
    buyer_open_uid: "AAHk5d-EAAeGwJedwSFuEXMP",
    receiver_name: "张**",
    receiver_state: "浙江省",
    receiver_city: "杭州市",
    receiver_district: "余杭区",
    receiver_town: "五常街道",
    receiver_address: "文**路***号",
    receiver_mobile: "138****0000",
    receiver_zip: "000000",
    oaid: "1ctFfHOw1cCMP3giFqJYUsmJu4ugofb1Db9O",
    orders: [
      givenLine(),
      givenLine({
        oid: "4012345678903234567",
        oid_str: "4012345678903234567",
        num_iid: 539130012777,
        sku_id: null,
        outer_iid: null,
        outer_sku_id: null,
        num: 1,
        price: "60.00",
        total_fee: "60.00",
        payment: "60.00",
        divide_order_fee: "54.92",
        part_mjz_discount: "5.08",
      }),
    ],
    ...overrides,
  };
}

export function givenLine(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    oid: "4012345678902234567",
    oid_str: "4012345678902234567",
    status: "WAIT_SELLER_SEND_GOODS",
    refund_status: "NO_REFUND",
    num_iid: 539130012662,
    sku_id: "3208280995138",
    outer_iid: "B3500",
    outer_sku_id: "B3500-BK",
    title: "示例手机壳",
    sku_properties_name: "颜色分类:黑色",
    num: 2,
    price: "98.00",
    total_fee: "176.00",
    discount_fee: "20.00",
    adjust_fee: "0.00",
    payment: "176.00",
    divide_order_fee: "161.08",
    part_mjz_discount: "14.92",
    seller_type: "B",
    ...overrides,
  };
}

export function givenRefund(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    refund_id: "104781373664603",
    tid: "4012345678901234567",
    oid: "4012345678902234567",
    status: "WAIT_SELLER_AGREE",
    refund_phase: "onsale",
    refund_version: 1705291200503,
    dispute_type: "REFUND_AND_RETURN",
    good_status: "BUYER_RECEIVED",
    has_good_return: true,
    refund_fee: "88.00",
    order_status: "WAIT_BUYER_CONFIRM_GOODS",
    reason: "7天无理由退换货",
    created: "2024-01-18 09:00:00",
    modified: "2024-01-18 09:00:00",
    end_time: null,
    cs_status: 1,
    operation_contraint: "null",
    num: 2,
    num_iid: 539130012662,
    sku: "3208280995138|颜色分类:黑色",
    refund_remind_timeout: { exist_timeout: true, remind_type: 3, timeout: "2024-01-20 09:00:00" },
    ...overrides,
  };
}

export function givenItem(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    num_iid: 539130012662,
    title: "示例手机壳",
    cid: 50012345,
    approve_status: "onsale",
    price: "98.00",
    num: 37,
    outer_id: "B3500",
    modified: "2024-01-15 10:02:11",
    skus: [
      {
        sku_id: 3208280995138,
        properties: "1627207:28341",
        properties_name: "1627207:28341:颜色分类:黑色",
        quantity: 30,
        price: "98.00",
        outer_id: "B3500-BK",
        status: "normal",
      },
      {
        sku_id: 3208280995139,
        properties: "1627207:28320",
        properties_name: "1627207:28320:颜色分类:白色",
        quantity: 7,
        price: "99.50",
        outer_id: "B3500-WH",
        status: "normal",
      },
    ],
    ...overrides,
  };
}

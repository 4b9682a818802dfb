/** Documents that nobody has seen before, in the gateway's own forms, through the function behind `tallyport map`. */
import { describe, expect, it } from "vitest";
import { mapFile } from "../../../src/cli/map-file.ts";
import type { Resource } from "../../../src/core/model/vocabulary.ts";
import { CONTEXT } from "./stub.ts";

type Fields = Record<string, unknown>;

/** What a file of this text gives; ids are written as bare numbers, which no JS number could hold. */
function map(resource: Resource, text: string) {
  const records: Fields[] = [];
  const bytes = new TextEncoder().encode(text);
  const failures = mapFile({ platform: "taobao", resource, bytes }, CONTEXT, (record) => records.push(record));
  return { records, failures };
}

/** `inner` as the default answer of a method, as the lean one, and bare. */
const forms = (root: string, wrapped: string, lean: string) => [
  `{"${root}":{${wrapped},"request_id":"15ryekq7hious"}}`,
  `{${lean},"request_id":"15ryekq7hious"}`,
];

const HEAD = `"tid":9223372036854775001,"tid_str":"9223372036854775001","created":"2024-05-20 20:00:00","modified":"2024-05-31 09:00:01","seller_nick":"店","buyer_nick":"t**x","buyer_open_uid":"AAHk5d"`;
const LINE = `"oid":9223372036854775002,"num_iid":539130012662,"sku_id":"3208280995138","title":"手机壳","num":2,"price":"98.00","total_fee":"196.00"`;

describe("a trade", () => {
  const step = `${HEAD},"status":"WAIT_BUYER_PAY","type":"step","step_trade_status":"FRONT_PAID_FINAL_NOPAID","step_paid_fee":"50.00","payment":"206.00","total_fee":"196.00","post_fee":"10.00"`;
  const line = `{${LINE},"status":"WAIT_BUYER_PAY"}`;

  it.each([
    ...forms(
      "trade_fullinfo_get_response",
      `"trade":{${step},"orders":{"order":[${line}]}}`,
      `"trade":{${step},"orders":[${line}]}`,
    ),
    // One line that is no list, and lists that are empty or not there.
    `{"trade_fullinfo_get_response":{"trade":{${step},"orders":{"order":${line}},"promotion_details":{},"service_orders":{"service_order":[]}},"request_id":"a"}}`,
    `{${step},"orders":{"order":[${line}]}}`,
    `{"trades_sold_get_response":{"trades":{"trade":{${step},"orders":{"order":${line}}}},"request_id":"a"}}`,
  ])("of a pre-sale has a deposit that is paid and a balance that is not, in every form: %#", (text) => {
    const { records, failures } = map("orders", text);
    expect(failures).toEqual([]);
    expect(records).toMatchObject([
      {
        record: "order",
        external_id: "9223372036854775001",
        status: "awaiting_payment",
        payment_status: "partially_paid",
        placed_at: "2024-05-20T12:00:00.000Z",
        total: { amount: "206.00", currency: "CNY" },
        paid: { amount: "50.00", currency: "CNY" },
        lines: [
          {
            external_id: "9223372036854775002",
            listing_external_id: "539130012662",
            variant_external_id: "3208280995138",
            quantity: 2,
            total: { amount: "196.00", currency: "CNY" },
          },
        ],
        charges: [{ kind: "shipping", amount: { amount: "10.00", currency: "CNY" } }],
        warnings: [],
      },
    ]);
  });

  const shipped = `${HEAD},"status":"WAIT_BUYER_CONFIRM_GOODS","type":"fixed","pay_time":"2024-05-20 20:01:00","consign_time":"2024-05-21 10:00:00","payment":"256.00","total_fee":"256.00","post_fee":"0.00"`;
  const lines = `{${LINE},"status":"WAIT_BUYER_CONFIRM_GOODS","divide_order_fee":"196.00","refund_status":"SUCCESS","refund_id":104781373664603999},{"oid":9223372036854775003,"num_iid":539130012777,"title":"数据线","num":1,"price":"60.00","total_fee":"60.00","divide_order_fee":"60.00","status":"WAIT_BUYER_CONFIRM_GOODS","refund_status":"NO_REFUND"}`;
  const refund = `{"refund_id":"104781373664603999","status":"SUCCESS","refund_fee":"30.00","dispute_type":"REFUND"}`;

  it("whose line was refunded in part is partially refunded by that much, where the refund is beside it", () => {
    const { records, failures } = map("orders", `{"trade":{${shipped},"orders":[${lines}]},"refunds":[${refund}]}`);
    expect(failures).toEqual([]);
    expect(records).toMatchObject([
      {
        status: "shipped",
        payment_status: "partially_refunded",
        total: { amount: "256.00", currency: "CNY" },
        refunded: { amount: "30.00", currency: "CNY" },
        warnings: [],
      },
    ]);
  });

  it("whose refund is not beside it says so, and names no amount", () => {
    for (const text of forms(
      "trade_fullinfo_get_response",
      `"trade":{${shipped},"orders":{"order":[${lines}]}}`,
      `"trade":{${shipped},"orders":[${lines}]}`,
    )) {
      const { records } = map("orders", text);
      expect(records).toMatchObject([
        {
          payment_status: "partially_refunded",
          refunded: null,
          warnings: [{ code: "refund_amount_unknown", detail: expect.stringContaining("9223372036854775002") }],
        },
      ]);
    }
  });

  it("of a pre-sale in a state that nobody knows claims nothing of what was paid", () => {
    const odd = (status: string) =>
      `{${step.replace("FRONT_PAID_FINAL_NOPAID", "ZZ_STEP").replace("WAIT_BUYER_PAY", status)},"pay_time":"2024-05-20 20:01:00","orders":[${line.replace("WAIT_BUYER_PAY", status)}]}`;
    for (const status of ["WAIT_BUYER_PAY", "WAIT_SELLER_SEND_GOODS"]) {
      const { records } = map("orders", odd(status));
      expect(records).toMatchObject([
        {
          payment_status: "unknown",
          paid: null,
          payments: [{ status: "unknown", paid_at: null }],
          warnings: [{ code: "unknown_code", detail: expect.stringContaining("ZZ_STEP") }],
        },
      ]);
    }
  });

  it('whose amounts are the text "null" has none there', () => {
    const odd = shipped
      .replace('"post_fee":"0.00"', '"post_fee":"null","coupon_fee":"null","commission_fee":"NULL"')
      .replace('"payment":"256.00"', '"payment":"null"');
    const { records, failures } = map("orders", `{${odd},"orders":[${lines}]}`);
    expect(failures).toEqual([]);
    expect(records).toMatchObject([{ external_id: "9223372036854775001", total: null, charges: [] }]);
  });

  it("that has no id is set aside alone, in an answer, in a list and in a file of lines", () => {
    const one = `{${shipped},"orders":[${lines}]}`;
    const without = one.replace('"tid":9223372036854775001,"tid_str":"9223372036854775001",', "");
    for (const [text, place] of [
      [`{"trades_sold_get_response":{"trades":{"trade":[${one},${without}]},"request_id":"a"}}`, "row 2"],
      [`[${one},${without}]`, "row 2"],
      [`[{"trade":${one}},{"trades":[${one},${without}]}]`, "row 2.2"],
      [`${one}\n${without}`, "line 2"],
      [`${one}\n\n[1]`, "line 3"],
    ] as const) {
      const { records, failures } = map("orders", text);
      expect(new Set(records.map((record) => record.external_id)), text.slice(0, 60)).toEqual(
        new Set(["9223372036854775001"]),
      );
      expect(failures).toMatchObject([{ reason: expect.stringContaining(`${place} is no trade`) }]);
    }
    expect(map("orders", without)).toMatchObject({
      records: [],
      failures: [{ reason: expect.stringContaining("no trade") }],
    });
  });

  it("that is a refusal, or has no line with an id, is told with its reason; the others are mapped", () => {
    const good = `{"trade":{${shipped},"orders":[${lines}]}}`;
    const without = good
      .replace('"oid":9223372036854775002,', "")
      .replaceAll("9223372036854775001", "9223372036854775009");
    const { records, failures } = map("orders", [good, without].join("\n"));
    expect(records.map((record) => record.external_id)).toEqual(["9223372036854775001"]);
    expect(failures).toEqual([{ externalId: "9223372036854775009", reason: expect.stringContaining("oid") }]);
    const refused = map(
      "orders",
      '{"error_response":{"code":27,"msg":"Invalid Session","sub_code":"invalid-sessionkey","request_id":"r"}}',
    );
    expect(refused.records).toEqual([]);
    expect(refused.failures).toMatchObject([{ reason: expect.stringMatching(/session/i) }]);
  });
});

describe("a refund", () => {
  const body = `"refund_id":9223372036854775807,"tid":9223372036854775001,"oid":9223372036854775002,"status":"WAIT_SELLER_AGREE","refund_phase":"onsale","refund_version":1705291200503,"dispute_type":"REFUND_AND_RETURN","has_good_return":true,"refund_fee":"88.00","num":2,"sku":"3208280995138|颜色:黑","created":"2024-01-18 09:00:00","modified":"2024-01-18 09:00:00","operation_contraint":"null","refund_remind_timeout":{"exist_timeout":true,"timeout":"2024-01-20 09:00:00"}`;

  it.each([
    ...forms("refund_get_response", `"refund":{${body}}`, `"refund":{${body}}`),
    ...forms(
      "refunds_receive_get_response",
      `"refunds":{"refund":[{${body}}]},"has_next":false`,
      `"refunds":[{${body}}]`,
    ),
    `{"refunds_receive_get_response":{"refunds":{"refund":{${body}}},"request_id":"a"}}`,
    `{${body}}`,
  ])("is a dispute with its deadline in every form: %#", (text) => {
    const { records, failures } = map("disputes", text);
    expect(failures).toEqual([]);
    expect(records).toMatchObject([
      {
        record: "dispute",
        external_id: "9223372036854775807",
        order_external_id: "9223372036854775001",
        kind: "return_refund",
        status: "open_awaiting_seller",
        turn: "seller",
        due_at: "2024-01-20T01:00:00.000Z",
        amount: { amount: "88.00", currency: "CNY" },
        lines: [{ order_line_external_id: "9223372036854775002", quantity: 2 }],
      },
    ]);
  });

  it("of the list of disputes has its state as a number", () => {
    const row = `{"refund_id":104781373664604001,"biz_order_id":9223372036854775001,"oid":9223372036854775002,"status":"12","dispute_request":4,"refund_fee":"0.00","created":"2024-01-18 09:00:00","modified":"2024-01-18 09:00:00"}`;
    for (const text of forms(
      "tmall_dispute_receive_get_response",
      `"result":{"results":{"refund":[${row}]}}`,
      `"result":{"results":[${row}]}`,
    ))
      expect(map("disputes", text)).toMatchObject({
        records: [{ external_id: "104781373664604001", kind: "exchange", status: "open_awaiting_seller" }],
        failures: [],
      });
  });
});

describe("a listing, parcels and bills", () => {
  it("are read where one of them is no list, and where lists are not there", () => {
    const item = `"num_iid":539130012662,"title":"手机壳","approve_status":"onsale","num":7,"price":"98.00","modified":"2024-01-15 10:02:11"`;
    const sku = `{"sku_id":9007199254740995,"properties":"1627207:28341","properties_name":"1627207:28341:颜色#cln#款:黑","quantity":7,"price":"98.00","outer_id":"B-1"}`;
    for (const text of [
      `{"item_seller_get_response":{"item":{${item},"skus":{"sku":${sku}}},"request_id":"a"}}`,
      `{"item":{${item},"skus":[${sku}]},"request_id":"a"}`,
      `{"items_seller_list_get_response":{"items":{"item":[{${item},"skus":{"sku":[${sku}]}}]},"request_id":"a"}}`,
    ])
      expect(map("listings", text)).toMatchObject({
        failures: [],
        records: [{ external_id: "539130012662", variants: [{ external_id: "9007199254740995", quantity: 7 }] }],
      });
    expect(map("listings", `{"item":{${item}}}`).records).toMatchObject([
      { variants: [{ external_id: "539130012662", quantity: 7 }] },
    ]);
  });

  it("keep the lines of each parcel", () => {
    const parcel = `"tid":9223372036854775001,"out_sid":"SF1234567890123","company_name":"顺丰速运","status":"ACCEPTED_BY_RECEIVER","created":"2024-01-15 18:00:00","is_split":1,"sub_tids":{"number":[9223372036854775002]}`;
    for (const text of forms(
      "logistics_orders_get_response",
      `"shippings":{"shipping":{${parcel}}}`,
      `"shippings":[{${parcel.replace('{"number":[9223372036854775002]}', "[9223372036854775002]")}}]`,
    ))
      expect(map("shipments", text)).toMatchObject({
        failures: [],
        records: [
          { record: "shipment", order_external_id: "9223372036854775001", status: "in_transit", carrier: "sf" },
        ],
      });
  });

  it("are entries of their books, with every digit of their numbers", () => {
    const bill = `{"bid":9223372036854775111,"account_id":104,"amount":21100,"trade_id":"9223372036854775001","pay_time":"2024-01-15 10:00:00","status":1}`;
    for (const text of forms(
      "bill_bills_get_response",
      `"bills":{"bill":[${bill}]},"total_results":1`,
      `"bills":[${bill}]`,
    ))
      expect(map("settlements", text)).toMatchObject({
        failures: [],
        records: [
          { record: "entry", external_id: "bill:9223372036854775111", order_external_id: "9223372036854775001" },
        ],
      });
    const row = `{"bid":9223372036854775112,"account_id":101,"journal_type":103,"amount":900,"book_time":"2024-01-15 10:00:00"}`;
    expect(
      map("settlements", `{"bill_book_bills_get_response":{"bills":{"book_bill":[${row}]},"request_id":"a"}}`),
    ).toMatchObject({
      failures: [],
      records: [{ external_id: "journal:9223372036854775112", kind: "reserve", amount: { amount: "-9.00" } }],
    });
  });
});

describe("an answer that lists nothing", () => {
  it.each([
    ["orders", "[]"],
    ["orders", '{"trades_sold_increment_get_response":{"request_id":"a","has_next":false}}'],
    ["orders", '{"trades_sold_get_response":{"total_results":0,"request_id":"a"}}'],
    ["orders", '{"total_results":0,"request_id":"a"}'],
    ["orders", '{"trades":[],"request_id":"a"}'],
    ["orders", '{"trades_sold_get_response":{"trades":{},"total_results":0,"request_id":"a"}}'],
    ["listings", '{"items_onsale_get_response":{"items":{"item":[]},"total_results":0,"request_id":"a"}}'],
    ["disputes", '{"refunds_receive_get_response":{"total_results":0,"request_id":"a"}}'],
    ["shipments", '{"logistics_orders_get_response":{"shippings":{"shipping":[]},"request_id":"a"}}'],
    ["settlements", '{"bill_bills_get_response":{"bills":{},"total_results":0,"request_id":"a"}}'],
  ] as const)("of %s gives no record, and is no failure: %s", (resource, text) => {
    expect(map(resource, text)).toEqual({ records: [], failures: [] });
  });

  it.each(["{}", '{"hello":"world"}', '{"trades_sold_get_response":{"total_results":3,"request_id":"a"}}'])(
    "is not %s",
    (text) => {
      expect(map("orders", text)).toMatchObject({ records: [], failures: [{}] });
    },
  );
});

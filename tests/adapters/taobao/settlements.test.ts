import { generateKeyPairSync } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { alipayForm } from "../../../src/adapters/taobao/settlements/alipay.ts";
import { billToUnified, toBillDocument } from "../../../src/adapters/taobao/settlements/bills.ts";
import { journalToUnified, toJournalDocument } from "../../../src/adapters/taobao/settlements/journal.ts";
import { readStatement } from "../../../src/adapters/taobao/settlements/statement-file.ts";
import { statementToUnified, toStatementDocuments } from "../../../src/adapters/taobao/settlements/statements.ts";
import { fromBase64, verifyWithKey } from "../../../src/core/crypto.ts";
import { CONTEXT, givenAdapter, givenStore, SIGNAL } from "./stub.ts";

const HEAD =
  "账务流水号\t,业务流水号\t,商户订单号\t,商品名称\t,发生时间\t,对方账号\t,收入金额（+元）\t,支出金额（-元）\t,账户余额（元）\t,交易渠道\t,业务类型\t,备注\t";
const row = (id: string, order: string, income: string, expense: string, type: string, note = "") =>
  `${id}\t,b\t,${order}\t,g\t,2024-01-15 10:00:00\t,x\t,${income}\t,${expense}\t,0.00\t,t\t,${type}\t,${note}\t`;
const text = (rows: string[]) =>
  [
    "#支付宝账务明细查询",
    "#账号：[1]",
    "#起始日期",
    "#-----账务明细列表-----",
    HEAD,
    ...rows,
    "#----------",
    "#支出合计：2笔，共-12.50元",
    "#收入合计：1笔，共226.00元",
    "#导出时间",
    "",
  ].join("\r\n");

/** GBK has no encoder here: UTF-16 code points found by decoding all pairs once. */
const GBK = (() => {
  const table = new Map<string, number[]>();
  const decoder = new TextDecoder("gbk");
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) {
      const character = decoder.decode(new Uint8Array([high, low]));
      if (character.length === 1 && character !== "\ufffd" && !table.has(character)) table.set(character, [high, low]);
    }
  return table;
})();
const gbk = (value: string) =>
  new Uint8Array(
    [...value].flatMap((c) => ((c.codePointAt(0) ?? 0) < 0x80 ? [c.codePointAt(0) ?? 0] : (GBK.get(c) ?? [0x3f]))),
  );

function zip(files: Record<string, Uint8Array>): Uint8Array {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = deflateRawSync(content);
    const label = Buffer.from(gbk(name));
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt16LE(label.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt16LE(label.length, 28);
    entry.writeUInt32LE(at, 42);
    parts.push(local, label, data);
    central.push(entry, label);
    at += 30 + label.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, directory, end]));
}

const TID = "4012345678901234567";
const ROWS = [
  row("1", `T200P${TID} `, "226.00", "", "在线支付"),
  row("2", `T200P${TID}`, "", "-10.00", "收费", "天猫佣金"),
  row("3", "", "", "2.50", "其它", `{${TID}}扣款`),
];

describe("a statement", () => {
  it("is read from a ZIP of GBK, its summary left aside, by the names of its columns", () => {
    const bytes = zip({
      "2088_20240115_账务明细(汇总).csv": gbk("#汇总"),
      "2088_20240115_账务明细.csv": gbk(text(ROWS)),
    });
    const [document, ...more] = toStatementDocuments(bytes, "2024-01-15");
    expect(more).toEqual([]);
    expect(document).toMatchObject({
      externalId: "alipay:2024-01-15.0",
      part: { of: "alipay:2024-01-15", index: 0, last: true },
    });
    const { settlements, entries } = statementToUnified(document!);
    expect(settlements).toMatchObject([
      {
        externalId: "alipay:2024-01-15",
        periodStart: new Date("2024-01-14T16:00:00Z"),
        periodEnd: new Date("2024-01-15T16:00:00Z"),
        total: { amount: "213.5", currency: "CNY" },
        warnings: [],
      },
    ]);
    expect(
      entries.map(({ externalId, kind, amount, orderExternalId }) => [
        externalId,
        kind,
        amount.amount,
        orderExternalId,
      ]),
    ).toEqual([
      ["1", "sale", "226", TID],
      ["2", "commission", "-10", TID],
      ["3", "other", "-2.5", TID],
    ]);
  });

  it.each([
    ["交易付款", "", "sale"],
    ["交易退款", "", "refund"],
    ["佣金", "", "commission"],
    ["代扣款-普通账户转账", "天猫佣金（类目）", "commission"],
    ["收费", "交易服务费", "payment_fee"],
    ["服务费", "", "payment_fee"],
    ["淘宝客佣金代扣款", "", "advertising_fee"],
    ["代扣款", "代扣返点积分", "seller_discount"],
    ["收费", "花呗支付手续费", "payment_fee"],
    ["收费", "信用卡手续费", "payment_fee"],
    ["运费险", "", "service_fee"],
    ["保险承保", "", "service_fee"],
    ["售后支付", "", "adjustment"],
    ["其它", "赔付", "adjustment"],
    ["提现", "", "payout"],
    ["其它", "", "other"],
  ])("%s with remark %s is %s", (type, note, kind) => {
    const [document] = toStatementDocuments(gbk(text([row("1", "", "1.00", "", type, note)])), "2024-01-15");
    const { entries, settlements } = statementToUnified(document!);
    expect(entries[0]?.kind).toBe(kind);
    expect(settlements[0]?.warnings).toEqual([]);
  });

  it("of an unknown type is other, with one warning", () => {
    const [document] = toStatementDocuments(
      gbk(text([row("1", "", "1.00", "", "怪"), row("2", "", "1.00", "", "怪")])),
      "2024-01-15",
    );
    expect(statementToUnified(document!).settlements[0]?.warnings).toHaveLength(1);
  });

  it("comes in parts with a common head where it is large", () => {
    const documents = toStatementDocuments(
      gbk(text(Array.from({ length: 1001 }, (_, i) => row(String(i), "", "1.00", "", "交易")))),
      "2024-01-15",
    );
    expect(documents.map(({ externalId, part }) => [externalId, part?.last])).toEqual([
      ["alipay:2024-01-15.0", false],
      ["alipay:2024-01-15.1", true],
    ]);
  });

  it("is asked for day by day, and a day without movements is empty", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const { adapter, sent } = givenAdapter((call) => {
      if (call.method === "statement.download") return gbk(text(ROWS));
      const { bill_date: day } = JSON.parse(call.parameters.biz_content ?? "{}") as { bill_date: string };
      return day === "2024-01-15"
        ? {
            alipay_data_dataservice_bill_downloadurl_query_response: {
              code: "10000",
              msg: "Success",
              bill_download_url: "https://dl.example/f",
            },
            sign: "x",
          }
        : {
            alipay_data_dataservice_bill_downloadurl_query_response: {
              code: "40004",
              msg: "Business Failed",
              sub_code: "BILL_NOT_EXIST",
              sub_msg: "none",
            },
            sign: "x",
          };
    });
    const store = givenStore({
      credentials: async () => ({
        purpose: "api",
        version: 1,
        expiresAt: null,
        values: { session: "s", alipay_app_id: "2021", alipay_private_key: key },
      }),
    });
    const input = {
      stream: "statements",
      since: new Date("2024-01-14T02:00:00Z"),
      until: new Date("2024-01-15T02:00:00Z"),
      limit: 50,
    };
    const first = await adapter.settlements.list(store, { ...input, cursor: null }, SIGNAL);
    expect(first).toMatchObject({ documents: [], next: '{"day":"2024-01-15","part":0}' });
    const second = await adapter.settlements.list(store, { ...input, cursor: first.next }, SIGNAL);
    expect(second).toMatchObject({ documents: [{ externalId: "alipay:2024-01-15.0" }], next: null });
    expect(sent.at(-1)).toMatchObject({ url: "https://dl.example/f", parameters: {} });
  });

  it("is read from a file as the bank gives it", () => {
    const { adapter } = givenAdapter();
    expect(adapter.settlements.parseFile(gbk(text(ROWS)), CONTEXT)[0]?.externalId).toBe("alipay:2024-01-15.0");
  });
});

describe("calls of the bank's gateway", () => {
  it("are signed with RSA2 over the sorted form", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const values = {
      alipay_app_id: "2021",
      alipay_private_key: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"),
    };
    const { sign = "", ...form } = alipayForm(
      "m",
      { bill_type: "signcustomer" },
      values,
      new Date("2024-01-15T04:00:00Z"),
    );
    const signed = Object.entries(form)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}=${value}`)
      .join("&");
    expect(signed).toContain("timestamp=2024-01-15 12:00:00");
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(verifyWithKey(pem, signed, fromBase64(sign), "sha256")).toBe(true);
  });
});

describe("a bill", () => {
  const bill = (more: Record<string, unknown>, account_type: string | null = "3") =>
    billToUnified(
      toBillDocument(
        {
          bid: "1",
          account_id: 7,
          amount: 21100,
          trade_id: TID,
          order_id: "5",
          pay_time: "2024-01-15 10:00:00",
          status: 1,
          ...more,
        },
        account_type === null ? null : { account_id: 7, account_type, account_name: "佣金" },
      ),
    ).entries[0];

  it.each([
    ["1", 100, "adjustment", "-1"],
    ["2", 100, "sale", "1"],
    ["2", -100, "refund", "-1"],
    ["3", 21100, "commission", "-211"],
    ["3", -5, "commission", "0.05"],
    ["4", 7, "service_fee", "-0.07"],
    ["5", 100, "seller_discount", "-1"],
    ["6", 100, "other", "-1"],
  ])("of account type %s and %d fen is %s of %s", (type, amount, kind, yuan) => {
    expect(bill({ amount }, type)).toMatchObject({
      kind,
      amount: { amount: yuan, currency: "CNY" },
      orderExternalId: TID,
      book: "bills",
    });
  });

  it("is only asked for by apps that see it, and halves a window that holds too many", async () => {
    const input = {
      stream: "bills",
      since: new Date("2024-01-15T00:00:00Z"),
      until: new Date("2024-01-15T10:00:00Z"),
      limit: 50,
    };
    const service = givenAdapter();
    expect(await service.adapter.settlements.list(givenStore(), { ...input, cursor: null }, SIGNAL)).toMatchObject({
      documents: [],
      next: null,
    });
    expect(service.sent).toEqual([]);
    const own = givenAdapter((call) =>
      call.method === "taobao.bill.bills.get"
        ? { has_next: true, bills: [{ bid: 1, account_id: 7, amount: 1, status: 1 }] }
        : {},
    );
    const store = givenStore({
      app: { id: "a", platform: "taobao", key: "k", secret: "s", settings: { kind: "in_house" } },
    });
    expect((await own.adapter.settlements.list(store, { ...input, cursor: null }, SIGNAL)).next).toBe('{"page":2}');
    expect(await own.adapter.settlements.list(store, { ...input, cursor: '{"page":50}' }, SIGNAL)).toMatchObject({
      tooMany: true,
    });
  });
});

describe("a movement of the virtual account", () => {
  const row = (journal_type: number, amount: unknown = 900) =>
    journalToUnified(
      toJournalDocument({ bid: "9007199254740993", journal_type, amount, book_time: "2024-01-15 10:00:00" }),
    ).entries[0];

  it.each([
    [101, "adjustment", "9"],
    [102, "adjustment", "-9"],
    [103, "reserve", "-9"],
    [104, "reserve", "9"],
    [105, "adjustment", "9"],
    [106, "adjustment", "-9"],
    [107, "other", "9"],
  ])("of type %i is %s of %s", (type, kind, yuan) => {
    expect(row(type)).toMatchObject({
      externalId: "journal:9007199254740993",
      book: "journal",
      kind,
      amount: { amount: yuan, currency: "CNY" },
      postedAt: new Date("2024-01-15T02:00:00Z"),
    });
  });

  it("is asked for by the account's number, page by page", async () => {
    const store = givenStore({
      app: { id: "a", platform: "taobao", key: "k", secret: "s", settings: { kind: "in_house" } },
    });
    const { adapter, sent } = givenAdapter((call) =>
      call.method === "taobao.bill.accounts.get"
        ? {
            accounts: [
              { account_id: 7, account_type: 3 },
              { account_id: 101, account_type: 1 },
            ],
          }
        : { has_next: sent.length < 3, bills: [{ bid: sent.length, journal_type: 101, amount: 1 }] },
    );
    const window = {
      stream: "journal",
      since: new Date("2024-01-01T00:00:00Z"),
      until: new Date("2024-01-15T10:00:00Z"),
      limit: 50,
    };
    const first = await adapter.settlements.list(store, { ...window, cursor: null }, SIGNAL);
    const second = await adapter.settlements.list(store, { ...window, cursor: first.next }, SIGNAL);
    expect(second.next).toBeNull();
    expect([...first.documents, ...second.documents].map((document) => document.externalId)).toEqual([
      "journal:2",
      "journal:3",
    ]);
    expect(sent.map((call) => [call.method, call.parameters.account_id, call.parameters.page_no])).toEqual([
      ["taobao.bill.accounts.get", undefined, undefined],
      ["taobao.bill.book.bills.get", "101", "1"],
      ["taobao.bill.book.bills.get", "101", "2"],
    ]);
  });
});

describe("names of goods with a comma", () => {
  const csv = (name: string) =>
    new TextEncoder().encode(
      [
        "#支付宝账务明细查询",
        "账务流水号,商户订单号,商品名称,发生时间,收入金额（+元）,支出金额（-元）,业务类型,备注",
        `1\t,T200P4012345678901234567\t,${name},2024-01-15 10:00:00\t,5.00\t,\t,在线支付\t,交易付款\t`,
        "#收入合计：1笔，共5.00元",
        "#支出合计：0笔，共0.00元",
      ].join("\r\n"),
    );

  it.each(["Tee, ink, S\t", '"Tee, ink, S\t"'])("are read whole: %s", (name) => {
    const { rows } = readStatement(csv(name));
    expect(rows).toMatchObject([{ 商品名称: expect.stringMatching(/^Tee, ?ink, ?S$/), 业务类型: "在线支付" }]);
  });
});

describe("a statement file that is not as the bank wrote it", () => {
  const { adapter } = givenAdapter();
  const parse = (bytes: Uint8Array) => adapter.settlements.parseFile(bytes, CONTEXT);
  const read = (bytes: Uint8Array) => {
    const found = parse(bytes).map((document) => statementToUnified(document));
    return { settlements: found.flatMap((one) => one.settlements), entries: found.flatMap((one) => one.entries) };
  };
  const given = (id: string, income: string, expense = "", time = "2024-01-15 10:00:00") =>
    row(id, "", income, expense, "交易付款").replace("2024-01-15 10:00:00", time);
  /** As `text`, with the sums that the rows make. */
  const file = (rows: string[], [income, expense]: [string, string]) =>
    text(rows).replace("226.00", income).replace("-12.50", expense);

  it.each([
    ["fewer", given("2", "1.00").split(",").slice(0, 9).join(",")],
    ["more, by a comma in an amount", given("2", "1,234.50")],
    ["more, by a comma in the remark", row("2", "", "1.00", "", "交易付款", "a,b")],
    ["a quote that never ends", given("2", "1.00").replace("\tg", "").replace(",g\t", ',"g\t')],
  ])("is refused where a row has %s cells than the head", (_, line) => {
    expect(() => parse(gbk(text([given("1", "1.00"), line])))).toThrow(/line 7: .*download it again/);
  });

  it("is read where amounts with commas stand in quotes, and lines end in a comma", () => {
    const { entries } = read(gbk(text([given("1", '"1,234.50"'), `${given("2", "1.00")},`])));
    expect(entries.map((entry) => entry.amount.amount)).toEqual(["1234.5", "1"]);
  });

  it("is read where a cell in quotes goes over several lines", () => {
    const over = row("1", "", "5.00", "", "交易付款", '"first, line\r\n#second ""line"""');
    const found = read(gbk(file([over, given("2", "1.00")], ["6.00", "0.00"])));
    expect(found.entries.map((entry) => [entry.externalId, entry.amount.amount, entry.description])).toEqual([
      ["1", "5", 'first, line\n#second "line"'],
      ["2", "1", expect.anything()],
    ]);
    expect(found.settlements).toMatchObject([{ total: { amount: "6" }, warnings: [] }]);
  });

  it("has no total and a warning where its sums are cut off", () => {
    const cut = text(ROWS).split("#----------\r\n")[0] ?? "";
    expect(read(gbk(cut))).toMatchObject({
      settlements: [{ total: null, warnings: [{ code: "statement_incomplete" }] }],
      entries: [{}, {}, {}],
    });
  });

  it.each([
    ["one number with two amounts", [given("1", "1.00"), given("1", "2.00")], /number 1 stands twice/],
    ["a number that a spreadsheet cut", [given("2.02402E+20", "1.00")], /line 6: .*spreadsheet/],
    ["a trade that a spreadsheet cut", [row("1", "2.02402E+20", "1.00", "", "收费")], /line 6: .*spreadsheet/],
    ["an amount that is none", [given("1", "abc")], /line 6: .*no amount/],
    ["no time", [given("1", "1.00", "", "2024")], /line 6: .*no time/],
    ["income and expense in one row", [given("1", "5.00", "-2.00")], /line 6: .*both stand in one row/],
    [
      "what follows a cell of several lines",
      [row("1", "", "1.00", "", "交易付款", '"a\r\nb"'), given("2", "x")],
      /line 8: .*no amount/,
    ],
  ])("is refused for %s", (_, rows, reason) => {
    expect(() => parse(gbk(text(rows)))).toThrow(reason);
  });

  it("leaves out rows that move no money, and says so", () => {
    const { settlements, entries } = read(gbk(text([given("1", "0.00", "0.00"), given("2", "226.00")])));
    expect(entries.map((entry) => entry.externalId)).toEqual(["2"]);
    expect(settlements[0]?.warnings).toMatchObject([
      { code: "statement_row_empty", detail: expect.stringContaining(": 1") },
    ]);
  });

  it("counts equal rows once", () => {
    expect(read(gbk(text([given("1", "1.00"), given("1", "1.00")]))).entries).toHaveLength(1);
  });

  it("is read from all files of an archive", () => {
    const bytes = zip({
      "a_账务明细_1.csv": gbk(file([given("1", "5.00")], ["5.00", "0.00"])),
      "a_账务明细(汇总).csv": gbk("#汇总"),
      "a_账务明细_2.csv": gbk(file([given("2", "", "-2.00")], ["0.00", "-2.00"])),
      "readme.txt": gbk("hello"),
    });
    const { settlements, entries } = read(bytes);
    expect(entries.map((entry) => entry.externalId)).toEqual(["1", "2"]);
    expect(settlements).toMatchObject([{ total: { amount: "3", currency: "CNY" }, warnings: [] }]);
  });

  it("of several days is the same as the files of its days", () => {
    const first = [given("1", "5.00", "", "2024-01-14 00:00:00"), given("2", "", "-2.00", "2024-01-14 23:59:59")];
    const second = [given("3", "7.10", "", "2024-01-15 00:00:00")];
    const month = parse(gbk(file([...second, ...first.toReversed()], ["12.10", "-2.00"])));
    expect(month).toEqual([
      ...parse(gbk(file(first, ["5.00", "-2.00"]))),
      ...parse(gbk(file(second, ["7.10", "0.00"]))),
    ]);
    expect(month.map((document) => document.externalId)).toEqual(["alipay:2024-01-14.0", "alipay:2024-01-15.0"]);
  });

  it("of several days has no totals where its rows do not make up its sums", () => {
    const rows = [given("1", "5.00", "", "2024-01-14 10:00:00"), given("2", "1.00")];
    expect(read(gbk(file(rows, ["7.00", "0.00"]))).settlements).toMatchObject([
      { externalId: "alipay:2024-01-14", total: null, warnings: [{ code: "statement_incomplete" }] },
      { externalId: "alipay:2024-01-15", total: null, warnings: [{ code: "statement_incomplete" }] },
    ]);
  });

  it.each(["", "\ufeff"])("is read from UTF-8 that begins with %j", (mark) => {
    const plain = text(ROWS);
    const expected = parse(gbk(plain));
    expect(parse(new TextEncoder().encode(mark + plain))).toEqual(expected);
    expect(parse(new TextEncoder().encode(mark + plain.slice(plain.indexOf(HEAD))))).toEqual(expected);
  });

  it("is read from our own documents too", () => {
    const documents = parse(gbk(text(ROWS)));
    expect(parse(new TextEncoder().encode(JSON.stringify(documents[0]?.payload)))).toEqual(documents);
  });
});

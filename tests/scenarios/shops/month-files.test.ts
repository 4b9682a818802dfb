/** Statement files that people give, through the door for imports: broken ones get a clear answer and leave nothing behind. */
import { deflateRawSync } from "node:zlib";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Adapter } from "../../../src/core/adapter.ts";
import type { Database } from "../../../src/core/db/database.ts";
import { encodeGbk } from "../../../src/core/gbk.ts";
import { givenAdapter as givenAmazon } from "../../adapters/amazon/stub.ts";
import { givenAdapter as givenDangdang } from "../../adapters/dangdang/stub.ts";
import { givenAdapter as givenTaobao } from "../../adapters/taobao/stub.ts";
import { type GivenStatements, givenStatements, NOTHING } from "./given-statements.ts";

let statements: GivenStatements;

/** A new database with a store. Refusals share one: each leaves nothing behind. */
async function start(platform: string, settings: object = {}): Promise<void> {
  const adapters = new Map<string, Adapter>([
    ["taobao", givenTaobao().adapter],
    ["amazon", givenAmazon().adapter],
    ["dangdang", givenDangdang().adapter],
  ]);
  statements = await givenStatements(adapters, platform, settings);
}

const give = (bytes: Uint8Array) => statements.give(bytes);
const held = () => statements.held();
const state = async () => {
  const { api, admin } = statements;
  await api.send(admin, "POST /v1/reconciliation", {});
  return (await api.send(admin, "GET /v1/settlements")).body.data.map(
    (row: { external_id: string; state: string; warnings: { code: string }[] }) => [
      row.external_id,
      row.state,
      ...row.warnings.map(({ code }) => code),
    ],
  );
};
const bytesOf = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));

/** An archive of one file. */
function zip(name: string, content: Uint8Array): Uint8Array {
  const data = deflateRawSync(content);
  const label = Buffer.from(encodeGbk(name));
  const [local, central, end] = [Buffer.alloc(30), Buffer.alloc(46), Buffer.alloc(22)];
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt16LE(label.length, 26);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(data.length, 20);
  central.writeUInt16LE(label.length, 28);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + label.length, 12);
  end.writeUInt32LE(local.length + label.length + data.length, 16);
  return new Uint8Array(Buffer.concat([local, label, data, central, label, end]));
}

describe("the bank's statement", () => {
  const HEAD = "账务流水号\t,商户订单号\t,发生时间\t,收入金额（+元）\t,支出金额（-元）\t,业务类型\t,备注\t";
  const ROWS = [
    "1\t,T200P4012345678901234567\t,2026-01-15 10:00:00\t,226.00\t,\t,在线支付\t,\t",
    "2\t,T200P4012345678901234567\t,2026-01-15 10:00:00\t,\t,-10.00\t,收费\t,天猫佣金\t",
  ];
  const text = (rows = ROWS, head = HEAD, income = "226.00") =>
    ["#账务明细", head, ...rows, "#支出合计：1笔，共-10.00元", `#收入合计：1笔，共${income}元`, ""].join("\r\n");
  const NAME = "2088_20260115_账务明细.csv";
  describe("that can be read", () => {
    beforeEach(() => start("taobao"));

    it("S61 S66 given twice counts once, as a ZIP or saved anew; a correction takes its place", async () => {
      expect(await give(zip(NAME, encodeGbk(text())))).toMatchObject({ status: 200, body: { rejected: 0 } });
      const once = await held();
      expect(once).toMatchObject({ settlements: 1, entries: 2, sum: "216" });
      for (const again of [zip(NAME, encodeGbk(text())), encodeGbk(text()), bytesOf(`\ufeff${text()}`)]) {
        expect((await give(again)).body).toMatchObject({ created: 0, rejected: 0 });
        expect(await held()).toEqual(once);
      }
      const corrected = text([ROWS[0]?.replace("226.00", "227.00") ?? "", ROWS[1] ?? ""], HEAD, "227.00");
      expect((await give(encodeGbk(corrected))).body).toMatchObject({ rejected: 0 });
      expect(await held()).toMatchObject({ settlements: 1, entries: 2, sum: "217" });
    });

    it("S60 that is cut at the end of a row says so and is not balanced", async () => {
      const cut = text().split("\r\n").slice(0, 3).join("\r\n");
      expect((await give(encodeGbk(cut))).status).toBe(200);
      expect(await state()).toEqual([
        ["alipay:2026-01-15", expect.not.stringMatching(/^balanced$/), "statement_incomplete"],
      ]);
    });
  });

  describe("that cannot", () => {
    beforeAll(() => start("taobao"));

    it.each([
      ["half of a ZIP", () => zip(NAME, encodeGbk(text())).slice(0, 90)],
      [
        "a ZIP with a broken middle",
        () => zip(NAME, encodeGbk(text())).map((byte, i) => (i > 60 && i < 80 ? byte ^ 0xff : byte)),
      ],
      ["a ZIP of something else", () => zip("readme.txt", bytesOf("hello"))],
      ["a file that is cut within a row", () => encodeGbk(text()).slice(0, 190)],
      ["UTF-16", () => utf16(text())],
      ["renamed columns", () => encodeGbk(text(ROWS, HEAD.replace("账务流水号", "流水")))],
      ["a renamed column of income", () => encodeGbk(text(ROWS, HEAD.replace("收入金额（+元）", "金额")))],
      ["a renamed column of expenses", () => encodeGbk(text(ROWS, HEAD.replace("支出金额（-元）", "金额")))],
      ["a column too few", () => encodeGbk(text(ROWS, HEAD.replace("业务类型\t,", "")))],
      ["a number that a spreadsheet spoilt", () => encodeGbk(text([ROWS[0]?.replace(/^1/, "2.02601E+27") ?? ""]))],
      ["an amount in words", () => encodeGbk(text([ROWS[0]?.replace("226.00", "二百") ?? ""]))],
      ["nothing", () => new Uint8Array()],
      ["a picture", () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])],
    ])("of %s is refused whole, with words that help", async (_, bytes) => {
      const { status, body } = await give(bytes());
      expect([status, body.code]).toEqual([422, "unreadable_file"]);
      expect(body.detail.length).toBeGreaterThan(35);
      expect(body.detail).not.toMatch(/undefined|\bat .*\.ts|[\ufffd]/);
      expect(await held()).toEqual(NOTHING);
    });
  });
});

describe("a marketplace's settlement report", () => {
  const COLUMNS =
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id amount-type amount-description amount posted-date-time".split(
      " ",
    );
  const line = (...cells: string[]) => cells.join("\t");
  const SUMMARY = line(
    "255",
    "2026-01-17 12:00:00 UTC",
    "2026-01-31 12:00:00 UTC",
    "2026-02-02 12:00:00 UTC",
    "90.00",
    "EUR",
    "",
    "",
    "",
    "",
    "",
    "",
  );
  const row = (kind: string, description: string, amount: string) =>
    line(
      "255",
      "",
      "",
      "",
      "",
      "",
      "Order",
      "302-1234567-7654321",
      kind,
      description,
      amount,
      "2026-01-20 09:30:00 UTC",
    );
  const ROWS = [row("ItemPrice", "Principal", "100.00"), row("ItemFees", "Commission", "-10.00")];
  const text = (lines = [SUMMARY, ...ROWS], columns = COLUMNS) => `${[columns.join("\t"), ...lines].join("\n")}\n`;
  describe("that can be read", () => {
    beforeEach(() => start("amazon"));

    it("S61 given twice counts once", async () => {
      expect(await give(bytesOf(text()))).toMatchObject({ status: 200, body: { rejected: 0 } });
      const once = await held();
      expect((await give(bytesOf(text()))).body).toMatchObject({ created: 0, rejected: 0 });
      expect(await held()).toEqual(once);
      expect(await state()).toEqual([["255", "balanced"]]);
    });

    it("that is large is saved in parts, so that neither memory nor the process's turns are all its own", async () => {
      const parts: number[] = [];
      const counting = (inner: Database): Database => ({
        ...inner,
        query: (sql, params) => {
          if (sql.includes("insert into ledger_entries")) parts.push(JSON.parse(String(params?.[0])).length);
          return inner.query(sql, params);
        },
        transaction: (run) => inner.transaction((tx) => run(counting(tx))),
      });
      statements.api.engine.db = counting(statements.api.engine.db);
      const rows = Array.from({ length: 9_000 }, (_, i) => row("ItemPrice", "Principal", `${i}.00`));
      expect((await give(bytesOf(text([SUMMARY, ...rows])))).status).toBe(200);
      expect(parts.reduce((sum, count) => sum + count, 0)).toBe(9_000);
      expect(Math.max(...parts)).toBeLessThanOrEqual(4_000);
    });

    it("S60 that is cut at the end of a row is unbalanced by what it lacks", async () => {
      expect((await give(bytesOf(text([SUMMARY, ROWS[0] ?? ""])))).status).toBe(200);
      expect(await state()).toEqual([["255", "unbalanced"]]);
      const worklist = await statements.api.send(statements.admin, "GET /v1/reconciliation/worklist?kind=unbalanced");
      expect(worklist.body.data).toMatchObject([{ external_id: "255", amount: { amount: "-10.00", currency: "EUR" } }]);
    });
  });

  describe("that cannot", () => {
    beforeAll(() => start("amazon"));

    it.each([
      [
        "renamed columns",
        () =>
          bytesOf(
            text(
              undefined,
              COLUMNS.map((name) => (name === "settlement-id" ? "id" : name)),
            ),
          ),
      ],
      [
        "a renamed column of amounts",
        () =>
          bytesOf(
            text(
              undefined,
              COLUMNS.map((name) => (name === "amount" ? "value" : name)),
            ),
          ),
      ],
      ["a currency that is none", () => bytesOf(text([SUMMARY.replace("EUR", "Euro"), ...ROWS]))],
      ["an amount in words", () => bytesOf(text([SUMMARY, ROWS[0]?.replace("100.00", "hundred") ?? ""]))],
      [
        "an amount in words far behind, where its first rows could be read",
        () => {
          const sale = ROWS[0] ?? "";
          return bytesOf(
            text([SUMMARY, ...Array.from({ length: 4_500 }, () => sale), sale.replace("100.00", "hundred")]),
          );
        },
      ],
      ["a summary that is missing", () => bytesOf(text(ROWS))],
      ["UTF-16", () => utf16(text())],
      ["a head alone", () => bytesOf(`${COLUMNS.join("\t")}\n`)],
    ])("of %s is refused whole, with its reason", async (_, bytes) => {
      const { status, body } = await give(bytes());
      expect(status).toBe(422);
      expect(body.detail).toMatch(/\w{3}/);
      expect(await held()).toEqual(NOTHING);
    });
  });
});

describe("a console's file whose columns a person has named", () => {
  const HEAD = "流水号,时间,类型,金额,订单号";
  const ROWS = ["1,2026-01-31 10:00:00,货款,128.50,41234567890", "2,2026-01-31 10:00:00,佣金,-12.85,41234567890"];
  const text = (rows = ROWS, head = HEAD) => `${["结算单", head, ...rows, ",,合计,115.65,"].join("\n")}\n`;
  const row = ROWS[0] ?? "";
  const SETTINGS = {
    statement: {
      columns: { id: "流水号", time: "时间", amount: "金额", kind: "类型", order: "订单号" },
      kinds: { 货款: "sale", 佣金: "commission" },
    },
  };
  describe("that can be read", () => {
    beforeEach(() => start("dangdang", SETTINGS));

    it("S61 given twice counts once, in GBK or saved anew as UTF-8", async () => {
      expect(await give(encodeGbk(text()))).toMatchObject({ status: 200, body: { created: 2, rejected: 0 } });
      const once = await held();
      expect(once).toMatchObject({ entries: 2, sum: "115.65" });
      for (const again of [encodeGbk(text()), bytesOf(`\ufeff${text()}`), bytesOf(text().replaceAll(",", "\t"))]) {
        expect((await give(again)).body).toMatchObject({ created: 0, rejected: 0 });
        expect(await held()).toEqual(once);
      }
    });

    it("counts to the cent with parted thousands, a sign of the yuan, mixed line ends and empty lines; its wrong total is no row", async () => {
      const rows = [row.replace("128.50", '"¥ 1,234,128.50"'), ...ROWS.slice(1)];
      const mixed = text(rows).replace("115.65", "99.99").replaceAll("\n", "\r\n").replace("\r\n", "\n\n\r\n");
      expect((await give(bytesOf(`\ufeff${mixed}`))).body).toMatchObject({ created: 2, rejected: 0 });
      expect(await held()).toMatchObject({ entries: 2, sum: "1234115.65" });
    });

    it("that breaks off while it is saved leaves nothing, and is saved whole the next time", async () => {
      const rows = Array.from({ length: 1_200 }, (_, i) => row.replace("1,", `${i},`));
      const { engine } = statements.api;
      const { db } = engine;
      let pages = 0;
      const breaking = (inner: Database): Database => ({
        ...inner,
        query: (sql, params) => {
          if (sql.includes("insert into raw_documents") && ++pages === 3) throw new Error("the power went out");
          return inner.query(sql, params);
        },
        transaction: (run) => inner.transaction((tx) => run(breaking(tx))),
      });
      engine.db = breaking(db);
      expect((await give(encodeGbk(text(rows)))).status).toBe(500);
      expect(pages).toBe(3);
      engine.db = db;
      expect(await held()).toEqual(NOTHING);
      expect((await give(encodeGbk(text(rows)))).body).toMatchObject({ created: 1_200, rejected: 0 });
      expect(await held()).toMatchObject({ entries: 1_200 });
    });
  });

  describe("that cannot", () => {
    beforeAll(() => start("dangdang", SETTINGS));

    it.each([
      [
        "cut within a row",
        () => encodeGbk(text().slice(0, text().indexOf("128.50") + 2)),
        /line 3 has 4 cells .* 5.* cut/,
      ],
      ["a comma without quotes", () => encodeGbk(text([row.replace("货款", "货,款")])), /line 3 has 6 cells .* 5/],
      [
        "a quote that is never closed",
        () => encodeGbk(text([row.replace("货款", '"货款'), ...ROWS])),
        /no table .*uote/,
      ],
      ["UTF-16", () => utf16(text()), /no text in UTF-8 or GBK/],
      [
        "a picture",
        () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
        /no text in UTF-8/,
      ],
      ["nothing", () => new Uint8Array(), /流水号, 时间, 金额: it is empty/],
      ["renamed columns", () => encodeGbk(text(ROWS, HEAD.replace("金额", "净额"))), /its fullest has: .*净额/],
      [
        "two columns of one name",
        () => encodeGbk(text(ROWS, HEAD.replace("类型", "金额"))),
        /two columns are named 金额/,
      ],
      [
        "a number that stands twice and differs",
        () => encodeGbk(text([row, row.replace("128.50", "128.51")])),
        /the same 流水号/,
      ],
      ["an amount in words", () => encodeGbk(text([row.replace("128.50", "一百")])), /1 of 1 rows cannot be read/],
      [
        "an amount without end",
        () => encodeGbk(text([row.replace("128.50", "9".repeat(200_000))])),
        /1 of 1 rows cannot be read/,
      ],
      ["an amount of dollars", () => encodeGbk(text([row.replace("128.50", "$128.50")])), /1 of 1 rows cannot be read/],
      ...["1２8.50", '"128,50"', '"1,28.50"', "(128.50)", "=128+0.5", "128.50-"].map(
        (amount): [string, () => Uint8Array, RegExp] => [
          `an amount that is written ${amount}`,
          () => encodeGbk(text([row.replace("128.50", amount)])),
          /1 of 1 rows cannot be read/,
        ],
      ),
      [
        "forty bad rows",
        () => encodeGbk(text(Array.from({ length: 40 }, (_, i) => `${i},,货款,1.00,`))),
        /40 of 40 rows/,
      ],
    ])("of %s is refused whole, with words that help", async (_, bytes, words) => {
      const { status, body } = await give(bytes());
      expect([status, body.detail]).toEqual([422, expect.stringMatching(words)]);
      expect(body.detail.length).toBeLessThan(600);
      expect(await held()).toEqual(NOTHING);
    });
  });
});

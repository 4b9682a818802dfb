/** Bills that people give as files of the platform's answers, through the door for imports: broken ones get a clear answer and leave nothing behind. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Adapter } from "../../../src/core/adapter.ts";
import { encodeGbk } from "../../../src/core/gbk.ts";
import { givenFee, givenAdapter as givenJd } from "../../adapters/jd/stub.ts";
import { givenBillLine, givenAdapter as givenVipshop } from "../../adapters/vipshop/stub.ts";
import { type GivenStatements, givenStatements, NOTHING } from "./given-statements.ts";

let statements: GivenStatements;

async function start(platform: "jd" | "vipshop"): Promise<void> {
  const adapters = new Map<string, Adapter>([
    ["jd", givenJd().adapter],
    ["vipshop", givenVipshop().adapter],
  ]);
  const settings = platform === "vipshop" ? { vendor_id: "550", modes: ["marketplace"] } : {};
  statements = await givenStatements(adapters, platform, settings);
}

const give = (bytes: Uint8Array) => statements.give(bytes);
const held = () => statements.held();
const bytesOf = (text: string) => new TextEncoder().encode(text);

type Fields = Record<string, unknown>;
const FORMS = {
  jd: {
    good: { detailId: "D2", direction: 2, feeType: 2, money: 10.5, settleRemark: "佣金" },
    field: "money",
    /** Its lines are in one currency; those of others may name their own. */
    currency: "CNY",
    file: (...lines: Fields[]) => ({
      x_responce: {
        code: "0",
        returnType: {
          success: true,
          values: [
            { orderId: 290123456789, completed: "2026-01-20 12:00:00", feeList: lines.map((line) => givenFee(line)) },
          ],
        },
      },
    }),
    sum: "367.5",
    renamed: [/"feeList"/g, '"fees"'],
  },
  vipshop: {
    good: { globalId: 2, dataSign: -1, totalBillAmount: "10.50" },
    field: "totalBillAmount",
    file: (...lines: Fields[]) => ({
      returnCode: "0",
      result: { code: 0, count: lines.length, billDetails: lines.map((line) => givenBillLine(line)) },
    }),
    sum: "268.1",
    renamed: [/"globalId"/g, '"id"'],
  },
} as const;

describe.each(["jd", "vipshop"] as const)("a file of bills of %s", (platform) => {
  const form = FORMS[platform];
  const text = (...lines: Fields[]) => JSON.stringify(form.file(...(lines.length > 0 ? lines : [{}, form.good])));

  describe("that can be read", () => {
    beforeEach(() => start(platform));

    it("S61 S66 given twice counts once, with a mark of its encoding, other line ends or empty lines; a correction takes its place", async () => {
      expect(await give(bytesOf(text()))).toMatchObject({ status: 200, body: { created: 2, rejected: 0 } });
      const once = await held();
      expect(once).toMatchObject({ settlements: 1, entries: 2, sum: form.sum });
      const spread = JSON.stringify(JSON.parse(text()), null, 2).replace(/\n/g, (_, at: number) =>
        at % 2 ? "\r\n" : "\n\n",
      );
      for (const again of [text(), `\ufeff${text()}`, spread, `\r\n${text()}\r\n\r\n`, `[${text()},${text()}]`]) {
        expect((await give(bytesOf(again))).body, again.slice(0, 40)).toMatchObject({ created: 0, rejected: 0 });
        expect(await held()).toEqual(once);
      }
      expect((await give(bytesOf(text({}, { ...form.good, [form.field]: 11 })))).body).toMatchObject({ rejected: 0 });
      expect(Number((await held())?.sum)).toBe(Number(form.sum) - 0.5);
    });
  });

  describe("that cannot", () => {
    beforeAll(() => start(platform));

    it.each<readonly [string, () => Uint8Array]>([
      ["half of an answer", () => bytesOf(text().slice(0, text().length - 40))],
      ["an answer cut within a line", () => bytesOf(text().slice(0, Math.floor(text().length / 2)))],
      ["GBK", () => encodeGbk(text({}, { ...form.good, settleRemark: "佣金", detailLineName: "销售" }))],
      ["UTF-16", () => new Uint8Array(Buffer.from(`\ufeff${text()}`, "utf16le"))],
      ...("currency" in form
        ? [["another currency in one line", () => bytesOf(text({}, { ...form.good, currency: "USD" }))] as const]
        : []),
      ["renamed columns", () => bytesOf(text().replace(...(form.renamed as [RegExp, string])))],
      ["an amount with thousands parted", () => bytesOf(text({}, { ...form.good, [form.field]: "1,010.50" }))],
      ["an amount with a comma for its cents", () => bytesOf(text({}, { ...form.good, [form.field]: "10,50" }))],
      ["an amount in full-width digits", () => bytesOf(text({}, { ...form.good, [form.field]: "１０．５０" }))],
      ["a negative amount in parentheses", () => bytesOf(text({}, { ...form.good, [form.field]: "(10.50)" }))],
      ["a formula for an amount", () => bytesOf(text({}, { ...form.good, [form.field]: "=5+5.5" }))],
      ["an amount in words", () => bytesOf(text({}, { ...form.good, [form.field]: "十元" }))],
      ["no amount", () => bytesOf(text({}, { ...form.good, [form.field]: null, billAmount: null }))],
      ["half of a ZIP", () => new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0, 1, 2, 3])],
      ["a table", () => bytesOf("订单号,金额\n1,=1+1\n合计,2\n")],
      ["nothing", () => new Uint8Array()],
      ["empty lines", () => bytesOf("\r\n\n\r\n")],
    ])("of %s is refused whole, with words that help", async (_, bytes) => {
      const { status, body } = await give(bytes());
      expect(status).toBe(422);
      expect(body.detail.length).toBeGreaterThan(35);
      expect(body.detail).not.toMatch(/undefined|\bat .*\.ts|[\ufffd]/);
      expect(await held()).toEqual(NOTHING);
    });
  });
});

/** Bills whose form is allowed and rare: none of them may lose or double a cent. */
import { describe, expect, it } from "vitest";
import { mapFile } from "../../../src/cli/map-file.ts";
import { CONTEXT, type Fields, file, givenAdapter, givenFee, givenStore, mapOf, SIGNAL, WINDOW } from "./stub.ts";

describe("a bill whose form is rare", () => {
  const bill = (feeList: unknown) => ({ orderId: 290123456789, completed: "2026-01-20 12:00:00", feeList });

  it("has its fee where one stands for the list", () => {
    expect(mapOf("settlements", bill(givenFee())).entries).toMatchObject([{ amount: { amount: "378" } }]);
  });

  it.each([
    ["no direction", { direction: undefined }],
    ["a direction that nobody knows", { direction: 3, settleRemark: "佣金" }],
    ["no amount", { money: undefined }],
    ["another currency", { currency: "USD" }],
  ])("does not map with %s: the sign or the sum would be a guess", (_, fee) => {
    expect(() => mapOf("settlements", bill([givenFee(fee)]))).toThrow();
  });

  it("tells the commission of advertising from that of sales", () => {
    const kind = (settleRemark: string) =>
      mapOf("settlements", bill([givenFee({ direction: 2, settleRemark })])).entries[0]?.kind;
    expect(["CPS佣金", "佣金"].map(kind)).toEqual(["advertising_fee", "commission"]);
  });
});

describe("bills", () => {
  const row = (...feeList: Fields[]) => ({ orderId: 1, completed: "2026-01-20 12:00:00", feeList });
  const whole = (values: unknown) => ({ x_responce: { code: "0", returnType: { success: true, values } } });

  it("may hold one record where a list is usual", () => {
    const { adapter } = givenAdapter();
    expect(adapter.settlements.parseFile(file(whole(row(givenFee()))), CONTEXT)).toMatchObject([
      { externalId: "bill:D1" },
    ]);
  });

  it("S61 S62: keep a fee that another day's answer lacks, and fees of no order apart", async () => {
    const days = [
      [row(givenFee())],
      [row(givenFee({ detailId: "D2" })), { ...row(givenFee({ detailId: "D3" })), orderId: 0 }],
    ];
    const { adapter, sent } = givenAdapter(() => ({
      returnType: { success: true, values: days[sent.length - 1] ?? [] },
    }));
    const input = { ...WINDOW, until: new Date("2026-01-21T00:00:00Z"), stream: "bills" };
    const first = await adapter.settlements.list(givenStore(), input, SIGNAL);
    const second = await adapter.settlements.list(givenStore(), { ...input, cursor: first.next }, SIGNAL);
    const all = [...first.documents, ...second.documents];
    expect(all.map(({ externalId }) => externalId)).toEqual(["bill:D1", "bill:D2", "bill:D3"]);
    expect(all.flatMap((raw) => adapter.settlements.toUnified(raw, CONTEXT).entries)).toMatchObject([
      { orderExternalId: "1" },
      { orderExternalId: "1" },
      { orderExternalId: null },
    ]);
  });

  it("of a file name their statement once", () => {
    const records: unknown[] = [];
    const bytes = file(whole([row(givenFee(), givenFee({ detailId: "D2", direction: 2, feeType: 2 }))]));
    const input = { platform: "jd", resource: "settlements", bytes } as const;
    const failures = mapFile(input, CONTEXT, (record) => records.push([record.record, record.warnings]));
    // Of the second fee nobody knows the type.
    const head = ["settlement", [{ code: "unknown_code", detail: expect.stringContaining("2") }]];
    expect([failures, records]).toEqual([[], [head, ["entry", undefined], ["entry", undefined]]]);
  });
});

/** Documents and answers that are allowed and rare: none of them may lose an order, a piece or a cent. */
import { describe, expect, it } from "vitest";
import { mapFile } from "../../../src/cli/map-file.ts";
import { type AnyAct, isAbsent, type MapContext } from "../../../src/core/adapter.ts";
import { encodeGbk } from "../../../src/core/gbk.ts";
import type { Resource } from "../../../src/core/model/vocabulary.ts";
import { givenAdapter, givenOrder, givenStore, REQUESTS, SIGNAL, xml } from "./stub.ts";

const CONTEXT: MapContext = {
  storeId: "s",
  currency: "CNY",
  timeZone: "Asia/Shanghai",
  marketplaces: [],
  settings: {},
};

function mapped(resource: Resource, text: string, settings: Record<string, unknown> = {}) {
  const records: Record<string, unknown>[] = [];
  const input = { platform: "dangdang", resource, bytes: encodeGbk(text) } as const;
  const failures = mapFile(input, { ...CONTEXT, settings }, (record) => records.push(record));
  return { records, failures };
}
const orderWith = (edit: (text: string) => string) => mapped("orders", xml(givenOrder(edit)));

describe("an order whose form is rare", () => {
  it("does not map where a line tells no pieces: they would be sold again, or not sent", () => {
    const { records, failures } = orderWith((text) => text.replace(/<orderCount>2<\/orderCount>/, "<orderCount/>"));
    expect(records).toEqual([]);
    expect(failures).toMatchObject([{ externalId: "41234567890", reason: expect.stringContaining("orderCount") }]);
  });

  it("has a gift by dashes or by its type, and none for want of a price", () => {
    const gift = (price: string) => {
      const { records } = orderWith((text) => text.replace(/<unitPrice>.*?<\/unitPrice>/, price));
      return records.flatMap(({ lines }) => lines as { gift: boolean }[]).map((line) => line.gift);
    };
    expect(["<unitPrice>----</unitPrice>", "<unitPrice/>"].map(gift)).toEqual([[true], [false]]);
  });

  it("is set aside alone where its time cannot be read", async () => {
    const bad = givenOrder((text) => text.replace("2024-01-15 11:21:04", "soon"));
    const { adapter } = givenAdapter(() => bad);
    const { documents } = await adapter.orders.getMany(givenStore(), [{ externalId: "41234567890" }], SIGNAL);
    expect(documents).toMatchObject([{ externalId: "41234567890", sourceUpdatedAt: null }]);
    expect(() => documents.map((raw) => adapter.orders.toUnified(raw, CONTEXT))).toThrow("lastModifyTime");
  });

  it("that is a part takes the place of what was split", () => {
    const { records } = orderWith((text) => `${text}<parentOrderID>41234567000</parentOrderID>`);
    expect(records).toMatchObject([
      { record: "order", parent_external_id: "41234567000" },
      { record: "deleted", external_id: "41234567000" },
    ]);
  });

  it("has no value where an element is nil", () => {
    const nil = '<paymentDate xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>';
    const { records } = orderWith((text) => text.replace(/<paymentDate>.*?<\/paymentDate>/, nil));
    expect(records).toMatchObject([{ paid_at: null }]);
  });
});

describe("words of a refusal", () => {
  it("about the order say that it is gone; about who asks they say nothing of it", async () => {
    const ask = (words: string) => {
      const refusal = `<errorResponse><errorCode>9</errorCode><errorMessage>${words}</errorMessage></errorResponse>`;
      const { adapter } = givenAdapter(() => refusal);
      return adapter.orders.getMany(givenStore(), [{ externalId: "41234567890" }], SIGNAL).then(
        ({ missing }) => missing.map(({ means }) => means),
        (error: { category: string }) => error.category,
      );
    };
    expect(await ask("订单不存在")).toEqual(["gone"]);
    for (const words of ["商家不存在", "该方法在本平台不存在"]) expect(await ask(words), words).toBe("permanent");
  });
});

describe("an answer to a request that was given, and whose own answer was lost", () => {
  it("stands, though its repeat is refused", async () => {
    let isAnswered = false;
    const { adapter } = givenAdapter(({ method, query }) => {
      if (method.endsWith("approve")) {
        isAnswered = true;
        return "<OrdersList><OrderInfo><orderOperCode>9</orderOperCode><orderOperation>已处理</orderOperation></OrderInfo></OrdersList>";
      }
      return query.applyStatus === (isAnswered ? "1000" : "0")
        ? REQUESTS
        : "<totalInfo><totalOrderCount>0</totalOrderCount></totalInfo>";
    });
    const act = adapter.disputes.acts.accept as AnyAct;
    if (isAbsent(act)) throw new Error("absent");
    const input = act.input.parse({
      disputeExternalId: "return:7700112233",
      orderExternalId: "41234567890",
      system: null,
      reason: null,
      message: null,
      lockToken: null,
      amount: null,
      currency: null,
      files: [],
      returnAddressId: null,
    });
    const outcome = await act.perform(givenStore(), { idempotencyKey: "k", input, progress: null }, SIGNAL);
    expect([isAnswered, outcome.outcome]).toEqual([true, "done"]);
  });
});

describe("rows of the console's statement", () => {
  const settings = { statement: { columns: { id: "流水号", time: "时间", amount: "金额" }, kinds: {} } };
  const rows = (...lines: string[]) => mapped("settlements", ["流水号,时间,金额", ...lines].join("\n"), settings);

  it("without an id are set aside, each of them; a sum is no row", () => {
    const { records, failures } = rows(
      "1,2024-01-31 10:00:00,5",
      ",2024-01-31 11:00:00,7",
      ",2024-01-31 12:00:00,9",
      ",合计,21",
      ",,21",
    );
    expect(records).toHaveLength(1);
    expect(failures.map(({ externalId }) => externalId)).toEqual(["row:2", "row:3", "row:4"]);
  });

  it("that share an id and differ refuse the file: one would take the other's place", () => {
    expect(rows("1,2024-01-31 10:00:00,5", "1,2024-01-31 10:00:00,-1").failures).toMatchObject([
      { externalId: null, reason: expect.stringContaining("流水号") },
    ]);
    expect(rows("1,2024-01-31 10:00:00,5", "1,2024-01-31 10:00:00,5").failures).toEqual([]);
  });
});

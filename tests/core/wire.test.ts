import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as wire from "../../src/core/wire.ts";

function thrown(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("parseWire", () => {
  it("reads an escaped key as itself, whichever keys were read before", () => {
    for (const key of ["\\", '"', "\n", "颜色", "a\\", "a\n"]) {
      const escaped = JSON.stringify(key).replace("颜色", "\\u989c\\u8272");
      expect(wire.parseWire(`{"first":1.5,${escaped}:0}`).value).toEqual({ first: "1.5", [key]: 0 });
    }
  });

  it("keeps 64-bit ids and fractions as they were written", () => {
    expect(
      wire.parseWire('{"id":9007199254740993,"price":12.50,"rate":1e-7,"count":3,"big":123456789012345}').value,
    ).toEqual({
      id: "9007199254740993",
      price: "12.50",
      rate: "1e-7",
      count: 3,
      big: 123456789012345,
    });
  });

  it("leaves numbers inside strings alone, behind escapes as well", () => {
    const value = { a: '\\":12345678901234567890,"', b: "1.5", c: "\\\\" };
    expect(wire.parseWire(JSON.stringify(value)).value).toEqual(value);
  });

  it("cuts a byte order mark and printed warnings before the document and says how much", () => {
    expect(wire.parseWire('\ufeff{"a":1}')).toEqual({ value: { a: 1 }, cut: 1 });
    expect(wire.parseWire("Warning: something on line 7\n[1.5]")).toEqual({ value: ["1.5"], cut: 29 });
    expect(wire.parseWire('\n {"a":1}')).toEqual({ value: { a: 1 }, cut: 0 });
  });

  it("reads bare values", () => {
    expect(wire.parseWire('"text with { in it"').value).toBe("text with { in it");
    expect(wire.parseWire(" 12345678901234567890 ").value).toBe("12345678901234567890");
    expect(wire.parseWire("\ufefftrue")).toEqual({ value: true, cut: 1 });
    expect(wire.parseWire("null").value).toBeNull();
  });

  it.each([
    ['{"name":"Secretia", 1.5: 2}', 20],
    ['{"name":"Secretia"', 18],
    ['{"name":"Secretia",}', 19],
    ["[1.2.3]", 4],
    ["[01.5]", 2],
    ['["Secretia\u0001"]', 10],
    ['["Secretia\\x"]', 10],
    ['["Secretia', 10],
    ["[1,2]]", 5],
    ["", 0],
    ["<html>Secretia</html>", 0],
    ['Warning {"a":tru}', 13],
    ["[1 2]", 3],
    ['{"a" 1}', 5],
  ])("refuses %j at character %i without showing it", (text, offset) => {
    const error = thrown(() => wire.parseWire(text));
    expect(error).toBeInstanceOf(wire.WireSyntaxError);
    expect((error as wire.WireSyntaxError).offset).toBe(offset);
    expect(`${error.message} ${error.cause}`).not.toContain("Secretia");
  });

  it("reads a very long string without running out of stack", () => {
    const long = "a\\n".repeat(2_000_000);
    expect((wire.parseWire(`["${long}"]`).value as string[])[0]).toHaveLength(4_000_000);
    expect(thrown(() => wire.parseWire(`["${long}" x`))).toBeInstanceOf(wire.WireSyntaxError);
    expect(wire.parseWire(`"${long}"`).cut).toBe(0);
  });
});

function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  return result.success ? result.data : `refused: ${result.error.issues[0]?.message}`;
}

const refused = expect.stringContaining("refused");

describe("zod helpers", () => {
  it("id takes text and exact integers", () => {
    expect(read(wire.id(), "9007199254740993")).toBe("9007199254740993");
    expect(read(wire.id(), 42)).toBe("42");
    expect(read(wire.id(), -0)).toBe("0");
    for (const bad of [1.5, 2 ** 53, Number.NaN, "", "  ", null, undefined, true, {}])
      expect(read(wire.id(), bad)).toEqual(refused);
    for (const none of [null, undefined, "", 0, "0"]) expect(read(wire.idOrNull(), none)).toBeNull();
    expect(read(wire.idOrNull(), "7")).toBe("7");
    expect(read(wire.idOrNull(), 1.5)).toEqual(refused);
  });

  it("decimal gives canonical text and refuses what is not exact", () => {
    for (const [from, to] of [
      ["12.50", "12.5"],
      ["12.500000", "12.5"],
      ["0.00", "0"],
      ["-0.0", "0"],
      ["+1.5", "1.5"],
      [".5", "0.5"],
      ["007", "7"],
      ["1.5e3", "1500"],
      ["12.3456789012345678901", "12.3456789012345678901"],
      [" 3 ", "3"],
      [1250, "1250"],
    ] as const) {
      expect(read(wire.decimal(), from)).toBe(to);
    }
    for (const bad of ["1,5", "", "abc", "1e999999", "1e99", "0x10", 1.5, null, undefined])
      expect(read(wire.decimal(), bad)).toEqual(refused);
    expect(read(wire.decimalOrNull(), "")).toBeNull();
    expect(read(wire.decimalOrNull(), null)).toBeNull();
    expect(read(wire.decimalOrZero(), undefined)).toBe("0");
    expect(read(wire.decimalOrZero(), "1.10")).toBe("1.1");
  });

  it("int takes whole numbers that are exact", () => {
    expect(read(wire.int(), 3)).toBe(3);
    expect(read(wire.int(), "3.00")).toBe(3);
    expect(read(wire.int(), "-7")).toBe(-7);
    for (const bad of ["3.5", "9007199254740993", "", null, undefined, 1.5])
      expect(read(wire.int(), bad)).toEqual(refused);
    expect(read(wire.intOrNull(), "")).toBeNull();
  });

  it("text keeps text and turns integers into digits", () => {
    expect(read(wire.text(), " a ")).toBe(" a ");
    expect(read(wire.text(), 12)).toBe("12");
    expect(read(wire.text(), null)).toEqual(refused);
    expect(read(wire.textOrNull(), " ")).toBeNull();
  });

  it("instant reads local time of its zone, and an offset where one is sent", () => {
    expect(read(wire.instant("Asia/Shanghai"), "2026-01-02 08:00:00")).toEqual(new Date("2026-01-02T00:00:00Z"));
    expect(read(wire.instant("Asia/Shanghai"), "2026-01-02T08:00:00Z")).toEqual(new Date("2026-01-02T08:00:00Z"));
    expect(read(wire.instant(), "2026-01-02T08:00:00.1239")).toEqual(new Date("2026-01-02T08:00:00.123Z"));
    expect(read(wire.instant(), "0000-00-00 00:00:00")).toEqual(refused);
    expect(read(wire.instantOrNull(), "0000-00-00 00:00:00")).toBeNull();
    expect(read(wire.instantOrNull(), null)).toBeNull();
    expect(read(wire.instantOrNull(), "yesterday")).toEqual(refused);
  });

  it("epoch reads seconds and milliseconds", () => {
    expect(read(wire.epoch("seconds"), 1767225600)).toEqual(new Date("2026-01-01T00:00:00Z"));
    expect(read(wire.epoch("milliseconds"), "1767225600123")).toEqual(new Date("2026-01-01T00:00:00.123Z"));
    expect(read(wire.epoch("seconds"), "soon")).toEqual(refused);
    expect(read(wire.epochOrNull("seconds"), 0)).toBeNull();
  });

  it("treats an absent key as absence, and names the path and no value in its complaint", () => {
    const schema = z.looseObject({
      id: wire.id(),
      memo: wire.textOrNull(),
      lines: z.array(z.object({ price: wire.decimal() })),
    });
    expect(schema.parse({ id: 1, lines: [], more: true })).toEqual({ id: "1", memo: null, lines: [], more: true });
    const result = schema.safeParse({ id: 1, lines: [{ price: "Secretia" }] });
    expect(result.error?.issues[0]?.path).toEqual(["lines", 0, "price"]);
    expect(JSON.stringify(result.error?.issues)).not.toContain("Secretia");
    expect(schema.safeParse({ lines: [] }).error?.issues[0]?.message).toContain("is missing");
  });
});

describe("printWire", () => {
  it("writes decimals as they are, beyond what a number holds", () => {
    const amount = wire.bareNumber("90071992547409931.10");
    expect(wire.printWire({ amount, text: "1.5", count: 3, none: null, left: undefined })).toBe(
      '{"amount":90071992547409931.10,"text":"1.5","count":3,"none":null}',
    );
    expect(() => wire.bareNumber("1,5")).toThrow();
  });
});

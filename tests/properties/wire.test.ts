import fc from "fast-check";
import { isSafeNumber, parse as losslessParse } from "lossless-json";
import { describe, expect, it } from "vitest";
import { parseWire, WireSyntaxError } from "../../src/core/wire.ts";

/** What the wire's numbers become, by lossless-json: short integers are numbers, every other number is its text. */
function expected(text: string): unknown {
  return losslessParse(text, null, {
    parseNumber: (token) => (/^-?\d{1,15}$/.test(token) && isSafeNumber(token) ? Number(token) : token),
    onDuplicateKey: ({ newValue }) => newValue,
  });
}

const numberToken = fc.oneof(
  fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String),
  fc.integer().map(String),
  fc.constantFrom(
    "0",
    "-0",
    "-0.0",
    "1e5",
    "1E+20",
    "-2.50e-3",
    "9007199254740993",
    "999999999999999",
    "1000000000000000",
    "0.10",
  ),
  fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.stringMatching(/^\d{1,20}$/)).map(([a, b]) => `${a}.${b}`),
);
const stringToken = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("\\", '"', '\\"', "1.5", '":1234567890123456789,"', "\\\\", "张三", "\u2028", "{", "-1.5e3"),
  )
  .map((text) => JSON.stringify(text));
const space = fc.constantFrom("", " ", "\n\t", "\r\n");
/** `__proto__` is left out: lossless-json sets the prototype there, JSON.parse makes a key. */
const keyToken = stringToken.filter((token) => token !== '"__proto__"');

const { document } = fc.letrec<{ document: string; value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    numberToken,
    stringToken,
    fc.constantFrom("true", "false", "null"),
    fc
      .array(fc.tuple(space, tie("value"), space), { maxLength: 5 })
      .map((items) => `[${items.map((parts) => parts.join("")).join(",")}]`),
    fc
      .uniqueArray(fc.tuple(keyToken, space, tie("value"), space), { maxLength: 5, selector: ([key]) => key })
      .map((items) => `{${items.map(([key, a, value, b]) => `${key}${a}:${b}${value}${a}`).join(",")}}`),
  ),
  document: fc.tuple(space, tie("value"), space).map((parts) => parts.join("")),
}));

function outcome(read: () => unknown): { value: unknown } | "refused" {
  try {
    return { value: read() };
  } catch {
    return "refused";
  }
}

describe("parseWire", () => {
  it("reads every document as lossless-json does", () => {
    fc.assert(
      fc.property(document, (text) => {
        expect(parseWire(text)).toEqual({ value: expected(text), cut: 0 });
      }),
      { numRuns: 3000 },
    );
  });

  it("refuses what lossless-json refuses, after any one character was put in, taken out or replaced", () => {
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom("in", "out", "over"),
      fc.constantFrom(...'0123.-+eE",:[]{}\\ntu \u0001'),
    );
    fc.assert(
      fc.property(document, change, (text, [place, kind, character]) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + (kind === "out" ? "" : character) + text.slice(kind === "in" ? at : at + 1);
        // Text before the first bracket is cut by design; that is another test's subject.
        fc.pre(/^\s*[{[]/.test(changed));
        const ours = outcome(() => parseWire(changed).value);
        // JSON.parse is the judge of validity; lossless-json accepts a few control characters that JSON does not.
        const valid = outcome(() => JSON.parse(changed)) !== "refused";
        expect(ours).toEqual(valid ? { value: expected(changed) } : "refused");
      }),
      { numRuns: 3000 },
    );
  });

  it("says where invalid text stops being JSON: what stands before can be completed, what follows cannot", () => {
    fc.assert(
      fc.property(document, fc.nat(), fc.constantFrom("]", "}", ",", ":", "x", "\u0001"), (text, place, character) => {
        const at = place % (text.length + 1);
        const broken = `[${text.slice(0, at)}${character}${text.slice(at)}]`;
        fc.pre(outcome(() => JSON.parse(broken)) === "refused");
        try {
          parseWire(broken);
          expect.unreachable();
        } catch (error) {
          expect(error).toBeInstanceOf(WireSyntaxError);
          const { offset } = error as WireSyntaxError;
          // Nothing before the character put in can be wrong, but a token it cuts in two begins earlier.
          expect(offset).toBeGreaterThanOrEqual(0);
          expect(offset).toBeLessThanOrEqual(broken.length);
          const position = /position (\d+)/.exec(messageOf(() => JSON.parse(broken)));
          if (position) expect(offset).toBeLessThanOrEqual(Number(position[1]));
        }
      }),
      { numRuns: 1500 },
    );
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

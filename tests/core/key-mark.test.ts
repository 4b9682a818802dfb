import { describe, expect, it } from "vitest";
import { keyMark, withKeyMark, withoutKeyMark } from "../../src/core/key-mark.ts";

describe("the mark of a key", () => {
  it("stands at the end of a text, and is not shown", () => {
    expect(withKeyMark(" broken ", "key")).toBe(`broken ${keyMark("key")}`);
    expect(withoutKeyMark(withKeyMark("broken [today]", "key"))).toBe("broken [today]");
    expect(withoutKeyMark(withKeyMark(null, "key"))).toBeNull();
  });

  it("tells keys apart", () => {
    expect(keyMark("a")).not.toBe(keyMark("b"));
  });
});

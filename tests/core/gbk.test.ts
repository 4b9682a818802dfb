import { describe, expect, it } from "vitest";
import { encodeGbk, gbkQuery, outsideGbk, textOfGbk } from "../../src/core/gbk.ts";

describe("GBK", () => {
  it("is written as every decoder reads it", () => {
    const text = "T恤 颜色>>黑;尺码>>M 顺丰速运 镕囧";
    expect(new TextDecoder("gbk").decode(encodeGbk(text))).toBe(text);
    expect([...encodeGbk("中通")]).toEqual([0xd6, 0xd0, 0xcd, 0xa8]);
  });

  it("percent-encodes its bytes in a query, not those of UTF-8", () => {
    expect(gbkQuery({ mo: "中 a&b", timestamp: "2024-01-15 12:00:00" })).toBe(
      "mo=%D6%D0%20a%26b&timestamp=2024-01-15%2012%3A00%3A00",
    );
  });

  it("names what it does not have", () => {
    expect(outsideGbk("请发顺丰")).toBeNull();
    expect(outsideGbk("请发顺丰😀")).toBe("😀");
  });

  it("is told from a file that was saved anew as UTF-8", () => {
    const name = "张* 北京市";
    expect(textOfGbk(encodeGbk(name))).toBe(name);
    expect(textOfGbk(new TextEncoder().encode(name))).toBe(name);
    // Valid UTF-8 by chance.
    expect(textOfGbk(encodeGbk("联通"))).toBe("联通");
    expect(textOfGbk(encodeGbk("plain"))).toBe("plain");
  });
});

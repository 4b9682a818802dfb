import { expect, it } from "vitest";
import { checkWords } from "../../scripts/check-words.ts";
import { givenFiles } from "../support/temp-dir.ts";

function rulesFor(file: string, text: string): string[] {
  return checkWords(givenFiles({ [file]: text }), [file]).map((problem) => problem.rule);
}

it.each([
  ["src/core/money.ts", "// as Shopify does\n"],
  ["src/core/money.ts", "const isTaobaoOrder = true;\n"],
  ["src/sync/pull.ts", 'if (platform === "jd") return;\n'],
  ["src/sync/pull.ts", "const jd_orders = 1;\n"],
  ["src/api/orders.ts", "/** WOO stores */\n"],
  ["src/console/app.ts", 'const LABEL = "唯品会";\n'],
  ["tests/core/money.test.ts", "AMAZON\n"],
  ["tests/sync/fixtures/tiktokshop.json", "{}\n"],
])("refuses a platform's name in %s: %s", (file, text) => {
  expect(rulesFor(file, text)).toHaveLength(1);
});

it("knows a platform by its folder as well", () => {
  const files = { "src/adapters/newcomer/index.ts": "", "src/core/ids.ts": "// newcomer's ids\n" };
  expect(checkWords(givenFiles(files), Object.keys(files)).map((problem) => problem.file)).toEqual([
    "src/core/ids.ts:1",
  ]);
});

it.each([
  ["src/adapters/shopify/orders.ts", "// Shopify\n"],
  ["src/fakes/jd/server.ts", "// jd\n"],
  ["src/core/text.ts", "const adjdate = sherwood(woolly);\n"],
])("allows in %s: %s", (file, text) => {
  expect(rulesFor(file, text)).toEqual([]);
});

it.each(["/work/main/src", "see /root/.npmrc", "'/home/someone/data'", "(/Users/someone)"])(
  "refuses the path in %s",
  (text) => {
    expect(rulesFor("docs/guide.md", text)).toHaveLength(1);
  },
);

it.each(["registry.example.org/pkg", "https://pypi.org/simple"])("refuses the registry in %s", (text) => {
  expect(rulesFor("docs/guide.md", text)).toHaveLength(1);
});

it.each(["https://example.com/home/index", "./work/file", "src/root/a.ts", "the registry of adapters"])(
  "allows %s",
  (text) => {
    expect(rulesFor("docs/guide.md", text)).toEqual([]);
  },
);

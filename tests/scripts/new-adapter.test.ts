import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createAdapterFolder } from "../../scripts/new-adapter.ts";
import { givenFiles } from "../support/temp-dir.ts";

const REGISTRY = `import type { Registry } from "../core/adapter.ts";
import { example } from "./example/index.ts";

export const REGISTRY = { example } as const satisfies Registry;
`;

const givenTree = (more: Record<string, string> = {}) =>
  givenFiles({
    "src/adapters/index.ts": REGISTRY,
    "src/adapters/_template/README.md": "# Template\n",
    "src/adapters/_template/index.ts": 'export const template = { id: "template", label: "Template" };\n',
    "src/adapters/_template/orders/index.ts": "export const orders = {};\n",
    ...more,
  });

it("copies the template under the platform's names, with a fake and a line in the registry", () => {
  const root = givenTree();
  createAdapterFolder(root, "newcomer", "New Comer");
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  expect(read("src/adapters/newcomer/README.md")).toBe("# New Comer\n");
  expect(read("src/adapters/newcomer/index.ts")).toBe(
    'export const newcomer = { id: "newcomer", label: "New Comer" };\n',
  );
  expect(existsSync(join(root, "src/adapters/newcomer/orders/index.ts"))).toBe(true);
  expect(read("src/fakes/newcomer/server.ts")).toContain('from "../fake.ts"');
  expect(read("src/fakes/newcomer/server.ts")).not.toMatch(/template/i);
  expect(read("tests/conformance/platforms/newcomer.ts")).toContain('from "../../../src/adapters/newcomer/index.ts"');
  expect(read("tests/conformance/platforms/newcomer.ts")).not.toMatch(/template/i);
  expect(read("src/adapters/index.ts")).toBe(`import type { Registry } from "../core/adapter.ts";
import { example } from "./example/index.ts";
import { newcomer } from "./newcomer/index.ts";

export const REGISTRY = { example, newcomer } as const satisfies Registry;
`);
});

it("registers the first platform, and one below a literal of many lines", () => {
  const empty = givenTree({ "src/adapters/index.ts": "export const REGISTRY = {} satisfies Registry;\n" });
  createAdapterFolder(empty, "newcomer");
  expect(readFileSync(join(empty, "src/adapters/index.ts"), "utf8")).toBe(
    'import { newcomer } from "./newcomer/index.ts";\nexport const REGISTRY = { newcomer} satisfies Registry;\n',
  );
  const long = givenTree({
    "src/adapters/index.ts": "export const REGISTRY = {\n  one,\n  other,\n} satisfies Registry;\n",
  });
  createAdapterFolder(long, "newcomer");
  expect(readFileSync(join(long, "src/adapters/index.ts"), "utf8")).toContain("  other, newcomer\n} satisfies");
});

it.each(["Newcomer", "new-comer", "1st", "x", "_template", "../core", ""])("refuses the id %j", (id) => {
  expect(() => createAdapterFolder(givenTree(), id)).toThrow(`"${id}" is no id`);
});

it("refuses a platform that exists, and writes nothing", () => {
  const root = givenTree({ "src/fakes/newcomer/server.ts": "" });
  expect(() => createAdapterFolder(root, "newcomer")).toThrow("src/fakes/newcomer/server.ts exists already");
  expect(existsSync(join(root, "src/adapters/newcomer"))).toBe(false);
});

it("refuses where the registry has another form, and writes nothing", () => {
  const root = givenTree({ "src/adapters/index.ts": "export default [];\n" });
  expect(() => createAdapterFolder(root, "newcomer")).toThrow("no registry literal");
  expect(existsSync(join(root, "src/adapters/newcomer"))).toBe(false);
});

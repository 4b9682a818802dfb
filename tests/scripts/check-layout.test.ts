import { expect, it } from "vitest";
import { checkLayout } from "../../scripts/check-layout.ts";
import { givenFiles } from "../support/temp-dir.ts";

const COMPLETE = {
  "src/adapters/_template/README.md": "# Template\n\n## Quotas\n\ntext\n\n## Paging\n",
  "src/adapters/_template/index.ts": "",
  "src/adapters/_template/orders.ts": "",
  "src/adapters/example/README.md": "# Example\n\n## Quotas\n\n## Paging\n\n## Quirks\n",
  "src/adapters/example/index.ts": "",
  "src/adapters/example/orders.ts": "",
  "src/fakes/example/server.ts": "",
};

const filesOf = (root: string) => checkLayout(root).map((problem) => problem.file);

it("is content with a platform that has the template's files, a fake and the template's headings", () => {
  expect(checkLayout(givenFiles(COMPLETE))).toEqual([]);
});

it("lets a folder stand for the file of its name", () => {
  const { "src/adapters/example/orders.ts": _, ...others } = COMPLETE;
  const root = givenFiles({
    ...others,
    "src/adapters/example/orders/index.ts": "",
    "src/adapters/example/orders/lines.ts": "",
  });
  expect(checkLayout(root)).toEqual([]);
});

it("finds a file that the platform lacks", () => {
  const { "src/adapters/example/orders.ts": _, ...others } = COMPLETE;
  expect(filesOf(givenFiles(others))).toEqual(["src/adapters/example/orders.ts"]);
});

it("finds a file that the template lacks", () => {
  expect(filesOf(givenFiles({ ...COMPLETE, "src/adapters/example/helpers.ts": "" }))).toEqual([
    "src/adapters/example/helpers.ts",
  ]);
});

it("finds a platform without a fake", () => {
  const { "src/fakes/example/server.ts": _, ...others } = COMPLETE;
  expect(filesOf(givenFiles(others))).toEqual(["src/fakes/example/server.ts"]);
});

it("finds a README without one of the template's sections", () => {
  const root = givenFiles({ ...COMPLETE, "src/adapters/example/README.md": "# Example\n\n## Quotas\n" });
  expect(checkLayout(root)).toMatchObject([
    { file: "src/adapters/example/README.md", rule: expect.stringContaining("Paging") },
  ]);
});

it("finds that the template is gone", () => {
  expect(filesOf(givenFiles({ "src/adapters/example/index.ts": "" }))).toEqual(["src/adapters/_template"]);
});

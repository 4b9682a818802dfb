import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { givenFiles } from "../support/temp-dir.ts";
import { jsonLines, ROOT, runCli, runProcess, SLOW_MS } from "./run-cli.ts";

const FILE = join(ROOT, "tests/fixtures/woocommerce/orders/yen.json");
const ORDER = readFileSync(FILE, "utf8");

it("prints one unified record a line, from a file and from standard input", { timeout: SLOW_MS }, async () => {
  const fromFile = await runCli(["map", "woocommerce", "orders", FILE]);
  expect(fromFile.code).toBe(0);
  const [order] = jsonLines(fromFile.stdout);
  expect(order).toMatchObject({ record: "order", currency: "JPY", lines: expect.any(Array), warnings: [] });
  const fromInput = await runCli(["map", "woocommerce", "orders"], { input: ORDER });
  expect(fromInput.stdout).toBe(fromFile.stdout);
});

it("maps what maps and says why the rest does not", { timeout: SLOW_MS }, async () => {
  const good = JSON.parse(ORDER) as Record<string, unknown>;
  const lines = [good, { ...good, id: 4711, total: "a lot" }, "not json"].map((line) =>
    typeof line === "string" ? line : JSON.stringify(line),
  );
  const result = await runProcess(["map", "woocommerce", "orders", "-", "--json"], { input: `${lines.join("\n")}\n` });
  expect(result.code).toBe(3);
  expect(jsonLines(result.stdout)).toHaveLength(1);
  expect(jsonLines(result.stderr)).toEqual([
    { external_id: null, reason: expect.stringContaining("line 3") },
    { external_id: "4711", reason: expect.stringContaining("total") },
  ]);
});

it("says that a file is corrupt, or is not there", { timeout: SLOW_MS }, async () => {
  const folder = givenFiles({ "corrupt.json": ORDER.slice(0, ORDER.length / 2) });
  const corrupt = join(folder, "corrupt.json");
  const result = await runCli(["map", "woocommerce", "orders", corrupt]);
  expect(result).toMatchObject({ code: 3, stdout: "" });
  expect(result.stderr).toContain(`${corrupt} does not map: `);
  const absent = await runCli(["map", "woocommerce", "orders", join(folder, "absent.json")]);
  expect(absent).toMatchObject({ code: 1, stdout: "" });
  expect(absent.stderr).toContain("there is no such file");
});

it("maps every line of a file, and counts lines as editors do", { timeout: SLOW_MS }, async () => {
  const good = JSON.parse(ORDER) as Record<string, unknown>;
  const line = (id: unknown) => JSON.stringify({ ...good, id });
  const lines = [line(1), "", line(2), '{"id": 3, "line_items": [{"taxes": []', line(null), line(4)];
  const result = await runCli(["map", "woocommerce", "orders", "-", "--json"], { input: lines.join("\r\n") });
  expect(result.code).toBe(3);
  expect(jsonLines(result.stdout).map((record) => record.external_id)).toEqual(["1", "2", "4"]);
  expect(jsonLines(result.stderr)).toEqual([
    { external_id: null, reason: "line 4 is not JSON" },
    { external_id: expect.stringMatching(/^row:/), reason: "line 5 is no order: it has no id" },
  ]);
  const broken = await runCli(["map", "woocommerce", "orders", "-", "--json"], {
    input: [line(1).slice(0, -9), line(2), line(3)].join("\n"),
  });
  expect(jsonLines(broken.stdout).map((record) => record.external_id)).toEqual(["2", "3"]);
  expect(jsonLines(broken.stderr)).toEqual([{ external_id: null, reason: "line 1 is not JSON" }]);
});

it("reads nothing out of a list that broke off", { timeout: SLOW_MS }, async () => {
  const compact = JSON.stringify([JSON.parse(ORDER), JSON.parse(ORDER)]);
  const input = compact.slice(0, compact.lastIndexOf("]") - 1);
  const result = await runCli(["map", "woocommerce", "orders"], { input });
  expect(result).toMatchObject({ code: 3, stdout: "" });
  expect(result.stderr).toContain("JSON ends too early");
});

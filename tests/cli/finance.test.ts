/** The commands of finance on books that are still empty, and a file that is not text. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runCli, SLOW_MS } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "tallyport-cli-"));
const run = (...args: string[]) => runCli(args, { env: { TALLYPORT_DATA: join(folder, "data") } });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the commands of finance say that there is nothing yet, and refuse what is wrong", {
  timeout: SLOW_MS,
}, async () => {
  expect(await run("profit", "--by", "month")).toMatchObject({ code: 0, stdout: "No statement tells of money yet.\n" });
  expect(await run("reconcile", "worklist")).toMatchObject({ code: 0, stdout: "Nothing is to be done.\n" });
  expect(await run("reconcile", "orders", "--json")).toMatchObject({ code: 0, stdout: "[]\n" });
  expect(await run("reconcile", "ageing")).toMatchObject({ code: 0, stdout: "No order waits for its money.\n" });
  expect(await run("reconcile", "commission")).toMatchObject({ code: 0, stdout: "No commission is due back.\n" });
  expect((await run("export", "profit", "--by", "sku")).stdout).toMatch(/^by,key,label,/);
  // A ZIP begins and ends with these: it came through whole, though it is no text.
  const { stdout: workbook } = await run("export", "entries", "--format", "xlsx");
  expect([workbook.startsWith("PK\u0003\u0004"), workbook.includes("PK\u0005\u0006")]).toEqual([true, true]);
  expect(await run("export", "journal", "--store", "x")).toMatchObject({ code: 2, stdout: "" });
  expect((await run("export", "orders", "--format", "xlsx")).stderr).toContain("There is no XLSX of orders: take csv.");
  expect(await run("profit", "--by", "week")).toMatchObject({ code: 2 });
});

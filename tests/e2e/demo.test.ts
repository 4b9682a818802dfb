import { expect, it } from "vitest";
import { runProcess } from "../cli/run-cli.ts";

const COUNTED = ["orders", "listings", "disputes", "settlements", "shipments"];

it("demo --once reads every store whole: our counts are the platforms' own", { timeout: 240_000 }, async () => {
  const result = await runProcess(["demo", "--once", "--json"]);
  const { stores } = JSON.parse(result.stdout.trim().split("\n").at(-1) ?? "");
  expect(stores).toHaveLength(5);
  for (const store of stores) {
    expect(Object.keys(store)).toEqual(["name", "platform", ...COUNTED]);
    for (const name of COUNTED)
      expect([store.name, name, store[name].ours]).toEqual([store.name, name, store[name].platform]);
    expect(store.orders.ours).toBeGreaterThan(0);
  }
  expect(result.code).toBe(0);
});

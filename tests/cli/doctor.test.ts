/** What doctor says of facts that nobody could verify. */
import { describe, expect, it } from "vitest";
import { unverifiedOf } from "../../src/cli/doctor/unverified.ts";
import { offlineAdapter } from "../../src/cli/platforms.ts";
import type { StoreView } from "../../src/cli/views.ts";

const adapter = offlineAdapter("taobao");

const givenStore = (overrides: Partial<StoreView> = {}): StoreView => ({
  id: "store",
  platform: "taobao",
  name: "Shop",
  mode: "live",
  state: "ok",
  state_reason: null,
  push_stopped: false,
  currency: "CNY",
  time_zone: "Asia/Shanghai",
  base_url: null,
  external_id: "1",
  settings: {},
  facts: { seller_type: "B", alipay: true, employee_session: true },
  clock_skew_ms: null,
  webhook_checked_at: null,
  ...overrides,
});

const capabilities = (store: StoreView) => new Set(unverifiedOf(adapter, store).map(({ capability }) => capability));

describe("facts that nobody could verify", () => {
  it("are those of the store's own platform", () => {
    const facts = unverifiedOf(adapter, givenStore());
    expect(facts.length).toBeGreaterThan(10);
    for (const fact of facts) expect(adapter.unverified).toContain(fact);
    const other = offlineAdapter("woocommerce");
    for (const fact of unverifiedOf(other, givenStore({ platform: "woocommerce", facts: {} })))
      expect(other.unverified).toContain(fact);
  });

  it("are left out where the store's app, credentials or settings do without what they are about", () => {
    const all = capabilities(givenStore({ settings: { app: { kind: "in_house" } } }));
    for (const name of ["settlements.bills", "settlements.statements", "webhooks", "orders.deducts_on"])
      expect(all).toContain(name);
    expect(capabilities(givenStore())).not.toContain("settlements.bills");
    expect(capabilities(givenStore({ facts: { alipay: false } }))).not.toContain("settlements.statements");
    expect(capabilities(givenStore())).not.toContain("prices.without_variants");
    expect(capabilities(givenStore({ facts: { seller_type: "C" } }))).toContain("prices.without_variants");
    expect(capabilities(givenStore({ settings: { messages: false } }))).not.toContain("webhooks");
    expect(capabilities(givenStore({ settings: { deducts_on: "order" } }))).not.toContain("orders.deducts_on");
  });

  it("of pushes are left out while the store is only observed", () => {
    const observed = capabilities(givenStore({ mode: "observe" }));
    expect(observed).not.toContain("stock");
    expect(observed).not.toContain("prices");
    expect(observed).toContain("shipments.confirm");
    expect(capabilities(givenStore())).toContain("stock");
  });

  it("of an act that the platform lacks are left out", () => {
    const fact = { fact: "money goes back at once", capability: "orders.refund", ifWrong: "it goes later" };
    expect(unverifiedOf({ ...adapter, unverified: [fact] }, givenStore())).toEqual([]);
  });
});

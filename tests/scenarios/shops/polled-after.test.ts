/** Consent, parcels and money of platforms that send no messages; and that no scenario of theirs is asked nowhere. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { registry } from "../../../src/adapters/index.ts";
import { importFile } from "../../../src/sync/import-file.ts";
import { runMaintenance } from "../../../src/sync/maintenance.ts";
import { requestSync } from "../../../src/sync/request-sync.ts";
import { EXCEPTIONS } from "../../conformance/exceptions.ts";
import { CHECKS } from "../../conformance/suite.ts";
import { PLATFORMS } from "../polled.ts";
import { confirm, pass, regrant } from "../polled-acts.ts";
import { DAY, HOUR, MINUTE, paid } from "../polled-shops.ts";

/** Statements come in files, or are a payment provider's. */
const HAS_NO_BILLS: ReadonlySet<string> = new Set(["dangdang", "medusa"]);

describe.each(PLATFORMS)("$name", ({ id, given, ship, earn, tellsWaybill }) => {
  const isEndless = id === "shopify" || id === "medusa";
  const takesAnyCarrier = isEndless;
  const hasNoBills = HAS_NO_BILLS.has(id);
  // Each renewal of a token begins its ninety days anew, and the app's own id and secret need no person at all; a shop's own
  // key does not lapse.
  it.skipIf(isEndless)("S42: a consent that will end is told 30, 7 and 1 day before", async () => {
    const stack = await given();
    const shop = await stack.addShop();
    // Where a token can be renewed, the end of the consent is not told: then it is the token's.
    shop.tamper((text) => text.replace(/"refresh_token":"[^"]*",?|,"refresh_token":"[^"]*"/, ""));
    await regrant(stack, shop);
    const [store] = await stack.rows<{ ends: string | null }>("select authorised_until as ends from stores");
    expect(store?.ends).not.toBeNull();
    const ends = new Date(store?.ends ?? "");
    // Where it is told, no renewal moves it.
    shop.tamper((text) => text.replace(/("refresh_expires_time":"?)\d+/, `$1${ends.getTime() / 1000}`));
    const told: string[] = [];
    for (const days of [31, 29.5, 6.5, 0.5]) {
      stack.clock.set(new Date(ends.getTime() - days * DAY));
      await runMaintenance(stack.engine, stack.signal);
      const alerts = await stack.rows<{ severity: string }>(
        "select severity from alerts where code = 'authorisation_ends' and resolved_at is null",
      );
      told.push(alerts.map(({ severity }) => severity).join());
    }
    expect(told).toEqual(["", "info", "warning", "critical"]);
  });

  // There any carrier's name goes; a parcel of what has left is refused in tests/adapters.
  it.skipIf(takesAnyCarrier)(
    "S50: a parcel that cannot be told is refused with its reason, and asked for no more",
    async () => {
      const stack = await given();
      const shop = await stack.addShop();
      const ids = [paid(shop), paid(shop)];
      await pass(stack, 10 * MINUTE);
      shop.fake.owner.ship(ids[1] ?? "");
      await pass(stack, 10 * MINUTE);
      await confirm(stack, shop, ids[0] ?? "", { carrier: "zznobody", trackingNumber: "ZZ1" });
      await confirm(stack, shop, ids[1] ?? "", { carrier: "sf", trackingNumber: "SF9999999999999" });
      for (let turn = 0; turn < 4; turn += 1) await pass(stack, 10 * MINUTE);
      const acts = await stack.rows<{ status: string; error_text: string | null }>(
        "select status, error_text from actions order by idempotency_key = $1",
        [`ship-${ids[1]}`],
      );
      const refused = ["rejected", expect.stringMatching(/.{20}/)];
      expect(acts.map(({ status, error_text }) => [status, error_text])).toEqual([
        refused,
        tellsWaybill ? refused : ["done", null],
      ]);
      const alerts = await stack.rows<{ remedy: string }>("select remedy from alerts where code = 'act_refused'");
      expect(alerts.length).toBeGreaterThan(0);
      for (const { remedy } of alerts) expect(remedy).not.toBe("");
      const sent = shop.fake.requests.filter(({ operation }) => operation === ship);
      expect(sent).toEqual([]);
      expect(shop.fake.books().counts.shipments).toBe(1);
    },
  );

  it.skipIf(hasNoBills)("S61: money that is read again, in other windows, counts once", async () => {
    const stack = await given(new Date("2026-03-02T03:00:00Z"));
    const shop = await stack.addShop();
    earn(shop);
    await pass(stack, 5 * HOUR);
    earn(shop);
    for (let turn = 0; turn < 4; turn += 1) await pass(stack, DAY);
    const money = () => stack.rows("select count(*) as n, sum(amount) as total, min(kind) as kind from ledger_entries");
    const before = await money();
    expect(before).not.toMatchObject([{ n: "0" }]);
    const settlements = await stack.count("select count(*) as n from settlements");
    for (const hours of [103, 75, 50]) {
      const since = new Date(stack.clock.now().getTime() - hours * HOUR);
      await requestSync(stack.engine, shop.id, { resource: "settlements", since });
      await pass(stack, MINUTE);
    }
    expect(await money()).toEqual(before);
    expect(await stack.count("select count(*) as n from settlements")).toBe(settlements);
  });
});

// Bills of no order come by themselves there: tests/scenarios/shops/shopify-hour.test.ts.
const BILLED = PLATFORMS.filter(({ id }) => !HAS_NO_BILLS.has(id) && id !== "shopify");

describe.each(BILLED)("$name", ({ given, earn }) => {
  it("S62: fees of no order are kept, each of one kind, and stand among what matches nothing", async () => {
    const stack = await given(new Date("2026-03-02T03:00:00Z"));
    const shop = await stack.addShop();
    shop.tamper((text, asked) =>
      asked.includes("BillCharge") ? text.replace(/"orderId":"?\d+"?/g, '"orderId":0') : text,
    );
    earn(shop);
    for (let turn = 0; turn < 4; turn += 1) await pass(stack, DAY);
    const entries = await stack.rows<Record<"kind" | "order_external_id", string | null>>(
      "select kind, order_external_id from ledger_entries",
    );
    expect(entries.length).toBeGreaterThan(1);
    for (const entry of entries) expect(entry).toEqual({ kind: expect.any(String), order_external_id: null });
  });
});

it("S61 S62 S66: a statement file of Dangdang that is loaded twice counts once, rows of no order too", async () => {
  const dangdang = PLATFORMS.find(({ id }) => id === "dangdang");
  const stack = await dangdang?.given();
  if (!stack) throw new Error("no stack");
  const columns = { id: "no", time: "time", amount: "sum", kind: "kind", order: "order" };
  const shop = await stack.addShop({ settings: { statement: { columns, kinds: { 货款: "sale" } } } });
  const bytes = (...rows: string[]) => new TextEncoder().encode(["no,time,kind,sum,order", ...rows].join("\n"));
  const january = ["1,2026-01-31 10:00:00,货款,100.50,1", "2,2026-01-31 10:00:00,佣金,-5.05,1"];
  await importFile(stack.engine, shop.id, "settlements", bytes(...january));
  await importFile(stack.engine, shop.id, "settlements", bytes(...january));
  await importFile(stack.engine, shop.id, "settlements", bytes(...january, "3,2026-02-01 10:00:00,货款,7,"));
  expect(await stack.rows("select count(*) as n, sum(amount) as total from ledger_entries")).toMatchObject([
    { n: "3", total: "102.45" },
  ]);
});

/** Checks of the conformance suite by which a scenario is asked of each platform. */
const BY_SUITE: Readonly<Record<string, string>> = {
  S09: "orders: one order that cannot be read is set aside alone",
  S24: "stock: one item that the platform refuses harms no other",
  S40: "auth: two processes that meet a lapsed token refresh it once",
};

const NO_MESSAGES =
  "the platforms send no messages to an address, but Shopify: tests/scenarios/shops/shopify-messages.test.ts";
/** Of none of these platforms, and why; an entry that a test names is not needed any more. */
const NOWHERE: Readonly<Record<string, string>> = {
  S04: NO_MESSAGES,
  S05: NO_MESSAGES,
  S43: NO_MESSAGES,
  S44: "how an app's quota is shared is the engine's own: tests/sync/shared-quota.test.ts; adapters say its numbers only",
  S51: "no list of theirs tells a deadline, so that every dispute has none, but Shopify's: tests/scenarios/shops/shopify-messages.test.ts",
  S60: "no answer of theirs states a statement's total that its rows could miss, but Shopify's: tests/scenarios/shops/shopify-messages.test.ts",
};
const WANTED = [
  ...["S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "S12", "S13", "S14", "S15", "S16"],
  ...["S20", "S24", "S26", "S32", "S40", "S41", "S42", "S43", "S44", "S50", "S51", "S60", "S61", "S62"],
];

it("no scenario of these platforms is asked nowhere without a reason", () => {
  const titles = readdirSync(import.meta.dirname)
    .filter((name) => /^polled.*\.test\.ts$/.test(name))
    .flatMap(
      (name) => readFileSync(join(import.meta.dirname, name), "utf8").match(/\bit(?:\.\w+\([^)]*\))?\("S[^"]*"/g) ?? [],
    )
    .join();
  for (const scenario of WANTED) {
    const check = BY_SUITE[scenario];
    const ways = [titles.includes(scenario), check !== undefined, scenario in NOWHERE].filter(Boolean);
    expect(ways, scenario).toEqual([true]);
    if (check === undefined) continue;
    expect(
      CHECKS.map(({ name }) => name),
      scenario,
    ).toContain(check);
    const excepted = EXCEPTIONS.filter((exception) => exception.check === check).map(({ platform }) => platform);
    expect(
      PLATFORMS.filter(({ id }) => excepted.includes(id) || !(id in registry)),
      scenario,
    ).toEqual([]);
  }
});

/** A store's month as a journal, judged by hledger where it is installed. */
import { beforeEach, describe, expect, it } from "vitest";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import type { LedgerEntry, Settlement } from "../../src/core/model/records.ts";
import { ENTRY_KINDS } from "../../src/core/model/vocabulary.ts";
import { ingestExamples } from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";
import { hasHledger, hledger, NEEDS_HLEDGER } from "../support/hledger.ts";
import type { GivenApi } from "./given-api.ts";
import { givenFinance } from "./given-finance.ts";

const eur = (amount: string) => ({ amount, currency: "EUR" });
const usd = (amount: string) => ({ amount, currency: "USD" });

let api: GivenApi & { finance: string };
let store: IngestStore;

beforeEach(async () => {
  api = await givenFinance("2026-04-20T08:00:00Z");
  store = await api.store({ name: "Shop: one; two  %" });
});

const load = async (settlement: Partial<Settlement>, entries: LedgerEntry[]) => {
  const { externalId = "S1" } = settlement;
  const rows = entries.map((entry) => ({ ...entry, settlementExternalId: externalId }));
  await ingestExamples(api.engine, store, "settlements", [statementDocument(exampleSettlement(settlement), rows)]);
  await api.send(api.finance, "POST /v1/reconciliation");
};
const journal = async (month: string, more = "") => {
  const answer = await api.send(api.finance, `GET /v1/exports/journal?store=${store.id}&month=${month}${more}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.text;
};
const passes = (text: string) => {
  if (hasHledger) expect(hledger(text, "check")).toMatchObject({ status: 0, stderr: "" });
};

describe("the journal of a month", () => {
  it("has a transaction for each entry that counts, and asserts what the platform states", async () => {
    await load({ total: eur("86.955"), payout: eur("86.955"), paidAt: new Date("2026-03-03T10:00:00Z") }, [
      exampleEntry("a;1", "100.00", { orderExternalId: "ORDER-1", state: "paid" }),
      exampleEntry("b", "-10.045", { kind: "commission", externalKind: "Fee; of\n sale" }),
      exampleEntry("c", "-3.00", { kind: "reserve", postedAt: new Date("2026-02-28T23:00:00Z") }),
      exampleEntry("d", "-9.00", { state: "estimated" }),
    ]);
    const march = await journal("2026-03");
    expect(march).toBe(`; Shop: one, two % (example), 2026-03; days are those of UTC
; Transactions are the platform's entries as it sent them; nothing is added to make a sum come out.
decimal-mark .
commodity 1000.00 EUR

2026-03-01 * opening balances
    assets:platform:example:Shop%3A one%3B two%20 %25:S1  -3.00 EUR
    equity:opening balances  3.00 EUR

2026-03-01 * sale | ORDER-1  ; entry: a%3B1
    assets:platform:example:Shop%3A one%3B two%20 %25:S1  100.00 EUR
    income:sales  -100.00 EUR

2026-03-01 ! Fee, of sale  ; entry: b
    assets:platform:example:Shop%3A one%3B two%20 %25:S1  -10.045 EUR
    expenses:commission  10.045 EUR

2026-03-03 * payout | S1
    assets:platform:example:Shop%3A one%3B two%20 %25:S1  -86.955 EUR = 0.00 EUR
    assets:bank  86.955 EUR
`);
    passes(march);
    const february = await journal("2026-02");
    passes(february);
    passes(february + (await journal("2026-03", "&opening=false")));
    expect(await journal("2026-03")).toBe(march);
  });

  it("S60 asserts nothing of a statement that does not add up, and says by how much", async () => {
    await load({ payout: eur("90.00") }, [exampleEntry("a", "100.00")]);
    const text = await journal("2026-03");
    expect(text).toContain(
      "; Nothing is asserted of the statement S1: it does not add up: its entries lack -10.00 EUR.\n",
    );
    expect(text).not.toContain(" = ");
    passes(text);
  });

  it("S63 keeps what is posted into a closed month in the month that it counts in, with its day", async () => {
    await api.send(api.finance, `PUT /v1/stores/${store.id}/books`, {
      body: { open_from: "2026-04-01", reason: "month's end" },
    });
    await load({ payout: eur("10.00") }, [exampleEntry("late", "10.00")]);
    expect(await journal("2026-03")).not.toContain("late");
    const april = await journal("2026-04");
    expect(april).toContain("2026-04-01 ! sale  ; entry: late, posted: 2026-03-01\n");
    expect(april).toContain("2026-04-01 * payout | S1\n");
    passes(april);
  });

  it("S65 has a commodity for each currency; a payout in another one is bought at the statement's rate", async () => {
    await load({ payout: usd("108.64"), payoutCurrencyRate: "1.08637" }, [
      exampleEntry("a", "110.00"),
      exampleEntry("b", "-10.00", { kind: "commission" }),
    ]);
    await load({ externalId: "S2", payout: usd("108.64") }, [
      exampleEntry("c", "110.00"),
      exampleEntry("d", "108.64", { currency: "USD", kind: "adjustment" }),
    ]);
    await load({ externalId: "S3", currency: "JPY", total: { amount: "500", currency: "JPY" } }, [
      exampleEntry("e", "500", { currency: "JPY" }),
    ]);
    const text = await journal("2026-03");
    expect(text).toContain("commodity 1000.00 EUR\ncommodity 1000. JPY\ncommodity 1000.00 USD\n");
    expect(text).toContain(":S1  -100.00 EUR @@ 108.64 USD = 0.00 EUR\n    assets:bank  108.64 USD\n");
    expect(text).toContain(":S2  -108.64 USD = 0.00 USD\n");
    expect(text).toContain(
      "balance of the statement | S3\n    assets:platform:example:Shop%3A one%3B two%20 %25:S3  0 JPY = 500 JPY\n",
    );
    passes(text);
  });

  it("S65 pays what was changed at the rate and what was in the payout's currency together", async () => {
    await load({ payout: usd("100.00"), payoutCurrencyRate: "1.1" }, [
      exampleEntry("a", "100.00"),
      exampleEntry("b", "-10.00", { currency: "USD", kind: "commission" }),
    ]);
    const text = await journal("2026-03");
    expect(text).toContain("  -100.00 EUR @@ 110.00 USD = 0.00 EUR\n");
    expect(text).toContain("  10.00 USD\n    assets:bank  100.00 USD\n");
    passes(text);
    passes(await journal("2026-04"));
  });

  it.skipIf(!hasHledger)(`is refused by hledger where a cent is changed${NEEDS_HLEDGER}`, async () => {
    await load({ total: eur("0.00"), payout: eur("100.00") }, [
      ...ENTRY_KINDS.filter((kind) => kind !== "payout").map((kind, i) =>
        exampleEntry(`n${i}`, i === 0 ? "119.00" : "-1.00", { kind }),
      ),
      exampleEntry("out", "-100.00", { kind: "payout" }),
    ]);
    const text = await journal("2026-03");
    passes(text);
    expect(text).toContain(":S1  0.00 EUR = 0.00 EUR\n");
    const changed = text.replaceAll(/\b119\.00 EUR/g, "119.01 EUR");
    expect(changed).not.toBe(text);
    expect(hledger(changed, "check").stderr).toContain("balance assertion");
    expect(hledger(text, "balance", "assets:bank").stdout).toContain("100.00 EUR");
  });

  it("is refused for a month or a store that is none", async () => {
    const ask = async (query: string, key = api.finance) =>
      (await api.send(key, `GET /v1/exports/journal?${query}`)).status;
    expect(await ask(`store=${store.id}`)).toBe(400);
    expect(await ask(`store=${store.id}&month=2026-13`)).toBe(400);
    const limited = await api.key("finance", [(await api.store({ name: "Other" })).id]);
    expect(await ask(`store=${store.id}&month=2026-03`, limited)).toBe(404);
  });
});

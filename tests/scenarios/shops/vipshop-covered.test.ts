/**
 * That no scenario of Vipshop's ways of working is asked nowhere: pick lists (JIT), parcels with the platform's waybills (JITX) and
 * direct delivery. What a shop of its marketplace does is asked in polled.test.ts; S40 and S44 are asked of every adapter by the
 * conformance suite, S20 to S35 of the engine.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** What no row here asks, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  S04: "no messages come from the platform: polling finds all",
  S05: "no messages come from the platform: polling finds all",
  S12: "notes and holds of ours are the engine's, whatever platform an order is of",
  S40: "asked of every adapter by the conformance suite",
  S42: "a grant is the account's, however the supplier works",
  S43: "no messages come from the platform: polling finds all",
  S44: "asked of every adapter by the conformance suite",
  S51: "deadlines are told nowhere",
  S60: "bills state no totals that their lines could miss",
};

it("every scenario of polled orders, stock, grants and bills is asked here, or has a reason", () => {
  const text = readdirSync(import.meta.dirname)
    .filter((name) => /^vipshop.*\.test\.ts$/.test(name))
    .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"))
    .join("\n");
  const named = [...text.matchAll(/"((?:S\d\d )*S\d\d): /g)].flatMap(([, numbers = ""]) => numbers.split(" "));
  const orders = Array.from({ length: 16 }, (_, index) => `S${String(index + 1).padStart(2, "0")}`);
  const wanted = [...orders, ..."S20 S24 S26 S32 S40 S41 S42 S43 S44 S50 S51 S60 S61 S62".split(" ")];
  expect(wanted.filter((number) => !named.includes(number) && !(number in EXCEPTIONS))).toEqual([]);
  expect(named.filter((number) => number in EXCEPTIONS)).toEqual([]);
});

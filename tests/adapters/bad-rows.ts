/**
 * One bad row of a list: it is set aside alone, with its reason, and the others are read as ever. Asked of every list of a
 * platform whose fake has two rows for it, before the suite's fake.
 */
import { describe, expect, it } from "vitest";
import type { RawDocument, Stream } from "../../src/core/adapter.ts";
import type { Resource } from "../../src/core/model/vocabulary.ts";
import { type Fields, isFields } from "../../src/core/tree.ts";
import type { Fake } from "../../src/fakes/fake.ts";
import { type Bench, createBench, probed } from "../conformance/bench.ts";
import type { Platform } from "../conformance/platform.ts";
import { map, readCapability, walkStream } from "../conformance/reading.ts";

export interface Rows {
  platform: Platform;
  /** The text of an answer as values, and back. */
  parse(text: string): unknown;
  build(value: unknown): string;
  /** Orders of the fake's past, where its first few do not fill every list; settings that switch lists on. */
  orders?: number;
  /** Makes what the past lacks. */
  prepare?(fake: Fake): void;
  settings?: Record<string, unknown>;
  lists: Partial<Record<Resource, Names>>;
}

interface Names {
  /** What a row's number is called, and what holds a code. */
  id: readonly string[];
  code: readonly string[];
  /** Lists of which the fake's past holds less than two rows. */
  empty?: readonly string[];
  /** Rows without a number that are named by what they are about. */
  isNamedOtherwise?: true;
}

type Edit = (row: Fields, names: Names) => Fields;

const entries = (row: Fields, change: (name: string, value: unknown) => unknown): Fields =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      const changed = change(name, value);
      return changed === undefined ? [] : [[name, changed]];
    }),
  );
const isInside = (value: unknown): boolean => typeof value === "object" && value !== null;

const EDITS: readonly [string, Edit][] = [
  ["without its number", (row, { id }) => entries(row, (name, value) => (id.includes(name) ? undefined : value))],
  ["with null where objects and lists are", (row) => entries(row, (_, value) => (isInside(value) ? null : value))],
  ["with text where objects and lists are", (row) => entries(row, (_, value) => (isInside(value) ? "x" : value))],
  ["with numbers as text", (row) => entries(row, (_, value) => (typeof value === "number" ? String(value) : value))],
  [
    "with a code that no table knows",
    (row, { code }) => entries(row, (name, value) => (code.includes(name) ? "ZZ9" : value)),
  ],
  [
    "with objects for its texts",
    (row, { id }) => entries(row, (name, value) => (typeof value === "string" && !id.includes(name) ? {} : value)),
  ],
];

/** What each document becomes: its records, or why it is set aside. */
function read(bench: Bench, resource: Resource, documents: readonly RawDocument[]): Map<string, string> {
  const capability = readCapability(bench.adapter, resource);
  if (!capability) throw new Error(`no ${resource}`);
  return new Map(
    documents.map((raw) => {
      try {
        return [raw.externalId, JSON.stringify(map(bench, capability, raw))];
      } catch (error) {
        return [raw.externalId, `set aside: ${(error as Error).message.slice(0, 80)}`];
      }
    }),
  );
}

const numberOf = (externalId: string): string => externalId.replace(/^[a-z_-]+:/, "").split("/")[0] ?? "";

/** Edits the records of this number in an answer, wherever they stand; others stay. */
function editRows(value: unknown, number: string, id: readonly string[], edit: (row: Fields) => Fields): unknown {
  if (Array.isArray(value)) return value.map((item) => editRows(item, number, id, edit));
  if (!isFields(value)) return value;
  if (id.some((name) => String(value[name] ?? "") === number)) return edit(value);
  return entries(value, (_, inner) => editRows(inner, number, id, edit));
}

/** The table of a platform. */
export function describeBadRows({ platform, parse, build, lists, orders, prepare, settings }: Rows): void {
  const given = async (): Promise<Bench> => {
    const bench = createBench(platform, orders === undefined ? {} : { orders });
    Object.assign(bench.store, { settings: { ...bench.store.settings, ...settings } });
    await probed(bench);
    prepare?.(bench.subject.fake);
    bench.clock.advance(3_600_000);
    return bench;
  };
  const streamsOf = (resource: Resource): readonly Stream[] =>
    readCapability(createBench(platform).adapter, resource)?.streams.filter(({ by }) => by !== "parent") ?? [];
  const named = Object.entries(lists) as [Resource, Names][];
  const table = named.flatMap(([resource, names]) =>
    streamsOf(resource).map((stream) => ({ resource, stream, names, name: `${resource}, ${stream.name}` })),
  );

  describe.each(table)("$name: one row", ({ resource, stream, names }) => {
    it("is set aside alone, whatever it lacks", async () => {
      const clean = await given();
      const whole = await walkStream(clean, resource, stream);
      const before = read(clean, resource, whole.documents);
      const ids = [...new Map(whole.listed.map((id) => [numberOf(id), id])).values()].filter(
        (id) => !before.get(id)?.startsWith("set aside"),
      );
      if (names.empty?.includes(stream.name)) {
        expect(ids.length, "the fake has rows by now: take it off the list").toBeLessThan(2);
        return;
      }
      expect(ids.length, "the fake has rows for this list").toBeGreaterThanOrEqual(2);
      // As many edits at once as leave a row as it is.
      const most = Math.min(EDITS.length, ids.length - 1);
      for (let from = 0; from < EDITS.length; from += most) {
        const edits = EDITS.slice(from, from + most);
        const edited = new Map(edits.map(([what, edit], index) => [ids[index] ?? "", { what, edit, count: 0 }]));
        const bench = await given();
        bench.wire.tamper = (text) => {
          let value: unknown;
          for (const [victim, one] of edited) {
            if (!text.includes(numberOf(victim))) continue;
            value = editRows(value ?? parse(text), numberOf(victim), names.id, (row) => {
              one.count += 1;
              return one.edit(row, names);
            });
          }
          return value === undefined ? text : build(value);
        };
        const after = read(bench, resource, (await walkStream(bench, resource, stream)).documents);
        // What hangs on a row (its releases, the other lines of its order) goes with it.
        const numbers = new Set([...edited.keys()].map(numberOf));
        const others = whole.listed.filter((id) => !numbers.has(numberOf(id)));
        expect(others.filter((id) => after.get(id) !== before.get(id))).toEqual([]);
        const unnamed = [...after].filter(([id]) => !before.has(id)).map(([, records]) => records);
        for (const [victim, { what, count }] of edited) {
          expect(count, what).toBeGreaterThan(0);
          if (!what.includes("its number") && !names.isNamedOtherwise) expect(after.has(victim), what).toBe(true);
        }
        const nameless = edits.filter(([what]) => what.includes("its number"));
        expect(unnamed.length, "rows without a number").toBeGreaterThanOrEqual(nameless.length);
        if (!names.isNamedOtherwise) for (const records of unnamed) expect(records).toMatch(/^set aside: /);
      }
    }, 60_000);
  });
}

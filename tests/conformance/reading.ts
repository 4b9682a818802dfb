/** Reading as the engine does it, without a database; and the questions that every readable resource is asked. */
import { expect } from "vitest";
import {
  type Adapter,
  isAbsent,
  type MapContext,
  type RawDocument,
  type ReadCapability,
  type RecordKey,
  type Stream,
} from "../../src/core/adapter.ts";
import { recordSchema } from "../../src/core/model/api-schemas.ts";
import type { Unified } from "../../src/core/model/records.ts";
import { renderUnified } from "../../src/core/model/render.ts";
import type { Resource } from "../../src/core/model/vocabulary.ts";
import { type Bench, createBench, DAY_MS, probed } from "./bench.ts";
import { type Check, failureOf, needed } from "./check.ts";
import type { Platform } from "./platform.ts";

export function readCapability(adapter: Adapter, resource: Resource): ReadCapability | null {
  const capability = adapter[resource];
  return isAbsent(capability) ? null : (capability as ReadCapability);
}

/** The past of the fakes, in days: of their trade, and of the shelves that were filled before. */
const PAST_DAYS = { trade: 91, shelves: 150 };
export const pastDays = (resource: Resource): number => (resource === "listings" ? PAST_DAYS.shelves : PAST_DAYS.trade);

export interface Walk {
  documents: RawDocument[];
  /** Ids as the list gave them, repetitions included. */
  listed: string[];
  pages: number;
}

export function mapContext(bench: Bench): MapContext {
  const { id, currency, timeZone, marketplaces, settings } = bench.store;
  return { storeId: id, currency, timeZone, marketplaces, settings };
}

export const map = (bench: Bench, capability: ReadCapability, raw: RawDocument): Unified =>
  capability.toUnified(raw, mapContext(bench));

/** All pages of one window, waited for and halved as the platform asks. */
export async function walkWindow(
  bench: Bench,
  capability: ReadCapability,
  stream: Stream,
  since: Date,
  until: Date,
  limit = 500,
): Promise<Walk> {
  const walk: Walk = { documents: [], listed: [], pages: 0 };
  let cursor: string | null = null;
  for (let calls = 0; ; calls += 1) {
    if (calls > 500) throw new Error(`${stream.name} does not end`);
    const page = await capability.list(bench.store, { stream: stream.name, since, until, cursor, limit }, bench.signal);
    if (page.tooMany) {
      const middle = new Date(Math.floor((since.getTime() + until.getTime()) / 2000) * 1000);
      if (middle <= since) throw new Error("the window cannot be halved any more");
      return join(
        await walkWindow(bench, capability, stream, since, middle, limit),
        await walkWindow(bench, capability, stream, middle, until, limit),
      );
    }
    if (page.waitMs !== undefined) {
      bench.clock.advance(page.waitMs);
      cursor = page.next;
      continue;
    }
    walk.pages += 1;
    walk.listed.push(
      ...page.documents.map((document) => document.externalId),
      ...page.references.map((reference) => reference.externalId),
    );
    walk.documents.push(...page.documents, ...(await getMany(bench, capability, page.references)));
    if (page.next === null) return walk;
    expect(page.next, "a cursor names another place than the one before").not.toBe(cursor);
    cursor = page.next;
  }
}

export async function getMany(
  bench: Bench,
  capability: ReadCapability,
  keys: readonly RecordKey[],
): Promise<RawDocument[]> {
  const documents: RawDocument[] = [];
  for (let i = 0; i < keys.length; i += capability.getBatch) {
    const batch = keys
      .slice(i, i + capability.getBatch)
      .map(({ externalId, key }) => (key ? { externalId, key } : { externalId }));
    documents.push(...(await capability.getMany(bench.store, batch, bench.signal)).documents);
  }
  return documents;
}

/** Everything of a stream, in windows as long as the platform takes them. */
export async function walkStream(bench: Bench, resource: Resource, stream: Stream, limit = 500): Promise<Walk> {
  const capability = needed(readCapability(bench.adapter, resource) ?? undefined, `how ${resource} are read`);
  if (stream.by === "parent") {
    const orders = await readAll(bench, "orders");
    const keys = orders.map(({ externalId }) => ({ externalId, key: { order: externalId } }));
    const documents = await getMany(bench, capability, keys);
    return { documents, listed: documents.map((document) => document.externalId), pages: 1 };
  }
  const end = bench.clock.now();
  if (stream.by === "sweep") return walkWindow(bench, capability, stream, new Date(0), end, limit);
  let walk: Walk = { documents: [], listed: [], pages: 0 };
  for (let since = new Date(end.getTime() - pastDays(resource) * DAY_MS); since < end; ) {
    const until = new Date(Math.min(end.getTime(), since.getTime() + stream.window.maxMinutes * 60_000));
    walk = join(walk, await walkWindow(bench, capability, stream, since, until, limit));
    since = until;
  }
  return walk;
}

const join = (a: Walk, b: Walk): Walk => ({
  documents: [...a.documents, ...b.documents],
  listed: [...a.listed, ...b.listed],
  pages: a.pages + b.pages,
});

/** The newest document of each record, from the streams by which a store's past is read. */
export async function readAll(bench: Bench, resource: Resource, seen?: Reading["listed"]): Promise<RawDocument[]> {
  const capability = readCapability(bench.adapter, resource);
  const found = new Map<string, RawDocument>();
  for (const stream of (capability?.streams ?? []).filter(
    (candidate) => !candidate.audit && candidate.backfill !== false,
  )) {
    const walk = await walkStream(bench, resource, stream);
    seen?.set(stream.name, walk.listed);
    for (const document of walk.documents) found.set(document.externalId, document);
  }
  return [...found.values()];
}

interface Reading {
  bench: Bench;
  documents: RawDocument[];
  /** Ids as each stream listed them. */
  listed: Map<string, string[]>;
}
const readings = new WeakMap<Platform, Map<Resource, Promise<Reading>>>();

/**
 * All documents of a resource, and the bench that read them: once for all questions that change nothing at the platform, since
 * a whole past is hundreds of calls. The documents are the caller's own.
 */
export async function readOnce({ platform }: Bench, resource: Resource): Promise<Reading> {
  const known = readings.get(platform) ?? new Map<Resource, Promise<Reading>>();
  readings.set(platform, known);
  const reading = known.get(resource) ?? readFresh(platform, resource);
  known.set(resource, reading);
  const { bench, documents, listed } = await reading;
  return { bench, documents: structuredClone(documents), listed };
}

async function readFresh(platform: Platform, resource: Resource): Promise<Reading> {
  const bench = createBench(platform);
  await probed(bench);
  const listed: Reading["listed"] = new Map();
  return { bench, documents: await readAll(bench, resource, listed), listed };
}

const COUNTED: Record<Resource, (unified: Unified) => string[]> = {
  orders: (unified) => unified.orders.map((record) => record.externalId),
  listings: (unified) => unified.listings.map((record) => record.externalId),
  shipments: (unified) => unified.shipments.map((record) => record.externalId),
  disputes: (unified) => unified.disputes.map((record) => record.externalId),
  settlements: (unified) => unified.settlements.map((record) => record.externalId),
};

const hasList = (adapter: Adapter, resource: Resource) =>
  readCapability(adapter, resource)?.streams.some((stream) => stream.by === "change" || stream.by === "creation") ??
  false;

/** What is asked of everything that can be read. */
export function readingChecks(resource: Resource): Check[] {
  const capabilityOf = (bench: Bench) =>
    needed(readCapability(bench.adapter, resource) ?? undefined, `how ${resource} are read`);
  const windowed = (bench: Bench) =>
    capabilityOf(bench).streams.filter((stream) => stream.by === "change" || stream.by === "creation");
  const isListed = (adapter: Adapter) => hasList(adapter, resource);
  return [
    {
      name: "all records of the platform's books are read",
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        const capability = capabilityOf(bench);
        const ids = new Set(documents.flatMap((raw) => COUNTED[resource](map(bench, capability, raw))));
        expect(ids.size).toBe(bench.subject.fake.books().counts[resource]);
        expect(ids.size, "the fake holds some").toBeGreaterThan(0);
      },
    },
    {
      name: "a walk in small pages gives each record once",
      applies: isListed,
      async run(given) {
        const { bench, listed } = await readOnce(given, resource);
        for (const stream of windowed(bench)) {
          const large = listed.get(stream.name) ?? (await walkStream(bench, resource, stream)).listed;
          const small = await walkStream(bench, resource, stream, 3);
          expect([...new Set(small.listed)].sort(), stream.name).toEqual([...new Set(large)].sort());
          // A record may lie on the edge of two windows, and be listed again by a keyset; never on page after page.
          expect(small.listed.length, stream.name).toBeLessThanOrEqual(Math.ceil(1.5 * new Set(small.listed).size) + 2);
        }
      },
    },
    {
      name: "an empty window has no records and no cursor",
      applies: isListed,
      async run(bench) {
        await probed(bench);
        for (const stream of windowed(bench)) {
          const since = new Date(bench.clock.now().getTime() - 1000 * DAY_MS);
          const walk = await walkWindow(
            bench,
            capabilityOf(bench),
            stream,
            since,
            new Date(since.getTime() + 3_600_000),
          );
          expect(walk).toMatchObject({ documents: [], listed: [], pages: 1 });
        }
      },
    },
    {
      name: "a stored cursor goes on in another process",
      applies: isListed,
      async run(bench) {
        await probed(bench);
        for (const stream of windowed(bench)) {
          const until = bench.clock.now();
          const since = new Date(
            until.getTime() - Math.min(stream.window.maxMinutes * 60_000, pastDays(resource) * DAY_MS),
          );
          const whole = await walkWindow(bench, capabilityOf(bench), stream, since, until, 3);
          const listed: string[] = [];
          let cursor: string | null = null;
          for (let pages = 0; pages < 500; pages += 1) {
            const fresh = needed(
              readCapability(bench.platform.entry.createAdapter(bench.context), resource) ?? undefined,
              "nothing",
            );
            const page = await fresh.list(
              bench.store,
              { stream: stream.name, since, until, cursor, limit: 3 },
              bench.signal,
            );
            bench.clock.advance(page.waitMs ?? 0);
            listed.push(
              ...page.documents.map((document) => document.externalId),
              ...page.references.map((reference) => reference.externalId),
            );
            cursor = page.next;
            expect(Buffer.byteLength(cursor ?? ""), "a cursor is below 8 KB").toBeLessThan(8192);
            if (cursor === null) break;
          }
          expect([...new Set(listed)].sort(), stream.name).toEqual([...new Set(whole.listed)].sort());
        }
      },
    },
    {
      name: "a cursor that is none is refused, so that the window begins again",
      applies: isListed,
      async run(bench) {
        await probed(bench);
        for (const stream of windowed(bench)) {
          const until = bench.clock.now();
          const input = {
            stream: stream.name,
            since: new Date(until.getTime() - DAY_MS),
            until,
            cursor: "\u0001 none",
            limit: 10,
          };
          const error = await failureOf(capabilityOf(bench).list(bench.store, input, bench.signal));
          expect(["invalid_request", "not_found"]).toContain(error.category);
        }
      },
    },
    {
      name: "a second reading gives the same documents",
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        expect(await readAll(bench, resource)).toEqual(documents);
      },
    },
    {
      name: "records that do not exist are missing, and gone",
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        const { missingId } = bench.subject;
        const named = documents[0]?.key;
        const key: RecordKey = named
          ? { externalId: missingId, key: Object.fromEntries(Object.keys(named).map((name) => [name, missingId])) }
          : { externalId: missingId };
        const { documents: found, missing } = await capabilityOf(bench).getMany(bench.store, [key], bench.signal);
        // What hangs on an order may be nothing instead of missing.
        expect(found.flatMap((raw) => COUNTED[resource](map(bench, capabilityOf(bench), raw)))).toEqual([]);
        for (const item of missing) expect(item).toEqual({ externalId: missingId, means: "gone" });
        if (capabilityOf(bench).streams.every((stream) => stream.by !== "parent")) expect(missing).toHaveLength(1);
      },
    },
    {
      name: "what a list names can be read by its key, and is the same version",
      applies: isListed,
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        const again = await getMany(bench, capabilityOf(bench), documents.slice(0, 5));
        expect(
          again.map(({ externalId, form, sourceVersion, sourceUpdatedAt, payload }) => ({
            externalId,
            form,
            sourceVersion,
            sourceUpdatedAt,
            payload,
          })),
        ).toEqual(
          expect.arrayContaining(
            documents.slice(0, 5).map(({ externalId, form, sourceVersion, sourceUpdatedAt, payload }) => ({
              externalId,
              form,
              sourceVersion,
              sourceUpdatedAt,
              payload,
            })),
          ),
        );
      },
    },
    {
      name: "each document maps to records of the unified form",
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        for (const raw of documents) {
          const before = JSON.stringify(raw.payload);
          const unified = map(bench, capabilityOf(bench), raw);
          for (const record of renderUnified(unified)) {
            const parsed = recordSchema.safeParse(record);
            expect(
              parsed.success,
              `${resource} ${raw.externalId}: ${JSON.stringify(parsed.error?.issues.slice(0, 3))}`,
            ).toBe(true);
          }
          expect(renderUnified(map(bench, capabilityOf(bench), raw)), "mapping is pure").toEqual(
            renderUnified(unified),
          );
          expect(JSON.stringify(raw.payload), "mapping leaves the document as it is").toBe(before);
          expect(before.length, "a document is at most 1 MB").toBeLessThan(1_000_000);
          expect(raw.form).toMatch(/@/);
        }
      },
    },
    {
      name: "source times are given always or never",
      async run(given) {
        const { documents } = await readOnce(given, resource);
        expect(new Set(documents.map((raw) => raw.sourceUpdatedAt === null)).size).toBe(1);
        for (const { sourceUpdatedAt } of documents)
          if (sourceUpdatedAt) expect(sourceUpdatedAt.getTime()).not.toBeNaN();
      },
    },
    {
      name: "a bare document in a file is read as from the platform",
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        const [raw] = documents;
        const capability = capabilityOf(bench);
        const bytes = new TextEncoder().encode(JSON.stringify(raw?.payload));
        const [parsed, ...more] = capability.parseFile(bytes, mapContext(bench));
        expect(more).toEqual([]);
        expect(parsed?.externalId).toBe(raw?.externalId);
        expect(renderUnified(map(bench, capability, needed(parsed, "nothing")))).toEqual(
          renderUnified(map(bench, capability, needed(raw, "nothing"))),
        );
      },
    },
    {
      name: "a file of something else is refused",
      run(bench) {
        const capability = capabilityOf(bench);
        for (const text of ["", "<html></html>", '{"zz":1}', "[1,2]"])
          expect(
            () =>
              capability
                .parseFile(new TextEncoder().encode(text), mapContext(bench))
                .map((raw) => map(bench, capability, raw)),
            text,
          ).toThrow();
      },
    },
    {
      name: "a document of another shape throws, and maps to nothing",
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        const [raw] = documents;
        for (const payload of [{}, null, "text", { zz: 1 }])
          expect(
            () => map(bench, capabilityOf(bench), { ...needed(raw, "nothing"), payload }),
            JSON.stringify(payload),
          ).toThrow();
      },
    },
    {
      name: "a code that no table knows is unknown, with a warning",
      async run(given) {
        const { bench, documents } = await readOnce(given, resource);
        const change = needed(bench.subject.drift[resource], `a code of ${resource} that no table knows (drift)`);
        const raw = needed(documents[0], "nothing");
        change(raw.payload as Record<string, unknown>);
        const unified = map(bench, capabilityOf(bench), raw);
        const records = unified[resource] as { status?: string; warnings: unknown[] }[];
        const kinds =
          resource === "settlements"
            ? unified.entries.map((entry) => entry.kind)
            : records.map((record) => record.status);
        expect(kinds).toContain(resource === "settlements" ? "other" : "unknown");
        expect(records.flatMap((record) => record.warnings)).toHaveLength(1);
      },
    },
  ];
}

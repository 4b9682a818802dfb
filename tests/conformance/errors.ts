/** What the platform's refusals become. */
import { expect } from "vitest";
import type { ErrorRow } from "../../src/core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../src/core/error-table.ts";
import type { AdapterError } from "../../src/core/errors.ts";
import type { FaultAnswer } from "../../src/fakes/fake.ts";
import { type Bench, probed } from "./bench.ts";
import { failureOf, group, needed } from "./check.ts";
import { readCapability } from "./reading.ts";

/** The failure of a first look, or of a renewal of the grant, that the platform answers so, however often it is asked. */
async function refused(bench: Bench, answer: FaultAnswer, asks: "probe" | "refresh" = "probe"): Promise<AdapterError> {
  const { subject, adapter } = bench;
  subject.fake.clearFaults();
  subject.fake.fail("*", [answer], { repeat: true });
  // A refresh that gives the same token lets the refusal itself be seen.
  const store = { ...bench.store, refresh: async () => bench.credentials };
  try {
    if (asks === "probe") return await failureOf(adapter.auth.probe(store, bench.signal));
    const refresh = needed(adapter.auth.refresh, "how a grant is renewed");
    return await failureOf(refresh(store, bench.credentials, bench.signal));
  } finally {
    subject.fake.clearFaults();
  }
}

/** A text that the pattern matches: its first alternative without the pattern's signs. */
function sampleOf(pattern: string | RegExp | undefined): string | undefined {
  if (pattern === undefined || typeof pattern === "string") return pattern;
  const text = pattern.source
    .replace(/[\^$]/g, "")
    .replace(/\((?:\?:)?([^|()]*)\|[^()]*\)/g, "$1")
    .replace(/[()]/g, "")
    .split("|")[0];
  return text?.replace(/\\(.)/g, "$1").replace(/^_/, "X_");
}

function answerFor(bench: Bench, row: ErrorRow): FaultAnswer {
  const own = bench.subject.refusal?.(row);
  if (own) return own;
  const status = typeof row.status === "number" ? row.status : row.status?.[0];
  // A code of some kind makes the fake speak in the platform's own envelope.
  const code = sampleOf(row.code) ?? "zz_unlisted";
  const message = sampleOf(row.message);
  return {
    ...(status === undefined ? {} : { status }),
    code,
    ...(message === undefined ? {} : { message }),
  };
}

const HTML = "<!DOCTYPE html><html><body>Please wait</body></html>";

export const errors = group("errors", [
  {
    name: "every row of the error table is reached by an answer of the platform",
    run: async (bench) => {
      const { entry } = bench.platform;
      // The same adapter, whose rows say which they are.
      const { http } = bench.context;
      const marked = entry.createAdapter({
        ...bench.context,
        http: (definition) =>
          http({ ...definition, errors: definition.errors.map((row, index) => ({ ...row, hint: `row ${index};` })) }),
      });
      for (const [index, row] of bench.adapter.errors.entries()) {
        // Rows of signing in are for the calls that do.
        const isOfGrant = row.operation !== undefined && (sampleOf(row.operation) ?? "").startsWith("auth.");
        const asks = isOfGrant ? "refresh" : "probe";
        const error = await refused({ ...bench, adapter: marked }, answerFor(bench, row), asks);
        // A refused renewal is told in words of its own; its category stands.
        if (!isOfGrant)
          expect(
            error.message,
            `row ${index} ${JSON.stringify(row.code)} ${String(row.code)} ${String(row.message)}`,
          ).toContain(`row ${index};`);
        expect(error.category).toBe(row.category);
        if (row.retryAfterMs !== undefined) expect(error.retryAfterMs).toBe(row.retryAfterMs);
        bench.clock.advance(86_400_000);
      }
    },
  },
  {
    name: "what no row names has its common meaning",
    run: async (bench) => {
      const cases = [
        [500, "transient"],
        [502, "transient"],
        [503, "transient"],
        [429, "throttled"],
        [408, "transient"],
      ] as const;
      for (const [status, category] of cases) {
        expect((await refused(bench, { status, html: HTML })).category, String(status)).toBe(category);
        bench.clock.advance(3_600_000);
      }
    },
  },
  {
    name: "web pages, nothing and half a document are transient",
    run: async (bench) => {
      const half = '{"code":"OK","data":{"id":';
      for (const answer of [
        { html: HTML },
        { status: 404, html: HTML },
        { status: 200, body: "" },
        { status: 200, body: half },
      ]) {
        expect((await refused(bench, answer)).category, JSON.stringify(answer)).toBe("transient");
      }
    },
  },
  {
    name: "a failure inside an HTTP 200 is found",
    run: async (bench) => {
      const error = await refused(bench, { status: 200, ...bench.subject.failureIn200 });
      expect(error.httpStatus).toBe(200);
      expect(error.platformCode).toBe(bench.subject.failureIn200.code);
    },
  },
  {
    name: "an answer of an unknown shape is permanent, and no empty list",
    run: async (bench) => {
      await probed(bench);
      const capability = needed(readCapability(bench.adapter, "orders") ?? undefined, "how orders are read");
      const strange = bench.subject.strangeAnswer ?? { status: 200, body: { zz: 1 } };
      bench.subject.fake.fail("*", [strange], { repeat: true });
      const until = bench.clock.now();
      const since = new Date(until.getTime() - 3_600_000);
      const stream = needed(capability.streams[0], "a stream of orders").name;
      const call = capability.list(bench.store, { stream, since, until, cursor: null, limit: 10 }, bench.signal);
      expect((await failureOf(call)).category).toBe("permanent");
    },
    applies: (adapter) => readCapability(adapter, "orders") !== null,
  },
  {
    name: "a broken connection is transient with its cause, and a read is repeated",
    run: async (bench) => {
      await probed(bench);
      bench.subject.fake.fail(bench.subject.operations.probe, ["reset", "ok"]);
      await bench.adapter.auth.probe(bench.store, bench.signal);
      bench.subject.fake.fail("*", ["reset"], { repeat: true });
      const error = await failureOf(bench.adapter.auth.probe(bench.store, bench.signal));
      expect(error).toMatchObject({ category: "transient", maybeApplied: false });
      expect(error.cause).toBeInstanceOf(Error);
    },
  },
  {
    name: "the platform's number of the request is kept",
    run: async (bench) => {
      const error = await refused(bench, bench.subject.failureIn200);
      expect(error.platformRequestId).toBeTruthy();
    },
  },
  {
    name: "rows for one operation name operations that there are",
    run: ({ adapter }) => {
      for (const row of adapter.errors.filter((candidate) => candidate.operation !== undefined)) {
        const operation = sampleOf(row.operation) ?? "";
        const failure = { code: sampleOf(row.code) ?? null, message: sampleOf(row.message) ?? null };
        expect(
          toAdapterError(adapter.errors, DEFAULT_ROWS, {
            platform: adapter.id,
            operation,
            effect: "read",
            status: 400,
            failure,
          }).category,
        ).toBe(row.category);
      }
    },
  },
]);

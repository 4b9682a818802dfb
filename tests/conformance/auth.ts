/** Who the store is, and what becomes of its grant. */
import { expect } from "vitest";
import type { Adapter } from "../../src/core/adapter.ts";
import { probed } from "./bench.ts";
import { failureOf, group, needed } from "./check.ts";
import { givenConnected } from "./engine.ts";

const canRefresh = (adapter: Adapter) => adapter.auth.refresh !== undefined;
const isOauth = (adapter: Adapter) => adapter.auth.kind === "oauth";

export const auth = group("auth", [
  {
    name: "the fake's credentials and settings pass the adapter's own schemas",
    run: ({ adapter, subject }) => {
      expect(adapter.auth.credentials.parse(subject.credentials)).toEqual(subject.credentials);
      adapter.auth.settings.parse(subject.settings ?? {});
      expect(adapter.auth.credentials.safeParse({}).success).toBe(false);
    },
  },
  {
    name: "a first look tells who the store is",
    run: async (bench) => {
      const facts = await probed(bench);
      expect(facts.externalId).toBeTruthy();
      expect(facts.name).toBeTruthy();
      expect(facts.marketplaces.length).toBeGreaterThan(0);
      for (const { currency, timeZone } of facts.marketplaces) {
        expect(currency).toMatch(/^[A-Z]{3}$/);
        expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
      }
      expect(facts.warnings).toEqual([]);
      if (facts.clockSkewMs !== null) expect(Math.abs(facts.clockSkewMs)).toBeLessThan(2000);
    },
  },
  {
    name: "wrong credentials are auth_expired",
    run: async (bench) => {
      bench.credentials = {
        ...bench.credentials,
        values: Object.fromEntries(
          Object.entries(bench.credentials.values).map(([name, value]) => [name, `${value.slice(0, -4)}0000`]),
        ),
      };
      const error = await failureOf(bench.adapter.auth.probe(bench.store, bench.signal));
      expect(error.category).toBe("auth_expired");
    },
  },
  {
    name: "a grant that was withdrawn is auth_expired, and the call ends",
    run: async (bench) => {
      await probed(bench);
      bench.subject.revoke();
      const error = await failureOf(bench.adapter.auth.probe(bench.store, bench.signal));
      expect(error.category).toBe("auth_expired");
    },
  },
  {
    name: "the authorise address carries the state and where to come back to",
    applies: isOauth,
    run: ({ adapter, subject }) => {
      const redirectUrl = "https://tallyport.example/v1/oauth/callback";
      const url = needed(adapter.auth.authoriseUrl, "nothing")(needed(subject.app, "the app"), {
        state: "st4te&x",
        redirectUrl,
        settings: {},
      });
      const parameters = [...new URL(url).searchParams.values()];
      expect(parameters).toContain("st4te&x");
      expect(parameters).toContain(redirectUrl);
      expect(url).not.toContain(needed(subject.app, "the app").secret);
    },
  },
  {
    name: "a code is exchanged for a grant, once",
    applies: isOauth,
    run: async (bench) => {
      const { adapter, subject, signal } = bench;
      const exchange = needed(adapter.auth.exchange, "nothing");
      const { query } = needed(subject.consent, "what a seller's consent brings (consent)");
      const app = needed(subject.app, "the app");
      const grant = await exchange(app, { query, redirectUrl: "https://tallyport.example/v1/oauth/callback" }, signal);
      expect(adapter.auth.credentials.parse(grant.values)).toEqual(grant.values);
      expect(grant.expiresAt?.getTime()).toBeGreaterThan(bench.clock.now().getTime());
      bench.credentials = { ...bench.credentials, values: grant.values, version: 2 };
      await probed(bench);
      await failureOf(exchange(app, { query, redirectUrl: "https://tallyport.example/v1/oauth/callback" }, signal));
    },
  },
  {
    name: "a refused token leads to one refresh and one repeat",
    applies: canRefresh,
    run: async (bench) => {
      const { subject } = bench;
      needed(subject.expireToken, "how a token lapses")();
      await probed(bench);
      const operations = subject.fake.requests.map((request) => request.operation);
      expect(operations.filter((name) => name === subject.operations.refresh)).toHaveLength(1);
      expect(operations.filter((name) => name === subject.operations.probe)).toHaveLength(2);
      expect(bench.credentials.version).toBe(2);
      expect(bench.credentials.expiresAt).not.toBeNull();
    },
  },
  {
    name: "two processes that meet a lapsed token refresh it once",
    applies: canRefresh,
    run: async (bench) => {
      const engine = await givenConnected(bench);
      needed(bench.subject.expireToken, "how a token lapses")();
      const before = bench.subject.fake.requests.length;
      await Promise.all(
        ["one", "two", "three"].map(async (id) => bench.adapter.auth.probe(await engine.handle(id), bench.signal)),
      );
      const refreshes = bench.subject.fake.requests
        .slice(before)
        .filter((request) => request.operation === bench.subject.operations.refresh);
      expect(refreshes).toHaveLength(1);
    },
  },
  {
    name: "a refresh whose answer was lost is not repeated with the token that it used",
    applies: canRefresh,
    run: async (bench) => {
      const { subject } = bench;
      subject.fake.fail(needed(subject.operations.refresh, "the fake's name of a refresh"), ["cut"]);
      needed(subject.expireToken, "how a token lapses")();
      const error = await failureOf(bench.adapter.auth.probe(bench.store, bench.signal));
      expect(error).toMatchObject({ category: "transient" });
      expect(subject.fake.requests.filter((request) => request.operation === subject.operations.refresh)).toHaveLength(
        1,
      );
    },
  },
  {
    name: "a grant that we give back opens nothing any more",
    applies: (adapter) => adapter.auth.revoke !== undefined,
    run: async (bench) => {
      await bench.adapter.auth.revoke?.(bench.store, bench.signal);
      const error = await failureOf(bench.adapter.auth.probe(bench.store, bench.signal));
      expect(error.category).toBe("auth_expired");
    },
  },
  {
    name: "signatures equal the platform's own examples",
    run: ({ platform }) => {
      expect(platform.signatures.length, "examples of signatures").toBeGreaterThan(0);
      for (const { example, ours, theirs } of platform.signatures) expect(ours, example).toBe(theirs);
    },
  },
]);

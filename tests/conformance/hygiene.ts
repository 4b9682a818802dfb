/** Nothing told that is a secret, nothing left running. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { RESOURCES } from "../../src/core/model/vocabulary.ts";
import { describeError } from "../../src/core/redact.ts";
import { type Bench, probed } from "./bench.ts";
import { group, needed } from "./check.ts";
import { readAll, readCapability, readOnce } from "./reading.ts";

/** The source files of an adapter. */
export function filesOf(folder: string): string[] {
  const root = join(process.cwd(), "src/adapters", folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(root, name));
}

export const hygiene = group("hygiene", [
  {
    name: "no secret and no buyer is in the log or in an error",
    run: async (bench) => {
      await probed(bench);
      const readable = RESOURCES.filter((resource) => readCapability(bench.adapter, resource));
      const readers: Bench[] = [];
      for (const resource of readable) readers.push((await readOnce(bench, resource)).bench);
      const all = [bench, ...readers];
      const secrets = all.flatMap((one) => one.secrets()).filter((secret) => secret !== "");
      expect(secrets.length).toBeGreaterThan(1);
      const sent = all.flatMap((one) => one.exchanges.map((exchange) => exchange.answer)).join();
      expect(
        bench.subject.secrets.some((secret) => sent.includes(secret)),
        "the fake's buyers have these names",
      ).toBe(true);
      for (const failure of [
        { status: 500, body: { message: bench.subject.secrets[0], code: "zz" } },
        "reset" as const,
        { status: 401 },
        { html: `<p>${bench.subject.secrets[0]}` },
      ]) {
        bench.subject.fake.fail("*", [failure], { repeat: true });
        const error: unknown = await bench.adapter.auth.probe(bench.store, bench.signal).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        bench.subject.fake.clearFaults();
        expect(error).toBeInstanceOf(Error);
        if (!(error instanceof Error)) return;
        bench.logs.log.error("conformance failure", { err: error });
        const shown = `${error.message} ${JSON.stringify(describeError(error))}`;
        for (const secret of secrets) expect(shown).not.toContain(secret);
        bench.clock.advance(600_000);
      }
      expect(bench.logs.lines().length).toBeGreaterThan(3);
      for (const { logs } of all) logs.assertNone(secrets);
    },
  },
  {
    name: "a call that is given up ends at once",
    run: async (bench) => {
      await probed(bench);
      bench.subject.fake.fail("*", ["timeout"], { repeat: true });
      const controller = new AbortController();
      const call = bench.adapter.auth.probe(bench.store, controller.signal);
      const ended = call.then(
        () => "answered",
        () => "given up",
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error("enough"));
      const late = new Promise((resolve) => setTimeout(() => resolve("still waiting"), 1000));
      expect(await Promise.race([ended, late])).toBe("given up");
    },
  },
  {
    name: "loading the adapter starts nothing",
    run: async ({ platform }) => {
      const started: string[] = [];
      const spies = (["setInterval", "setTimeout", "fetch"] as const).map((name) => {
        const original = globalThis[name] as (...args: never[]) => unknown;
        return vi.spyOn(globalThis, name).mockImplementation(((...args: never[]) => {
          if (new Error().stack?.includes(`/src/adapters/${platform.folder}/`)) started.push(name);
          return original(...args);
        }) as never);
      });
      try {
        vi.resetModules();
        await import(`../../src/adapters/${platform.folder}/index.ts`);
      } finally {
        for (const spy of spies) spy.mockRestore();
      }
      expect(started).toEqual([]);
    },
  },
  {
    name: "the adapter reads no clock, no environment and no network of its own",
    run: ({ platform }) => {
      for (const file of filesOf(platform.folder)) {
        const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
        expect(
          /\bDate\.now\(|new Date\(\)|process\.env|(?<![.\w])fetch\(|setTimeout\(|Math\.random\(/.exec(text)?.[0],
          file,
        ).toBeUndefined();
      }
    },
  },
  {
    name: "an adapter holds nothing between calls",
    run: async (bench) => {
      await probed(bench);
      const one = await readAll(bench, "orders");
      const fresh: Bench = { ...bench, adapter: bench.platform.entry.createAdapter(bench.context) };
      expect(await readAll(fresh, "orders")).toEqual(one);
      needed(one[0], "orders in the fake");
    },
  },
]);

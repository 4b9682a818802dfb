/** The adapter as a value: what it says of itself is whole and true. */
import { expect } from "vitest";
import { checkLayout } from "../../scripts/check-layout.ts";
import { CAPABILITIES, isAbsent, type ReadCapability } from "../../src/core/adapter.ts";
import { ERROR_CATEGORIES } from "../../src/core/errors.ts";
import { RESOURCES } from "../../src/core/model/vocabulary.ts";
import { actsOf } from "./acts.ts";
import { group } from "./check.ts";
import { readCapability } from "./reading.ts";

export const shape = group("shape", [
  {
    name: "folder and README have the parts of the template",
    run: ({ platform }) => {
      const own = checkLayout(process.cwd()).filter(({ file }) => file.includes(`/${platform.folder}/`));
      expect(own).toEqual([]);
    },
  },
  {
    name: "id, label and folder agree, and the fake is the platform's",
    run: ({ platform, adapter, subject }) => {
      expect(adapter.id).toBe(platform.entry.id);
      expect(adapter.label).toBe(platform.entry.label);
      expect(platform.folder.replace(/^_/, "")).toBe(adapter.id);
      expect(subject.fake.platform).toBe(adapter.id);
      expect(adapter.docs).toMatch(/^https:\/\//);
    },
  },
  {
    name: "what is absent says why, and names the page that says so",
    run: ({ adapter }) => {
      const acts = actsOf(adapter).map(([name, act]) => [name, act] as const);
      const capabilities = CAPABILITIES.map((name) => [name, adapter[name]] as const);
      for (const [name, value] of [...capabilities, ...acts]) {
        if (!isAbsent(value)) continue;
        expect(value.absent.length, name).toBeGreaterThan(10);
        expect(value.source, name).toMatch(/^https?:\/\//);
      }
    },
  },
  {
    name: "streams are well formed, and what a store begins with is among them",
    run: ({ adapter }) => {
      for (const resource of RESOURCES) {
        const capability: ReadCapability | null = readCapability(adapter, resource);
        if (!capability) continue;
        const names = capability.streams.map((stream) => stream.name);
        expect(new Set(names).size, resource).toBe(names.length);
        expect(
          capability.streams.some((stream) => !stream.audit),
          resource,
        ).toBe(true);
        expect(capability.getBatch).toBeGreaterThan(0);
        for (const { name, by, window, everySeconds } of capability.streams) {
          expect(name, "`open` and names with @ are the engine's").toMatch(/^(?!open$)[a-z_]+$/);
          expect(everySeconds).toBeGreaterThan(0);
          if (by !== "change" && by !== "creation") continue;
          expect(window.maxMinutes).toBeGreaterThan(0);
          expect(window.minSeconds).toBeGreaterThan(0);
          expect(window.overlapSeconds, "a window overlaps the one before by more than the lag").toBeGreaterThan(
            window.safetyLagSeconds,
          );
          expect(window.overlapSeconds).toBeLessThan(window.maxMinutes * 60);
        }
      }
    },
  },
  {
    name: "quota groups are well formed, and pushes draw on those that there are",
    run: ({ adapter }) => {
      const names = adapter.quotas.map((quota) => quota.name);
      expect(new Set(names).size).toBe(names.length);
      for (const quota of adapter.quotas) {
        expect(quota.capacity).toBeGreaterThan(0);
        expect(quota.windowMs).toBeGreaterThan(0);
      }
      for (const push of [adapter.stock, adapter.prices]) {
        if (isAbsent(push)) continue;
        expect(push.batch.max).toBeGreaterThan(0);
        for (const use of push.quota) expect(names).toContain(use.group);
      }
    },
  },
  {
    name: "error rows say something, and no category that there is not",
    run: ({ adapter }) => {
      for (const row of adapter.errors) {
        expect(ERROR_CATEGORIES).toContain(row.category);
        expect(
          row.status !== undefined ||
            row.code !== undefined ||
            row.message !== undefined ||
            row.contentType !== undefined,
        ).toBe(true);
      }
    },
  },
  {
    name: "acts check their input, and those that are not idempotent can find their effect",
    run: ({ adapter }) => {
      for (const [name, act] of actsOf(adapter)) {
        if (isAbsent(act)) continue;
        expect(act.input.safeParse({ zz: 1 }).success, name).toBe(false);
        if (!act.idempotent) expect(act.findEffect, name).toBeTypeOf("function");
      }
    },
  },
  {
    name: "proof is claimed for what there is, and what is unverified says what happens",
    run: ({ adapter }) => {
      for (const name of Object.keys(adapter.proof))
        expect(isAbsent(adapter[name as (typeof CAPABILITIES)[number]]), name).toBe(false);
      for (const name of CAPABILITIES) if (!isAbsent(adapter[name])) expect(adapter.proof[name], name).toBeDefined();
      for (const { fact, capability, ifWrong } of adapter.unverified) {
        expect(CAPABILITIES as readonly string[]).toContain(capability.split(".")[0]);
        expect(Math.min(fact.length, ifWrong.length)).toBeGreaterThan(10);
      }
    },
  },
]);

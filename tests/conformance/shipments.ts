/** Parcels. */
import { expect } from "vitest";
import { isAbsent } from "../../src/core/adapter.ts";
import { actChecks } from "./acts.ts";
import { probed } from "./bench.ts";
import { group } from "./check.ts";
import { readingChecks } from "./reading.ts";

export const shipments = group(
  "shipments",
  [
    ...readingChecks("shipments"),
    {
      name: "carriers are listed once, with codes of ours or `platform:` ones",
      applies: (adapter) => !isAbsent(adapter.shipments) && adapter.shipments.carriers !== undefined,
      run: async (bench) => {
        await probed(bench);
        if (isAbsent(bench.adapter.shipments)) return;
        const carriers = (await bench.adapter.shipments.carriers?.(bench.store, bench.signal)) ?? [];
        expect(new Set(carriers.map((carrier) => carrier.code)).size).toBe(carriers.length);
        for (const { code, externalCode } of carriers)
          expect(code).toMatch(externalCode === code.replace(/^platform:/, "") ? /./ : /^[a-z0-9_]+$/);
      },
    },
    ...actChecks("shipments"),
  ],
  (adapter) => !isAbsent(adapter.shipments),
);

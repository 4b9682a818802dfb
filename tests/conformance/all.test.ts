import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { registry } from "../../src/adapters/index.ts";
import { EXCEPTIONS } from "./exceptions.ts";
import type { Platform } from "./platform.ts";
import { checksFor, describeAdapter } from "./suite.ts";

const PLATFORMS = await Promise.all(
  readdirSync(new URL("platforms", import.meta.url))
    .sort()
    .map(async (file) => ((await import(`./platforms/${file}`)) as { platform: Platform }).platform),
);

it("every platform of the registry has a fake and a file in platforms/", () => {
  const tested = PLATFORMS.map((platform) => platform.entry);
  for (const entry of Object.values(registry)) expect(tested, entry.id).toContain(entry);
});

it("every exception names a platform, a check that it is asked, a reason and a link", () => {
  for (const { platform, check, reason, link } of EXCEPTIONS) {
    const found = PLATFORMS.find((candidate) => candidate.entry.id === platform);
    expect(found, platform).toBeDefined();
    if (found) expect(checksFor(found).map((one) => one.name)).toContain(check);
    expect(reason.length).toBeGreaterThan(20);
    expect(link).toMatch(/^https:\/\//);
  }
});

for (const platform of PLATFORMS) describeAdapter(platform);

/** Migrates one PGlite and keeps its image, of which every test database is a copy, for as long as nothing in it changes. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { TestProject } from "vitest/node";
import { migrate } from "../../src/core/db/migrate.ts";
import { overPglite } from "../../src/entry/open-database.ts";
import "./database-template.ts";

const SOURCES = [
  "src/core/db/migrations.ts",
  "src/core/db/migrate.ts",
  "node_modules/@electric-sql/pglite/package.json",
];
const DAY_MS = 86_400_000;

export default async function setup(project: TestProject): Promise<void> {
  const cache = join(project.config.root, "node_modules/.cache/tallyport");
  const dump = join(cache, `pglite-${digest(project.config.root)}.tar`);
  if (!existsSync(dump)) {
    mkdirSync(cache, { recursive: true });
    removeOld(cache);
    const unfinished = `${dump}.${process.pid}`;
    writeFileSync(unfinished, await migratedImage());
    renameSync(unfinished, dump);
  }
  project.provide("template", { engine: "pglite", dump });
}

function digest(root: string): string {
  const hash = createHash("sha256");
  for (const file of SOURCES) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex").slice(0, 16);
}

/** Images of other migrations, unless a run that began a while ago may still read them. */
function removeOld(cache: string): void {
  for (const name of readdirSync(cache)) {
    const file = join(cache, name);
    if (Date.now() - statSync(file).mtimeMs > DAY_MS) rmSync(file, { force: true });
  }
}

async function migratedImage(): Promise<Uint8Array> {
  const client = await PGlite.create();
  await migrate(overPglite(client));
  const image = await client.dumpDataDir("none");
  await client.close();
  return new Uint8Array(await image.arrayBuffer());
}

/** Migrates one database of the server that TEST_DATABASE_URL names; every test database is a copy of it. */
import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { migrate } from "../../src/core/db/migrate.ts";
import { openPostgres } from "../../src/entry/open-database.ts";
import "./database-template.ts";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const url = new URL(process.env.TEST_DATABASE_URL ?? "");
  const database = `tallyport_test_${randomBytes(4).toString("hex")}`;
  const server = openPostgres(url.href, { max: 1 });
  await server.db.exec(`create database ${database}`);
  const own = new URL(url);
  own.pathname = `/${database}`;
  const { db, close } = openPostgres(own.href, { max: 1 });
  await migrate(db);
  await close();
  project.provide("template", { engine: "postgres", url: url.href, database });
  return async () => {
    const left = await server.db.query<{ name: string }>(
      "select datname as name from pg_database where starts_with(datname, $1)",
      [database],
    );
    for (const { name } of left) await server.db.exec(`drop database if exists ${name} with (force)`);
    await server.close();
  };
}

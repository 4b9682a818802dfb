import { expect, it } from "vitest";
import { checkMigrations, renderMigrations } from "../../scripts/embed-migrations.ts";
import { givenFiles } from "../support/temp-dir.ts";

const DRIZZLE = {
  "drizzle/meta/_journal.json": JSON.stringify({
    entries: [{ idx: 0, tag: "0000_first", breakpoints: true }],
  }),
  "drizzle/0000_first.sql":
    "create table a (b text);\n--> statement-breakpoint\ncreate table c (d text default '`$`');\n",
};

it("splits each migration into its statements", () => {
  const text = renderMigrations(givenFiles(DRIZZLE));
  expect(JSON.parse(text.slice(text.indexOf("= [") + 2, -2))).toEqual([
    { tag: "0000_first", statements: ["create table a (b text);", "create table c (d text default '`$`');"] },
  ]);
});

it("finds a module that is missing or stale, and no other", () => {
  const module = "src/core/db/migrations.ts";
  const text = renderMigrations(givenFiles(DRIZZLE));
  expect(checkMigrations(givenFiles({ ...DRIZZLE, [module]: text }))).toEqual([]);
  expect(checkMigrations(givenFiles({ ...DRIZZLE, [module]: `${text}\n` }))).toHaveLength(1);
  expect(checkMigrations(givenFiles(DRIZZLE))).toHaveLength(1);
});

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const DATABASE_SUPPORT = "tests/support/database.ts";

/** Every test file below tests/, divided by whether it uses a database, directly or through another file of tests/. */
export function listTests(root: string, exclude: RegExp): { plain: string[]; database: string[] } {
  const usesDatabase = createLookup(root);
  const files = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" })
    .map((name) => `tests/${name.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".test.ts") && !exclude.test(file))
    .sort();
  return { plain: files.filter((file) => !usesDatabase(file)), database: files.filter(usesDatabase) };
}

function createLookup(root: string): (file: string) => boolean {
  const known = new Map<string, boolean>([[DATABASE_SUPPORT, true]]);
  const usesDatabase = (file: string): boolean => {
    const answer = known.get(file);
    if (answer !== undefined) return answer;
    known.set(file, false);
    const uses = importsOf(root, file).some(usesDatabase);
    known.set(file, uses);
    return uses;
  };
  return usesDatabase;
}

function importsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)]
    .map((match) => relative(root, resolve(root, dirname(file), match[1] ?? "")))
    .filter((path) => path.startsWith("tests/") && path.endsWith(".ts") && existsSync(join(root, path)));
}

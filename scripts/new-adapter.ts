/** `npm run new-adapter <id> [label]`: a platform's adapter, fake and place in the conformance suite, ready to be filled. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const FAKE_TEMPLATE = fileURLToPath(new URL("../src/fakes/_template", import.meta.url));
const TEST_TEMPLATE = fileURLToPath(new URL("../tests/conformance/platforms/template.ts", import.meta.url));

/** Makes adapter, fake and platform file of the tests, and registers the adapter. Throws with a sentence for the person who typed the command. */
export function createAdapterFolder(root: string, id: string, label = capitalise(id)): string[] {
  if (!/^[a-z][a-z0-9]{1,29}$/.test(id)) {
    throw new Error(
      `"${id}" is no id: it starts with a lower-case letter and has only these and digits, 2 to 30 of them`,
    );
  }
  const template = join(root, "src/adapters/_template");
  const adapter = join(root, "src/adapters", id);
  const fake = join(root, "src/fakes", id);
  const test = join(root, "tests/conformance/platforms", `${id}.ts`);
  const registry = join(root, "src/adapters/index.ts");
  for (const path of [adapter, join(fake, "server.ts"), test])
    if (existsSync(path)) throw new Error(`${path.slice(root.length + 1)} exists already`);
  for (const path of [template, registry])
    if (!existsSync(path)) throw new Error(`${path.slice(root.length + 1)} is missing`);

  const rename = (text: string) => text.replaceAll(/_?template/g, id).replaceAll("Template", label);
  const registered = register(readFileSync(registry, "utf8"), id);
  for (const [from, to] of [
    [template, adapter],
    [FAKE_TEMPLATE, fake],
    [TEST_TEMPLATE, test],
  ] as const) {
    mkdirSync(dirname(to), { recursive: true });
    cpSync(from, to, { recursive: true });
  }
  for (const file of [...filesBelow(adapter), ...filesBelow(fake), test])
    writeFileSync(file, rename(readFileSync(file, "utf8")));
  writeFileSync(registry, registered);
  return [`src/adapters/${id}/`, `src/fakes/${id}/`, `tests/conformance/platforms/${id}.ts`, "src/adapters/index.ts"];
}

/** Adds the import and the key. */
function register(text: string, id: string): string {
  const line = `import { ${id} } from "./${id}/index.ts";\n`;
  const others = [...text.matchAll(/^import .* from "\.\/[a-z0-9_]+\/index\.ts";\n/gm)];
  const last = others.at(-1);
  const after = last === undefined ? endOfImports(text) : last.index + last[0].length;
  const withImport = text.slice(0, after) + line + text.slice(after);
  const literal = /(= \{[^}]*?),?(\s*\} (?:as const )?satisfies )/;
  if (!literal.test(withImport)) throw new Error("src/adapters/index.ts has no registry literal `{ … } satisfies …`");
  return withImport.replace(
    literal,
    (_, keys: string, end: string) => `${keys}${keys.endsWith("{") ? "" : ","} ${id}${end}`,
  );
}

function endOfImports(text: string): number {
  const last = [...text.matchAll(/^import .*;\n/gm)].at(-1);
  return last === undefined ? 0 : last.index + last[0].length;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [id, label] = process.argv.slice(2);
  try {
    if (id === undefined) throw new Error("usage: npm run new-adapter <id> [label]");
    const written = createAdapterFolder(process.cwd(), id, label);
    console.log(`wrote ${written.join(", ")}`);
    console.log(
      `next: fill src/adapters/${id}/README.md first, then config, auth, client and schemas for one read, orders;`,
    );
    console.log(`      npx biome check --write src/adapters && npx vitest tests/conformance -t ${id}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

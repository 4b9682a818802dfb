/**
 * Every platform has the same files, so that a place in the code is found by its path alone.
 * Compares src/adapters/<platform> with src/adapters/_template and asks for a fake beside it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { finish, type Problem } from "./problem.ts";

const TEMPLATE = "_template";

/** The platforms that have a folder below src/adapters. */
export function listPlatforms(root: string): string[] {
  const adapters = join(root, "src/adapters");
  if (!existsSync(adapters)) return [];
  return readdirSync(adapters).filter((name) => !name.startsWith("_") && statSync(join(adapters, name)).isDirectory());
}

/** Compares every platform's folder, fake and README with the template. */
export function checkLayout(root: string): Problem[] {
  const platforms = listPlatforms(root);
  if (existsSync(join(root, "src/adapters", TEMPLATE))) return platforms.flatMap((id) => checkPlatform(root, id));
  if (platforms.length === 0) return [];
  return [
    {
      file: `src/adapters/${TEMPLATE}`,
      rule: "the template that every platform is compared with exists",
      remedy: "restore the folder",
    },
  ];
}

function checkPlatform(root: string, platform: string): Problem[] {
  const folder = `src/adapters/${platform}`;
  const wanted = entriesOf(join(root, "src/adapters", TEMPLATE));
  const present = entriesOf(join(root, folder));
  const problems: Problem[] = [];
  for (const [name, file] of wanted) {
    if (!present.has(name)) {
      problems.push({
        file: `${folder}/${file}`,
        rule: "every platform has all files of the template",
        remedy: `add it, or a folder ${name}/ with an index.ts; a capability that the platform lacks exports absent("reason, link")`,
      });
    }
  }
  for (const [name, file] of present) {
    if (!wanted.has(name)) {
      problems.push({
        file: `${folder}/${file}`,
        rule: "a platform has no file that the template lacks",
        remedy:
          "move its content into the file of its subject; a subject that needs room becomes a folder of the same name",
      });
    }
  }
  if (!existsSync(join(root, "src/fakes", platform, "server.ts"))) {
    problems.push({
      file: `src/fakes/${platform}/server.ts`,
      rule: "every platform has a fake",
      remedy: "write a Hono app that speaks the platform's wire protocol",
    });
  }
  return [...problems, ...checkReadme(root, folder)];
}

/** Entry name without the extension of a source file -> name on disk; a folder stands for the file of its name. */
function entriesOf(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return new Map(names.map((name) => [name.replace(/\.ts$/, ""), name]));
}

function checkReadme(root: string, folder: string): Problem[] {
  const file = `${folder}/README.md`;
  const template = join(root, "src/adapters", TEMPLATE, "README.md");
  if (!existsSync(join(root, file)) || !existsSync(template)) return [];
  const present = new Set(headingsOf(join(root, file)));
  return headingsOf(template)
    .filter((heading) => !present.has(heading))
    .map((heading) => ({
      file,
      rule: `a platform's README has the template's sections; "## ${heading}" is missing`,
      remedy: "add the section; where there is nothing to tell, say so in a sentence",
    }));
}

function headingsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^## +(.+?) *$/gm)].map((match) => match[1] ?? "");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) finish("layout", checkLayout(process.cwd()));

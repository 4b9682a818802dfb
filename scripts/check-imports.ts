/** Who may import whom: runs dependency-cruiser with the rules of .dependency-cruiser.cjs. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import { finish, type Problem } from "./problem.ts";

interface Rules extends IFlattenedRuleSet {
  options: ICruiseOptions & { enhancedResolveOptions: object };
}

const RULES: Rules = createRequire(import.meta.url)("../.dependency-cruiser.cjs");
const FOLDERS = ["src", "tests", "bench", "scripts"];

/** Applies the import rules to the tree below root. */
export async function checkImports(root: string): Promise<Problem[]> {
  const { options, ...ruleSet } = RULES;
  const folders = FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(
    folders,
    { ...options, baseDir: root, ruleSet, validate: true },
    options.enhancedResolveOptions,
  );
  const { summary } = output as ICruiseResult;
  return summary.violations.map(({ from, to, rule, cycle }) => ({
    file: [from, ...(cycle?.map((step) => step.name) ?? [to])].join(" -> "),
    rule: rule.name,
    remedy: ruleSet.forbidden?.find(({ name }) => name === rule.name)?.comment ?? "",
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) finish("imports", await checkImports(process.cwd()));

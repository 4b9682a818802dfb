/**
 * Words that do not belong where they stand: the name of a platform outside its adapter and fake,
 * paths of the machine a file was written on, and addresses of package registries.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { listPlatforms } from "./check-layout.ts";
import { finish, type Problem } from "./problem.ts";

/** What serves every platform may name none. */
const NEUTRAL = /^(src\/(core|sync|api|console)|tests\/(core|sync|api))\//;
/** This check and its test name what they look for. */
const OWN_FILES = /^(scripts|tests\/scripts)\/check-words\b/;
const BINARY = /\.(png|jpe?g|gif|ico|webp|woff2?|ttf|pdf|zip|gz|xlsx?|wasm|tar)$/i;

/** Long enough to be unmistakable anywhere in an identifier. */
const PLATFORM_NAMES = [
  ..."taobao tmall alipay cainiao alibaba aliexpress vipshop weipinhui dangdang jingdong pinduoduo douyin".split(" "),
  ..."tiktok kuaishou xiaohongshu shopify woocommerce wordpress amazon medusa shopee lazada walmart allegro".split(" "),
  ..."淘宝 天猫 支付宝 京东 唯品会 当当 拼多多 抖音 快手 小红书".split(" "),
];
/** Short names, which are parts of other words: only with no letter beside them. */
const SHORT_NAMES = ["jd", "woo", "ebay", "etsy", "pdd", "fba"];

const MACHINE_PATH = /(?<![\w.~-])\/(?:work|root|home|Users)\/[\w.-]+/;
const REGISTRY_HOST =
  /\bregistry\.[a-z0-9-]+\.[a-z]|\b(?:npmmirror|artifactory|verdaccio|jfrog)\b|\bnpm\.pkg\.|\bpypi\.org\b|\bproxy\.golang\b/i;

/** Searches the given files, whose paths are relative to the root. */
export function checkWords(root: string, files: readonly string[]): Problem[] {
  const platformName = namePattern(listPlatforms(root));
  return files
    .filter(
      (file) =>
        !BINARY.test(file) && !OWN_FILES.test(file) && statSync(join(root, file), { throwIfNoEntry: false })?.isFile(),
    )
    .flatMap((file) => checkFile(file, readFileSync(join(root, file), "utf8"), platformName));
}

function checkFile(file: string, text: string, platformName: RegExp): Problem[] {
  const problems = [
    ...find(file, text, MACHINE_PATH, "no path of a particular machine", "use a path relative to the checkout"),
    ...find(
      file,
      text,
      REGISTRY_HOST,
      "no address of a package registry",
      "leave the choice of registry to npm's settings",
    ),
  ];
  if (!NEUTRAL.test(file)) return problems;
  const remedy =
    "say it neutrally, or move it to the platform's adapter, fake or tests; examples use the platform `example`";
  if (platformName.test(file)) problems.push({ file, rule: "no platform is named in a neutral path", remedy });
  return [...problems, ...find(file, text, platformName, "no platform is named in neutral code", remedy)];
}

function find(file: string, text: string, pattern: RegExp, rule: string, remedy: string): Problem[] {
  if (!pattern.test(text)) return [];
  return text.split("\n").flatMap((line, index) => {
    const found = pattern.exec(line)?.[0];
    return found === undefined ? [] : [{ file: `${file}:${index + 1}`, rule: `${rule}: found "${found}"`, remedy }];
  });
}

function namePattern(folders: readonly string[]): RegExp {
  const long = [...PLATFORM_NAMES, ...folders.filter((name) => name.length > 4)];
  const short = [...SHORT_NAMES, ...folders.filter((name) => name.length <= 4)];
  return new RegExp(`${long.join("|")}|(?<![a-z])(?:${short.join("|")})(?![a-z])`, "i");
}

/** Every file that is, or would be, in the repository. */
export function listFiles(root: string): string[] {
  const options = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  return execFileSync("git", options, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 })
    .split("\0")
    .filter((file) => file !== "");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  finish("words", checkWords(process.cwd(), listFiles(process.cwd())));
}

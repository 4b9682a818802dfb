/** Settings from the environment: checked at the start, with a list of what is wrong and what would be right. */
import { z } from "zod";
import { InputError } from "./errors.ts";

const flag = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(["1", "0", "true", "false", "on", "off"], "must be on or off"))
  .transform((text) => text === "1" || text === "true" || text === "on");

const schema = z.object({
  DATABASE_URL: z
    .string()
    .regex(
      /^postgres(ql)?:\/\//,
      "must begin with postgres://, for example postgres://user:password@host:5432/tallyport",
    )
    .refine(
      (url) => !/^postgres(ql)?:\/\//.test(url) || URL.canParse(url),
      "cannot be read as an address: characters such as # / ? @ : in the user or password are written %23 %2F %3F %40 %3A",
    )
    .optional(),
  TALLYPORT_DATA: z.string().min(1, "must name a folder").optional(),
  TALLYPORT_SECRET: z.string().min(1, "must not be empty").optional(),
  PORT: z.coerce.number("must be a number").int().min(0).max(65_535, "must be a port, for example 8080").optional(),
  PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: "must be the address that platforms call, for example https://shop.example.com",
    })
    .optional(),
  TALLYPORT_ALLOW_PRIVATE_URLS: flag.optional(),
  LOG_LEVEL: z
    .enum(["error", "warn", "info", "debug", "silent"], "must be error, warn, info, debug or silent")
    .optional(),
});

/** Names of ours that may stand in the environment; any other TALLYPORT_ name is a mistake. */
const KNOWN = new Set([...Object.keys(schema.shape), "TALLYPORT_SPECS"]);

export interface Config {
  databaseUrl: string | null;
  dataFolder: string;
  secret: string | null;
  port: number;
  publicUrl: string | null;
  allowPrivateUrls: boolean;
  logLevel: "error" | "warn" | "info" | "debug" | "silent";
}

/** Reads the environment. Throws `InputError` that names every setting that is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const problems = Object.keys(set)
    .filter((name) => name.startsWith("TALLYPORT_") && !KNOWN.has(name))
    .map((name) => ({ path: name, message: `is not a setting. Known: ${[...KNOWN].join(", ")}` }));
  const parsed = schema.safeParse(set);
  if (!parsed.success)
    problems.push(
      ...parsed.error.issues.map((issue) => ({ path: String(issue.path[0] ?? ""), message: issue.message })),
    );
  if (!parsed.success || problems.length > 0)
    throw new InputError(
      "invalid_configuration",
      `The environment is not right:\n${problems.map((problem) => `  ${problem.path} ${problem.message}`).join("\n")}`,
      { issues: problems },
    );
  const value = parsed.data;
  if (value.DATABASE_URL && !value.TALLYPORT_SECRET)
    throw new InputError(
      "secret_missing",
      "TALLYPORT_SECRET is not set. With DATABASE_URL it must be: it opens the credentials and buyer data in the database.\n" +
        "  Make one with: node -e \"console.log(require('crypto').randomBytes(32).toString('base64'))\" and keep it safe.",
    );
  return {
    databaseUrl: value.DATABASE_URL ?? null,
    dataFolder: value.TALLYPORT_DATA ?? ".tallyport",
    secret: value.TALLYPORT_SECRET ?? null,
    port: value.PORT ?? 8080,
    publicUrl: value.PUBLIC_URL ?? null,
    allowPrivateUrls: value.TALLYPORT_ALLOW_PRIVATE_URLS ?? value.DATABASE_URL === undefined,
    logLevel: value.LOG_LEVEL ?? "info",
  };
}

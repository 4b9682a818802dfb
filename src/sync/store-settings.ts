/** What may be set of a store: the platform's settings and ours. */
import { z } from "zod";
import type { Adapter } from "../core/adapter.ts";
import { InputError } from "../core/errors.ts";
import { PUSH_SETTINGS } from "./push-settings.ts";

/** Settings that every store has, whatever its platform. */
const STORE_SETTINGS = z.object({
  /** Per quota group: what this store's host bears, where it differs from the adapter's assumption. */
  quotas: z
    .record(
      z.string(),
      z.strictObject({
        capacity: z.number().positive().optional(),
        concurrency: z.int().positive().optional(),
        /** Calls of a day, of a group that counts them. */
        daily: z.int().positive().optional(),
      }),
    )
    .optional(),
  ...PUSH_SETTINGS.shape,
});

/** Checks the settings of a store, the platform's and ours. Throws `InputError` that names what is wrong or unknown. */
export function checkSettings(adapter: Adapter, input: Record<string, unknown>): Record<string, unknown> {
  const own = Object.keys(STORE_SETTINGS.shape);
  const ours = check(
    STORE_SETTINGS,
    Object.fromEntries(own.flatMap((name) => (name in input ? [[name, input[name]]] : []))),
    "settings",
  );
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !own.includes(name)));
  const platform = check(adapter.auth.settings, rest, "settings");
  const unknown = Object.keys(rest).filter((name) => !(name in platform));
  const groups = Object.keys(ours.quotas ?? {}).filter((name) => !adapter.quotas.some((group) => group.name === name));
  if (unknown.length > 0 || groups.length > 0)
    throw new InputError(
      "unknown_setting",
      unknown.length > 0
        ? `${adapter.label} has no setting ${unknown.map((name) => `"${name}"`).join(", ")}.`
        : `${adapter.label} has no quota group ${groups.map((name) => `"${name}"`).join(", ")}; it has ${adapter.quotas.map((group) => `"${group.name}"`).join(", ")}.`,
      { status: 422 },
    );
  return { ...platform, ...ours };
}

export function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(`invalid_${what}`, `The ${what} are not right: ${z.prettifyError(parsed.error)}`, {
    status: 422,
    issues: parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message })),
  });
}

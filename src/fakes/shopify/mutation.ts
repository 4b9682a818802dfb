/** How a mutation is run: its scopes, its key, and refusals among its user errors. */

import type { GraphQLResolveInfo } from "graphql";
import { assertScope, type Context } from "./context.ts";
import { failure, Refusal, refused, type UserError, type View } from "./wire.ts";

export interface Mutation<A> {
  scopes: readonly string[];
  /** True: the call must name a key, under which it is done once. */
  isKeyed?: boolean;
  /** The payload's field of refusals; default `userErrors`. */
  errors?: string;
  run(args: A, context: Context): View;
}

interface Done {
  variables: string;
  payload: View | null;
}

/** Keys that were used, with what came of them. Never forgotten here: how long the platform keeps them is unknown. */
export interface Keys {
  readonly done: Map<string, Done>;
  /** Keys of calls that are under way. */
  readonly busy: Set<string>;
}

/** Turns a mutation into a field of the root. */
export function mutationOf<A extends object>(keys: Keys, name: string, mutation: Mutation<A>) {
  const { scopes, isKeyed = false, errors: field = "userErrors", run } = mutation;
  return (args: A, context: Context, info: GraphQLResolveInfo): View => {
    assertScope(context, name, ...scopes);
    const key = isKeyed ? keyOf(name, info) : null;
    const variables = `${name} ${JSON.stringify(args)}`;
    try {
      if (key === null) return { [field]: [], ...run(args, context) };
      const before = keys.done.get(key);
      if (keys.busy.has(key))
        throw refused("Another request with this key is under way.", null, "IDEMPOTENCY_CONCURRENT_REQUEST");
      if (before !== undefined && before.variables !== variables)
        throw refused("The key was used with other parameters.", null, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH");
      if (before?.payload === null)
        throw refused("An earlier attempt with this key failed.", null, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED");
      if (before !== undefined) return before.payload ?? {};
      keys.done.set(key, { variables, payload: null });
      const payload = { [field]: [] as UserError[], ...run(args, context) };
      keys.done.set(key, { variables, payload });
      return payload;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { [field]: error.errors };
    }
  };
}

function keyOf(name: string, { fieldNodes, variableValues }: GraphQLResolveInfo): string {
  const given = fieldNodes[0]?.directives?.find((one) => one.name.value === "idempotent")?.arguments?.[0]?.value;
  const key =
    given?.kind === "Variable" ? variableValues[given.name.value] : given?.kind === "StringValue" ? given.value : null;
  if (typeof key === "string" && key !== "") return key;
  throw failure(
    "BAD_REQUEST",
    `The @idempotent directive is required for this mutation but was not provided. (${name})`,
  );
}

/** A row that must be there. Throws `Refusal`. */
export function must<T>(row: T | null | undefined, what: string, field: string[], code?: string): T {
  if (row === null || row === undefined) throw refused(`${what} does not exist`, field, code);
  return row;
}

/** Answers a call: checks it against the schema, weighs it against the bucket, and runs it. */

import {
  type DocumentNode,
  execute,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import { runDue } from "../living.ts";
import type { Context } from "./context.ts";
import { type Bucket, costOf, MOST_COST } from "./cost.ts";
import { type Keys, mutationOf } from "./mutation.ts";
import { appMutations } from "./mutations-app.ts";
import { goodsMutations } from "./mutations-goods.ts";
import { orderMutations } from "./mutations-orders.ts";
import { shippingMutations } from "./mutations-shipping.ts";
import { queriesOf } from "./queries.ts";
import { schema } from "./schema/index.ts";
import type { Store } from "./store.ts";

export interface Wire {
  document: DocumentNode | null;
  operation: OperationDefinitionNode | null;
  variables: Record<string, unknown>;
  errors: readonly GraphQLError[];
}

/** Reads the body of a call. */
export async function readWire(request: Request): Promise<Wire> {
  const none = { document: null, operation: null, variables: {} };
  try {
    const { query, variables, operationName } = JSON.parse(await request.text());
    const document = parse(String(query));
    const operation = getOperationAST(document, operationName) ?? null;
    return { document, operation, variables: variables ?? {}, errors: [] };
  } catch (error) {
    return { ...none, errors: [error instanceof GraphQLError ? error : new GraphQLError("Invalid request body")] };
  }
}

/** What the gate knows a call by: `query.orders`, `mutation.orderUpdate`. */
export function operationOf({ operation }: Wire): string {
  const first = operation?.selectionSet.selections.find((one) => one.kind === Kind.FIELD);
  return first === undefined || operation === null ? "graphql" : `${operation.operation}.${first.name.value}`;
}

/** Answers calls of one shop. */
export function createGraphql(store: Store, bucket: Bucket, keys: Keys) {
  const queries = queriesOf(store);
  // Callers send few documents, each many times.
  const checked = new Map<string, readonly GraphQLError[]>();
  const errorsIn = (document: DocumentNode): readonly GraphQLError[] => {
    const text = document.loc?.source.body ?? "";
    const known = checked.get(text) ?? validate(schema, document);
    checked.set(text, known);
    return known;
  };
  const costs = (requested: number, actual: number | null) => ({
    cost: {
      requestedQueryCost: requested,
      actualQueryCost: actual,
      throttleStatus: {
        maximumAvailable: bucket.size,
        currentlyAvailable: bucket.available(),
        restoreRate: bucket.restore,
      },
    },
  });

  return function answer({ document, operation, variables, errors }: Wire, version: string): Response {
    runDue(store);
    if (document === null || operation === null)
      return Response.json({ errors: errors.length > 0 ? errors : [{ message: "No operation is named." }] });
    const wrong = errorsIn(document);
    if (wrong.length > 0) return Response.json({ errors: wrong });
    const requested = costOf(document, operation, variables);
    if (requested > MOST_COST) {
      const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${MOST_COST}).`;
      const extensions = { code: "MAX_COST_EXCEEDED", cost: requested, maxCost: MOST_COST };
      return Response.json({ errors: [{ message, extensions }], extensions: costs(requested, null) });
    }
    if (requested > bucket.available()) return throttled(costs(requested, null));
    bucket.take(requested);
    const mutations = {
      ...goodsMutations(store),
      ...shippingMutations(store),
      ...orderMutations(store),
      ...appMutations(store, queries, version),
    };
    const changes = Object.entries(mutations).map(([name, one]) => [name, mutationOf(keys, name, one as never)]);
    const contextValue: Context = { scopes: store.scopes, showsBuyers: store.options.showsBuyers !== false, version };
    const rootValue = operation.operation === "mutation" ? Object.fromEntries(changes) : queries;
    const operationName = operation.name?.value ?? null;
    const result = execute({ schema, document, rootValue, contextValue, variableValues: variables, operationName });
    if (result instanceof Promise) throw new TypeError("an answer must not wait");
    const actual = costOf(document, operation, variables, result.data);
    bucket.giveBack(requested - actual);
    return Response.json({ ...result, extensions: costs(requested, actual) });
  };
}

/** The refusal of a call that the bucket does not bear. */
export function throttled(extensions: Record<string, unknown>): Response {
  const documentation = "https://shopify.dev/api/usage/rate-limits";
  return Response.json({
    errors: [{ message: "Throttled", extensions: { code: "THROTTLED", documentation } }],
    extensions,
  });
}

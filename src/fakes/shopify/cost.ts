/**
 * What a call costs in points. Words and numbers cost nothing, an object one, a mutation ten. A list costs by its size;
 * the platform does not publish how: here by the logarithm, so that the documented large queries stay below the most.
 */

import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { nowOf } from "../living.ts";
import { schema } from "./schema/index.ts";
import type { Store } from "./store.ts";

const MUTATION = 10;
/** Of one query, whatever the bucket holds. */
export const MOST_COST = 1000;

const weight = (size: number): number => Math.ceil(Math.log(size + 1));

interface Asked {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Readonly<Record<string, unknown>>;
}

/** The cost of an operation: before the run by what it asks for, after it by what it got. */
export function costOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  data?: unknown,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  if (operation.operation === "mutation") return MUTATION * operation.selectionSet.selections.length;
  return Math.max(1, inside({ fragments, variables }, operation.selectionSet, schema.getQueryType() ?? null, data));
}

function inside(asked: Asked, set: SelectionSetNode, type: GraphQLNamedType | null, data: unknown): number {
  let sum = 0;
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) sum += ofField(asked, node, type, data);
    else {
      const part = node.kind === Kind.INLINE_FRAGMENT ? node : asked.fragments.get(node.name.value);
      const name = part?.typeCondition?.name.value;
      const inner = name === undefined ? type : (schema.getType(name) ?? null);
      if (part !== undefined) sum += inside(asked, part.selectionSet, inner, data);
    }
  }
  return sum;
}

function ofField(asked: Asked, node: FieldNode, parent: GraphQLNamedType | null, data: unknown): number {
  const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
  const type = fields[node.name.value]?.type;
  if (type === undefined || node.selectionSet === undefined) return 0;
  const named = getNamedType(type);
  if (!isObjectType(named) && !isAbstractType(named)) return 0;
  const value =
    data === undefined ? undefined : (data as Record<string, unknown> | null)?.[(node.alias ?? node.name).value];
  if (value === null || (data !== undefined && value === undefined)) return 0;
  if (named.name === "PageInfo") return 0;
  if (Array.isArray(value)) {
    const most = value.map((one) => inside(asked, node.selectionSet as SelectionSetNode, named, one));
    return weight(value.length) * (1 + Math.max(0, ...most));
  }
  const size = sizeOf(asked, node);
  if (!named.name.endsWith("Connection")) {
    return (size === null ? 1 : weight(size)) * (1 + inside(asked, node.selectionSet, named, value));
  }
  // The rows lie below `nodes` or `edges`, which cost nothing themselves.
  const rows = (value as { nodes?: unknown[]; edges?: unknown[] } | undefined) ?? {};
  const got = value === undefined ? (size ?? 1) : (rows.nodes ?? rows.edges ?? []).length;
  const parts = node.selectionSet.selections.filter((one) => one.kind === Kind.FIELD);
  const each = parts.map((part) => {
    const set = part.selectionSet;
    if (set === undefined || part.name.value === "pageInfo") return 0;
    const row = getNamedType(isObjectType(named) ? named.getFields()[part.name.value]?.type : undefined) ?? null;
    const first = value === undefined ? undefined : (rows[part.name.value as "nodes" | "edges"] ?? [])[0];
    return inside(asked, set, row, first);
  });
  return weight(got) * (1 + Math.max(0, ...each));
}

function sizeOf({ variables }: Asked, { arguments: given = [] }: FieldNode): number | null {
  for (const { name, value } of given) {
    if (name.value !== "first" && name.value !== "last") continue;
    if (value.kind === Kind.INT) return Number(value.value);
    if (value.kind === Kind.VARIABLE) return Number(variables[value.name.value] ?? 1);
  }
  return null;
}

/** The points that a shop's app has left. They come back second by second. */
export interface Bucket {
  readonly size: number;
  readonly restore: number;
  available(): number;
  take(points: number): void;
  giveBack(points: number): void;
}

export function createBucket(store: Store): Bucket {
  const { size, restore } = store.options.bucket ?? { size: 2000, restore: 100 };
  let [points, at] = [size, nowOf(store)];
  const available = (): number => {
    const now = store.clock.now().getTime() / 1000;
    points = Math.min(size, points + Math.max(0, now - at) * restore);
    at = now;
    return Math.floor(points);
  };
  return {
    size,
    restore,
    available,
    take(count) {
      available();
      points -= count;
    },
    giveBack(count) {
      points = Math.min(size, points + count);
    },
  };
}

/** Bulk runs: a query read without pages, whose rows lie in a file of lines. */

import { type DocumentNode, execute, type FieldNode, GraphQLError, Kind, parse, validate, visit } from "graphql";
import { DAY } from "../beijing-time.ts";
import { nowOf } from "../living.ts";
import { append, emptyFile } from "./bulk-file.ts";
import { assertScope, type Context } from "./context.ts";
import { listOf } from "./pages.ts";
import { schema } from "./schema/index.ts";
import { newId, type Store } from "./store.ts";
import type { BulkRun } from "./types.ts";
import { gid, numberOf, refused, time, timeOrNull, type View } from "./wire.ts";

/** Seconds from the start to the run, and to its end. */
const BEGINS = 2;
const ENDS = 8;
const FILE_LIFE = 7 * DAY;
const MOST_LISTS = 5;
const MOST_DEPTH = 2;
const MOST_AT_ONCE = 5;
/** Rows of the list itself that are worked out at a time. */
const AT_A_TIME = 500;

export function bulkStatus(store: Store, run: BulkRun): string {
  const age = nowOf(store) - run.created;
  if (run.cancelled !== null) return nowOf(store) - run.cancelled < BEGINS ? "CANCELING" : "CANCELED";
  if (age < BEGINS) return "CREATED";
  if (age < ENDS) return "RUNNING";
  if (run.failure !== null) return "FAILED";
  return age > ENDS + FILE_LIFE ? "EXPIRED" : "COMPLETED";
}

export function bulkView(store: Store, run: BulkRun): View {
  const status = bulkStatus(store, run);
  const url = `${store.home}/bulk/${run.id}.jsonl`;
  const file = status === "COMPLETED" || status === "FAILED" || status === "EXPIRED" ? run.file : null;
  const hasUrl = file !== null && file.count > 0 && status !== "EXPIRED";
  return {
    __typename: "BulkOperation",
    id: gid("BulkOperation", run.id),
    status,
    type: "QUERY",
    errorCode: status === "FAILED" ? run.failure : null,
    createdAt: time(run.created),
    completedAt: timeOrNull(file === null ? null : run.created + ENDS),
    objectCount: String(file?.count ?? 0),
    rootObjectCount: String(file?.roots ?? 0),
    fileSize: file === null ? null : String(file.size),
    url: status === "COMPLETED" && hasUrl ? url : null,
    partialDataUrl: status === "FAILED" && hasUrl ? url : null,
  };
}

/** The runs, for the root of queries. */
export function bulkLists(store: Store) {
  return {
    bulkOperation({ id }: { id: string }) {
      const run = store.bulkRuns.get(numberOf("BulkOperation", id) ?? -1);
      return run === undefined ? null : bulkView(store, run);
    },
    bulkOperations: listOf(() => store.bulkRuns.values(), {
      view: (run: BulkRun) => bulkView(store, run),
    }),
  };
}

/** Begins a run; its rows are those of this moment. Throws `Refusal`. */
export function startBulk(store: Store, query: string, isGrouped: boolean, root: unknown, context: Context): BulkRun {
  const document = readQuery(query);
  const active = [...store.bulkRuns.values()].filter((run) => /CREATED|RUNNING|CANCELING/.test(bulkStatus(store, run)));
  if (active.length >= MOST_AT_ONCE)
    throw refused(
      "A bulk query operation for this app and shop is already in progress.",
      null,
      "OPERATION_IN_PROGRESS",
    );
  assertScope(context, "bulkOperationRunQuery", ...store.scopes);
  const file = emptyFile();
  let denied = false;
  // Children stand behind their parents where lines are grouped; else behind all of them, which is worked out whole.
  for (let from = 0, size = isGrouped ? AT_A_TIME : Number.POSITIVE_INFINITY; ; from += size) {
    const slice = { from, size };
    const result = execute({ schema, document, rootValue: root, contextValue: { ...context, isBulk: true, slice } });
    if (result instanceof Promise) throw new TypeError("a bulk run must not wait");
    const isDenied = result.errors?.some(({ extensions }) => extensions.code === "ACCESS_DENIED") === true;
    if (result.errors !== undefined && !isDenied) throw refused(result.errors[0]?.message ?? "", ["query"], "INVALID");
    denied ||= isDenied;
    const lists = Object.values(result.data ?? {}) as (View | null)[];
    const rows = lists.flatMap((list) => (list === null ? [] : flatten(list, null, 0)));
    const roots = rows.filter(({ depth }) => depth === 0).length;
    const ordered = isGrouped ? rows : [...rows].sort((a, b) => a.depth - b.depth);
    append(file, ordered.map(({ row }) => `${JSON.stringify(row)}\n`).join(""));
    file.count += rows.length;
    file.roots += roots;
    if (roots < size) break;
  }
  const failure = denied ? "ACCESS_DENIED" : null;
  const run: BulkRun = { id: newId(store), query, isGrouped, created: nowOf(store), cancelled: null, file, failure };
  store.bulkRuns.set(run.id, run);
  return run;
}

/** Parses and checks what a bulk run may ask. Throws `Refusal`. */
function readQuery(query: string): DocumentNode {
  const invalid = (message: string) => refused(message, ["query"], "INVALID");
  try {
    const document = parse(query);
    const [error] = validate(schema, document);
    if (error !== undefined) throw invalid(`Invalid bulk query: ${error.message}`);
    let [lists, depth, deepest] = [0, 0, 0];
    const isList = ({ selectionSet }: FieldNode): boolean =>
      selectionSet?.selections.some((one) => one.kind === Kind.FIELD && /^(edges|nodes)$/.test(one.name.value)) ===
      true;
    visit(document, {
      Field: {
        enter(field, _key, _parent, path) {
          if (path.length <= 6 && /^nodes?$/.test(field.name.value))
            throw invalid("Bulk queries cannot contain the node or nodes field at the top level.");
          if (!isList(field)) return;
          lists += 1;
          depth += 1;
          deepest = Math.max(deepest, depth);
        },
        leave(field) {
          if (isList(field)) depth -= 1;
        },
      },
    });
    if (lists === 0) throw invalid("Bulk queries must contain at least one connection.");
    if (lists > MOST_LISTS) throw invalid(`Bulk queries cannot contain more than ${MOST_LISTS} connections.`);
    if (deepest - 1 > MOST_DEPTH)
      throw invalid(`Bulk queries cannot contain connections nested deeper than ${MOST_DEPTH}.`);
    return document;
  } catch (error) {
    if (error instanceof GraphQLError) throw invalid(`Invalid bulk query: ${error.message}`);
    throw error;
  }
}

interface Flat {
  row: View;
  depth: number;
}

/** Rows of a list, each followed by the rows of its own lists, which name their parent. */
function flatten(list: View, parent: string | null, depth: number): Flat[] {
  const nodes = (list.nodes ?? (list.edges as { node: View }[] | undefined)?.map(({ node }) => node) ?? []) as View[];
  return nodes.flatMap((node) => {
    const isInner = (value: unknown): value is View =>
      typeof value === "object" && value !== null && ("edges" in value || "nodes" in value);
    const own = Object.entries(node).filter(([, value]) => !isInner(value));
    const row = { ...Object.fromEntries(own), ...(parent === null ? {} : { __parentId: parent }) };
    const inner = Object.values(node).filter(isInner);
    return [{ row, depth }, ...inner.flatMap((one) => flatten(one, String(node.id), depth + 1))];
  });
}

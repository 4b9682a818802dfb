/** The one way to the admin API: GET reads, POST writes; and what the core has for all platforms, with this one's name. */
import type {
  AdapterContext,
  HttpAnswer,
  HttpCall,
  HttpRequest,
  ListInput,
  Page,
  PlatformFailure,
  PushItem,
  RawDocument,
  Reference,
  Store,
} from "../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../core/error-table.ts";
import { documentsIn } from "../../core/file-records.ts";
import { outcomesOf } from "../../core/outcomes.ts";
import { pagingOf } from "../../core/paging.ts";
import { type Fields, isFields, type Tree, textIn } from "../../core/tree.ts";
import { parseWire, printWire } from "../../core/wire.ts";
import { authorization, ID, rootOf } from "./config.ts";
import { ERRORS } from "./errors.ts";
import { QUOTA, QUOTAS, TIMEOUT_MS } from "./limits.ts";
import { read, rowsIn } from "./schemas.ts";

export const OUTCOMES = outcomesOf(ID);
export const { done, refusable, refuse } = OUTCOMES;
const PAGING = pagingOf(ID);

export type Query = Readonly<Record<string, string | number | readonly string[]>>;
export type Client = ReturnType<typeof createClient>;
/** A store that is called until the signal says stop. */
export type Shop = ReturnType<Client["at"]>;

interface Call {
  operation: string;
  path: string;
  query?: Query;
  body?: unknown;
  effect?: HttpCall<unknown>["effect"];
}

interface Answered {
  value: unknown;
  date: Date | null;
}

export function createClient(context: AdapterContext) {
  const http = context.http({ platform: ID, errors: ERRORS, quotas: QUOTAS, failure: failureOf });

  const send = (store: Store, signal: AbortSignal, { operation, path, query = {}, body, effect }: Call) => {
    const method = body === undefined ? "GET" : "POST";
    const url = `${rootOf(store)}${path}${queryOf(query)}`;
    const request: HttpCall<Answered>["request"] = ({ values }): HttpRequest => {
      const headers = { accept: "application/json", ...authorization(values) };
      return body === undefined
        ? { method, url, headers }
        : { method, url, headers: { ...headers, "content-type": "application/json" }, body: printWire(body) };
    };
    const parse = (answer: HttpAnswer): Answered => ({ value: parseWire(answer.text()).value, date: dateOf(answer) });
    const call = {
      store,
      operation,
      effect: effect ?? (body === undefined ? "read" : "write"),
      request,
      parse,
    } as const;
    return http.send({ ...call, quota: QUOTA, timeoutMs: TIMEOUT_MS }, signal);
  };

  return {
    clock: context.clock,
    send,
    at: (store: Store, signal: AbortSignal) => {
      const answer = async (call: Call) => (await send(store, signal, call)).value;
      return {
        store,
        get: answer,
        /** A write; `keyed-write` where a repeat ends in the same state. */
        post: (call: Required<Pick<Call, "operation" | "path" | "body" | "effect">>) => answer(call),
        /** A page of a list. Its answer without a limit would be cut at 15 or 50. */
        rows: async (call: Omit<Call, "body"> & { plural: string }) =>
          rowsIn(await answer(call), call.plural, call.operation),
        /** Records by id: what does not come does not exist. */
        byIds: async (call: Omit<Call, "body"> & { plural: string }, ids: readonly string[]): Promise<Fields[]> => {
          if (ids.length === 0) return [];
          const query = { ...call.query, "id[]": ids, limit: ids.length };
          return rowsIn(await answer({ ...call, query }), call.plural, call.operation).rows;
        },
      };
    },
  };
}

/** Names in brackets and signs before fields (`+email`) must be encoded: a bare plus would be a space. */
function queryOf(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

const REFUSAL = /^\s*\{\s*"(?:type|code|message)"/;

/** The failure in an answer: `{"type","message"}`, or a message alone where nobody is signed in. */
export function failureOf(answer: HttpAnswer): PlatformFailure | null {
  // Documents are not parsed twice.
  if (answer.status < 400 && !REFUSAL.test(answer.text())) return null;
  return failureIn(parseWire(answer.text()).value);
}

function failureIn(value: unknown): PlatformFailure | null {
  const { type, message } = isFields(value) ? value : {};
  return typeof message === "string" ? { code: textIn(type), message } : null;
}

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

interface Listed {
  operation: string;
  path: string;
  plural: string;
  query: Query;
  most: number;
}

/**
 * A page of a list in the order of ids, which never move: a record that changes leaves its window all the same, so that the
 * pages are read from the last to the first.
 */
export async function listRows(shop: Shop, input: ListInput, list: Listed): Promise<Page & { rows: Fields[] }> {
  const { operation, path, plural, most } = list;
  const position = { limit: input.limit, cursor: PAGING.readCursor(input.cursor, operation) };
  const { rows, ...page } = await PAGING.readPages(
    position,
    { rows: most, pages: Number.POSITIVE_INFINITY },
    (number, size) =>
      shop.rows({
        operation,
        path,
        plural,
        query: { ...list.query, order: "id", limit: size, offset: (number - 1) * size },
      }),
  );
  return { documents: [], references: [], ...page, rows };
}

export const VARIANTS = { path: "/admin/product-variants", plural: "variants" } as const;

/** The variants that offers are of, by id. */
export async function readVariants(
  shop: Shop,
  operation: string,
  fields: readonly string[],
  offers: readonly Pick<PushItem, "variantExternalId">[],
): Promise<Map<string, Tree>> {
  const ids = [...new Set(offers.map(({ variantExternalId }) => variantExternalId))];
  const rows = await shop.byIds({ ...VARIANTS, operation, query: { fields: fields.join(",") } }, ids);
  return new Map(rows.map((row) => [read(row).need("id"), read(row)]));
}

/** Both bounds are inclusive on the platform. */
export const windowOf = ({ since, until }: ListInput, field: string): Query => ({
  [`${field}[$gte]`]: since.toISOString(),
  [`${field}[$lte]`]: until.toISOString(),
});

/** Documents of those that came, and what did not. */
export const foundOf = (asked: readonly string[], documents: RawDocument[]) => ({
  documents,
  missing: asked
    .filter((id) => !documents.some(({ externalId }) => externalId === id))
    .map((externalId) => ({ externalId, means: "gone" as const })),
});

export const referenceOf = (externalId: string): Reference => ({
  externalId,
  sourceUpdatedAt: null,
  sourceVersion: null,
});

/** Documents of a file: whole answers (recorded with their request or not), or bare documents. Throws for refusals, and for files without any. */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  toDocuments: (value: Fields) => RawDocument[] | null,
): RawDocument[] {
  const { value } = parseWire(new TextDecoder().decode(bytes));
  const body = isFields(value) && isFields(value.request) && "body" in value ? value.body : value;
  const failure =
    isFields(body) && Object.keys(body).every((name) => /^(?:type|code|message)$/.test(name)) ? failureIn(body) : null;
  if (failure) {
    const status = isFields(value) && typeof value.status === "number" ? { status: value.status } : {};
    throw toAdapterError(ERRORS, DEFAULT_ROWS, { platform: ID, operation: "file", effect: "read", failure, ...status });
  }
  const isEmpty = (root: unknown) =>
    isFields(root) && root.count === 0 && Object.values(root).some((rows) => Array.isArray(rows) && rows.length === 0);
  return documentsIn([body], what, toDocuments, isEmpty);
}

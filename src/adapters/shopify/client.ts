/**
 * The one way to the Admin API: a document and its variables are posted, and an HTTP 200 may be a failure on three levels:
 * `errors[]`, `userErrors[]` of a mutation, and fields that are null because the app may not see them.
 */
import { z } from "zod";
import type {
  AdapterContext,
  HttpAnswer,
  HttpCall,
  ListInput,
  Missing,
  Page,
  PlatformFailure,
  RawDocument,
  Store,
} from "../../core/adapter.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../core/error-table.ts";
import { adapterError, isAdapterError } from "../../core/errors.ts";
import { documentsIn } from "../../core/file-records.ts";
import { outcomesOf } from "../../core/outcomes.ts";
import { pagingOf } from "../../core/paging.ts";
import { type Fields, isFields, recordsOf, textIn } from "../../core/tree.ts";
import { parseWire, printWire } from "../../core/wire.ts";
import { ID, rootOf, VERSION } from "./config.ts";
import { ERRORS, FILE_ERRORS, NO_CODE, TOO_COSTLY } from "./errors.ts";
import { costIn, FILE_QUOTA, LONGEST_LIST, observe, QUOTA, QUOTAS, TIMEOUT_MS, type Weight } from "./limits.ts";
import { connectionIn, kindOf } from "./schemas.ts";

export const OUTCOMES = outcomesOf(ID);
export const { done, refusable, refuse } = OUTCOMES;
const PAGING = pagingOf(ID);

export type Client = ReturnType<typeof createClient>;
/** A store that is called until the signal says stop. */
export type Shop = ReturnType<Client["at"]>;

interface Call {
  operation: string;
  document: string;
  variables?: Fields;
  weight?: Weight;
  effect?: HttpCall<unknown>["effect"];
  /** User errors are told with the answer instead of being thrown. */
  keepsUserErrors?: boolean;
}

export interface Answered {
  data: Fields;
  date: Date | null;
  refusal: PlatformFailure | null;
}

const ENVELOPE = z.looseObject({ data: z.record(z.string(), z.unknown()) });

export function createClient(context: AdapterContext) {
  const about = { platform: ID, errors: ERRORS, quotas: QUOTAS };
  const http = context.http({ ...about, failure: failureOf, observe });
  const files = context.http({ ...about, errors: FILE_ERRORS, failure: () => null });

  const send = async (store: Store, signal: AbortSignal, call: Call): Promise<Answered> => {
    const { operation, document, variables = {}, effect = "read", weight = "light" } = call;
    const answered = await http.send<Answered>(
      {
        store,
        operation,
        effect,
        quota: QUOTA[weight],
        timeoutMs: TIMEOUT_MS,
        request: ({ values }) => ({
          method: "POST",
          url: `${rootOf(store, values)}/admin/api/${VERSION}/graphql.json`,
          headers: {
            accept: "application/json",
            "content-type": "application/json",
            ...(values.access_token ? { "x-shopify-access-token": values.access_token } : {}),
          },
          body: printWire({ query: document, variables }),
        }),
        parse(answer) {
          const ran = answer.headers["x-shopify-api-version"] ?? VERSION;
          if (ran !== VERSION) context.log.warn("answered by another version", { platform: ID, version: ran });
          const { data } = ENVELOPE.parse(parseWire(answer.text()).value);
          return { data, date: dateOf(answer), refusal: userErrorsIn(data) };
        },
      },
      signal,
    );
    if (answered.refusal && !call.keepsUserErrors) throw refusalError(operation, effect, answered.refusal);
    return answered;
  };

  return {
    clock: context.clock,
    send,
    /** A token for what opens one; see auth. The answer is repeated by nobody: codes and refresh tokens are used once. */
    token: (store: Store, root: string, form: Record<string, string>, signal: AbortSignal): Promise<Fields> =>
      http.send(
        {
          store,
          operation: "auth.token",
          effect: "write",
          quota: FILE_QUOTA,
          timeoutMs: TIMEOUT_MS,
          request: () => ({
            method: "POST",
            url: `${root}/admin/oauth/access_token`,
            headers: { accept: "application/json", "content-type": "application/json" },
            body: printWire(form),
          }),
          parse: (answer) => z.looseObject({ access_token: z.string().min(1) }).parse(parseWire(answer.text()).value),
        },
        signal,
      ),
    /** Bytes of a file from a position on, at most `most`; no token goes to its host. `total` is the whole file's length. */
    part: (store: Store, url: string, { from, most }: { from: number; most: number }, signal: AbortSignal) =>
      files.send(
        {
          store,
          operation: "bulk.file",
          effect: "read",
          quota: FILE_QUOTA,
          timeoutMs: TIMEOUT_MS,
          request: () => ({ method: "GET", url, headers: { range: `bytes=${from}-${from + most - 1}` } }),
          parse: ({ status, headers, bytes }) =>
            // A host that knows no ranges answers the whole file.
            status === 206
              ? { bytes, total: Number(/\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1] ?? from + bytes.length) }
              : { bytes: bytes.subarray(from, from + most), total: bytes.length },
        },
        signal,
      ),
    at: (store: Store, signal: AbortSignal) => {
      const ask = async (call: Call) => (await send(store, signal, call)).data;
      return {
        store,
        ask,
        /** A write that a repeat would make twice. */
        write: (call: Call) => ask({ effect: "write", weight: "write", ...call }),
        /** A write whose repeat ends in the same state, or that carries a key of ours. */
        set: (call: Call) => ask({ effect: "keyed-write", weight: "write", ...call }),
        tell: (call: Call) => send(store, signal, { effect: "keyed-write", weight: "write", ...call }),
        /** Records of several kinds by id: a document for each, since fields of one name may differ in kind. */
        async kinds(operation: string, documents: Readonly<Record<string, string>>, ids: readonly string[]) {
          const found: Fields[] = [];
          for (const [kind, document] of Object.entries(documents)) {
            const own = ids.filter((id) => kindOf(id) === kind);
            found.push(...(await this.nodes({ operation, document }, own)));
          }
          return found;
        },
        /** Records by id, in halves where they cost too much together; what does not come does not exist. */
        async nodes(call: Call, ids: readonly string[]): Promise<Fields[]> {
          if (ids.length === 0) return [];
          try {
            return recordsOf((await ask({ weight: "page", ...call, variables: { ids } })).nodes).filter(({ id }) => id);
          } catch (error) {
            if (!isTooCostly(error) || ids.length === 1) throw error;
            const half = Math.ceil(ids.length / 2);
            return [...(await this.nodes(call, ids.slice(0, half))), ...(await this.nodes(call, ids.slice(half)))];
          }
        },
      };
    },
  };
}

const isTooCostly = (error: unknown): boolean => isAdapterError(error) && error.platformCode === TOO_COSTLY;

export const refusalError = (operation: string, effect: HttpCall<unknown>["effect"], failure: PlatformFailure) =>
  toAdapterError(ERRORS, DEFAULT_ROWS, { platform: ID, operation, effect, status: 200, failure });

/** A page by cursor. One that costs more than a query may goes on in half its size; a list without an end is cut in windows. */
export async function listPage(
  shop: Shop,
  input: Pick<ListInput, "cursor" | "limit">,
  list: Call & { most: number; connection(data: Fields): unknown },
): Promise<Page & { rows: Fields[] }> {
  const { most, connection, ...call } = list;
  const position =
    input.cursor === null ? firstOf(input.limit, most) : PAGING.parseCursor(POSITION, input.cursor, call.operation);
  const { after, size, read } = position;
  const page: Page & { rows: Fields[] } = { documents: [], references: [], next: null, rows: [] };
  try {
    const variables = { ...call.variables, first: size, after };
    const found = connectionIn(connection(await shop.ask({ weight: "page", ...call, variables })));
    const counted = read + found.rows.length;
    if (found.after !== null && counted >= LONGEST_LIST) return { ...page, tooMany: true };
    const next = found.after === null ? null : JSON.stringify({ after: found.after, size, read: counted });
    return { ...page, rows: found.rows, next };
  } catch (error) {
    if (error instanceof TypeError)
      throw adapterError("permanent", {
        platform: ID,
        operation: call.operation,
        message: error.message,
        cause: error,
      });
    if (!isTooCostly(error) || size === 1) throw error;
    return { ...page, next: JSON.stringify({ after, size: Math.floor(size / 2), read }) };
  }
}

/** Where a list begins. */
export const firstOf = (limit: number, most: number) => ({
  after: null,
  size: Math.max(1, Math.min(limit, most)),
  read: 0,
});

const POSITION = z.object({ after: z.string().nullable(), size: z.int().min(1), read: z.int().min(0) });

/** A time filter with both bounds, moved outwards to whole seconds; values with signs are quoted. */
export function windowOf(field: string, { since, until }: Pick<ListInput, "since" | "until">): string {
  const at = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
  const [from, to] = [Math.floor(since.getTime() / 1000) * 1000, Math.ceil(until.getTime() / 1000) * 1000];
  return `${field}:>='${at(from)}' AND ${field}:<='${at(to)}'`;
}

/** Documents of those that came, and what did not. */
export const foundOf = (asked: readonly string[], documents: RawDocument[]) => ({
  documents,
  missing: asked
    .filter((id) => !documents.some(({ externalId }) => externalId === id))
    .map((externalId): Missing => ({ externalId, means: "gone" })),
});

const FAILED = /"errors?"\s*:/;

/** The failure in an answer; null for a partial answer, in which fields are missing that the app may not see. */
export function failureOf(answer: HttpAnswer): PlatformFailure | null {
  if (answer.status < 400 && !FAILED.test(answer.text())) return null;
  return failureIn(parseWire(answer.text()).value);
}

function failureIn(value: unknown): PlatformFailure | null {
  if (!isFields(value)) return null;
  const { error, error_description, errors, data, extensions } = value;
  if (typeof error === "string") return { code: error, message: textIn(error_description) };
  if (typeof errors === "string") return { code: null, message: errors };
  const failed = recordsOf(errors).find((each) => !isFields(data) || !isHidden(each));
  if (!failed) return null;
  const more = isFields(failed.extensions) ? failed.extensions : {};
  const code = textIn(more.code);
  const waitMs = code === "THROTTLED" ? Math.max(1000, costIn(extensions)?.waitMs ?? 0) : null;
  return { code, message: textIn(failed.message), requestId: textIn(more.requestId), retryAfterMs: waitMs };
}

/** A field of a record that the app may not see; a whole record or list is more than that. */
function isHidden({ path, extensions }: Fields): boolean {
  const code = isFields(extensions) ? extensions.code : null;
  return code === "ACCESS_DENIED" && Array.isArray(path) && path.length > 1 && typeof path.at(-1) === "string";
}

/** What the business rules refuse, with the places of our input. */
function userErrorsIn(data: Fields): PlatformFailure | null {
  const found = Object.values(data).flatMap((payload) =>
    isFields(payload) ? recordsOf(payload.userErrors ?? payload.orderCancelUserErrors) : [],
  );
  const [first] = found;
  if (!first) return null;
  const issues = found.map(({ field, message }) => ({
    path: Array.isArray(field) ? field.join(".") : "",
    message: textIn(message) ?? "refused",
  }));
  return { code: textIn(first.code) ?? NO_CODE, message: textIn(first.message), issues };
}

function dateOf(answer: HttpAnswer): Date | null {
  const ms = Date.parse(answer.headers.date ?? "");
  return Number.isNaN(ms) ? null : new Date(ms);
}

/** Documents of a file: whole answers or bare documents. Throws for refusals, and for files without any. */
export function documentsInFile(
  bytes: Uint8Array,
  what: string,
  toDocuments: (value: Fields) => RawDocument[] | null,
): RawDocument[] {
  const { value } = parseWire(new TextDecoder().decode(bytes));
  const failure = isFields(value) && "errors" in value ? failureIn(value) : null;
  if (failure) throw refusalError("file", "read", failure);
  const isEmpty = (root: unknown) => isFields(root) && isFields(root.data);
  return documentsIn([value], what, toDocuments, isEmpty);
}

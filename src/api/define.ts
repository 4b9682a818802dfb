/** Defines a route: its scope from the table, limits, validation, documentation, in one call. */
import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { requireScope } from "./auth.ts";
import { problem, toIssues } from "./errors.ts";
import { keepAnswer } from "./idempotency.ts";
import { ROUTES, type RouteId } from "./routes.ts";
import { problemSchema } from "./schemas/common.ts";
import type { Api, ApiContext, Env, Principal } from "./types.ts";

const MEGABYTE = 1024 * 1024;
const MAX_BODY = MEGABYTE;
export const MAX_WEBHOOK = 5 * MEGABYTE;
export const MAX_IMPORT = 64 * MEGABYTE;

export interface RouteSpec<Params, Query, Body> {
  summary: string;
  description?: string;
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** A body that is not JSON: its media type, for the documentation. */
  rawBody?: string;
  maxBody?: number;
  /** The answer holds what we may not keep: not even for an `Idempotency-Key`. */
  keepsNothing?: true;
  /** The same write as CSV, with its columns for the documentation. */
  csv?: {
    columns: string;
    handle(input: Pick<RouteInput<Params, Query, Body>, "c" | "who" | "query">): Promise<Response>;
  };
  answer?: z.ZodType;
  /** What a body that is not JSON is. */
  answerType?: string;
  /** Headers of the answer that say something of their own: what each says. */
  answerHeaders?: Readonly<Record<string, string>>;
  status?: number;
}

export interface RouteInput<Params, Query, Body> {
  c: ApiContext;
  who: Principal;
  params: Params;
  query: Query;
  body: Body;
}

/** Defines the route `id` of the table. What the handler throws becomes a problem document. */
export function define<Params = unknown, Query = unknown, Body = unknown>(
  api: Api,
  id: RouteId,
  spec: RouteSpec<Params, Query, Body>,
  handle: (input: RouteInput<Params, Query, Body>) => Promise<Response> | Response,
): void {
  const [method = "", path = ""] = id.split(" ");
  const scope = ROUTES[id];
  const keepsAnswer = method !== "GET" && spec.rawBody === undefined && scope !== "open" && !spec.keepsNothing;
  const middleware: MiddlewareHandler<Env>[] = [];
  if (scope !== "open" && scope !== "key") middleware.push(requireScope(scope));
  if (spec.csv) middleware.push(readAsCsv(spec.csv, spec.query));
  if (method !== "GET") {
    middleware.push(limitBody(spec.maxBody ?? MAX_BODY));
    if (keepsAnswer) middleware.push(keepAnswer(api.engine));
  }
  const config = {
    method: method.toLowerCase() as "get",
    path,
    tags: [tagOf(path)],
    summary: spec.summary,
    ...describe(scope, spec.description),
    ...(scope === "open" ? {} : { security: [{ key: [] }] }),
    middleware,
    request: { ...requestOf(spec), ...(keepsAnswer ? { headers: WRITE_HEADERS } : {}) },
    responses: answersOf(spec),
  };
  const handler = (c: ApiContext) => {
    const valid = c.req as unknown as { valid(target: string): unknown };
    return handle({
      c,
      who: c.get("who"),
      params: (spec.params ? valid.valid("param") : undefined) as Params,
      query: (spec.query ? valid.valid("query") : undefined) as Query,
      body: (spec.body ? valid.valid("json") : undefined) as Body,
    });
  };
  api.app.openapi(createRoute(config as unknown as RouteConfig & { path: string }), handler as never);
}

/** A body of CSV is read as it comes; it has no limit of size but its own, and no kept answer: it is sent again instead. */
function readAsCsv<Query>(
  csv: NonNullable<RouteSpec<unknown, Query, unknown>["csv"]>,
  query: z.ZodType<Query> | undefined,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!/^text\/csv\b/i.test(c.req.header("content-type") ?? "")) return next();
    const parsed = query?.safeParse(c.req.query());
    if (parsed && !parsed.success) {
      const errors = toIssues(parsed.error);
      const detail = `${errors[0]?.path || "The query"}: ${errors[0]?.message ?? "not right"}`;
      return problem(c as ApiContext, { status: 400, code: "invalid_parameter", detail, errors });
    }
    return csv.handle({ c: c as ApiContext, who: c.get("who"), query: parsed?.data as Query });
  };
}

/** Refuses bodies that are larger. */
export function limitBody(maxSize: number): MiddlewareHandler<Env> {
  const refuse = (c: ApiContext) =>
    problem(c, {
      status: 413,
      code: "body_too_large",
      detail: `A body may hold at most ${maxSize / MEGABYTE} MB here.`,
    });
  const counted = bodyLimit({ maxSize, onError: (c) => refuse(c as ApiContext) });
  return async (c, next) => {
    const length = c.req.header("content-length");
    // A body of unknown length is counted while it is read, for which a request object is made that costs more than all of ours.
    if (length === undefined || c.req.header("transfer-encoding") !== undefined) return counted(c, next);
    return Number(length) > maxSize ? refuse(c) : next();
  };
}

/** Answers with JSON. */
export function json(c: ApiContext, value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return jsonText(c, JSON.stringify(value), status, headers);
}

/** Answers with JSON that is text already, or its bytes. */
export function jsonText(
  c: ApiContext,
  text: string | Buffer<ArrayBuffer>,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return c.body(text, status as 200, {
    "content-type": "application/json",
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
    ...headers,
  });
}

const WRITE_HEADERS = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .meta({
      description:
        "A name of yours for this request (1 to 200 visible ASCII characters). Sent again with it, the request has no second " +
        "effect and gets the first answer, with `idempotent-replayed: true`. Kept for some days.",
    }),
});

function requestOf(spec: RouteSpec<unknown, unknown, unknown>) {
  const content = spec.body
    ? {
        "application/json": { schema: spec.body },
        ...(spec.csv
          ? {
              "text/csv": {
                schema: z
                  .string()
                  .meta({ description: `UTF-8; the first line names the columns: ${spec.csv.columns}.` }),
              },
            }
          : {}),
      }
    : spec.rawBody
      ? { [spec.rawBody]: { schema: z.string().meta({ format: "binary" }) } }
      : null;
  return {
    ...(spec.params ? { params: spec.params } : {}),
    ...(spec.query ? { query: spec.query } : {}),
    ...(content ? { body: { content, required: spec.body !== undefined } } : {}),
  };
}

function answersOf(spec: RouteSpec<unknown, unknown, unknown>) {
  const status = spec.status ?? 200;
  const content = spec.answer
    ? { "application/json": { schema: spec.answer } }
    : spec.answerType
      ? { [spec.answerType]: { schema: z.string() } }
      : null;
  return {
    [status]: {
      description: status === 202 ? "Accepted" : "Done",
      ...(content ? { content } : {}),
      ...(spec.answerHeaders ? { headers: describeHeaders(spec.answerHeaders) } : {}),
    },
    default: {
      description: "A problem document (RFC 9457)",
      content: { "application/problem+json": { schema: problemSchema } },
    },
  };
}

function describeHeaders(headers: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: "string" as const } }]),
  );
}

function describe(scope: string, description: string | undefined) {
  const rule = scope === "open" ? "No key needed." : scope === "key" ? "Any valid key." : `Scope: \`${scope}\`.`;
  return { description: description ? `${description}\n\n${rule}` : rule };
}

function tagOf(path: string): string {
  const part = path.split("/")[path.startsWith("/v1/") ? 2 : 1] ?? "";
  return path.startsWith("/v1/") ? part : "operations";
}

/** Failures as problem documents (RFC 9457): a stable `code`, words for people, and never the inside of the program. */
import type { Hook } from "@hono/zod-openapi";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { ZodError } from "zod";
import { isDatabaseAway, sqlState } from "../core/db/database.ts";
import { type ErrorCategory, InputError, type Issue, isAdapterError } from "../core/errors.ts";
import type { Engine } from "../sync/engine.ts";
import type { ApiContext, Env } from "./types.ts";

/** STYLE 5.1: what a failed call to a platform means to our caller. */
export const STATUS_OF: Readonly<Record<ErrorCategory, number>> = {
  auth_expired: 409,
  throttled: 429,
  transient: 502,
  invalid_request: 422,
  not_found: 404,
  conflict: 409,
  permanent: 424,
};

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is not right",
  401: "A valid key is needed",
  403: "The key does not allow this",
  404: "Not found",
  405: "The method is not offered here",
  409: "The state does not allow this",
  410: "No longer there",
  412: "It was changed meanwhile",
  413: "Too large",
  422: "The content is not right",
  424: "The platform refused",
  429: "The platform's quota is spent",
  500: "A fault of ours",
  502: "The platform did not answer",
  503: "Not ready",
};

export interface Problem {
  status: number;
  code: string;
  detail: string;
  errors?: readonly Issue[];
  /** Further members, and headers. */
  extra?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Answers with a problem document. */
export function problem(c: ApiContext, { status, code, detail, errors, extra, headers }: Problem): Response {
  const body = {
    type: `urn:tallyport:problem:${code}`,
    title: TITLES[status] ?? "The request failed",
    status,
    code,
    detail,
    ...(errors && errors.length > 0 ? { errors } : {}),
    ...extra,
    request_id: c.get("requestId"),
  };
  return c.body(JSON.stringify(body), status as ContentfulStatusCode, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...headers,
  });
}

/** For what is not there, and for what the key may not know to be there. */
export function notFound(what: string): InputError {
  return new InputError("not_found", `There is no such ${what}.`, { status: 404 });
}

/** Turns whatever was thrown into a problem document; what nobody planned for is logged and told nobody. */
export function onError(engine: Pick<Engine, "log">): (error: Error, c: ApiContext) => Response {
  return (error, c) => {
    const known = explain(error);
    if (known?.status === 503)
      engine.log.error("the database cannot be used", { requestId: c.get("requestId"), code: known.code, err: error });
    if (known) return problem(c, known);
    engine.log.error("request failed", { requestId: c.get("requestId"), operation: c.req.method, err: error });
    return problem(c, {
      status: 500,
      code: "internal_error",
      detail: "Something went wrong on our side. The log has the reason under the request id.",
    });
  };
}

function explain(error: Error): Problem | null {
  if (error instanceof InputError)
    return { status: error.status, code: error.code, detail: error.message, errors: error.issues };
  if (isAdapterError(error)) {
    const status = STATUS_OF[error.category];
    return {
      status,
      code: error.category,
      detail: error.message,
      errors: error.issues,
      extra: { platform: error.platform, platform_code: error.platformCode, platform_message: error.platformMessage },
      ...(error.retryAfterMs === null
        ? {}
        : { headers: { "retry-after": String(Math.ceil(error.retryAfterMs / 1000)) } }),
    };
  }
  if (error instanceof HTTPException) {
    const malformed = error.status === 400;
    return {
      status: error.status,
      code: malformed ? "malformed_body" : "refused",
      detail: malformed ? "The body is not JSON, or not what its content type says." : error.message,
    };
  }
  if (isDatabaseAway(error))
    return {
      status: 503,
      code: "database_away",
      detail: "The database does not answer. Nothing was half-written; try again.",
      headers: { "retry-after": "5" },
    };
  if (sqlState(error) === "53100")
    return {
      status: 503,
      code: "disk_full",
      detail: "The disk of the database is full. Nothing was half-written; it goes on when there is room.",
      headers: { "retry-after": "60" },
    };
  // Data exceptions: a text, number or date that the database cannot hold.
  if (sqlState(error)?.startsWith("22"))
    return {
      status: 422,
      code: "invalid_value",
      detail: "A value is out of range or holds characters that cannot be kept.",
    };
  return null;
}

/** What a request that does not have the documented shape is answered; a path that names nothing is not found. */
export const onInvalid: Hook<unknown, Env, string, unknown> = (result, c) => {
  if (result.success) return;
  const errors = toIssues(result.error as ZodError);
  if (result.target === "param")
    return problem(c as ApiContext, {
      status: 404,
      code: "not_found",
      detail: `There is nothing at this address: ${errors[0]?.path} ${errors[0]?.message}`,
    });
  const isBody = result.target === "json" || result.target === "form";
  return problem(c as ApiContext, {
    status: isBody ? 422 : 400,
    code: isBody ? "invalid_body" : "invalid_parameter",
    detail: `${errors[0]?.path || (isBody ? "The body" : "The query")}: ${errors[0]?.message ?? "not right"}`,
    errors,
  });
};

/** A schema's complaints with their places, without the values. */
export function toIssues(error: ZodError): Issue[] {
  return error.issues.slice(0, 50).map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message }));
}

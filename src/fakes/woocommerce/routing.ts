/** What a route is, and how its answer is written. */

import { apiRoot, type Json } from "./order-view.ts";
import type { Query } from "./params.ts";
import { phpJson } from "./php.ts";
import type { Store } from "./store.ts";

export interface Call {
  store: Store;
  method: string;
  /** The route inside the API, as `/wc/v3/orders/12`. */
  route: string;
  url: URL;
  query: Query;
  params: Readonly<Record<string, string>>;
  body: Json;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** True: `_fields` empties it, because it holds lists of results. */
  isBatch?: boolean;
}

export interface Action {
  /** The name in failure scripts and request records. */
  operation: string;
  run(call: Call): Answer | Promise<Answer>;
}

export interface Route {
  /** As WordPress writes it in the discovery document. */
  pattern: string;
  /** For Hono. */
  path: string;
  actions: Partial<Record<"GET" | "POST" | "PUT" | "DELETE", Action>>;
  /** True: answered without a key. */
  isPublic?: boolean;
}

/** The id in the address. */
export function idOf(call: Call, name = "id"): number {
  return Number(call.params[name]);
}

/** Declares a route of the API's namespace from its WordPress pattern; `<id>` stands for a number. */
export function route(pattern: string, actions: Route["actions"], namespace = "/wc/v3"): Route {
  return {
    pattern: namespace + pattern.replace(/<(\w+)>/g, "(?P<$1>[\\d]+)"),
    path: namespace + pattern.replace(/<(\w+)>/g, ":$1{[0-9]+}"),
    actions,
  };
}

/** A plain answer. */
export function ok(body: unknown, headers?: Record<string, string>): Answer {
  return headers === undefined ? { status: 200, body } : { status: 200, body, headers };
}

/** The answer to a creation. */
export function created(store: Store, body: unknown, path: string): Answer {
  return { status: 201, body, headers: { location: `${apiRoot(store)}wc/v3/${path}` } };
}

/** The methods that a route admits, as its `Allow` header lists them. */
export function allowOf(actions: Route["actions"]): string {
  const list: string[] = [];
  if (actions.GET !== undefined) list.push("GET");
  if (actions.POST !== undefined) list.push("POST");
  if (actions.PUT !== undefined) list.push(...(actions.POST === undefined ? ["POST"] : []), "PUT", "PATCH");
  if (actions.DELETE !== undefined) list.push("DELETE");
  return list.join(", ");
}

/** The action for a method: POST, PUT and PATCH all update. */
export function actionFor(actions: Route["actions"], method: string): Action | undefined {
  if (method === "GET" || method === "HEAD") return actions.GET;
  if (method === "DELETE") return actions.DELETE;
  if (method === "POST") return actions.POST ?? actions.PUT;
  return method === "PUT" || method === "PATCH" ? actions.PUT : undefined;
}

/** Writes an answer to the wire, with `_fields` applied. */
export function respond(call: Call, actions: Route["actions"], answer: Answer): Response {
  const fields = fieldsOf(call.query);
  const body = fields === null ? answer.body : answer.isBatch ? emptied(answer, fields) : chosen(answer.body, fields);
  return jsonResponse(call.store, answer.status, body, { allow: allowOf(actions), ...answer.headers });
}

/** A JSON answer with the headers that WordPress always sends. */
export function jsonResponse(
  store: Store,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  return new Response(phpJson(body), {
    status,
    headers: {
      link: `<${apiRoot(store)}>; rel="https://api.w.org/"`,
      "content-type": "application/json; charset=UTF-8",
      ...headers,
    },
  });
}

function fieldsOf(query: Query): string[] | null {
  const raw = query.get("_fields");
  if (raw === undefined) return null;
  const fields = (Array.isArray(raw) ? raw : raw.split(","))
    .map((field) => field.trim())
    .filter((field) => field !== "");
  return fields.length === 0 ? null : fields;
}

/** A batch has only the keys create, update and delete at its top, so a choice of fields loses its items. */
function emptied(answer: Answer, fields: readonly string[]): unknown {
  const kept = Object.keys(answer.body as Json).filter((key) =>
    fields.some((field) => field === key || field.startsWith(`${key}.`)),
  );
  return kept.length === 0 ? [] : Object.fromEntries(kept.map((key) => [key, []]));
}

function chosen(body: unknown, fields: readonly string[]): unknown {
  if (Array.isArray(body)) return body.map((item) => choose(item, fields));
  return choose(body, fields);
}

/** `_links` stays whatever is asked for, as observed. */
function choose(item: unknown, fields: readonly string[]): unknown {
  if (typeof item !== "object" || item === null) return item;
  const source = item as Json;
  const result: Json = {};
  for (const key of Object.keys(source)) {
    if (key === "_links" || fields.includes(key)) result[key] = source[key];
    else {
      const inner = fields.filter((field) => field.startsWith(`${key}.`)).map((field) => field.slice(key.length + 1));
      if (inner.length > 0) result[key] = chosen(source[key], inner);
    }
  }
  return result;
}

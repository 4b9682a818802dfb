/** The fake's HTTP surface: the API, the page of tokens, the page of consent, and the host of files. */

import type { Gate } from "../fake.ts";
import { nowOf, runDue } from "../living.ts";
import * as ask from "./call.ts";
import { answerFile } from "./files.ts";
import { answerConsent, answerToken } from "./lwa.ts";
import { FINANCE_ROUTES } from "./routes-finances.ts";
import { JOB_ROUTES } from "./routes-jobs.ts";
import { LISTING_ROUTES } from "./routes-listings.ts";
import { NOTIFICATION_ROUTES } from "./routes-notifications.ts";
import { ORDER_ROUTES } from "./routes-orders.ts";
import { newUuid, type Store } from "./store.ts";
import type { Usage } from "./usage.ts";
import { answer, answerRefusal, denied, invalid, QUOTA_EXCEEDED, Refusal } from "./wire.ts";

export const ROUTES: readonly ask.Route[] = [
  ...ORDER_ROUTES,
  ...LISTING_ROUTES,
  ...JOB_ROUTES,
  ...FINANCE_ROUTES,
  ...NOTIFICATION_ROUTES,
];

/** Query parameters that carry keys, codes or signatures. */
export const SECRET_PARAMETERS: readonly RegExp[] = [/signature/i, /token/i, /code$/i, /secret/];

const SEGMENTS = ROUTES.map((route) => ({ route, parts: route.path.split("/") }));

function routeOf(method: string, path: string): { route: ask.Route; params: Record<string, string> } | null {
  const parts = path.split("/");
  for (const { route, parts: wanted } of SEGMENTS) {
    if (route.method !== method || wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const isSame = wanted.every((segment, index) => {
      const given = parts[index] ?? "";
      if (!segment.startsWith("{")) return segment === given;
      params[segment.slice(1, -1)] = decodeURIComponent(given);
      return given !== "";
    });
    if (isSame) return { route, params };
  }
  return null;
}

/** Creates what answers requests; every call goes through the gate under its operation's name. */
export function createApp(store: Store, gate: Gate, usage: Usage): { fetch(request: Request): Promise<Response> } {
  return {
    fetch(request) {
      const { pathname } = new URL(request.url);
      const run = (operation: string, work: () => Response | Promise<Response>, quotaKey = ""): Promise<Response> =>
        gate.run({ request, operation, quotaKey }, () => {
          runDue(store);
          return work();
        });
      if (pathname === "/auth/o2/token" && request.method === "POST")
        return run("lwa.token", () => answerToken(store, request));
      if (pathname === "/apps/authorize/consent") return run("lwa.consent", () => answerConsent(store, request));
      if (pathname.startsWith("/documents/")) {
        const operation = request.method === "PUT" ? "documents.upload" : "documents.download";
        return run(operation, () => answerFile(store, request, decodeURIComponent(pathname.slice(11))));
      }
      const found = routeOf(request.method, pathname);
      if (found === null) return run("unknown", () => answerRefusal(denied()));
      return run(found.route.operation, () => answerCall(store, usage, request, found), "calls");
    },
  };
}

/** Every answer of the API has a number, which who asks for help is asked for. */
export function numbered(store: Store, response: Response): Response {
  response.headers.set("x-amzn-requestid", newUuid(store));
  return response;
}

async function answerCall(
  store: Store,
  usage: Usage,
  request: Request,
  { route, params }: { route: ask.Route; params: Record<string, string> },
): Promise<Response> {
  const told = { "x-amzn-requestid": newUuid(store) };
  try {
    const elements = assertAllowed(store, request, route);
    if (!usage.take(route.operation)) throw QUOTA_EXCEEDED();
    const body = await readBody(request);
    const query = new URL(request.url).searchParams;
    const result = route.run({ store, request, query, params, body, elements });
    const { status, body: value } = result instanceof ask.Reply ? result : { status: 200, body: result };
    const rate = usage.planOf(route.operation)?.rate;
    const headers = { ...told, ...(rate === undefined ? {} : { "x-amzn-ratelimit-limit": String(rate) }) };
    return value === null ? new Response(null, { status, headers }) : answer(value, status, headers);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const refusal = answerRefusal(error);
    refusal.headers.set("x-amzn-requestid", told["x-amzn-requestid"]);
    return refusal;
  }
}

/** Who calls, and whether he may. Answers the restricted data that the token opens. Throws `Refusal`. */
function assertAllowed(store: Store, request: Request, route: ask.Route): ReadonlySet<string> {
  const { hostname, pathname } = new URL(request.url);
  const region = /^(?:sandbox\.)?sellingpartnerapi-(na|eu|fe)\.amazon\.com$/.exec(hostname)?.[1];
  if (region !== undefined && region !== store.region) throw denied();
  const token = request.headers.get("x-amz-access-token") ?? "";
  if (token === "")
    throw new Refusal(401, { code: "Unauthorized", message: "Access token is missing in the request header." });
  if (store.options.denied?.includes(route.operation) === true) throw denied();
  const now = nowOf(store);
  const { tokens, grantless, restricted, withdrawn } = store.grants;
  const expired = (until: number): void => {
    if (until <= now) throw denied("The access token you provided has expired.");
  };
  const own = grantless.get(token);
  if (own !== undefined) {
    expired(own.until);
    if (own.scope !== route.scope) throw denied();
    return new Set();
  }
  if (route.scope !== undefined) throw denied();
  const opened = restricted.get(token);
  if (opened !== undefined) {
    expired(opened.until);
    const isPath = (path: string): boolean =>
      new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")}$`).test(pathname);
    const row = opened.resources.find(({ method, path }) => method === request.method && isPath(path));
    if (row === undefined) throw denied();
    return new Set(row.dataElements);
  }
  const grant = tokens.get(token);
  if (grant === undefined) throw denied();
  expired(grant.until);
  if (withdrawn.has(token)) throw denied();
  return new Set();
}

async function readBody(request: Request): Promise<unknown> {
  if (request.method === "GET" || request.method === "DELETE") return undefined;
  const text = await request.text();
  if (!(request.headers.get("content-type") ?? "").includes("json"))
    throw new Refusal(415, { code: "UnsupportedMediaType", message: "The content type must be application/json." });
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("The body is not valid JSON.");
  }
}

/** The fake's HTTP surface: a Hono app whose path is the route that WordPress would resolve. */

import { Hono } from "hono";
import type { Gate } from "../fake.ts";
import { anonymousError, authenticate } from "./auth.ts";
import { parseQuery, readBody } from "./params.ts";
import { fulfillmentRoutes } from "./routes-fulfillments.ts";
import { noteRoutes } from "./routes-notes.ts";
import { orderRoutes } from "./routes-orders.ts";
import { productRoutes } from "./routes-products.ts";
import { refundRoutes } from "./routes-refunds.ts";
import { discovery, noRoute, routesView, storeRoutes } from "./routes-store.ts";
import { trackingRoutes } from "./routes-tracking.ts";
import { webhookRoutes } from "./routes-webhooks.ts";
import { type Action, actionFor, allowOf, type Call, jsonResponse, type Route, respond } from "./routing.ts";
import type { Store } from "./store.ts";
import type { WebhookQueue } from "./webhooks.ts";
import { errorBody, WpError } from "./wp-error.ts";

/** Requests outside the API get this path, which no route has. */
const WEBSITE = "/@website";

/** Query parameters that carry keys or signatures. */
export const SECRET_PARAMETERS: readonly RegExp[] = [/^oauth_/, /^consumer_/];

/** Creates the app of a store; every call goes through the gate. */
export function createApp(store: Store, gate: Gate, queue: WebhookQueue): Hono {
  const app = new Hono({ getPath: (request) => routeOf(store, request) });
  const routes = [
    ...orderRoutes(store),
    ...noteRoutes(),
    ...refundRoutes(store),
    ...fulfillmentRoutes(store),
    ...trackingRoutes(store),
    ...productRoutes(store),
    ...webhookRoutes(queue),
    ...storeRoutes(),
  ];
  app.get("/", (c) =>
    gate.run({ request: c.req.raw, operation: "discovery" }, () => jsonResponse(store, 200, discovery(store, routes))),
  );
  app.get("/wc/v3", (c) =>
    gate.run({ request: c.req.raw, operation: "discovery.namespace" }, () => {
      const own = routes.filter((entry) => entry.pattern.startsWith("/wc/v3/"));
      return jsonResponse(store, 200, { namespace: "wc/v3", routes: routesView(store, own) });
    }),
  );
  for (const entry of routes) {
    app.all(entry.path, (c) => {
      const action = actionFor(entry.actions, c.req.method);
      const operation = action?.operation ?? "unknown";
      const params = c.req.param() as Record<string, string>;
      return gate.run({ request: c.req.raw, operation }, () => answer(store, entry, action, c.req.raw, params));
    });
  }
  app.onError((error) => {
    throw error;
  });
  app.notFound((c) =>
    gate.run({ request: c.req.raw, operation: "unknown" }, () => {
      if (c.req.path === WEBSITE) return website(new URL(c.req.raw.url).pathname);
      return answer(store, null, undefined, c.req.raw, {});
    }),
  );
  return app;
}

async function answer(
  store: Store,
  entry: Route | null,
  action: Action | undefined,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const url = new URL(request.url);
  const route = routeOf(store, request);
  const actions = entry?.actions ?? {};
  let isAdmitted = false;
  try {
    const key = authenticate(store, request, url);
    if (entry === null || action === undefined) throw noRoute();
    if (key === null && entry.isPublic !== true) throw anonymousError(request.method, route);
    isAdmitted = true;
    const body = request.method === "GET" || request.method === "HEAD" ? {} : await readBody(request);
    const query = parseQuery(url.searchParams);
    const call: Call = { store, method: request.method, route, url, query, params, body };
    return respond(call, actions, await action.run(call));
  } catch (error) {
    if (!(error instanceof WpError)) throw error;
    return jsonResponse(store, error.status, errorBody(error), isAdmitted ? { allow: allowOf(actions) } : {});
  }
}

/** The route inside the API: behind `/wp-json`, or in `rest_route` under any permalinks. */
function routeOf(store: Store, request: Request): string {
  const url = new URL(request.url);
  const named = url.searchParams.get("rest_route");
  const folder = new URL(store.home).pathname.replace(/\/$/, "");
  const path = url.pathname.startsWith(folder) ? url.pathname.slice(folder.length) : url.pathname;
  const isPretty = !store.plainPermalinks && (path === "/wp-json" || path.startsWith("/wp-json/"));
  const route = isPretty ? decodeURI(path.slice("/wp-json".length)) : named;
  if (route === null) return WEBSITE;
  return `/${route.replace(/^\/+|\/+$/g, "")}`;
}

function website(path: string): Response {
  const isHome = path === "/" || path === "";
  const html = `<!DOCTYPE html><html><body><h1>${isHome ? "Shop" : "Page not found"}</h1></body></html>`;
  return new Response(html, {
    status: isHome ? 200 : 404,
    headers: { "content-type": "text/html; charset=UTF-8" },
  });
}

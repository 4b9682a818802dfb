/** The fake's HTTP surface. */

import { type Context, Hono } from "hono";
import type { Gate } from "../fake.ts";
import { runDue } from "../living.ts";
import { AUTH_ROUTES, refuseStranger } from "./auth.ts";
import type { Route } from "./call.ts";
import { ORDER_ROUTES } from "./routes-orders.ts";
import { PRODUCT_ROUTES } from "./routes-products.ts";
import { RETURN_ROUTES } from "./routes-returns.ts";
import { STOCK_ROUTES } from "./routes-stock.ts";
import { STORE_ROUTES } from "./routes-store.ts";
import type { Store } from "./store.ts";
import { ApiError, invalid, refusal } from "./wire.ts";

const ROUTES: readonly Route[] = [
  ...AUTH_ROUTES,
  ...ORDER_ROUTES,
  ...PRODUCT_ROUTES,
  ...STOCK_ROUTES,
  ...RETURN_ROUTES,
  ...STORE_ROUTES,
];

/** Creates the app of a shop; every call goes through the gate. */
export function createApp(store: Store, gate: Gate): Hono {
  const app = new Hono();
  app.get("/health", (c) => gate.run({ request: c.req.raw, operation: "health" }, () => new Response("OK")));
  for (const route of ROUTES)
    app[route.method](route.path, (c) =>
      gate.run({ request: c.req.raw, operation: route.operation }, () => answer(store, route, c)),
    );
  app.onError((error) => {
    throw error;
  });
  app.notFound((c) =>
    gate.run({ request: c.req.raw, operation: "unknown" }, () => {
      const text = `<!DOCTYPE html><html><body><pre>Cannot ${c.req.method} ${c.req.path}</pre></body></html>`;
      return new Response(text, { status: 404, headers: { "content-type": "text/html; charset=utf-8" } });
    }),
  );
  return app;
}

async function answer(store: Store, route: Route, c: Context): Promise<Response> {
  const request = c.req.raw;
  runDue(store);
  try {
    const stranger = route.isPublic === true ? null : refuseStranger(store, request);
    if (stranger !== null) return stranger;
    const body = route.method === "post" ? await readBody(request) : undefined;
    const query = new URL(request.url).searchParams;
    const told = route.run({ store, request, query, params: c.req.param() as Record<string, string>, body });
    return told instanceof Response ? told : Response.json(told);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refusal(error);
  }
}

async function readBody(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw invalid("Request body is not valid JSON");
  }
}

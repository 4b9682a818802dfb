/** The description of this API, and a page to read it. */
import type { Api, App } from "./types.ts";

/** Serves `/openapi.json` and `/docs`; call it last, when all routes are there. */
export function defineDocs({ app, config, asset }: Api): void {
  let text: string | null = null;
  app.openAPIRegistry.registerComponent("securitySchemes", "key", {
    type: "http",
    scheme: "bearer",
    description: "A key `tp_…`. A revoked key may work for ten seconds more in other processes.",
  });
  app.get("/openapi.json", (c) => {
    text ??= JSON.stringify(describe(app, config.version));
    return c.body(text, 200, { "content-type": "application/json" });
  });
  app.get("/docs", (c) => c.html(asset?.("swagger-ui-bundle.js") ? PAGE : PLAIN_PAGE));
  app.get("/docs/:name", (c) => {
    const found = asset?.(c.req.param("name"));
    if (!found) return c.notFound();
    return c.body(found.body as Uint8Array<ArrayBuffer>, 200, {
      "content-type": found.type,
      "cache-control": "public, max-age=86400",
    });
  });
}

/** The OpenAPI 3.1 document of the app. */
export function describe(app: App, version: string): object {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Tallyport",
      version,
      description:
        "Orders, listings, stock, parcels, disputes and money of many marketplace platforms in one schema.\n\n" +
        "Lists answer `{ data, next }`; pass `next` as `cursor` until it is null. Times are RFC 3339 UTC, money is " +
        "`{ amount, currency }` with the amount as exact decimal text. Errors are RFC 9457 problem documents with a " +
        "stable `code`. Writes take an `Idempotency-Key`. Buyer data are masked unless the key has `buyer:read`.",
    },
    servers: [{ url: "/" }],
  });
}

const HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tallyport API</title>';
const PAGE = `${HEAD}<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({ url: "/openapi.json", dom_id: "#ui", deepLinking: true, validatorUrl: null })</script></body></html>`;
const PLAIN_PAGE = `${HEAD}</head><body><h1>Tallyport API</h1>
<p>The description is at <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p></body></html>`;

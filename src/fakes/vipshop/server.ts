/** The fake's HTTP surface: the gateway, and the pages of consent and tokens. */

import { Hono } from "hono";
import type { Gate } from "../fake.ts";
import { answerCall, operationOf, readWire } from "./gateway.ts";
import { answerAuthorize, answerToken } from "./oauth.ts";
import type { Store } from "./store.ts";

/** Query parameters that carry keys or signatures. */
export const SECRET_PARAMETERS: readonly RegExp[] = [/^sign$/, /secret/, /token/i, /^code$/];

/** Creates the app of an account; every call goes through the gate under `Service.method`. */
export function createApp(store: Store, gate: Gate): Hono {
  const app = new Hono();
  app.post("/", async (c) => {
    const wire = await readWire(c.req.raw);
    const operation = operationOf(wire);
    return gate.run({ request: c.req.raw, operation, quotaKey: operation }, () => answerCall(store, wire));
  });
  app.get("/oauth2/authorize", (c) =>
    gate.run({ request: c.req.raw, operation: "oauth.authorize" }, () => answerAuthorize(store, c.req.raw)),
  );
  app.on(["GET", "POST"], "/oauth2/token", (c) =>
    gate.run({ request: c.req.raw, operation: "oauth.token" }, () => answerToken(store, c.req.raw)),
  );
  app.onError((error) => {
    throw error;
  });
  app.notFound((c) =>
    gate.run(
      { request: c.req.raw, operation: "unknown" },
      () =>
        new Response("<html><body><h1>404 Not Found</h1></body></html>", {
          status: 404,
          headers: { "content-type": "text/html;charset=UTF-8" },
        }),
    ),
  );
  return app;
}

/** The fake's HTTP surface: the gateway, and the pages of consent and tokens. */

import { Hono } from "hono";
import type { Gate } from "../fake.ts";
import { answerCall, operationOf, readWire } from "./gateway.ts";
import { answerLogin, answerToken } from "./oauth.ts";
import type { Store } from "./store.ts";

/** Query parameters that carry keys or signatures. */
export const SECRET_PARAMETERS: readonly RegExp[] = [/^sign$/, /secret/, /token/, /^code$/, /^360buy_param_json$/];

/** Creates the app of a shop; every call goes through the gate under the name of its method. */
export function createApp(store: Store, gate: Gate): Hono {
  const app = new Hono();
  app.post("/routerjson", async (c) => {
    const wire = await readWire(c.req.raw);
    const operation = operationOf(wire);
    return gate.run({ request: c.req.raw, operation, quotaKey: operation }, () => answerCall(store, wire));
  });
  const tokens = (path: string, operation: string, kind: string): void => {
    app.on(["GET", "POST"], path, (c) =>
      gate.run({ request: c.req.raw, operation }, () => answerToken(store, c.req.raw, kind)),
    );
  };
  tokens("/oauth2/access_token", "oauth.token", "authorization_code");
  tokens("/oauth2/refresh_token", "oauth.refresh", "refresh_token");
  tokens("/oauth/token", "oauth.token", "authorization_code");
  app.get("/oauth2/to_login", (c) =>
    gate.run({ request: c.req.raw, operation: "oauth.login" }, () => answerLogin(store, c.req.raw)),
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

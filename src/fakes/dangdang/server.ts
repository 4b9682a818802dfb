/** The fake's HTTP surface: the gateway, and the pages of consent and tokens. */

import { Hono } from "hono";
import type { Gate } from "../fake.ts";
import { answerCall, operationOf, readWire } from "./gateway.ts";
import { answerAuthorize, answerToken } from "./oauth.ts";
import type { Store } from "./store.ts";

/** Query parameters that carry keys or signatures. */
export const SECRET_PARAMETERS: readonly RegExp[] = [/^sign$/, /^session$/, /secret/, /token/, /^code$/];

/** Creates the app of a shop; every call goes through the gate under the name of its method. */
export function createApp(store: Store, gate: Gate): Hono {
  const { authorize, token } = store.options.oauthPaths ?? { authorize: "/authorize", token: "/token" };
  const app = new Hono();
  app.on(["GET", "POST"], "/openapi/rest", async (c) => {
    const wire = await readWire(c.req.raw);
    return gate.run({ request: c.req.raw, operation: operationOf(wire), quotaKey: "calls" }, () =>
      answerCall(store, wire),
    );
  });
  app.get(authorize, (c) =>
    gate.run({ request: c.req.raw, operation: "oauth.authorize" }, () => answerAuthorize(store, c.req.raw)),
  );
  app.on(["GET", "POST"], token, (c) =>
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
          headers: { "content-type": "text/html;charset=GBK" },
        }),
    ),
  );
  return app;
}

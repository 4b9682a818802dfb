/** The fake's HTTP surface: the gateway, the consent and token pages, the bank's gateway and its files. */

import { Hono } from "hono";
import type { Gate } from "../fake.ts";
import type { Alipay } from "./alipay.ts";
import { answerCall, operationOf, readCall } from "./gateway.ts";
import { answerAuthorize, answerToken } from "./oauth.ts";
import type { Store } from "./store.ts";

/** Query parameters that carry keys or signatures. */
export const SECRET_PARAMETERS: readonly RegExp[] = [
  /^sign$/,
  /^session$/,
  /^app_auth_token$/,
  /secret/,
  /token/,
  /^code$/,
];

/** Creates the app of a shop; every call goes through the gate under the name of its method. */
export function createApp(store: Store, gate: Gate, alipay: Alipay): Hono {
  const app = new Hono();
  app.all("/router/rest", async (c) => {
    const call = await readCall(c.req.raw);
    const operation = operationOf(call);
    return gate.run({ request: c.req.raw, operation, quotaKey: operation }, () => answerCall(store, call));
  });
  app.post("/token", (c) =>
    gate.run({ request: c.req.raw, operation: "oauth.token" }, () => answerToken(store, c.req.raw)),
  );
  app.get("/authorize", (c) =>
    gate.run({ request: c.req.raw, operation: "oauth.authorize" }, () => answerAuthorize(store, c.req.raw)),
  );
  app.all("/gateway.do", async (c) => {
    const { values } = await readCall(c.req.raw);
    const operation = values.get("method") ?? "alipay.unknown";
    return gate.run({ request: c.req.raw, operation }, () => alipay.answer(values));
  });
  app.get("/downloadbill/:token", (c) =>
    gate.run({ request: c.req.raw, operation: "alipay.download" }, () => alipay.download(c.req.param("token"))),
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

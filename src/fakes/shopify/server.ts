/** The fake's HTTP surface. */

import { type Context, Hono } from "hono";
import type { Gate } from "../fake.ts";
import { type BulkFile, bytesOf } from "./bulk-file.ts";
import type { Bucket } from "./cost.ts";
import { createGraphql, operationOf, readWire } from "./graphql.ts";
import type { Keys } from "./mutation.ts";
import { answerAuthorize, answerToken, isGoodToken } from "./oauth.ts";
import { VERSIONS } from "./queries.ts";
import type { Store } from "./store.ts";

const UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)";

/** Query parameters that carry keys or signatures. */
export const SECRET_PARAMETERS: readonly RegExp[] = [/^hmac$/, /secret/, /token/, /^code$/];

/** Creates the app of a shop; every call goes through the gate. */
export function createApp(store: Store, gate: Gate, bucket: Bucket, keys: Keys): Hono {
  const app = new Hono();
  const answer = createGraphql(store, bucket, keys);
  const run = (
    c: Context,
    operation: string,
    work: () => Response | Promise<Response>,
    quotaKey = "",
  ): Promise<Response> => gate.run({ request: c.req.raw, operation, quotaKey }, work);

  app.post("/admin/api/:version/graphql.json", async (c) => {
    const wire = await readWire(c.req.raw.clone());
    return run(
      c,
      operationOf(wire),
      () => {
        const version = versionOf(c.req.param("version"));
        if (version === null) return Response.json({ errors: "Not Found" }, { status: 404 });
        if (!isGoodToken(store, c.req.header("x-shopify-access-token") ?? ""))
          return Response.json({ errors: UNAUTHORIZED }, { status: 401 });
        const response = answer(wire, version);
        response.headers.set("x-shopify-api-version", version);
        return response;
      },
      "calls",
    );
  });
  app.get("/admin/oauth/authorize", (c) => run(c, "oauth.authorize", () => answerAuthorize(store, c.req.raw)));
  app.post("/admin/oauth/access_token", (c) => run(c, "oauth.token", () => answerToken(store, c.req.raw)));
  app.get("/bulk/:name", (c) =>
    run(c, "bulk.download", () => {
      const file = store.bulkRuns.get(Number(c.req.param("name").replace(".jsonl", "")))?.file;
      if (file === null || file === undefined) return new Response("Not Found", { status: 404 });
      return partOf(file, c.req.header("range"));
    }),
  );
  app.onError((error) => {
    throw error;
  });
  app.notFound((c) => run(c, "unknown", () => Response.json({ errors: "Not Found" }, { status: 404 })));
  return app;
}

/** A file, or the bytes of it that are asked for, as the hosts of files answer. */
function partOf(file: BulkFile, range: string | undefined): Response {
  const headers = { "content-type": "application/jsonl", "accept-ranges": "bytes" };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === undefined) return new Response(bytesOf(file), { headers });
  const [from, to] = [Number(first), Math.min(file.size, last ? Number(last) + 1 : file.size)];
  if (from >= file.size)
    return new Response(null, { status: 416, headers: { "content-range": `bytes */${file.size}` } });
  const place = { "content-range": `bytes ${from}-${to - 1}/${file.size}` };
  return new Response(bytesOf(file, from, to), { status: 206, headers: { ...headers, ...place } });
}

/** The version that runs: the one that is asked for, or the oldest for one that is gone. */
function versionOf(wanted: string): string | null {
  if (wanted === "unstable" || VERSIONS.some((version) => version === wanted)) return wanted;
  return /^20\d\d-(01|04|07|10)$/.test(wanted) && wanted < VERSIONS[0] ? VERSIONS[0] : null;
}

/** Messages of platforms, at an address per store or one per app: raw bytes to the adapter, then the inbox, then the answer. */
import type { InboundRequest } from "../core/adapter.ts";
import { listAppSecrets } from "../core/db/apps.ts";
import { type Received, receiveForPlatform, receiveForStore } from "../sync/receive-webhook.ts";
import { limitBody, MAX_WEBHOOK } from "./define.ts";
import type { Api, ApiContext } from "./types.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function defineWebhooks({ app, engine, pump }: Api): void {
  app.all("/webhooks/:platform/:storeId", limitBody(MAX_WEBHOOK), async (c) => {
    const storeId = c.req.param("storeId");
    if (!UUID.test(storeId)) return c.notFound();
    return answer(c, await receiveForStore(engine, pump, storeId, await readRequest(c)));
  });
  app.all("/webhooks/:platform", limitBody(MAX_WEBHOOK), async (c) => {
    const platform = c.req.param("platform");
    if (!engine.adapterOf(platform)) return c.notFound();
    const secrets = await listAppSecrets(engine.db, engine.keyring, platform);
    return answer(c, await receiveForPlatform(engine, pump, platform, await readRequest(c), secrets));
  });
}

async function readRequest(c: ApiContext): Promise<InboundRequest> {
  return {
    method: c.req.method,
    path: c.req.path,
    query: c.req.query(),
    headers: c.req.header(),
    body: new Uint8Array(await c.req.arrayBuffer()),
  };
}

function answer(c: ApiContext, received: Received): Response {
  const { status, headers, body } = received.answer;
  const empty = body === undefined || status === 204 || status === 304;
  return c.body(empty ? (null as unknown as string) : body, status as 200, headers ?? {});
}

/**
 * The floor of accepting messages: the same HTTP server and driver, and nothing of ours between them. It verifies, deflates,
 * seals and saves what the inbox saves of an order's message; while one statement runs, the next batch gathers.
 */
import { createCipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { serve } from "@hono/node-server";
import postgres from "postgres";
import { serveHelper } from "./harness.ts";

export interface PumpQuestion {
  databaseUrl: string;
  storeId: string;
  secret: string;
}

const INSERT = `
insert into inbox (platform, store_id, recipient, dedup_key, topic, resource, external_id, occurred_at, received_at, read_seq, form,
  source_updated_at, body, status, due_at)
select 'woocommerce', r.store_id, r.store_id::text, r.dedup_key, r.topic, 'orders', r.external_id, r.at, now(), nextval('read_seq'), 'order@3',
  r.at, decode(r.body, 'base64'), 'pending', now()
from json_to_recordset($1::text::json) as r(store_id uuid, dedup_key text, topic text, external_id text, at timestamptz, body text)
on conflict (recipient, dedup_key) do nothing`;

if (process.send) serveHelper<PumpQuestion, { url: string }>(open);

function open({ databaseUrl, storeId, secret }: PumpQuestion): Promise<{ url: string }> {
  const sql = postgres(databaseUrl, { max: 10, onnotice: () => {} });
  const key = randomBytes(32);
  let gathered: { row: object; done: () => void; failed: (error: unknown) => void }[] = [];
  let running = false;
  const run = async () => {
    running = true;
    while (gathered.length > 0) {
      const batch = gathered;
      gathered = [];
      try {
        await sql.unsafe(INSERT, [JSON.stringify(batch.map(({ row }) => row))], { prepare: true });
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    running = false;
  };
  const save = (row: object) =>
    new Promise<void>((done, failed) => {
      gathered.push({ row, done, failed });
      if (!running) void run();
    });
  const accept = async (request: Request): Promise<Response> => {
    const bytes = Buffer.from(await request.arrayBuffer());
    const given = Buffer.from(request.headers.get("x-wc-webhook-signature") ?? "", "base64");
    const signature = createHmac("sha256", secret).update(bytes).digest();
    if (given.length !== signature.length || !timingSafeEqual(given, signature))
      return new Response(null, { status: 401 });
    const order = JSON.parse(bytes.toString("utf8")) as { id: number; date_modified_gmt: string };
    const topic = request.headers.get("x-wc-webhook-topic") ?? "";
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
    const dedupKey = `${topic}/${order.id}/${order.date_modified_gmt}/${hash}`;
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(dedupKey));
    const sealed = Buffer.concat([
      iv,
      cipher.update(deflateRawSync(bytes, { level: 1 })),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    await save({
      store_id: storeId,
      dedup_key: dedupKey,
      topic,
      external_id: String(order.id),
      at: `${order.date_modified_gmt}Z`,
      body: sealed.toString("base64"),
    });
    return new Response(null, { status: 200 });
  };
  return new Promise((resolve) => {
    serve({ fetch: accept, hostname: "127.0.0.1", port: 0 }, ({ port }) =>
      resolve({ url: `http://127.0.0.1:${port}` }),
    );
  });
}

/**
 * A process that empties stores of what differs: ours with the product's own pusher, bare with the same calls and nothing
 * else: the store's lease, 200 dirty offers at a time, four calls of 50 side by side, one ordered confirmation with the
 * rows of the audit log.
 */
import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { registry } from "../src/adapters/index.ts";
import { createLog } from "../src/core/log.ts";
import { openPostgres } from "../src/entry/open-database.ts";
import { wire } from "../src/entry/wire.ts";
import { drainOffers } from "../src/sync/push.ts";
import { serveHelper } from "./harness.ts";
import { CALLS_AT_ONCE, OFFERS_A_CALL, SECRET, storeId, storeUrl } from "./push-plan.ts";

export type PushQuestion =
  | { ask: "open"; kind: "ours" | "bare"; databaseUrl: string; port: number }
  | { ask: "drain"; kind: "ours" | "bare"; stores: readonly number[] };

type DrainStore = (store: number) => Promise<number>;

const POOL = 8;
/** Stores that a process works on at the same time. */
const STORES_AT_ONCE = 4;
const drains: Partial<Record<"ours" | "bare", DrainStore>> = {};

if (process.send) serveHelper<PushQuestion, { sent: number }>(answer);

async function answer(question: PushQuestion): Promise<{ sent: number }> {
  if (question.ask === "open") {
    drains[question.kind] =
      question.kind === "ours" ? await openOurs(question.databaseUrl) : openBare(question.databaseUrl, question.port);
    return { sent: 0 };
  }
  const drain = drains[question.kind];
  if (!drain) throw new Error("not opened yet");
  const waiting = [...question.stores];
  let sent = 0;
  const worker = async () => {
    for (let store = waiting.shift(); store !== undefined; store = waiting.shift()) {
      const drained = await drain(store);
      sent += drained;
    }
  };
  await Promise.all(Array.from({ length: STORES_AT_ONCE }, worker));
  return { sent };
}

async function openOurs(databaseUrl: string): Promise<DrainStore> {
  const open = openPostgres(databaseUrl, { max: POOL, name: "push-ours" });
  const { engine } = await wire({
    db: open.db,
    registry,
    secret: SECRET,
    log: createLog({ level: "silent" }),
    allowPrivateUrls: true,
    checkAddress: null,
  });
  const never = new AbortController().signal;
  return async (store) => {
    const result = await drainOffers(engine, storeId(store), "stock", never);
    if (result.heldBack) throw new Error(`held back: ${result.heldBack}`);
    return result.accepted;
  };
}

interface BareOffer {
  id: string;
  external_id: string;
  desired: string;
  desired_version: string;
}

function openBare(databaseUrl: string, port: number): DrainStore {
  const sql = postgres(databaseUrl, { max: POOL, onnotice: () => {} });
  const owner = randomBytes(4).toString("hex");
  const run = <Row>(text: string, params: (string | number)[]) =>
    sql.unsafe(text, params, { prepare: true }) as unknown as Promise<Row[]>;
  return async (store) => {
    const id = storeId(store);
    const name = `bare:${id}`;
    const [lease] = await run<{ fence: string }>(
      `insert into leases as t (name, owner, until, fence) values ($1, $2, clock_timestamp() + interval '90 seconds', 1)
       on conflict (name) do update set owner = excluded.owner, until = excluded.until, fence = t.fence + 1
       where t.owner is null or t.until < clock_timestamp() returning fence`,
      [name, owner],
    );
    if (!lease) return 0;
    let sent = 0;
    for (;;) {
      const offers = await run<BareOffer>(
        `select o.id, v.external_id, o.desired::text as desired, o.desired_version::text as desired_version
         from offers o join listing_variants v on v.id = o.variant_id where o.store_id = $1::uuid and o.aspect = 'stock' and o.dirty
         order by o.urgency, o.id limit ${CALLS_AT_ONCE * OFFERS_A_CALL}`,
        [id],
      );
      if (offers.length === 0) break;
      const parts = Array.from({ length: Math.ceil(offers.length / OFFERS_A_CALL) }, (_, i) =>
        offers.slice(i * OFFERS_A_CALL, (i + 1) * OFFERS_A_CALL),
      );
      await Promise.all(parts.map((part) => call(storeUrl(store, port), part)));
      await sql.begin((tx) =>
        tx.unsafe(
          `with r as (select * from json_to_recordset($1::text::json) as r(id uuid, n bigint, v numeric, detail jsonb)),
             locked as (select o.id from offers o join r on r.id = o.id order by o.id for no key update of o),
             audited as (insert into audit_log (at, actor, act, store_id, subject, subject_id, detail, outcome)
               select now(), 'bare', 'stock.set', $2::uuid, 'offer', r.id::text, r.detail, 'accepted' from r)
           update offers o set confirmed_value = r.v, confirmed_version = r.n, confirmed_at = now(), dirty = o.desired_version > r.n
           from r join locked on locked.id = r.id where o.id = r.id`,
          [JSON.stringify(offers.map(toRow)), id],
          { prepare: true },
        ),
      );
      sent += offers.length;
    }
    await run("update leases set owner = null, until = clock_timestamp() where name = $1", [name]);
    return sent;
  };
}

const toRow = ({ id, external_id, desired, desired_version }: BareOffer) => ({
  id,
  n: desired_version,
  v: desired,
  detail: { variant: external_id, value: desired, version: Number(desired_version), place: null },
});

async function call(url: string, offers: readonly BareOffer[]): Promise<void> {
  const update = offers.map(({ external_id, desired }) => ({
    id: Number(external_id),
    manage_stock: true,
    stock_quantity: Number(desired),
  }));
  const answer = await fetch(`${url}/wp-json/wc/v3/products/batch`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${Buffer.from("ck_bench:cs_bench").toString("base64")}`,
    },
    body: JSON.stringify({ update }),
  });
  const { update: written } = (await answer.json()) as { update: { stock_quantity: number }[] };
  if (written.length !== offers.length) throw new Error("the platform's answer lacks items");
}

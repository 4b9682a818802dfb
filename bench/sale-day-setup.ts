/** The merchant before the sale: five stores connected and live, each listing all SKUs with the quantity that is there. */
import { toListingDocument } from "../src/adapters/woocommerce/listings/documents.ts";
import { toUnified } from "../src/adapters/woocommerce/listings/to-listing.ts";
import { readConfig } from "../src/core/config.ts";
import { nextReadSeq } from "../src/core/db/checkpoints.ts";
import type { Database } from "../src/core/db/database.ts";
import { ingest } from "../src/core/ingest/ingest.ts";
import { openEnvironment } from "../src/entry/environment.ts";
import { connectStore } from "../src/sync/connect-store.ts";
import { mapContext, openStore } from "../src/sync/store-handle.ts";
import { setStoreMode } from "../src/sync/store-mode.ts";
import { CAPACITIES } from "./sale-day-plan.ts";
import { wireProduct } from "./sale-day-wire.ts";

const PAGE = 1_000;
/** Before any sale of the day. */
const CHANGED = Date.UTC(2026, 0, 1);

/** Answers the ids of the stores, in the order of their addresses. */
export async function setUp(
  db: Database,
  env: Record<string, string>,
  baseUrls: readonly string[],
  quantities: readonly number[],
): Promise<string[]> {
  const { engine, close } = await openEnvironment(readConfig(env));
  const never = new AbortController().signal;
  try {
    const ids: string[] = [];
    for (const [index, baseUrl] of baseUrls.entries()) {
      const row = await connectStore(
        engine,
        {
          platform: "woocommerce",
          name: `Sale ${index + 1}`,
          baseUrl,
          credentials: { consumer_key: `ck_${index}`, consumer_secret: `cs_${index}` },
          // Connecting is not what is measured; the store's own limit is set below.
          settings: { quotas: { rest: { capacity: 1_000, concurrency: 4 } } },
          since: new Date(),
          adoptSkus: true,
          actor: "benchmark",
        },
        never,
      );
      ids.push(row.id);
    }
    for (const id of ids) {
      const store = await openStore(engine, id, "normal");
      for (let from = 0; from < quantities.length; from += PAGE) {
        const readSeq = await nextReadSeq(db);
        const documents = quantities.slice(from, from + PAGE).map((quantity, offset) => ({
          raw: toListingDocument(wireProduct(from + offset, quantity, CHANGED), []),
          readSeq,
        }));
        const page = { store: store.ingest, resource: "listings" as const, documents };
        const saved = await ingest(engine, { ...page, toUnified: (raw) => toUnified(raw, mapContext(store)) });
        if (saved.rejected > 0) throw new Error(`listings were set aside: ${saved.rejections[0]?.reason}`);
        // Plans made while the tables were empty would hold for all that follows.
        if (from === 0) await db.exec("analyze");
      }
      await setStoreMode(engine, id, "live", "benchmark");
    }
    await settle(db, ids);
    return ids;
  } finally {
    await close();
  }
}

/** Each store's own limit; of its streams only the list of changed orders is read on this day. */
async function settle(db: Database, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const settings = { quotas: { rest: { capacity: CAPACITIES[index] ?? 1, concurrency: 4 } } };
    await db.query("update stores set settings = settings || $2::text::jsonb where id = $1::uuid", [
      id,
      JSON.stringify(settings),
    ]);
  }
  await db.query("update checkpoints set due_at = 'infinity' where not (resource = 'orders' and stream = 'changed')");
  await db.query("delete from budgets");
}

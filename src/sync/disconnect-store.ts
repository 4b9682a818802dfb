/** Disconnecting a store: leave is taken of the platform, credentials and buyer data go. */
import { isAbsent } from "../core/adapter.ts";
import { appendAudit } from "../core/db/audit.ts";
import { appendChanges } from "../core/db/changes.ts";
import type { Database } from "../core/db/database.ts";
import { findStore } from "../core/db/stores.ts";
import { InputError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";
import { openStoreRow } from "./store-handle.ts";

/** Disconnects: webhooks removed, the grant revoked where the platform can, credentials purged; orders and money stay. */
export async function disconnectStore(
  engine: Engine,
  storeId: string,
  input: { publicUrl: string | null; actor: string },
  signal: AbortSignal,
): Promise<void> {
  const row = await findStore(engine.db, storeId);
  if (!row) throw new InputError("store_not_found", `There is no store ${storeId}.`, { status: 404 });
  const adapter = engine.adapterOf(row.platform);
  const at = engine.clock.now();
  if (adapter && row.mode !== "disconnected") {
    const { handle } = await openStoreRow(engine, row, "interactive");
    const leave = async () => {
      if (input.publicUrl && !isAbsent(adapter.webhooks) && adapter.webhooks.kind === "http")
        await adapter.webhooks.remove?.(
          handle,
          `${input.publicUrl.replace(/\/$/, "")}/webhooks/${row.platform}/${row.id}`,
          signal,
        );
      await adapter.auth.revoke?.(handle, signal);
    };
    // A platform that cannot be reached must not keep the seller's credentials here.
    await leave().catch((error: unknown) =>
      engine.log.warn("could not take leave of the platform", { storeId, err: error }),
    );
  }
  await engine.db.transaction(async (tx) => {
    await tx.query("delete from store_credentials where store_id = $1::uuid", [storeId]);
    await tx.query(
      "delete from credentials c where not exists (select 1 from store_credentials s where s.credential_id = c.id)",
    );
    await tx.query("delete from checkpoints where store_id = $1::uuid", [storeId]);
    await tx.query("update campaigns set next_at = $2::timestamptz where store_id = $1::uuid and next_at is not null", [
      storeId,
      at.toISOString(),
    ]);
    await tx.query("update offers set dirty = false where store_id = $1::uuid and dirty", [storeId]);
    await tx.query(
      "update stores set mode = 'disconnected', disconnected_at = $2::timestamptz, updated_at = $2::timestamptz, version = version + 1, webhook_secret = null where id = $1::uuid",
      [storeId, at.toISOString()],
    );
    await purgeBuyerData(tx, storeId);
    await appendChanges(tx, storeId, [
      { entity: "store", entityId: storeId, version: row.version + 1, kind: "deleted" },
    ]);
    await appendAudit(
      tx,
      [
        {
          actor: input.actor,
          act: "stores.disconnect",
          storeId,
          subject: "store",
          subjectId: storeId,
          cause: null,
          detail: null,
          outcome: "done",
        },
      ],
      at,
    );
  });
}

/** Buyer data of a store: sealed columns, hashes, masked copies in the rendered text, platform documents. */
async function purgeBuyerData(tx: Database, storeId: string): Promise<void> {
  await tx.query(
    `update orders set personal = null, buyer_hash = null,
       document = (document::jsonb || '{"buyer":null,"ship_to":null}'::jsonb || jsonb_build_object('notes', jsonb_build_object('buyer', null, 'seller', null, 'flag', null)))::text
     where store_id = $1::uuid and (personal is not null or buyer_hash is not null)`,
    [storeId],
  );
  await tx.query("update raw_documents set body = null, previous_body = null where store_id = $1::uuid", [storeId]);
  await tx.query("delete from rejected_records where store_id = $1::uuid", [storeId]);
  await tx.query("delete from inbox where store_id = $1::uuid", [storeId]);
  await tx.query("delete from actions where store_id = $1::uuid", [storeId]);
  await tx.query(
    "delete from order_notes n using orders o where o.id = n.order_id and o.store_id = $1::uuid and n.source <> 'own'",
    [storeId],
  );
}

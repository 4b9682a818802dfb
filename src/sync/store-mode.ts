/** Switching a store between reading alone and writing too. */
import { appendAudit } from "../core/db/audit.ts";
import { appendChanges } from "../core/db/changes.ts";
import { InputError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";

/** Switches a store between reading alone and writing too. */
export async function setStoreMode(
  engine: Engine,
  storeId: string,
  mode: "observe" | "live",
  actor: string,
): Promise<void> {
  const at = engine.clock.now();
  await engine.db.transaction(async (tx) => {
    const rows = await tx.query<{ version: string }>(
      `update stores set mode = $2, updated_at = $3::timestamptz, version = version + 1
       where id = $1::uuid and mode <> 'disconnected' returning version`,
      [storeId, mode, at.toISOString()],
    );
    if (!rows[0])
      throw new InputError("store_not_connected", "Only a connected store can be switched.", { status: 409 });
    await appendChanges(tx, storeId, [
      { entity: "store", entityId: storeId, version: Number(rows[0].version), kind: "updated" },
    ]);
    await appendAudit(
      tx,
      [
        {
          actor,
          act: `stores.${mode}`,
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
  engine.wake();
}

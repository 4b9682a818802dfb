/** The emergency brake: nothing more is begun to be sent, to one store or to all, until somebody lets it go again. */
import { appendAudit } from "../core/db/audit.ts";
import { appendChanges } from "../core/db/changes.ts";
import type { Engine } from "./engine.ts";

export interface BrakeInput {
  stopped: boolean;
  /** Null: every connected store. */
  stores: readonly string[] | null;
  reason: string | null;
  actor: string;
}

/**
 * Stops or starts pushes in one transaction; answers the stores that it speaks of. A call that is under way ends; a drain
 * asks before each next one.
 */
export async function setPushStopped(engine: Engine, input: BrakeInput): Promise<{ id: string; changed: boolean }[]> {
  const at = engine.clock.now();
  const rows = await engine.db.transaction(async (tx) => {
    const found = await tx.query<{ id: string; changed: boolean; version: string }>(
      `with found as (select id, push_stopped <> $1 as changed from stores
         where mode <> 'disconnected' and ($2::uuid[] is null or id = any($2::uuid[])) order by id for no key update),
       told as (update stores s set push_stopped = $1, updated_at = $3::timestamptz, version = s.version + 1
         from found f where f.id = s.id and f.changed returning s.id, s.version)
       select f.id, f.changed, coalesce(t.version, 0) as version from found f left join told t on t.id = f.id order by f.id`,
      [input.stopped, input.stores, at.toISOString()],
    );
    const changed = found.filter((row) => row.changed);
    for (const { id, version } of changed)
      await appendChanges(tx, id, [{ entity: "store", entityId: id, version: Number(version), kind: "updated" }]);
    await appendAudit(
      tx,
      changed.map(({ id }) => ({
        actor: input.actor,
        act: input.stopped ? "push.stop" : "push.start",
        storeId: id,
        subject: "store",
        subjectId: id,
        cause: input.reason,
        detail: { all: input.stores === null },
        outcome: "done",
      })),
      at,
    );
    return found;
  });
  engine.wake();
  return rows.map(({ id, changed }) => ({ id, changed }));
}

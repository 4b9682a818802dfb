/** Platform documents that do not map: why, and trying again. */

import { appendAudit } from "../core/db/audit.ts";
import { toDate } from "../core/db/database.ts";
import { findRejected, listRejected, type RejectedView } from "../core/db/rejected.ts";
import { replayRejected } from "../sync/replay.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { idParams, page } from "./schemas/common.ts";
import { rejectedQuery, rejectedSchema, replaySchema } from "./schemas/operations.ts";
import { maySee, seenStore } from "./store-access.ts";
import type { Api } from "./types.ts";

const LIST: CursorForm = { list: "rejected", kinds: ["uuid"] };

export function defineRejected(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/rejected",
    {
      summary: "Documents that were set aside",
      description: "With the place and the reason, without their content.",
      query: rejectedQuery,
      answer: page(rejectedSchema),
    },
    async ({ c, who, query }) => {
      const filter = {
        stores: who.stores,
        ...seenStore(who.stores, query.store),
        resource: query.resource,
        resolved: query.resolved ?? false,
      };
      return answerPage(c, LIST, await listRejected(engine.db, filter, pageOf(LIST, query)), renderRejected);
    },
  );
  define(
    api,
    "POST /v1/rejected/{id}/replay",
    { summary: "Maps a document again, and stores it where it maps", params: idParams, answer: replaySchema },
    async ({ c, who, params }) => {
      const found = await findRejected(engine.db, engine.keyring, params.id);
      if (!found || !maySee(who, found.storeId)) throw notFound("rejected record");
      const { reason } = await replayRejected(engine, params.id);
      const outcome = reason === null ? "stored" : "rejected";
      const entry = { actor: who.actor, act: "rejected.replay", storeId: found.storeId, subject: "rejected" };
      await appendAudit(
        engine.db,
        [{ ...entry, subjectId: params.id, cause: null, detail: null, outcome }],
        engine.clock.now(),
      );
      return json(c, { outcome, reason });
    },
  );
}

function renderRejected(row: RejectedView) {
  const { id, store_id, resource, external_id, form, reason, issues, attempts } = row;
  return {
    id,
    store_id,
    resource,
    external_id,
    form,
    reason,
    issues,
    attempts,
    first_at: toDate(row.first_at),
    last_at: toDate(row.last_at),
    resolved_at: toDate(row.resolved_at),
  };
}

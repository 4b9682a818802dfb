/** What needs a hand, with what to do. */

import { z } from "zod";
import { listAlerts, resolveAlert } from "../core/db/alert-list.ts";
import { appendAudit } from "../core/db/audit.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { idParams, page } from "./schemas/common.ts";
import { alertQuery, alertSchema } from "./schemas/operations.ts";
import { seenStore } from "./store-access.ts";
import type { Api } from "./types.ts";
import { renderAlert } from "./views.ts";

const LIST: CursorForm = { list: "alerts", kinds: ["instant", "uuid"] };

export function defineAlerts(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/alerts",
    { summary: "Alerts, newest first; open ones unless asked otherwise", query: alertQuery, answer: page(alertSchema) },
    async ({ c, who, query }) => {
      const filter = {
        stores: who.stores,
        ...seenStore(who.stores, query.store),
        state: query.state,
        severity: query.severity,
        code: query.code,
      };
      return answerPage(c, LIST, await listAlerts(engine.db, filter, pageOf(LIST, query)), renderAlert);
    },
  );
  define(
    api,
    "POST /v1/alerts/{id}/resolve",
    {
      summary: "Closes an alert",
      description: "It opens again where its cause comes back.",
      params: idParams,
      body: z.strictObject({ reason: z.string().max(500).optional() }),
      answer: alertSchema,
    },
    async ({ c, who, params, body }) => {
      const at = engine.clock.now();
      const row = await resolveAlert(engine.db, params.id, { stores: who.stores, actor: who.actor }, at);
      if (!row) throw notFound("alert");
      const entry = { actor: who.actor, act: "alerts.resolve", storeId: row.store_id, subject: "alert" };
      await appendAudit(
        engine.db,
        [{ ...entry, subjectId: row.id, cause: body.reason ?? null, detail: { code: row.code }, outcome: "done" }],
        at,
      );
      return json(c, renderAlert(row));
    },
  );
}

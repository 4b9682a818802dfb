/** One-off acts on platforms: what became of them, and deciding about those that did not go through. */
import { type ActionView, cancelAction, listActions, retryAction } from "../core/db/action-list.ts";
import { settleAlert } from "../core/db/alerts.ts";
import { appendAudit } from "../core/db/audit.ts";
import type { Database } from "../core/db/database.ts";
import { InputError } from "../core/errors.ts";
import { define, json } from "./define.ts";
import { answerDocument } from "./documents.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { idParams, page } from "./schemas/common.ts";
import { actionQuery, actionSchema } from "./schemas/operations.ts";
import { seenStore } from "./store-access.ts";
import type { Api, Principal } from "./types.ts";
import { renderAction } from "./views.ts";

const LIST: CursorForm = { list: "actions", kinds: ["uuid"] };

export function defineActions(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/actions",
    { summary: "Acts on platforms, newest first", query: actionQuery, answer: page(actionSchema) },
    async ({ c, who, query }) => {
      const filter = {
        stores: who.stores,
        ...seenStore(who.stores, query.store),
        status: query.status,
        kind: query.kind,
        subjectId: query.subject,
      };
      return answerPage(c, LIST, await listActions(engine.db, filter, pageOf(LIST, query)), renderAction);
    },
  );
  define(
    api,
    "GET /v1/actions/{id}",
    {
      summary: "One act",
      description:
        "`done`: the platform has taken it. `rejected`: the platform refuses it, `error` says why; ask for another act. `dead`: set " +
        "aside for a person, to retry or cancel. Anything else is on its way.",
      params: idParams,
      answer: actionSchema,
    },
    async ({ c, who, params }) => {
      const action = renderAction(await findAction(api, who, params.id));
      return answerDocument(c, JSON.stringify(action), `${action.status}-${action.updated_at?.getTime()}`);
    },
  );
  define(
    api,
    "POST /v1/actions/{id}/retry",
    { summary: "Tries an act again that was set aside", params: idParams, answer: actionSchema },
    async ({ c, who, params }) => json(c, renderAction(await decide(api, who, params.id, "retry", retryAction))),
  );
  define(
    api,
    "POST /v1/actions/{id}/cancel",
    { summary: "Gives up an act that has not gone out", params: idParams, answer: actionSchema },
    async ({ c, who, params }) => json(c, renderAction(await decide(api, who, params.id, "cancel", cancelAction))),
  );
}

async function findAction(api: Api, who: Principal, id: string): Promise<ActionView> {
  const { rows } = await listActions(api.engine.db, { stores: who.stores, id }, { limit: 1, after: null });
  const [row] = rows;
  if (!row) throw notFound("action");
  return row;
}

async function decide(
  api: Api,
  who: Principal,
  id: string,
  what: "retry" | "cancel",
  write: (db: Database, id: string, at: Date) => Promise<ActionView | null>,
): Promise<ActionView> {
  const { engine } = api;
  const known = await findAction(api, who, id);
  const at = engine.clock.now();
  const row = await engine.db.transaction(async (tx) => {
    const written = await write(tx, id, at);
    if (!written)
      throw new InputError(
        "action_state",
        `The act is ${known.status}: it cannot be ${what === "retry" ? "tried again" : "cancelled"}.`,
        {
          status: 409,
        },
      );
    await settleAlert(tx, { code: "act_refused", subject: "action", subjectId: id }, at);
    const entry = { actor: who.actor, act: `actions.${what}`, storeId: known.store_id, subject: known.subject };
    await appendAudit(
      tx,
      [
        {
          ...entry,
          subjectId: known.subject_id ?? id,
          cause: `action ${id}`,
          detail: { kind: known.kind },
          outcome: "done",
        },
      ],
      at,
    );
    return written;
  });
  engine.wake();
  return row;
}

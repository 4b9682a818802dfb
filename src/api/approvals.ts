/** Writes that wait for a person's word, because they would end the sale of much. */
import { type Database, toDate } from "../core/db/database.ts";
import { InputError } from "../core/errors.ts";
import { type RuleInput, setRules } from "../core/stock/allocation-rules.ts";
import {
  type ApprovalKind,
  type ApprovalView,
  decideApproval,
  forgetPart,
  keepForApproval,
  listApprovals,
  nextPart,
  type Waiting,
} from "../core/stock/approvals.ts";
import { type CampaignInput, setCampaigns } from "../core/stock/campaigns.ts";
import { type SkuInput, upsertSkus } from "../core/stock/catalogue.ts";
import { type CountInput, countStock } from "../core/stock/counts.ts";
import { readGuard, TooManyZeroes, writeGuard } from "../core/stock/zero-guard.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { refuseLimited } from "./keys.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { approvalDoneSchema, approvalQuery, approvalSchema, guardSchema } from "./schemas/approvals.ts";
import { idParams, page } from "./schemas/common.ts";
import { allows } from "./scopes.ts";
import type { Api, Principal } from "./types.ts";

const LIST: CursorForm = { list: "approvals", kinds: ["uuid"] };

/** Runs a write; where the zero guard refuses it, what was asked for is kept, and the refusal says under which id. */
export async function orKeep<T>(
  { engine }: Api,
  who: Principal,
  kept: Pick<Waiting, "kind" | "request" | "rows">,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof TooManyZeroes)) throw error;
    const { ended, onSale } = error;
    const waiting = { ...kept, actor: who.actor, ended, onSale };
    const id = await keepForApproval(engine.db, waiting, null, engine.clock.now());
    throw new TooManyZeroes(
      ended,
      onSale,
      `It waits: confirm it with POST /v1/approvals/${id}/confirm, or send it again with \`confirm=true\`.`,
    );
  }
}

/**
 * Whether a write that would end the sale of much is confirmed with it. Throws `InputError` (403) where the key may not
 * confirm: what it asks for waits for somebody who may.
 */
export function isConfirmed(who: Principal, confirm: boolean | undefined): boolean {
  if (confirm !== true || allows(who.scopes, "stock:approve")) return confirm === true;
  throw new InputError(
    "scope_missing",
    "`confirm=true` needs the scope `stock:approve`. Without it, what would end the sale of much waits for approval.",
    { status: 403 },
  );
}

export function defineApprovals(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/approvals",
    {
      summary: "Writes that wait for a person's word, and what became of them",
      query: approvalQuery,
      answer: page(approvalSchema),
    },
    async ({ c, who, query }) => {
      // A key of some stores sees what it asked for itself.
      const filter = { status: query.status, actor: who.stores === null ? undefined : who.actor };
      return answerPage(c, LIST, await listApprovals(engine.db, filter, pageOf(LIST, query)), renderApproval);
    },
  );
  define(
    api,
    "POST /v1/approvals/{id}/confirm",
    {
      summary: "Confirms a write that waits: it is done now",
      description: "Counts are taken as of when the goods were counted: sales since are not undone.",
      params: idParams,
      answer: approvalDoneSchema,
    },
    async ({ c, who, params }) => {
      const approval = await findApproval(api, who, params.id);
      const at = engine.clock.now();
      const totals = { done: 0, rejected: 0 };
      // One that was confirmed and has parts left was broken off: it goes on from there.
      const isLeft = approval.status === "confirmed" && (await nextPart(engine.db, approval.id)) !== null;
      if (!isLeft) await decide(api, approval, "confirmed", who, at);
      for (let part = await nextPart(engine.db, approval.id); part; part = await nextPart(engine.db, approval.id)) {
        for (const { error } of await RUN[approval.kind](engine.db, part.request, who.actor, at))
          totals[error ? "rejected" : "done"]++;
        await forgetPart(engine.db, approval.id, part.position);
      }
      engine.wake();
      return json(c, { id: approval.id, status: "confirmed", ...totals });
    },
  );
  define(
    api,
    "POST /v1/approvals/{id}/withdraw",
    { summary: "Withdraws a write that waits: nothing of it is done", params: idParams, answer: approvalDoneSchema },
    async ({ c, who, params }) => {
      const approval = await findApproval(api, who, params.id);
      await decide(api, approval, "withdrawn", who, engine.clock.now());
      return json(c, { id: approval.id, status: "withdrawn", done: 0, rejected: 0 });
    },
  );
  define(
    api,
    "GET /v1/zero-guard",
    { summary: "How much a write may take off sale without being asked", answer: guardSchema },
    async ({ c }) => {
      const { percent, offers } = await readGuard(engine.db);
      return json(c, { percent, offers });
    },
  );
  define(
    api,
    "PUT /v1/zero-guard",
    {
      summary: "Sets how much a write may take off sale without being asked",
      description:
        "A write waits for approval where it would end at least `offers` live offers and more than `percent` of all.",
      body: guardSchema,
      answer: guardSchema,
    },
    async ({ c, who, body }) => {
      refuseLimited(who);
      await writeGuard(engine.db, body, engine.clock.now());
      return json(c, body);
    },
  );
}

type Run = (
  db: Database,
  request: Record<string, unknown>,
  actor: string,
  at: Date,
) => Promise<readonly { error: unknown }[]>;

const RUN: Readonly<Record<ApprovalKind, Run>> = {
  counts: (db, { counts }, actor, at) =>
    countStock(db, { counts: revive<CountInput>(counts, ["countedAt"]), actor, confirmed: true }, at),
  skus: (db, { skus }, _, at) => upsertSkus(db, skus as SkuInput[], at),
  rules: async (db, { rules }, actor, at) =>
    (await setRules(db, { rules: revive<RuleInput>(rules, ["validFrom", "validUntil"]), actor, confirmed: true }, at))
      .rows,
  campaigns: (db, { campaigns, stores }, actor, at) => {
    const dates = ["startsAt", "endsAt", "holdFrom", "releaseAt"];
    const input = { campaigns: revive<CampaignInput>(campaigns, dates), stores: stores as string[] | null };
    return setCampaigns(db, { ...input, actor, confirmed: true }, at);
  },
};

/** Rows as they were before they were kept as JSON: these fields are instants. */
function revive<T>(rows: unknown, dates: readonly string[]): T[] {
  return (rows as Record<string, unknown>[]).map((row) => {
    const revived = { ...row };
    for (const name of dates) if (typeof row[name] === "string") revived[name] = new Date(row[name]);
    return revived as T;
  });
}

async function findApproval({ engine }: Api, who: Principal, id: string): Promise<ApprovalView> {
  const { rows } = await listApprovals(engine.db, { id }, { limit: 1, after: null });
  const [row] = rows;
  if (!row || (who.stores !== null && row.actor !== who.actor)) throw notFound("approval");
  return row;
}

/** Decides what waits. Throws `InputError` (409) where it was decided, also in this moment. */
async function decide(
  api: Api,
  { id }: ApprovalView,
  status: "confirmed" | "withdrawn",
  who: Principal,
  at: Date,
): Promise<void> {
  if (await decideApproval(api.engine.db, { id, status, actor: who.actor }, at)) return;
  const row = await findApproval(api, who, id);
  throw new InputError("decided_already", `It was ${row.status} by ${row.decided_by}.`, { status: 409 });
}

function renderApproval(row: ApprovalView) {
  return {
    id: row.id,
    kind: row.kind,
    actor: row.actor,
    status: row.status,
    rows: row.rows,
    ended: row.ended,
    on_sale: row.on_sale,
    created_at: toDate(row.created_at),
    decided_at: toDate(row.decided_at),
    decided_by: row.decided_by,
  };
}

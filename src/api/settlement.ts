/** One statement that a reader may see. */
import { listSettlements, type SettlementView } from "../core/db/settlements.ts";
import { renderSettlement } from "./after-sales-views.ts";
import { answerDocument } from "./documents.ts";
import { notFound } from "./errors.ts";
import type { Api, ApiContext, Principal } from "./types.ts";

export async function findSettlement(api: Api, who: Principal, id: string): Promise<SettlementView> {
  const { rows } = await listSettlements(api.engine.db, { stores: who.stores, ids: [id] }, { limit: 1, after: null });
  const [row] = rows;
  if (!row) throw notFound("settlement");
  return row;
}

export const renderFound = (c: ApiContext, row: SettlementView) =>
  answerDocument(c, JSON.stringify(renderSettlement(row)), row.version);

/** Trades by id: the whole trade, and the refunds of its lines that have gone through (a trade does not say how much). */
import type { Missing, RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { isAdapterError } from "../../../core/errors.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { isRefusal } from "../client/refusals.ts";
import { idIn } from "../schemas/file.ts";
import { recordsOf } from "../schemas/helpers.ts";
import { TRADE, type TradeDocument } from "../schemas/order.ts";
import { toTradeDocument } from "./documents.ts";
import { TRADE_FIELDS } from "./fields.ts";

const REFUND_FIELDS = "refund_id,tid,oid,status,refund_fee,dispute_type,created,modified,end_time";

/** The gateway's own trade; null where there is none of this id. */
export async function readTrade(
  client: Client,
  store: Store,
  tid: string,
  signal: AbortSignal,
): Promise<Fields | null> {
  // An id that is no number is none of the platform's: it would be refused as a wrong parameter.
  if (!/^\d+$/.test(tid)) return null;
  try {
    const { trade } = await client.call(
      store,
      { method: "taobao.trade.fullinfo.get", parameters: { fields: TRADE_FIELDS, tid } },
      signal,
    );
    return isFields(trade) ? trade : null;
  } catch (error) {
    if (isAdapterError(error) && error.category === "not_found") return null;
    throw error;
  }
}

/** As `readTrade`, parsed. */
export async function currentTrade(
  client: Client,
  store: Store,
  tid: string,
  signal: AbortSignal,
): Promise<TradeDocument | null> {
  const trade = await readTrade(client, store, tid, signal);
  return trade === null ? null : TRADE.parse(trade);
}

export async function readTrades(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents: RawDocument[] = [];
  const missing: Missing[] = [];
  for (const { externalId } of keys) {
    const trade = await readTrade(client, store, externalId, signal);
    if (trade === null) missing.push({ externalId, means: "gone" });
    else documents.push(toTradeDocument(trade, await refundsOf(client, store, trade, signal)));
  }
  return { documents, missing };
}

async function refundsOf(client: Client, store: Store, trade: Fields, signal: AbortSignal): Promise<Fields[]> {
  const refunds: Fields[] = [];
  for (const line of recordsOf(trade.orders)) {
    const refundId = idIn(line.refund_id);
    if (line.refund_status !== "SUCCESS" || refundId === null) continue;
    try {
      const { refund } = await client.call(
        store,
        { method: "taobao.refund.get", parameters: { fields: REFUND_FIELDS, refund_id: refundId } },
        signal,
      );
      if (isFields(refund)) refunds.push(refund);
    } catch (error) {
      // A trade is worth more than its refunds: an app that may not read them gets the trade without.
      if (!isRefusal(error)) throw error;
    }
  }
  return refunds;
}

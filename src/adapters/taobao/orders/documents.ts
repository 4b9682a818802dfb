/** Trade documents: identity and version from the raw payload, and files that hold them. */
import type { RawDocument, Reference } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import { ZONE } from "../config.ts";
import { documentsInFile, idIn, rowsOf } from "../schemas/file.ts";
import { recordsOf } from "../schemas/helpers.ts";

/** A trade, and the refunds of its lines that have gone through: `{trade, refunds}`. */
const TRADE_FORM = "trade.fullinfo@2.0";

export const tidOf = (trade: Fields): string | null => idIn(trade.tid_str) ?? idIn(trade.tid);

/** Times are whole seconds; the status tells apart what changed within one. Throws for a row without an id. */
export function tradeReference(trade: Fields): Reference {
  const externalId = tidOf(trade);
  if (externalId === null) throw new Error("a trade has no tid");
  const modified = typeof trade.modified === "string" ? trade.modified.trim() : "";
  return {
    externalId,
    sourceUpdatedAt: modified === "" ? null : localToInstant(modified, ZONE),
    sourceVersion: `${modified}/${typeof trade.status === "string" ? trade.status : ""}`,
  };
}

export function toTradeDocument(trade: Fields, refunds: readonly Fields[]): RawDocument {
  return { ...tradeReference(trade), form: TRADE_FORM, payload: { trade, refunds } };
}

/** Trades of a file: our own documents, answers of the gateway or the push database, lists, bare trades. */
export function tradesInFile(bytes: Uint8Array): RawDocument[] {
  return documentsInFile(bytes, "trade", (value) => {
    if (isFields(value.trade) && tidOf(value.trade)) return [toTradeDocument(value.trade, recordsOf(value.refunds))];
    if ("trades" in value) {
      const isTrade = (trade: Fields) => tidOf(trade) !== null;
      return rowsOf(recordsOf(value.trades), "trade", isTrade, (trade) => toTradeDocument(trade, []));
    }
    return tidOf(value) !== null && "status" in value && "orders" in value && !("refund_id" in value)
      ? [toTradeDocument(value, [])]
      : null;
  });
}

/** Disputes: requests and refunds, a day and a state at a time. No document tells a deadline. */
import type { DisputeCapability, Stream } from "../../../core/adapter.ts";
import { localDay } from "../../../core/local-time.ts";
import { refusingRows } from "../../../core/no-record.ts";
import { readEach } from "../../../core/paging.ts";
import { isFields, textIn } from "../../../core/tree.ts";
import { documentsInFile } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { ZONE } from "../config.ts";
import { GET_BATCH, MINUTES_A_DAY } from "../limits.ts";
import { createDisputeActs } from "./acts.ts";
import { listDisputes, readDispute, toDocument } from "./read.ts";
import { toUnified } from "./to-dispute.ts";

/** Yesterday and today: the lists know days alone. */
const WINDOW = {
  maxMinutes: 7 * MINUTES_A_DAY,
  safetyLagSeconds: 60,
  overlapSeconds: 86_400,
  maxAgeDays: null,
  minSeconds: 3600,
};
const STREAMS: readonly Stream[] = [
  { name: "returns", by: "creation", window: WINDOW, everySeconds: 1800, backfill: true },
  { name: "refunds", by: "change", window: WINDOW, everySeconds: 3600, backfill: true },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    rereadOpenMinutes: 360,
    getBatch: GET_BATCH,
    list: (store, input, signal) => listDisputes(client.at(store, signal), input),
    getMany: (store, keys, signal) => readEach(keys, (key) => readDispute(client.at(store, signal), key)),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) =>
      documentsInFile(bytes, "dispute", (value, whole) => {
        if (isFields(value.asked) && isFields(value.row)) {
          const { list, status, day } = value.asked;
          return [
            toDocument(
              { list: list === "refund" ? "refund" : "return", status: textIn(status), day: textIn(day) },
              value.row,
            ),
          ];
        }
        const list = "returnExchangeCode" in value ? "return" : "refundAmount" in value ? "refund" : null;
        if (list === null) return null;
        // A recorded answer has lost its query: its own time, or that of its reading, is the latest day that it can be of.
        const day = dayOf(whole) ?? localDay(client.clock.now(), ZONE);
        return [toDocument({ list, status: textIn(value.applyStatus ?? value.refundApp_Status), day }, value)];
      }),
    acts: createDisputeActs(client),
  };
}

function dayOf(whole: unknown): string | null {
  const [content] = isFields(whole) ? Object.values(whole) : [];
  return isFields(content) ? (textIn(content.time)?.slice(0, 10) ?? null) : null;
}

/** Lives of returns, claims and exchanges, step by step. */

import type { Story } from "../living.ts";
import { refund } from "./payments.ts";
import { delivered, isBusy } from "./people.ts";
import {
  beginComplaint,
  beginReceipt,
  beginReturn,
  cancelReturn,
  confirmComplaint,
  confirmReceipt,
  confirmRequest,
  dropComplaint,
  nameArrivals,
  nameComplaint,
  nameItems,
  withdrawComplaint,
} from "./returns.ts";
import type { Store } from "./store.ts";
import type { Complaint, Return } from "./types.ts";

type Life = Story<Store>;

const isAwaited = ({ status }: Return): boolean => status === "requested" || status === "partially_received";

/** A return: `part` comes back in two goes, `cancel` never does. */
export const returnStory = (how: "whole" | "part" | "cancel" | "unpaid"): Life =>
  function* (store) {
    const order = yield* delivered(store, {}, 2);
    const [line] = order?.lines ?? [];
    if (order === null || line === undefined || isBusy(order)) return;
    const back = beginReturn(store, order, store.locations[0]?.id ?? "", "owner");
    yield;
    if (back.status !== "open") return;
    if (back.items.length === 0) {
      const said = { reason_id: store.reasons[0]?.id, note: "too wide" };
      nameItems(store, back, [{ id: line.id, quantity: 2, ...said }]);
    }
    confirmRequest(store, back, "owner");
    yield;
    yield;
    for (const pieces of how === "part" ? [1, 1] : [2]) {
      if (isBusy(order) || !isAwaited(back)) return;
      if (how === "cancel") return cancelReturn(store, back, "owner");
      beginReceipt(back);
      nameArrivals(back, [{ id: line.id, quantity: pieces }]);
      confirmReceipt(store, back, "owner");
      yield;
      yield;
    }
    const payment = order.payments[0];
    const amount = line.unitPrice + line.tax - line.discount;
    if (how !== "unpaid" && payment?.refunds.length === 0) refund(store, payment, 2 * amount, null, "owner");
  };

/** A claim or an exchange: half made at first, then dropped, or confirmed and perhaps withdrawn. */
export const complaintStory = (
  kind: Complaint["kind"],
  type: Complaint["type"],
  reason: Complaint["reason"],
  how: "stands" | "withdrawn" | "dropped",
): Life =>
  function* (store) {
    const order = yield* delivered(store);
    if (order === null || isBusy(order)) return;
    const complaint = beginComplaint(store, order, kind, type);
    yield;
    if (order.change !== complaint.id) return;
    if (how === "dropped") return dropComplaint(store, complaint);
    nameComplaint(store, complaint, reason, type !== "refund");
    confirmComplaint(store, complaint, reason !== "missing_item", "owner");
    yield;
    yield;
    if (isBusy(order)) return;
    if (how === "withdrawn") return withdrawComplaint(store, complaint, "buyer");
    const { back } = complaint;
    if (back?.status === "requested") {
      beginReceipt(back);
      nameArrivals(
        back,
        back.items.map(({ line, quantity }) => ({ id: line.id, quantity })),
      );
      confirmReceipt(store, back, "owner");
    }
    const payment = order.payments[0];
    if (type === "refund" && payment?.refunds.length === 0)
      refund(store, payment, complaint.refundAmount, null, "owner");
  };

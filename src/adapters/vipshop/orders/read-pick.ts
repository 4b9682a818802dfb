/** Pick lists whole: no answer holds all of one. */
import type { RawDocument, Store } from "../../../core/adapter.ts";
import { orNull } from "../../../core/outcomes.ts";
import type { Client } from "../client/index.ts";
import { readWhole } from "../client/lists.ts";
import { settingsOf, vendorId } from "../config.ts";
import { PAGE } from "../limits.ts";
import { type Fields, isFields, recordsOf, rowsOf, textIn } from "../schemas.ts";
import { purchasesOf, toDocument } from "./documents.ts";

/** A pick list with all that says something of it. */
export async function readPick(
  client: Client,
  store: Store,
  pick_no: string,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const vendor_id = vendorId(store);
  const listed = { vendor_id, pick_no, page: 1, limit: PAGE.most };
  const answer = await orNull(() => client.call(store, "jit.getPickList", listed, signal));
  const found = rowsOf(answer, "picks").find((row) => textIn(row.pick_no) === pick_no);
  if (!found) return null;
  // Reading a pick list counts as an export of it: what only that moves is no news.
  const { export_num: _count, first_export_time: _first, ...pick } = found;
  const whole = (method: Parameters<Client["call"]>[1], wrap: (page: Fields) => Fields, rows: string) =>
    readWhole(client, store, method, wrap, rows, signal);
  const purchase = purchasesOf(pick);
  const lines = await whole(
    "jit.getMultiPoPickDetail",
    (page) => ({ getPickDetailRequest: { vendor_id, pick_no, ...page } }),
    "pick_detail_list",
  );
  const prices: Fields[] = [];
  for (const po_no of purchase) {
    const rows = await whole(
      "jit.getPickDetail",
      (page) => ({ po_no, vendor_id, pick_no, ...page }),
      "pick_product_list",
    );
    prices.push(...rows.map((row) => ({ po_no, ...row })));
  }
  const po_no = purchase.join(",");
  const numbered = (page: Fields) => ({ vendor_id: String(vendor_id), po_no, ...page });
  const purchases = await whole("jit.getPoList", numbered, "purchase_order_list");
  const hasLeft = Number(pick.delivery_num ?? 0) > 0 || textIn(pick.delivery_status) !== "0";
  const deliveries = hasLeft ? await readDeliveries(client, store, po_no, pick_no, signal) : [];
  const isReserving = settingsOf(store.settings).reservations;
  const deducted = isReserving ? await readDeducted(client, store, purchase, pick_no, signal) : [];
  return toDocument("jit", pick_no, { pick, lines, prices, purchases, deliveries, deducted });
}

/** Deliveries of a purchase order that hold goods of the pick list, with what the warehouse counted and where they are. */
async function readDeliveries(client: Client, store: Store, po_no: string, pick_no: string, signal: AbortSignal) {
  const vendor_id = vendorId(store);
  const found: Fields[] = [];
  const numbered = (page: Fields) => ({ vendor_id: String(vendor_id), po_no, ...page });
  for (const delivery of await readWhole(client, store, "jit.getDeliveryList", numbered, "delivery_list", signal)) {
    const storage_no = textIn(delivery.storage_no) ?? "";
    const all = await deliveryGoods(client, store, storage_no, signal);
    const goods = all.filter((row) => textIn(row.pick_no) === pick_no);
    if (goods.length === 0) continue;
    const request = { vendor_id, storage_no };
    const receipt = await orNull(() => client.call(store, "jit.getActualStorageInfo", { request }, signal));
    const traces = await orNull(() => client.call(store, "jit.getDeliveryTraceInfo", { request }, signal));
    const steps = rowsOf(traces, "delivery_trace_infoes").flatMap((row) => recordsOf(row.traces));
    found.push({ delivery, goods, receipt: isFields(receipt) ? receipt : {}, traces: steps });
  }
  return found;
}

export const deliveryGoods = (client: Client, store: Store, storage_no: string, signal: AbortSignal) =>
  readWhole(
    client,
    store,
    "jit.getDeliveryGoods",
    (page) => ({ vendor_id: String(vendorId(store)), storage_no, ...page }),
    "delivery_goods_list",
    signal,
  );

async function readDeducted(
  client: Client,
  store: Store,
  purchases: readonly string[],
  pick_no: string,
  signal: AbortSignal,
) {
  const found: Fields[] = [];
  for (const po_no of purchases)
    found.push(
      ...(await readWhole(
        client,
        store,
        "inventory.getDeductOrderDetail",
        (page) => ({ inventoryDeductOrdersRequest: { vendor_id: vendorId(store), pick_no, po_no, ...page } }),
        "deduct_orders",
        signal,
      )),
    );
  return found;
}

/** Disputes whole, and as they stand in files. */
import type { RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { noRecord } from "../../../core/no-record.ts";
import { orNull } from "../../../core/outcomes.ts";
import { findIn } from "../../../core/tree.ts";
import type { Client, Method } from "../client/index.ts";
import { askOf, readWhole } from "../client/lists.ts";
import { settingsOf, vendorId } from "../config.ts";
import { PAGE, REACH_DAYS } from "../limits.ts";
import { directStates } from "../orders/read.ts";
import { type Fields, isFields, rowsOf, textIn, toInstant } from "../schemas.ts";

export type System = "cancel" | "return" | "vendor";
const NUMBER: Readonly<Record<string, string>> = { cancel: "apply_sn", return: "order_return_id", vendor: "return_sn" };

function toDocument(system: System, row: Fields, rest: Fields, key: Record<string, string> = {}): RawDocument {
  const number = textIn(row[NUMBER[system] ?? ""]) ?? textIn(row.order_id);
  if (number === null) return noRecord({ [system]: row, ...rest }, system, NUMBER[system] ?? "number");
  return {
    externalId: `${system}:${number}`,
    key: { ...key, order: textIn(row.order_id) ?? "" },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: `${system}@1.0.0`,
    payload: { [system]: row, ...rest },
  };
}

/** Day and warehouse by which a row was found: some tell no time of their own. */
type Found = Record<"listed" | "warehouse", string>;

/** A row with what else is told of it: the goods of a return, the deliveries of what the platform sends back. */
export async function compose(
  client: Client,
  store: Store,
  system: System,
  row: Fields,
  { listed, warehouse }: Found,
  signal: AbortSignal,
): Promise<RawDocument> {
  const vendor_id = vendorId(store);
  if (system === "cancel") return toDocument(system, row, { listed }, { listed });
  if (system === "return") {
    const request = { vendor_id, order_id: textIn(row.order_id), order_return_id: textIn(row.order_return_id) };
    const answer = await orNull(() => client.call(store, "dvd.getOrderReturnDetails", { request }, signal));
    const details = rowsOf(answer, "order_return_detail_list");
    return toDocument(
      system,
      row,
      { details, state: await stateOf(client, store, row, signal) },
      { at: textIn(row.return_time) ?? "" },
    );
  }
  const query = { vendor_id, warehouse, return_sn: textIn(row.return_sn) };
  const asked = (page: Fields) => ({ ...query, ...page });
  const details = await readWhole(client, store, "vreturn.getReturnDetail", asked, "returnDeliveryInfos", signal);
  return toDocument(system, row, { details, listed }, { listed, warehouse });
}

/** No list tells the end of a return: the state of its order does. Null where that is not answered any more. */
async function stateOf(client: Client, store: Store, row: Fields, signal: AbortSignal): Promise<string | null> {
  const id = textIn(row.order_id);
  if (id === null) return null;
  const states = (await orNull(() => directStates(client, store, [id], signal))) ?? [];
  return textIn(states.find((state) => textIn(state.order_id) === id)?.order_status);
}

/** The dispute as it is now; null where there is none. */
export async function readDispute(
  client: Client,
  store: Store,
  { externalId, key = {} }: RecordKey,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const [system = "", number = ""] = externalId.split(":");
  const found = { listed: key.listed ?? "", warehouse: key.warehouse ?? "" };
  const paging = { page: 1, limit: PAGE.most };
  const read = async (method: Method, args: Fields, name: string, by: Found = found) => {
    const rows = rowsOf(await orNull(() => client.call(store, method, args, signal)), name);
    const row = rows.find((one) => textIn(one[NUMBER[system] ?? ""]) === number);
    return row ? compose(client, store, system as System, row, by, signal) : null;
  };
  if (system === "cancel")
    return read("sov.batchGetCancelInfo", { request: { apply_sn: number, ...paging } }, "cancelInfos");
  const vendor_id = vendorId(store);
  if (system === "return") {
    const now = client.clock.now();
    const at = toInstant(key.at);
    const { from: st_time, to: et_time } = askOf(store, at ?? new Date(now.getTime() - REACH_DAYS.ms), at ?? now);
    const args = { st_time, et_time, vendor_id, order_id: key.order || undefined, ...paging };
    return read("dvd.getOrderReturnList", args, "order_return_list");
  }
  if (system !== "vendor") return null;
  for (const warehouse of key.warehouse ? [key.warehouse] : settingsOf(store.settings).return_warehouses) {
    const args = { vendor_id, warehouse, return_sn: number, ...paging };
    const document = await read("vreturn.getReturnInfo", args, "returnInfos", { ...found, warehouse });
    if (document) return document;
  }
  return null;
}

interface Piece {
  of: System | "goods";
  row: Fields;
  /** What stands beside the row in a document as it is kept. */
  rest?: Fields;
}

function pieceIn(value: Fields): Piece[] | null {
  const kept = (["cancel", "return", "vendor"] as const).find((system) => isFields(value[system]));
  const { [kept ?? ""]: row, ...rest } = value;
  if (kept && isFields(row)) return [{ of: kept, row, rest }];
  const isCancel = "apply_sn" in value || ("audit_status" in value && "is_system" in value);
  if (isCancel) return [{ of: "cancel", row: value }];
  if ("return_goods_details" in value || "delivery_list" in value) return [{ of: "goods", row: value }];
  if ("order_return_id" in value) return [{ of: "return", row: value }];
  return "return_sn" in value && "return_type" in value ? [{ of: "vendor", row: value }] : null;
}

/** Documents as they are kept, and rows of answers, joined with their goods by number. */
export function disputesInFile(root: unknown): RawDocument[] {
  const pieces = findIn(root, pieceIn);
  const goods = pieces.flatMap(({ of, row }) => (of === "goods" ? [row] : []));
  const isOf = (system: System, row: Fields) => {
    const name = NUMBER[system] ?? "";
    return (detail: Fields) => textIn(detail[name]) === textIn(row[name]);
  };
  const rows = pieces.flatMap(({ of, row, rest }) =>
    of === "goods" ? [] : [toDocument(of, row, rest ?? { details: goods.filter(isOf(of, row)) })],
  );
  const named = new Set(rows.map(({ externalId }) => externalId));
  const alone = goods.filter(({ return_sn }) => return_sn && !named.has(`vendor:${textIn(return_sn)}`));
  return [
    ...rows,
    ...alone.map((detail) => toDocument("vendor", { return_sn: detail.return_sn }, { details: [detail] })),
  ];
}

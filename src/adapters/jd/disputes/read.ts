/**
 * Three systems: applications to refund an order before it leaves, service orders (returns, exchanges, repairs), and claims
 * for compensation. Their numbers may be equal, so that an id names its system: `refund:1`, `service:1`, `claim:1`.
 */
import type { RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { noRecord } from "../../../core/no-record.ts";
import { orNull } from "../../../core/outcomes.ts";
import { type Client, numberOf } from "../client/index.ts";
import { listIn } from "../client/pages.ts";
import { settingsOf } from "../config.ts";
import { type Fields, idIn } from "../schemas.ts";

export type System = "refund" | "service" | "claim";
const SYSTEMS: readonly string[] = ["refund", "service", "claim"];
export const FORM: Readonly<Record<System, string>> = {
  refund: "refund-application@2.0",
  service: "service-order@2.0",
  claim: "claim@2.0",
};

export const REFUNDS = "jingdong.pop.afs.soa.refundapply.queryPageList";
export const CLAIMS = "jingdong.pop.afs.soa.compensate.queryCompensateList";
export const SERVICES = "jingdong.asc.query.list";

/** Whose service orders, and who asks: every such call names them. */
export function caller(store: Store): Fields {
  const { operator } = settingsOf(store.settings);
  return { buId: store.externalId, operatePin: operator, operateNick: operator };
}

/** The list of service orders takes its parameters flat, or in two objects (newer). */
export function serviceQuery(store: Store, query: Fields, pageNumber: number, pageSize: number): Fields {
  const who = { ...caller(store), extJsonStr: "{}" };
  const pages = { pageNumber: String(pageNumber), pageSize: String(pageSize) };
  if (settingsOf(store.settings).service_query === "flat") return { ...who, ...query, ...pages };
  return { serviceAllQuery: { ...who, ...query }, pageRequest: pages };
}

export function systemOf(row: Fields): System | null {
  if ("serviceId" in row) return "service";
  if ("compensateId" in row) return "claim";
  return "id" in row && ("applyRefundSum" in row || "applyTime" in row) ? "refund" : null;
}

/** No system has a change time in all of its answers: what was read last wins. */
export function toDocument(row: Fields, system: System): RawDocument {
  const own = { refund: row.id, service: row.serviceId, claim: row.compensateId ?? row.id }[system];
  const externalId = idIn(own);
  if (externalId === null) return noRecord(row, system, "number");
  const order = system === "service" ? idIn(row.orderId) : null;
  return {
    externalId: `${system}:${externalId}`,
    ...(order === null ? {} : { key: { order } }),
    sourceUpdatedAt: null,
    sourceVersion: system === "refund" ? `${row.status ?? ""}/${row.checkTime ?? ""}` : null,
    form: FORM[system],
    payload: row,
  };
}

/** The system and the number that an id names; an id without a system is of the one that is named beside it. */
export function parseId(externalId: string, named: string | null = null): { system: System; id: string } | null {
  const [, system = named ?? "", id = ""] = /^(?:([a-z]+):)?(\d+)$/.exec(externalId) ?? [];
  return SYSTEMS.includes(system) && id !== "" ? { system: system as System, id } : null;
}

/** The dispute as the platform has it now; null where there is none. */
export async function readDispute(
  client: Client,
  store: Store,
  { externalId, key }: RecordKey,
  signal: AbortSignal,
  named: string | null = null,
): Promise<RawDocument | null> {
  const found = parseId(externalId, named);
  if (!found) return null;
  const { system, id } = found;
  const ask = (method: string, parameters: Fields) => orNull(() => client.call(store, method, parameters, signal));
  const order = key?.order === undefined ? {} : { orderId: numberOf(key.order) };
  const answer = {
    refund: () => ask("jingdong.pop.afs.soa.refundapply.queryById", { id: numberOf(id) }),
    service: () => ask(SERVICES, serviceQuery(store, { serviceId: numberOf(id), ...order }, 1, 1)),
    claim: () => ask(CLAIMS, { compensateId: numberOf(id), pageIndex: 1, pageSize: 1 }),
  };
  const fields = await answer[system]();
  if (fields === null) return null;
  const { rows } = system === "service" ? listIn(fields.pageResult, "data") : listIn(fields.queryResult, "result");
  const documents = rows.map((row) => toDocument(row, system));
  return documents.find((document) => document.externalId === `${system}:${id}`) ?? null;
}

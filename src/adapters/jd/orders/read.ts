/** Orders by id, and the documents that they are. */
import type { RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { noRecord } from "../../../core/no-record.ts";
import { orNull } from "../../../core/outcomes.ts";
import { type Client, isId } from "../client/index.ts";
import { type Fields, idIn, isFields, toInstant } from "../schemas.ts";

/** What is not named here is not answered. */
export const ORDER_FIELDS =
  "venderId,orderId,orderType,payType,orderTotalPrice,orderSellerPrice,orderPayment,freightPrice,sellerDiscount,orderState," +
  "orderStateRemark,deliveryType,invoiceCode,orderRemark,orderStartTime,orderEndTime,venderRemark,balanceUsed,pin," +
  "returnOrder,paymentConfirmTime,waybill,logisticsId,modified,directParentOrderId,parentOrderId,orderSource,storeOrder," +
  "realPin,open_id,open_id_buyer,xid_buyer,invoiceInfo,invoiceEasyInfo,vatInfo,itemInfoList,isShipmenttype,scDT," +
  "idSopShipmenttype,consigneeInfo,orderMarkDesc,couponDetailList,storeId,serviceFee,taxFee,tuiHuoWuYou," +
  "partialLogisticsInfoModel,pauseBizInfo";

export type System = "" | "fbp" | "unpaid";

const ORDER_FORM = "order@2.0";
export const UNPAID_FORM = "unpaid-order@2.0";

/**
 * Which list an order is in decides how it is asked for; an order that was paid is then found among all others. One without
 * a number, or without a time that can be read, does not map: it is set aside alone.
 */
export function toDocument(row: Fields, system: System): RawDocument {
  const externalId = idIn(row.orderId);
  if (externalId === null) return noRecord(row, "order", "orderId");
  const sourceUpdatedAt = toInstant(row.modified) ?? toInstant(row.orderStartTime ?? row.orderCreated);
  return {
    externalId,
    ...(system === "" ? {} : { key: { system } }),
    sourceUpdatedAt,
    sourceVersion: null,
    form: system === "unpaid" ? UNPAID_FORM : ORDER_FORM,
    payload: row,
  };
}

/** An order by the way that its list names; null where there is none. */
export async function readOrder(client: Client, store: Store, { externalId, key }: RecordKey, signal: AbortSignal) {
  if (key?.system === "fbp") {
    const row = await currentFbpOrder(client, store, externalId, ORDER_FIELDS, signal);
    return row && toDocument(row, "fbp");
  }
  const row = await currentOrder(client, store, externalId, signal);
  if (row) return toDocument(row, "");
  if (key?.system !== "unpaid") return null;
  const method = "jingdong.pop.order.notPayOrderById";
  const answer = await orNull(() => client.call(store, method, { orderId: externalId }, signal));
  const unpaid = answer?.orderDataNotPayInfo;
  return isFields(unpaid) && "orderId" in unpaid ? toDocument(unpaid, "unpaid") : null;
}

/** An order that the platform's warehouses ship; null where there is none of this id. */
export async function currentFbpOrder(
  client: Client,
  store: Store,
  orderId: string,
  optionalFields: string,
  signal: AbortSignal,
): Promise<Fields | null> {
  if (!isId(orderId)) return null;
  const answer = await orNull(() =>
    client.call(store, "jingdong.pop.order.fbp.get", { orderId, optionalFields }, signal),
  );
  const result = answer?.searchfbporderbyid_result;
  const row = isFields(result) && isFields(result.orderInfo) ? result.orderInfo : result;
  return isFields(row) && "orderId" in row ? row : null;
}

/** The platform's own order; null where there is none of this id. */
export async function currentOrder(
  client: Client,
  store: Store,
  orderId: string,
  signal: AbortSignal,
  fields = ORDER_FIELDS,
): Promise<Fields | null> {
  if (!isId(orderId)) return null;
  const parameters = { order_id: orderId, optional_fields: fields };
  const answer = await orNull(() => client.call(store, "jingdong.pop.order.enGet", parameters, signal));
  const row = isFields(answer?.orderDetailInfo) ? answer.orderDetailInfo.orderInfo : null;
  return isFields(row) && "orderId" in row ? row : null;
}

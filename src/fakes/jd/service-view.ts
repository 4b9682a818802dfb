/** A service order as answers show it: ids are numbers, times epoch milliseconds. */

import { cipher, maskMobile } from "./order-view.ts";
import type { ServiceOrder } from "./types.ts";
import { id64, money, type Row } from "./wire.ts";

const EXPECTS: Readonly<Record<number, string>> = { 10: "退货", 20: "换货", 30: "维修", 11: "仅退款", 80: "补发" };
const STATUSES: Readonly<Record<number, string>> = {
  10000: "待审核",
  10001: "待审核",
  10004: "审核关闭",
  10010: "完成",
  10011: "取消",
};

export function serviceRow(service: ServiceOrder): Row {
  const { order, line } = service;
  const { buyer } = order;
  const ms = (at: number | null): number | undefined => (at === null ? undefined : at * 1000);
  return {
    applyId: id64(service.applyId),
    serviceId: id64(service.id),
    orderId: id64(order.id),
    applyTime: ms(service.applied),
    approveTime: ms(service.approved),
    updateDate: ms(service.updated),
    customerExpect: service.expect,
    customerExpectName: EXPECTS[service.expect] ?? `诉求${service.expect}`,
    serviceStatus: service.status,
    serviceStatusName: STATUSES[service.status] ?? `状态${service.status}`,
    skuId: id64(line.sku.id),
    skuUuid: line.uuid ?? undefined,
    wareName: line.name,
    wareType: service.wareType,
    skuType: 1,
    serviceCount: service.count,
    actualPayPrice: money(service.paid),
    orderType: order.type,
    pickwareType: service.pickware,
    pickwareAddress: cipher(buyer.street),
    customerPin: "***",
    customerName: `${buyer.name.slice(0, 1)}**`,
    customerTel: cipher(buyer.mobile),
    desenCustomerTel: maskMobile(buyer.mobile),
    approveResult: service.approveResult,
    processResult: service.processResult,
    questionDesc: service.question,
    approveNotes: service.notes,
    platformSrc: 12,
  };
}
